"""Oversized and malicious input uses little time and memory, stops at a limit, and is reported."""

import gzip
import json
import os
import signal
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Origin, Topic, to_json
from newsarchive.errors import IngestError, ParseError
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Cut, Defaults, Draft, build_article
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import Pipeline
from newsarchive.ingest.readers import feed, jsonl, plaintext
from newsarchive.ingest.readers.bylines import read_byline, split_names
from newsarchive.ingest.readers.feed import read_feed
from newsarchive.ingest.readers.plaintext import read_text
from newsarchive.ingest.text.html import html_text
from newsarchive.ingest.text.title import derive_title
from newsarchive.limits import BODY_BYTES, NAME, TITLE, TOPICS, bounded
from tests.articles import make_article

ORIGIN = Origin("jsonl", "news.jsonl")
TEXT = "وصل الوفد إلى المدينة مساء أمس."
LONG = "كلمة " * 2_000
ITEM = (
    "<rss version='2.0'><channel><title>موقع</title><item><title>خبر</title>{}<description>نص</description></item>"
    "</channel></rss>"
)


def results(location: Path | str, cuts: list[Cut] | None = None, **options: Any) -> list[Article | IngestError]:
    return list(read(str(location), Defaults(), on_cut=None if cuts is None else cuts.append, **options))


def reasons(location: Path | str, **options: Any) -> list[str]:
    return [
        str(result.reason if isinstance(result, IngestError) else result.title)
        for result in results(location, **options)
    ]


def ingest(archive: Archive, items: list[Article | IngestError]) -> pipeline.IngestReport:
    return Pipeline(ArchiveWriter(archive)).run(items)


def write_jsonl(path: Path, *forms: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(form, ensure_ascii=False) + "\n" for form in forms))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", create=True)
    yield archive
    archive.close()


# Cuts


def test_long_values_are_cut_and_reported_with_the_item(tmp_path: Path) -> None:
    form = {"title": LONG, "body": TEXT, "source": LONG, "topics": [f"موضوع {number}" for number in range(80)]}
    cuts: list[Cut] = []
    (article,) = results(write_jsonl(tmp_path / "a.jsonl", form), cuts)
    assert isinstance(article, Article)
    assert len(article.title) <= TITLE
    assert len(article.source) <= NAME
    assert len(article.topics) == TOPICS
    (cut,) = cuts
    assert cut.item == f"{tmp_path / 'a.jsonl'}:1"
    assert cut.parts[0].startswith("title cut from 9,999 to ")
    assert "topics cut from 80 to 50" in cut.parts


