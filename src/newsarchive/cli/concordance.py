"""`newsarchive concordance`."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from newsarchive.cli.common import archive_option, counted, say_why_rebuilt, wait_option, warn_of_loss, with_config
from newsarchive.cli.filters import filter_options
from newsarchive.cli.output import bom_option, opened, output_option, write_table
from newsarchive.cli.translating import _
from newsarchive.collecting import collecting_rarely
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.research.concordance_table import COLUMNS, Row, rows
from newsarchive.search import MOST_WIDTH, WIDTH, Neighbour, SearchRequest, Sort

_ORDERS = [*(order.value for order in Sort), *(neighbour.value for neighbour in Neighbour)]


@click.command()
@filter_options
@archive_option
@click.option(
    "--sort",
    type=click.Choice(_ORDERS),
    default=Sort.NEWEST.value,
    show_default=True,
    help="Order of the articles, or by the words before an occurrence, by its own words, or by those after it.",
)
@click.option(
    "--width",
    type=click.IntRange(0, MOST_WIDTH),
    default=WIDTH,
    show_default=True,
    help="Characters of context on each side.",
)
@output_option
@bom_option
@wait_option
@with_config
def concordance(  # noqa: PLR0913 - one parameter per option
    config: Config,
    request: SearchRequest,
    archive: Path,
    sort: str,
    width: int,
    output: Path | None,
    no_bom: bool,
    wait: float,
) -> int:
    """Write every occurrence of the words of a query with its context, as CSV.

    Inflections and other spellings count as in a search; =word and "phrases" are taken exactly.
    """
    neighbour = Neighbour(sort) if sort in list(Neighbour) else None
    request = replace(request, sort=Sort(sort) if neighbour is None else Sort.NEWEST)
    written = 0
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
        found = library.concordance(request)
        if not found.has_words:
            raise click.UsageError(_("the query has no words whose occurrences could be listed"))

        def counted_rows() -> Iterator[Row]:
            nonlocal written
            for row in rows(found.lines(width), library.tables, neighbour):
                written += 1
                yield row

        with collecting_rarely(), opened(output) as out:
            write_table(out, COLUMNS, counted_rows(), bom=not no_bom)
    click.echo(
        _("{occurrences} in {articles}").format(
            occurrences=counted(written, "occurrence"), articles=counted(found.listing.total, "article")
        ),
        err=True,
    )
    return 0
