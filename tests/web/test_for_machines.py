"""What search engines, browsers and feed readers look for: robots.txt, sitemaps, icons, OpenSearch and OPML."""

import json
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.site_url import SiteUrl
from newsarchive.subscriptions.opml import read_opml
from newsarchive.syndication import absolute_uri
from newsarchive.web import SiteSettings, crawling, create_app
from newsarchive.web.context import current_library
from tests.articles import make_article
from tests.libraries import filled, withdraw
from tests.sample import ARTICLES, SHOWN, WHEAT
from tests.web.page import get

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
PAGES = ("/", "/article/wheat", "/stories")
OTHERS = ("/search?q=مباراة", "/?q=مباراة", "/feed.xml", "/api/v1/search", "/compare/wheat/talks", "/reuse")


@pytest.fixture
def indexed(library: Library) -> FlaskClient:
    """A client of a site that search engines may index."""
    return create_app(library, SiteSettings(allow_indexing=True)).test_client()


def may_fetch(client: FlaskClient, address: str) -> bool:
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    return rules.can_fetch("Examplebot", f"http://localhost{quote(address, safe='/?=&')}")


@pytest.mark.parametrize("address", [*PAGES, *OTHERS])
def test_nothing_is_indexed_by_default(client: FlaskClient, address: str) -> None:
    assert not may_fetch(client, address)
    answer = client.get(address)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    if "html" in answer.content_type:
        assert "noindex" in get(client, address).one("meta", name="robots")["content"]
    assert client.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in client.get("/robots.txt").text


@pytest.mark.parametrize("address", PAGES)
def test_a_setting_lets_search_engines_index_articles(indexed: FlaskClient, address: str) -> None:
    assert may_fetch(indexed, address)
    assert "X-Robots-Tag" not in indexed.get(address).headers
    assert not get(indexed, address).find("meta", name="robots")


@pytest.mark.parametrize("address", OTHERS)
def test_results_are_never_indexed(indexed: FlaskClient, address: str) -> None:
    assert indexed.get(address).headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(("address", "status"), [("/article/none", 404), ("/article/withdrawn", 410), ("/no", 404)])
def test_errors_are_never_indexed(indexed: FlaskClient, address: str, status: int) -> None:
    answer = indexed.get(address)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (status, "noindex")
    assert len(get(indexed, address, status=status).find("meta", name="robots")) == 1


@pytest.mark.parametrize("allowed", [False, True])
def test_the_rules_name_the_path_of_the_site(library: Library, allowed: bool) -> None:
    site = SiteUrl.parse("https://news.example.org/archive/")
    text = create_app(library, SiteSettings(url=site, allow_indexing=allowed)).test_client().get("/robots.txt").text
    if allowed:
        for path in ("search", "export.", "article/*/export.", "concordance", "unapi"):
            assert f"Disallow: /archive/{path}\n" in text
        assert "Sitemap: https://news.example.org/archive/sitemap.xml\n" in text
    else:
        assert text == "User-agent: *\nDisallow: /archive/\n"


def locations(document: bytes) -> dict[str, str | None]:
    root = ET.fromstring(document)
    return {entry.findtext(f"{SITEMAP}loc", ""): entry.findtext(f"{SITEMAP}lastmod") for entry in root}


def test_the_sitemaps_have_every_article(indexed: FlaskClient) -> None:
    (listed,) = locations(indexed.get("/sitemap.xml").data)
    answer = indexed.get(listed)
    assert answer.content_type == "application/xml; charset=utf-8"
    found = locations(answer.data)
    shown = {article.id for article in ARTICLES} - {"withdrawn"}
    assert found.keys() == {f"http://localhost/article/{name}" for name in shown}
    assert len(found) == SHOWN
    assert set(found.values()) == {"2025-05-01T06:30:00+00:00"}
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert indexed.get(listed, headers=since).status_code in (200, 304)


@pytest.fixture
def hundred(tmp_path: Path) -> Iterator[Library]:
    strange = Article(id="a&b <é>/؟", title="خبر", body="نص")
    with filled(tmp_path, [*(make_article(number) for number in range(24)), strange]) as opened:
        yield opened


def test_sitemaps_have_a_limit(hundred: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "MOST_URLS", 10)
    client = create_app(hundred, SiteSettings(allow_indexing=True)).test_client()
    listed = list(locations(client.get("/sitemap.xml").data))
    assert len(listed) == 3
    found = [address for sitemap in listed for address in locations(client.get(sitemap).data)]
    assert len(found) == len(set(found)) == 25
    assert "http://localhost/article/a&b%20%3C%C3%A9%3E%2F%D8%9F" in found  # as in the page itself
    assert client.get("/sitemap-4.xml").status_code == client.get("/sitemap-0.xml").status_code == 404


def test_a_sitemap_says_when_articles_were_last_revised(hundred: Library) -> None:
    client = create_app(hundred, SiteSettings(allow_indexing=True)).test_client()
    before = locations(client.get("/sitemap-1.xml").data)
    withdraw(hundred, "id3")
    after = locations(client.get("/sitemap-1.xml").data)
    assert before.keys() - after.keys() == {"http://localhost/article/id3"}
    assert {datetime.fromisoformat(time) for time in after.values() if time} == {datetime(2025, 1, 1, tzinfo=UTC)}


