"""Recognizes the stored article that an item is, by its address, its guid and its text."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from newsarchive.archive import Archive
from newsarchive.archive.catalogue import Entry
from newsarchive.article import Article
from newsarchive.cleaning import cleaned
from newsarchive.guid import guid_key, is_unique
from newsarchive.identity import article_address, article_id, former_ids, id_of_day, id_with_guid
from newsarchive.ingest.deciding import Known, is_other_day, is_related, is_short
from newsarchive.limits import bounded

_COMPARED = 100
"""The number of articles with the same short text, or with the same guid, that are compared. If a flash was repeated
more often than this, a copy of it at another address may become an article of its own."""


def guid_keys(item: Article) -> tuple[str, ...]:
    """The guids under which an item may be known: its own, and its address, as that of an earlier item."""
    return tuple(dict.fromkeys(filter(None, (guid_key(item.guid), guid_key(item.url)))))


class Recognizer:
    """Finds stored articles in `archives`, of which the last is the oldest.

    It is valid until one of the archives changes. Its methods raise CorruptArchive if the stored
    revision that they have to read is damaged.
    """

    def __init__(self, archives: Sequence[Archive]) -> None:
        self._catalogues = [(archive, archive.catalogue) for archive in archives]
        # Without a purge, parts are never rewritten, so there is nothing to look for.
        self._may_have_purged = any(archive.identity.generation for archive in archives)
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Look up everything in one state of the catalogues."""
        for _, catalogue in self._catalogues:
            self._held.enter_context(catalogue.held())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let other processes write to the catalogues."""
        self._held.close()

    def identified(self, item: Article, text: bytes) -> Article:
        """The item with the id of the stored article that it is, otherwise with an id of its own.

        `text` is the digest of the item's text. Of several articles with the item's address or
        guid, the one that has its text or both is preferred, so that an item is recognized as the
        same article again.
        """
        address = article_address(item.url)
        found = self._purged(item, address) or self._stored(item, address, text)
        if found is None:
            of_other_day = not address and self._is_of_other_day(item.id, item)
            found = id_of_day(item) if of_other_day else item.id
        return item if item.id == found else replace(item, id=found)

    def known(self, item: Article, text: bytes) -> Known:
        """What the archive knows about an identified item, to decide about it."""
        ids = set(self._with_text(text))
        others = sorted(ids - {item.id})[:_COMPARED]
        same_text = next((other for other in others if not self._is_of_other_day(other, item)), None)
        archive, entry = self._latest(item.id)
        if archive is None or entry is None:
            return Known(same_text=same_text)
        if entry.withdrawn:
            return Known(withdrawn=True)
        latest = archive.load(entry)
        assert isinstance(latest, Article)
        # Cleaned and cut like the incoming article. Otherwise an article stored under older rules
        # would differ from a new copy of itself.
        return Known(bounded(cleaned(latest)), False, entry.text == text, item.id in ids, same_text)

    def has_address(self, address: str) -> bool:
        """Whether an article or a copy of one was found at a canonical address."""
        return any(
            catalogue.id_at_address(address) or catalogue.id_of_copy_at(address) for _, catalogue in self._catalogues
        )

    def _purged(self, item: Article, address: str) -> str | None:
        """The id of a purged article that the item would be.

        Neither an address nor a guid is left of a purged article, but it must not return. So its id
        is recognized if the item's address, or a guid that is an address, could have produced it.
        """
        if not self._may_have_purged:
            return None
        ids = [item.id, *sorted(former_ids(item.url))]
        if article_address(item.guid):
            ids += [article_id(url=item.guid), *sorted(former_ids(item.guid))]
        if address and item.guid:
            ids.append(id_with_guid(address, guid_key(item.guid)))
        return next(filter(self._is_purged, dict.fromkeys(ids)), None)

    def _stored(self, item: Article, address: str, text: bytes) -> str | None:
        """The id of the stored article that the item is, or that it gets beside another one at its address."""
        here = self._at(address)
        holders = self._holders(item)
        if holders and (found := self._among(holders, here, item, text)) is not None:
            return found
        if here and item.guid and self._is_recycled(here[0], item):
            return id_with_guid(address, guid_key(item.guid))
        return here[0] if here else None

    def _among(self, holders: list[str], here: list[str], item: Article, text: bytes) -> str | None:
        """The article that the item is, of those with its guid and those at its address."""
        having = set(self._with_text(text))
        choices = (
            *(one for one in here if one in having),
            *(one for one in here if one in holders),
            *(one for one in holders if one in having),
        )
        if choices:
            return choices[0]
        return next((one for one in holders[:_COMPARED] if self._is_same_by_guid(one, item)), None)

    def _at(self, address: str) -> list[str]:
        found = (catalogue.ids_at_address(address) for _, catalogue in reversed(self._catalogues) if address)
        return list(dict.fromkeys(one for ids in found for one in ids))

    def _holders(self, item: Article) -> list[str]:
        """The ids of the articles with the item's guid, as a guid or as an address."""
        found: dict[str, None] = {}
        for _, catalogue in reversed(self._catalogues):
            for key in guid_keys(item):
                found.update(dict.fromkeys(catalogue.ids_with_guid(key)))
        found.update(dict.fromkeys(self._at(article_address(item.guid))))
        return list(found)

    def _with_text(self, text: bytes) -> Iterator[str]:
        return (one for _, catalogue in self._catalogues for one in catalogue.ids_with_text(text))

    def _is_same_by_guid(self, stored_id: str, item: Article) -> bool:
        """Whether an article at another address, with the guid of the item, is the article of the item.

        Some outlets use a guid again for another article. Then the texts aren't related.
        """
        text, is_withdrawn = self._last_text(stored_id)
        if text is None:
            return False
        # If a feed uses it again, that is rarer than the return of an article that must not.
        return (is_withdrawn and is_unique(item.guid)) or is_related(item, text)

    def _is_recycled(self, stored_id: str, item: Article) -> bool:
        """Whether the item is another article than the one at its address: its guid and its text are others.

        Some outlets link several items to one page, as in live blogs.
        """
        text, _ = self._last_text(stored_id)
        if text is None or not text.guid or guid_key(text.guid) in guid_keys(item):
            return False
        return not is_related(item, text)

    def _last_text(self, stored_id: str) -> tuple[Article | None, bool]:
        """The last revision with a text, and whether it was withdrawn."""
        for archive, catalogue in self._catalogues:
            revisions = catalogue.revisions(stored_id)
            entry = next((entry for entry in reversed(revisions) if not entry.withdrawn), None)
            if entry is not None:
                stored = archive.load(entry)
                return (stored if isinstance(stored, Article) else None), revisions[-1].withdrawn
        return None, False

    def _is_of_other_day(self, stored_id: str, item: Article) -> bool:
        """Whether an article with the same text as the item is another one; see `deciding.is_other_day`.

        It must be of another day than every revision: an item that was taken for a copy of an undated article
        stays one when the article gets a date.
        """
        if not is_short(item) or item.published is None:
            return False
        archive, entry = self._latest(stored_id)
        if archive is None or entry is None or entry.withdrawn:
            return False
        revisions = (one for one in archive.catalogue.revisions(stored_id) if not one.withdrawn)
        stored = map(archive.load, revisions)
        return all(isinstance(one, Article) and is_other_day(item, one) for one in stored)

    def _latest(self, stored_id: str) -> tuple[Archive, Entry] | tuple[None, None]:
        """The latest revision of an article, with the archive that has it."""
        found = ((archive, catalogue.latest(stored_id)) for archive, catalogue in self._catalogues)
        return next(((archive, entry) for archive, entry in found if entry is not None), (None, None))

    def _is_purged(self, stored_id: str) -> bool:
        revisions = [entry for _, catalogue in self._catalogues for entry in catalogue.revisions(stored_id)]
        return bool(revisions) and all(entry.withdrawn for entry in revisions)
