"""The page and the CSV file of trends have the numbers of the API, and every point leads to its articles."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Topic
from newsarchive.library import Library
from newsarchive.research import trends as counting
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import filled
from tests.web.page import Element, Page, assert_harmless, get
from tests.web.test_histogram import name_of, total

WHEAT, BARLEY = "القمح", "الشعير"
SOURCES = ("تاس", "رويترز", '"><script>alert(1)</script>')


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    articles = [
        make_article(
            number,
            body=f"سعر {WHEAT if number % 2 else ''} {BARLEY if number % 3 == 0 else ''} اليوم رقم {number}",
            source=SOURCES[number % 3],
            topics=(Topic("economy", "feed"),),
            published=None if number % 10 == 0 else date(2023, 11, 20) + timedelta(days=number * 3),
        )
        for number in range(60)
    ]
    with filled(tmp_path_factory.mktemp("dated"), articles) as library:
        yield library


@pytest.fixture(scope="module")
def reader(dated: Library) -> FlaskClient:
    return create_app(dated).test_client()


def points(page: Page) -> list[Element]:
    return [link for drawing in page.find("svg", class_="chart") for link in page.inside(drawing, "a")]


def table(client: FlaskClient, **parameters: Any) -> list[dict[str, str]]:
    response = client.get("/trends.csv", query_string=parameters)
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def numbers(page: Page) -> dict[str, list[str]]:
    return {
        next(page.inside(row, "th")).text: [cell.text for cell in page.inside(row, "td")]
        for row in page.inside(page.one("table", class_="numbers"), "tr")
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"q": [WHEAT, BARLEY]},
        {"q": [WHEAT], "per": "day", "from": "2024-01-03", "to": "2024-02-09"},
        {"q": [WHEAT], "per": "week", "source": "تاس"},
        {"q": [WHEAT, BARLEY], "per": "year", "by": "source"},
        {"q": [WHEAT], "measure": "share", "per": "month", "topic": "اقتصاد"},
        {"q": [WHEAT], "measure": "stories", "per": "month"},
        {"q": [f"{WHEAT} {BARLEY}"], "match": "any", "per": "month"},
        {},
    ],
)
def test_every_point_leads_to_the_articles_it_counts(reader: FlaskClient, asked: dict[str, Any]) -> None:
    page = get(reader, "/trends", lang="en", **asked)
    found = [row for row in table(reader, **asked) if int(row["articles"])]
    linked = points(page)
    assert len(linked) == len(found)
    counts = sorted(total(get(reader, link["href"])) for link in linked)
    assert counts == sorted(int(row["articles"]) for row in found)
    in_table = {link["href"] for link in page.inside(page.one("table", class_="numbers"), "a")}
    assert in_table == {link["href"] for link in linked}


def test_the_page_the_file_and_the_api_have_the_same_numbers(reader: FlaskClient) -> None:
    asked: dict[str, Any] = {"q": [WHEAT, BARLEY], "per": "month", "from": "2023-12", "topic": "economy"}
    answer = reader.get("/api/v1/trends", query_string=asked).json
    assert answer is not None
    api = {
        (series["query"], point["period"]): (point["count"], point["share"])
        for series in answer["series"]
        for point in series["counts"]
    }
    rows = table(reader, **asked)
    assert {
        (row["query"], row["period"]): (int(row["articles"]), float(row["share"])) for row in rows if row["share"]
    } == api
    assert {row["period"]: int(row["all_articles"]) for row in rows if int(row["all_articles"])} == {
        one["period"]: one["count"] for one in answer["totals"]
    }
    shown = numbers(get(reader, "/trends", lang="en", **asked))
    totals = [sum(int(row["articles"]) for row in rows if row["query"] == query) for query in asked["q"]]
    assert shown["Total"] == [str(one) for one in totals]
    assert shown["December 2023"] == [str(api[query, "2023-12"][0]) for query in asked["q"]]


def test_shares_are_percentages_and_unknown_without_articles(reader: FlaskClient) -> None:
    asked: dict[str, Any] = {"q": [WHEAT], "per": "month", "measure": "share", "from": "2023-09", "to": "2023-12"}
    shown = numbers(get(reader, "/trends", lang="en", **asked))
    assert shown["September 2023"] == ["–"]
    assert re.fullmatch(r"\d+(\.\d+)?%", shown["December 2023"][0])
    assert "٪" in numbers(get(reader, "/trends", lang="ar", **asked))["ديسمبر/كانون الأول 2023"][0]
    assert {row["period"]: row["share"] for row in table(reader, **asked)}["2023-09"] == ""


def test_stories_are_in_the_file_only_if_they_were_asked_for(reader: FlaskClient) -> None:
    assert {row["stories"] for row in table(reader, q=[WHEAT])} == {""}
    rows = table(reader, q=[WHEAT], measure="stories")
    assert all(int(row["stories"]) <= int(row["articles"]) for row in rows)
    assert any(int(row["stories"]) for row in rows)


def test_several_searches_by_source_have_a_chart_for_each_source(reader: FlaskClient) -> None:
    page = get(reader, "/trends", lang="en", q=[WHEAT, BARLEY], by="source")
    assert len(page.find("svg", class_="chart")) == 3
    (legend,) = page.find("ul", class_="legend")
    assert [item.words for item in page.inside(legend, "li")] == [WHEAT, BARLEY]
    one = get(reader, "/trends", lang="en", q=[WHEAT], by="source")
    assert len(one.find("svg", class_="chart")) == 1
    assert len(list(one.inside(one.one("ul", class_="legend"), "li"))) == 3


def test_series_can_be_told_apart_without_colours(reader: FlaskClient) -> None:
    queries = [WHEAT, BARLEY, "سعر", "اليوم", "رقم"]
    page = get(reader, "/trends", lang="en", q=queries)
    (legend,) = page.find("ul", class_="legend")
    styles = [item["class"] for item in page.inside(legend, "li")]
    assert styles == ["s0", "s1", "s2", "s3", "s4"]
    assert [line["class"] for line in page.find("polyline")] == styles
    assert [label.text for label in page.find("text", class_="end")] == queries
    assert {use["href"] for use in page.find("use")} == {f"#mark-{number}" for number in range(5)}
    marks = [group for group in page.find("g") if group.attributes.get("id")]
    assert len({str(page.elements[page.elements.index(mark) + 1]) for mark in marks}) == 5
    (drawing,) = page.find("svg", class_="chart")
    assert drawing["role"] == "group"
    assert drawing["aria-label"]
    assert all(name_of(page, link) for link in points(page))
    assert len(page.find("label")) >= 12


@pytest.mark.parametrize("language", ["ar", "en"])
def test_time_runs_in_the_direction_of_the_page(reader: FlaskClient, language: str) -> None:
    page = get(reader, "/trends", q=[WHEAT], lang=language)
    places = [float(use["x"].rstrip("%")) for link in points(page) for use in page.inside(link, "use")]
    assert places == sorted(places, reverse=language == "ar")


def test_the_form_keeps_what_was_asked_for(reader: FlaskClient) -> None:
    asked: dict[str, Any] = {"q": [WHEAT, BARLEY], "source": ["تاس", "رويترز"], "from": "2024-01-02", "match": "any"}
    page = get(reader, "/trends", measure="share", per="week", by="source", lang="en", **asked)
    form = page.one("form", class_="trends-form")
    fields = [(field["name"], field.attributes.get("value", "")) for field in page.inside(form, "input")]
    assert [value for name, value in fields if name == "q"] == [WHEAT, BARLEY, "", "", ""]
    assert len([value for name, value in fields if name == "source" and value]) == 2
    assert {("from", "2024-01-02"), ("match", "any"), ("lang", "en"), ("by", "source")} <= set(fields)
    chosen = [option["value"] for option in page.inside(form, "option") if "selected" in option.attributes]
    assert chosen == ["share", "week"]
    other = get(reader, page.link("العربية"))
    assert other.one("html")["lang"] == "ar"
    assert [one["href"].replace("lang=en", "lang=ar") for one in points(page)] == [one["href"] for one in points(other)]


def test_a_page_of_results_leads_to_its_trends(reader: FlaskClient) -> None:
    results = get(reader, "/search", q=WHEAT, lang="en", source="تاس", fold="stories", page="1", from_="2024")
    leading = {link["href"] for link in results.find("a") if link.words == "Trends"}
    page = get(reader, max(leading, key=len))
    assert page.one("ul", class_="legend").words == WHEAT
    assert sum(int(row[0]) for name, row in numbers(page).items() if row and name != "Total") == total(results)


def test_too_many_points_are_said_to_be_added_up(reader: FlaskClient) -> None:
    page = get(reader, "/trends", lang="en", q=[WHEAT, BARLEY], per="day", from_="2015", to="2024")
    assert "too many points" in page.one("main").text
    assert "By month".lower() in page.one("figcaption").text
    assert len(reader.get("/trends", query_string={"q": [WHEAT], "per": "day", "from": "2015", "to": "2024"}).data) < (
        300_000
    )


def test_what_stories_can_not_be_counted_is_said(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_STORY_ARTICLES", 2)
    page = get(reader, "/trends", lang="en", q=[WHEAT], measure="stories")
    assert "too many to count stories" in page.one("main").text
    assert "Number of articles" in page.one("figcaption").text


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": ["غرافيتون"]},
        {"q": [WHEAT], "from": "2024-01-01", "to": "2024-01-01"},
        {"q": [WHEAT], "from": "1990", "to": "1991"},
        {"q": ['"><script>alert(1)</script>', "=1+1", '"']},
        {"q": [WHEAT * 100]},
        {"q": [WHEAT], "by": "source", "measure": "share"},
        {"q": [WHEAT], "from": "0001", "to": "9999", "per": "day"},
    ],
)
def test_pages_are_whole_and_harmless_whatever_is_asked(
    reader: FlaskClient, asked: dict[str, Any], language: str
) -> None:
    response = reader.get("/trends", query_string={**asked, "lang": language})
    assert response.status_code == 200
    assert "nan" not in response.text.replace("finance", "")
    page = assert_harmless(response.text)
    assert page.one("h1").text
    assert len(page.find("input", name="q", type="search")) >= 5
    table(reader, **asked)


def test_empty_archives_have_no_chart(empty: FlaskClient, unindexed: FlaskClient) -> None:
    page = get(empty, "/trends", lang="en", q=[WHEAT])
    assert "The archive is empty" in page.one("main").text
    assert not page.find("svg", class_="chart")
    assert table(empty, q=[WHEAT]) == []
    assert unindexed.get("/trends").status_code == 503


@pytest.mark.parametrize("address", ["/trends", "/trends.csv"])
@pytest.mark.parametrize(
    "asked",
    [
        {"q": ["1", "2", "3", "4", "5", "6"]},
        {"per": "hour"},
        {"measure": "words"},
        {"by": "topic"},
        {"from": "2024", "to": "2023"},
        {"from": "yesterday"},
    ],
)
def test_wrong_parameters_are_explained(reader: FlaskClient, address: str, asked: dict[str, Any]) -> None:
    response = reader.get(address, query_string={**asked, "lang": "en"})
    assert response.status_code == 400
    title = "The dates are in the wrong order" if "to" in asked else "Invalid value in the URL"
    assert f"<h1>{title}</h1>" in response.text


def test_queries_that_repeat_and_empty_fields_count_once(reader: FlaskClient) -> None:
    asked = {"q": ["", WHEAT, f" {WHEAT}", "", "", "", BARLEY]}
    assert {row["query"] for row in table(reader, **asked)} == {WHEAT, BARLEY}


def test_cells_are_no_formulas(reader: FlaskClient, tmp_path: Path) -> None:
    with filled(tmp_path, [make_article(1, source="=cmd()", body="سعر القمح", published=date(2024, 1, 1))]) as library:
        (row,) = table(create_app(library).test_client(), q=["-القمح OR القمح"], by="source", per="year")
    assert (row["query"], row["source"]) == ("'-القمح OR القمح", "'=cmd()")
