"""The archive cut into ranges of records, each to become a segment, by whichever process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import Archive, Position, Stored
from newsarchive.archive.parts import Parts
from newsarchive.article import Article
from newsarchive.errors import CorruptArchive
from newsarchive.limits import bounded
from newsarchive.search.door import MAX_DAMAGED
from newsarchive.search.whoosh_index.building.document import arrival_number, document
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder
from newsarchive.search.whoosh_index.building.wordbook import Wordbook
from newsarchive.search.whoosh_index.storage.schema import make_schema


@dataclass(frozen=True, slots=True)
class Range:
    """The records from one position up to another."""

    start: Position
    end: Position


def cut(parts: Parts, since: Position, nbytes: int) -> Iterator[Range]:
    """Ranges of about so many bytes that cover everything behind a position, each from one line's start to another's.

    A last line that is still being written is not in any.
    """
    start, taken = since, 0
    end = since
    for name, first in parts.since(since):
        path, offset = parts.path(name), first
        size = path.stat().st_size
        with path.open("rb") as file:
            while offset < size:
                file.seek(min(size, offset + nbytes - taken) - 1)
                file.readline()
                taken += file.tell() - offset
                offset = file.tell()
                end = Position(name, offset)
                if taken >= nbytes:
                    yield Range(start, end)
                    start, taken = end, 0
    if taken:
        yield Range(start, end)


@dataclass(frozen=True, slots=True)
class Staged:
    """A segment that waits in its folder to be taken in: its file, its number of documents, and the deleted ones."""

    path: Path
    documents: int
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of a range: its segments, the ids it speaks of, how many records it had, and what was damaged.

    `present` are the ids of the articles; the other ids are of articles that were withdrawn. `damaged` names the first
    damaged lines, and `more_damaged` counts the others. `end` is the end of the last whole record.
    """

    segments: tuple[Staged, ...]
    ids: frozenset[str]
    present: frozenset[str]
    records: int
    damaged: tuple[str, ...]
    more_damaged: int
    end: Position


def index_range(archive: Archive, records: Range, staged: Path, buffer_bytes: int, wordbook: Wordbook) -> Indexed:
    """Index the records of a range into segments, in files named `staged` and a number.

    No more than `buffer_bytes` of words wait in memory. Of several revisions of an article only the last is kept.
    The `wordbook` is used by nobody else meanwhile, and best used for the next range again.
    """
    damage = _Damage()
    build = _Segments(staged, buffer_bytes, wordbook)
    ids: set[str] = set()
    count = 0
    end = records.start
    for stored in archive.read(records.start, until=records.end, on_damage=damage.add):
        record = stored.record
        build.drop(record.id)
        ids.add(record.id)
        if isinstance(record, Article):
            build.add(bounded(record), _arrival(archive, stored))
        count += 1
        end = stored.end
    segments = build.finish()
    present = frozenset(build.places)
    return Indexed(segments, frozenset(ids), present, count, tuple(damage.named), damage.more, end)


def _arrival(archive: Archive, stored: Stored) -> int:
    """The arrival number of a record's article: that of its first revision, which can be far before it."""
    position = Position(stored.part, stored.offset)
    if stored.record.revision > 1:
        position = archive.first_position(stored.record.id) or position
    return arrival_number(position)


class _Damage:
    """The first damaged lines, and how many more there are."""

    def __init__(self) -> None:
        self.named: list[str] = []
        self.more = 0

    def add(self, damage: CorruptArchive) -> None:
        if len(self.named) < MAX_DAMAGED:
            self.named.append(str(damage))
        else:
            self.more += 1


class _Segments:
    """The segments of a range; `places` says in which of them, and where, an article is."""

    def __init__(self, staged: Path, buffer_bytes: int, wordbook: Wordbook) -> None:
        self._path: Callable[[int], Path] = lambda number: staged.with_name(f"{staged.name}.{number}")
        self._buffer_bytes = buffer_bytes
        self._wordbook = wordbook
        self._builder = self._next_builder()
        self._written: list[tuple[Path, int]] = []
        self._deleted: list[list[int]] = [[]]
        self.places: dict[str, tuple[int, int]] = {}

    def drop(self, article_id: str) -> None:
        place = self.places.pop(article_id, None)
        if place is not None:
            self._deleted[place[0]].append(place[1])

    def add(self, article: Article, arrival: int) -> None:
        self.places[article.id] = len(self._written), self._builder.documents
        self._builder.add(document(article, self._wordbook, arrival=arrival))
        if self._builder.nbytes >= self._buffer_bytes:
            self._write()

    def _write(self) -> None:
        path = self._path(len(self._written))
        self._builder.write(path)
        self._written.append((path, self._builder.documents))
        self._deleted.append([])
        self._builder = self._next_builder()

    def _next_builder(self) -> SegmentBuilder:
        self._wordbook.make_room()
        return SegmentBuilder(make_schema(), self._wordbook)

    def finish(self) -> tuple[Staged, ...]:
        if self._builder.documents:
            self._write()
        pairs = zip(self._written, self._deleted, strict=False)
        return tuple(Staged(path, documents, tuple(deleted)) for (path, documents), deleted in pairs)
