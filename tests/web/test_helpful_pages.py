"""Pages that have nothing to show, or can't be shown as asked: each keeps its form and says what to do."""

import pytest
from flask.testing import FlaskClient

from tests.sample import WHEAT
from tests.web.page import Page, get


def test_pages_of_an_empty_archive_say_so(empty: FlaskClient) -> None:
    searches = ("/", "/search?q=كلمة", "/concordance?q=كلمة", "/search?from=2025", "/trends?q=كلمة")
    for address in (*searches, "/stories", "/sources", "/days", "/facets/author"):
        page = get(empty, address)
        assert "الأرشيف فارغ" in page.one("main").text, address
        assert page.find("input", id="q")


def test_pages_without_an_index_do_not_call_the_archive_empty(unindexed: FlaskClient) -> None:
    assert "الأرشيف فارغ" not in get(unindexed, "/stories").one("main").text


def test_a_query_that_only_the_filters_exclude_is_not_said_to_be_missing(client: FlaskClient) -> None:
    whole, filtered = get(client, "/search?q=قسقسقس"), get(client, "/search?q=القمح&to=1950")
    assert "في الأرشيف" in whole.one("p", class_="lead").text
    assert "مع عوامل التصفية" in filtered.one("p", class_="lead").text
    assert "في الأرشيف" not in filtered.one("p", class_="lead").text


def test_reversed_dates_can_be_swapped_and_corrected(client: FlaskClient) -> None:
    page = get(client, "/search?q=القمح&source=الجزيرة&from=2026&to=2024-02", status=400)
    assert {name: page.one("input", id=name)["value"] for name in ("from", "to")} == {
        "from": "2026-01-01",
        "to": "2024-02-29",
    }
    assert page.one("input", id="q")["value"] == "القمح"
    assert get(client, page.link("اعكس التاريخين")).titles == [WHEAT.title]
    assert {field["name"]: field["value"] for field in page.inside(page.one("form", class_="dates"), "input")} == {
        "from": "2026-01-01",
        "to": "2024-02-29",
        "q": "القمح",
        "source": "الجزيرة",
    }


@pytest.mark.parametrize(
    ("address", "parameter", "without"),
    [
        ("/stories?period=year", "period", "/stories"),
        ("/stories?date=x&lang=en", "date", "/stories?lang=en"),
        ("/concordance?q=القمح&by=x", "by", "/concordance?q=%D8%A7%D9%84%D9%82%D9%85%D8%AD"),
        ("/search?q=القمح&page=0&limit=0&sort=x", "page", "/search?q=%D8%A7%D9%84%D9%82%D9%85%D8%AD"),
    ],
)
def test_a_wrong_parameter_leads_to_the_same_page_without_it(
    client: FlaskClient, address: str, parameter: str, without: str
) -> None:
    page = get(client, address, status=400)
    links = [link["href"] for link in page.inside(page.one("main"), "a")]
    assert links == [without]
    assert get(client, without)


@pytest.mark.parametrize(
    "address", ["/search?q=القمح", "/search?q=القمح&from=2026&to=2024", "/advanced", "/trends", "/stories"]
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_days_are_typed_and_every_form_says_how(client: FlaskClient, address: str, language: str) -> None:
    page = Page(client.get(f"{address}{'&' if '?' in address else '?'}lang={language}").text)
    fields = page.find("input", class_="date-field")
    assert fields
    assert not page.find("input", type="date")
    ids = {element["id"] for element in page.elements if "id" in element.attributes}
    for field in fields:
        assert set(field.attributes.get("aria-describedby", "").split()) <= ids
    if address != "/stories":
        assert all("day-forms" in field["aria-describedby"].split() for field in fields)


@pytest.mark.parametrize(
    ("typed", "day"), [("2025-04", "2025-04-01"), ("٢٠٢٥", "2025-01-01"), ("نيسان 2025", "2025-04-01")]
)
def test_a_day_is_taken_as_it_is_typed(client: FlaskClient, typed: str, day: str) -> None:
    page = Page(client.get("/search", query_string={"q": "القمح", "from": typed}).text)
    assert page.one("input", name="from", class_="date-field")["value"] == day


def test_the_time_of_an_article_leads_to_the_choice_of_a_zone(client: FlaskClient) -> None:
    link = get(client, "/article/wheat").one("a", class_="zone")["href"]
    assert get(client, link.partition("#")[0]).one("select", id=link.partition("#")[2])
    assert not get(client, "/article/talks").find("a", class_="zone")
