"""Parquet is read back by pyarrow, pandas and DuckDB, with types."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.export.format import ExportItem
from newsarchive.topics import topic_label
from tests.articles import make_article
from tests.export.writing import ASSIGNED, item, items, write
from tests.sample import MATCHES, TALKS, WHEAT


def table_of(written: list[ExportItem]) -> pa.Table:
    return pq.read_table(pa.BufferReader(write("parquet", written)[0]))


def test_columns_have_types() -> None:
    table = table_of([item(WHEAT, topics=ASSIGNED), item(TALKS)])
    types = {field.name: str(field.type) for field in table.schema}
    assert types["published_at"] == types["archived_at"] == "timestamp[us, tz=UTC]"
    assert types["published_day"] == "date32[day]"
    assert types["authors"] == types["topics"] == types["assigned_topics"] == "list<element: string>"
    assert types["revision"] == "int32"
    wheat, talks = table.to_pylist()
    assert wheat["published_at"] == datetime(2025, 4, 21, 7, 30, tzinfo=UTC)
    assert wheat["published_day"] == date(2025, 4, 21)
    assert wheat["authors"] == ["ليلى حسن", "John Smith"]
    assert wheat["assigned_topics"] == [topic_label("sport", "ar"), topic_label("politics", "ar")]
    assert wheat["assigned_confidence"] == [0.875, 0.5]
    assert (talks["published_at"], talks["published_day"]) == (None, date(2025, 4, 20))
    assert talks["title_derived"]


def test_no_articles_are_a_table_too() -> None:
    assert table_of([]).num_rows == 0


@given(st.lists(items, max_size=3))
@settings(max_examples=40)
def test_any_article_is_read_back(written: list[ExportItem]) -> None:
    for row, one in zip(table_of(written).to_pylist(), written, strict=True):
        assert row["title"] == one.article.title.encode(errors="replace").decode()
        assert row["text"] == (None if one.text is None else one.text.encode(errors="replace").decode())
        assert row["published"] == (one.article.published.isoformat() if one.article.published else None)


@pytest.mark.parametrize("moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_moments_at_the_ends_of_time_are_kept_as_text(moment: datetime) -> None:
    zone = timezone(timedelta(hours=14 if moment.year == 1 else -12))
    (row,) = table_of([item(make_article(published=moment.replace(tzinfo=zone)))]).to_pylist()
    assert row["published_at"] is None
    assert row["published"] == moment.replace(tzinfo=zone).isoformat()


def test_row_groups_are_written_as_they_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.export.parquet.GROUP", 5)
    monkeypatch.setattr("newsarchive.export.parquet.GROUP_CHARACTERS", 3_000)
    long = [item(make_article(number, body="ا" * 1_000)) for number in range(4)]
    content, report = write("parquet", [*map(item, MATCHES[:7]), *long])
    file = pq.ParquetFile(pa.BufferReader(content))
    groups = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert (groups, report.items) == ([5, 5, 1], 11)


def test_pandas_and_duckdb_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    path.write_bytes(write("parquet", [item(WHEAT), *map(item, MATCHES)])[0])
    frame = pd.read_parquet(path)
    assert frame["published_at"].dt.tz is not None
    assert frame["title"].tolist() == [WHEAT.title, *(article.title for article in MATCHES)]
    rows = duckdb.connect().execute(
        "SELECT title, len(authors), published_day FROM read_parquet(?) WHERE revision = 1", [str(path)]
    )
    assert rows.fetchall()[0] == (WHEAT.title, 2, date(2025, 4, 21))
