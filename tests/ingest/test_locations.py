import gzip
import json
import os
import re
from datetime import UTC, date, datetime
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.errors import FetchError, IngestError, ParseError
from newsarchive.ingest import locations
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.locations import read
from newsarchive.ingest.readers import jsonl, plaintext
from newsarchive.ingest.readers.address_content import is_address_of_feed
from newsarchive.ingest.readers.registry import names

TEXT = "وصل الوفد إلى المدينة مساء أمس."
LINE = json.dumps({"text": TEXT, "title": "عنوان"}, ensure_ascii=False).encode() + b"\n"
RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>موقع</title><language>fa</language>"
    f"<item><title>عنوان</title><description>{TEXT}</description></item></channel></rss>"
).encode()


def results(
    location: Path | str, defaults: Defaults | None = None, kind: str | None = None
) -> list[Article | IngestError]:
    return list(read(str(location), defaults or Defaults(), format=kind))


def only_article(location: Path | str, defaults: Defaults | None = None) -> Article:
    (article,) = results(location, defaults)
    assert isinstance(article, Article), article
    return article


def only_error(location: Path | str, defaults: Defaults | None = None) -> IngestError:
    (error,) = results(location, defaults)
    assert isinstance(error, IngestError)
    return error


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", TEXT.encode(), "text"),
        ("a.TEXT", b"[" + TEXT.encode(), "text"),
        ("a.jsonl", LINE, "jsonl"),
        ("a.ndjson", LINE, "jsonl"),
        ("a.json", b"[" + LINE + b"]", "jsonl"),
        ("a.jsonl.gz", gzip.compress(LINE), "jsonl"),
        ("a.jsonl", gzip.compress(LINE), "jsonl"),
        ("a.xml", RSS, "feed"),
        ("a.rss.gz", gzip.compress(RSS), "feed"),
        ("unnamed", RSS, "feed"),
        ("unnamed", b"\xef\xbb\xbf\n" + LINE, "jsonl"),
        ("unnamed", b"[ " + LINE + b"]", "jsonl"),
        ("unnamed", gzip.compress(LINE), "jsonl"),
        ("unnamed", b"[" + TEXT.encode(), "text"),
        ("unnamed", b"{" + TEXT.encode(), "text"),
    ],
)
def test_formats_are_recognized_by_extension_or_content(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    article = only_article(path)
    assert article.origin.kind == kind
    assert article.origin.location == str(path)
    assert TEXT in article.body


def test_a_requested_format_overrides_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(LINE)
    (article,) = results(path, kind="jsonl")
    assert isinstance(article, Article)
    assert article.title == "عنوان"
    with pytest.raises(ValueError, match="the formats are text, jsonl, page, feed, csv"):
        read(str(path), Defaults(), format="pdf")


def test_files_of_a_folder_are_read_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.jsonl", "image.jpg", ".hidden.txt", "deep/c.txt", ".git/d.txt", "deep/er/e.xml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes({".jsonl": LINE, ".xml": RSS}.get(path.suffix, TEXT.encode()))
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "deep" / "round").symlink_to(tmp_path)
    found = [Path(result.origin.location).name for result in results(tmp_path) if isinstance(result, Article)]
    assert found == ["a.jsonl", "b.txt", "c.txt", "e.xml"]


def test_bad_files_in_a_folder_are_reported_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c.xml").write_bytes(b"no feed")
    (tmp_path / "d.txt").symlink_to(tmp_path / "gone")
    first, second, third, fourth = results(tmp_path)
    assert isinstance(first, ParseError)
    assert isinstance(second, Article)
    assert isinstance(third, ParseError)
    assert third.origin == str(tmp_path / "c.xml")
    assert isinstance(fourth, IngestError)
    assert "no such file" in fourth.reason


def test_a_folder_without_readable_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "image.jpg").write_bytes(b"x")
    assert ".txt" in only_error(tmp_path).reason


def test_files_that_cannot_be_opened_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file or folder" in only_error(tmp_path / "gone.txt").reason
    assert "cannot be read" in only_error("a\0b.txt").reason

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").touch()
    monkeypatch.setattr(Path, "open", refuse)
    assert "no permission" in only_error(tmp_path / "a.txt").reason


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt.gz", "a.xml.gz", "unnamed"])
def test_a_damaged_gzip_file_yields_one_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(LINE)[:15])
    assert "damaged or truncated" in only_error(path).reason


def test_files_too_large_for_an_article_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plaintext, "SIZE_LIMIT", 2**20)
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * (2**20 + 1))
    assert "more than 1 MiB" in only_error(path).reason


