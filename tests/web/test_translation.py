"""The page, the API and the feed of a query in another language."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import filled, open_archive


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translated") / "archive"
    records = [
        make_article(1, title="أسعار القمح", body="ارتفعت أسعار القمح في السوق."),
        make_article(2, title="زلزال", body="ضرب زلزال قوي المدينة."),
    ]
    filled(folder, records).close()
    return folder


@pytest.fixture
def client(folder: Path) -> Iterator[FlaskClient]:
    with open_archive(folder) as library:
        yield create_app(library).test_client()


def page(client: FlaskClient, query: str) -> str:
    return unescape(client.get(f"/search?{query}").get_data(as_text=True))


@pytest.mark.parametrize(("language", "told"), [("en", "Searched in Arabic for"), ("ar", "بحثنا بالعربية عن")])
def test_the_page_shows_each_translation_with_a_link_to_it(client: FlaskClient, language: str, told: str) -> None:
    text = page(client, f"lang={language}&q=wheat+earthquake")
    assert told in text
    assert "q=قمح+earthquake&match=any" in text
    assert "أسعار" in text
    assert "translate=no" in text


def test_translation_is_turned_off_and_on_again(client: FlaskClient) -> None:
    text = page(client, "lang=en&q=wheat&translate=no")
    assert "Searched in Arabic for" not in text
    assert "Search words of other languages in Arabic too" in text
    assert 'href="/search?q=wheat&lang=en"' in text


def test_all_words_can_be_asked_for(client: FlaskClient) -> None:
    text = page(client, "lang=en&q=wheat+earthquake")
    assert "any of them is enough" in text
    assert "match=all" in text
    every = client.get("/api/v1/search?q=wheat+earthquake&match=all").get_json()
    assert (every["total"], every["notices"]) == (0, [])


def test_the_api_has_the_translations(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=wheat+and+=oil").get_json()
    (translated,) = found["translations"]
    assert translated == {
        "word": "wheat",
        "forms": [{"text": "قمح", "query": "قمح and =oil"}],
        "is_searched": False,
        "query": "=wheat and =oil",
    }
    assert client.get("/api/v1/search?q=wheat&translate=perhaps").status_code == 400


def test_a_feed_and_an_export_have_what_the_page_shows(client: FlaskClient) -> None:
    for query, is_found in (("q=wheat", True), ("q=wheat&translate=no", False), ("q=wheat+earthquake", True)):
        for address in ("/feed.json", "/export.jsonl"):
            assert ("أسعار القمح" in client.get(f"{address}?{query}").get_data(as_text=True)) is is_found


def test_a_setting_turns_translation_off_for_everybody(folder: Path) -> None:
    with open_archive(folder, translate_queries=False) as library:
        found = create_app(library).test_client().get("/api/v1/search?q=wheat").get_json()
    assert (found["total"], found["translations"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("q=earthquake", "زلزال"),
        ("q=Zilzal", "زلزال"),
        ("q=strong+earthquake&translate=no", None),
        ("q=earthquake&highlight=off", None),
        ("q=المدينة", "المدينة"),
    ],
)
def test_the_words_that_led_to_an_article_are_marked_there(client: FlaskClient, query: str, marked: str | None) -> None:
    (found,) = client.get("/api/v1/search?q=زلزال").get_json()["hits"]
    text = client.get(f"/article/{found['id']}?{query}").get_data(as_text=True)
    assert (f">{marked}</mark>" in text) if marked else ("<mark" not in text)


def test_an_article_is_shown_without_an_index_too(folder: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "copied", ignore=shutil.ignore_patterns("index")))
    with open_archive(copied) as library:
        client = create_app(library).test_client()
        records = (stored.record for stored in library.archive.read())
        (article,) = (one for one in records if isinstance(one, Article) and one.title == "زلزال")
        assert "ضرب" in client.get(f"/article/{article.id}?q=earthquake").get_data(as_text=True)
