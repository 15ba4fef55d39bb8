"""A language is one catalogue: a made-up one shows no text of another language on any page of a real server.

The program is copied, and gets one more file: a catalogue in which every text is accented and stands in
brackets. Articles are in Greek letters, so Latin and Arabic letters outside brackets were not translated.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from werkzeug.urls import iri_to_uri

from newsarchive.i18n.catalogue import FOLDER
from newsarchive.web.assets import templates_folder
from tests.i18n.test_catalogues import declared, entries
from tests.serving import serving

__all__ = ["declared"]

LANGUAGE = "en-XA"
ACCENTED = str.maketrans("aeiouyncsACEINOSUY", "áéíóúýñçšÁÇÉÍÑÓŠÚÝ")
LATIN = re.compile(r"[A-Za-z]{2,}")
ARABIC = re.compile("[\u0621-\u064a]{2,}")
NAMES = {
    # Formats, standards and programs, keys, and the names of parameters that are typed.
    *(
        "RSS",
        "Atom",
        "unAPI",
        "JSON",
        "Feed",
        "OPML",
        "CSV",
        "RIS",
        "BibTeX",
        "CSL",
        "Parquet",
        "Lines",
        "API",
        "IPTC",
        "UTC",
    ),
    *("Enter", "SHA", "WARC", "TSV", "bib", "ris", "URL", "AH", "Plain", "text"),
    # The languages by their own names.
    *("English", "العربية"),
}
"""Words that are the same in every language."""
LITERAL = frozenset({"code", "kbd", "pre", "script", "style", "bdi", "cite", "time", "abbr"})
"""Elements with names, addresses and dates, which CLDR writes in the language's own way."""
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-copied", "data-failed", "data-printed", "data-here")
SENTENCE = "Αθήνα ψωμί τιμή σιτάρι κυβέρνηση συμφωνία λιμάνι πλοίο εμπόριο αγορά {} χώρα λαός ειρήνη νερό φως"


def accented(text: str) -> str:
    """A text in the made-up language, with its fields as they are."""
    pieces = re.split(r"(\{\w*\})", text)
    return "⟦" + "".join(one if one.startswith("{") else one.translate(ACCENTED) for one in pieces) + "⟧"


class Leftovers(HTMLParser):
    """Collects the texts of a page outside brackets, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._skipped = 0
        self._stack: list[tuple[str, bool]] = []
        self._line: list[str] = []
        self.feed(html)
        self._end_line()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("a", "link") and given.get("rel") != "alternate":
            self.links.append(given.get("href", ""))
        # CLDR has the names of zones.
        is_other = given.get("lang", LANGUAGE) != LANGUAGE or tag in LITERAL or given.get("name") == "zone"
        if not (self._skipped or is_other):
            self.texts.extend(given[name] for name in SHOWN if name in given)
        if tag not in ("meta", "link", "input", "br", "img", "wbr", "hr"):
            self._stack.append((tag, is_other))
            self._skipped += is_other
        if tag in ("p", "li", "h1", "h2", "h3", "td", "th", "dt", "dd", "option", "button", "label", "title", "div"):
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            name, was_skipped = self._stack.pop()
            self._skipped -= was_skipped
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._line.append(data)

    def _end_line(self) -> None:
        self.texts.append("".join(self._line))
        self._line = []


def untranslated(text: str) -> set[str]:
    """The words of a text outside its brackets, which may be nested."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    text = re.sub(r"https?://\S+|[\w.-]+\.(?:jsonl|org|xml)\b\S*|article/\S+|/\S+|[0-9a-f]{12,}", " ", text)
    names = Locale.parse("en_GB")
    dates = {str(one) for width in ("wide", "abbreviated") for one in names.months["format"][width].values()}
    weekdays = {str(one) for one in names.days["stand-alone"]["wide"].values()}
    return {*LATIN.findall(text), *ARABIC.findall(text)} - NAMES - dates - weekdays - {"Rajab", "Sha", "ban"}


