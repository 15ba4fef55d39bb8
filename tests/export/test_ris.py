"""RIS, read back by rispy."""

import re
from dataclasses import replace

import rispy
from hypothesis import given

from newsarchive.citing import Citation, Person
from newsarchive.export import ris
from tests.citing.samples import ALL, BARE, DAY, ENGLISH, FETCHED, FULL, RELATIVE, cited, hostile_citations
from tests.export.citing import SITE, written

LINE = re.compile(r"[A-Z][A-Z0-9]  - [^\r\n]*")


def test_all_fields_are_read_back() -> None:
    (record,) = rispy.loads(written("ris", [FULL]).decode())
    assert record.pop("unknown_tag") == {"AV": ["https://archive.example/article/mfrggzdfmztwq2lk"]}
    assert record == {
        "type_of_reference": "NEWS",
        "id": FULL.id,
        "title": FULL.title,
        "authors": ["حسن, ليلى", "Smith, John", "رويترز"],
        "secondary_title": "الجزيرة",
        "publisher": "صحيفة المدينة",
        "year": "2025",
        "date": "2025/04/21",
        "abstract": "اتفاق جديد لشراء القمح.",
        "keywords": ["اقتصاد، أعمال ومال", "Food, water"],
        "language": "ar",
        "urls": ["https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar"],
        "name_of_database": SITE,
        "notes": [f"Published 2025-04-21T10:30+03:00. {cited(FULL).provenance}"],
    }


def test_what_is_missing_has_no_tag() -> None:
    tags = [line[:2] for line in written("ris", [BARE]).decode().split("\r\n") if line]
    assert tags == ["TY", "ID", "TI", "KW", "KW", "UR", "DB", "AV", "N1", "ER"]


def test_the_day_of_fetching_is_that_of_access() -> None:
    (record,) = rispy.loads(written("ris", [FETCHED]).decode())
    assert record["access_date"] == "2025/04/22"


def test_a_day_and_an_estimate_have_no_time() -> None:
    day, relative = rispy.loads(written("ris", [DAY, RELATIVE]).decode())
    assert (day["date"], relative["date"]) == ("2025/01/09", "2025/04/20")
    assert not day["notes"][0].startswith("Published")
    assert not relative["notes"][0].startswith("Published")


def test_names_have_suffixes_and_bodies_no_commas() -> None:
    bodies = replace(FULL, authors=("Dow Jones & Company, Inc.",), source="x", publisher="")
    (person, body) = rispy.loads(written("ris", [ENGLISH, bodies]).decode())
    assert person["authors"] == ["van Dyk, Ann, Jr."]
    assert body["authors"] == ["Dow Jones & Company Inc."]


def test_lines_end_as_the_format_demands() -> None:
    content = written("ris", ALL).decode()
    assert content.count("\r\n") == content.count("\n") == content.count("\r")
    for line in content.split("\r\n"):
        assert line == "" or LINE.fullmatch(line), line
    assert content.count("ER  - \r\n\r\n") == len(ALL)
    assert not content.startswith("\ufeff")


def test_revisions_of_an_article_are_records_of_their_own() -> None:
    first, second, other = rispy.loads(written("ris", [replace(FULL, revision=1), FULL, FETCHED]).decode())
    assert (first["id"], second["id"], other["id"]) == (FULL.id, f"{FULL.id}-r2", "fetched")


@given(hostile_citations())
def test_no_text_breaks_a_record(citation: Citation) -> None:
    content = ris.record(citation).encode().decode()
    assert all(line == "" or LINE.fullmatch(line) for line in content.split("\r\n"))
    assert len(content.splitlines()) == content.count("\r\n")
    (record,) = rispy.loads(content)
    assert record.get("title", "") == citation.title
    assert len(record.get("authors", [])) == len(citation.authors)
    for read, author in zip(record.get("authors", []), citation.authors, strict=True):
        assert isinstance(author, Person) or "," not in read
