"""`newsarchive collections export`: a collection as a document, or its articles in a format of other programs."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from newsarchive.cli.common import archive_option, counted, with_config
from newsarchive.cli.output import bom_option, opened, output_option
from newsarchive.cli.translating import _
from newsarchive.config import Config
from newsarchive.errors import ConfigError
from newsarchive.export.format import ExportContext, ExportReport
from newsarchive.export.formats import named as export_format
from newsarchive.export.formats import names as export_formats
from newsarchive.exporting import ExportedArticles, Giving
from newsarchive.i18n import Language
from newsarchive.library import Library, open_library
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.press_review.contents import Extent, document_of, exported_ids
from newsarchive.press_review.documents import DOCUMENTS, document_format
from newsarchive.wording import worded

_DOCUMENTS = tuple(form.name for form in DOCUMENTS)
INCOMPLETE = 1


@click.command()
@click.argument("named", metavar="ID|TITLE")
@archive_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*_DOCUMENTS, *export_formats()]),
    default="html",
    help="Format of the output.",
)
@output_option
@click.option(
    "--text",
    "extent",
    type=click.Choice([one.value for one in Extent]),
    default=Extent.FULL.value,
    help="How much of each text there is.",
)
@click.option("--lang", "language", type=click.Choice(["ar", "en"]), help="Of labels.  [default: the collection's]")
@bom_option
@with_config
def export(  # noqa: PLR0913 - one parameter per option
    config: Config,
    named: str,
    archive: Path,
    form: str,
    output: Path | None,
    extent: str,
    language: Language | None,
    no_bom: bool,
) -> int:
    """Write one document of a collection, with notes and citations, or its articles in a format of `export`."""
    _check(form, output)
    table = CollectionTable(archive, config.tables)
    contents = table.load()
    for damage in contents.damaged:
        click.echo(_("skipped: {damage}").format(damage=damage), err=True)
    collection = contents.find(named)
    giving = Giving(
        language=language or collection.language, has_texts=extent != Extent.NONE, page_url=_page_addresses(config)
    )
    with open_library(config, folder=archive) as library, opened(output) as out:
        if form in _DOCUMENTS:
            return _write_document(library, collection, giving, config, form, Extent(extent), out)
        return _write_articles(library, collection, giving, config, form, out, bom=not no_bom)


def _write_document(  # noqa: PLR0913 - what the command was asked
    library: Library, collection: Collection, giving: Giving, config: Config, form: str, extent: Extent, out: BinaryIO
) -> int:
    document = document_of(
        library,
        collection,
        giving,
        extent=extent,
        site_title=config.site_title or "",
        page_url=f"{config.site_url}collections/{collection.id}" if config.site_url and not collection.private else "",
    )
    chosen = document_format(form)
    assert chosen is not None
    out.write(chosen.write(document))
    pieces = counted(len(document.pieces), "article")
    click.echo(_("{item} written{missing}").format(item=pieces, missing=""), err=True)
    return 0


def _write_articles(  # noqa: PLR0913 - what the command was asked
    library: Library, collection: Collection, giving: Giving, config: Config, form: str, out: BinaryIO, *, bom: bool
) -> int:
    articles = ExportedArticles(library, exported_ids(library, collection), giving)
    context = ExportContext(
        archive_folder=library.archive.folder,
        language=giving.language,
        site_title=config.site_title or "",
        has_texts=giving.has_texts,
        bom=bom,
    )
    report: ExportReport = export_format(form).write(articles.items(), out, context)
    articles.add_lost_to(report)
    missing = len(collection.entries) - report.items if form != "warc" else report.missing
    left = _(", {articles} not in the archive").format(articles=counted(missing, "article")) if missing else ""
    written = counted(report.items, export_format(form).item)
    click.echo(_("{item} written{missing}").format(item=written, missing=left), err=True)
    return INCOMPLETE if report.missing else 0


def _check(form: str, output: Path | None) -> None:
    """Raise ConfigError if what the format needs is missing, and UsageError for binary output to a terminal."""
    document = document_format(form)
    is_text = document.is_text if document else export_format(form).is_text
    if document is None and not export_format(form).is_available:
        chosen = export_format(form)
        raise ConfigError(
            worded(
                "the format {name} needs {needs}; install it with: pip install 'newsarchive[{extra}]'",
                name=form,
                needs=chosen.needs,
                extra=chosen.extra,
            )
        )
    if output is None and not is_text and sys.stdout.isatty():
        raise click.UsageError(_("{name} is binary; give a file with -o, or redirect the output").format(name=form))


def _page_addresses(config: Config) -> Callable[[str], str]:
    site = config.site_url
    return lambda article_id: site.article(article_id) if site else ""
