"""Both engines give the same results, for generated archives, trees and requests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.door import FURTHER_FACETS, Match, SearchRequest, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch import counting, ranking, snapshot
from newsarchive.search.scoring.tree import Everything, Field, Near, Scored
from tests.differential.strategies import FOLDED, STEMS, TOPICS, requests, selection_of, trees
from tests.search.opensearch.engines import (
    Both,
    both_engines,
    compare_counts,
    compare_ranks,
    compare_searches,
    compare_words,
    random_articles,
    revised,
)

TERMS = [
    *((field, text) for field in (Field.EXACT, Field.TITLE_EXACT) for text in (*FOLDED, "غائب")),
    *((field, text) for field in (Field.TEXT, Field.TITLE) for text in STEMS),
    *((Field.TOPIC, text) for text in TOPICS),
    *((Field.ID, "id03"), (Field.SITE, "example.org"), (Field.AUTHOR_WORDS, "نهر"), (Field.SECTION, "world")),
]
near = st.builds(
    Near,
    st.sampled_from((Field.EXACT, Field.TITLE_EXACT)),
    st.lists(st.sampled_from(FOLDED), min_size=2, max_size=3, unique=True).map(tuple),
    st.integers(0, 12),
)


@pytest.fixture(scope="module", params=[1, 3])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, search_server: str
) -> Iterator[Both]:
    """Articles in one and in three shards, some of them revised and some withdrawn, in several commits.

    The cluster's index is updated, and Whoosh's is built anew: updated, it counts articles that were replaced with the
    words that it suggests until it merges segments.
    """
    with both_engines(tmp_path_factory.mktemp("both"), search_server, shards=request.param) as both:
        articles = random_articles(request.param, 150)
        both.append(*articles[:100])
        both.rebuild()
        both.append(*articles[100:], *map(revised, articles[:20]))
        both.withdraw("id0030", "id0120", "id05")
        both.cluster.update()
        both.whoosh.rebuild()
        yield both


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(trees, trees, trees, near), requests)
def test_trees_rank_alike(both: Both, tree: Scored, asked: SearchRequest) -> None:
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        compare_ranks(one, other, tree, selection_of(asked, FURTHER_FACETS))
        compare_counts(one, other, tree, selection_of(asked, FURTHER_FACETS))


def test_words_and_names_are_the_same(both: Both) -> None:
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        compare_words(one, other, TERMS)


@pytest.mark.parametrize("order", list(Sort))
@pytest.mark.parametrize("tree", [Everything(), Near(Field.EXACT, ("سلام", "كتاب"), 6)])
def test_listings_go_on_page_by_page(both: Both, order: Sort, tree: Scored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "ROWS_OF_PAGE", 7)
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        for depth in (1, 6, 7, 40, 1_000):
            compare_ranks(one, other, tree, Selection(order=order, depth=depth))


TEXTS = (
    *("سلام", "كتاب القدس", '"كتاب الكتاب"', "كت*", "سلام نهر", "-سلام", "نهر OR قدس", "title:كتاب", "عنوان:نهر"),
    *("source:BBC", "topic:sport", "author:نهر", "date:2020-01", '"سلام كتاب"~5', "الكتب المدارس", "سلاام", "الكتابب"),
    *("كتاب غائب نهر سلام", "مدرسه", "ﷺ", "", "site:example.org", "id:id03", "كتاب^2", "مدرسة ٢٠٢٠"),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2).map(" ".join), requests, st.booleans())
def test_searches_are_the_same(both: Both, text: str, asked: SearchRequest, looser: bool) -> None:
    compare_searches(both, [replace(asked, text=text, looser=looser)])


def test_all_texts_are_found_alike(both: Both) -> None:
    compare_searches(both, (SearchRequest(text=text, looser=True) for text in TEXTS))


def test_related_articles_and_completions_are_the_same(both: Both) -> None:
    stock, cluster = both.services
    for number in (1, 3, 7, 9, 11):
        related = [service.related(f"id{number:02d}") for service in (stock, cluster)]
        assert related[0] == related[1]
    for text in ("س", "ك", "كت", "ال", "نهر ك", "مد", "x"):
        assert cluster.complete(text, 5) == stock.complete(text, 5)


def test_exports_list_the_same_articles(both: Both) -> None:
    stock, cluster = both.services
    for text in ("", "كتاب", "سلام نهر"):
        for order in Sort:
            request = SearchRequest(text=text, sort=order)
            assert cluster.listing(request).ids == stock.listing(request).ids


def test_many_values_are_counted_page_by_page(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_VALUES", 2)
    monkeypatch.setattr(counting, "_VALUES_OF_PAGE", 3)
    both.cluster._open = None
    asked = SearchRequest(sources=("BBC",), topics=("sport",), date_to=date(2020, 1, 15), sort=Sort.NEWEST)
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        for tree in (Everything(), Near(Field.EXACT, ("سلام", "كتاب"), 12)):
            compare_ranks(one, other, tree, selection_of(asked, FURTHER_FACETS))
            compare_counts(one, other, tree, selection_of(asked, FURTHER_FACETS))
        compare_words(one, other, TERMS[:3])


def test_ids_of_deep_rankings_are_looked_up(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_KNOWN", 5)
    monkeypatch.setattr(snapshot, "_DOCUMENTS_AT_ONCE", 20)
    both.cluster._open = None
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        compare_ranks(one, other, Everything(), Selection(order=Sort.OLDEST, depth=500))


def test_a_query_of_many_words_is_answered(both: Both) -> None:
    text = " ".join(["هيئة", "قريب", "أصول", "رئيسة", "كتاب"] * 40)[:1000]
    compare_searches(both, [SearchRequest(text=text, match=match) for match in Match])
