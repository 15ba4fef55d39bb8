"""What became of the articles of a collection: whether each is there, and was corrected since it was added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from newsarchive.access.visible import whole_digest
from newsarchive.archive.digests import address_key
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, ArticleWithdrawn, CollectionsError
from newsarchive.identity import article_address
from newsarchive.library import Library
from newsarchive.press_review.collection import Collection, Entry
from newsarchive.wording import worded, words_of


class State(StrEnum):
    """What became of an article since it was added."""

    CURRENT = "current"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    """It isn't in the archive: it was purged, its line is damaged, or it never was there."""


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry with the article as it is now, None if it can't be shown.

    `article` may have another id than the entry, if the article's id changed.
    """

    entry: Entry
    state: State
    article: Article | None = None
    withdrawn_at: datetime | None = None


def states_of(library: Library, entries: Iterable[Entry]) -> tuple[EntryState, ...]:
    """What became of each article. Raises ArchiveError if the archive can't be read."""
    listed = tuple(entries)
    ids = _ids_now(library, listed)
    found = library.archive.get_many(ids.values())
    return tuple(_state(library, entry, ids[entry.id], found.get(ids[entry.id])) for entry in listed)


def _ids_now(library: Library, entries: Iterable[Entry]) -> dict[str, str]:
    """The id that the article of each entry has now, by that in the entry.

    Two ids may have come to mean one address, and revisions go to the older one. An archive that was read again from
    its sources may have given other ids. Both are found by the digest of the address.
    """
    catalogue = library.archive.catalogue
    purged = library.archive.purged_since(0)
    ids = {}
    for entry in entries:
        ids[entry.id] = entry.id
        if entry.address and entry.id not in purged:
            at_address = catalogue.ids_at_address_digest(bytes.fromhex(entry.address))
            if at_address and _follows(library, entry.id, at_address[0]):
                ids[entry.id] = at_address[0]
    return ids


def _follows(library: Library, article_id: str, other: str) -> bool:
    """Whether the article is kept on under another id: a withdrawn one isn't."""
    if other == article_id:
        return False
    stored = library.archive.catalogue.latest(article_id)
    return stored is None or not stored.withdrawn


def _state(library: Library, entry: Entry, article_id: str, article: Article | None) -> EntryState:
    if article is None:
        reason = library.archive.absence(article_id)
        if isinstance(reason, ArticleWithdrawn):
            return EntryState(entry, State.WITHDRAWN, withdrawn_at=reason.withdrawn_at)
        return EntryState(entry, State.MISSING)
    is_corrected = bool(entry.digest) and entry.digest != whole_digest(article)
    return EntryState(entry, State.CORRECTED if is_corrected else State.CURRENT, article)


def entry_of(article: Article, note: str = "", added: datetime | None = None) -> Entry:
    """A new entry for an article as it is now."""
    return Entry(id=article.id, note=note, added=added, **_marks(article))


def accepted_entries(library: Library, collection: Collection) -> Iterator[Entry]:
    """The entries of articles that were corrected, with the text of now as the one that was seen."""
    for one in states_of(library, collection.entries):
        if one.state is State.CORRECTED and one.article is not None:
            yield replace(one.entry, **_marks(one.article))


def _marks(article: Article) -> dict[str, Any]:
    address = article_address(article.url)
    return {
        "revision": article.revision,
        "digest": whole_digest(article),
        "address": address_key(address).hex() if address else "",
    }


def articles_named(library: Library, names: Iterable[str]) -> Iterator[Article]:
    """The articles with these ids, or addresses of their publishers.

    Raises CollectionsError, naming the first that isn't there.
    """
    for name in names:
        try:
            yield library.article(_id_named(library, name))
        except ArticleNotFound as error:
            raise CollectionsError(words_of(error), "unknown") from error


def _id_named(library: Library, name: str) -> str:
    if not name.startswith(("http://", "https://")):
        return name
    address = article_address(name)
    found = library.archive.catalogue.id_at_address(address) if address else None
    if found is None:
        raise CollectionsError(worded("no article has the address {name!r}", name=name[:300]), "unknown")
    return found
