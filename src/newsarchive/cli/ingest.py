"""`newsarchive ingest`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

import click

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli.common import (
    ProgressLine,
    accept_loss_of,
    accept_loss_option,
    archive_option,
    describe,
    refuse_if_shortened,
    say_damage,
    say_repairs,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    warn_of_tables,
    with_config,
)
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import print_json, standard_input
from newsarchive.config import Config
from newsarchive.errors import IngestError
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Cut, Defaults, OnCut
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import IngestReport, Pipeline, dry_run_writer
from newsarchive.ingest.readers.registry import names
from newsarchive.library import open_library
from newsarchive.search import UpdateReport

SOME_FAILED = 1

MAX_LISTED = 1_000
"""The maximum number of entries in each list of the JSON report, because there can be millions."""

Duplicate = tuple[str, str]
"""The origin of an item, and the id of the stored article that it duplicates."""


class _PipelineOptions(TypedDict, total=False):
    existing: Archive | None
    uninterrupted: Callable[[], AbstractContextManager[object]]


@click.command()
@click.argument("locations", nargs=-1, required=True, metavar="PATH|URL|- ...")
@archive_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(names()),
    help="Format of the input, if it cannot be detected. Required for plain text from a URL.",
)
@click.option("--title", default="", help="Title of items without one.")
@click.option("--source", default="", help="Outlet or agency that the text comes from, for items that name none.")
@click.option("--publisher", default="", help="Outlet that published the text, if different from the source.")
@click.option("--author", "authors", multiple=True, help="Author; may be given several times.")
@click.option("--topic", "topics", multiple=True, help="Topic to add to every item; may be given several times.")
@click.option("--date", "published", default="", help="Date of publication of items without one.")
@click.option("--language", default="", help="Language of items whose language cannot be detected.")
@click.option("--url", default="", help="URL that the text of a single text file comes from.")
@click.option("--image-credit", default="", help="Credit of the image.")
@click.option("--timezone", help="Time zone of times without one, such as Asia/Riyadh.")
@click.option("--dry-run", is_flag=True, help="Report what would be stored, and write nothing.")
@click.option("--no-index", is_flag=True, help="Don't update the index; a later run updates it.")
@accept_loss_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@wait_option
@with_config
def ingest(  # noqa: PLR0913 - one parameter per option
    config: Config,
    locations: tuple[str, ...],
    archive: Path,
    kind: str | None,
    topics: tuple[str, ...],
    timezone: str | None,
    dry_run: bool,
    no_index: bool,
    accept_loss: bool,
    as_json: bool,
    wait: float,
    **texts: Any,
) -> int:
    """Ingest articles into the archive.

    Reads plain text files, folders, JSON Lines (plain or gzipped), RSS and Atom feeds, and standard
    input as "-". Articles that are already stored are skipped, so the same command can be repeated
    at any time.
    """
    zone = _zone(timezone) if timezone else config.timezone
    defaults = Defaults(topics=topics, zone=zone, **texts)
    fetching = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy)
    ran = _Run(ProgressLine(), dry_run=dry_run, as_json=as_json)
    items = _read_all(locations, defaults, kind, fetching, ran.on_cut)
    with Interruptions() as interruptions, ran.reported():
        if dry_run:
            _dry_run(ran, archive, items)
            return ran.exit_code
        with open_library(config, folder=archive, create=True) as library:
            if accept_loss:
                accept_loss_of(library.archive, wait)
            refuse_if_shortened(library.archive)
            writer = ArchiveWriter(library.archive, wait=wait)
            ran.take_in(writer, items, uninterrupted=interruptions.held_back)
            if not no_index:
                ran.updated = library.update_index(ran.show_indexing, say_why_rebuilt, wait=wait)
                warn_of_tables(library)
    return ran.exit_code


class _Run:
    """One run of `ingest`: its counts so far, and its report.

    The text report names failed and cut items as they occur. The JSON report is printed at the end
    and lists the first `MAX_LISTED` cut items and duplicates.
    """

    def __init__(self, progress: ProgressLine, *, dry_run: bool, as_json: bool) -> None:
        self._progress = progress
        self._dry_run = dry_run
        self._is_json = as_json
        self._duplicates: list[Duplicate] = []
        self._cuts: list[Cut] = []
        self._cut_items = 0
        self._report: IngestReport | None = None
        self.updated: UpdateReport | None = None

    @property
    def exit_code(self) -> int:
        return SOME_FAILED if self._report is not None and self._report.failed else 0

    def take_in(
        self, writer: ArchiveWriter, items: Iterable[Article | IngestError], **options: Unpack[_PipelineOptions]
    ) -> None:
        pipeline = Pipeline(
            writer, self._show_progress, on_duplicate=self._on_duplicate, on_failure=self._on_failure, **options
        )
        self._report = pipeline.report
        pipeline.run(items)

    def _on_duplicate(self, origin: str, of: str) -> None:
        if self._is_json and len(self._duplicates) < MAX_LISTED:
            self._duplicates.append((origin, of))

    def _on_failure(self, failure: IngestError) -> None:
        self._say_at_once(f"failed: {failure}")

    def on_cut(self, cut: Cut) -> None:
        self._cut_items += 1
        if self._is_json and len(self._cuts) < MAX_LISTED:
            self._cuts.append(cut)
        self._say_at_once(f"cut: {cut}")

    def _say_at_once(self, text: str) -> None:
        if not self._is_json:
            self._progress.clear()
            click.echo(text, err=True)

    def _show_progress(self, report: IngestReport) -> None:
        self._progress.show(_progress_text(report))

    def show_indexing(self, read: int) -> None:
        self._progress.show(f"indexing: {read:,} articles read")

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Print the report at the end, even if an error ends the run."""
        try:
            yield
        except BaseException as error:
            self._say(error)
            raise
        self._say(None)

    def _say(self, error: BaseException | None) -> None:
        self._progress.clear()
        report = self._report or IngestReport()
        say_repairs(report.healed, report.mark_problem)
        if self._is_json:
            print_json(self._as_json(report, error))
        elif self._report is not None:
            self._show(report)

    def _show(self, report: IngestReport) -> None:
        click.echo(_progress_text(report) + (" (dry run: nothing was written)" if self._dry_run else ""))
        if self._cut_items:
            click.echo(f"{self._cut_items:,} had fields that were too long and were cut; see the list above")
        if report.counts[Verdict.WITHDRAWN]:
            click.echo(f"{report.counts[Verdict.WITHDRAWN]:,} were withdrawn earlier and stay withdrawn")
        if self.updated is not None:
            say_damage(self.updated)

    def _as_json(self, report: IngestReport, error: BaseException | None) -> dict[str, Any]:
        """Return the report. `left_out` is the number of entries missing from each shortened list."""
        duplicates = report.counts[Verdict.DUPLICATE] + report.counts[Verdict.WITHDRAWN]
        return {
            **{verdict.value: report.counts[verdict] for verdict in Verdict},
            "failed": report.failed,
            "cut": self._cut_items,
            "seconds": round(report.seconds, 3),
            "dry_run": self._dry_run,
            "indexed": None if self.updated is None else self.updated.indexed,
            "failures": [{"origin": failure.origin, "reason": failure.reason} for failure in report.failures],
            "cuts": [{"origin": cut.item, "parts": list(cut.parts)} for cut in self._cuts],
            "duplicates": [{"origin": origin, "of": article_id} for origin, article_id in self._duplicates],
            "left_out": {
                "failures": report.failed - len(report.failures),
                "cuts": self._cut_items - len(self._cuts),
                "duplicates": duplicates - len(self._duplicates),
            },
            "error": None if error is None else describe(error),
        }


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as error:
        raise click.BadParameter(f"unknown time zone {name!r}", param_hint="--timezone") from error


def _read_all(
    locations: Iterable[str], defaults: Defaults, kind: str | None, fetching: FetchSettings, on_cut: OnCut
) -> Iterator[Article | IngestError]:
    for location in locations:
        yield from read(location, defaults, stdin=standard_input(), format=kind, fetching=fetching, on_cut=on_cut)


def _dry_run(ran: _Run, folder: Path, items: Iterable[Article | IngestError]) -> None:
    """Decide as a real run would, but write nothing. The folder may lack an archive; none is created."""
    with dry_run_writer() as writer, closing(Archive(folder)) if Archive.is_in(folder) else nullcontext() as existing:
        if existing is not None:
            warn_of_loss(existing)
        ran.take_in(writer, items, existing=existing)


def _progress_text(report: IngestReport) -> str:
    rate = report.items / report.seconds if report.seconds else 0
    return (
        f"{report.items:,} items, {rate:,.0f} per second: {report.counts[Verdict.STORED]:,} stored,"
        f" {report.counts[Verdict.REVISED]:,} revised, {report.counts[Verdict.DUPLICATE]:,} already stored,"
        f" {report.failed:,} failed"
    )
