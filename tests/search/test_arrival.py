"""Sorting by arrival: the latest archived articles come first, whatever their dates are."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import CursorGone, IndexOutdated
from newsarchive.library import Library
from newsarchive.search import Arrival, SearchRequest, Sort
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


def places(library: Library, limit: int = 1) -> list[Arrival]:
    """The place of the last article of each page."""
    found = library.search(SearchRequest(sort=Sort.ARRIVED, limit=limit))
    pages = [found]
    while pages[-1].continues:
        pages.append(library.search(replace(found.request, arrived_before=pages[-1].last_arrival)))
    return [page.last_arrival for page in pages if page.last_arrival]


def between(library: Library, *, before: Arrival | None = None, after: Arrival | None = None) -> list[str]:
    results = library.search(SearchRequest(sort=Sort.ARRIVED, arrived_before=before, arrived_after=after))
    assert results.total == len(results.hits) == library.count(results.request).total
    assert sum(results.facets.month.values()) == sum(hit.article.published is not None for hit in results.hits)
    return [hit.article.id for hit in results.hits]


def test_places_bound_the_articles_on_both_sides(library: Library) -> None:
    late, old, undated, new = places(library)
    assert [place.article_id for place in (late, old, undated, new)] == ["late", "old", "undated", "new"]
    assert between(library, before=old) == ["undated", "new"]
    assert between(library, after=old) == ["late"]
    assert between(library, before=late, after=new) == ["old", "undated"]
    assert between(library, after=late) == between(library, before=new) == []
    assert list(library.listing(SearchRequest(arrived_before=old)).ids) == ["new", "undated"]


@pytest.mark.parametrize("is_rebuilt", [False, True])
def test_places_last_while_articles_arrive_and_are_withdrawn(library: Library, is_rebuilt: bool) -> None:
    _, old, undated, _ = places(library)
    append(library, Article(id="newest", title="عاجل", body="نص قصير"), replace(OLD, revision=2, body="نص مصحح"))
    withdraw(library, "undated")
    if is_rebuilt:
        library.rebuild_index()
    else:
        library.update_index()
    assert between(library, before=old) == ["new"]
    assert between(library, before=undated) == ["new"]
    assert between(library, after=old) == ["newest", "late"]


def test_places_last_over_a_purge_of_other_articles(library: Library) -> None:
    _, old, undated, new = places(library)
    library.purge("new", "طلب الناشر")
    assert between(library, before=old) == ["undated"]
    assert between(library, after=undated) == ["late", "old"]
    with pytest.raises(CursorGone):
        between(library, before=new)
    with pytest.raises(CursorGone):
        between(library, after=new)


def test_places_count_in_an_index_that_is_behind_a_purge(library: Library) -> None:
    _, old, undated, _ = places(library)
    with ArchiveWriter(library.archive) as writer:
        writer.purge("old", "طلب الناشر")
    assert between(library, before=old) == ["undated", "new"]
    assert between(library, after=undated) == ["late"]


def test_a_place_of_the_new_generation_waits_for_the_index(library: Library) -> None:
    behind = places(library)[1]
    with ArchiveWriter(library.archive) as writer:
        writer.purge("new", "طلب الناشر")
    with pytest.raises(IndexOutdated):
        library.search(SearchRequest(arrived_before=replace(behind, generation=2)))


@settings(derandomize=True)
@given(st.integers(0, 1 << 40), st.integers(0, (1 << 63) - 1), st.text(min_size=1, max_size=200))
def test_places_as_text(generation: int, number: int, article_id: str) -> None:
    place = Arrival(generation, number, article_id)
    assert Arrival.parse(str(place)) == place


@pytest.mark.parametrize(
    "text", ["", "x", "0.1", "0.1.", "-1.1.a", "0.g.a", "0.1." + "a" * 201, "0.8000000000000000.a", "٣.١.a"]
)
def test_other_text_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="place"):
        Arrival.parse(text)


def test_each_commit_is_later_than_the_one_before(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [library.search_service.changed_at()]
    for clock in (9e9, 5.0):
        monkeypatch.setattr(time, "time", lambda clock=clock: clock)
        for change in (library.update_index, library.rebuild_index):
            append(library, replace(LATE, id=f"{clock}{change.__name__}", url=""))
            change()
            moments.append(library.search_service.changed_at())
    known = [moment for moment in moments if moment]
    assert known == sorted(set(known))
    assert len(known) == len(moments)
