"""The documentation says what there is: each thing that is documented exists, and each that exists is documented."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import click
import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin, Topic
from newsarchive.cli import ingest_report, maintain
from newsarchive.cli.common import NOT_FOUND, ProgressLine
from newsarchive.cli.main import FAULT, INTERRUPTED, TERMINATED, UNUSABLE, group
from newsarchive.config import ENVIRONMENT_PREFIX, Config
from newsarchive.errors import DEBUG_VARIABLE
from newsarchive.i18n import LANGUAGES
from newsarchive.ingest.pipeline import IngestReport
from newsarchive.limits import bounded
from newsarchive.search import MAX_LIMIT, Match, Notice, Sort
from newsarchive.site_url import SiteUrl
from newsarchive.web import SiteSettings, create_app, errors
from newsarchive.web.feeds import FEED_LIMIT
from newsarchive.web.params import DEFAULT_LIMIT, DEFAULT_SUGGESTIONS, HIGHLIGHT_OFF
from newsarchive.web.preferences import PARAMETERS as DISPLAY
from tests.libraries import put_collection
from tests.markdown import ROOT, Page, pages, spans
from tests.sample import ARCHIVED, WHEAT, sample_library

PACKAGE = ROOT / "src" / "newsarchive"
PAGES = pages()
NAMES = [page.name for page in PAGES]
COLUMNS = 100
COMMAND_LINE = Page(ROOT / "docs" / "command-line.md")
API = Page(ROOT / "docs" / "api.md")
ARCHITECTURE = Page(ROOT / "docs" / "architecture.md")
DIVERGENCES = Page(ROOT / "docs" / "DIVERGENCES.md")


# The command line


def commands() -> dict[str, click.Command]:
    return dict(_commands(group, ""))


def _commands(above: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    """The commands of a group, and of the groups in it: `topics list`."""
    context = click.Context(above)
    for name in above.list_commands(context):
        command = above.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        elif command is not None:
            yield f"{before}{name}", command


def options(command: click.Command) -> list[click.Option]:
    return [parameter for parameter in command.params if isinstance(parameter, click.Option)]


def usage(option: click.Option) -> str:
    """How the documentation writes an option."""
    if option.is_flag:
        return option.opts[0]
    if isinstance(option.type, click.Choice):
        return f"{option.opts[0]} {'|'.join(option.type.choices)}"
    value = "NUMBER" if isinstance(option.type, click.IntRange) else option.metavar or option.type.name
    return f"{option.opts[0]} {value if value == 'YYYY[-MM[-DD]]' else value.upper()}"


def test_each_command_is_documented() -> None:
    listed = [spans(row[0])[0] for row in COMMAND_LINE.rows("The command line", "command")]
    assert sorted(listed) == sorted(commands())


@pytest.mark.parametrize("name", commands())
def test_each_option_of_a_command_is_documented_with_its_default(name: str) -> None:
    rows = COMMAND_LINE.rows(f"`newsarchive {name}`", "option")
    documented = {spans(row[0])[0]: row[1] for row in rows}
    expected = {usage(option): option for option in options(commands()[name])}
    assert sorted(documented) == sorted(expected)
    for written, option in expected.items():
        if isinstance(option.default, str | int | float) and option.default not in ("", False):
            shown = option.default if isinstance(option.default, str) else f"{option.default:g}"
            assert documented[written].strip("`") == shown
        elif option.required:
            assert documented[written] == "required"
        elif option.is_flag:
            assert documented[written] == ""


def test_each_option_before_the_command_is_documented() -> None:
    rows = [row for row in COMMAND_LINE.rows("The command line", "option") if row[0].count("`") > 0]
    before = COMMAND_LINE.text.split("\n## ")[0]
    documented = {span.split()[0] for row in rows if row[0] in before for span in spans(row[0])}
    known = {name for option in options(group) for name in option.opts}
    assert documented == known | set(click.Context(group, **group.context_settings).help_option_names)


def test_each_exit_code_is_documented() -> None:
    codes = {int(row[0]) for row in COMMAND_LINE.rows("Exit codes")}
    some_failed = {ingest_report.SOME_FAILED, NOT_FOUND, maintain.DAMAGED, maintain.UNDELETED}
    others = {click.UsageError.exit_code, UNUSABLE, FAULT, INTERRUPTED, TERMINATED}
    assert codes == {0} | some_failed | others


def test_each_key_of_the_report_of_ingest_is_documented() -> None:
    ran = ingest_report.IngestRun(ProgressLine(), dry_run=True, as_json=True, strict=False)
    documented = {span for row in COMMAND_LINE.rows("`newsarchive ingest`", "key") for span in spans(row[0])}
    assert documented == ran._as_json(IngestReport(), None).keys()


PLACEHOLDERS = {"HEAD": "0:1:0123456789abcdef", "N": "2", "SECONDS": "1"}
"""Values that stand for others in the documentation, and values that can be parsed."""


def command_lines() -> Iterator[tuple[str, list[str], bool]]:
    """Each use of the command in the documentation: its page, its arguments, and whether it is complete."""
    for page in PAGES:
        for line in page.code:
            if match := re.search(r"(?:^(?:\w+=\S+ )?|\| |^\S+/)newsarchive ([a-z]+\b.*)", line):
                yield page.name, shlex.split(re.split(r" [|;&]+ |\s{2,}", match[1])[0], comments=True), True
        for span in page.spans:
            if span.startswith("newsarchive "):
                yield page.name, shlex.split(span)[1:], False


@pytest.mark.parametrize(("page", "arguments", "is_complete"), list(command_lines()))
def test_each_command_line_can_be_parsed(page: str, arguments: list[str], is_complete: bool) -> None:
    arguments = [PLACEHOLDERS.get(argument, argument) for argument in arguments]
    if arguments[0] == "COMMAND" or arguments[0].startswith("-"):
        return
    known = commands()
    of_group = " ".join(arguments[:2])
    name, rest = (of_group, arguments[2:]) if of_group in known else (arguments[0], arguments[1:])
    if not is_complete and not rest and any(other.startswith(f"{name} ") for other in known):
        return
    command = known.get(name)
    assert command is not None, f"{page} names {name!r}"
    with click.Context(group, obj=Config()) as parent:
        command.make_context(name, rest, parent=parent, resilient_parsing=not is_complete)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_option_that_is_named_exists(page: Page) -> None:
    known = {name for command in (group, *commands().values()) for option in options(command) for name in option.opts}
    known |= {"--help", *bench_options()}
    named = {word for span in page.spans if span.startswith("--") for word in span.split() if word.startswith("--")}
    assert named - known == set()


def bench_options() -> set[str]:
    return {
        match for path in ROOT.glob("bench/*.py") for match in re.findall(r'"(--[a-z-]+)"', path.read_text("utf-8"))
    }


def test_each_make_target_is_listed_by_help_and_each_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)", makefile, re.MULTILINE)
    assert phony
    targets = set(phony[1].split())
    assert set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)) == targets
    for page in PAGES:
        texts = [*page.code, *page.spans]
        named = {match for text in texts for match in re.findall(r"^(?:\S+=\S+ )*make ([a-z-]+)", text)}
        assert named <= targets, page.name


# Settings


def test_each_setting_is_documented_with_its_default() -> None:
    rows = Page(ROOT / "docs" / "settings.md").rows("Settings", "setting")
    documented = {spans(row[0])[0]: (spans(row[1]), row[2]) for row in rows}
    assert sorted(documented) == sorted(setting.name for setting in fields(Config))
    for name, (variables, default) in documented.items():
        assert variables == [f"{ENVIRONMENT_PREFIX}{name.upper()}"]
        value = getattr(Config(), name)
        if isinstance(value, str | int | Path):
            assert default.strip("`") == (str(value).lower() if isinstance(value, bool) else str(value))


def test_each_setting_of_the_server_exists() -> None:
    rows = Page(ROOT / "docs" / "serving.md").rows("Settings", "setting")
    named = {span for row in rows for span in spans(row[0])}
    assert named <= {setting.name for setting in fields(Config)}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_environment_variable_exists(page: Page) -> None:
    known = {f"{ENVIRONMENT_PREFIX}{setting.name.upper()}" for setting in fields(Config)} | {DEBUG_VARIABLE}
    named = re.findall(rf"\b{ENVIRONMENT_PREFIX}[A-Z_]+", page.text + "\n".join(page.code))
    assert set(named) - known <= {ENVIRONMENT_PREFIX}


# Addresses and parameters


class _Asked(ImmutableMultiDict[str, str]):
    """The parameters of a request; remembers which of them the application asks for."""

    names: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, type: Any = None) -> Any:  # noqa: A002 - as in the base
        self.names.add(key)
        return super().getlist(key, type)


class _Request(Request):
    parameter_storage_class = _Asked


QUOTED = "قال المدير إن المخازن الجديدة في الميناء ستفتح أبوابها قبل نهاية الصيف المقبل بأسبوعين"
FULL = Article(
    id="full",
    title="عنوان القمح الكامل",
    title_derived=True,
    body=f"نص عن القمح والشعير.\nعنوان فرعي\n{QUOTED}",
    headings=("عنوان فرعي",),
    summary="ملخص",
    source="وكالة",
    publisher="صحيفة",
    authors=("كاتب",),
    topics=(Topic("اقتصاد", "feed"),),
    published=WHEAT.published,
    published_raw="أمس",
    url="https://news.example/full",
    guid="post-1",
    image_credit="صورة",
    origin=Origin("feed", "https://news.example/feed", ARCHIVED, "2025-04-21.001.warc.gz#urn:uuid:1"),
)


SECTION = Topic("العالم", "feed")
COPY = replace(FULL, id="copy", source="أخرى", topics=(*FULL.topics, SECTION), url="https://news.example/copy", guid="")
ASSIGNED = Article(
    id="assigned",
    title="فوز في مباراة الدوري",
    body="فاز الفريق في مباراة كرة القدم بهدفين، وسجل اللاعب الهدف في الدوري على ملعب النادي، وقال المدرب إن الفريق لعب"
    " مباراة قوية أمام المنافس في البطولة. وهتف الجمهور للاعبين، وأكلوا خبز القمح.",
    source="وكالة",
    published=WHEAT.published,
    url="https://news.example/assigned",
)
"""An article without a topic, which the model assigns one to."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    assert bounded(FULL) is FULL
    with sample_library(tmp_path_factory.mktemp("docs")) as library:
        with ArchiveWriter(library.archive) as writer:
            quoting = Article(
                id="quoting",
                title="",
                body=f"أخبار الميناء وما حوله هذا اليوم. {QUOTED}",
                source="أخرى",
                topics=(*FULL.topics, SECTION),
            )
            names = (Article(id=f"name{n}", title="", body="قال نتانياهو كلمة") for n in range(2))
            both = replace(ASSIGNED, id="both", source="", url="", body=f"{ASSIGNED.body}\n{QUOTED}")
            writer.append([FULL, COPY, ASSIGNED, quoting, both, *names])
            writer.append([replace(WHEAT, id="restored"), replace(WHEAT, id="damaged", title="سطر معطوب")])
            writer.withdraw("restored", "خطأ")
            writer.append([replace(WHEAT, id="restored", revision=3)])
        part = library.archive.parts.path(library.archive.parts.names()[-1])
        part.write_bytes(part.read_bytes().replace("معطوب".encode(), "مقلوب".encode()))
        library.update_index()
        put_collection(library.archive.folder, "full")
        made = create_app(
            library,
            SiteSettings(
                url=SiteUrl.parse("https://news.example.org/"),
                show_subscriptions=True,
                metrics=True,
                allow_indexing=True,
            ),
        )
        made.request_class = _Request
        yield made


