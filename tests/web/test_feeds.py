import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from werkzeug.http import http_date

from newsarchive.web.feeds import FEED_LIMIT
from tests.sample import ARCHIVED, ARTICLES, HOSTILE, MATCHES, SHOWN, TALKS, WHEAT
from tests.web.page import query

PATHS = ("/feed.xml", "/feed.atom", "/feed.json")
Read = Callable[..., Any]


@pytest.fixture
def read(client: FlaskClient) -> Read:
    def read(path: str = "/feed.xml", **parameters: str | list[str]) -> Any:
        response = client.get(path, query_string=query(parameters))
        assert response.status_code == 200
        parsed = feedparser.parse(response.data)
        assert not parsed.bozo, parsed.bozo_exception
        return parsed

    return read


def test_a_feed_lists_the_latest_arrivals(read: Read) -> None:
    feed = read()
    assert [entry.id for entry in feed.entries] == [
        f"urn:newsarchive:{article.id}" for article in reversed(ARTICLES[-FEED_LIMIT:])
    ]
    (own,) = (link.href for link in feed.feed.links if link.rel == "self")
    assert own == "http://localhost/feed.xml"


def test_an_undated_article_reaches_subscribers(read: Read) -> None:
    titles = [entry.title for entry in read(limit="100").entries]
    undated = [article.title for article in ARTICLES if article.published is None and article.id != "withdrawn"]
    assert undated
    assert set(undated) <= set(titles)


def test_a_feed_in_order_of_publication(read: Read) -> None:
    feed = read(order="published")
    assert feed.feed.title == "أرشيف الأخبار"
    assert feed.feed.language == "ar"
    assert [entry.title for entry in feed.entries[:2]] == [WHEAT.title, TALKS.title]
    assert len(feed.entries) == FEED_LIMIT < SHOWN
    (own,) = (link.href for link in feed.feed.links if link.rel == "self")
    assert own == "http://localhost/feed.xml?order=published"
    wheat = feed.entries[0]
    assert wheat.id == "urn:newsarchive:wheat"
    assert wheat.published == "Mon, 21 Apr 2025 10:30:00 +0300"
    assert [(tag.term, tag.scheme) for tag in wheat.tags] == [
        ("اقتصاد، أعمال ومال", None),
        ("العالم", "urn:newsarchive:section"),
    ]
    assert wheat.source.title == "الجزيرة"


@pytest.mark.parametrize("path", ["/feed.xml", "/feed.atom"])
def test_every_search_has_a_feed_newest_first(read: Read, path: str) -> None:
    feed = read(path, q="مباراة", source="الرياضية", from_="2024-03-10")
    assert [entry.title for entry in feed.entries] == [
        match.title for match in reversed(MATCHES) if match.source == "الرياضية" and int(match.id[5:]) >= 10
    ]
    assert feed.feed.title == "أرشيف الأخبار: «مباراة»، الرياضية، منذ 10 مارس/آذار 2024"


def test_json_feed(client: FlaskClient) -> None:
    response = client.get("/feed.json?topic=sport&limit=3&lang=en&order=published")
    assert response.content_type == "application/feed+json; charset=utf-8"
    form = response.get_json(force=True)
    assert form["title"] == "News archive: Sport"
    assert [item["id"] for item in form["items"]] == [f"urn:newsarchive:match{number}" for number in (24, 23, 22)]


def test_feeds_take_sort_limit_and_language(read: Read) -> None:
    feed = read(topic="sport", from_="2024", sort="oldest", limit="10", lang="en")
    assert [entry.title for entry in feed.entries] == [match.title for match in MATCHES[:10]]
    assert feed.feed.language == "en"
    (own,) = (link.href for link in feed.feed.links if link.rel == "self")
    assert own == "http://localhost/feed.xml?topic=sport&from=2024-01-01&sort=oldest&limit=10&lang=en"
    assert feed.feed.link == "http://localhost/search?topic=sport&from=2024-01-01&lang=en"


def test_accept_language_does_not_change_a_feed(client: FlaskClient) -> None:
    response = client.get("/feed.xml", headers={"Accept-Language": "en"})
    assert "<language>ar</language>" in response.text
    assert "Accept-Language" not in response.vary


def test_hostile_text_is_escaped(client: FlaskClient) -> None:
    response = client.get("/feed.xml", query_string={"source": HOSTILE.source, "q": ""})
    assert "<script" not in response.text
    assert "javascript:" not in response.text
    (entry,) = feedparser.parse(response.data, sanitize_html=False).entries
    assert entry.title_detail.value == HOSTILE.title
    assert "<script" not in entry.content[0].value


@pytest.mark.parametrize("path", PATHS)
class TestConditionalRequests:
    def test_a_matching_etag_gives_304(self, client: FlaskClient, path: str) -> None:
        first = client.get(path)
        etag = first.headers["ETag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        other = client.get(path + "?topic=sport", headers={"If-None-Match": etag})
        assert other.status_code == 200

    def test_a_matching_date_gives_304(self, client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
        later = time.time() + 3_600
        monkeypatch.setattr(time, "time", lambda: later)
        first = client.get(path)
        assert first.last_modified is not None
        assert first.last_modified > ARCHIVED
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert client.get(path, headers=since).status_code == 304
        before = {"If-Modified-Since": http_date(first.last_modified - timedelta(seconds=1))}
        assert client.get(path, headers=before).status_code == 200

    def test_feeds_can_be_cached_for_some_minutes(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).headers["Cache-Control"] == "max-age=300, private"

    def test_empty_feeds_are_valid(self, client: FlaskClient, path: str) -> None:
        response = client.get(path, query_string={"q": "قسطنطينية"})
        assert response.status_code == 200

    def test_invalid_parameters_are_rejected(self, client: FlaskClient, path: str) -> None:
        assert client.get(path + "?limit=101").status_code == 400
        assert client.get(path + "?order=random").status_code == 400

    def test_a_missing_index_gives_503(self, unindexed: FlaskClient, path: str) -> None:
        assert unindexed.get(path).status_code == 503
