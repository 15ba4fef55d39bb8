"""CSV is read back by the csv module, pandas and DuckDB, and no cell is a formula."""

import csv
import io
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.export.cells import cell, harmless, joined, original
from newsarchive.export.csv import COLUMNS, LONG_CELL, MANY_ROWS, MOST_IN_CELL
from newsarchive.export.format import ExportItem
from newsarchive.topics import topic_label
from tests.articles import make_article, texts
from tests.export.writing import ASSIGNED, TOPICS, item, items, write
from tests.sample import WHEAT

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\r\n=1",
    "\u00a0=1",
    "\u200f=1",
    "\ufeff@a",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "−1",
)


def rows(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_a_row_has_all_that_is_known_of_an_article() -> None:
    content, report = write("csv", [item(WHEAT, topics=TOPICS, page_url="https://a.example/article/wheat")])
    (row,) = rows(content)
    assert list(row) == list(COLUMNS)
    assert report.items == 1
    assert row | {"digest": ""} == {
        "id": "wheat",
        "revision": "1",
        "title": WHEAT.title,
        "summary": "",
        "text": WHEAT.body,
        "source": "الجزيرة",
        "publisher": "صحيفة المدينة",
        "authors": "ليلى حسن;John Smith",
        "topics": topic_label("economy", "ar"),
        "assigned_topics": "",
        "sections": topic_label("world", "ar"),
        "published": "2025-04-21T10:30:00+03:00",
        "precision": "moment",
        "published_raw": WHEAT.published_raw,
        "language": "ar",
        "url": WHEAT.url,
        "page_url": "https://a.example/article/wheat",
        "image_credit": "وكالة الأنباء",
        "archived_at": "",
        "digest": "",
    }
    assert len(row["digest"]) == 64


def test_labels_are_in_the_language_of_the_export() -> None:
    content, _ = write("csv", [item(WHEAT, topics=ASSIGNED)], language="en")
    assert rows(content)[0]["assigned_topics"] == f"{topic_label('sport', 'en')};{topic_label('politics', 'en')}"


def test_a_byte_order_mark_is_written_unless_it_is_not_wanted() -> None:
    with_it, _ = write("csv", [item(WHEAT)])
    without, _ = write("csv", [item(WHEAT)], bom=False)
    assert with_it == b"\xef\xbb\xbf" + without
    assert without.startswith(b"id,revision,title,")
    assert without.endswith(b"\r\n")


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize(
    "field", ["title", "summary", "source", "publisher", "image_credit", "published_raw", "url", "id"]
)
def test_no_cell_begins_like_a_formula(field: str, text: str) -> None:
    fields: dict[str, Any] = {field: text}
    content, _ = write("csv", [item(make_article(**fields))])
    assert rows(content)[0][field] == "'" + text
    assert original(rows(content)[0][field]) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_value_of_a_list_begins_like_a_formula(text: str) -> None:
    assert joined(("أ", text)).split(";")[1] == "'" + text


@given(st.lists(texts.filter(lambda text: cell(text) == harmless(text))))
def test_the_values_of_a_list_can_be_told_apart(values: list[str]) -> None:
    parts = joined(tuple(values)).split(";") if values else []
    assert [original(part) for part in parts] == [value.replace(";", "؛") for value in values]


starts = st.text(st.sampled_from("'=+-@＝＋ \t\n\r\u200f\ufeffاa"), max_size=6)


@given(st.builds(str.__add__, starts, texts))
def test_a_cell_is_harmless_and_its_text_comes_back(text: str) -> None:
    made = harmless(text)
    assert original(made) == text
    shown = "".join(c for c in made if unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp"))
    assert unicodedata.normalize("NFKC", shown)[:1] not in {"=", "+", "-", "@", "−"}
    assert made[:1] not in ("\t", "\r", "\n")


@given(st.lists(items, max_size=3))
def test_any_article_is_read_back(written: list[ExportItem]) -> None:
    content, report = write("csv", written)
    read = rows(content)
    assert report.items == len(read) == len(written)
    for row, one in zip(read, written, strict=True):
        assert None not in row
        assert row["title"] == cell(one.article.title)
        assert row["text"] == cell(one.text or "")
        assert row["published"] == (one.article.published.isoformat() if one.article.published else "")


def test_pandas_and_duckdb_read_the_same(tmp_path: Path) -> None:
    strange = make_article(2, title='"=1",\r\n;\'', body='سطر\n\nسطر, «آخر»\n""', authors=("a;b", "=c"))
    written = [item(WHEAT), item(strange), item(make_article(3, title="NULL"))]
    path = tmp_path / "articles.csv"
    path.write_bytes(write("csv", written)[0])
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    by_csv = rows(path.read_bytes())
    assert table.to_dict("records") == by_csv
    found = duckdb.connect().execute(
        "SELECT id, title, text, authors FROM read_csv(?, all_varchar = true, nullstr = '\\N')", [str(path)]
    )
    assert found.fetchall() == [(row["id"], row["title"], row["text"], row["authors"]) for row in by_csv]
    assert by_csv[1]["authors"] == "a؛b;'=c"


def test_cells_that_spreadsheets_would_cut_are_written_whole_and_counted() -> None:
    long = "ا" * (MOST_IN_CELL - 1) + "😀"  # one character, two units
    content, report = write("csv", [item(make_article(1, body=long)), item(make_article(2, body=long[1:]))])
    assert rows(content)[0]["text"] == long
    assert report.remarks == {LONG_CELL: 1}


def test_rows_that_spreadsheets_would_leave_out_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.export.csv.MOST_ROWS", 3)  # with the names
    content, report = write("csv", [item(make_article(number)) for number in range(4)])
    assert len(rows(content)) == 4
    assert report.remarks == {MANY_ROWS: 2}


def test_texts_can_be_left_out() -> None:
    content, _ = write("csv", [item(WHEAT, text=None)])
    assert rows(content)[0]["text"] == ""
    assert WHEAT.body[:20] not in content.decode()
