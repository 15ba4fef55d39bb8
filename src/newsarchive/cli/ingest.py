"""`newsarchive ingest`."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

import click

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli.common import (
    ProgressLine,
    accept_loss_of,
    accept_loss_option,
    archive_option,
    page_keeper,
    refuse_if_shortened,
    say_why_rebuilt,
    wait_option,
    warn_of_loss,
    warn_of_tables,
    with_config,
)
from newsarchive.cli.ingest_report import IngestRun
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import standard_input
from newsarchive.cli.translating import _
from newsarchive.collecting import collecting_rarely
from newsarchive.config import Config
from newsarchive.errors import IngestError, wants_traceback
from newsarchive.indexing_meanwhile import IndexingMeanwhile
from newsarchive.ingest.draft import Defaults, OnCut
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import dry_run_writer
from newsarchive.ingest.readers.registry import names
from newsarchive.ingest.reading_ahead import read_ahead
from newsarchive.library import open_library

if TYPE_CHECKING:
    from newsarchive.warc.keeping import PageKeeper

if TYPE_CHECKING:
    pass


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
@click.option("--url", default="", help="URL that a single text file or saved page comes from.")
@click.option("--image-credit", default="", help="Credit of the image.")
@click.option("--ignore-robots", is_flag=True, help="Ingest a web page although the robots.txt of its site forbids it.")
@click.option("--timezone", help="Time zone of times without one, such as Asia/Riyadh.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of processes; with 2 or more, one reads the input ahead, and one indexes what is stored.",
)
@click.option("--dry-run", is_flag=True, help="Report what would be stored, and write nothing.")
@click.option("--no-index", is_flag=True, help="Don't update the index; a later run updates it.")
@accept_loss_option
@click.option("--strict", is_flag=True, help="Exit with 1 also if an article is stored without a date or a text.")
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
    ignore_robots: bool,
    workers: int,
    dry_run: bool,
    no_index: bool,
    accept_loss: bool,
    strict: bool,
    as_json: bool,
    wait: float,
    **texts: Any,
) -> int:
    """Ingest articles into the archive.

    Reads plain text files, folders, web pages, JSON Lines (plain or gzipped), RSS and Atom feeds, and
    standard input as "-". Articles that are already stored are skipped, so the same command can be repeated
    at any time.
    """
    zone = _zone(timezone) if timezone else config.timezone
    defaults = Defaults(topics=topics, zone=zone, **texts)
    fetching = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy, obey_robots=not ignore_robots)
    ran = IngestRun(ProgressLine(), dry_run=dry_run, as_json=as_json, strict=strict)
    # Standard input can't be read by another process, nor can a traceback of it be shown.
    is_ahead = workers > 1 and "-" not in locations and not wants_traceback()
    read_all = read_ahead if is_ahead else _read_all
    keeper = None if dry_run else page_keeper(config, archive)
    items = read_all(locations, defaults, format=kind, fetching=fetching, on_cut=ran.on_cut, keeper=keeper)
    with Interruptions() as interruptions, collecting_rarely(), ran.reported():
        if dry_run:
            _dry_run(ran, archive, items)
            return ran.exit_code
        with open_library(config, folder=archive, create=True) as library:
            if accept_loss:
                accept_loss_of(library.archive, wait)
            refuse_if_shortened(library.archive)
            writer = ArchiveWriter(library.archive, wait=wait)
            with ExitStack() as stack:
                meanwhile = None
                if workers > 1 and not no_index:
                    meanwhile = stack.enter_context(IndexingMeanwhile(library, config))
                    ran.on_batch = meanwhile.look
                ran.take_in(writer, items, uninterrupted=interruptions.held_back)
            if not no_index:
                # What was indexed meanwhile is left out here.
                rest = library.update_index(ran.show_indexing, say_why_rebuilt, workers=workers, wait=wait)
                ran.updated = meanwhile.report + rest if meanwhile and meanwhile.report else rest
                warn_of_tables(library)
    return ran.exit_code


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as error:
        raise click.BadParameter(_("unknown time zone {name!r}").format(name=name), param_hint="--timezone") from error


class _ReadingOptions(TypedDict):
    format: str | None
    fetching: FetchSettings
    on_cut: OnCut
    keeper: "PageKeeper | None"


def _read_all(
    locations: Iterable[str], defaults: Defaults, **options: Unpack[_ReadingOptions]
) -> Iterator[Article | IngestError]:
    for location in locations:
        yield from read(location, defaults, stdin=standard_input(), **options)


def _dry_run(ran: IngestRun, folder: Path, items: Iterable[Article | IngestError]) -> None:
    """Decide as a real run would, but write nothing. The folder may lack an archive; none is created."""
    with dry_run_writer() as writer, closing(Archive(folder)) if Archive.is_in(folder) else nullcontext() as existing:
        if existing is not None:
            warn_of_loss(existing)
        ran.take_in(writer, items, existing=existing)
