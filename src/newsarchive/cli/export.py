"""`newsarchive export`."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from newsarchive.cli.common import archive_option, counted, say_why_rebuilt, wait_option, warn_of_loss, with_config
from newsarchive.cli.filters import filter_options
from newsarchive.cli.output import bom_option, opened, output_option
from newsarchive.cli.translating import _, in_words
from newsarchive.config import Config
from newsarchive.errors import ConfigError, CorruptArchive
from newsarchive.export.format import ExportContext, ExportFormat, ExportReport
from newsarchive.export.formats import named, names
from newsarchive.exporting import DAMAGED, ExportedArticles, Giving, all_ids
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.library import open_library
from newsarchive.search import SearchRequest, Sort
from newsarchive.wording import worded

INCOMPLETE = 1
_EVERYTHING = SearchRequest()


@click.command()
@filter_options
@archive_option
@click.option("--format", "form", type=click.Choice(names()), required=True, help="Format of the output.")
@output_option
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Default: as archived; of a search, the latest archived first.",
)
@click.option("--limit", "most", type=click.IntRange(min=1), help="At most so many articles.")
@click.option("--all-revisions", is_flag=True, help="All revisions of each article, oldest first, not only the latest.")
@click.option("--no-text", is_flag=True, help="Leave the texts out.")
@bom_option
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="ar", show_default=True, help="Of labels.")
@wait_option
@with_config
def export(  # noqa: PLR0913 - one parameter per option
    config: Config,
    request: SearchRequest,
    archive: Path,
    form: str,
    output: Path | None,
    sort: str | None,
    most: int | None,
    all_revisions: bool,
    no_text: bool,
    no_bom: bool,
    language: Language,
    wait: float,
) -> int:
    """Write the articles that a search finds, or all articles, in the format of another program.

    The format warc has the pages that articles were read from.
    """
    chosen = _usable(form, output)
    request = replace(request, sort=Sort(sort) if sort else None)
    giving = Giving(
        all_revisions=all_revisions, has_texts=not no_text, language=language, page_url=_page_addresses(config)
    )
    damaged: list[CorruptArchive] = []
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        if request == _EVERYTHING:
            ids: Iterable[str] = islice(all_ids(library, damaged.append), most)
        else:
            library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
            ids = library.listing(replace(request, sort=request.sort or Sort.ARRIVED), most).ids
        articles = ExportedArticles(library, ids, giving)
        context = ExportContext(
            archive_folder=library.archive.folder,
            language=language,
            site_title=config.site_title or "",
            has_texts=not no_text,
            bom=not no_bom,
        )
        with opened(output) as out:
            report = chosen.write(articles.items(), out, context)
    articles.add_lost_to(report)
    for damage in damaged:
        report.add_missing(f"{damage.path.name}:{damage.line}", DAMAGED)
    _say(report, chosen)
    return INCOMPLETE if report.missing else 0


def _usable(name: str, output: Path | None) -> ExportFormat:
    """The format with this name. Raises ConfigError if what it needs is missing, UsageError for a terminal."""
    chosen = named(name)
    if not chosen.is_available:
        raise ConfigError(
            worded(
                "the format {name} needs {needs}; install it with: pip install 'newsarchive[{extra}]'",
                name=name,
                needs=chosen.needs,
                extra=chosen.extra,
            )
        )
    if output is None and not chosen.is_text and sys.stdout.isatty():
        raise click.UsageError(_("{name} is binary; give a file with -o, or redirect the output").format(name=name))
    return chosen


def _page_addresses(config: Config) -> Callable[[str], str]:
    """What returns the address of the page of an article, by the setting `site_url`."""
    site = config.site_url
    return lambda article_id: site.article(article_id) if site else ""


def _say(report: ExportReport, chosen: ExportFormat) -> None:
    for article_id, reason in report.reasons:
        click.echo(_("{article_id}: {reason}").format(article_id=article_id, reason=reason), err=True)
    if left := report.missing - len(report.reasons):
        click.echo(_("… and {left:,} more").format(left=left), err=True)
    for remark, count in report.remarks.items():
        click.echo(f"{counted(count, chosen.item)} {in_words(remark)}", err=True)
    lacking = f"{_(', ')}{counted(report.missing, 'article')} {in_words(chosen.without)}"
    missing = lacking if report.missing else ""
    click.echo(_("{item} written{missing}").format(item=counted(report.items, chosen.item), missing=missing), err=True)