def test_bodies_over_the_limit_are_rejected() -> None:
    with pytest.raises(ParseError, match="a text of 5,000,002 bytes; an article may have 5,000,000"):
        build_article(Draft(origin=ORIGIN, body="ن" * (BODY_BYTES // 2 + 1)), Defaults())
    assert build_article(Draft(origin=ORIGIN, body="ن" * (BODY_BYTES // 2)), Defaults()).body


def test_long_urls_are_dropped_and_the_id_is_derived_from_the_text() -> None:
    url = "https://a.example/" + "a" * 5_000
    article = build_article(Draft(origin=ORIGIN, body=TEXT, title="خبر", url=url), Defaults())
    assert not article.url
    assert article.id == build_article(Draft(origin=ORIGIN, body=TEXT, title="خبر"), Defaults()).id


def test_long_dates_are_not_parsed_in_full() -> None:
    article = build_article(Draft(origin=ORIGIN, body=TEXT, published_raw="2025 " * 200_000), Defaults())
    assert article.published is None
    assert len(article.published_raw) <= 200


@pytest.mark.parametrize(
    "long",
    [
        {"title": LONG},
        {"source": LONG},
        {"topics": [f"موضوع {number} {LONG}" for number in range(80)]},
        {"author": LONG},
    ],
)
def test_the_same_input_again_adds_nothing(archive: Archive, tmp_path: Path, long: dict[str, Any]) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", {"title": "خبر", "body": TEXT} | long)
    assert ingest(archive, results(path)).counts == {Verdict.STORED: 1}
    assert ingest(archive, results(path)).counts == {Verdict.DUPLICATE: 1}


def test_articles_stored_before_the_limits_are_recognized(archive: Archive, tmp_path: Path) -> None:
    topics = tuple(Topic(f"موضوع {number}", "field") for number in range(200))
    old = make_article(
        id="a" * 16, title=LONG.strip(), source=LONG.strip(), topics=topics, authors=(LONG.strip(),) * 3, language="ar"
    )
    with ArchiveWriter(archive) as writer:
        (stored,) = writer.append([old])
    # The input that the line in the archive was created from.
    form = {
        "title": old.title,
        "body": old.body,
        "source": old.source,
        "topics": [f"موضوع {number}" for number in range(200)],
    }
    for path in (write_jsonl(tmp_path / "a.jsonl", to_json(stored)), write_jsonl(tmp_path / "b.jsonl", form)):
        assert ingest(archive, results(path)).counts == {Verdict.DUPLICATE: 1}
    assert [read.record for read in archive.read()] == [stored]
    assert archive.get(old.id) == bounded(archive.get(old.id)) != stored


def test_merging_topics_stays_within_the_limit(archive: Archive) -> None:
    first = make_article(topics=tuple(Topic(f"a{number}", "feed") for number in range(TOPICS)))
    assert ingest(archive, [first]).counts == {Verdict.STORED: 1}
    more = make_article(topics=tuple(Topic(f"b{number}", "feed") for number in range(TOPICS)))
    assert ingest(archive, [more]).counts == {Verdict.DUPLICATE: 1}


# Failures


def test_a_report_keeps_the_first_failures_and_counts_all(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MAX_REFUSALS", 10)
    told: list[IngestError] = []
    with ArchiveWriter(archive) as writer:
        report = Pipeline(writer, on_refusal=told.append).run(
            IngestError(f"a:{number}", "لا نص") for number in range(500)
        )
    assert (report.refused, report.items, len(told)) == (500, 500, 500)
    assert [failure.origin for failure in report.refusals] == [f"a:{number}" for number in range(10)]


def test_many_failures_do_not_stay_in_memory(archive: Archive) -> None:
    failures = (IngestError(f"a:{number}", "لا نص" * 100) for number in range(20_000))
    with ArchiveWriter(archive) as writer:
        tracemalloc.start()
        Pipeline(writer).run(failures)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 6 << 20


def test_the_message_of_a_failure_is_short(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "a.jsonl", {"title": LONG * 10}, {LONG: 1}, {"type": "article", "id": "a", "revision": LONG}
    )
    assert [len(reason) < 1_100 for reason in reasons(path)] == [True] * 3


# Malicious input


@pytest.mark.parametrize(
    ("name", "byte", "reason"),
    [
        ("a.jsonl", b"\n", "more than 1 MiB of blank lines"),
        ("a.json", b"\n", "more than 1 MiB of blank lines"),
        ("a.jsonl.gz", b"\n", "more than 1 MiB of blank lines"),
        ("a.jsonl.gz", b" ", "a line longer than 2 MiB; this line and the rest are not read"),
        ("a.txt.gz", b"\n", "more than 3 MiB"),
        ("a.xml.gz", b"\n", "more than 3 MiB"),
        ("unnamed", b"\n", "more than 3 MiB"),
    ],
)
def test_blank_input_stops_at_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, byte: bytes, reason: str
) -> None:
    monkeypatch.setattr(jsonl, "LINE_LIMIT", 1 << 20)
    monkeypatch.setattr(jsonl, "SKIP_LIMIT", 2 << 20)
    monkeypatch.setattr(plaintext, "SIZE_LIMIT", 3 << 20)
    monkeypatch.setattr(feed, "SIZE_LIMIT", 3 << 20)
    path = tmp_path / name
    with gzip.open(path, "wb", compresslevel=1) if name.endswith(".gz") else path.open("wb") as file:
        for _ in range(4):
            file.write(byte * (1 << 20))
    (told,) = reasons(path)
    assert reason in told


def test_endless_blank_standard_input_stops_at_a_limit() -> None:
    class Endless(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            return b"\n"

    (failure,) = jsonl.read_lines(Endless(), ORIGIN)
    assert isinstance(failure, ParseError)
    assert "the rest is not read" in failure.reason


def test_blank_lines_between_articles_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"title": "خبر", "body": TEXT}).encode()
    path.write_bytes((line + b"\n" + (b" " * 999 + b"\n") * 600) * 3)
    assert reasons(path) == ["خبر"] * 3


MANY = 100_000
_HARMFUL = {
    "unclosed tags": lambda: html_text("<p " * MANY),
    "unclosed end tags": lambda: html_text("</" * MANY),
    "unclosed attributes": lambda: html_text('<a b="' * MANY),
    "nested tags, escaped several times": lambda: html_text(
        "&amp;amp;amp;amp;amp;lt;p" * 2_000 + "&amp;amp;amp;amp;amp;gt;" * 2_000
    ),
    "full stops": lambda: derive_title("كلمة " + "." * MANY + "a"),
    "spaces in a byline": lambda: read_byline("المصدر: a" + " " * MANY + "b"),
    "spaces between names": lambda: split_names("a" + " " * MANY + "b"),
    "many bylines": lambda: read_text("الكاتب: ليلى\nالموضوع: a\nالصورة: b\n".encode() * (MANY // 5), ORIGIN),
    "a file of blank lines": lambda: read_text(b"\n" * (MANY * 10) + TEXT.encode(), ORIGIN),
    "many keys": lambda: list(
        jsonl.read_lines(BytesIO(json.dumps(dict.fromkeys(map(str, range(MANY)))).encode()), ORIGIN)
    ),
    "deeply nested JSON": lambda: list(jsonl.read_lines(BytesIO(b'{"a":' + b"[" * MANY), ORIGIN)),
    "many attributes": lambda: read_feed(
        ITEM.format("<x " + " ".join(f"a{number}='1'" for number in range(MANY)) + "/>").encode(), ORIGIN
    ),
    "many categories": lambda: read_feed(
        ITEM.format("".join(f"<category>موضوع {number}</category>" for number in range(MANY // 2))).encode(), ORIGIN
    ),
    "unclosed comments and sections": lambda: read_feed(ITEM.format("<!--<![CDATA[<?" * MANY).encode(), ORIGIN),
    "tags with open quotation marks": lambda: read_feed(ITEM.format("<a b='<a c=\"" * MANY).encode(), ORIGIN),
    "end tags of nothing": lambda: read_feed(ITEM.format("</x>" * MANY).encode(), ORIGIN),
    "items in items": lambda: read_feed(("<rss>" + "<item>" * (MANY // 5)).encode(), ORIGIN),
    "deeply nested XML": lambda: read_feed(ITEM.format("<x>" * 20_000 + "</x>" * 20_000).encode(), ORIGIN),
    "many entities": lambda: read_feed(ITEM.format("&nbsp;" * MANY).encode(), ORIGIN),
    "nested entities": lambda: read_feed(_laughing(), ORIGIN),
    "headings": lambda: make_article(body="نص\n" * MANY, headings=tuple(map(str, range(1_000)))).paragraphs,
}


def _laughing() -> bytes:
    entities = "".join(f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 12))
    return f"<!DOCTYPE rss [<!ENTITY a0 'ha'>{entities}]>{ITEM.format('<x>&a11;</x>')}".encode()


@pytest.mark.parametrize("harm", _HARMFUL.values(), ids=_HARMFUL)
def test_repetitive_input_takes_linear_time(harm: Callable[[], object]) -> None:
    # Each case takes at most a second. With quadratic time it would take minutes.
    with _at_most(seconds=60):
        try:
            harm()
        except ParseError:
            return


class _at_most:  # noqa: N801 - reads as a word
    """Raises TimeoutError after some seconds."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        def give_up(*_: object) -> None:
            raise TimeoutError("it takes too long")

        self._before = signal.signal(signal.SIGALRM, give_up)
        signal.alarm(self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, self._before)


# Pipes, devices and links


def test_pipes_sockets_and_devices_are_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.jsonl")
    (tmp_path / "link.jsonl").symlink_to("pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        assert "a socket, not a file" in reasons("socket.txt")[0]
    assert "a device, not a file" in reasons("/dev/zero", format="text")[0]
    for name in ("pipe.jsonl", "link.jsonl"):
        (reason,) = reasons(name)
        assert reason == "a pipe, not a file; to read the output of a program, use - for standard input"


def test_links_are_followed_only_inside_the_folder(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    for place in (outside, folder / "inner", folder / ".hidden"):
        place.mkdir(parents=True)
        (place / "a.txt").write_text(f"{TEXT} {place.name}")
    (folder / "b.txt").symlink_to("inner/a.txt")
    (folder / "c.txt").symlink_to(outside / "a.txt")
    (folder / "d").symlink_to(outside)
    (folder / "e").symlink_to(".hidden")
    (folder / "inner" / "up").symlink_to("..")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "other").symlink_to("/etc/passwd")
    told = {
        Path(result.origin if isinstance(result, IngestError) else result.origin.location).relative_to(folder): result
        for result in results(folder)
    }
    assert sorted(map(str, told)) == ["b.txt", "c.txt", "d", "e/a.txt", "inner/a.txt", "loop.txt"]
    failed = {str(path): result.reason for path, result in told.items() if isinstance(result, IngestError)}
    assert failed.keys() == {"c.txt", "d", "loop.txt"}
    assert "a link that leads out of the folder" in failed["c.txt"]
    assert "a link that leads out of the folder" in failed["d"]


def test_a_link_given_as_the_location_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text(TEXT)
    (tmp_path / "file").symlink_to("real/a.txt")
    (tmp_path / "folder").symlink_to("real")
    assert len(reasons(tmp_path / "file", format="text")) == 1
    assert [result.origin.location for result in results(tmp_path / "folder") if isinstance(result, Article)] == [
        str(tmp_path / "folder" / "a.txt")
    ]
