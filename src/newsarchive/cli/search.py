"""`newsarchive search` and `show`."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from newsarchive.arabic.date_format import format_date
from newsarchive.archive import Archive
from newsarchive.article import Article, to_json
from newsarchive.cli.common import NOT_FOUND, archive_option, describe, explained_assignment, warn_of_loss, with_config
from newsarchive.cli.filters import filter_options
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _, language, text_of
from newsarchive.config import Config
from newsarchive.errors import ArticleNotFound
from newsarchive.library import open_library
from newsarchive.search import (
    MAX_LIMIT,
    NOTICE_TEXTS,
    Fold,
    Highlighted,
    Hit,
    Reason,
    SearchRequest,
    SearchResults,
    Sort,
    listed_subjects,
    results_to_json,
)
from newsarchive.sources import SourceTable
from newsarchive.tables import load_tables
from newsarchive.topics import ArticleTopics, topic_label


@click.command()
@filter_options
@archive_option
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Default: best match first; without words, newest first.",
)
@click.option(
    "--fold",
    type=click.Choice([fold.value for fold in Fold]),
    help="List only the best of the articles with nearly the same text, or about the same event.",
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, in the format of the web API.")
@with_config
def search(  # noqa: PLR0913 - one parameter per option
    config: Config,
    request: SearchRequest,
    archive: Path,
    sort: str | None,
    fold: str | None,
    page: int,
    limit: int,
    as_json: bool,
) -> None:
    """Search the archive. Without words, list all articles, newest first.

    Query syntax: words, "phrases", -excluded, OR, parentheses, =exact, prefix*, and the fields
    title: source: topic: assigned: section: author: date: url: site:
    """
    request = replace(
        request, sort=Sort(sort) if sort else None, fold=Fold(fold) if fold else None, page=page, limit=limit
    )
    with open_library(config, folder=archive) as library:
        warn_of_loss(library.archive)
        results = library.search(request)
        tables = library.tables
    if as_json:
        print_json(results_to_json(results, "ar", tables))
    else:
        _show(results, tables.sources)


def _show(results: SearchResults, names: SourceTable) -> None:
    for notice in results.notices:
        separator = "، " if language() == "ar" else ", "
        values = listed_subjects(results, notice, separator)
        click.secho(text_of(NOTICE_TEXTS[notice], values=values), fg="yellow", err=True)
        if other := results.other_readings.get(notice):
            click.secho(_("The other reading: {other}").format(other=other), fg="yellow", err=True)
    if results.dates is not None:
        first, last = results.dates
        days = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
        click.secho(
            _("To find what was published then: newsarchive search date:{days}").format(days=days),
            fg="yellow",
            err=True,
        )
    for expansion in results.expansions:
        also = "، ".join(expansion.forms)
        click.secho(
            _("Also searched for other forms of {word}: {also} (without them: {exact_query})").format(
                word=expansion.word, also=also, exact_query=expansion.exact_query
            ),
            err=True,
        )
    for translated in results.translations:
        forms = [form.text for form in translated.forms] + [translated.word] * translated.is_searched
        click.secho(
            _("Searched in Arabic for {word}: {forms}").format(word=translated.word, forms="، ".join(forms)), err=True
        )
    if results.suggestion is not None:
        click.secho(_("Did you mean: {suggestion}").format(suggestion=results.suggestion), fg="yellow", err=True)
    request = results.request
    for number, hit in enumerate(results.hits, (request.page - 1) * request.limit + 1):
        _show_hit(number, hit, names)
    # How many pages of groups there are isn't known.
    pages = "" if request.fold else _(" of {pages}").format(pages=results.pages)
    click.echo(
        _("{total:,} found, page {page}{pages} ({took_ms:.1f} ms)").format(
            total=results.total, page=request.page, pages=pages, took_ms=results.took_ms
        ),
        err=True,
    )


def _show_hit(number: int, hit: Hit, names: SourceTable) -> None:
    article = hit.article
    source = names.label(article.source, "ar")
    facts = [source, format_date(article.published, "ar") if article.published else article.published_raw]
    click.echo(f"{number}. {_marked(hit.title)}")
    click.echo("   " + " · ".join(fact for fact in (*facts, article.id) if fact))
    click.echo(f"   {_marked(hit.snippet)}")
    for reason in hit.reasons:
        click.secho(f"   {_explained(reason)}", dim=True)
    if hit.folded is not None:
        click.secho(
            _("   and {others:,} more; their sources: {sources:,}").format(
                others=hit.folded.others, sources=hit.folded.sources
            ),
            dim=True,
        )
    click.echo()


def _explained(reason: Reason) -> str:
    return (
        _("Missing: {word}").format(word=reason.word)
        if reason.is_missing
        else f"{reason.word} ← {'، '.join(reason.forms)}"
    )


def _marked(text: Highlighted) -> str:
    """Return the text with its highlights in bold on a terminal, and plain text elsewhere."""
    if not sys.stdout.isatty():
        return text.text
    return "".join(click.style(run, bold=True) if marked else run for run, marked in text.runs())


@click.command()
@click.argument("article_id", metavar="ID")
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print the article as stored in the archive, as JSON.")
@with_config
def show(config: Config, article_id: str, archive: Path, as_json: bool) -> int:
    """Print one article."""
    with closing(Archive(archive)) as opened:
        warn_of_loss(opened)
        try:
            article = opened.get(article_id)
        except ArticleNotFound as error:
            click.echo(describe(error), err=True)
            return NOT_FOUND
    if as_json:
        print_json(to_json(article))
    else:
        _show_article(article, load_tables(archive, config.tables).topics_of(article))
    return 0


def _show_article(article: Article, topics: ArticleTopics) -> None:
    click.secho(article.title, bold=True)
    facts = {
        "المصدر": article.source,
        "الناشر": article.publisher,
        "الكاتب": "، ".join(article.authors),
        "التاريخ": format_date(article.published, "ar") if article.published else article.published_raw,
        "الموضوع": "، ".join(topic_label(name, "ar") for name in topics.given),
        "موضوع معيَّن آليًّا": "؛ ".join(map(explained_assignment, topics.assigned)),
        "القسم": "، ".join(topic_label(name, "ar") for name in topics.sections),
        "الصورة": article.image_credit,
        "الرابط": article.url,
    }
    for name, fact in facts.items():
        if fact:
            click.echo(f"{name}: {fact}")
    for paragraph in article.paragraphs:
        click.echo()
        click.secho(paragraph.text, bold=paragraph.is_heading)
