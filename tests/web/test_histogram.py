"""The histogram of a page of results: its bars are links that find exactly what they count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Topic
from newsarchive.library import Library
from newsarchive.research.periods import Per
from newsarchive.search import Facets, Match, Notice, SearchRequest, SearchResults
from newsarchive.web import create_app
from newsarchive.web.histogram import Histogram
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from tests.articles import make_article
from tests.libraries import filled
from tests.web.page import Element, Page, get

FIRST = date(2019, 11, 27)
COUNT = 90


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Articles of five years, most of them of one month; some without a date."""
    articles = [
        make_article(
            number,
            body="سعر القمح في السوق" if number % 2 else "سعر الشعير والذرة",
            published=None
            if number % 9 == 0
            else date(2023, 3, number % 30 + 1)
            if number % 3
            else FIRST + timedelta(days=number * 20),
        )
        for number in range(COUNT)
    ]
    with filled(tmp_path_factory.mktemp("dated"), articles) as library:
        yield library


@pytest.fixture(scope="module")
def reader(dated: Library) -> FlaskClient:
    return create_app(dated).test_client()


def bars(page: Page) -> list[Element]:
    (drawing,) = page.find("svg", class_="bars")
    return list(page.inside(drawing, "a"))


def name_of(page: Page, bar: Element) -> str:
    return next(page.inside(bar, "title")).text


def rows(page: Page) -> dict[str, int]:
    (section,) = page.find("section", class_="histogram")
    (table,) = page.inside(section, "table")
    found = {}
    for row in page.inside(table, "tr"):
        heading, number = next(page.inside(row, "th")), [*page.inside(row, "td")]
        if number:
            found[heading.text] = int(number[0].text.replace(",", ""))
    return found


def total(page: Page) -> int:
    count = page.one("p", class_="count").text.partition(" ")[0].replace(",", "")
    return 0 if count == "No" else int(count)


