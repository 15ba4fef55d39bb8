"""Pages, error messages and other files at the address of a feed are refused, with what they look like."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.article import Article, Origin
from newsarchive.errors import IngestError, ParseError
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.locations import read
from newsarchive.ingest.readers.feed import read_feed
from newsarchive.ingest.readers.other_files import unsupported_file

ITEM = "<item><title>خبر</title><description>نص</description></item>"
FEED = f"<rss version='2.0'><channel><title>موقع</title>{ITEM}</channel></rss>"
WARNING = "Warning: Undefined variable $x in /home/a/rss.php on line 3"
PAGE = "<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>"


def results_at(
    monkeypatch: pytest.MonkeyPatch, content: bytes, kind: str | None = None, declared: str = ""
) -> list[object]:
    def fetch(url: str, settings: FetchSettings) -> Fetched:
        return Fetched(url, content, declared, datetime(2025, 4, 21, tzinfo=UTC))

    monkeypatch.setattr("newsarchive.ingest.fetching.fetch.fetch", fetch)
    return list(read("https://a.example/feed", Defaults(), format=kind))


REFUSED = {
    PAGE.format("خبر", "<p>نص الخبر</p>"): "a web page",
    "<html lang=ar><body><p>نص</p><item><title>x</title></item></body></html>": "a web page",
    PAGE.format("Just a moment...", "<script>x</script>"): "a challenge page",
    PAGE.format("Attention Required! | Cloudflare", "..."): "a challenge page",
    "error code: 1020": "a challenge page",
    PAGE.format("Error", "<h1>Error establishing a database connection</h1>"): "the error of a database",
    "SQLSTATE[HY000] [2002] Connection refused": "the error of a database",
    "خطأ في الاتصال بقاعدة البيانات": "the error of a database",
    PAGE.format("تسجيل الدخول", "<form><input name=u><input type='password' name=p></form>"): "a login page",
    WARNING: "the error message of a PHP program",
    "<br />\n<b>Fatal error</b>:  Uncaught Error: x in /a.php:3\n#0 main thrown in <b>/a.php</b> on line <b>3</b>": (
        "the error message of a PHP program"
    ),
    "404 Not Found": "an error message of the server",
    "<?xml version='1.0'?><Error><Code>x</Code><Message>Access Denied</Message></Error>": "an error message",
    "نص عادي في صفحة": "plain text",
    "<opml version='2.0'><body><outline xmlUrl='https://b.example/rss'/></body></opml>": (
        "OPML, a list of 1 feed, not a feed"
    ),
    "<urlset><url><loc>https://a.example/1</loc></url></urlset>": "a sitemap",
    "<svg xmlns='http://www.w3.org/2000/svg'/>": "an SVG image",
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.items())
def test_what_is_no_feed_is_refused_and_named(monkeypatch: pytest.MonkeyPatch, content: str, reason: str) -> None:
    (error,) = results_at(monkeypatch, content.encode())
    assert isinstance(error, IngestError)
    assert reason in error.reason


@pytest.mark.parametrize(
    "content", ["error code: 1020", WARNING, "404 Not Found", "Error establishing a database connection"]
)
def test_error_messages_are_refused_even_if_text_is_requested(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    (error,) = results_at(monkeypatch, content.encode(), "text", "text/plain")
    assert isinstance(error, ParseError)


@pytest.mark.parametrize(
    "content",
    [
        "أعلنت الشركة أن 404 موظفا وقعوا العريضة.",
        (
            "قال خبراء الأمن إن عبارة «حدث خطأ» ظهرت للمستخدمين أمس بعد تحديث النظام في عدة دول،"
            " وإن الشركة بدأت التحقيق في الأسباب التي أدت إليه."
        ),
        "Warning: this is about an article.",
    ],
)
def test_articles_about_errors_are_read_if_text_is_requested(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    (article,) = results_at(monkeypatch, content.encode(), "text", "text/plain")
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    "before",
    [
        f"{WARNING}\n",
        "<br />\n<b>Notice</b>:  Undefined index: x in <b>/a.php</b> on line <b>3</b><br />\n",
        f"\n\n{WARNING}\nDeprecated: strftime() is deprecated in /a.php on line 9\n<?xml version='1.0'?>\n",
        "\n \n<?xml version='1.0' encoding='utf-8'?><?xml-stylesheet href='x'?><!-- cached -->",
        "<!DOCTYPE rss [<!ENTITY nbsp ' '>]>",
    ],
)
def test_what_is_printed_before_a_feed_is_skipped(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    (article,) = results_at(monkeypatch, (before + FEED).encode())
    assert isinstance(article, Article)
    assert article.body == "نص"


def test_the_feeds_of_a_list_are_named() -> None:
    outlines = "".join(f"<outline><outline xmlUrl='https://{number}.example/rss'/></outline>" for number in range(5))
    with pytest.raises(ParseError, match=r"a list of 5 feeds.*https://0.example/rss, .*, …"):
        read_feed(f"<opml version='2.0'><body>{outlines}</body></opml>".encode(), Origin("feed", "a.opml"))


FILES = {
    b"%PDF-1.7 ": "a PDF file",
    b"PK\x03\x04\x14\0\x06\0[Content_Types].xml word/document.xml": "a Word file",
    b"PK\x03\x04\x14\0\x06\0 xl/workbook.xml": "an Excel file",
    b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text": "an OpenDocument file",
    b"PK\x03\x04 a.txt": "a Word, OpenDocument or ZIP file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Word, Excel or PowerPoint file",
    b"\x89PNG\r\n\x1a\n": "an image",
    b"\xff\xd8\xff\xe0": "an image",
    b"GIF89a": "an image",
    b"RIFF\x10\0\0\0WEBPVP8 ": "an image",
    b"\0\0\0\x20ftypisom": "a sound or video file",
    b"ID3\x04": "a sound or video file",
    b"Rar!\x1a\x07\x01\0": "an archive of files",
    b"7z\xbc\xaf\x27\x1c": "an archive of files",
    b"SQLite format 3\0": "a database",
    b"\x7fELF\x02": "binary data",
}


@pytest.mark.parametrize(("content", "name"), FILES.items())
@pytest.mark.parametrize("kind", [None, "text"])
def test_other_files_are_named_as_unsupported(tmp_path: Path, content: bytes, name: str, kind: str | None) -> None:
    path = tmp_path / "file"
    path.write_bytes(content + b"\0" * 600)
    (error,) = read(str(path), Defaults(), format=kind)
    assert isinstance(error, IngestError)
    assert error.reason.startswith(name)
    assert "which is not supported" in error.reason


@pytest.mark.parametrize("content", ["RIFF raff", "MZ", "PK", "BZ", "ID3", "OTTO", "BM", "كلام"])
def test_text_is_not_taken_for_another_file(content: str) -> None:
    assert unsupported_file((content + " نص المقال هنا" * 9).encode()) == ""