def test_each_address_is_documented_with_its_parameters(app: Flask) -> None:
    shared = {span for row in API.rows("Search parameters") for span in spans(row[0])}
    documented = {}
    for address, _, parameters in API.rows("Addresses and API", "address"):
        written = set(spans(parameters)) | (shared if "search parameters" in parameters else set())
        documented[spans(address)[0]] = written
    assert documented == {rule.rule: asked_by(app, rule.rule) for rule in app.url_map.iter_rules()}


def asked_by(app: Flask, rule: str) -> set[str]:
    address = (
        re.sub("<(article|story|collection)_id>", "full", rule)
        .replace("<other_id>", "quoting")
        .replace("<ending>", "csv")
        .replace("<revision>", "1")
        .replace("<number>", "1")
        .replace("<before>/<after>", "1/1")
        .replace("<path:name>", "style.css")
        .replace("<int:number>", "1")
        .replace("<path:source>", "وكالة")
        .replace("<period>", "2025-04")
        .replace("<facet>", "source")
    )
    _Asked.names = set()
    is_read = any("GET" in (found.methods or ()) for found in app.url_map.iter_rules() if found.rule == rule)
    ask = app.test_client().get if is_read else app.test_client().post
    sent = {"data": None if is_read else {"text": FULL.body}, "headers": {"Sec-Fetch-Site": "same-origin"}}
    with ask(address, **sent) as response:
        assert response.status_code in (200, 303)
    # Every page takes these, so they are described once.
    return _Asked.names - set(DISPLAY)


