"""Writes articles as Parquet for pandas, DuckDB, Polars and R, with pyarrow, which is an extra."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from newsarchive.access import digest_of
from newsarchive.export.format import ExportContext, ExportItem, ExportReport
from newsarchive.topics import topic_label

if TYPE_CHECKING:  # an extra, and slow to load
    import pyarrow

GROUP = 1_000
"""The articles of a row group at most. They are in memory together."""
GROUP_CHARACTERS = 1 << 23
"""The characters of texts from which on a row group is full."""


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write a row for each article. Raises OSError if `out` can't be written, ImportError without pyarrow."""
    import pyarrow  # noqa: PLC0415 - see above
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    report = ExportReport()
    wanted, form = iter(items), schema()
    with ParquetWriter(out, form, compression="zstd") as writer:
        while group := _group(wanted):
            rows = [_row(item, context) for item in group]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=form))
            report.items += len(group)
    return report


def _group(items: Iterator[ExportItem]) -> list[ExportItem]:
    """The articles of the next row group."""
    group: list[ExportItem] = []
    characters = 0
    for item in items:
        group.append(item)
        characters += len(item.text or "")
        if len(group) >= GROUP or characters >= GROUP_CHARACTERS:
            break
    return group


def schema() -> "pyarrow.Schema":
    """The columns. They are only ever added, at the end."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    text, names, moment = pa.string(), pa.list_(pa.field("element", pa.string())), pa.timestamp("us", "UTC")
    types = {
        "id": text,
        "revision": pa.int32(),
        "title": text,
        "title_derived": pa.bool_(),
        "summary": text,
        "text": text,
        "headings": names,
        "source": text,
        "publisher": text,
        "authors": names,
        "topics": names,
        "assigned_topics": names,
        "assigned_confidence": pa.list_(pa.field("element", pa.float32())),
        "sections": names,
        "published": text,
        "published_day": pa.date32(),
        "published_at": moment,
        "precision": text,
        "published_raw": text,
        "language": text,
        "url": text,
        "page_url": text,
        "image_credit": text,
        "archived_at": moment,
        "digest": text,
    }
    return pa.schema(list(types.items()))


def _row(item: ExportItem, context: ExportContext) -> dict[str, Any]:
    article, topics = item.article, item.topics
    row = {
        "id": article.id,
        "revision": article.revision,
        "title": article.title,
        "title_derived": article.title_derived,
        "summary": article.summary or None,
        "text": item.text,
        "headings": () if item.text is None else article.headings,
        "source": item.source_name or None,
        "publisher": article.publisher or None,
        "authors": article.authors,
        "topics": [topic_label(name, context.language) for name in topics.given],
        "assigned_topics": [topic_label(name, context.language) for name in topics.assigned_names],
        "assigned_confidence": [assignment.confidence for assignment in topics.assigned],
        "sections": [topic_label(name, context.language) for name in topics.sections],
        "published": article.published.isoformat() if article.published else None,
        "published_day": article.published_day,
        "published_at": _moment(article.published),
        "precision": article.published_precision,
        "published_raw": article.published_raw or None,
        "language": article.language or None,
        "url": article.url or None,
        "page_url": item.page_url or None,
        "image_credit": article.image_credit or None,
        "archived_at": _moment(article.archived_at),
        "digest": digest_of(article),
    }
    return {name: _encodable(value) for name, value in row.items()}


def _moment(value: date | None) -> datetime | None:
    """The moment in UTC; None for a day, and for a moment that has none, on the first or last day of all."""
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def _encodable(value: Any) -> Any:
    """A text, or the texts of a list, without lone surrogates."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return [_encodable(one) for one in value] if isinstance(value, list | tuple) else value
