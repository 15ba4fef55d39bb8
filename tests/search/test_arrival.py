"""Sorting by arrival: the latest archived articles come first, whatever their dates are."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest, Sort
from tests.libraries import append, open_archive, withdraw

OLD = Article(id="old", title="فيضان", body="فيضان النهر في القرية القديمة", published=date(2024, 5, 1))
NEW = Article(id="new", title="فيضان آخر", body="فيضان النهر في القرية الجديدة", published=date(2025, 5, 1))
UNDATED = Article(id="undated", title="نهر", body="فيضان النهر بلا تاريخ معروف")
LATE = Article(id="late", title="وثيقة", body="فيضان النهر قبل نصف قرن", published=date(1974, 1, 1))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with an index of several updates; the third article was corrected after the last arrived."""
    opened = open_archive(tmp_path, create=True)
    for article in (NEW, UNDATED, OLD):
        append(opened, article)
        opened.update_index()
    append(opened, LATE, replace(UNDATED, revision=2, body=UNDATED.body + " حتى الآن"))
    opened.update_index()
    return opened


def arrived(library: Library, text: str = "", *, page: int = 1, limit: int = 10) -> list[str]:
    results = library.search(SearchRequest(text=text, sort=Sort.ARRIVED, page=page, limit=limit))
    return [hit.article.id for hit in results.hits]


@pytest.mark.parametrize("text", ["", "فيضان", "القرية OR نصف OR بلا"])
def test_the_latest_archived_come_first(library: Library, text: str) -> None:
    assert arrived(library, text) == ["late", "old", "undated", "new"]


def test_pages_continue_in_the_same_order(library: Library) -> None:
    pages = [arrived(library, "فيضان", page=page, limit=1) for page in range(1, 6)]
    assert pages == [["late"], ["old"], ["undated"], ["new"], []]


def test_the_order_survives_a_rebuild_and_a_purge(library: Library) -> None:
    library.rebuild_index()
    assert arrived(library) == ["late", "old", "undated", "new"]
    library.purge("old", "طلب الناشر")
    assert arrived(library) == ["late", "undated", "new"]


def test_withdrawn_articles_are_left_out(library: Library) -> None:
    withdraw(library, "late")
    library.update_index()
    assert arrived(library) == ["old", "undated", "new"]
