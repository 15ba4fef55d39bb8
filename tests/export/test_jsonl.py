"""JSON Lines have the form of the archive, and `ingest` reads them again."""

import json
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import from_json, to_json
from newsarchive.export.format import ExportItem
from newsarchive.identity import text_digest
from tests.export.writing import ASSIGNED, TOPICS, item, items, write
from tests.sample import MATCHES, WHEAT


def test_a_line_is_the_article_with_its_topics() -> None:
    content, report = write("jsonl", [item(WHEAT, topics=TOPICS, page_url="https://a.example/article/wheat")])
    (line,) = content.decode().splitlines()
    added = {
        "source_name": "الجزيرة",
        "page_url": "https://a.example/article/wheat",
        "given_topics": ["economy"],
        "assigned_topics": [],
        "sections": ["world"],
        "digest": text_digest(WHEAT),
    }
    assert json.loads(line) == to_json(WHEAT) | added
    assert report.items == 1
    (assigned,) = write("jsonl", [item(WHEAT, topics=ASSIGNED)])[0].splitlines()
    assert json.loads(assigned)["assigned_topics"] == [
        {"topic": "sport", "confidence": 0.875, "words": ["مباراة", "هدف"]},
        {"topic": "politics", "confidence": 0.5, "words": []},
    ]


@given(st.lists(items, max_size=3))
def test_any_article_is_read_back(written: list[ExportItem]) -> None:
    content, _ = write("jsonl", written)
    assert content.count(b"\n") == len(written)
    forms = [json.loads(line) for line in content.split(b"\n")[:-1]]
    for form, one in zip(forms, written, strict=True):
        if one.text is None:
            assert "body" not in form
            assert "headings" not in form
        else:
            assert from_json(form) == from_json(json.loads(json.dumps(to_json(one.article))))


def test_pandas_reads_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(write("jsonl", map(item, MATCHES))[0])
    table = pd.read_json(path, lines=True)
    assert table["title"].tolist() == [article.title for article in MATCHES]
