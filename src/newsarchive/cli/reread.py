"""`newsarchive reread`."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from newsarchive.archive import ArchiveWriter
from newsarchive.cli.common import (
    ProgressLine,
    accept_loss_of,
    accept_loss_option,
    archive_option,
    counted,
    describe_for_programs,
    refuse_if_shortened,
    say_damage,
    say_repairs,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    with_config,
)
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _, mark
from newsarchive.config import Config
from newsarchive.errors import CorruptArchive
from newsarchive.ingest.rereader import Rereader, RereadReport
from newsarchive.ingest.rereading import Change, Kind
from newsarchive.library import open_library
from newsarchive.search import UpdateReport

SOME_DAMAGED = 1
EXAMPLES = 3
"""The number of changes of each kind that a run shows. It shows every changed date, a dry run every change."""
_DATES = {Kind.DATE_READ, Kind.DATE_CHANGED}
MAX_LISTED = 1_000
"""The maximum number of changes in the JSON report, because there can be millions."""
_SHOWN = 80
"""The maximum length of an excerpt in characters."""
_BEFORE = 20
"""The number of characters shown before the first difference."""

_LABELS = {
    Kind.DATE_READ: mark("dates parsed for the first time"),
    Kind.DATE_CHANGED: mark("dates changed"),
    Kind.TEXT_CLEANED: mark("texts cleaned"),
    Kind.NAME_CLEANED: mark("names cleaned"),
    Kind.ADDRESS_CLEANED: mark("addresses cleaned"),
    Kind.TITLE_DERIVED: mark("titles derived again"),
    Kind.HEADINGS_CHANGED: mark("headings changed"),
    Kind.LANGUAGE_DETECTED: mark("languages detected again"),
    Kind.CUT: mark("fields cut to their limits"),
}


@click.command()
@archive_option
@click.option("--dry-run", is_flag=True, help="List the changes, and write nothing.")
@accept_loss_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@wait_option
@with_config
def reread(  # noqa: PLR0913 - one parameter per option
    config: Config, archive: Path, dry_run: bool, accept_loss: bool, as_json: bool, wait: float
) -> int:
    """Apply the current rules for ingesting to stored articles.

    Parses dates, detects languages and derives titles again, cleans texts, and applies the limits
    on field lengths. A changed article is stored as a new revision; nothing is deleted. A second
    run changes nothing.
    """
    ran = _Run(dry_run=dry_run, as_json=as_json)
    with Interruptions() as interruptions, open_library(config, folder=archive) as library:
        rereader = Rereader(
            library.archive,
            config.timezone,
            on_progress=ran.show_progress,
            on_change=ran.on_change,
            on_damage=ran.on_damage,
            uninterrupted=interruptions.held_back,
        )
        with ran.reported(rereader.report):
            if dry_run:
                warn_of_loss(library.archive)
                rereader.dry_run()
            else:
                if accept_loss:
                    accept_loss_of(library.archive, wait)
                refuse_if_shortened(library.archive)
                rereader.run(ArchiveWriter(library.archive, wait=wait))
                ran.updated = library.update_index(ran.show_indexing, say_why_rebuilt, wait=wait)
    return SOME_DAMAGED if rereader.report.damaged else 0


class _Run:
    """The report of one run: counts and examples as text, or JSON."""

    def __init__(self, *, dry_run: bool, as_json: bool) -> None:
        self._progress = ProgressLine()
        self._dry_run = dry_run
        self._is_json = as_json
        self._listed: list[tuple[str, Change]] = []
        self._listed_of: Counter[Kind] = Counter()
        self.updated: UpdateReport | None = None

    def on_change(self, article_id: str, change: Change) -> None:
        if self._is_json:
            if len(self._listed) < MAX_LISTED:
                self._listed.append((article_id, change))
        elif self._dry_run or change.kind in _DATES:
            self._progress.clear()
            click.echo(_change_text(article_id, change))
        elif self._listed_of[change.kind] < EXAMPLES:
            self._listed_of[change.kind] += 1
            self._listed.append((article_id, change))

    def on_damage(self, damage: CorruptArchive) -> None:
        self._progress.clear()
        click.echo(_("not reread: {damage}").format(damage=damage), err=True)

    def show_progress(self, report: RereadReport) -> None:
        self._progress.show(_counts_text(report, self._dry_run))

    def show_indexing(self, read: int) -> None:
        self._progress.show(_("indexing: {read:,} articles read").format(read=read))

    @contextmanager
    def reported(self, report: RereadReport) -> Iterator[None]:
        """Print the report at the end, even if an error ends the run."""
        try:
            yield
        except BaseException as error:
            self._say(report, error)
            raise
        self._say(report, None)

    def _say(self, report: RereadReport, error: BaseException | None) -> None:
        self._progress.clear()
        say_repairs(report.healed, report.mark_problem)
        if self._is_json:
            print_json(self._as_json(report, error))
        else:
            self._show(report)

    def _show(self, report: RereadReport) -> None:
        click.echo(_counts_text(report, self._dry_run))
        for kind in (kind for kind in Kind if report.changes[kind]):
            click.echo(f"{report.changes[kind]:>10,}  {_(_LABELS[kind])}")
            for article_id, change in self._listed:
                if change.kind is kind:
                    click.echo(f"            {_change_text(article_id, change)}")
        if self.updated is not None:
            say_damage(self.updated)

    def _as_json(self, report: RereadReport, error: BaseException | None) -> dict[str, Any]:
        """Return the report. `left_out` is the number of changes that are not listed."""
        return {
            "articles": report.articles,
            "revised": report.revised,
            "damaged": report.damaged,
            "changes": {kind.value: report.changes[kind] for kind in Kind},
            "listed": [_change_form(article_id, change) for article_id, change in self._listed],
            "left_out": report.changes.total() - len(self._listed),
            "seconds": round(report.seconds, 3),
            "dry_run": self._dry_run,
            "indexed": None if self.updated is None else self.updated.indexed,
            "error": None if error is None else describe_for_programs(error),
        }


def _counts_text(report: RereadReport, dry_run: bool) -> str:
    ending = _(" would be revised (dry run: nothing was written)") if dry_run else _(" revised")
    return _("{articles} reread, {revised:,}{ending}").format(
        articles=counted(report.articles, "article"), revised=report.revised, ending=ending
    )


def _change_form(article_id: str, change: Change) -> dict[str, str]:
    old, new = _excerpts(change.old, change.new)
    form = {"id": article_id, "kind": change.kind.value, "field": change.field, "old": old, "new": new}
    return form | {"read_from": change.read_from} if change.read_from else form


def _change_text(article_id: str, change: Change) -> str:
    old, new = map(_printable, _excerpts(change.old, change.new))
    read_from = (
        _(", read from «{read_from}»").format(read_from=_printable(change.read_from)) if change.read_from else ""
    )
    return f"{article_id} {change.field}: «{old}» -> «{new}»{read_from}"


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Return excerpts of two texts around their first difference."""
    difference = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    start = max(0, (min(len(old), len(new)) if difference is None else difference) - _BEFORE)
    if max(len(old), len(new)) <= _SHOWN:
        start = 0
    return _excerpt(old, start), _excerpt(new, start)


def _excerpt(text: str, start: int) -> str:
    end = start + _SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")


def _printable(text: str) -> str:
    """Return the text with non-printable characters, such as terminal control codes, escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )
