import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.identity import article_urn
from newsarchive.web import create_app
from tests.libraries import filled
from tests.sample import ENGLISH, MATCHES, TALKS, WHEAT, WITHDRAWN
from tests.web.page import Page, get
from tests.web.reference_manager import ReferenceManager
from tests.web.test_reuse import EARLY, LATE, PASSAGE
from tests.web.test_stories import FLOOD, RESCUE, ROAD

ODD_IDS = ("a b", "a/b", "خبر", "a&b=c", "a%20b", "a+b", "50%", 'a"b')
URN = "urn:newsarchive:wheat"


def opened(client: FlaskClient, address: str, **parameters: Any) -> ReferenceManager:
    return ReferenceManager(client, get(client, address, **parameters))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client for an archive with ids that mean something in addresses."""
    articles = [Article(id=name, title=f"خبر {name}", body=f"نص {number}.") for number, name in enumerate(ODD_IDS)]
    folder: Path = tmp_path_factory.mktemp("odd")
    with filled(folder, articles) as library:
        yield create_app(library).test_client()


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with filled(tmp_path_factory.mktemp("stories"), [FLOOD, RESCUE, ROAD]) as library:
        yield create_app(library).test_client()


@pytest.fixture(scope="module")
def reused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with filled(tmp_path_factory.mktemp("reused"), [EARLY, LATE]) as library:
        yield create_app(library).test_client()


class TestPages:
    def test_one_article_is_taken(self, client: FlaskClient) -> None:
        (record,) = opened(client, "/article/wheat").take()
        assert record["title"] == WHEAT.title
        assert record["authors"] == ["حسن, ليلى", "Smith, John"]
        assert record["secondary_title"] == "الجزيرة"

    def test_a_whole_list_is_taken_in_its_order(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="مباراة")
        records = ReferenceManager(client, page).take()
        assert [record["title"] for record in records] == page.titles
        assert len(records) == 10
        last = ReferenceManager(client, get(client, "/search", q="مباراة", page="3")).take()
        assert len(last) == len(MATCHES) - 20

    @pytest.mark.parametrize(
        ("address", "parameters"),
        [
            ("/", {}),
            ("/search", {"q": "اتفاق", "lang": "en"}),
            ("/search", {"q": "مباراة", "fold": "stories"}),
            ("/search", {"q": "اتفاقات كازاخستانية الفضاء"}),
            ("/stories/wheat", {}),
        ],
    )
    def test_every_listed_article_is_named(self, client: FlaskClient, address: str, parameters: dict[str, Any]) -> None:
        page = get(client, address, **parameters)
        manager = ReferenceManager(client, page)
        assert len(manager.ids) == len(page.titles) > 0
        assert [record["title"] for record in manager.take()] == page.titles

    @pytest.mark.parametrize("address", ["/stories", "/stories/flood"])
    def test_stories_are_named_by_their_leads_and_have_all_reports(self, stories: FlaskClient, address: str) -> None:
        page = get(stories, address)
        records = ReferenceManager(stories, page).take()
        assert [record["title"] for record in records] == page.titles
        assert len(records) == (1 if address == "/stories" else 3)

    def test_articles_that_have_parts_of_a_text_are_named(self, reused: FlaskClient) -> None:
        page = Page(reused.post("/reuse", data={"text": PASSAGE}).text)
        assert [record["id"] for record in ReferenceManager(reused, page).take()] == ["early", "late"]

    def test_articles_that_an_article_only_mentions_are_not_named(self, client: FlaskClient) -> None:
        page = get(client, "/article/match1")
        assert page.find("section", class_="related")
        assert ReferenceManager(client, page).ids == ["urn:newsarchive:match1"]

    def test_a_page_without_articles_names_none(self, client: FlaskClient) -> None:
        assert opened(client, "/search", q="غرافيتون").ids == []

    def test_any_id_is_found_again(self, odd: FlaskClient) -> None:
        manager = opened(odd, "/")
        assert {record["title"] for record in manager.take()} == {f"خبر {name}" for name in ODD_IDS}


class TestServer:
    def test_the_formats_are_listed(self, client: FlaskClient) -> None:
        assert opened(client, "/").formats() == {
            "ris": "application/x-research-info-systems",
            "bibtex": "application/x-bibtex",
            "csl": "application/vnd.citationstyles.csl+json",
        }

    def test_the_formats_of_an_article_are_choices(self, client: FlaskClient) -> None:
        response = client.get("/unapi", query_string={"id": URN})
        assert response.status_code == 300
        root = ET.fromstring(response.data)
        assert root.attrib == {"id": URN}
        assert [form.attrib["name"] for form in root] == ["ris", "bibtex", "csl"]
        assert all(form.attrib["docs"].startswith("https://") for form in root)

    def test_each_format_has_the_article(self, client: FlaskClient) -> None:
        got = {form: client.get("/unapi", query_string={"id": URN, "format": form}) for form in ("bibtex", "csl")}
        (entry,) = parse_string(got["bibtex"].text).entries
        (item,) = json.loads(got["csl"].text)
        assert (entry.key, item["id"]) == ("newsarchive-wheat", "wheat")
        assert item["title"] == entry.fields_dict["title"].value == WHEAT.title
        assert item["archive_location"] == "http://localhost/article/wheat"
        assert got["bibtex"].mimetype == "application/x-bibtex"

    def test_labels_are_in_the_language_of_the_article(self, client: FlaskClient) -> None:
        for article, site in ((TALKS, "أرشيف الأخبار"), (ENGLISH, "News archive")):
            for language in ("ar", "en"):
                response = client.get(
                    "/unapi",
                    query_string={"id": article_urn(article.id), "format": "csl"},
                    headers={"Accept-Language": language},
                )
                assert json.loads(response.text)[0]["archive"] == site

    @pytest.mark.parametrize("form", ["", "ris"])
    @pytest.mark.parametrize(
        "urn", [article_urn(WITHDRAWN.id), "urn:newsarchive:none", "urn:newsarchive:", "wheat", "https://a.example/1"]
    )
    def test_what_is_not_there_is_not_found(self, client: FlaskClient, urn: str, form: str) -> None:
        response = client.get("/unapi", query_string={"id": urn, "format": form})
        assert (response.status_code, response.mimetype) == (404, "text/plain")

    @pytest.mark.parametrize("form", ["mods", "RIS", "warc", "csv", "<x>"])
    def test_an_unknown_format_is_not_acceptable(self, client: FlaskClient, form: str) -> None:
        response = client.get("/unapi", query_string={"id": URN, "format": form})
        assert (response.status_code, response.text) == (406, "The formats are ris, bibtex, csl.\n")

    def test_a_format_without_an_id_is_a_bad_request(self, client: FlaskClient) -> None:
        assert client.get("/unapi", query_string={"format": "ris"}).status_code == 400

    def test_an_unchanged_record_is_not_sent_again(self, client: FlaskClient) -> None:
        address = f"/unapi?id={URN}&format=ris"
        first = client.get(address)
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
