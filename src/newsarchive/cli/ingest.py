"""`newsarchive ingest`."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli.common import ProgressLine, archive_option, say_why_rebuilt, with_config
from newsarchive.config import Config
from newsarchive.errors import IngestError
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.fetch_settings import FetchSettings
from newsarchive.ingest.locations import FORMATS, read
from newsarchive.ingest.pipeline import IngestReport, OnDuplicate, OnProgress, Pipeline, dry_run_writer
from newsarchive.library import Library
from newsarchive.search import UpdateReport

SOME_FAILED = 1

Duplicate = tuple[str, str]
"""Where an item came from, and the id of the article that was there already."""


@click.command()
@click.argument("locations", nargs=-1, required=True, metavar="PATH|URL|- ...")
@archive_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help="What the input is, where it cannot be told. Plain text from an address needs it.",
)
@click.option("--title", default="", help="Title, where the item has none.")
@click.option("--source", default="", help="Outlet or agency that the text comes from, where the item names none.")
@click.option("--publisher", default="", help="Who printed it, where that is not the source.")
@click.option("--author", "authors", multiple=True, help="Author; may be given several times.")
@click.option(
    "--topic", "topics", multiple=True, help="Topic of every item, beside its own; may be given several times."
)
@click.option("--date", "published", default="", help="Date of publication, where the item has none.")
@click.option("--language", default="", help="Language, where it cannot be told.")
@click.option("--url", default="", help="Original address of one text file.")
@click.option("--image-credit", default="", help="Credit of the image.")
@click.option("--timezone", help="Zone of times that come without one, such as Asia/Riyadh.")
@click.option("--dry-run", is_flag=True, help="Read and decide, and write nothing.")
@click.option("--no-index", is_flag=True, help="Leave the index as it is; a later run lets it catch up.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_config
def ingest(  # noqa: PLR0913 - one for each option
    config: Config,
    locations: tuple[str, ...],
    archive: Path,
    kind: str | None,
    topics: tuple[str, ...],
    timezone: str | None,
    dry_run: bool,
    no_index: bool,
    as_json: bool,
    **texts: Any,
) -> int:
    """Take articles into the archive.

    From plain text files, folders, JSON Lines (plain or gzipped), RSS and Atom feeds, or - for standard input.
    What is there already is left alone, so the same command can be run again at any time.
    """
    zone = _zone(timezone) if timezone else config.timezone
    defaults = Defaults(topics=topics, zone=zone, **texts)
    fetching = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy)
    items = _read_all(locations, defaults, kind, fetching)
    progress = ProgressLine()
    duplicates: list[Duplicate] | None = [] if as_json else None
    updated = None
    if dry_run:
        report = _dry_run(archive, items, progress, duplicates)
    else:
        with Library.open(archive, create=True, index_memory=config.index_memory) as library:
            report = _run(library.archive, items, progress, duplicates)
            if not no_index:
                updated = library.update_index(
                    lambda read: progress.show(f"indexing: {read:,} articles read"), say_why_rebuilt
                )
    progress.clear()
    _show(report, updated, duplicates, dry_run=dry_run)
    return SOME_FAILED if report.failures else 0


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as error:
        raise click.BadParameter(f"there is no time zone {name!r}", param_hint="--timezone") from error


def _read_all(
    locations: Iterable[str], defaults: Defaults, kind: str | None, fetching: FetchSettings
) -> Iterator[Article | IngestError]:
    for location in locations:
        yield from read(location, defaults, stdin=sys.stdin.buffer, format=kind, fetching=fetching)


def _dry_run(
    folder: Path, items: Iterable[Article | IngestError], progress: ProgressLine, duplicates: list[Duplicate] | None
) -> IngestReport:
    """Decide as in earnest, and leave no trace: the folder need not hold an archive, and none is made."""
    with dry_run_writer() as writer, closing(Archive(folder)) if Archive.is_in(folder) else nullcontext() as beside:
        pipeline = Pipeline(writer, _shown_on(progress), on_duplicate=_into(duplicates), beside=beside)
        return _take_in(pipeline, items, progress, dry_run=True)


def _run(
    archive: Archive, items: Iterable[Article | IngestError], progress: ProgressLine, duplicates: list[Duplicate] | None
) -> IngestReport:
    with ArchiveWriter(archive) as writer:
        if writer.healed is not None and writer.healed.bytes_cut:
            click.echo(
                f"{writer.healed.path}: the last line was cut off in an earlier write ({writer.healed.bytes_cut}"
                " bytes); it was removed. It had never been reported as kept.",
                err=True,
            )
        elif writer.healed is not None:
            click.echo(f"{writer.healed.path}: the last line lacked its line break, and has it again.", err=True)
        pipeline = Pipeline(writer, _shown_on(progress), on_duplicate=_into(duplicates))
        return _take_in(pipeline, items, progress, dry_run=False)


def _take_in(
    pipeline: Pipeline, items: Iterable[Article | IngestError], progress: ProgressLine, *, dry_run: bool
) -> IngestReport:
    try:
        return pipeline.run(items)
    except KeyboardInterrupt:
        progress.clear()
        _show(pipeline.report, None, None, dry_run=dry_run)
        raise


def _shown_on(progress: ProgressLine) -> OnProgress:
    return lambda report: progress.show(_progress_text(report))


def _into(duplicates: list[Duplicate] | None) -> OnDuplicate | None:
    return None if duplicates is None else lambda origin, of: duplicates.append((origin, of))


def _progress_text(report: IngestReport) -> str:
    rate = report.items / report.seconds if report.seconds else 0
    return (
        f"{report.items:,} items, {rate:,.0f} a second: {report.counts[Verdict.KEPT]:,} kept,"
        f" {report.counts[Verdict.REVISED]:,} revised, {report.counts[Verdict.DUPLICATE]:,} there already,"
        f" {len(report.failures):,} failed"
    )


def _show(
    report: IngestReport, updated: UpdateReport | None, duplicates: list[Duplicate] | None, *, dry_run: bool
) -> None:
    """Say how it went: as JSON where the duplicates were collected for it."""
    if duplicates is not None:
        click.echo(json.dumps(_as_json(report, updated, duplicates, dry_run=dry_run), ensure_ascii=False, indent=2))
        return
    for failure in report.failures:
        click.echo(f"failed: {failure}", err=True)
    click.echo(_progress_text(report) + (" (dry run: nothing was written)" if dry_run else ""))
    if report.counts[Verdict.WITHDRAWN]:
        click.echo(f"{report.counts[Verdict.WITHDRAWN]:,} were withdrawn earlier and stay so")
    if updated is not None:
        for damage in updated.damaged:
            click.echo(f"not indexed: {damage}", err=True)


def _as_json(
    report: IngestReport, updated: UpdateReport | None, duplicates: list[Duplicate], *, dry_run: bool
) -> dict[str, Any]:
    return {
        **{verdict.value: report.counts[verdict] for verdict in Verdict},
        "failed": len(report.failures),
        "seconds": round(report.seconds, 3),
        "dry_run": dry_run,
        "indexed": None if updated is None else updated.indexed,
        "failures": [{"origin": failure.origin, "reason": failure.reason} for failure in report.failures],
        "duplicates": [{"origin": origin, "of": article_id} for origin, article_id in duplicates],
    }
