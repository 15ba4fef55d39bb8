"""BibTeX, read back by bibtexparser and pybtex, and decoded by pylatexenc."""

import re
from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string as parse_library
from hypothesis import given
from hypothesis import strategies as st
from pybtex import format_from_string
from pybtex.database import Entry, parse_string
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from newsarchive.citing import Body, Citation, Person
from newsarchive.export import bibtex
from tests.citing.samples import ALL, BARE, DAY, ENGLISH, FETCHED, FULL, RELATIVE, cited, hostile, hostile_citations
from tests.export.citing import written

_CONTEXT = get_default_latex_context_db()
_CONTEXT.add_context_category(
    "ascii",
    [
        MacroTextSpec("textbraceleft", "{"),
        MacroTextSpec("textbraceright", "}"),
        # LaTeX prints the ASCII characters, not the accents that the decoder makes of them.
        MacroTextSpec("textasciicircum", "^"),
        MacroTextSpec("textasciitilde", "~"),
    ],
    prepend=True,
)
_DECODER = LatexNodes2Text(_CONTEXT, keep_comments=True, strict_latex_spaces=True)
KEY = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


def decoded(tex: str) -> str:
    return str(_DECODER.latex_to_text(tex))


def entries(content: str) -> dict[str, Entry]:
    return dict(parse_string(content, "bibtex").entries.items())


def test_all_fields_are_read_back() -> None:
    ((key, entry),) = entries(written("bibtex", [FULL]).decode()).items()
    assert (key, entry.type) == ("newsarchive-mfrggzdfmztwq2lk", "article")
    assert [(person.last_names, person.first_names) for person in entry.persons["author"]] == [
        (["حسن"], ["ليلى"]),
        (["Smith"], ["John"]),
        (["{رويترز}"], []),
    ]
    assert dict(entry.fields.items()) == {
        "title": FULL.title,
        "journal": "الجزيرة",
        "entrysubtype": "newspaper",
        "publisher": "صحيفة المدينة",
        "date": "2025-04-21T10:30:00+03:00",
        "year": "2025",
        "month": "April",
        "langid": "arabic",
        "url": "https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar",
        "abstract": "اتفاق جديد لشراء القمح.",
        "keywords": "اقتصاد، أعمال ومال, {Food, water}",
        "note": cited(FULL).provenance,
        "archiveurl": "https://archive.example/article/mfrggzdfmztwq2lk",
        "archivedate": "2025-05-01T06:30:15Z",
        "sha256": cited(FULL).digest,
    }


def test_another_parser_reads_the_same() -> None:
    library = parse_library(written("bibtex", ALL).decode())
    assert not library.failed_blocks
    assert not library.comments
    assert [entry.key for entry in library.entries] == [f"newsarchive-{article.id}" for article in ALL]
    read = library.entries_dict["newsarchive-english"].fields_dict
    assert read["title"].value == "Grain prices rise in {Alexandria}"
    assert read["author"].value == "van Dyk, Jr., Ann"


def test_a_style_of_bibtex_prints_it() -> None:
    (printed,) = format_from_string(written("bibtex", [ENGLISH]).decode(), "plain", output_backend="latex").split(
        r"\bibitem"
    )[1:]
    assert "Ann van Dyk, Jr." in printed
    assert r"\newblock Grain prices rise in {Alexandria}." in printed
    assert r"\emph{الجزيرة}, April 2025." in printed


def test_what_is_missing_has_no_field() -> None:
    (entry,) = entries(written("bibtex", [BARE]).decode()).values()
    assert entry.type == "misc"
    assert set(entry.fields) == {"key", "title", "url", "keywords", "note", "archiveurl", "sha256"}


def test_the_day_of_fetching_is_that_of_access() -> None:
    (entry,) = entries(written("bibtex", [FETCHED]).decode()).values()
    assert entry.fields["urldate"] == "2025-04-22"


def test_dates_say_no_more_than_is_known() -> None:
    day, relative = entries(written("bibtex", [DAY, RELATIVE]).decode()).values()
    assert (day.fields["date"], day.fields["year"], day.fields["month"]) == ("2025-01-09", "2025", "January")
    assert relative.fields["date"] == "2025-04-20~"


@pytest.mark.parametrize(
    ("authors", "written_as"),
    [
        (("Ann van Dyk, Jr.",), "van Dyk, Jr., Ann"),
        (("فريق وكالة النهر",), "{فريق وكالة النهر}"),
        (("Rock and Sand Agency",), "{Rock and Sand Agency}"),
        (("Dow Jones & Company, Inc.",), r"{Dow Jones \& Company, Inc.}"),
    ],
)
def test_authors_are_written_so_that_bibtex_splits_none(authors: tuple[str, ...], written_as: str) -> None:
    entry = bibtex.entry(cited(replace(FULL, authors=authors)))
    assert f"  author = {{{written_as}}},\n" in entry


def test_capitals_are_kept_in_titles() -> None:
    titles = {
        "Grain prices rise in Alexandria": "Grain prices rise in {Alexandria}",
        "iPhone sales": "{iPhone} sales",
        "US and AT&T talk": r"{US} and {AT\&T} talk",
    }
    for title, protected in titles.items():
        assert f"  title = {{{protected}}},\n" in bibtex.entry(cited(replace(ENGLISH, title=title)))


def test_revisions_have_keys_of_their_own() -> None:
    found = entries(written("bibtex", [replace(FULL, revision=1), FULL, replace(FULL, id=f"{FULL.id}-r2")]).decode())
    assert len(found) == 3


@given(st.lists(hostile.filter(bool), unique=True, max_size=4))
def test_keys_are_ascii_and_unique(ids: list[str]) -> None:
    keys = [bibtex.key(one) for one in ids]
    assert all(KEY.fullmatch(key) for key in keys)
    assert len(set(keys)) == len(keys)


@given(hostile_citations())
def test_no_text_breaks_an_entry(citation: Citation) -> None:
    content = bibtex.entry(citation).encode().decode()
    assert content.count("{") == content.count("}")
    library = parse_library(content)
    assert not library.failed_blocks
    assert not library.comments
    (read,) = library.entries
    assert decoded(read.fields_dict["title"].value) == citation.title
    ((key, entry),) = entries(content).items()
    assert key == read.key
    assert len(entry.persons.get("author", [])) == len(citation.authors)
    assert entry.fields["title"] == read.fields_dict["title"].value
    for person, author in zip(entry.persons.get("author", []), citation.authors, strict=True):
        if isinstance(author, Body):
            assert decoded(str(person)) == author.name


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("{a}", r"\{a\}"),
        ("{{a}", r"{\textbraceleft}\{a\}"),
        ("a}", r"a{\textbraceright}"),
        ("}a{", r"{\textbraceright}a{\textbraceleft}"),
        ("\\{", r"{\textbackslash}{\textbraceleft}"),
    ],
)
def test_braces_are_always_paired(text: str, tex: str) -> None:
    assert bibtex.escaped(text) == tex


@given(hostile)
def test_escaped_text_means_itself(text: str) -> None:
    line = " ".join(text.encode("utf-8", "ignore").decode().split())
    line = "".join(letter for letter in line if letter.isprintable())
    assert decoded(bibtex.escaped(line)) == line


def test_persons_are_kept_apart() -> None:
    parts = Person("Sand, and Stone", "A and B")
    assert bibtex.entry(replace(cited(FULL), authors=(parts,))).count(r"{Sand, and Stone}, {A and B}") == 1
