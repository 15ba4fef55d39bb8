"""`newsarchive collections`: press reviews, which are articles in an order with notes, and documents of them."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from newsarchive.arabic.date_format import format_date
from newsarchive.archive import Archive
from newsarchive.cli.collection_export import export
from newsarchive.cli.common import NOT_FOUND, archive_option, counted, say_why_rebuilt, wait_option, with_config
from newsarchive.cli.streams import print_json, standard_input
from newsarchive.cli.translating import _, in_words, mark
from newsarchive.config import Config
from newsarchive.errors import CollectionNotFound, CollectionsError
from newsarchive.i18n import Language
from newsarchive.library import Library, open_library
from newsarchive.press_review import edits
from newsarchive.press_review.collection import Collection, Entry, clean_note, clean_title, to_json
from newsarchive.press_review.collection_table import CollectionTable, new_collection, slug
from newsarchive.press_review.entry_state import (
    EntryState,
    State,
    accepted_entries,
    articles_named,
    entry_of,
    states_of,
)
from newsarchive.search import SearchRequest, Sort
from newsarchive.sources import SourceTable
from newsarchive.wording import worded, words_of

SOME_FAILED = 1
DEFAULT_LIMIT = 50
"""How many articles `add --search` adds without a `--limit`."""
_STATES = {
    State.CORRECTED: mark("corrected since it was added"),
    State.WITHDRAWN: mark("withdrawn"),
    State.MISSING: mark("not in the archive"),
}


@click.group()
def collections() -> None:
    """Collect articles, put them in order, add notes, and export one document with citations."""


collections.add_command(export)


def _table(config: Config, archive: Path) -> CollectionTable:
    """The table of an archive. Says which lines can't be used. Raises ArchiveError if there is no archive."""
    with closing(Archive(archive)):
        pass
    table = CollectionTable(archive, config.tables)
    for damage in table.load().damaged:
        click.echo(_("skipped: {damage}").format(damage=damage), err=True)
    return table


@collections.command("list")
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print the collections as JSON, without their entries.")
@with_config
def list_collections(config: Config, archive: Path, as_json: bool) -> None:
    """List the collections."""
    found = _table(config, archive).load().collections
    if as_json:
        forms = ((one, to_json(one)) for one in found)
        print_json([{**form, "entries": len(one.entries)} for one, form in forms])
        return
    for one in found:
        private = _(", private") if one.private else ""
        click.echo(f"{one.id}  {one.title}  ({counted(len(one.entries), 'article')}{private})")
    if not found:
        click.echo(_("there are no collections yet; make one with: newsarchive collections create TITLE"), err=True)


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print the collection as JSON.")
@with_config
def show(config: Config, named: str, archive: Path, as_json: bool) -> None:
    """Show a collection, with what became of each article since it was added."""
    collection = _table(config, archive).find(named)
    with open_library(config, folder=archive) as library:
        states = states_of(library, collection.entries)
        names = library.tables.sources
    if as_json:
        form = to_json(collection)
        entries = [_entry_form(one, entry) for one, entry in zip(states, form["entries"], strict=True)]
        print_json({**form, "entries": entries})
        return
    click.secho(collection.title, bold=True)
    for text in (collection.description, f"{collection.id}, {counted(len(states), 'article')}"):
        if text:
            click.echo(text)
    for number, one in enumerate(states, 1):
        _show_entry(number, one, names)


