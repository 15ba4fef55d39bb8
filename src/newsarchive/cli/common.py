"""What the commands share: the option for the archive, and how they show progress."""

import sys
import time
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any, TypeVar

import click

from newsarchive.config import Config

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


def _config() -> Config:
    config = click.get_current_context().obj
    assert isinstance(config, Config)
    return config


def with_config(function: Callable[..., Any]) -> Callable[..., Any]:
    """Passes the settings as the first argument."""

    def wrapped(*arguments: Any, **options: Any) -> Any:
        return function(_config(), *arguments, **options)

    return update_wrapper(wrapped, function)


def say_why_rebuilt(reason: str) -> None:
    """Say what was wrong with the index, and that it is made good."""
    click.echo(f"{reason}: the index is built anew from the archive", err=True)


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