def test_values_and_defaults_of_parameters_are_documented() -> None:
    values = {name: row[1:] for row in API.rows("Search parameters") for name in spans(row[0])}
    assert set(spans(values["match"][0])) == {match.value for match in Match}
    assert spans(values["match"][1]) == [Match.ALL.value]
    assert set(spans(values["sort"][0])) == {sort.value for sort in Sort}
    assert values["limit"] == [f"results per page, from 1 to {MAX_LIMIT}", f"{DEFAULT_LIMIT}; {FEED_LIMIT} in feeds"]
    text = " ".join(API.text.split())
    assert f"`lang` is {' or '.join(f'`{language}`' for language in LANGUAGES)}." in text
    assert f"`highlight={HIGHLIGHT_OFF}`" in text
    assert f"1 to {MAX_LIMIT}, {DEFAULT_SUGGESTIONS} by default" in text
    assert {notice.value for notice in Notice} <= set(API.spans)


RESPONSES = {
    "/api/v1/search": (
        *("?q=القمح", "?q=نتنياهو", "?q=الفمح", "?q=اتفاقات التعليم&match=any"),
        *("?q=القمح والتعليم والدوري&match=any", "?q=القمح أو التعليم"),
        *("?q=date:غدا", "?fold=copies", "?q=wheat"),
    ),
    "/api/v1/suggest": ("?q=الق", "?q=مبارا"),
    "/api/v1/articles/<article_id>": ("",),
    "/api/v1/articles/<article_id>/revisions": ("",),
    "/api/v1/articles": ("?limit=1000", "?ids=none"),
    "/api/v1/articles/<article_id>/related": ("",),
    "/api/v1/articles/<article_id>/copies": ("",),
    "/api/v1/articles/<article_id>/passages": ("",),
    "/api/v1/stories": ("",),
    "/api/v1/stories/<story_id>": ("",),
    "/api/v1/sources": ("",),
    "/api/v1/topics": ("",),
    "/api/v1/trends": ("?q=القمح",),
    "/healthz": ("",),
}


