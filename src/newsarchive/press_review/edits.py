"""What can be done to a collection, on plain data: each function returns the collection as changed."""

from collections.abc import Iterable
from dataclasses import replace

from newsarchive.press_review.collection import Collection, Entry, clean_note, clean_title


def added(collection: Collection, entries: Iterable[Entry], *, at: int | None = None) -> Collection:
    """With more entries: at a place, 1 for the first, or at the end. Articles that it has already stay as they are.

    Raises CollectionsError if it would have too many.
    """
    fresh = {entry.id: entry for entry in entries if not collection.has(entry.id)}
    before = collection.entries if at is None else collection.entries[: max(0, at - 1)]
    return collection.with_entries((*before, *fresh.values(), *collection.entries[len(before) :]))


def without(collection: Collection, article_id: str) -> Collection:
    """Without an article. Raises CollectionNotFound."""
    gone = collection.entry(article_id)
    return collection.with_entries(tuple(entry for entry in collection.entries if entry != gone))


def moved(collection: Collection, article_id: str, place: int) -> Collection:
    """With an article at a place, 1 for the first; a place beyond the end is the last. Raises CollectionNotFound."""
    entry = collection.entry(article_id)
    others = [one for one in collection.entries if one != entry]
    at = min(max(0, place - 1), len(others))
    return collection.with_entries((*others[:at], entry, *others[at:]))


def place_of(collection: Collection, article_id: str) -> int:
    """The place of an article, 1 for the first. Raises CollectionNotFound."""
    return collection.entries.index(collection.entry(article_id)) + 1


def noted(collection: Collection, article_id: str, note: str) -> Collection:
    """With another note of an article. Raises CollectionNotFound, and CollectionsError if it is too long."""
    return accepted(collection, [replace(collection.entry(article_id), note=clean_note(note))])


def accepted(collection: Collection, entries: Iterable[Entry]) -> Collection:
    """With newer versions of its entries: what is known of their articles now counts as seen."""
    fresh = {entry.id: entry for entry in entries}
    return collection.with_entries(tuple(fresh.get(entry.id, entry) for entry in collection.entries))


def renamed(
    collection: Collection, *, title: str | None = None, description: str | None = None, private: bool | None = None
) -> Collection:
    """With another title, description or visibility; None keeps what it has. Raises CollectionsError."""
    return replace(
        collection,
        title=collection.title if title is None else clean_title(title),
        description=collection.description if description is None else clean_note(description),
        private=collection.private if private is None else private,
    )
