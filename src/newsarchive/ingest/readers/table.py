"""Reads tables with a header row: CSV and TSV, with the column names that JSON has as keys."""

import codecs
import csv
import re
from collections.abc import Iterator

from newsarchive.cleaning import clean_line
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.field_names import names_field
from newsarchive.ingest.readers.fields import draft_of
from newsarchive.ingest.readers.format import HEAD, Input
from newsarchive.ingest.text.charset import decode, marked_encoding, single_byte_encoding, wide_encoding
from newsarchive.ingest.text.mojibake import repaired
from newsarchive.wording import worded

KIND = "csv"
"""The name of the format, also used as the origin kind of its articles."""
CELL_LIMIT = 32_000_000
"""Characters of a cell. A missing quotation mark makes one cell of the rest of a table."""
_WHOLE_LIMIT = 256 * 2**20
"""Bytes of a table in UTF-16, which is converted as a whole."""
_SEPARATORS = ",;\t|"
_LONGEST_NAME = 60
"""Characters of a column's name. A longer cell in the first row is text."""
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_SHOWN_NAMES = 8


def read(source: Input) -> Iterator[Draft | ParseError]:
    """Yield a draft or an error for each row below the header. Only one row is in memory at a time.

    The separator is a comma, a semicolon, a tab or a bar: the one that makes the header row name
    most fields. Raises ParseError if the first row names neither a title nor a text.
    """
    lines = _lines(source)
    separator, header, lines = _header(lines, source.location)
    csv.field_size_limit(CELL_LIMIT)
    rows = csv.reader(lines, delimiter=separator)
    number = 1
    while True:
        number += 1
        item = f"{source.location}:row {number}"
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield ParseError(item, worded("not CSV: {error}; this row and the rest are not read", error=error))
            return
        if row is None:
            return
        if any(map(str.strip, row)):
            yield _read_row(row, header, source, item)


def looks_like_table(head: bytes) -> bool:
    """Whether the first line names at least two columns that are known, one of them a title or a text."""
    try:
        first, _, rest = decode(head[: head.rfind(b"\n") + 1] or head).lstrip("\ufeff").partition("\n")
    except UnicodeError:
        return False
    if not rest.strip() or first.startswith(("<", "{", "[")):
        return False
    return any(
        _names_text(cells) and sum(map(names_field, cells)) > 1 and all(len(cell) <= _LONGEST_NAME for cell in cells)
        for cells in (_cells(first, separator) for separator in _SEPARATORS)
    )


def _read_row(row: list[str], header: list[str], source: Input, item: str) -> Draft | ParseError:
    extra = row[len(header) :]
    if any(map(str.strip, extra)):
        return ParseError(
            item,
            worded(
                "{row:,} cells, but the header row names {header:,} columns; put a cell in quotation "
                "marks if it has the separator in it",
                row=len(row),
                header=len(header),
            ),
        )
    form = {name: cell for name, cell in zip(header, row, strict=False) if name and cell.strip()}
    try:
        return draft_of(form, source.origin, item)
    except ParseError as error:
        return error


def _header(lines: Iterator[str], location: str) -> tuple[str, list[str], Iterator[str]]:
    """The separator, the names of the columns, and the lines below the header row."""
    first = next((line for line in lines if line.strip()), "")
    if match := _SEPARATOR_LINE.fullmatch(first):
        first = next(lines, "")
        separators = match[1]
    else:
        separators = _SEPARATORS
    if not first:
        raise ParseError(
            location, worded("empty: there is no header row, which must name the columns, such as title, text, date")
        )
    # A name in quotation marks may contain a line break, so the rest of the lines is read with the first.
    separator = max(separators, key=lambda sign: (sum(map(names_field, _cells(first, sign))), len(_cells(first, sign))))
    header = [clean_line(cell) for cell in _cells(first, separator)]
    if not _names_text(header):
        shown = clean_line(", ".join(header[:_SHOWN_NAMES]))[:200]
        raise ParseError(
            location,
            worded(
                "no header row: the first row names neither a title nor a text (it has {shown}); the "
                "first row must name the columns, such as title, text, date, url, source",
                shown=shown,
            ),
        )
    return separator, header, lines


def _names_text(cells: list[str]) -> bool:
    return any(names_field(cell, "title", "body", "summary") for cell in cells)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _lines(source: Input) -> Iterator[str]:
    """The decoded lines. The charset is decided by the start of the table."""
    head = source.stream.peek(HEAD)[:HEAD]
    encoding = marked_encoding(head) or wide_encoding(head)
    if encoding.startswith(("utf-16", "utf-32")):
        text = source.whole(_WHOLE_LIMIT).decode(encoding, "replace").lstrip("\ufeff")
        return iter(text.splitlines(keepends=True))
    return _decoded_lines(source)


def _decoded_lines(source: Input) -> Iterator[str]:
    encoding = "utf-8"
    is_first = True
    number = 0
    while line := source.stream.readline(CELL_LIMIT):
        number += 1
        if is_first:
            line = line.removeprefix(codecs.BOM_UTF8)
            is_first = False
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            encoding = single_byte_encoding(line + source.stream.peek(HEAD)[:HEAD])
            if not encoding:
                raise ParseError(
                    f"{source.location}:line {number}",
                    worded("not UTF-8, and not clearly Arabic in windows-1256 or ISO-8859-6; save the table as UTF-8"),
                ) from None
            text = line.decode(encoding, "replace")
        # The csv module doesn't accept zero bytes in Python 3.11.
        yield repaired(text.replace("\0", ""))
