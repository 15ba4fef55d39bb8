"""Shared code of the commands: common options, warnings and the progress line."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from newsarchive.archive import Archive, ArchiveWriter, Healed
from newsarchive.cli.translating import _, in_words, ngettext
from newsarchive.config import Config
from newsarchive.errors import ArchiveShortened, NewsArchiveError, describe_fault
from newsarchive.search import UpdateReport
from newsarchive.topics import topic_label
from newsarchive.wording import worded, words_of

if TYPE_CHECKING:  # the engine is slow to load, and some commands don't need it
    from newsarchive.library import Library
    from newsarchive.topics.model import Assignment
    from newsarchive.warc.keeping import PageKeeper

_Function = TypeVar("_Function", bound=Callable[..., Any])


def archive_option(function: _Function) -> _Function:
    """Add `--archive DIR`. The function gets `archive` as a path, which defaults to the setting `archive`."""
    return click.option(
        "--archive",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        default=lambda: _config().archive,
        show_default="the setting, or ./archive",
        help="Folder of the archive.",
    )(function)


NOT_FOUND = 1
"""The exit code if there is no article with the given id."""
WAIT = 60.0
"""The default of `--wait`: seconds to wait for another process that writes to the archive or its index."""


def wait_option(function: _Function) -> _Function:
    """Add `--wait SECONDS`. The function gets `wait` as a non-negative number."""
    return click.option(
        "--wait",
        type=_Seconds(),
        default=WAIT,
        show_default="60",
        help="How long to wait for another process that writes to the archive or its index. 0 fails at once.",
    )(function)


class _Seconds(click.ParamType[float]):
    name = "SECONDS"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        # Written this way to reject NaN, too: every comparison with NaN is false.
        if not seconds >= 0:
            self.fail(_("{value!r} is not a non-negative number of seconds").format(value=value), param, ctx)
        return seconds


def _config() -> Config:
    config = click.get_current_context().obj
    assert isinstance(config, Config)
    return config


def with_config(function: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the settings to the function as its first argument."""

    def wrapped(*arguments: Any, **options: Any) -> Any:
        config = _config()
        try:
            result = function(config, *arguments, **options)
        except click.exceptions.Exit:
            share_files(config, options.get("archive"))
            raise
        share_files(config, options.get("archive"))
        return result

    return update_wrapper(wrapped, function)


def share_files(config: Config, archive: Path | None) -> None:
    """Share the tables, tokens and groups of an archive that a command may have changed, if the settings ask for it.

    Raises IndexUnreachable: the change isn't effective on other nodes until the next command or update.
    """
    if config.articles_on != "both" or archive is None or not Archive.is_in(archive):
        return
    from newsarchive.engine_choice import open_sharing  # noqa: PLC0415 - slow to load

    with contextlib.closing(Archive(archive)) as opened:
        sharing = open_sharing(config, archive, opened.identity.archive)
    if sharing is not None:
        sharing.share()


def describe(error: BaseException) -> str:
    """Return a one-line description of an error: its message if it was written for users, else its type and text."""
    return in_words(_description(error))


def describe_for_programs(error: BaseException) -> str:
    """The same in English, for JSON, which is the same in every language."""
    return str(_description(error))


