"""`ClusterArchive`: an archive that is read from the cluster, on a node that doesn't have its folder."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from newsarchive.archive import START, Archive, Position, Stored
from newsarchive.archive.catalogue import Catalogue, Counts, Entry
from newsarchive.archive.checked_rows import article_of_copy
from newsarchive.archive.digests import address_key
from newsarchive.archive.lines import decode_line
from newsarchive.archive.mark import Mark
from newsarchive.archive.parts import Parts
from newsarchive.archive.store import OnDamage, raise_damage
from newsarchive.article import Record
from newsarchive.errors import ArchiveError, CorruptArchive, IndexUnreachable
from newsarchive.search.opensearch.records import microseconds
from newsarchive.search.opensearch.stored_records import StoredRecords
from newsarchive.wording import worded, words_of

_ATTEMPTS = 3
_LONGEST_PART = (1 << 32) - 1


class ClusterArchive(Archive):
    """An archive whose records are in the cluster. `folder` has copies of its small files.

    Everything that reads raises IndexUnreachable while the cluster doesn't answer, and IndexMissing or IndexOutdated
    if it doesn't have the articles. Nothing can be written.
    """

    def __init__(self, folder: Path, records: StoredRecords) -> None:
        self.folder = folder
        self._records = records
        self.parts = _ClusterParts(folder, records)
        self._rows = _ClusterCatalogue(records)
        self._lock = threading.Lock()
        self._logged: set[str] = set()

    @property
    def catalogue(self) -> Catalogue:
        """What finds articles in the cluster; it is always up to date."""
        return self._rows

    def mark(self) -> Mark | None:
        """No mark: only what the other node has reported as kept gets into the cluster."""
        return None

    def missing(self) -> tuple[str, ...]:
        """Nothing: only the node with the archive's folder can know."""
        return ()

    def read(
        self, since: Position = START, *, until: Position | None = None, on_damage: OnDamage = raise_damage
    ) -> Iterator[Stored]:
        """All records after a position; see `Archive.read`. Lines that were damaged aren't in the cluster."""
        for found in self._records.between(since, until):
            entry = found.entry
            try:
                record = decode_line(found.line)
            except ValueError as error:
                on_damage(self._damage(entry, error))
            else:
                yield Stored(record, entry.part, entry.offset, entry.length)

    def read_part(self, name: str, offset: int) -> Iterator[Stored]:
        """All records of a part from an offset on."""
        return self.read(Position(name, offset), until=Position(name, _LONGEST_PART))

    def first_since(self, moment: datetime) -> Position:
        """The position of the first line that was archived at or after a moment; the end if there is none."""
        return self._records.first_archived_since(microseconds(moment)) or self.end()

    def line_ends(self, entries: Iterable[Entry], length: int) -> Iterator[tuple[str, bytes]]:
        """The id of each entry with the last `length` bytes of its line. Those that are gone are left out."""
        asked = list(entries)
        for entry, line in zip(asked, self._records.lines(asked), strict=True):
            if line is not None:
                yield entry.id, line[-length:]

    def looking_up(self, find: Callable[[Catalogue], list[Entry]], on_damage: OnDamage) -> list[Record]:
        """The records found by `find`. The lookup is retried if a purge moves records meanwhile."""
        for _ in range(_ATTEMPTS):
            entries = find(self._rows)
            lines = self._records.lines(entries)
            records = []
            for entry, line in zip(entries, lines, strict=True):
                if line is None:
                    break
                try:
                    record = decode_line(line)
                except ValueError as error:
                    on_damage(self._damage(entry, error))
                    continue
                if record.id != entry.id:
                    break
                records.append(record)
            else:
                return records
        raise IndexUnreachable(worded("the articles were moved by a purge meanwhile; try again"))

    def load(self, entry: Entry) -> Record:
        """The record of an entry of the catalogue."""
        found = self.looking_up(lambda _: [entry], raise_damage)
        return found[0]

    def _damage(self, entry: Entry, error: ValueError) -> CorruptArchive:
        return CorruptArchive(self.parts.path(entry.part), 0, words_of(error))

    def torn_bytes(self) -> int:
        """None: a torn line doesn't get into the cluster."""
        return 0

    def close(self) -> None:
        """There is no file to close."""