@pytest.mark.parametrize("rule", RESPONSES)
def test_each_key_of_a_response_is_documented(app: Flask, rule: str) -> None:
    documented = {span for row in API.rows(f"`GET {rule}`", "key") for span in spans(row[0])}
    sent = set()
    for article_id in ("full", "wheat", "match3", "assigned", "restored"):
        for query in RESPONSES[rule]:
            address = re.sub("<(article|story)_id>", article_id, rule)
            response = app.test_client().get(address + query)
            assert response.status_code == 200
            sent |= set(keys(response.get_json()))
    assert sent == documented


def keys(form: Any, before: str = "") -> Iterator[str]:
    """The paths of the values in a response; a list of objects is `name[]`."""
    if isinstance(form, Mapping):
        for name, value in form.items():
            yield from keys(value, f"{before}.{name}" if before else name)
    elif isinstance(form, list) and (not form or isinstance(form[0], Mapping)):
        # An empty list tells nothing of what it may hold.
        for value in form:
            yield from keys(value, f"{before}[]")
    else:
        yield before


def test_each_error_code_is_documented() -> None:
    documented = {(spans(row[0])[0], int(row[1])) for row in API.rows("Errors", "code")}
    of_status = {(code, status) for status, code in errors._OF_STATUS.items()}
    assert documented == {(code, status) for _, status, code in errors._OF_ERROR} | of_status


