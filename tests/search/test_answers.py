"""Answers that are kept: they are what a search without them finds, and never older than the index."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from newsarchive.access import ANONYMOUS, AccessPolicies, Viewer, read_policy
from newsarchive.arabic.names import name_key
from newsarchive.library import Library
from newsarchive.search import FURTHER_FACETS, Fold, Match, SearchRequest, SearchResults, Sort
from newsarchive.search.answers import Answers
from newsarchive.search.finding import Searcher
from tests.articles import make_article
from tests.libraries import append, filled, withdraw
from tests.sample import ARTICLES, STORIES, WEATHER


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("archive"), ARTICLES) as library:
        yield library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled(tmp_path / "archive", STORIES) as library:
        yield library


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> list[SearchRequest]:
    """The requests for which the whole search was run."""
    asked: list[SearchRequest] = []
    find = Searcher.find

    def noted(self: Searcher, request: SearchRequest) -> Any:
        asked.append(request)
        return find(self, request)

    monkeypatch.setattr(Searcher, "find", noted)
    return asked


def untimed(results: SearchResults) -> SearchResults:
    return replace(results, took_ms=0.0)


def ids(results: SearchResults) -> list[str]:
    return [hit.article.id for hit in results.hits]


TEXTS = ("", "نهر", "نهر النيل سباحة كرة", "«مجلس الأمن» -النيل", "قطار سريع نهر")


def test_kept_answers_are_those_of_a_new_search(read_only: Library) -> None:
    requests = [
        SearchRequest(text=text, match=match, sort=sort, page=page, limit=limit, looser=looser, fold=fold)
        for text, (match, looser) in product(TEXTS, ((Match.ALL, True), (Match.ANY, False)))
        for sort, page, limit, fold in (
            (None, 2, 3, None),
            (None, 1, 3, None),
            (Sort.OLDEST, 1, 2, None),
            (Sort.ARRIVED, 2, 5, None),
            (None, 1, 4, Fold.COPIES),
            (Sort.NEWEST, 3, 5, Fold.STORIES),
            (None, 1, 100, None),
        )
    ]
    facets = [FURTHER_FACETS, FURTHER_FACETS[:1]]
    asked = list(product(requests, facets))
    kept = [untimed(read_only.search(request, counted)) for request, counted in asked]
    again = [untimed(read_only.search(request, counted)) for request, counted in reversed(asked)]
    assert again == kept[::-1]
    for (request, counted), results in zip(asked, kept, strict=True):
        read_only.search_service.forget()
        assert untimed(read_only.search(request, counted)) == results


def test_one_search_serves_pages_orders_and_sizes(read_only: Library, finds: list[SearchRequest]) -> None:
    read_only.search_service.forget()
    first = SearchRequest(text="نهر", limit=2)
    for request in (first, replace(first, page=2), replace(first, limit=5), replace(first, sort=Sort.OLDEST), first):
        assert read_only.search(request, FURTHER_FACETS).total > 2
    assert read_only.search(first).facets.author == {}
    assert len(finds) == 1
    for other in (replace(first, match=Match.ANY), replace(first, languages=("ar",)), replace(first, looser=True)):
        read_only.search(other)
    assert len(finds) == 4


def test_what_arrives_is_revised_or_withdrawn_is_found_so(library: Library) -> None:
    request = SearchRequest(text=WEATHER[0].title, looser=True)
    before = library.search(request)
    assert untimed(library.search(request)) == untimed(before)
    assert len(library.search_service._answers) > 0
    append(library, *WEATHER[:3])
    assert untimed(library.search(request)) == untimed(before)  # the index hasn't read them yet
    library.update_index()
    assert library.count(request).total > before.total
    assert len(library.search_service._answers) == 0
    assert library.search(request).total > before.total

    nile = SearchRequest(text="نهر النيل")
    assert "nile" in ids(library.search(nile))
    append(library, replace(STORIES[0], title="عنوان آخر عن القطن", body="نص جديد", revision=2))
    # Articles are read for every page, so what is shown is what the archive has.
    shown = {hit.article.id: hit.article.title for hit in library.search(nile).hits}
    assert shown["nile"] == "عنوان آخر عن القطن"
    library.update_index()
    assert "nile" not in ids(library.search(nile))

    dam = SearchRequest(text="كهرباء")
    assert "dam" in ids(library.search(dam))
    withdraw(library, "dam")
    assert "dam" not in ids(library.search(dam))
    library.update_index()
    assert (library.search(dam).total, ids(library.search(dam))) == (0, [])


def test_a_query_that_asks_the_archive_itself_is_asked_again(library: Library) -> None:
    url = "https://news.example/later"
    request = SearchRequest(text=f"url:{url}")
    assert library.search(request).total == 0
    append(library, make_article(url=url))
    library.update_index()
    assert library.search(request).total == 1
    assert len(library.search_service._answers) == 0


def test_readers_share_no_answers(tmp_path: Path, finds: list[SearchRequest]) -> None:
    hidden = [make_article(number, source="وكالة", title="خبر", body="مقدمة عن غرافيتون") for number in range(2)]
    policies = AccessPolicies(read_policy("full"), {name_key("وكالة"): read_policy("metadata")})
    with filled(tmp_path / "archive", [*STORIES, *hidden]) as library:
        viewer = Viewer(policies, ANONYMOUS, library.search_service.today)
        request = SearchRequest(text="غرافيتن", looser=True)
        everything = library.search(request)
        seen_library = library.seen_by(viewer)
        seen = seen_library.search(request)
        assert len(finds) == 2
        assert (everything.suggestion, seen.suggestion) == ("غرافيتون", None)
        assert untimed(library.search(request)) == untimed(everything)
        assert untimed(seen_library.search(request)) == untimed(seen)
        assert len(finds) == 2
        # After a change of the policies, readers get new views.
        library.seen_by(viewer).search(request)
        assert len(finds) == 3


def test_answers_of_another_generation_are_forgotten(read_only: Library) -> None:
    answers = Answers()
    assert answers.get(1, "key") is None
    read_only.search(SearchRequest(text="نهر"))
    (kept,) = [answer for answer, _ in read_only.search_service._answers._kept._kept.values()][-1:]
    answers.put(1, "key", kept)
    assert answers.get(1, "key") is kept
    answers.put(2, "key", kept)  # found in a generation that isn't the last one asked for
    assert answers.get(1, "key") is kept
    assert answers.get(2, "key") is None
    assert len(answers) == 0
    assert kept.size() > 1_000
