"""Reading WARC files of other programs: all records, encodings, revisits and damage."""

import gzip
import io
import sys
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.errors import IngestError
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.warc import records
from newsarchive.warc.records import Damage, read_records
from tests.warc.files import WarcFile, as_one_member, crawl, feed, page, text_of

COUNT = 6


def results(path: Path, content: bytes) -> tuple[list[Article], list[str]]:
    """The articles and the errors of a file with this content."""
    path.write_bytes(content)
    found = list(read(str(path), Defaults()))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [str(one) for one in found if isinstance(one, IngestError)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crawl.warc.gz"


@pytest.mark.parametrize("packed", [True, False])
def test_each_page_is_an_article_whose_origin_names_file_and_record(path: Path, packed: bool) -> None:
    file = crawl(COUNT, packed=packed)
    articles, errors = results(path, file.content)
    assert errors == []
    assert [article.body for article in articles] == [text_of(number) for number in range(COUNT)]
    assert [article.origin.location for article in articles] == [f"{path}#{one}" for one in file.ids]
    assert [article.url for article in articles] == [f"https://news.example/{number}" for number in range(COUNT)]
    assert {article.origin.kind for article in articles} == {"warc"}
    assert all(article.origin.fetched_at for article in articles)


def test_a_file_that_was_compressed_as_a_whole_is_read(path: Path) -> None:
    articles, errors = results(path, as_one_member(crawl(COUNT, packed=False)))
    assert (len(articles), errors) == (COUNT, [])


@pytest.mark.parametrize("name", ["crawl", "crawl.gz", "crawl.bin"])
def test_a_warc_is_recognized_by_its_content(tmp_path: Path, name: str) -> None:
    articles, errors = results(tmp_path / name, crawl(2, packed=name.endswith("gz")).content)
    assert (len(articles), errors) == (2, [])


def test_standard_input_is_read(path: Path) -> None:
    path.write_bytes(crawl(3).content)
    with path.open("rb") as stdin:
        found = list(read("-", Defaults(), stdin=stdin))
    assert [type(one) for one in found] == [Article] * 3


def test_feeds_are_read_and_other_things_are_skipped(path: Path) -> None:
    file = WarcFile()
    file.add("https://news.example/rss", feed(1, 2), "application/rss+xml")
    file.add("https://news.example/logo.png", b"\x89PNG\r\n", "image/png")
    file.add("https://news.example/app.js", b"var html = '<html>';", "application/javascript")
    file.add("https://news.example/sitemap.xml", b"<urlset><url/></urlset>", "application/xml")
    file.add("https://news.example/gone", page(3), status="404 Not Found")
    file.add("https://news.example/", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request", kind="request")
    file.add("https://news.example/", b"outlink: x\r\n", "application/warc-fields", kind="metadata")
    file.add("dns:news.example", b"20250421 news.example A 127.0.0.1", "text/dns", kind="resource")
    file.add("https://news.example/saved", page(4), "text/html", kind="resource")
    articles, errors = results(path, file.content)
    assert errors == []
    assert [article.body for article in articles] == [text_of(1), text_of(2), text_of(4)]


def test_a_page_without_an_article_is_named(path: Path) -> None:
    file = WarcFile()
    record = file.add("https://news.example/empty", b"<!doctype html><html><body></body></html>")
    articles, errors = results(path, file.content)
    assert articles == []
    assert len(errors) == 1
    assert f"{path}#{record}" in errors[0]
    assert "https://news.example/empty" in errors[0]


def _chunked(content: bytes) -> bytes:
    half = len(content) // 2
    pieces = [content[:half], content[half:]]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (_chunked(page(1)), {"Transfer-Encoding": "chunked"}),
        (gzip.compress(page(1)), {"Content-Encoding": "gzip"}),
        (_chunked(gzip.compress(page(1))), {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
        (zlib.compress(page(1)), {"Content-Encoding": "deflate"}),
        (_deflated(page(1)), {"Content-Encoding": "deflate"}),
        (brotli.compress(page(1)), {"Content-Encoding": "br"}),
        (_chunked(brotli.compress(page(1))), {"Transfer-Encoding": "chunked", "Content-Encoding": "br"}),
        (zstandard.ZstdCompressor().compress(page(1)), {"Content-Encoding": "zstd"}),
        # Browsers store what they decoded, with the headers that were sent.
        (page(1), {"Content-Encoding": "gzip"}),
        (page(1), {"Content-Encoding": "br"}),
        (page(1), {"Transfer-Encoding": "chunked"}),
    ],
)
def test_encodings_are_undone(path: Path, content: bytes, headers: dict[str, str]) -> None:
    file = WarcFile()
    file.add("https://news.example/1", content, headers=tuple(headers.items()))
    articles, errors = results(path, file.content)
    assert errors == []
    assert [article.body for article in articles] == [text_of(1)]


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (b"\xff\xfebinary", "br", "damaged"),
        (brotli.compress(page(1))[:-20], "br", "truncated"),
        (brotli.compress(bytes(records.BLOCK_LIMIT + 1)), "br", "more than 64 MiB"),
        (b"\x28\xb5\x2f\xfdbinary", "zstd", "damaged"),
        (zstandard.ZstdCompressor().compress(bytes(records.BLOCK_LIMIT + 1)), "zstd", "more than 64 MiB"),
        (gzip.compress(page(1))[:-20], "gzip", "truncated"),
        (gzip.compress(bytes(records.BLOCK_LIMIT + 1)), "gzip", "more than 64 MiB"),
    ],
)
def test_content_that_cannot_be_decoded_is_named_and_costs_no_other(
    path: Path, content: bytes, encoding: str, reason: str
) -> None:
    file = WarcFile()
    file.add("https://news.example/1", content, headers=[("Content-Encoding", encoding)])
    file.add("https://news.example/2", page(2))
    articles, errors = results(path, file.content)
    assert [article.body for article in articles] == [text_of(2)]
    assert len(errors) == 1
    assert reason in errors[0]
    assert file.ids[0] in errors[0]


