"""Writes articles as CSV (RFC 4180) for spreadsheet programs: one row per article, with the names of the columns."""

import csv
from collections.abc import Callable, Iterable
from typing import BinaryIO

from newsarchive.access import digest_of
from newsarchive.article import Published
from newsarchive.export.cells import cell, joined
from newsarchive.export.format import ExportContext, ExportItem, ExportReport
from newsarchive.topics import topic_label
from newsarchive.wording import worded

MOST_IN_CELL = 32_767
"""The UTF-16 units of a cell that spreadsheet programs keep; they cut a longer one when they open the file."""
MOST_ROWS = 1_048_576
"""The rows that a spreadsheet program shows, with the row of the names."""
_BOM = b"\xef\xbb\xbf"

LONG_CELL = worded(
    "longer than the {most_in_cell:,} characters of a cell that spreadsheet programs keep", most_in_cell=MOST_IN_CELL
)
MANY_ROWS = worded("beyond the {most_rows:,} rows that spreadsheet programs keep", most_rows=MOST_ROWS)

_Column = Callable[[ExportItem, ExportContext], str]


def _moment(value: Published | None) -> str:
    return value.isoformat() if value else ""


def _labels(names: tuple[str, ...], context: ExportContext) -> str:
    return joined(tuple(topic_label(name, context.language) for name in names))


COLUMNS: dict[str, _Column] = {
    "id": lambda item, _: cell(item.article.id),
    "revision": lambda item, _: str(item.article.revision),
    "title": lambda item, _: cell(item.article.title),
    "summary": lambda item, _: cell(item.article.summary),
    "text": lambda item, _: cell(item.text or ""),
    "source": lambda item, _: cell(item.source_name),
    "publisher": lambda item, _: cell(item.article.publisher),
    "authors": lambda item, _: joined(item.article.authors),
    "topics": lambda item, context: _labels(item.topics.given, context),
    "assigned_topics": lambda item, context: _labels(item.topics.assigned_names, context),
    "sections": lambda item, context: _labels(item.topics.sections, context),
    "published": lambda item, _: _moment(item.article.published),
    "precision": lambda item, _: item.article.published_precision or "",
    "published_raw": lambda item, _: cell(item.article.published_raw),
    "language": lambda item, _: cell(item.article.language),
    "url": lambda item, _: cell(item.article.url),
    "page_url": lambda item, _: cell(item.page_url),
    "image_credit": lambda item, _: cell(item.article.image_credit),
    "archived_at": lambda item, _: _moment(item.article.archived_at),
    "digest": lambda item, _: digest_of(item.article),
}
"""The columns in order, each with what makes its cell. Columns are only ever added, at the end."""


class _Utf8:
    """A text stream for `csv.writer` that writes each row as it comes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write a row for each article. Raises OSError if `out` can't be written.

    The report counts rows that spreadsheet programs would cut or leave out. They are written whole.
    """
    report = ExportReport()
    if context.bom:
        out.write(_BOM)
    table = csv.writer(_Utf8(out), lineterminator="\r\n")
    table.writerow(COLUMNS)
    for item in items:
        row = [column(item, context) for column in COLUMNS.values()]
        table.writerow(row)
        report.items += 1
        if any(_is_long(text) for text in row):
            report.remarks[LONG_CELL] += 1
        if report.items >= MOST_ROWS:
            report.remarks[MANY_ROWS] += 1
    return report


def _is_long(text: str) -> bool:
    return len(text) * 2 > MOST_IN_CELL and len(text.encode("utf-16-le")) // 2 > MOST_IN_CELL