def test_an_empty_archive_has_an_empty_sitemap(empty: FlaskClient) -> None:
    app: Flask = empty.application
    with app.app_context():
        library = current_library()
    client = create_app(library, SiteSettings(allow_indexing=True)).test_client()
    (listed,) = locations(client.get("/sitemap.xml").data)
    assert locations(client.get(listed).data) == {}


def test_an_article_names_the_page_of_its_publisher(client: FlaskClient) -> None:
    assert get(client, "/article/wheat").one("link", rel="canonical")["href"] == absolute_uri(WHEAT.url)
    own = get(client, "/article/talks", q="محادثات").one("link", rel="canonical")["href"]
    assert own == "http://localhost/article/talks"


def test_icons(client: FlaskClient) -> None:
    page = get(client, "/")
    raster, vector = page.find("link", rel="icon")
    with client.get(raster["href"]) as answer:
        assert answer.status_code == 200
        assert answer.content_type == "image/vnd.microsoft.icon"
        reserved, kind, count = struct.unpack("<HHH", answer.data[:6])
        entries = [struct.unpack("<BBBBHHII", answer.data[6 + 16 * n : 22 + 16 * n]) for n in range(count)]
    assert (reserved, kind) == (0, 1)
    assert [entry[0] for entry in entries] == [16, 32, 48]
    assert entries[-1][6] + entries[-1][7] == len(answer.data)
    with client.get("/favicon.ico") as plain:
        assert plain.data == answer.data
    with client.get(vector["href"]) as drawn:
        assert b"<text" not in drawn.data
        assert ET.fromstring(drawn.data).tag.endswith("svg")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_browsers_can_add_the_search(client: FlaskClient, language: str) -> None:
    link = get(client, "/", lang=language).one("link", rel="search")
    answer = client.get(link["href"])
    assert answer.content_type == f"{link['type']}; charset=utf-8"
    root = ET.fromstring(answer.data)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 1 <= len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    assert 1 <= len(root.findtext(f"{OPENSEARCH}LongName", "")) <= 48
    assert 1 <= len(root.findtext(f"{OPENSEARCH}Description", "")) <= 1024
    assert [one.text for one in root.findall(f"{OPENSEARCH}Language")] == ["ar", "en"]
    for url in root.findall(f"{OPENSEARCH}Url"):
        address = url.attrib["template"].replace("{searchTerms}", quote("القمح"))
        with client.get(address) as asked:
            assert asked.status_code == 200
            assert asked.mimetype == url.attrib["type"]
        assert parse_qs(urlsplit(address).query).get("lang") == [language]
    icon = root.find(f"{OPENSEARCH}Image")
    assert icon is not None
    with client.get(icon.text or "") as image:
        assert image.status_code == 200


def test_a_long_title_is_cut_for_browsers(library: Library) -> None:
    client = create_app(
        library, SiteSettings(title="أرشيف صحافة المدينة القديمة والجديدة منذ القرن الماضي")
    ).test_client()
    root = ET.fromstring(client.get("/opensearch.xml").data)
    assert len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16


def test_suggestions_for_browsers(client: FlaskClient) -> None:
    answer = client.get("/suggestions.json", query_string={"q": "مبار"})
    assert answer.content_type == "application/x-suggestions+json; charset=utf-8"
    typed, words = json.loads(answer.data)
    assert typed == "مبار"
    assert words == client.get("/api/v1/suggest", query_string={"q": "مبار"}).get_json()["words"] != []
    assert json.loads(client.get("/suggestions.json").data) == ["", []]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_list_of_feeds_can_be_imported(client: FlaskClient, language: str) -> None:
    link = get(client, "/", lang=language).one("link", rel="outline")
    answer = client.get(link["href"])
    assert answer.content_type == "text/x-opml; charset=utf-8"
    imported = read_opml(answer.data, "feeds.opml")
    assert not imported.skipped
    root = ET.fromstring(answer.data)
    assert (root.tag, root.attrib) == ("opml", {"version": "2.0"})
    assert [child.tag for child in root] == ["head", "body"]
    feeds = [outline for outline in root.iter("outline") if "xmlUrl" in outline.attrib]
    assert len(imported.subscriptions) == len({feed.attrib["xmlUrl"] for feed in feeds}) == len(feeds)
    for outline in root.iter("outline"):
        assert outline.attrib["text"].strip()
        assert ("type" in outline.attrib) is ("xmlUrl" in outline.attrib)
    for feed in feeds:
        assert feed.attrib["title"] == feed.attrib["text"]
        assert parse_qs(urlsplit(feed.attrib["xmlUrl"]).query).get("lang") == [language]
        assert client.get(feed.attrib["xmlUrl"]).status_code == 200
        assert client.get(feed.attrib["htmlUrl"]).status_code == 200
    listed = {urlsplit(feed.attrib["xmlUrl"]).path for feed in feeds}
    assert listed == {"/feed.xml", "/stories.xml"}
    names = {name for feed in feeds for name in parse_qs(urlsplit(feed.attrib["xmlUrl"]).query)}
    assert names >= {"source", "topic", "section", "period"}


def test_the_list_of_an_empty_archive(empty: FlaskClient) -> None:
    assert len(read_opml(empty.get("/feeds.opml").data, "feeds.opml").subscriptions) == 3


def test_feed_lists_need_an_index(unindexed: FlaskClient) -> None:
    assert unindexed.get("/feeds.opml").status_code == 503
    assert unindexed.get("/robots.txt").status_code == 200