def _entry_form(one: EntryState, entry: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {"state": one.state.value}
    if one.article is not None:
        state |= {"title": one.article.title, "source": one.article.source, "current_id": one.article.id}
    if one.withdrawn_at is not None:
        state["withdrawn_at"] = one.withdrawn_at.isoformat()
    return {**entry, **state}


def _show_entry(number: int, one: EntryState, names: SourceTable) -> None:
    article = one.article
    title = "–" if article is None else article.title.strip() or "–"
    click.echo(f"{number}. {title}")
    facts = [] if article is None else [names.label(article.source, "ar") if article.source else "", _day(one)]
    facts += [one.entry.id, _(_STATES.get(one.state, ""))]
    click.echo("   " + " · ".join(filter(None, facts)))
    for line in one.entry.note.splitlines():
        click.echo(f"   > {line}" if line else "   >")


def _day(one: EntryState) -> str:
    published = one.article.published if one.article else None
    return format_date(published, "ar") if published else ""


@collections.command()
@click.argument("title")
@archive_option
@click.option("--id", "wanted", default="", help="Id in commands and addresses.  [default: of the title, or the day]")
@click.option("--description", default="", help="Text before the articles.")
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", help="Language of its documents.")
@click.option("--private", is_flag=True, help="Don't show it to readers of the site.")
@with_config
def create(  # noqa: PLR0913 - one parameter per option
    config: Config, title: str, archive: Path, wanted: str, description: str, language: Language, private: bool
) -> None:
    """Make an empty collection."""
    table = _table(config, archive)

    def make(collection_id: str, now: datetime) -> Collection:
        return new_collection(
            collection_id,
            now,
            title=clean_title(title),
            description=clean_note(description),
            language=language,
            private=private,
        )

    known = {one.id for one in table.load().collections}
    by_title = slug(title)
    made = table.create(make, wanted or ("" if by_title in known else by_title))
    click.echo(_("created: {id}").format(id=made.id))


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@click.argument("articles", nargs=-1, metavar="[ARTICLE|-]...")
@archive_option
@click.option("--search", "query", help="Add what a search finds, in the language of queries.")
@click.option("--limit", type=click.IntRange(min=1), default=DEFAULT_LIMIT, help="At most so many of a search.")
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.BEST.value, help="Of a search.")
@click.option("--note", default="", help="Note of each article that is added.")
@click.option("--at", type=click.IntRange(min=1), help="Place of the first one.  [default: the end]")
@wait_option
@with_config
def add(  # noqa: PLR0913 - one parameter per option
    config: Config,
    named: str,
    articles: tuple[str, ...],
    archive: Path,
    query: str | None,
    limit: int,
    sort: str,
    note: str,
    at: int | None,
    wait: float,
) -> int:
    """Add articles by their ids or their publishers' addresses; `-` reads them from standard input.

    Lines of standard input may also be those of `newsarchive export --format jsonl`.
    """
    if not articles and query is None:
        raise click.UsageError(_("name articles, - for standard input, or --search QUERY"))
    table = _table(config, archive)
    table.find(named)
    failed = 0
    fresh: list[Entry] = []
    now = datetime.now(UTC).replace(microsecond=0)
    with open_library(config, folder=archive) as library:
        names: Iterable[str] = _named(articles)
        if query is not None:
            library.update_index(on_rebuild=say_why_rebuilt, wait=wait)
            names = (*names, *library.listing(SearchRequest(text=query, sort=Sort(sort)), limit).ids)
        for name in names:
            try:
                fresh += (entry_of(article, clean_note(note), now) for article in articles_named(library, [name]))
            except CollectionsError as error:
                click.echo(_("not added: {error}").format(error=in_words(error)), err=True)
                failed += 1
    before: list[int] = []

    def change(collection: Collection) -> Collection:
        before.append(len(collection.entries))
        return edits.added(collection, fresh, at=at)

    changed = table.change(named, change)
    count = len(changed.entries) - before[0]
    known = len(fresh) - count
    there = _(", {known:,} already there").format(known=known) if known else ""
    click.echo(_("added: {count}{there}").format(count=counted(count, "article"), there=there))
    return SOME_FAILED if failed else 0


def _named(articles: Iterable[str]) -> Iterator[str]:
    """The ids and addresses, with those of standard input in place of `-`."""
    for name in articles:
        if name == "-":
            yield from _read_names()
        else:
            yield name


