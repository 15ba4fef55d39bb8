"""Commands that write a file: the options, and the stream to write to."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from newsarchive.export.cells import cell

_Function = TypeVar("_Function", bound=Callable[..., Any])


def output_option(function: _Function) -> _Function:
    """Add `--output FILE`. The function gets `output`, None for standard output."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="File to write, instead of standard output. An existing file is replaced when the new one is complete.",
    )(function)


def bom_option(function: _Function) -> _Function:
    """Add the flag `--no-bom`. The function gets `no_bom`."""
    return click.option("--no-bom", is_flag=True, help="Write CSV without a byte order mark, which Excel needs.")(
        function
    )


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """The stream to write to. A file appears under its name only when it is complete."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as out:
            yield out
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_table(out: BinaryIO, header: Iterable[str], rows: Iterable[Iterable[str]], *, bom: bool) -> None:
    """Write rows as CSV (RFC 4180). No cell is a formula for a spreadsheet program; see `export.cells`."""
    text = TextIOWrapper(out, encoding="utf-8-sig" if bom else "utf-8", newline="")
    try:
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow(map(cell, header))
        table.writerows(map(cell, row) for row in rows)
        text.flush()
    finally:
        text.detach()
