"""The advanced form: what it writes, how a search fills it, and what it says about wrong values."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.sample import WHEAT
from tests.web.page import Page, assert_harmless, get


def values(page: Page) -> dict[str, str]:
    """What the text fields and dates hold, without empty ones."""
    fields = [field for field in page.find("input") if field.attributes.get("id", "").startswith("advanced-")]
    return {field["name"]: field["value"] for field in fields if field["value"]}


def test_a_submitted_form_leads_to_the_results_of_its_query(client: FlaskClient) -> None:
    response = client.get(
        "/advanced",
        query_string={"do": "search", "all": "القمح", "none": "كرة", "source": "الجزيرة", "from": "2025-04-01"}
        | {"match": "any", "sort": "oldest", "lang": "en"},
    )
    assert response.status_code == 302
    target = urlsplit(response.headers["Location"])
    assert target.path == "/search"
    assert parse_qs(target.query) == {
        "q": ['القمح -كرة source:"الجزيرة" date:2025-04-01..'],
        "match": ["any"],
        "sort": ["oldest"],
        "lang": ["en"],
    }
    assert get(client, response.headers["Location"]).titles == [WHEAT.title]


def test_the_query_is_shown_in_the_language_of_the_page(client: FlaskClient) -> None:
    page = get(client, "/advanced", do="show", phrase="لشراء القمح", title="مصر", author="ليلى حسن | John Smith")
    query = "«لشراء القمح» العنوان:مصر الكاتب:(«ليلى حسن» OR «John Smith»)"
    assert page.one("output").text == query
    assert values(page) == {"phrase": "لشراء القمح", "title": "مصر", "author": "ليلى حسن | John Smith"}
    assert get(client, page.link("ابحث بهذه العبارة")).titles == [WHEAT.title]
    assert page.one("input", id="q")["value"] == query


def test_a_search_fills_the_form(client: FlaskClient) -> None:
    page = get(
        client,
        "/advanced",
        q="القمح -كرة «مجلس الأمن» (مصر OR السودان) «أ ب»~5",
        source=["الجزيرة", "تاس"],
        topic="sport",
        from_="2025-01",
        to="2025-02",
        match="any",
        sort="newest",
    )
    assert values(page) == {
        "all": "القمح «أ ب»~5",
        "none": "كرة",
        "phrase": "مجلس الأمن",
        "any": "مصر السودان",
        "source": "الجزيرة | تاس",
        "topic": "sport",
        "from": "2025-01-01",
        "to": "2025-02-28",
    }
    assert [option["value"] for option in page.find("option", selected="")] == ["any", "newest"]


def test_what_no_field_can_show_is_kept_in_the_rest(client: FlaskClient) -> None:
    page = get(client, "/advanced", q="source:تاس date:2020", source="الجزيرة", from_="2019")
    assert values(page) == {
        "source": "تاس",
        "from": "2020-01-01",
        "to": "2020-12-31",
        "rest": "المصدر:«الجزيرة» التاريخ:2019-01-01..",
    }
    assert values(get(client, "/advanced", q="مصر OR السودان")) == {"rest": "مصر OR السودان"}


def test_every_page_links_to_the_form_with_its_search(client: FlaskClient) -> None:
    page = get(client, "/search", q="القمح", source="الجزيرة", page="1")
    assert values(get(client, page.link("بحث متقدم"))) == {"all": "القمح", "source": "الجزيرة"}
    assert get(client, "/article/wheat").link("بحث متقدم") == "/advanced"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"from": "2025-02-01", "to": "2025-01-01"}, "تاريخ البداية بعد تاريخ النهاية"),
        ({"from": "gestern"}, "gestern"),
        ({"match": "foo"}, "foo"),
        ({"sort": "foo"}, "foo"),
    ],
)
def test_wrong_values_are_explained_and_kept(client: FlaskClient, parameters: dict[str, str], said: str) -> None:
    page = get(client, "/advanced", status=400, do="search", all="القمح", **parameters)
    assert said in page.one("p", role="alert").text
    kept = {name: value for name, value in parameters.items() if name in ("from", "to")}
    assert values(page) == {"all": "القمح", **kept}
    assert page.find("output") == []


def test_an_empty_form_and_too_long_a_query_stay_on_the_page(client: FlaskClient) -> None:
    page = get(client, "/advanced", do="search", all="«» |", source="|")
    assert "املأ خانة واحدة" in page.one("p", role="alert").text
    long = get(client, "/advanced", do="search", all="كلمة " * 190, any="كلمة " * 100)
    assert "أكثر من 1,000" in long.one("p", role="alert").text


def test_a_rest_that_cannot_be_parsed_is_pointed_out(client: FlaskClient) -> None:
    page = get(client, "/advanced", do="show", all="القمح", rest="(مصر")
    assert "بلا نصفها الآخر" in page.one("p", role="alert").text
    assert get(client, "/advanced", do="show", all="القمح", rest="(مصر)").find("p", role="alert") == []


def test_hostile_values_are_harmless(client: FlaskClient) -> None:
    hostile = '"><script>alert(1)</script>'
    fields = dict.fromkeys(("all", "phrase", "any", "none", "title", "source", "site", "rest", "from"), hostile)
    assert_harmless(client.get("/advanced", query_string={**fields, "do": "show"}).text)
    assert_harmless(client.get("/advanced", query_string={"q": hostile, "source": hostile}).text)
