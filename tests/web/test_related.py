"""Related articles on an article's page and in the API."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.sample import HOSTILE, UNDATED, WHEAT
from tests.web.page import assert_harmless, get

BREAD = Article(
    id="bread",
    title="القمح الروسي في مخابز مصر",
    body="وصل القمح من روسيا إلى مخابز مصر بعد اتفاق على شراء مليون طن.",
    source="صحيفة المخبز",
    published=date(2023, 1, 5),
)
ALERT = Article(id="alert", title="alert script source", body="خبيث في script ثم alert", published=date(2023, 1, 6))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("archive"), create=True) as library:
        keep(library, WHEAT, BREAD, UNDATED, HOSTILE, ALERT)
        library.update_index()
        yield create_app(library).test_client()


def keep(library: Library, *articles: Article) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.append(articles)


def test_related_articles_are_listed_and_keep_the_search(client: FlaskClient) -> None:
    page = get(client, "/article/bread", q="القمح", lang="ar")
    section = page.one("section", class_="related")
    assert section.words.startswith("مقالات ذات صلة")
    ((title, address),) = ((link.text, link["href"]) for link in page.inside(section, "a"))
    assert (title, urlsplit(address).path) == (WHEAT.title, "/article/wheat")
    assert parse_qs(urlsplit(address).query) == {"q": ["القمح"], "lang": ["ar"]}
    (facts,) = page.inside(section, "p")
    assert facts.words == "الجزيرة21 أبريل/نيسان 2025"


def test_no_section_is_shown_without_related_articles(client: FlaskClient) -> None:
    assert get(client, "/article/undated").find("section", class_="related") == []


def test_hostile_titles_are_escaped(client: FlaskClient) -> None:
    page = assert_harmless(client.get("/article/alert").text)
    section = page.one("section", class_="related")
    assert [link.text for link in page.inside(section, "a")] == [HOSTILE.title]


def test_related_articles_in_the_api_have_the_fields_of_hits(client: FlaskClient) -> None:
    answer = client.get("/api/v1/articles/bread/related").get_json()
    hits = client.get("/api/v1/search?q=القمح").get_json()["hits"]
    (wheat,) = (hit for hit in hits if hit["id"] == "wheat")
    assert answer == {
        "id": "bread",
        "related": [{key: wheat[key] for key in wheat.keys() - {"snippet", "marks", "score", "reasons"}}],
    }
    assert client.get("/api/v1/articles/alert/related").get_json()["related"][0]["url"] == ""


def test_the_api_handles_unrelated_and_unknown_articles(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles/undated/related").get_json() == {"id": "undated", "related": []}
    unknown = client.get("/api/v1/articles/none/related")
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "article_not_found")


def test_articles_can_be_read_without_an_index(tmp_path: Path) -> None:
    with open_archive(tmp_path / "new", create=True) as library:
        keep(library, WHEAT)
        client = create_app(library).test_client()
        assert get(client, "/article/wheat").one("h1").text == WHEAT.title
        assert client.get("/api/v1/articles/wheat/related").status_code == 503
