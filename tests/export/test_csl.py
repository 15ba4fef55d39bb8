"""CSL-JSON, checked by the rules of its schema: the names and types of variables."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from newsarchive.citing import Citation
from newsarchive.export import csl
from tests.citing.samples import ALL, BARE, DAY, FETCHED, FULL, RELATIVE, cited, hostile_citations
from tests.export.citing import SITE, written

STRINGS = {
    *("id", "type", "title", "container-title", "publisher", "language", "URL", "abstract", "keyword"),
    *("archive", "archive_location", "note"),
}
"""The variables of `csl-data.json` that are strings, of those that this writer uses."""


def check(item: Mapping[str, Any]) -> None:
    """Check an item by the schema: nothing but known variables, of the right types."""
    assert set(item) <= STRINGS | {"author", "issued", "accessed", "custom"}
    assert item["type"] == "article-newspaper"
    assert isinstance(item["id"], str)
    for name in STRINGS & set(item):
        assert isinstance(item[name], str)
        assert item[name]
    for author in item.get("author", []):
        assert set(author) <= {"family", "given", "suffix", "literal"}
        assert ("literal" in author) != ("family" in author)
        assert all(isinstance(part, str) and part for part in author.values())
    for name in {"issued", "accessed"} & set(item):
        assert set(item[name]) <= {"date-parts", "circa"}
        ((year, month, day),) = item[name]["date-parts"]
        assert 1 <= year <= 9999
        assert 1 <= month <= 12
        assert 1 <= day <= 31
    assert isinstance(item["custom"], dict)


def test_all_fields_are_there() -> None:
    (item,) = json.loads(written("csl", [FULL]))
    check(item)
    assert item == {
        "id": FULL.id,
        "type": "article-newspaper",
        "title": FULL.title,
        "author": [
            {"family": "حسن", "given": "ليلى"},
            {"family": "Smith", "given": "John"},
            {"literal": "رويترز"},
        ],
        "container-title": "الجزيرة",
        "publisher": "صحيفة المدينة",
        "issued": {"date-parts": [[2025, 4, 21]]},
        "language": "ar",
        "URL": "https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar",
        "abstract": "اتفاق جديد لشراء القمح.",
        "keyword": "اقتصاد، أعمال ومال, Food, water",
        "archive": SITE,
        "archive_location": "https://archive.example/article/mfrggzdfmztwq2lk",
        "note": cited(FULL).provenance,
        "custom": {
            "published": "2025-04-21T10:30:00+03:00",
            "archived": "2025-05-01T06:30:15+00:00",
            "archive-url": "https://archive.example/article/mfrggzdfmztwq2lk",
            "sha256": cited(FULL).digest,
            "revision": 2,
        },
    }


def test_the_day_of_fetching_is_that_of_access() -> None:
    (item,) = json.loads(written("csl", [FETCHED]))
    assert item["accessed"] == {"date-parts": [[2025, 4, 22]]}


def test_dates_say_no_more_than_is_known() -> None:
    day, relative, bare = json.loads(written("csl", [DAY, RELATIVE, BARE]))
    assert day["issued"] == {"date-parts": [[2025, 1, 9]]}
    assert "published" not in day["custom"]
    assert relative["issued"] == {"date-parts": [[2025, 4, 20]], "circa": True}
    assert "issued" not in bare


@pytest.mark.parametrize("count", range(3))
def test_any_number_of_articles_is_an_array(count: int) -> None:
    items = json.loads(written("csl", ALL[:count]))
    assert [item["id"] for item in items] == [article.id for article in ALL[:count]]


def test_ids_are_unique() -> None:
    items = json.loads(written("csl", [replace(FULL, revision=1), FULL, replace(FULL, revision=3), BARE]))
    assert [item["id"] for item in items] == [FULL.id, f"{FULL.id}-r2", f"{FULL.id}-r3", "bare"]


def test_arabic_is_not_escaped() -> None:
    assert FULL.title.encode() in written("csl", [FULL])


@given(hostile_citations())
def test_no_text_breaks_an_item(citation: Citation) -> None:
    item = json.loads(json.dumps(csl.item(citation), ensure_ascii=False).encode())
    check(item)
    assert item["title"] == citation.title