def _description(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return worded("interrupted")
    if isinstance(error, MemoryError):
        return worded("out of memory")
    if isinstance(error, OSError) and error.filename and error.strerror:
        return worded("{filename}: {strerror}", filename=str(error.filename), strerror=error.strerror)
    if isinstance(error, NewsArchiveError | OSError):
        return words_of(error)
    if isinstance(error, click.ClickException):
        return error.format_message()
    return describe_fault(error)


def accept_loss_option(function: _Function) -> _Function:
    """Add `--accept-loss`. The function gets the flag `accept_loss`; see `accept_loss_of`."""
    return click.option(
        "--accept-loss", is_flag=True, help="Give up the lines that an archive has lost, and go on without them."
    )(function)


def accept_loss_of(archive: Archive, wait: float) -> None:
    """Allow writing to an archive that has lost lines, and report which lines are given up."""
    with ArchiveWriter(archive, wait=wait, accept_loss=True) as writer:
        for loss in writer.accepted:
            click.echo(_("given up: {loss}").format(loss=in_words(loss)), err=True)


def warn_of_loss(archive: Archive) -> None:
    """Report the lines that the archive has lost, for a command that can run without them."""
    for loss in archive.missing():
        click.echo(
            _("warning: {folder}: the archive is shorter than it was: {loss}").format(
                folder=archive.folder, loss=in_words(loss)
            ),
            err=True,
        )


def refuse_if_shortened(archive: Archive) -> None:
    """Raise ArchiveShortened if the archive has lost lines. The writer itself would only raise at its first batch."""
    missing = archive.missing()
    if missing:
        raise ArchiveShortened(archive.folder, missing)


def say_repairs(healed: Iterable[Healed], mark_problem: str) -> None:
    """Report how a writer repaired the unfinished writes of earlier processes."""
    for one in healed:
        click.echo(_healed_text(one), err=True)
    if mark_problem:
        click.echo(_("{problem}. It was written again.").format(problem=in_words(mark_problem)), err=True)


def _healed_text(healed: Healed) -> str:
    if healed.bytes_cut:
        return _(
            "{path}: the last line was cut off in an earlier write ({bytes_cut} bytes); the "
            "incomplete line was removed. It had never been reported as stored."
        ).format(path=healed.path, bytes_cut=healed.bytes_cut)
    return _("{path}: the last line had no line break; the line break was added.").format(path=healed.path)


def page_keeper(config: Config, archive: Path) -> "PageKeeper | None":
    """What keeps the fetched pages of an archive; None if the settings don't ask for it."""
    if not config.keep_pages:
        return None
    from newsarchive.warc.keeping import PageKeeper  # noqa: PLC0415 - slow to load

    secrets = [urlsplit(config.proxy).password or ""] if config.proxy else []
    return PageKeeper(archive, retention_days=config.page_retention, secrets=secrets)


def warn_of_tables(library: "Library") -> None:
    """Warn if the topics or the topic model changed since the index was built."""
    if changed := library.changed_tables:
        click.echo(
            _(
                "warning: {changed} changed since the index was built; 'newsarchive topics reassign' "
                "applies the change to all articles"
            ).format(changed=joined(changed)),
            err=True,
        )


def explained_assignment(assignment: "Assignment") -> str:
    """An assigned topic with the confidence and the words that decided, in Arabic: `رياضة (83%: الفريق، المباراة)`."""
    words = "، ".join(assignment.words)
    percent = min(99, int(100 * assignment.confidence))  # no model is 100% sure
    return f"{topic_label(assignment.topic, 'ar')} ({percent}%{': ' + words if words else ''})"


def say_why_rebuilt(reason: str) -> None:
    """Report why the index is being rebuilt."""
    click.echo(_("{reason}: the index is rebuilt from the archive").format(reason=in_words(reason)), err=True)


def say_damage(report: UpdateReport) -> None:
    """Report the damaged lines of the archive that are not in the index."""
    for damage in report.damaged:
        click.echo(_("not indexed: {damage}").format(damage=in_words(damage)), err=True)
    if report.more_damaged:
        click.echo(
            _("not indexed: {more_damaged:,} more damaged lines; 'newsarchive verify' lists them").format(
                more_damaged=report.more_damaged
            ),
            err=True,
        )


class ProgressLine:
    """A progress line that is overwritten in place. Shown only if standard error is a terminal."""

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
        """Erase the line."""
        if self._is_shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def joined(things: Sequence[str]) -> str:
    """What was said of several things, with "and" before the last: `the table of topics and the topic model`."""
    return _(" and ").join(map(in_words, things))


def counted(count: int, noun: str) -> str:
    """A number with a noun: `1 line`, `1,200 lines`. The last word of an English noun takes an s."""
    return ngettext(f"{{n}} {noun}", f"{{n}} {noun}s", count).format(n=f"{count:,}")