@pytest.mark.parametrize(("encoding", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_what_to_install_is_said(path: Path, encoding: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    file = WarcFile()
    file.add("https://news.example/1", b"\x00\x01packed", headers=[("Content-Encoding", encoding)])
    _, errors = results(path, file.content)
    assert "newsarchive[warc]" in errors[0]


@pytest.mark.parametrize("named_by", ["id", "fetch", "digest"])
def test_a_revisit_of_another_address_is_read_with_the_content_of_its_original(path: Path, named_by: str) -> None:
    file = WarcFile()
    text = page(1)
    date = "2025-04-21T09:00:00Z"
    original = file.add(
        "https://a.example/1", text, warc_headers={"WARC-Date": date, "WARC-Payload-Digest": "sha1:SAME"}
    )
    file.add_revisit("https://a.example/1", "https://a.example/1", date, "sha1:SAME", original)
    revisit = file.add_revisit(
        "https://b.example/1",
        "https://a.example/1" if named_by == "fetch" else "https://elsewhere.example/",
        date,
        "sha1:SAME" if named_by == "digest" else "sha1:OTHER",
        original if named_by == "id" else "",
    )
    articles, errors = results(path, file.content)
    assert errors == []
    assert [article.url for article in articles] == ["https://a.example/1", "https://b.example/1"]
    assert articles[1].origin.location == f"{path}#{revisit}"
    assert articles[1].body == text_of(1)


def test_a_revisit_whose_original_is_elsewhere_is_named(path: Path) -> None:
    file = WarcFile()
    file.add_revisit("https://b.example/1", "https://a.example/1", "2025-04-01T00:00:00Z", "sha1:X")
    articles, errors = results(path, file.content)
    assert articles == []
    assert len(errors) == 1
    assert "https://a.example/1 of 2025-04-01T00:00:00Z" in errors[0]


# Damage


@pytest.mark.parametrize("packed", [True, False])
def test_a_truncated_file_loses_only_its_last_record(path: Path, packed: bool) -> None:
    file = crawl(COUNT, packed=packed)
    articles, errors = results(path, file.content[:-40])
    assert len(articles) == COUNT - 1
    assert len(errors) == 1
    assert file.ids[-1] in errors[0]


@settings(max_examples=40, deadline=None)
@given(at=st.floats(0.05, 0.95), junk=st.binary(min_size=1, max_size=30), victim=st.integers(0, COUNT - 1))
def test_damage_inside_a_member_costs_one_record(
    tmp_path_factory: pytest.TempPathFactory, at: float, junk: bytes, victim: int
) -> None:
    file = crawl(COUNT)
    ends = [*file.offsets[1:], len(file.content)]
    start, end = file.offsets[victim], ends[victim]
    place = start + int((end - start - len(junk)) * at)
    content = file.content[:place] + junk + file.content[place + len(junk) :]
    articles, errors = results(tmp_path_factory.mktemp("damage") / "x.warc.gz", content)
    others = {text_of(number) for number in range(COUNT) if number != victim}
    assert others <= {article.body for article in articles}
    assert len(articles) + len(errors) >= COUNT


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(1, 400), victim=st.integers(0, COUNT - 2), packed=st.booleans())
def test_missing_bytes_cost_one_record(
    tmp_path_factory: pytest.TempPathFactory, cut: int, victim: int, packed: bool
) -> None:
    file = crawl(COUNT, packed=packed)
    end = file.offsets[victim + 1]
    content = file.content[: end - cut] + file.content[end:]
    articles, errors = results(tmp_path_factory.mktemp("damage") / "x.warc", content)
    others = {text_of(number) for number in range(COUNT) if number != victim}
    assert others <= {article.body for article in articles}
    # Only the line breaks after a record may be missing without damage.
    assert errors or cut <= 4


def test_a_changed_letter_of_a_plain_file_is_damage(path: Path) -> None:
    file = crawl(COUNT, packed=False)
    content = file.content.replace("رقم 3 صباح".encode(), "رقم 9 صباح".encode())
    articles, errors = results(path, content)
    assert len(articles) == COUNT - 1
    assert len(errors) == 1
    assert file.ids[3] in errors[0]


@pytest.mark.parametrize("length", [b"0", b"7", b"999999999", b"-1", b"x", b"9" * 400])
def test_a_wrong_length_costs_one_record(path: Path, length: bytes) -> None:
    file = crawl(COUNT, packed=False)
    start, end = file.offsets[2], file.offsets[3]
    record = file.content[start:end]
    head, _, rest = record.partition(b"\r\n\r\n")
    lines = [
        b"Content-Length: " + length if line.startswith(b"Content-Length") else line for line in head.split(b"\r\n")
    ]
    content = file.content[:start] + b"\r\n".join(lines) + b"\r\n\r\n" + rest + file.content[end:]
    articles, errors = results(path, content)
    assert {text_of(number) for number in (0, 1, 3, 4, 5)} <= {article.body for article in articles}
    assert errors


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), packed=st.booleans())
def test_any_bytes_end_with_an_error_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, packed: bool
) -> None:
    start = crawl(1, packed=packed).content
    articles, _ = results(tmp_path_factory.mktemp("any") / "x.warc.gz", start + content)
    assert len(articles) <= 1


def test_an_endless_header_ends(path: Path) -> None:
    _, errors = results(path, b"WARC/1.1\r\nWARC-Type: response\r\nX: " + b"y" * 3_000_000)
    assert len(errors) == 1
    assert "too long" in errors[0]


def test_a_large_record_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_LIMIT", 100_000)
    file = WarcFile()
    file.add("https://news.example/film", bytes(1_000_000), "video/mp4")
    file.add("https://news.example/1", page(1))
    found = [one for one in read_records(io.BytesIO(file.content)) if not isinstance(one, Damage)]
    assert [one.is_cut for one in found] == [True, False]
    assert len(found[0].block) == records.START_OF_BLOCK


def test_a_page_that_is_too_large_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_LIMIT", 100_000)
    file = WarcFile()
    file.add("https://news.example/film", bytes(1_000_000), "video/mp4")
    file.add("https://news.example/long", page(1) + b" " * 200_000)
    articles, errors = results(path, file.content)
    assert articles == []
    assert len(errors) == 1
    assert "https://news.example/long: too large" in errors[0]
