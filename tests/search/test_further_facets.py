"""Authors, publishers and languages: counts are exact, spellings of one name are one value, filters find them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import Article, Topic
from newsarchive.library import Library
from newsarchive.search import FURTHER_FACETS, Facet, Notice, SearchRequest
from tests.articles import make_article
from tests.libraries import append, filled, open_archive, withdraw

PARTS = {
    Facet.SOURCE: "sources",
    Facet.TOPIC: "topics",
    Facet.SECTION: "sections",
    Facet.AUTHOR: "authors",
    Facet.PUBLISHER: "publishers",
    Facet.LANGUAGE: "languages",
}
AUTHORS = ("سلمى حسن", "سلمي حسن", "سَلمى  حسن", "John Smith", "JOHN SMITH", "خالد مرعي", "؟؟", "هدى")


def _articles() -> Iterator[Article]:
    chance = random.Random(7)
    for number in range(60):
        yield make_article(
            number,
            body=f"قمح وشعير في المخزن رقم {number}" if number % 3 else f"سوق السمك {number}",
            source=chance.choice(("تاس", "رويترز", "", "Reuters")),
            publisher=chance.choice(("", "صحيفة النهر", "صحيفه النهر", "المدينة")),
            authors=tuple(chance.sample(AUTHORS, chance.randrange(4))),
            topics=tuple(
                Topic(one, "feed") for one in chance.sample(("رياضة", "اقتصاد", "العالم"), chance.randrange(3))
            ),
            language=chance.choice(("ar", "ar", "en", "")),
            published=chance.choice((None, date(2024, 1, 1) + timedelta(days=chance.randrange(400)))),
        )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """An archive whose index has several segments, with deleted and revised articles."""
    articles = list(_articles())
    with filled(tmp_path_factory.mktemp("further") / "archive", articles[:40]) as opened:
        append(opened, *articles[40:], replace(articles[1], revision=2, authors=("هدى",)))
        withdraw(opened, articles[2].id)
        opened.update_index()
        yield opened


def _all(library: Library) -> list[Article]:
    return list(library.listing(SearchRequest()).articles())


def _only(request: SearchRequest, facet: Facet, value: str) -> SearchRequest:
    """The request with a value of a facet as its only filter by this facet."""
    change: dict[str, Any] = {PARTS[facet]: (value,)}
    return replace(request, **change)


REQUESTS = (
    SearchRequest(),
    SearchRequest(text="قمح"),
    SearchRequest(text="قمح", sources=("رويترز",)),
    SearchRequest(authors=("هدى", "سلمى حسن"), languages=("ar",)),
    SearchRequest(publishers=("صحيفة النهر",), date_from=date(2024, 3, 1)),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=range(len(REQUESTS)))
@pytest.mark.parametrize("facet", Facet)
def test_counts_equal_what_the_filter_finds(library: Library, request_: SearchRequest, facet: Facet) -> None:
    counts = library.count(request_, FURTHER_FACETS).facets.of(facet)
    for value, count in counts.items():
        assert library.search(_only(request_, facet, value)).total == count, value
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    # A page of results counts the same.
    assert library.search(request_, FURTHER_FACETS).facets.of(facet) == counts


@pytest.mark.parametrize("facet", Facet)
def test_spreads_have_the_counts_and_the_days_of_the_articles(library: Library, facet: Facet) -> None:
    spreads = library.spreads(SearchRequest(), facet)
    counts = library.count(SearchRequest(), FURTHER_FACETS).facets.of(facet)
    assert {value: spread.total for value, spread in spreads.items()} == counts
    for value, spread in spreads.items():
        days = library.count_days(_only(SearchRequest(), facet, value))
        assert (spread.first, spread.last) == (min(days, default=None), max(days, default=None))
        assert sum(spread.months.values()) == sum(days.values())
        assert list(spread.months) == sorted({day.isoformat()[:7] for day in days})


def test_an_article_with_two_spellings_of_a_name_counts_once(library: Library) -> None:
    wanted = [one for one in _all(library) if {"سلمى حسن", "سلمي حسن", "سَلمى  حسن"} & set(one.authors)]
    assert any(len({"سلمى حسن", "سلمي حسن"} & set(one.authors)) == 2 for one in wanted)
    counts = library.count(SearchRequest(), FURTHER_FACETS).facets.author
    shown = [name for name in counts if name.endswith("حسن")]
    assert [counts[name] for name in shown] == [len(wanted)]


def test_any_spelling_filters_and_the_commonest_is_shown(library: Library) -> None:
    totals = {
        library.search(SearchRequest(authors=(name,))).total for name in ("john smith", "JOHN SMITH", "John_Smith")
    }
    assert len(totals) == 1
    assert totals != {0}
    given = [name for one in _all(library) for name in one.authors if name.casefold() == "john smith"]
    shown = library.search(SearchRequest(authors=("john-smith",))).request.authors
    assert given.count(shown[0]) >= len(given) / 2


def test_several_values_are_alternatives_and_a_facet_ignores_its_own_filter(library: Library) -> None:
    both = library.search(SearchRequest(authors=("هدى", "خالد مرعي")), FURTHER_FACETS)
    wanted = [one for one in _all(library) if {"هدى", "خالد مرعي"} & set(one.authors)]
    assert both.total == len(wanted)
    assert both.facets.author == library.count(SearchRequest(), FURTHER_FACETS).facets.author
    languages = {code: sum(one.language == code for one in wanted) for code in ("ar", "en")}
    assert both.facets.language == languages


def test_further_facets_are_counted_only_when_asked_for(library: Library) -> None:
    facets = library.search(SearchRequest()).facets
    assert (facets.author, facets.publisher, facets.language) == ({}, {}, {})
    assert library.count(SearchRequest(), [Facet.LANGUAGE]).facets.author == {}


@pytest.mark.parametrize(
    ("request_", "notice"),
    [
        (SearchRequest(authors=("زحل",)), Notice.UNKNOWN_AUTHOR),
        (SearchRequest(publishers=("زحل",)), Notice.UNKNOWN_PUBLISHER),
        (SearchRequest(languages=("زحل",)), Notice.UNKNOWN_LANGUAGE),
    ],
)
def test_unknown_names_find_nothing_and_are_named(library: Library, request_: SearchRequest, notice: Notice) -> None:
    results = library.search(request_)
    assert (results.total, results.subjects) == (0, {notice: ("زحل",)})


def test_a_language_is_found_in_capitals_too(library: Library) -> None:
    assert (
        library.search(SearchRequest(languages=("AR",))).total == library.search(SearchRequest(languages=("ar",))).total
    )


def test_publishers_have_the_names_of_the_table_of_sources(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    filled(archive, [make_article(1, publisher="النهر"), make_article(2, publisher="River"), make_article(3)]).close()
    table = archive / "tables" / "sources.txt"
    table.parent.mkdir(exist_ok=True)
    table.write_text("صحيفة النهر = النهر, River\n", encoding="utf-8")
    with open_archive(archive) as library:
        assert library.count(SearchRequest(), FURTHER_FACETS).facets.publisher == {"صحيفة النهر": 2}
        assert library.search(SearchRequest(publishers=("river",))).total == 2