@pytest.mark.parametrize(
    ("search", "unit"),
    [
        ({}, "By month"),
        ({"q": "القمح"}, "By month"),
        ({"q": "القمح", "from": "2023"}, "By month"),
        ({"q": "القمح", "from": "2023-01-15", "to": "2023-05-20"}, "By week"),
        ({"q": "القمح", "from": "2023-03"}, "By month"),
        ({"q": "القمح", "from": "2023-03", "to": "2023-03"}, "By day"),
        ({"q": "القمح", "from": "2023-03-05", "to": "2023-03-06"}, "By day"),
        ({"q": "القمح الشعير"}, "By month"),
        ({"q": "القمح الشعير", "from": "2023-03-05", "to": "2023-03-05"}, "By day"),
        ({"q": "القمح", "from": "2023-02-28", "to": "2023-02-28"}, "By month"),
        ({"q": "القمح", "source": "تاس", "sort": "oldest", "page": "2", "fold": "copies"}, "By month"),
        ({"q": "date:2023-03"}, "By day"),
    ],
)
def test_every_bar_leads_to_the_articles_it_counts(
    reader: FlaskClient, dated: Library, search: dict[str, Any], unit: str
) -> None:
    page = get(reader, "/search", lang="en", **search)
    assert unit in page.one("section", class_="histogram").text
    counted = {name: count for name, count in rows(page).items() if count}
    assert len(bars(page)) == len(counted)
    for bar in bars(page)[:: max(1, len(counted) // 8)]:
        label, _, count = name_of(page, bar).partition(": ")
        narrowed = get(reader, bar["href"])
        assert total(narrowed) == counted[label] == int(count.split()[0].replace(",", ""))


def test_the_bars_are_all_results_but_those_without_a_date(reader: FlaskClient) -> None:
    page = get(reader, "/", lang="en")
    undated = sum(number % 9 == 0 for number in range(COUNT))
    assert sum(rows(page).values()) + undated == COUNT
    assert f"not in the chart: {undated} articles" in page.one("section", class_="histogram").text
    assert "not in the chart" not in get(reader, "/search", lang="en", from_="2023").one("main").text


def test_gaps_are_zero(reader: FlaskClient) -> None:
    page = get(reader, "/search", q="القمح", lang="en", from_="2023-01-01", to="2023-05-31")
    assert 0 in rows(page).values()
    assert len(rows(page)) == 23
    assert next(iter(rows(page))) == "week of 26 December 2022"


def test_a_single_day_is_shown_among_its_neighbours(reader: FlaskClient) -> None:
    page = get(reader, "/search", lang="en", from_="2023-03-05", to="2023-03-05")
    assert len(rows(page)) == 15
    (chosen,) = [bar for bar in bars(page) if bar.attributes.get("class") == "chosen"]
    assert name_of(page, chosen).startswith("5 March 2023: ")
    assert total(page) == rows(page)["5 March 2023"]


def test_the_way_out_leads_to_the_month_the_year_and_all_dates(reader: FlaskClient) -> None:
    page = get(reader, "/search", q="القمح", lang="en", from_="2023-03-05", to="2023-03-06")
    month, year, everything = page.link("March 2023"), page.link("2023"), page.link("All dates")
    assert parse_qs(urlsplit(month).query)["from"] == ["2023-03"]
    assert parse_qs(urlsplit(year).query)["to"] == ["2023"]
    assert parse_qs(urlsplit(everything).query) == {"q": ["القمح"], "lang": ["en"]}
    outer = get(reader, month)
    assert [link.words for link in outer.inside(outer.one("nav", class_="wider"), "a")] == ["2023", "All dates"]
    assert not get(reader, everything).find("nav", class_="wider")


def test_dates_without_results_show_where_the_results_are(reader: FlaskClient) -> None:
    page = get(reader, "/search", q="القمح", lang="en", from_="2001", to="2002")
    assert total(page) == 0
    assert "Results at other dates" in page.one("section", class_="histogram").text
    assert total(get(reader, bars(page)[0]["href"])) == next(iter(rows(page).values()))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_time_runs_in_the_direction_of_the_page(reader: FlaskClient, language: str) -> None:
    page = get(reader, "/search", q="القمح", lang=language)
    places = [int(next(page.inside(bar, "path"))["d"].removeprefix("M").partition(" ")[0]) for bar in bars(page)]
    assert places == sorted(places, reverse=language == "ar")


def test_the_chart_can_be_used_without_seeing_it(reader: FlaskClient) -> None:
    page = get(reader, "/search", q="القمح", lang="en")
    drawing = page.one("svg", class_="bars")
    assert drawing["role"] == "group"
    assert page.one("h2", id=drawing["aria-labelledby"]).text == "When they were published"
    assert all(name_of(page, bar) for bar in bars(page))
    assert page.one("svg", class_="axis")["aria-hidden"] == "true"
    assert [heading.text for heading in page.find("th", scope="col")] == ["Period", "Results"]


@pytest.mark.parametrize("address", ["/", "/search"])
def test_no_dated_results_have_no_chart(empty: FlaskClient, reader: FlaskClient, address: str) -> None:
    assert not get(empty, address).find("section", class_="histogram")
    assert not get(reader, "/search", q="غرافيتون").find("section", class_="histogram")


@pytest.mark.parametrize("words", [1, 12, 40, 160])
@pytest.mark.parametrize("years", [1, 8, 60, 900])
def test_the_bars_of_a_long_search_stay_small(app: Flask, words: int, years: int) -> None:
    days = {date(1100 + year, month, 3).isoformat(): 7 for year in range(years) for month in range(1, 13)}
    chart = histogram(app, days, SearchRequest(text=" ".join(["القمح"] * words)))
    assert len(chart.bars.drawn) + len(chart.bars.rows) < 30_000
    assert sum(bar.count for bar in chart.bars.all) == 84 * years


VALUES = 10
"""How many values a facet shows."""
SECTIONS = (
    *("العالم", "محليات", "الشرق الأوسط", "منوعات", "أفريقيا", "آسيا", "أوروبا", "أمريكا", "تقارير", "تحقيقات"),
    *("حوارات", "ملفات"),
)
LANGUAGES = ("ar", "en", "fr", "de", "es", "tr", "fa", "ur", "ru", "it", "sv")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client for articles of eight years, with eleven values or more in every facet, and with long titles."""
    words = "ارتفعت أسعار القمح والشعير في الأسواق العالمية هذا العام بعد موجة الجفاف. "
    articles = [
        make_article(
            number,
            title=f"{words}{number}",
            body=words * 5 + str(number),
            source=f"صحيفة المدينة {number % 12}",
            publisher=f"دار النشر والتوزيع {number % 12}",
            authors=(f"كاتب من الكتّاب {number % 12}",),
            topics=(Topic(f"موضوع رقم {number % 12}", "feed"), Topic(SECTIONS[number % 12], "feed")),
            language=LANGUAGES[number % 11],
            published=date(2016, 1, 1) + timedelta(days=number * 20),
        )
        for number in range(132)
    ]
    with filled(tmp_path_factory.mktemp("full"), articles) as library:
        yield create_app(library).test_client()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("search", "limit", "most"),
    [
        ({}, 10, 60_000),
        ({"q": "القمح"}, 10, 60_000),
        ({"q": "القمح"}, 20, 60_000 + 10 * 1_300),
        ({"q": "القمح"}, 100, 60_000 + 90 * 1_300),
        # Its 130 links repeat the search.
        ({"q": "أسعار القمح والشعير في الأسواق العالمية هذا العام"}, 10, 60_000),
    ],
)
def test_a_page_with_a_histogram_and_full_facets_stays_small(
    full: FlaskClient, search: dict[str, str], limit: int, most: int, language: str
) -> None:
    response = full.get("/search", query_string={**search, "lang": language, "limit": limit})
    page = Page(response.text)
    assert page.find("section", class_="histogram")
    assert len(page.find("article")) == limit
    for name in ("source", "topic", "section", "author", "publisher", "language"):
        facet = response.text.partition(f'aria-labelledby="facet-{name}"')[2].partition("</section>")[0]
        assert facet.count('class="n"') == VALUES, name
    assert len(response.data) < most


def histogram(
    app: Flask,
    days: Mapping[str, int],
    request: SearchRequest,
    *,
    language: str = "en",
    notices: tuple[Notice, ...] = (),
) -> Histogram:
    """The histogram of a search that found so many articles on these days."""
    months: Counter[str] = Counter()
    for day, count in days.items():
        months[day[:7]] += count
    first, last = request.date_from or date.min, request.date_to or date.max
    found = sum(count for day, count in days.items() if first <= date.fromisoformat(day) <= last)
    facets = Facets(day=dict(sorted(days.items())), month=dict(sorted(months.items())))
    results = SearchResults(request=request, total=found, hits=(), facets=facets, took_ms=1, notices=notices)
    with app.test_request_context():
        return Histogram(results, Links(request, None), Interface("ar" if language == "ar" else "en"))


DATES = st.one_of(
    st.dates(date(2015, 1, 1), date(2025, 12, 31)), st.dates(date(2024, 1, 1), date(2024, 3, 1)), st.dates()
)
BOUNDS = st.none() | DATES


@given(
    st.dictionaries(DATES, st.integers(1, 99), min_size=1, max_size=30), BOUNDS, BOUNDS, st.sampled_from(["ar", "en"])
)
def test_bars_add_up_and_their_links_choose_exactly_what_they_count(
    app: Flask, days: Mapping[date, int], first: date | None, last: date | None, language: str
) -> None:
    if first and last and first > last:
        first, last = last, first
    request = SearchRequest(text="القمح", date_from=first, date_to=last)
    chart = histogram(app, {day.isoformat(): count for day, count in days.items()}, request, language=language)
    asked = sum(count for day, count in days.items() if (first or day) <= day <= (last or day))
    chosen = sum(bar.count for bar in chart.bars.all if bar.chosen)
    assert chosen == (asked or sum(days.values()))
    seen: set[date] = set()
    for bar in chart.bars.all:
        assert 0 <= bar.top <= 100
        assert (bar.count > 0) == (bar.top < 100)
        if bar.address is None:
            assert not bar.count
            continue
        args = parse_qs(urlsplit(bar.address).query)
        inside = {day for day in days if _in(day, args["from"][0], args["to"][0])}
        assert bar.count == sum(days[day] for day in inside)
        assert seen.isdisjoint(inside)
        seen |= inside
    assert list(_drawn(chart)) == [
        (f"{bar.label}: {chart_count(bar.count, language)}", bar.address, bar.chosen and chart.bars.has_context)
        for bar in chart.bars.all
        if bar.count
    ]
    assert chart.bars.highest.count == max(bar.count for bar in chart.bars.all)
    assert len({bar.x for bar in chart.bars.all}) == len(chart.bars.all) <= 100
    assert len(chart.bars.ticks) <= 4
    assert chart.range
    with app.test_request_context():
        assert all(step.label and step.address for step in chart.wider)


def _drawn(chart: Histogram) -> Iterator[tuple[str, str | None, bool]]:
    """What the drawing has of each bar: its title, its link, and whether it is marked as chosen."""
    page = Page(chart.bars.drawn)
    for bar in (*page.find("a"), *page.find("g")):
        yield bar.text, bar.attributes.get("href"), bar.attributes.get("class") == "chosen"


def chart_count(count: int, language: str) -> str:
    return Interface("ar" if language == "ar" else "en").count("results", count)


@pytest.mark.parametrize("other", [SearchRequest(text="الشعير"), SearchRequest(text="القمح", sources=("تاس",))])
def test_bars_are_drawn_once_for_the_same_search_and_never_for_another(app: Flask, other: SearchRequest) -> None:
    days = {"2024-03-05": 1, "2024-05-05": 3}
    asked = SearchRequest(text="القمح")
    bars = histogram(app, days, asked).bars
    assert bars.drawn == histogram(app, days, replace(asked, page=2)).bars.drawn
    assert bars.drawn != histogram(app, days, other).bars.drawn
    assert bars.drawn != histogram(app, days, asked, language="ar").bars.drawn
    assert bars.drawn != histogram(app, {**days, "2024-04-05": 1}, asked).bars.drawn


def _in(day: date, first: str, last: str) -> bool:
    return first <= day.isoformat()[: len(first)] and day.isoformat()[: len(last)] <= last


def test_a_looser_reading_counts_only_the_days_it_was_found_for(app: Flask) -> None:
    days = {f"2024-03-{day:02}": 1 for day in range(1, 31)}
    request = SearchRequest(text="القمح الشعير", date_from=date(2024, 3, 5), date_to=date(2024, 3, 5))
    assert len(histogram(app, days, request).bars.all) == 15
    looser = histogram(app, days, replace(request, match=Match.ALL), notices=(Notice.ANY_INSTEAD_OF_ALL,))
    assert [bar.count for bar in looser.bars.all] == [1]


@pytest.mark.parametrize(
    ("days", "per"),
    [
        (1, Per.DAY),
        (45, Per.DAY),
        (46, Per.WEEK),
        (300, Per.WEEK),
        (400, Per.MONTH),
        (2_900, Per.MONTH),
        (3_200, Per.YEAR),
    ],
)
def test_bars_are_as_short_as_can_be_read(app: Flask, days: int, per: Per) -> None:
    found = {(date(2010, 1, 1) + timedelta(days=number)).isoformat(): 1 for number in (0, days - 1)}
    assert histogram(app, found, SearchRequest()).per is per