def test_a_web_page_in_a_file_is_recognized(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<!DOCTYPE html><html><p>{TEXT}</p></html>", encoding="utf-8")
    assert "a web page, but no article" in only_error(path).reason


def test_standard_input() -> None:
    unbuffered = BytesIO(gzip.compress(LINE))
    (article,) = read("-", Defaults(), stdin=unbuffered)
    assert isinstance(article, Article)
    assert (article.title, article.origin.location) == ("عنوان", "stdin")
    assert not unbuffered.closed
    stdin = BufferedReader(BytesIO(LINE + b"{\n"))
    _, error = read("-", Defaults(), stdin=stdin)
    assert isinstance(error, ParseError)
    assert error.origin == "stdin:2"
    assert not stdin.closed
    assert "there is no standard input" in only_error("-").reason


def test_items_are_read_lazily(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            return LINE

        def peek(self, size: int, /) -> bytes:
            return LINE

    monkeypatch.setattr(jsonl, "DOCUMENT_LIMIT", 0)
    articles = read("-", Defaults(), stdin=Endless())
    assert all(isinstance(next(articles), Article) for _ in range(3))


FETCHED_AT = datetime(2025, 4, 21, tzinfo=UTC)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """URL -> response."""
    pages: dict[str, bytes] = {}

    def fetch(url: str, settings: FetchSettings) -> Fetched:
        if url not in pages:
            error = FetchError(url, "status 404")
            error.status = 404
            raise error
        return Fetched(url=f"{url}/end", content=pages[url], content_type="", fetched_at=FETCHED_AT)

    monkeypatch.setattr("newsarchive.ingest.fetching.fetch.fetch", fetch)
    return pages


def test_urls_are_read_in_the_format_of_the_response(web: dict[str, bytes]) -> None:
    web.update(
        {"https://a.example/feed": RSS, "HTTP://a.example/lines": LINE, "https://a.example/json": b"[" + LINE + b"]"}
    )
    kinds = [only_article(url).origin.kind for url in web]
    assert kinds == ["feed", "jsonl", "jsonl"]
    origin = only_article("https://a.example/feed").origin
    assert (origin.location, origin.fetched_at) == ("https://a.example/feed/end", FETCHED_AT)


PAGE = f"<!-- cached --><!DOCTYPE html><html><head><link rel=alternate type=application/rss+xml href=/rss></head>{TEXT}"


@pytest.mark.parametrize("kind", [None, *names()])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_from_a_url_never_becomes_an_article(web: dict[str, bytes], kind: str | None, charset: str) -> None:
    """With any requested format: the page may be an error page at the URL of a former feed."""
    web["https://a.example/feed"] = PAGE.encode(charset)
    (error,) = results("https://a.example/feed", kind=kind)
    assert isinstance(error, IngestError)
    if charset == "utf-16" and kind is None:
        return  # It looks like plain text, which was not requested.
    assert "a web page" in error.reason
    assert error.reason.endswith("ingest its feed instead: https://a.example/rss")


@pytest.mark.parametrize(
    ("address", "is_feed"),
    [
        *(
            (f"https://nahr.example/{end}", True)
            for end in ("feed", "rss/", "news/atom", "index.xml", "a.rss", "x.json")
        ),
        *((f"https://nahr.example/{end}", True) for end in ("?feed=rss2", "news?format=rss&lang=ar")),
        *((f"https://nahr.example/{end}", False) for end in ("", "news/1.html", "feeds-of-birds", "rss/1", "?p=12")),
        ("https://[", False),
    ],
)
def test_an_address_of_a_feed_is_known_by_its_end(address: str, is_feed: bool) -> None:
    assert is_address_of_feed(address) is is_feed


@pytest.mark.parametrize("fragment", [f"<p>{TEXT}</p>", f" <body>{TEXT}", f"<div class='x'>{TEXT}</div>"])
def test_a_part_of_a_page_is_not_plain_text(web: dict[str, bytes], fragment: str) -> None:
    web["https://a.example/"] = fragment.encode()
    (error,) = results("https://a.example/", kind="text")
    assert isinstance(error, ParseError)
    assert "a web page" in error.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TEXT.encode(), "it looks like plain text, neither a feed nor JSON; .* add --format text"),
        (TEXT.encode("utf-16"), "it looks like plain text"),
        (b"Not found", "it looks like an error message of the server"),
        (b"[1, 2]", "it looks like plain text"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7 ...", "it looks like a PDF file; only WARC, CSV, TSV, RSS, Atom, web pages, JSON and JSON Lines"),
        (b"PK\x03\x04...", "it looks like a Word, OpenDocument or ZIP file"),
        (b"\x89PNG\r\n\x1a\n...", "it looks like an image"),
        (b"\xff\xd8\xff\xe0...", "it looks like an image"),
        (b"\x7fELF\0\0", "it looks like binary data"),
    ],
)
def test_only_feeds_and_json_are_accepted_from_a_url(web: dict[str, bytes], content: bytes, reason: str) -> None:
    web["https://a.example/"] = content
    error = only_error("https://a.example/")
    assert re.search(reason, error.reason)
    assert error.origin == "https://a.example//end"


