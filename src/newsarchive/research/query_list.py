"""Reads a list of queries: a table with a header row, or plain text with one query per line."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

from newsarchive.arabic.names import name_key
from newsarchive.cleaning import clean_line
from newsarchive.errors import NewsArchiveError, QuerySyntaxError
from newsarchive.ingest.text.charset import decode
from newsarchive.search import Match, SearchRequest, Sort, parse_period
from newsarchive.topics import TopicKind
from newsarchive.wording import worded, words_of

CELL_LIMIT = 131_072
"""The maximum length of a cell in characters, as in Python's csv module."""
_TOO_LONG = worded("a cell of more than {limit:,} characters", limit=CELL_LIMIT)

_COLUMNS = {
    "query": ("query", "q", "search", "words", "بحث", "البحث", "استعلام", "الاستعلام", "كلمات", "الكلمات", "عبارة"),
    "match": ("match", "المطابقة"),
    "source": ("source", "sources", "المصدر", "مصدر", "المصادر"),
    "topic": ("topic", "الموضوع", "موضوع"),
    "section": ("section", "sections", "القسم", "قسم"),
    "topics": ("topics", "نوع الموضوع"),
    "from": ("from", "date_from", "من"),
    "to": ("to", "date_to", "إلى"),
    "sort": ("sort", "الترتيب"),
}
"""The columns with a meaning, each with the names it can have. All others are copied to the output."""
_NAMED = {name_key(name): column for column, names in _COLUMNS.items() for name in names}
_SEPARATORS = ",;\t"
_VALUE_SEPARATORS = str.maketrans("؛|", ";;")
_TABLE_ENDINGS = (".csv", ".tsv")
_FOR_EXCEL = re.compile(r"sep=[,;\t]?", re.IGNORECASE)
"""A line before the header that tells Excel the separator."""

_QUOTES = worded('a cell that begins with a quote must end with one; write phrases as «…» or """…"""')
_Choice = TypeVar("_Choice", bound=StrEnum)


class QueryListError(NewsArchiveError):
    """A list of queries can't be read at all."""


class _InvalidCell(Exception):
    """A cell has a value that a search can't have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRow:
    """One row: its line in the file, its cells by column, and what it asks for, or why it can't be searched."""

    line: int
    cells: tuple[str, ...]
    request: SearchRequest = field(default_factory=SearchRequest)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class QueryList:
    """The names of the columns as given, and the rows."""

    columns: tuple[str, ...]
    rows: Sequence[QueryRow]


def read_query_list(content: bytes, name: str) -> QueryList:
    """Read the queries in a file. `name` is its name; one that ends in .csv or .tsv must have a header row.

    Text that isn't a table has one query per line. Raises QueryListError, with advice, if the charset isn't clear, no
    column has queries, or a column is named twice. A row that can't be searched says why.
    """
    try:
        text = decode(content).removeprefix("\ufeff").replace("\0", "")
    except UnicodeError as error:
        raise QueryListError(worded("{name}: {error}", name=name, error=error)) from error
    # Only these end a line: splitlines() would also cut a query at characters such as U+2028.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = 1 if _FOR_EXCEL.fullmatch(lines[0].strip()) else 0
    first = "".join(lines[head : head + 1])
    separator = max(_SEPARATORS, key=lambda sign: sum(map(_column, _cells(first, sign))))
    header = tuple(map(clean_line, _cells(first, separator)))
    columns = tuple(_NAMED.get(name_key(cell), "") for cell in header)
    if "query" in columns:
        twice = next((column for column in columns if column and columns.count(column) > 1), None)
        if twice:
            raise QueryListError(
                worded(
                    "{name}:{line}: two columns are named {twice!r}; rename one of them",
                    name=name,
                    line=head + 1,
                    twice=twice,
                )
            )
        return QueryList(header, list(_rows_of_table(lines, head + 1, separator, columns)))
    if PurePath(name).suffix.lower() in _TABLE_ENDINGS:
        shown = ", ".join(filter(None, header[:6])) or "nothing"
        raise QueryListError(
            worded(
                "{name}:{line}: no column has queries (the first row has: {shown}); the first row "
                "must name the columns, and one of them 'query'",
                name=name,
                line=head + 1,
                shown=shown,
            )
        )
    return QueryList(("query",), list(_rows_of_lines(lines)))


