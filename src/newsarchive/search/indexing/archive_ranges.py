"""Divide the archive into ranges of records, for indexing one range at a time, in any process."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from newsarchive.archive import START, Archive, Position, Stored
from newsarchive.archive.mark import MarkDamaged
from newsarchive.archive.parts import Parts, arrival_number, part_order
from newsarchive.errors import CorruptArchive
from newsarchive.search.index_reports import MAX_DAMAGED


@dataclass(frozen=True, slots=True)
class Range:
    """The records between two positions."""

    start: Position
    end: Position


@cache
def archive_of_worker(folder: Path) -> Archive:
    """The archive in a folder, opened once in a worker process, however many ranges of it are read there.

    An archive keeps its catalogue open, with a cache of 16 MB, until Python happens to look for unreachable cycles.
    """
    return Archive(folder)


def cut(parts: Parts, since: Position, nbytes: int) -> Iterator[Range]:
    """Ranges of about `nbytes` bytes that cover all records after a position. Ranges start and end between lines.

    A last line that is still being written is left out.
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


def cut_marked(archive: Archive, since: Position, nbytes: int) -> Iterator[Range]:
    """The ranges of `cut` that aren't shorter, and that the archive's mark has.

    For an archive that another process is adding to: a batch that is being written may still be rolled back.
    """
    start = since
    while archive.parts.bytes_since(start) >= nbytes:
        records = next(cut(archive.parts, start, nbytes))
        if is_after(records.end, _marked_end(archive)):
            return
        yield records
        start = records.end


def _marked_end(archive: Archive) -> Position:
    """The end of the archive according to its mark."""
    try:
        mark = archive.mark()
    except MarkDamaged:
        mark = None
    return Position(mark.extents[-1].part, mark.extents[-1].nbytes) if mark and mark.extents else START


def is_after(position: Position, other: Position) -> bool:
    """Whether a position is later in the archive than another."""
    if not other.part:
        return True
    return (part_order(position.part), position.offset) > (part_order(other.part), other.offset)


def arrival_of(archive: Archive, stored: Stored) -> int:
    """The arrival number of a record's article, from its first revision, which may be much earlier in the archive."""
    position = Position(stored.part, stored.offset)
    if stored.record.revision > 1:
        position = archive.first_position(stored.record.id) or position
    return arrival_number(position)


class Damage:
    """The first damaged lines, and the number of further damaged lines."""

    def __init__(self) -> None:
        self.named: list[str] = []
        self.more = 0

    def add(self, damage: CorruptArchive) -> None:
        """Note a damaged line."""
        if len(self.named) < MAX_DAMAGED:
            self.named.append(str(damage))
        else:
            self.more += 1
