"""All articles that a request finds: the same articles in the same order as its pages, and the same counts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import MAX_LIMIT, Fold, SearchRequest, Sort
from tests.libraries import filled, open_archive, withdraw

COUNT = 230
"""More than two of the longest pages."""

REQUESTS: tuple[dict[str, Any], ...] = (
    {},
    {"text": "القمح"},
    {"text": "القمح شعير", "sort": Sort.OLDEST},
    {"text": "القمح", "sources": ("المصدر الأول",), "sort": Sort.ARRIVED},
    {"text": "كلمة-غائبة", "looser": True},
    {"text": "القمح", "date_from": date(2020, 3, 1), "date_to": date(2020, 3, 31)},
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    articles = [
        Article(
            id=f"{number:016}",
            title=f"خبر {number}",
            body="القمح " * (number % 7 + 1) + ("شعير " if number % 3 else "") + f"نص {number}",
            source="المصدر الأول" if number % 2 else "المصدر الثاني",
            published=date(2020, 1, 1) + timedelta(days=number * 37 % 200),
        )
        for number in range(COUNT)
    ]
    with filled(tmp_path_factory.mktemp("archive"), articles) as opened:
        yield opened


@pytest.mark.parametrize("asked", REQUESTS)
def test_a_listing_has_what_the_pages_have(library: Library, asked: dict[str, Any]) -> None:
    request = SearchRequest(limit=MAX_LIMIT, **asked | {"looser": False})
    pages = [library.search(request)]
    while len(pages) < pages[0].pages:
        pages.append(library.search(SearchRequest(**asked | {"looser": False}, limit=MAX_LIMIT, page=len(pages) + 1)))
    listing = library.listing(SearchRequest(**asked))
    assert list(listing.ids) == [hit.article.id for page in pages for hit in page.hits]
    assert listing.total == pages[0].total == len(listing.ids)
    assert [article.id for article in listing.articles()] == list(listing.ids)


@pytest.mark.parametrize("asked", REQUESTS)
def test_counts_are_those_of_the_page(library: Library, asked: dict[str, Any]) -> None:
    counted, results = library.count(SearchRequest(**asked)), library.search(SearchRequest(**asked | {"looser": False}))
    assert (counted.total, counted.facets) == (results.total, results.facets)


def test_page_limit_and_fold_do_not_matter(library: Library) -> None:
    listing = library.listing(SearchRequest(text="القمح", page=3, limit=1, fold=Fold.COPIES))
    assert listing == library.listing(SearchRequest(text="القمح"))


@pytest.mark.parametrize("most", [0, 1, 120, COUNT, COUNT + 1])
def test_a_listing_can_be_bounded(library: Library, most: int) -> None:
    request = SearchRequest(sort=Sort.ARRIVED)
    bounded, whole = library.listing(request, most), library.listing(request)
    assert (bounded.total, bounded.ids) == (COUNT, whole.ids[:most])


def test_an_article_that_is_withdrawn_meanwhile_is_left_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    articles = [Article(id=f"{number:016}", title=f"خبر {number}", body=f"القمح {number}") for number in range(3)]
    folder = tmp_path_factory.mktemp("archive")
    with filled(folder, articles) as library:
        listing = library.listing(SearchRequest(text="القمح"))
        with open_archive(folder) as other:
            withdraw(other, articles[1].id)
        assert sorted(article.id for article in listing.articles()) == [articles[0].id, articles[2].id]


@pytest.mark.parametrize("asked", REQUESTS)
def test_days_are_those_of_the_listed_articles(library: Library, asked: dict[str, Any]) -> None:
    request = SearchRequest(**asked)
    published = Counter(article.published_day for article in library.listing(request).articles())
    days = library.count_days(request)
    assert days == published
    assert list(days) == sorted(days)
