"""Commands that write tables: the options, and the stream to write to."""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar, cast

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
"""What makes a spreadsheet take a cell for a formula."""


def csv_options(function: _Function) -> _Function:
    """Add `--output FILE` and `--no-bom`: the function gets `output`, None for standard output, and `no_bom`."""
    bom = click.option(
        "--no-bom",
        is_flag=True,
        help="Leave out the byte order mark, by which Excel recognizes UTF-8.",
    )
    output = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="File to write, instead of standard output. An existing file is replaced when the new one is complete.",
    )
    return output(bom(function))


class TableWriter:
    """Writes rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe."""

    def __init__(self, out: TextIO) -> None:
        self._writer = csv.writer(out, lineterminator="\r\n")

    def writerow(self, cells: Iterable[str]) -> None:
        """Write a row."""
        self._writer.writerow(map(harmless, cells))

    def writerows(self, rows: Iterable[Iterable[str]]) -> None:
        """Write rows."""
        self._writer.writerows(map(harmless, row) for row in rows)


def harmless(cell: str) -> str:
    """The text of a cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


@contextmanager
def opened_output(path: Path | None, *, bom: bool) -> Iterator[TableWriter]:
    """What writes a table to a file or to standard output. A file appears under its name only when it is complete."""
    encoding = "utf-8-sig" if bom else "utf-8"
    if path is None:
        stream = cast(BinaryIO, sys.stdout.buffer)
        yield from _writing(stream, encoding)
        return
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding=encoding, newline="") as out:
            yield TableWriter(out)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _writing(stream: BinaryIO, encoding: str) -> Iterator[TableWriter]:
    text = TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield TableWriter(text)
        text.flush()
    finally:
        text.detach()
