"""Folded results: of each group the best-ranked article, and no group on two pages."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import Fold, SearchRequest, SearchResults, SearchService, Sort
from newsarchive.stories.group_queries import GroupInfo
from newsarchive.stories.groups import Groups
from tests.libraries import filled

COUNT = 450
"""More than twice as many articles as are looked at together."""


class Assigned:
    """Groups that a test assigns: article `n` is in group `n % groups` if `n` is below `grouped`."""

    def __init__(self, grouped: int, groups: int) -> None:
        self.grouped, self.groups = grouped, groups

    def group(self, article_id: str) -> str:
        number = int(article_id)
        return f"group {number % self.groups}" if number < self.grouped else ""

    def groups_of(self, article_ids: Collection[str], kind: str) -> Mapping[str, GroupInfo]:
        assert kind == "stories"
        return {one: GroupInfo(self.group(one), 7, 4, 3) for one in article_ids if self.group(one)}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    days = (date(2020, 1, 1) + timedelta(days=number * 37 % 1000) for number in range(COUNT))
    articles = [
        Article(id=str(number), title=f"خبر {number}", body="القمح " * (number % 7 + 1) + f"نص {number}", published=day)
        for number, day in enumerate(days)
    ]
    with filled(tmp_path_factory.mktemp("archive"), articles) as opened:
        yield opened


def search(library: Library, groups: Assigned, **request: Any) -> SearchResults:
    service = SearchService(library.archive, library.search_service.engine, groups=cast(Groups, groups))
    return service.search(SearchRequest(fold=Fold.STORIES, **request))


def ranked(library: Library, **request: Any) -> list[str]:
    pages = (library.search(SearchRequest(page=page, limit=100, **request)) for page in range(1, 6))
    return [hit.article.id for results in pages for hit in results.hits]


@pytest.fixture(scope="module")
def rankings(library: Library) -> dict[tuple[str, Sort], list[str]]:
    asked = [("", Sort.NEWEST), ("القمح", Sort.BEST), ("القمح", Sort.OLDEST)]
    return {(text, sort): ranked(library, text=text, sort=sort) for text, sort in asked}


@given(
    grouped=st.sampled_from([0, 3, 60, COUNT]),
    groups=st.sampled_from([1, 2, 40, 400]),
    limit=st.sampled_from([1, 10, 100]),
    page=st.integers(1, 5),
    data=st.data(),
)
def test_pages_list_the_first_article_of_each_group(
    library: Library,
    rankings: dict[tuple[str, Sort], list[str]],
    grouped: int,
    groups: int,
    limit: int,
    page: int,
    data: st.DataObject,
) -> None:
    text, sort = data.draw(st.sampled_from(sorted(rankings)))
    assigned = Assigned(grouped, groups)
    first_of: dict[str, str] = {}
    for article_id in rankings[text, sort]:
        first_of.setdefault(assigned.group(article_id) or article_id, article_id)
    expected = list(first_of.values())
    results = search(library, assigned, text=text, sort=sort, limit=limit, page=page)
    assert [hit.article.id for hit in results.hits] == expected[(page - 1) * limit : page * limit]
    assert results.total == COUNT
    assert results.continues is (len(expected) > page * limit)
    assert all((hit.folded is not None) is bool(assigned.group(hit.article.id)) for hit in results.hits)


def test_a_hit_says_how_many_others_it_stands_for(library: Library) -> None:
    (hit,) = search(library, Assigned(COUNT, 1), text="القمح").hits
    assert hit.folded is not None
    assert (hit.folded.group, hit.folded.others, hit.folded.sources) == ("group 0", 6, 3)


def test_without_folding_no_groups_are_looked_up(library: Library) -> None:
    results = library.search(SearchRequest(text="القمح"))
    assert all(hit.folded is None for hit in results.hits)
    assert results.continues
