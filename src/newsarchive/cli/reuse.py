"""`newsarchive reuse`."""

import sys
from pathlib import Path

import click

from newsarchive.arabic.date_format import format_date
from newsarchive.cli.common import archive_option, warn_of_loss, with_config
from newsarchive.cli.streams import print_json, read_input
from newsarchive.cli.translating import _
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.search import MAX_LIMIT, reused_to_json
from newsarchive.sources import SourceTable
from newsarchive.stories.reuse import MOST_WORDS, Reuse, word_count
from newsarchive.tables import Tables

_LIMIT = 20
_QUOTED = 300
"""Characters of a passage that are printed."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@archive_option
@click.option(
    "--limit", type=click.IntRange(1, MAX_LIMIT), default=_LIMIT, show_default=True, help="Articles to print."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_config
def reuse(config: Config, file: Path, archive: Path, limit: int, as_json: bool) -> None:
    """Print which articles have parts of a text, the earliest first.

    FILE is a text in UTF-8, of up to 5,000 words. - is standard input.
    """
    text = read_input(file).decode("utf-8-sig", "replace")
    count = word_count(text)
    if not count:
        raise click.UsageError(_("{file}: there are no words").format(file=file))
    if count > MOST_WORDS:
        raise click.UsageError(
            _("{file}: {count:,} words; the limit is {most_words:,}").format(
                file=file, count=count, most_words=MOST_WORDS
            )
        )
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        reused = library.groups.passages_in(text, limit)
        tables = library.tables
    if as_json:
        print_json(reused_to_json(reused))
        return
    for number, found in enumerate(reused.articles, 1):
        _show(number, found, tables)
    click.echo(_("{total:,} articles found").format(total=reused.total), err=True)


def _show(number: int, reuse: Reuse, tables: Tables) -> None:
    article = tables.renamed(reuse.article)
    names: SourceTable = tables.sources
    published = format_date(article.published, "ar") if article.published else article.published_raw
    click.echo(f"{number}. {_bold(article.title)}")
    facts = [names.label(article.source, "ar"), published, article.id]
    click.echo("   " + " · ".join(fact for fact in facts if fact))
    if reuse.copy_of is not None:
        click.secho(_("   a near copy of {copy_of}").format(copy_of=reuse.copy_of), dim=True)
    for passage in reuse.passages:
        quoted = " ".join(reuse.article.body[slice(*passage.in_article)].split())
        shown = quoted if len(quoted) <= _QUOTED else quoted[:_QUOTED].rpartition(" ")[0] + " …"
        click.echo(f"   ({passage.words}) {shown}")
    click.echo()


def _bold(text: str) -> str:
    return click.style(text, bold=True) if sys.stdout.isatty() else text
