"""Commands that write a file: the options, and the stream to write to."""

import csv
import errno
import fcntl
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from newsarchive.cli.translating import _
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
    """The stream to write to. A file appears under its name only when it is complete.

    A link stays, and its target is replaced. A device or a pipe is written as it is. Raises OSError, with the name of
    the file, if it can't be written or another command is writing it.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as out:
                yield out
            return
        with _fresh(path.resolve()) as out:
            yield out
    except OSError as error:
        # The name that the user gave; errors of writing have none.
        if error.strerror and error.filename in (None, str(_beside(path.resolve()))):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


@contextmanager
def _fresh(path: Path) -> Iterator[BinaryIO]:
    """A new version of a file, which replaces it at the end. What a killed command has left of one is overwritten."""
    beside = _beside(path)
    with _locked(beside) as out:
        try:
            out.truncate(0)
            yield out
            out.flush()
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        beside.replace(path)


def _locked(beside: Path) -> BinaryIO:
    """The file, which no other command writes until it is closed. Raises OSError if another one writes it now."""
    while True:
        out = beside.open("ab")
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Otherwise the other command has meanwhile completed the file, and this isn't `beside` any more.
            if beside.exists() and os.path.samestat(beside.stat(), os.fstat(out.fileno())):
                return out
            out.close()
        except BlockingIOError:
            out.close()
            raise OSError(errno.EBUSY, _("another command is writing this file"), str(beside)) from None
        except BaseException:
            out.close()
            raise


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
