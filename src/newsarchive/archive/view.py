"""`ArchiveView`: an archive that reads through another one, for views that show articles differently."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from newsarchive.archive.catalogue import Catalogue, Entry
from newsarchive.archive.lines import Stored
from newsarchive.archive.mark import Mark
from newsarchive.archive.parts import START, Position
from newsarchive.archive.store import Archive, OnDamage, raise_damage
from newsarchive.article import Article, Record


class ArchiveView(Archive):
    """A view of `archive`, wherever its records are: every way to read them is that of `archive`.

    Whoever opened `archive` closes it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.folder = archive.folder
        self.parts = archive.parts

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the original archive."""
        return self._archive.catalogue

    def mark(self) -> Mark | None:
        """The mark of the original archive; see `Archive.mark`."""
        return self._archive.mark()

    def missing(self) -> tuple[str, ...]:
        """What the original archive has lost; see `Archive.missing`."""
        return self._archive.missing()

    def read(
        self, since: Position = START, *, until: Position | None = None, on_damage: OnDamage = raise_damage
    ) -> Iterator[Stored]:
        """All records after a position; see `Archive.read`."""
        return self._archive.read(since, until=until, on_damage=on_damage)

    def read_part(self, name: str, offset: int) -> Iterator[Stored]:
        """All records of a part; see `Archive.read_part`."""
        return self._archive.read_part(name, offset)

    def load(self, entry: Entry) -> Record:
        """The record of an entry of the catalogue; see `Archive.load`."""
        return self._archive.load(entry)

    def first_since(self, moment: datetime) -> Position:
        """The position of the first line of a time; see `Archive.first_since`."""
        return self._archive.first_since(moment)

    def line_ends(self, entries: Iterable[Entry], length: int) -> Iterator[tuple[str, bytes]]:
        """The ends of lines; see `Archive.line_ends`."""
        return self._archive.line_ends(entries, length)

    def looking_up(self, find: Callable[[Catalogue], list[Entry]], on_damage: OnDamage) -> list[Record]:
        """The records found by `find`; see `Archive.looking_up`."""
        return self._archive.looking_up(find, on_damage)

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions by id; see `Archive.get_many`."""
        return self._archive.get_many(article_ids)

    def close(self) -> None:
        """A view has nothing to close."""
