"""What the commands share: the option for the archive, and how they show progress."""

import sys
import time
from collections.abc import Callable, Iterable
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsarchive.archive import Archive, ArchiveWriter, Healed
from newsarchive.config import Config
from newsarchive.errors import ArchiveShortened, NewsArchiveError, describe_fault
from newsarchive.search import UpdateReport
from newsarchive.tables import SOURCES, TOPICS

if TYPE_CHECKING:  # the engine takes long to load, and some commands do without
    from newsarchive.library import Library

_Function = TypeVar("_Function", bound=Callable[..., Any])


def archive_option(function: _Function) -> _Function:
    """Adds `--archive DIR`; the function gets `archive` as a path, the setting's where the option is not given."""
    return click.option(
        "--archive",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        default=lambda: _config().archive,
        show_default="./archive, or what is set",
        help="Folder of the archive.",
    )(function)


NOT_FOUND = 1
"""The exit code for an article that is not there."""
WAIT = 60.0
"""Seconds to wait for another process that writes to the archive or its index, where nothing is said."""


def wait_option(function: _Function) -> _Function:
    """Adds `--wait SECONDS`; the function gets `wait` as a number that is not negative."""
    return click.option(
        "--wait",
        type=_Seconds(),
        default=WAIT,
        show_default="60",
        help="How long to wait for another process that writes to the archive or its index; 0: fail at once.",
    )(function)


class _Seconds(click.ParamType[float]):
    name = "SECONDS"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        # No comparison holds for what is not a number.
        if not seconds >= 0:
            self.fail(f"{value!r} is not a number of seconds, 0 or more", param, ctx)
        return seconds


def _config() -> Config:
    config = click.get_current_context().obj
    assert isinstance(config, Config)
    return config


def with_config(function: Callable[..., Any]) -> Callable[..., Any]:
    """Passes the settings as the first argument."""

    def wrapped(*arguments: Any, **options: Any) -> Any:
        return function(_config(), *arguments, **options)

    return update_wrapper(wrapped, function)


def describe(error: BaseException) -> str:
    """What went wrong, in one line: the message of an error that has one for a person, else what is known of it."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, NewsArchiveError | OSError):
        return str(error)
    if isinstance(error, click.ClickException):
        return error.format_message()
    return describe_fault(error)


def accept_loss_option(function: _Function) -> _Function:
    """Adds `--accept-loss`; the function gets `accept_loss`, for `accept_loss_of`."""
    return click.option(
        "--accept-loss", is_flag=True, help="Give up what is missing from an archive that is shorter than it was."
    )(function)


def accept_loss_of(archive: Archive, wait: float) -> None:
    """Let writers go on with an archive that is shorter than it was, and say what is given up."""
    with ArchiveWriter(archive, wait=wait, accept_loss=True) as writer:
        for loss in writer.accepted:
            click.echo(f"given up: {loss}", err=True)


def warn_of_loss(archive: Archive) -> None:
    """Say what is missing from the archive, for a command that can go on without it."""
    for loss in archive.missing():
        click.echo(f"warning: {archive.folder}: the archive is shorter than it was: {loss}", err=True)


def refuse_if_shortened(archive: Archive) -> None:
    """Raise ArchiveShortened before any work is done: the writer would do so only for the first batch."""
    missing = archive.missing()
    if missing:
        raise ArchiveShortened(archive.folder, missing)


def say_repairs(healed: Iterable[Healed], mark_problem: str) -> None:
    """Say what writers repaired that earlier ones left unfinished."""
    for one in healed:
        click.echo(_healed_text(one), err=True)
    if mark_problem:
        click.echo(f"{mark_problem}. It was written again.", err=True)


def _healed_text(healed: Healed) -> str:
    if healed.bytes_cut:
        return (
            f"{healed.path}: the last line was cut off in an earlier write ({healed.bytes_cut} bytes);"
            " it was removed. It had never been reported as stored."
        )
    return f"{healed.path}: the last line lacked its line break, and has it again."


def warn_of_tables(library: "Library") -> None:
    """Say that the tables of names changed after articles were indexed with the old ones."""
    if library.has_changed_tables:
        click.echo(
            f"warning: {SOURCES} or {TOPICS} changed since the index was built; 'newsarchive reindex' applies the"
            " changes to all articles",
            err=True,
        )


def say_why_rebuilt(reason: str) -> None:
    """Say what is wrong with the index, and that it is rebuilt."""
    click.echo(f"{reason}: the index is rebuilt from the archive", err=True)


def say_damage(report: UpdateReport) -> None:
    """Say which lines of the archive were left out of the index."""
    for damage in report.damaged:
        click.echo(f"not indexed: {damage}", err=True)
    if report.more_damaged:
        click.echo(
            f"not indexed: {report.more_damaged:,} more damaged lines; 'newsarchive verify' names them", err=True
        )


class ProgressLine:
    """One line on a terminal that is written over; on anything but a terminal nothing is shown."""

    _INTERVAL = 0.2

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = 0.0

    def show(self, text: str) -> None:
        """Show the text, at most five times a second."""
        now = time.monotonic()
        if self._is_shown and now - self._last >= self._INTERVAL:
            self._last = now
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            click.echo("\r\x1b[K", err=True, nl=False)
