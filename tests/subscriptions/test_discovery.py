"""The feeds of a page."""

from datetime import UTC, datetime

import pytest

from newsarchive.errors import FetchError, IngestError
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.subscriptions.discovery import find_feeds
from tests.subscriptions.world import rss

SITE = "https://news.example/"
FEED = rss(("https://news.example/1", "نص خبر عن القمح"), title="صحيفة الغد")
JSON_FEED = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "صحيفة",'
    ' "items": [{"id": "1", "url": "https://news.example/1", "content_text": "نص خبر عن القمح والشعير"}]}'
).encode()


def found(page: str, **others: bytes) -> list[str]:
    answers = {SITE: page.encode()} | {f"{SITE}{name.replace('_', '.')}": content for name, content in others.items()}

    def get(url: str) -> Fetched:
        if url not in answers:
            raise FetchError(url, "status 404")
        kind = "text/html" if b"<html" in answers[url] else ""
        return Fetched(url=url, content=answers[url], content_type=kind, fetched_at=datetime.now(UTC))

    return [feed.address.removeprefix(SITE) for feed in find_feeds(SITE, get)]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/rss+xml" href="/news.xml">',
        "<LINK REL=alternate TYPE='application/atom+xml' HREF=news.xml>",
        '<link rel="feed alternate" type="application/rss+xml" href="https://news.example/news.xml">',
        '<base href="https://news.example/"><link rel="alternate" type="application/rss+xml" href="news.xml">',
        '<a href="/news.xml" type="application/rss+xml">RSS</a>',
    ],
)
def test_feeds_that_a_page_names_are_found(link: str) -> None:
    assert found(f"<html><head>{link}</head></html>", news_xml=FEED) == ["news.xml"]


def test_links_that_look_like_feeds_and_are_some_are_found() -> None:
    page = '<html><a href="/rss">خلاصات</a><a href="/rss.xml">RSS</a><a href="https://other.example/feed">x</a></html>'
    assert found(page, rss=b"<html>list</html>", rss_xml=FEED) == ["rss.xml"]


def test_usual_addresses_are_tried_if_a_page_names_none() -> None:
    assert found("<html><p>x</p></html>", feed_xml=FEED, atom_xml=FEED) == ["feed.xml"]


def test_feeds_of_comments_come_last() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/{}">'
    page = f"<html>{link.format('comments.xml')}{link.format('news.xml')}</html>"
    assert found(page, comments_xml=FEED, news_xml=FEED) == ["news.xml", "comments.xml"]


@pytest.mark.parametrize("content", [FEED, JSON_FEED, b"\xef\xbb\xbf" + FEED])
def test_a_feed_is_its_own(content: bytes) -> None:
    assert found(content.decode()) == [""]


def test_json_feeds_are_found() -> None:
    page = '<html><link rel="alternate" type="application/feed+json" href="/feed.json"></html>'
    assert found(page, feed_json=JSON_FEED) == ["feed.json"]


@pytest.mark.parametrize("content", ["<html><p>x</p></html>", "plain text", "{}", '<?xml version="1.0"?><urlset/>'])
def test_what_has_no_feed_is_reported(content: str) -> None:
    with pytest.raises(IngestError):
        found(content)