def test_plain_text_from_a_url_is_accepted_if_requested(web: dict[str, bytes], tmp_path: Path) -> None:
    for content in (TEXT.encode(), TEXT.encode("utf-16"), f"«<p>» يعني فقرة\n{TEXT}".encode()):
        web["https://a.example/text"] = content
        (article,) = results("https://a.example/text", kind="text")
        assert isinstance(article, Article)
        assert article.origin.kind == "text"
    (tmp_path / "unnamed").write_bytes(TEXT.encode())
    assert only_article(tmp_path / "unnamed").origin.kind == "text"


def test_the_content_type_header_is_checked_for_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    types = iter(["text/html; charset=utf-8", "text/plain", "text/x-wiki", "text/csv"])

    def fetch(url: str, settings: FetchSettings) -> Fetched:
        return Fetched(url, TEXT.encode(), next(types), FETCHED_AT)

    monkeypatch.setattr("newsarchive.ingest.fetching.fetch.fetch", fetch)
    (page,) = results("https://a.example/", kind="text")
    (text,) = results("https://a.example/", kind="text")
    assert "a web page" in str(page)
    assert isinstance(text, Article)
    assert "(the server says 'text/x-wiki')" in only_error("https://a.example/").reason
    assert "a table without a header row" in only_error("https://a.example/").reason


@pytest.mark.parametrize(
    "url", ["ftp://a.example/feed", "file:///etc/hostname", "FEED://a.example/", "ftp://" + "a" * 5000]
)
def test_only_web_urls_are_fetched(url: str) -> None:
    error = only_error(url)
    assert isinstance(error, FetchError)
    assert "only http and https URLs can be fetched" in error.reason


def test_a_failed_fetch_is_an_error(web: dict[str, bytes]) -> None:
    assert isinstance(only_error("https://a.example/"), FetchError)
    web["https://a.example/"] = b"<html><link rel=alternate type=application/atom+xml href=/atom>"
    assert "ingest its feed instead: https://a.example/atom" in only_error("https://a.example/").reason


def test_the_feed_title_and_language_are_fallbacks(web: dict[str, bytes]) -> None:
    web["https://a.example/"] = RSS
    assert only_article("https://a.example/").source == "موقع"
    assert only_article("https://a.example/").language == "fa"
    assert only_article("https://a.example/", Defaults(source="وكالة")).source == "وكالة"


def test_options_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.jsonl").write_bytes(LINE)
    assert "«أمس»" in only_error(tmp_path / "a.txt", Defaults(published="أمس")).reason
    assert only_article(tmp_path / "a.txt", Defaults(published="21 نيسان 2025")).published == date(2025, 4, 21)
    url = Defaults(url="https://a.example/1")
    assert only_article(tmp_path / "a.txt", url).url == "https://a.example/1"
    assert "a URL can be given only for a text file" in only_error(tmp_path, url).reason
    assert "a URL can be given only for a text file" in only_error(tmp_path / "a.jsonl", url).reason


@given(st.binary(max_size=60), st.sampled_from([None, *names()]), st.booleans())
def test_no_input_raises(content: bytes, kind: str | None, packed: bool) -> None:
    stdin = BytesIO(gzip.compress(content)[:-3] if packed else content)
    assert all(isinstance(result, Article | IngestError) for result in read("-", Defaults(), stdin=stdin, format=kind))


def test_a_bug_in_a_reader_affects_only_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("unforeseen")

    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(LINE)
    monkeypatch.setattr("newsarchive.ingest.readers.plaintext.read_text", fail)
    failure, article = results(tmp_path)
    assert isinstance(failure, IngestError)
    assert failure.origin == str(tmp_path / "a.txt")
    assert failure.reason.startswith("a fault in newsarchive: KeyError: 'unforeseen'; please report it")
    assert isinstance(article, Article)
    monkeypatch.setenv("NEWSARCHIVE_DEBUG", "1")
    with pytest.raises(KeyError):
        results(tmp_path)


def test_a_bug_with_one_item_does_not_affect_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_once(*arguments: object) -> Article:
        monkeypatch.setattr(locations, "build_article", build_article)
        raise RuntimeError

    monkeypatch.setattr(locations, "build_article", fail_once)
    (tmp_path / "a.jsonl").write_bytes(LINE + LINE)
    failure, article = results(tmp_path / "a.jsonl")
    assert isinstance(failure, IngestError)
    assert failure.origin == f"{tmp_path / 'a.jsonl'}:1"
    assert isinstance(article, Article)