class _ClusterParts(Parts):
    """The files of an archive as the cluster describes them. They can't be opened."""

    def __init__(self, folder: Path, records: StoredRecords) -> None:
        super().__init__(folder)
        self._records = records

    def content(self, name: str) -> bytes:
        """What a file next to the parts has."""
        try:
            return self._records.description().files[name]
        except KeyError as error:
            raise FileNotFoundError(name) from error

    def names(self) -> list[str]:
        """The names of the parts in the order of writing."""
        return list(self._records.description().extents)

    def end(self) -> Position:
        """The position after the last line."""
        extents = self._records.description().extents
        return Position(*list(extents.items())[-1]) if extents else START

    def holds(self, position: Position) -> bool:
        """Whether a position is between two lines."""
        if position == START:
            return True
        size = self._records.description().extents.get(position.part)
        if size is None or size < position.offset:
            return False
        return position.offset in (0, size) or self._records.ending_at(position) is not None

    def line_before(self, position: Position) -> bytes:
        """The bytes of the line that ends at a position, without its newline."""
        line = self._records.ending_at(position) if position.offset else None
        return b"" if line is None else line[:-1]

    def bytes_since(self, position: Position) -> int:
        """The number of bytes after a position."""
        extents = self._records.description().extents
        return sum(max(0, extents[name] - offset) for name, offset in self.since(position))

    def tail(self) -> bytes:
        """Nothing: a line that is being written isn't in the cluster."""
        return b""

    def exists(self) -> bool:
        """Whether there is an archive."""
        return True

    def create(self) -> None:
        """Raises ArchiveError: nothing is written here."""
        raise ArchiveError(worded("this node reads the archive from the cluster; the node that ingests writes it"))


class _ClusterCatalogue(Catalogue):
    """Finds articles in the cluster."""

    def __init__(self, records: StoredRecords) -> None:
        self._records = records

    def catch_up(self) -> None:
        """It is always up to date."""

    def rebuild(self) -> None:
        """There is nothing to rebuild."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lookups are as fast without it."""
        yield

    def latest_of(self, article_ids: Iterable[str]) -> list[Entry]:
        """The latest revisions of articles, in the order of the ids. Unknown ids are skipped."""
        ids = list(dict.fromkeys(article_ids))
        found = self._records.latest_of(ids)
        return [found[article_id] for article_id in ids if article_id in found]

    def revisions(self, article_id: str) -> list[Entry]:
        """All revisions of an article, oldest first."""
        return self._records.of_article(article_id)

    def ids_with_text(self, text: bytes) -> list[str]:
        """The ids of the articles that have a text in any revision; `text` is its `digests.short_digest`."""
        return self._records.ids_with("text", text)

    def ids_with_guid(self, key: str) -> list[str]:
        """The ids of the articles with this guid, in the form of `guid.guid_key`, in any revision, the oldest first."""
        return self._records.ids_with("guid", address_key(key))

    def ids_at_address_digest(self, digest: bytes) -> list[str]:
        """Like `ids_at_address`, by the `digests.address_key` of the URL."""
        return [found for found in self._records.ids_with("address", digest) if article_of_copy(found) is None]

    def _ids_at(self, address: str) -> list[str]:
        return self._records.ids_with("address", address_key(address))

    def counts(self) -> Counts:
        """The number of articles and lines. Reads all records."""
        latest: dict[str, bool] = {}
        lines = 0
        for found in self._records.between(START, None):
            lines += 1
            if article_of_copy(found.entry.id) is None:
                latest[found.entry.id] = found.entry.withdrawn
        withdrawn = sum(latest.values())
        return Counts(len(latest) - withdrawn, withdrawn, lines)

    def close(self) -> None:
        """There is no file to close."""
