"""`newsarchive batch`."""

from pathlib import Path

import click

from newsarchive.cli.common import archive_option, counted, say_why_rebuilt, wait_option, warn_of_loss, with_config
from newsarchive.cli.output import bom_option, opened, output_option, write_table
from newsarchive.cli.streams import read_input
from newsarchive.cli.translating import _, ngettext
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.research.batches import hits, long_totals, totals
from newsarchive.research.counting import By
from newsarchive.research.query_list import QueryRow, read_query_list

_SOME_FAILED = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@archive_option
@click.option("--by", type=click.Choice([by.value for by in By]), help="Count the articles also by month, source, ….")
@click.option("--long", "is_long", is_flag=True, help="With --by: one row per query and value, instead of columns.")
@click.option("--hits", "wants_hits", is_flag=True, help="List the articles that each query finds, instead of counts.")
@click.option("--limit", type=click.IntRange(min=1), help="With --hits: at most this many articles per query.")
@output_option
@bom_option
@wait_option
@with_config
def batch(  # noqa: PLR0913 - one parameter per option
    config: Config,
    file: Path,
    archive: Path,
    by: str | None,
    is_long: bool,
    wants_hits: bool,
    limit: int | None,
    output: Path | None,
    no_bom: bool,
    wait: float,
) -> int:
    """Run all queries of a file, and write a table of what they find as CSV.

    FILE is a CSV file whose first row names the columns: query, and if wanted match, source, topic, section, topics,
    from, to and sort. Other columns are copied. A file without such a row has one query per line. - is standard
    input.
    """
    if wants_hits and (by or is_long):
        raise click.UsageError(_("--hits lists articles; leave out --by and --long"))
    if is_long and not by:
        raise click.UsageError(_("--long needs --by"))
    if limit and not wants_hits:
        raise click.UsageError(_("--limit needs --hits"))
    queries = read_query_list(read_input(file), str(file))
    bad: list[QueryRow] = []

    def report(row: QueryRow) -> None:
        bad.append(row)
        click.echo(_("{file}:{line}: {problem}").format(file=file, line=row.line, problem=row.problem), err=True)

    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
        kind = By(by) if by else None
        if wants_hits:
            table = hits(library, queries, limit, report)
        elif is_long and kind:
            table = long_totals(library, queries, kind, report)
        else:
            table = totals(library, queries, kind, report)
        with opened(output) as out:
            write_table(out, table.header, table.rows, bom=not no_bom)
    failed = _(", {bad} not searched").format(bad=counted(len(bad), "row")) if bad else ""
    searched = len(queries.rows) - len(bad)
    click.echo(ngettext("{n} query", "{n} queries", searched).format(n=f"{searched:,}") + failed, err=True)
    return _SOME_FAILED if bad else 0
