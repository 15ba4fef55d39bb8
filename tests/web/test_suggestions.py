"""Other spellings, corrections and completions in the pages and the API."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.sample import HOSTILE, WHEAT
from tests.web.page import get


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("names"), create=True) as library:
        with ArchiveWriter(library.archive) as writer:
            writer.append(
                [
                    Article(id="one", title="قالت غوغل كلمتها", body="خبر عن غوغل."),
                    Article(id="two", title="جوجل تعلن", body="خبر عن جوجل & غيرها."),
                ]
            )
        library.update_index()
        yield create_app(library).test_client()


def query_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["q"][0]


def test_other_spellings_are_shown_with_a_link_that_excludes_them(names: FlaskClient) -> None:
    page = get(names, "/search", q="خبر غوغل", lang="ar")
    assert len(page.titles) == 2
    note = page.one("p", class_="also")
    assert note.words.startswith("شمل البحث أيضًا: جوجل")
    (link,) = page.inside(note, "a")
    assert query_of(link["href"]) == "خبر =غوغل"
    exact = get(names, link["href"])
    assert exact.titles == ["قالت غوغل كلمتها"]
    assert exact.find("p", class_="also") == []


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_other_spellings_are_listed_in_the_direction_of_the_page(
    names: FlaskClient, language: str, direction: str
) -> None:
    page = get(names, "/search", q="خبر غوغل", lang=language)
    (listed,) = page.inside(page.one("p", class_="also"), "span")
    assert listed["dir"] == direction
    assert [name.words for name in page.inside(listed, "bdi")] == ["جوجل", "غوغل"]


def test_corrections_link_to_the_corrected_search(client: FlaskClient) -> None:
    page = get(client, "/search", q="القمخ -الشعير", source="الجزيرة", lang="ar")
    note = page.one("p", class_="meant")
    assert note.words == "هل تقصد: القمح -الشعير؟"
    (link,) = page.inside(note, "a")
    assert parse_qs(urlsplit(link["href"]).query) == {"q": ["القمح -الشعير"], "source": ["الجزيرة"], "lang": ["ar"]}
    assert get(client, link["href"]).titles == [WHEAT.title]


def test_corrections_are_shown_in_english(client: FlaskClient) -> None:
    assert get(client, "/search", q="whaet", lang="en").one("p", class_="meant").words == "Did you mean wheat?"


def test_nothing_is_shown_without_suggestions(client: FlaskClient) -> None:
    for query in ("القمح", "", "زرافة"):
        page = get(client, "/search", q=query)
        assert page.find("p", class_="meant") == page.find("p", class_="also") == []


def test_the_api_includes_expansions_and_corrections(names: FlaskClient) -> None:
    answer = names.get("/api/v1/search", query_string={"q": "جوجل"}).get_json()
    assert answer["expansions"] == [{"word": "جوجل", "forms": ["غوغل"]}]
    assert answer["suggestion"] is None
    assert names.get("/api/v1/search", query_string={"q": "تعلنن"}).get_json()["suggestion"] == "تعلن"


def test_the_api_suggests_queries_and_titles(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": "مصر القم"}).get_json()
    assert answer == {
        "words": ["مصر القمح"],
        "titles": [{"id": "wheat", "title": WHEAT.title, "page_url": "http://localhost/article/wheat"}],
    }


def test_a_trailing_space_ends_the_word(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": "القم "}).get_json()
    assert answer == {"words": [], "titles": []}


@pytest.mark.parametrize("text", ["", "   ", "(", "\u202e", "'", "*"])
def test_empty_text_has_no_suggestions(client: FlaskClient, text: str) -> None:
    assert client.get("/api/v1/suggest", query_string={"q": text}).get_json() == {"words": [], "titles": []}


def test_the_limit_is_checked_and_applied(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": "مبا", "limit": "3"}).get_json()
    assert len(answer["titles"]) == 3
    for value in ("0", "101"):
        response = client.get("/api/v1/suggest", query_string={"q": "ك", "limit": value})
        assert (response.status_code, response.get_json()["error"]["parameter"]) == (400, "limit")


def test_long_texts_have_no_suggestions(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest", query_string={"q": "مبا" * 400}).get_json() == {"words": [], "titles": []}


def test_hostile_titles_are_escaped(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest", query_string={"q": "script"})
    assert response.content_type == "application/json"
    assert [title["title"] for title in response.get_json()["titles"]] == [HOSTILE.title]


def test_suggestions_without_an_index_are_unavailable(unindexed: FlaskClient) -> None:
    assert unindexed.get("/api/v1/suggest?q=مصر").status_code == 503


def test_the_script_is_a_deferred_local_file(client: FlaskClient) -> None:
    page = get(client, "/")
    script = page.find("script")[0]
    assert "defer" in script.attributes
    with client.get(script["src"]) as response:
        assert response.status_code == 200
        assert response.content_type.startswith("text/javascript")
    assert page.one("input", id="q")["data-suggest"] == "/api/v1/suggest"
