"""A view of an archive as one reader sees it."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from newsarchive.archive.catalogue import Entry
from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Position
from newsarchive.archive.store import Archive, OnDamage, raise_damage
from newsarchive.archive.view import ArchiveView
from newsarchive.article import Article, Record


class Showing(Protocol):
    """Says what a reader sees of articles. `access.Viewer` is one."""

    def show(self, article: Article) -> Article:
        """The latest revision of an article as the reader sees it."""
        ...

    def show_revision(self, revision: Article, latest: Article) -> Article:
        """A revision as the reader sees it."""
        ...


class SeenArchive(ArchiveView):
    """A view of an archive in which every way to read articles gives them as one reader sees them.

    The view uses the files and the catalogue of `archive`, which the caller closes.
    """

    def __init__(self, archive: Archive, viewer: Showing) -> None:
        super().__init__(archive)
        self._viewer = viewer

    def get(self, article_id: str) -> Article:
        """The latest revision of an article, as it is seen; see `Archive.get`."""
        return self._viewer.show(self._archive.get(article_id))

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions by id, as they are seen; see `Archive.get_many`."""
        return {name: self._viewer.show(found) for name, found in self._archive.get_many(article_ids).items()}

    def history(self, article_id: str) -> tuple[Record, ...]:
        """All revisions, as they are seen, and withdrawals; see `Archive.history`."""
        records = self._archive.history(article_id)
        revisions = [record for record in records if isinstance(record, Article)]
        return tuple(
            self._viewer.show_revision(record, revisions[-1]) if isinstance(record, Article) else record
            for record in records
        )

    def read(
        self, since: Position = START, *, until: Position | None = None, on_damage: OnDamage = raise_damage
    ) -> Iterator[Stored]:
        """All records after a position, as they are seen; see `Archive.read`."""
        for stored in self._archive.read(since, until=until, on_damage=on_damage):
            yield self._shown_line(stored)

    def read_part(self, name: str, offset: int) -> Iterator[Stored]:
        """All records of a part, as they are seen; see `Archive.read_part`."""
        return map(self._shown_line, self._archive.read_part(name, offset))

    def load(self, entry: Entry) -> Record:
        """The record of an entry of the catalogue, as it is seen; see `Archive.load`."""
        record = self._archive.load(entry)
        return self._shown_revision(record) if isinstance(record, Article) else record

    def _shown_line(self, stored: Stored) -> Stored:
        record = stored.record
        return stored._replace(record=self._shown_revision(record)) if isinstance(record, Article) else stored

    def _shown_revision(self, revision: Article) -> Article:
        """A revision that was read by its place. The latest one decides, too, if it can be read."""
        latest = self.catalogue.latest(revision.id)
        if latest is None or latest.revision == revision.revision:
            return self._viewer.show(revision)
        current = self._archive.get_many([revision.id]).get(revision.id, revision)
        return self._viewer.show_revision(revision, current)
