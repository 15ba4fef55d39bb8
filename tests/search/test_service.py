"""The search service, through `Library` on a real archive: what every engine must support."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import Hit, Match, Notice, SearchRequest, SearchResults, Sort
from newsarchive.tables import NO_TABLES
from tests.libraries import filled
from tests.sample import ARTICLES, MATCHES, RIVER, SUDAN, WEATHER


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """All samples, for read-only tests."""
    with filled(tmp_path_factory.mktemp("archive"), ARTICLES) as library:
        yield library


def names(results: SearchResults) -> list[str]:
    return [hit.article.id for hit in results.hits]


def find(library: Library, text: str, **fields: object) -> SearchResults:
    return library.search(SearchRequest(text=text, limit=100, **fields))  # type: ignore[arg-type]


def found(library: Library, text: str, **fields: object) -> set[str]:
    results = find(library, text, **fields)
    assert results.total == len(results.hits) == len(set(names(results)))
    return set(names(results))


GAMES = " ".join(match.id for match in MATCHES)
QUERIES = [
    # Words, by their stems
    ("نهر", "nile dam football swimming"),
    ("النهر", "nile dam football swimming"),
    ("كتب", "library scribe teacher"),
    ("الكُتُبِ", "library scribe teacher"),
    ("كتاب", "teacher library"),  # "scribe" has كتب as a verb
    ("مدرسة", "teacher"),
    ("المكتبات", "library"),
    ("نهر النيل", "nile dam"),
    ("نهر AND كهرباء", "dam"),
    ("زعفران", "saffron"),  # in a summary
    ("قطار", ""),
    # Exact forms and prefixes
    ("=كتب", "scribe"),
    ("=وبالكتاب", "teacher"),
    ("=النيل", "nile dam"),
    ("كتا*", "kuttab teacher"),
    ("مخطو*", "library"),
    ("قطا*", ""),
    # Phrases
    ("«مجلس الأمن»", "council"),
    ("«كرة القدم»", "football"),
    ("«القدم كرة»", ""),
    ("«نهر النيل» كهرباء", "dam"),
    # Operators
    ("سباحة OR زيتون", "swimming olive-title olive-body"),
    ("كرة | «مجلس الأمن»", "football council"),
    ("نهر -النيل", "football swimming"),
    ("نهر NOT (كرة OR سباحة)", "nile dam"),
    ("نهر -«كرة القدم»", "nile dam swimming"),
    ("نهر -=شاطئ -=كهرباء", "nile dam swimming"),
    ("نهر (صيف OR شاطئ)", "nile football"),
    ("زيتون -title:زيتون", "olive-body"),
    # Fields
    ("title:زيتون", "olive-title"),
    ("العنوان:«كرة القدم»", "football"),
    ("title:=السد", "dam"),
    ("title:سبا*", "swimming"),
    ("title:تعليم", ""),  # a derived title is not searched as a title
    ("title:(زيتون OR سد)", "olive-title dam"),
    ("source:رويترز -مناخ", "dam council"),
    ("المصدر:«وكالة الأنباء» نهر", "football swimming"),
    ("رويترز", "reuters"),
    ("source:(تاس OR رويترز) -مناخ", "nile dam council market gap reuters talks"),
    ("topic:sport", f"football swimming {GAMES}"),
    ("الموضوع:الرياضة", f"football swimming {GAMES}"),
    ("topic:بيئة -مناخ", "nile dam two-niles"),
    ("topic:«زراعة الجبل»", "olive-title olive-body"),
    ("الكاتب:نجيب", "scribe"),
    ("author:«هدى كامل»", "scribe"),
    ("author:«نجيب كامل»", "scribe"),
    ("author:محفوظ", ""),
    # Dates
    ("date:2020", "nile dam"),
    ("date:2019", "two-niles"),
    ("التاريخ:2021-10-16", "library teacher"),
    ("date:2022-03-06..2022-03-07", "market gap"),
    ("date: قبل 2018", "olive-title olive-body saffron"),
    ("date:2023..2023-03", "football"),
    ("تاريخ:آذار 2022 مياه", "council"),
    ("كرة OR date:2019", "football two-niles"),
    ("نهر -date:2020", "football swimming"),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[query for query, _ in QUERIES])
def test_queries(library: Library, query: str, expected: str) -> None:
    assert found(library, query) == set(expected.split())
    assert find(library, query).notices == ()


def test_queries_without_words_return_everything_newest_first(library: Library) -> None:
    results = find(library, "")
    assert results.total == len(ARTICLES)
    assert set(names(results)) == {article.id for article in ARTICLES}
    assert names(results)[0] == "wheat"


def test_match_any_finds_any_of_the_words(library: Library) -> None:
    results = find(library, "نهر النيل زيتون", match=Match.ANY)
    assert set(names(results)) == {"nile", "dam", "two-niles", "football", "swimming", "olive-title", "olive-body"}
    assert set(names(results)[:2]) == {"nile", "dam"}
    assert results.notices == ()


def test_if_no_article_has_all_words_any_word_is_enough(library: Library) -> None:
    results = find(library, "زعفران كهرباء قطار", looser=True)
    assert set(names(results)) == {"saffron", "dam"}
    assert results.notices == (Notice.ANY_INSTEAD_OF_ALL,)
    assert all(hit.snippet.marks for hit in results.hits)


def test_exclusions_also_apply_in_the_fallback(library: Library) -> None:
    assert found(library, "زعفران كهرباء -السد", looser=True) == {"saffron"}
    assert found(library, "زعفران كهرباء source:رويترز", looser=True) == {"dam"}
    assert found(library, "زعفران كهرباء", date_to=date(2019, 1, 1), looser=True) == {"saffron"}


@pytest.mark.parametrize("query", ["قطار طائرة", "قطار", "«قطار البحر» طائرة"])
def test_no_results_are_not_reported_as_a_fallback(library: Library, query: str) -> None:
    results = find(library, query)
    assert (results.total, results.hits, results.notices) == (0, (), ())
    assert results.pages == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("«نهر النيل", {"nile", "dam"}),
        ("(سباحة", {"swimming"}),
        ("سباحة OR", {"swimming"}),
    ],
)
def test_invalid_queries_are_searched_as_plain_words(library: Library, query: str, expected: set[str]) -> None:
    results = find(library, query)
    assert set(names(results)) == expected
    assert Notice.PLAIN_WORDS in results.notices


@pytest.mark.parametrize("query", ["؟!", "😀", "()", "-", "«»", "*", "title:", "NOT", "(" * 500, "\u0000", "ـ"])
def test_no_query_is_an_error(library: Library, query: str) -> None:
    for match in Match:
        assert find(library, query, match=match).total >= 0


def test_title_matches_score_higher(library: Library) -> None:
    assert names(find(library, "زيتون")) == ["olive-title", "olive-body"]


def test_exact_forms_score_higher(library: Library) -> None:
    assert names(find(library, "الكتب"))[0] == "library"
    assert names(find(library, "وبالكتاب"))[0] == "teacher"


def test_scores_decrease_along_the_page(library: Library) -> None:
    scores = [hit.score for hit in find(library, "صيف حار").hits]
    assert len(scores) > 20
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


# Filters, facets and dates, compared with a computation over the samples.

SOURCES = [(), ("تاس",), (RIVER, SUDAN), ("لا أحد",)]
TOPICS = [(), ("environment",), ("sport", "education"), ("زراعة الجبل",), ("مدرجات",)]
DATES = [(None, None), (date(2020, 1, 9), date(2021, 10, 16)), (None, date(2019, 12, 31)), (date(2024, 6, 1), None)]


def passes(article: Article, request: SearchRequest, *, ignoring: str = "") -> bool:
    topics = NO_TABLES.topics_of(article).names
    day = article.published_day
    return (
        (ignoring == "source" or not request.sources or article.source in request.sources)
        and (ignoring == "topic" or not request.topics or not set(topics).isdisjoint(request.topics))
        and (request.date_from is None or (day is not None and day >= request.date_from))
        and (request.date_to is None or (day is not None and day <= request.date_to))
    )


def expected_facet(counts: Counter[str], chosen: tuple[str, ...]) -> list[tuple[str, int]]:
    counts.update(dict.fromkeys(chosen, 0))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@pytest.mark.parametrize(("sources", "topics", "days"), list(product(SOURCES, TOPICS, DATES)))
def test_filters_and_facets(
    library: Library, sources: tuple[str, ...], topics: tuple[str, ...], days: tuple[date | None, date | None]
) -> None:
    request = SearchRequest(sources=sources, topics=topics, date_from=days[0], date_to=days[1], limit=100)
    results = library.search(request)
    matching = [article for article in ARTICLES if passes(article, request)]
    assert set(names(results)) == {article.id for article in matching}
    assert results.total == len(matching)
    by_source = Counter(a.source for a in ARTICLES if a.source and passes(a, request, ignoring="source"))
    by_topic = Counter(
        topic
        for article in ARTICLES
        if passes(article, request, ignoring="topic")
        for topic in NO_TABLES.topics_of(article).names
    )
    assert list(results.facets.source.items()) == expected_facet(by_source, sources)
    assert list(results.facets.topic.items()) == expected_facet(by_topic, topics)


def test_facets_count_all_matches_on_every_page(library: Library) -> None:
    results = library.search(SearchRequest(text="نهر", limit=1, page=2))
    assert list(results.facets.source.items()) == [(SUDAN, 2), ("تاس", 1), ("رويترز", 1)]
    assert results.facets.topic == {
        "environment": 2,
        "sport": 2,
        "economy": 1,
        "health": 1,
    }


def moment(article: Article) -> datetime:
    published = article.published
    assert published is not None
    if isinstance(published, datetime):
        return published
    return datetime(published.year, published.month, published.day, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "في", "صيف"])
def test_undated_articles_come_last_when_sorted_by_date(library: Library, text: str) -> None:
    matching = {hit.article.id for hit in find(library, text).hits}
    dated = [article for article in ARTICLES if article.published and article.id in matching]
    undated = {article.id for article in ARTICLES if not article.published and article.id in matching}
    for sort in (Sort.NEWEST, Sort.OLDEST):
        expected = [article.id for article in sorted(dated, key=moment, reverse=sort is Sort.NEWEST)]
        order = names(find(library, text, sort=sort))
        assert order[: len(expected)] == expected
        assert set(order[len(expected) :]) == undated


@pytest.mark.parametrize("sort", [None, *Sort])
@pytest.mark.parametrize("text", ["", "مناخ", "نهر"])
def test_pages_partition_the_results(library: Library, text: str, sort: Sort | None) -> None:
    whole = names(find(library, text, sort=sort))
    request = SearchRequest(text=text, sort=sort, limit=7)
    pages = library.search(request).pages
    assert pages == -(-len(whole) // 7)
    paged = [names(library.search(replace(request, page=page))) for page in range(1, pages + 1)]
    assert [name for page in paged for name in page] == whole
    beyond = library.search(replace(request, page=pages + 1))
    assert (beyond.hits, beyond.total) == ((), len(whole))
    assert library.search(replace(request, page=10**6)).hits == ()


def only(results: SearchResults) -> Hit:
    assert len(results.hits) == 1
    return results.hits[0]


def test_hits_have_the_article_and_its_highlights(library: Library) -> None:
    hit = only(find(library, "السد كهرباء"))
    assert hit.article.id == "dam"
    assert hit.article.archived_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert [run for run, marked in hit.title.runs() if marked] == ["السد"]
    assert [run for run, marked in hit.snippet.runs() if marked] == ["السد", "الكهرباء"]


def test_results_contain_their_request(library: Library) -> None:
    request = SearchRequest(text="نهر", sources=("تاس",))
    results = library.search(request)
    assert results.request == request
    assert results.took_ms > 0


def test_the_status_counts_articles(library: Library) -> None:
    status = library.status()
    assert (status.articles, status.behind_bytes) == (len(ARTICLES), 0)
    assert status.size_bytes > 0


def test_queries_with_many_words_work(library: Library) -> None:
    everything = " ".join(article.body for article in WEATHER)
    assert find(library, everything, match=Match.ANY).total >= len(WEATHER)