def _column(name: str) -> bool:
    return name_key(clean_line(name)) in _NAMED


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _rows_of_lines(lines: Sequence[str]) -> Iterator[QueryRow]:
    for number, line in enumerate(lines, 1):
        if query := line.strip():
            yield _row(number, (query,), ("query",))


def _rows_of_table(lines: Sequence[str], start: int, separator: str, columns: tuple[str, ...]) -> Iterator[QueryRow]:
    while start < len(lines):
        line, start, problem = start + 1, start + 1, ""
        # A row can have several lines, in quotes. If it isn't one, the next line is a row of its own again: a forgotten
        # quote would otherwise take all that follows for one cell.
        rest = (f"{lines[place]}\n" for place in range(line - 1, len(lines)))
        reader = csv.reader(rest, delimiter=separator, strict=True)
        try:
            cells = tuple(map(str.strip, next(reader)))
        except csv.Error as error:
            cells = ()
            problem = (
                _TOO_LONG if "field larger" in str(error) else worded("not a row of a table: {error}", error=error)
            )
        # Another reader may have raised the limit of the csv module, which is the same for all.
        if any(len(cell) > CELL_LIMIT for cell in cells):
            cells, problem = (), _TOO_LONG
        if any("\n" in cell for cell, column in zip(cells, columns, strict=False) if column):
            problem = worded("a line break in a cell")
        if problem:
            shown = tuple(lines[line - 1] if column == "query" else "" for column in columns)
            yield QueryRow(line=line, cells=shown, problem=f"{problem}; {_QUOTES}")
            continue
        start = line - 1 + reader.line_num
        if any(cells):
            yield _row(line, cells, columns)


def _row(line: int, cells: tuple[str, ...], columns: tuple[str, ...]) -> QueryRow:
    width = len(columns)
    extra = [cell for cell in cells[width:] if cell]
    cells = (*cells[:width], *("",) * (width - len(cells)))
    if extra:
        return QueryRow(
            line=line,
            cells=cells,
            problem=worded("more cells than columns: {cell!r}; quote cells with commas", cell=extra[0]),
        )
    try:
        request = _request({column: cell for column, cell in zip(columns, cells, strict=True) if column and cell})
    except _InvalidCell as error:
        return QueryRow(line=line, cells=cells, problem=words_of(error))
    return QueryRow(line=line, cells=cells, request=request)


def _request(cells: dict[str, str]) -> SearchRequest:
    first, last = _period("from", cells.get("from")), _period("to", cells.get("to"))
    if first and last and first[0] > last[1]:
        raise _InvalidCell(worded("'from' ({start}) is after 'to' ({end})", start=cells["from"], end=cells["to"]))
    if not cells:
        raise _InvalidCell(worded("no query and no filter"))
    return SearchRequest(
        text=cells.get("query", ""),
        match=_choice("match", cells.get("match"), Match) or Match.ALL,
        requires_all=_choice("match", cells.get("match"), Match) is Match.ALL,
        sources=_values(cells.get("source")),
        topics=_values(cells.get("topic")),
        sections=_values(cells.get("section")),
        topic_kind=_choice("topics", cells.get("topics"), TopicKind) or TopicKind.ANY,
        date_from=first[0] if first else None,
        date_to=last[1] if last else None,
        sort=_choice("sort", cells.get("sort"), Sort),
    )


def _values(cell: str | None) -> tuple[str, ...]:
    """Several values are separated by semicolons."""
    values = map(clean_line, (cell or "").translate(_VALUE_SEPARATORS).split(";"))
    return tuple(dict.fromkeys(filter(None, values)))


def _choice(column: str, cell: str | None, choices: type[_Choice]) -> _Choice | None:
    if not cell:
        return None
    try:
        return choices(cell.lower())
    except ValueError:
        allowed = ", ".join(choice.value for choice in choices)
        raise _InvalidCell(
            worded("{column!r} can't be {cell!r}; it can be: {allowed}", column=column, cell=cell, allowed=allowed)
        ) from None


def _period(column: str, cell: str | None) -> tuple[date, date] | None:
    if not cell:
        return None
    try:
        return parse_period(cell)
    except QuerySyntaxError as error:
        raise _InvalidCell(worded("{column!r}: {error}", column=column, error=error)) from None
