"""Each item of an input is counted once, and each refused item is named once with what would help."""

import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import Pipeline

GOOD = json.dumps({"title": "عنوان", "text": "نص الخبر كما نشر.", "url": "https://example.com/1"})
_json_lines = st.lists(
    st.sampled_from([(GOOD, True), ("{", False), ("[1]", False), ('{"title": ""}', False), ("  ", None)]), max_size=8
)
_rows = st.lists(st.sampled_from([("عنوان,نص الخبر", True), ("a,b,c", False), (",", None), ("عنوان,", False)]))
_items = st.lists(
    st.sampled_from(
        [
            ("<item><title>عنوان</title><description>نص الخبر</description></item>", True),
            ("<item><title>عاجل</title></item>", True),
            ("<!-- <item><title>قديم</title></item> -->", None),
            ("<item></item>", False),
            ("<item><link>https://example.com/2</link></item>", False),
        ]
    ),
    max_size=6,
)
Parts = list[tuple[str, bool | None]]


def as_json_lines(parts: Parts) -> str:
    # The first line decides that these are JSON Lines.
    return "\n".join([GOOD, *(text for text, _ in parts)])


def as_table(parts: Parts) -> str:
    return "\n".join(["title,text", "عنوان,نص الخبر", *(text for text, _ in parts)])


def as_feed(parts: Parts) -> str:
    items = "".join(text for text, _ in parts)
    return f"<rss><channel><title>x</title><item><title>أول</title></item>{items}</channel></rss>"


@settings(max_examples=30, deadline=None)
@given(_json_lines, _rows, _items, st.booleans(), st.booleans())
def test_each_item_is_counted_once(lines: Parts, rows: Parts, items: Parts, packed: bool, cut: bool) -> None:
    files: list[tuple[str, Callable[[Parts], str], Parts]] = [
        ("a.jsonl", as_json_lines, lines),
        ("b.csv", as_table, rows),
        ("c.xml", as_feed, items),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "input")
        folder.mkdir()
        for file, write, parts in files:
            content = write(parts).encode()
            (folder / file).write_bytes(gzip.compress(content) if packed else content)
        if cut:
            # The stream ends before its check sum, after all of its lines.
            (folder / "d.jsonl").write_bytes(gzip.compress(f"{GOOD}\n".encode())[:-8])
        archive = Archive(Path(name, "archive"), create=True)
        named: list[str] = []
        report = Pipeline(ArchiveWriter(archive), on_refusal=lambda error: named.append(error.origin)).run(
            read(str(folder), Defaults())
        )
        archive.close()
    kinds = Counter(kind for _, _, parts in files for _, kind in parts)
    assert report.refused == kinds[False] + cut
    assert report.counts.total() == kinds[True] + len(files) + cut
    assert report.items == report.counts.total() + report.refused
    assert len(named) == report.refused


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.jsonl", '{"title": "", "x": 1}', 'add a "text" or "summary"'),
        ("a.jsonl", "{", "repair the line or remove it"),
        ("a.jsonl", "[1]", "put each article in an object"),
        ("a.xml", "<rss><channel><item/></channel></rss>", "give it a title or a description"),
        ("a.csv", "title,text\na,b,c", "put a cell in quotation marks"),
        ("a.csv", "", "must name the columns"),
    ],
)
def test_a_refusal_says_what_to_change(tmp_path: Path, name: str, content: str, advice: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (refusal,) = read(str(path), Defaults())
    assert advice in str(refusal)