@pytest.fixture(scope="module")
def program(declared: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one more catalogue."""
    root = tmp_path_factory.mktemp("program")
    shutil.copytree(FOLDER.parent, root / "src/newsarchive", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copytree(templates_folder(), root / "templates")
    made_up = Catalog(locale="en", domain="newsarchive")
    for (context, _), entry in entries(declared).items():
        forms = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        string = accented(forms[0]) if len(forms) == 1 else tuple(map(accented, forms))
        made_up.add(entry.id, string, context=context or None)
    folder = root / "src/newsarchive/locales/en_XA/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "newsarchive.po").open("wb") as file:
        write_po(file, made_up)
    return root


@pytest.fixture(scope="module")
def archive(program: Path) -> Path:
    folder = program / "archive"
    lines = [
        {
            "title": f"Ψωμί και σιτάρι {number}",
            "body": SENTENCE.format("θάλασσα" * (number % 3 + 1)) + "\n" + SENTENCE.format(f"μήνας {number // 2}"),
            "source": f"Πηγή {number % 3}",
            "authors": [f"Νίκος {number % 4}"],
            "topics": ["economy" if number % 2 else "politics", "Κόσμος"],
            "published": f"2025-0{number % 5 + 1}-11T10:30:00+03:00",
            "url": f"https://ellada.example/{number}",
        }
        for number in range(30)
    ]
    source = program / "news.jsonl"
    source.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    run = "from newsarchive.cli import main; main()"
    command = [sys.executable, "-c", run, "ingest", str(source), "--archive", str(folder)]
    subprocess.run(command, check=True, env=environment(program), capture_output=True)
    return folder


def environment(program: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(program / "src"), "PATH": "/usr/bin:/bin", "NEWSARCHIVE_SHOW_SUBSCRIPTIONS": "true"}


def crawled(port: int) -> Iterator[tuple[str, str]]:
    """The pages that links lead to from the start page, a few of each kind, and some that are reached by typing."""
    base = f"http://127.0.0.1:{port}/"
    typed = (
        "", "search?q=σιτάρι", "search?q=xyzzyx", "search?q=σιτάρι&page=99", "search?from=2026&to=2025",
        "search?sort=mad",
        "search?q=" + quote("σιτάρι OR λαός &fold=copies"), "nothing", "trends?q=ψωμί&q=λαός&measure=share", "reuse",
        "concordance?q=σιτάρι", "advanced?q=σιτάρι", "sources/Χ",
        "days/1999", "subscriptions", "preferences", "api/v1/",
        "article/none", "stories", "search?zone=Mars/Mars",
    )  # fmt: skip
    queue = [base + quote(one, safe="/?=&%") for one in typed]
    seen: dict[str, int] = {}
    done: set[str] = set()
    while queue:
        address = queue.pop(0)
        parts = urlsplit(address)
        kind = (
            re.sub(r"[0-9a-f]{8,}|\d+|%[0-9A-F%]+.*", "*", parts.path) + " " + " ".join(sorted(parse_qs(parts.query)))
        )
        if address in done or (seen.get(kind, 0) >= 2 and address.partition("?")[0] not in typed) or len(done) > 70:
            continue
        done.add(address)
        seen[kind] = seen.get(kind, 0) + 1
        joined = address + ("&" if parts.query else "?") + f"lang={LANGUAGE}" if "lang=" not in address else address
        request = urllib.request.Request(iri_to_uri(joined), headers={"Accept-Language": LANGUAGE})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                kind, html = response.headers["Content-Type"], response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            kind, html = error.headers["Content-Type"], error.read().decode()
        if not kind.startswith("text/html"):
            continue
        yield joined.removeprefix(base), html
        for link in Leftovers(html).links:
            other = urljoin(address, link).partition("#")[0]
            lang = parse_qs(urlsplit(other).query).get("lang", [LANGUAGE])
            if other.startswith(base) and lang == [LANGUAGE] and "/static/" not in other:
                queue.append(other)


def test_every_page_is_in_the_made_up_language(program: Path, archive: Path) -> None:
    with serving(archive, environment=environment(program)) as server:
        pages = dict(crawled(server.port))
    left = {
        address: words
        for address, html in pages.items()
        if (words := set().union(*map(untranslated, Leftovers(html).texts)))
    }
    where = {word: address for address, found in left.items() for word in found}
    assert where == {}
    assert all(f'<html lang="{LANGUAGE}" dir="ltr">' in html for html in pages.values())
    assert len(pages) > 40
    kinds = {address.partition("?")[0].partition("/")[0] for address in pages}
    assert kinds >= {"article", "search", "stories", "trends", "sources", "topics", "authors", "days", "api", "reuse"}


def test_leftovers_are_found() -> None:
    page = Leftovers(
        '<p>⟦Ñéxt ⟦2⟧⟧ forgotten</p><button title="منسي">⟦Gó⟧</button><p lang="ar">عربي</p><bdi>Name</bdi>'
    )
    assert set().union(*map(untranslated, page.texts)) == {"forgotten", "منسي"}
