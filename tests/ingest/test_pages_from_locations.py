"""Web pages from addresses, files and folders, and the permission of their sites."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from newsarchive.article import Article
from newsarchive.errors import FetchError, IngestError
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import Result, read
from tests.fetching import LOOPBACK, Answer, raw_server, response
from tests.ingest.readers.pages.samples import SECTION, TEXT, TITLE, WORDPRESS

FEED = "<rss version='2.0'><channel><title>موقع</title><item><title>خبر</title></item></channel></rss>"


def site(pages: dict[bytes, bytes], robots: bytes | str) -> Answer:
    """A site with these pages, and a robots.txt or a status instead of it."""

    def answer(connection: Any, head: bytes) -> None:
        path = head.split(b" ")[1]
        if path == b"/robots.txt":
            connection.sendall(response(robots) if isinstance(robots, bytes) else response(b"", robots))
        else:
            connection.sendall(response(pages[path], "200 OK", "Content-Type: text/html"))

    return answer


def results(location: object, kind: str | None = None, *, obey: bool = True) -> list[Result]:
    from newsarchive.ingest.fetching.settings import FetchSettings  # noqa: PLC0415

    settings = FetchSettings(allow_networks=LOOPBACK, obey_robots=obey)
    return list(read(str(location), Defaults(), format=kind, fetching=settings))


def only(location: object, kind: str | None = None, *, obey: bool = True) -> Result:
    (result,) = results(location, kind, obey=obey)
    return result


@pytest.mark.parametrize("kind", [None, "page"])
def test_a_page_at_an_address_is_ingested(kind: str | None) -> None:
    with raw_server(site({b"/news/12": WORDPRESS.encode()}, "404 Not Found")) as server:
        article = only(f"{server.url}/news/12", kind)
    assert isinstance(article, Article)
    assert (article.title, article.body, article.origin.kind) == (TITLE, TEXT, "page")
    assert article.url == f"{server.url}/news/12"


def test_a_page_is_refused_where_a_feed_was_asked_for() -> None:
    with raw_server(site({b"/feed": WORDPRESS.encode()}, "404 Not Found")) as server:
        error = only(f"{server.url}/feed", "feed")
    assert isinstance(error, IngestError)
    assert "a web page, not a feed" in error.reason


def test_a_feed_needs_no_permission() -> None:
    with raw_server(site({b"/feed": FEED.encode()}, b"User-agent: *\nDisallow: /")) as server:
        assert isinstance(only(f"{server.url}/feed"), Article)
        assert not any(b"robots.txt" in head for head in server.heard)


def test_a_list_of_articles_names_its_feed() -> None:
    with raw_server(site({b"/local": SECTION.encode()}, "404 Not Found")) as server:
        error = only(f"{server.url}/local")
        assert isinstance(error, IngestError)
        assert f"a list of articles; ingest its feed instead: {server.url}/feed" in error.reason


@pytest.mark.parametrize("kind", [None, "page"])
@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (b"User-agent: *\nDisallow: /news/", "asks programs not to fetch it"),
        (b"User-agent: newsarchive\nDisallow: /", "asks programs not to fetch it"),
        ("503 Service Unavailable", "its robots.txt can't be read: status 503"),
        (b"User-agent: *\nDisallow: /news/13", ""),
        (b"User-agent: other\nDisallow: /", ""),
        ("410 Gone", ""),
    ],
)
def test_robots_txt_is_honoured(kind: str | None, robots: bytes | str, reason: str) -> None:
    with raw_server(site({b"/news/12": WORDPRESS.encode()}, robots)) as server:
        result = only(f"{server.url}/news/12", kind)
        if not reason:
            assert isinstance(result, Article)
            return
        assert isinstance(result, FetchError)
        assert reason in result.reason
        assert isinstance(only(f"{server.url}/news/12", kind, obey=False), Article)


def test_a_page_that_was_asked_for_is_not_fetched_against_robots_txt() -> None:
    with raw_server(site({b"/a": WORDPRESS.encode()}, b"User-agent: *\nDisallow: /")) as server:
        only(f"{server.url}/a", "page")
        assert [head.split(b" ")[1] for head in server.heard] == [b"/robots.txt"]


def _as_mhtml(html: str) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://nahr.example/story/12"
    message.set_content(html, subtype="html", cte="quoted-printable")
    message.make_mixed()
    content = message.as_bytes().replace(b"multipart/mixed", b'multipart/related; type="text/html"')
    return b"From: <Saved by Blink>\r\n" + content


@pytest.mark.parametrize(
    ("name", "content", "url"),
    [
        ("a.html", WORDPRESS.encode, ""),
        ("a.htm", lambda: WORDPRESS.encode("utf-16"), ""),
        ("a.xhtml", lambda: b"<?xml version='1.0' encoding='utf-8'?>" + WORDPRESS.encode(), ""),
        (
            "saved.html",
            lambda: b"<!-- saved from url=(0029)https://nahr.example/story/12 -->\n" + WORDPRESS.encode(),
            "https://nahr.example/story/12",
        ),
        ("a.mhtml", lambda: _as_mhtml(WORDPRESS), "https://nahr.example/story/12"),
        ("unnamed", WORDPRESS.encode, ""),
    ],
)
def test_saved_pages(tmp_path: Path, name: str, content: Callable[[], bytes], url: str) -> None:
    (tmp_path / name).write_bytes(content())
    article = only(tmp_path / name)
    assert isinstance(article, Article), article
    assert (article.title, article.body, article.url) == (TITLE, TEXT, url)


def test_a_folder_of_saved_pages(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(WORDPRESS, encoding="utf-8")
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "saved_resource.html").write_text("<html>إعلان</html>", encoding="utf-8")
    (tmp_path / "other_files").mkdir()
    (tmp_path / "other_files" / "c.html").write_text(WORDPRESS, encoding="utf-8")
    found = [Path(result.origin.location).name for result in results(tmp_path) if isinstance(result, Article)]
    assert found == ["a.html", "b.html", "c.html"]
    assert len(results(tmp_path)) == 3