def test_how_responses_are_cached_is_documented(app: Flask) -> None:
    documented = [spans(row[1])[0] for row in API.rows("Caching", "response")]
    sheet = "/static/style.css"
    named = re.search(rf'"({sheet}\?v=\w+)"', app.test_client().get("/").text)
    assert named
    addresses = ("/", "/feed.xml", named[1], sheet, "/article/none")
    sent = []
    for address in addresses:
        with app.test_client().get(address) as response:
            sent.append(response.headers["Cache-Control"])
    assert sent == documented


# Files, links, numbers


def test_each_divergence_is_numbered_and_referred_to() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. \*\*", DIVERGENCES.text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    sources = [path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")]
    found = [re.findall(r"DIVERGENCES\.md, (\d+)", path.read_text("utf-8")) for path in sources]
    assert {int(number) for numbers in found for number in numbers} == set(numbers)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_link_leads_somewhere(page: Page) -> None:
    for link in page.links:
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = page.path.parent / target if target else page.path
        assert path.exists(), link
        if anchor:
            assert anchor in Page(path.resolve()).anchors, link


@cache
def repository() -> str:
    """The files and folders of the repository, from its root, one per line; folders end with a slash."""
    folders = ("src", "tests", "docs", "bench", "templates", "deploy", "archive", ".ci")
    paths = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    return "".join(f"/{path.relative_to(ROOT).as_posix()}{'/' * path.is_dir()}\n" for path in paths)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_file_that_is_named_exists(page: Page) -> None:
    named = {span for text in page.spans for span in text.split() if is_path(span)}
    missing = {name for name in named if f"/{name}\n" not in repository()}
    assert missing == set()


def is_path(span: str) -> bool:
    """Whether inline code names a file or a folder of the repository, as far as one can tell."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", span):
        return False
    first = span.split("/", maxsplit=1)[0]
    return span.endswith((".py", ".md")) or ("/" in span and first in known_folders())


@cache
def known_folders() -> frozenset[str]:
    """Folders of the repository, but for those that are also folders of a person's: an archive, and its alerts."""
    packages = {path.parent.name for path in PACKAGE.rglob("__init__.py")}
    return frozenset({"src", "tests", "docs", "bench", "templates", "deploy"} | packages - {"archive", "alerts"})


def test_each_package_is_described() -> None:
    described = {span.rstrip("/") for text in bold(ARCHITECTURE.section("The packages")) for span in spans(text)}
    parts = [*PACKAGE.glob("*"), *(PACKAGE / "search" / name for name in ("whoosh_index", "opensearch", "indexing"))]
    names = {path.relative_to(PACKAGE).as_posix() for path in parts if is_module(path)}
    assert described == names
    picture = "\n".join(ARCHITECTURE.code)
    assert {name for name in names if name.rpartition("/")[2] not in picture} == set()


def is_module(path: Path) -> bool:
    return (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")


def bold(text: str) -> list[str]:
    return re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE)


@pytest.mark.parametrize("package", ["storage", "building", "updating", "querying"])
def test_each_module_of_the_engine_is_described(package: str) -> None:
    rows = ARCHITECTURE.rows("Whoosh's role", f"`{package}/`")
    modules = {path.stem for path in (PACKAGE / "search" / "whoosh_index" / package).glob("*.py")}
    assert {span for row in rows for span in spans(row[0])} == modules - {"__init__"}


def test_the_glossary_is_in_order() -> None:
    terms = [row[0].strip("*") for row in ARCHITECTURE.rows("Glossary")]
    assert terms == sorted(terms, key=str.lower)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_prose_is_wrapped(page: Page) -> None:
    # A line of one word, such as an address, can't be wrapped.
    assert [number for number, line in page.prose if len(line) > COLUMNS and " " in line.strip()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_examples_in_python_are_doctests_of_modules(page: Page) -> None:
    assert not [line for line in page.code if line.startswith(">>>")]
