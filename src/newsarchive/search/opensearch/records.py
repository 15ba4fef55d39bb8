"""The records of an archive in the cluster: what the node that has the archive's files writes for those without.

Each line of the archive is a document, with the digests by which the catalogue finds articles. One more document
describes the archive: its identity with the record of purges, the lengths of its parts, and where the lines end.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, BinaryIO

from newsarchive.archive import Archive, Position, Stored
from newsarchive.archive.catching_up import row_of
from newsarchive.archive.checked_rows import Row
from newsarchive.archive.moves import FILE as MOVES
from newsarchive.archive.parts import IDENTITY, START, Parts, arrival_number, part_order
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import PLACE, written_as
from newsarchive.search.opensearch.terms import document_key

DESCRIPTION = "archive"
"""The key of the document that describes the archive."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FILES = (IDENTITY, MOVES)


class LineReader:
    """Reads lines of an archive again, byte by byte, and makes documents of them for an index of records."""

    def __init__(self, parts: Parts, index: str) -> None:
        self._parts = parts
        self._index = index
        self._open: tuple[str, BinaryIO] | None = None

    def action(self, stored: Stored) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The action that writes a line. Writing it again changes nothing."""
        place = arrival_number(Position(stored.part, stored.offset))
        row, archived = row_of(0, stored), stored.record.archived_at
        document = {
            "article": document_key(row.id),
            "id": json.dumps(row.id),
            "revision": row.revision,
            "part": stored.part,
            "offset": stored.offset,
            "length": stored.length,
            "end": stored.offset + stored.length,
            PLACE: place,
            "archived": None if archived is None else microseconds(archived),
            **{name: digest.hex() for name, digest in _digests(row) if digest is not None},
            "line": self._line(stored).decode(),
        }
        meta = {**written_as(self._index), "_id": str(place), "version": place + 1, "version_type": "external_gte"}
        return {"index": meta}, document

    def _line(self, stored: Stored) -> bytes:
        if self._open is None or self._open[0] != stored.part:
            self.close()
            self._open = stored.part, self._parts.path(stored.part).open("rb")
        file = self._open[1]
        file.seek(stored.offset)
        return file.read(stored.length)

    def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _digests(row: Row) -> tuple[tuple[str, bytes | None], ...]:
    return ("text", row.text), ("address", row.address), ("guid", row.guid)


def microseconds(moment: datetime) -> int:
    """A moment as a number that sorts."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def files_of(archive: Archive) -> Mapping[str, str]:
    """The small files that say which archive this is, and what purges moved."""
    files = {}
    for name in _FILES:
        with suppress(FileNotFoundError):
            files[name] = archive.parts.content(name).decode()
    return files


def write_description(
    connection: Connection, index: str, parts: Parts, files: Mapping[str, str], end: Position
) -> None:
    """Describe an archive up to a position, which has been indexed."""
    extents = [] if end == START else [*_whole_parts(parts, end), [end.part, end.offset]]
    # Nothing earlier replaces it.
    version = 1 if end == START else arrival_number(end) + 1
    meta = {**written_as(index), "_id": DESCRIPTION, "version": version, "version_type": "external_gte"}
    send(connection, [{"index": meta}, {"files": files, "extents": extents}])


def _whole_parts(parts: Parts, end: Position) -> list[list[str | int]]:
    """The parts before the one of a position, with their lengths."""
    names = [name for name in parts.names() if part_order(name) < part_order(end.part)]
    return [[name, parts.path(name).stat().st_size] for name in names]
