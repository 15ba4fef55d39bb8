"""`newsarchive export`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click

from newsarchive.archive.store import leave_out
from newsarchive.article import Article
from newsarchive.cli.common import archive_option, counted, say_why_rebuilt, wait_option, warn_of_loss, with_config
from newsarchive.cli.search import Period
from newsarchive.config import Config
from newsarchive.export.format import ExportReport
from newsarchive.export.formats import named, names
from newsarchive.library import Library, open_library
from newsarchive.search import MAX_LIMIT, SearchRequest, Sort

INCOMPLETE = 1
_BATCH = 500
"""The number of lines looked up together."""


@click.command()
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@archive_option
@click.option("--format", "form", type=click.Choice(names()), required=True, help="Format of the output.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write, instead of standard output. An existing file is replaced when the new one is complete.",
)
@click.option("--source", "sources", multiple=True, help="Only this source; may be given several times.")
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--section", "sections", multiple=True, help="Only this section; may be given several times.")
@click.option("--from", "first", type=Period(), help="Only articles published on or after this day.")
@click.option("--to", "last", type=Period(), help="Only articles published on or before this day.")
@wait_option
@with_config
def export(  # noqa: PLR0913 - one parameter per option
    config: Config,
    words: tuple[str, ...],
    archive: Path,
    form: str,
    output: Path | None,
    sources: tuple[str, ...],
    topics: tuple[str, ...],
    sections: tuple[str, ...],
    first: tuple[date, date] | None,
    last: tuple[date, date] | None,
    wait: float,
) -> int:
    """Write the articles that a search finds, or all articles, in the format of another program.

    The format warc has the pages that articles were read from.
    """
    chosen = named(form)
    if output is None and not chosen.is_text and sys.stdout.isatty():
        raise click.UsageError(f"{form} is binary; give a file with -o, or redirect the output")
    request = SearchRequest(
        text=" ".join(words),
        sources=sources,
        topics=topics,
        sections=sections,
        date_from=first[0] if first else None,
        date_to=last[1] if last else None,
        sort=Sort.ARRIVED,
        limit=MAX_LIMIT,
    )
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        if request == SearchRequest(sort=Sort.ARRIVED, limit=MAX_LIMIT):
            articles = _all(library)
        else:
            library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
            articles = _found(library, request)
        with _opened(output) as out:
            report = chosen.write(articles, out, library.archive.folder)
    _say(report, chosen.item)
    return INCOMPLETE if report.missing else 0


def _all(library: Library) -> Iterator[Article]:
    """The latest revision of every article that isn't withdrawn, in the order of the archive."""
    archive = library.archive
    batch: list[str] = []
    seen: set[str] = set()
    for stored in archive.read(until=archive.end(), on_damage=leave_out):
        if isinstance(stored.record, Article) and stored.record.id not in seen:
            seen.add(stored.record.id)
            batch.append(stored.record.id)
        if len(batch) >= _BATCH:
            yield from archive.get_many(batch).values()
            batch.clear()
    yield from archive.get_many(batch).values()


def _found(library: Library, request: SearchRequest) -> Iterator[Article]:
    """The articles that a search finds."""
    while True:
        results = library.search(request)
        yield from (hit.article for hit in results.hits)
        if request.page >= results.pages:
            return
        request = replace(request, page=request.page + 1)


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
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


def _say(report: ExportReport, item: str) -> None:
    for article_id, reason in report.reasons:
        click.echo(f"{article_id}: {reason}", err=True)
    if left := report.missing - len(report.reasons):
        click.echo(f"… and {left:,} more", err=True)
    missing = f", {counted(report.missing, 'article')} without one" if report.missing else ""
    click.echo(f"{counted(report.items, item)} written{missing}", err=True)