def _read_names() -> Iterator[str]:
    stream = standard_input()
    for number, raw in enumerate(stream or (), 1):
        line = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
        if line.startswith("{"):
            try:
                yield str(json.loads(line)["id"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise CollectionsError(
                    worded("standard input:{number}: no JSON object with an id", number=number)
                ) from error
        elif line:
            yield line


def _change(config: Config, archive: Path, named: str, change: Callable[[Collection], Collection]) -> Collection:
    return _table(config, archive).change(named, change)


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE|-...")
@archive_option
@with_config
def remove(config: Config, named: str, articles: tuple[str, ...], archive: Path) -> int:
    """Take articles out of a collection, by their ids in it."""
    missing: list[str] = []

    def change(collection: Collection) -> Collection:
        for article_id in dict.fromkeys(_named(articles)):
            try:
                collection = edits.without(collection, article_id)
            except CollectionNotFound as error:
                missing.append(words_of(error))
        return collection

    changed = _change(config, archive, named, change)
    for reason in missing:
        click.echo(_("not removed: {reason}").format(reason=reason), err=True)
    click.echo(_("left in {id}: {entries}").format(id=changed.id, entries=counted(len(changed.entries), "article")))
    return NOT_FOUND if missing else 0


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@click.argument("article_id", metavar="ARTICLE")
@click.argument("place", metavar="NUMBER|up|down|first|last")
@archive_option
@with_config
def move(config: Config, named: str, article_id: str, place: str, archive: Path) -> None:
    """Move an article to a place, 1 for the first, or up, down, first or last."""

    def change(collection: Collection) -> Collection:
        return edits.moved(collection, article_id, _place(collection, article_id, place))

    changed = _change(config, archive, named, change)
    click.echo(
        _("moved: {article_id} is now number {number}").format(
            article_id=article_id, number=edits.place_of(changed, article_id)
        )
    )


def _place(collection: Collection, article_id: str, place: str) -> int:
    now = edits.place_of(collection, article_id)
    named = {"up": now - 1, "down": now + 1, "first": 1, "last": len(collection.entries)}
    if place in named:
        return named[place]
    if not (place.isdecimal() and len(place) < 10 and int(place)):
        raise click.BadParameter(
            _("{place!r} is no number from 1 on, and not up, down, first or last").format(place=place)
        )
    return int(place)


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@click.argument("article_id", metavar="ARTICLE")
@click.argument("text", metavar="TEXT|-")
@archive_option
@with_config
def note(config: Config, named: str, article_id: str, text: str, archive: Path) -> None:
    """Write the note of an article; `-` reads it from standard input, and an empty text deletes it."""
    if text == "-":
        stream = standard_input()
        text = stream.read().decode("utf-8-sig", "replace") if stream else ""
    _change(config, archive, named, lambda one: edits.noted(one, article_id, text))
    click.echo(_("noted: {article_id}").format(article_id=article_id))


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@archive_option
@click.option("--title", help="New title.")
@click.option("--description", help="New text before the articles.")
@click.option("--private", is_flag=True, help="Don't show it to readers of the site.")
@click.option("--public", is_flag=True, help="Show it to readers of the site.")
@with_config
def rename(  # noqa: PLR0913 - one parameter per option
    config: Config, named: str, archive: Path, title: str | None, description: str | None, private: bool, public: bool
) -> None:
    """Change the title, the description or the visibility of a collection. Its id stays."""
    if private and public:
        raise click.UsageError(_("--private and --public can't be used together"))
    shown = True if private else False if public else None
    changed = _change(
        config, archive, named, lambda one: edits.renamed(one, title=title, description=description, private=shown)
    )
    click.echo(_("renamed: {id}  {title}").format(id=changed.id, title=changed.title))


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@archive_option
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_config
def delete(config: Config, named: str, archive: Path, yes: bool) -> int:
    """Delete a collection with its notes. The articles stay in the archive."""
    table = _table(config, archive)
    found = table.find(named)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(_("nobody can be asked here; say --yes"))
        size = counted(len(found.entries), "article")
        if not click.confirm(
            _("delete {id}, {title}, with {size} and its notes?").format(id=found.id, title=found.title, size=size),
            err=True,
        ):
            return SOME_FAILED
    click.echo(_("deleted: {id}").format(id=table.delete(found.id).id))
    return 0


@collections.command()
@click.argument("named", metavar="ID|TITLE")
@archive_option
@with_config
def accept(config: Config, named: str, archive: Path) -> None:
    """Accept the corrections of its articles: their texts of now count as those that were collected."""
    table = _table(config, archive)
    with open_library(config, folder=archive) as library:
        fresh = _accepted(library, table.find(named))
    table.change(named, lambda one: edits.accepted(one, [entry for entry in fresh if one.has(entry.id)]))
    click.echo(_("accepted: {fresh}").format(fresh=counted(len(fresh), "correction")))


def _accepted(library: Library, collection: Collection) -> list[Entry]:
    return list(accepted_entries(library, collection))
