"""Bring the rows of the catalogue up to date with the archive: with its new lines, and after a purge."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, Protocol

from newsarchive import cleaning, guid, identity, limits
from newsarchive.archive.checked_rows import CheckedRows, Row, RowsDamaged, id_of_copy
from newsarchive.archive.digests import digests_of
from newsarchive.archive.lines import Stored
from newsarchive.archive.moved_rows import has_lines, without_texts
from newsarchive.archive.parts import START, Identity, Parts, Position
from newsarchive.article import Copy
from newsarchive.wording import worded

_FORMAT = 7
_BATCH = 2_000
"""Records per transaction. This limits how long others wait, and how much work a crash loses."""


class Source(Protocol):
    """The archive that the catalogue reads."""

    @property
    def identity(self) -> Identity:
        """The archive's id and generation."""
        ...

    @property
    def parts(self) -> Parts:
        """The archive's files."""
        ...

    def end(self) -> Position:
        """The position after the last line."""
        ...

    def read_part(self, name: str, offset: int) -> Iterator[Stored]:
        """The undamaged records of a part, starting at an offset."""
        ...


class Read(NamedTuple):
    """The state of the catalogue: the archive, its generation, and how far each part has been read.

    The generation is always even. While parts are being replaced, it is the previous even number,
    so that the replaced parts are read again.
    """

    archive: str
    generation: int
    parts: list[tuple[str, int]]

    @property
    def position(self) -> Position:
        """The position up to which the archive has been read."""
        return Position(*self.parts[-1]) if self.parts else START


class Outdated(Exception):
    """The catalogue doesn't match the current archive."""


def take_in(rows: CheckedRows, source: Source, identity: Identity) -> bool:
    """Read the next records. Return whether there may be more. Raises Outdated."""
    names = source.parts.names()
    read = read_of(rows) or Read(identity.archive, settled_before(identity), [])
    read = _without_lost(rows, source, read, identity, names)
    parts = _read_rewritten(rows, source, read, identity)
    room = _BATCH
    for number in range(max(0, len(parts) - 1), len(names)):
        name, offset = parts[number] if number < len(parts) else (names[number], 0)
        parts[number:] = [(name, offset)]
        batch = list(islice(source.read_part(name, offset), room))
        if batch:
            rows.add(row_of(number, stored) for stored in batch)
            parts[number] = name, batch[-1].end.offset
        room -= len(batch)
        if not room:
            break
    rows.set_state("read", (_format(), identity.archive, settled_before(identity), parts))
    return not room


def _without_lost(rows: CheckedRows, source: Source, read: Read, identity: Identity, names: list[str]) -> Read:
    """Remove the rows of parts at the end that are gone or truncated. Raises Outdated if other parts differ."""
    known = [name for name, _ in read.parts]
    if read.archive != identity.archive or known[: len(names)] != names[: len(known)]:
        raise Outdated
    for number in range(len(names), len(known)):
        rows.remove_part(number)
    parts = read.parts[: len(names)]
    if parts and read.generation == identity.generation and not source.parts.holds(Position(*parts[-1])):
        rows.remove_part(len(parts) - 1)
        parts[-1] = parts[-1][0], 0
    return read._replace(parts=parts)


def _read_rewritten(rows: CheckedRows, source: Source, read: Read, identity: Identity) -> list[tuple[str, int]]:
    """Follow the rewriting of parts. Return each part with the offset up to which it has been read.

    The lines that a purge leaves are the same as before, so most parts needn't be read again.
    """
    parts = list(read.parts)
    if read.generation == identity.generation:
        return parts
    rewritten = source.parts.rewritten_since(read.generation)
    if rewritten is None:
        raise Outdated
    purged = source.parts.purged_since(read.generation)
    for number, part in enumerate(read.parts):
        if part[0] in rewritten:
            parts[number] = part[0], _follow(rows, source, number, part, purged if identity.is_settled else None)
    return parts


def _follow(
    rows: CheckedRows, source: Source, number: int, part: tuple[str, int], purged: frozenset[str] | None
) -> int:
    """Bring the rows of a rewritten part up to date. Return the offset up to which it has been read.

    `purged` is None while parts are being replaced: then it is unknown which version a part is.
    """
    name, end = part
    old = rows.remove_part(number)
    left = None if purged is None else without_texts(old, purged, end)
    if left is not None and has_lines(source.parts.path(name), left):
        rows.add(left)
        return left[-1].offset + left[-1].length if left else 0
    end = 0
    records = source.read_part(name, 0)
    while batch := list(islice(records, _BATCH)):
        rows.add(row_of(number, stored) for stored in batch)
        end = batch[-1].end.offset
    return end


def read_of(rows: CheckedRows) -> Read | None:
    """The state of the catalogue; None if it is new."""
    state = rows.state("read")
    if state is None:
        return None
    form, archive, generation, parts = state
    if form != _format():
        raise RowsDamaged(worded("the catalogue has format {form}", form=form))
    return Read(archive, generation, [(name, offset) for name, offset in parts])


def _format() -> list[int]:
    """The format of the rows, with the versions and limits that determine their digests."""
    fitting = limits.TITLE, limits.NAME, limits.URL, limits.GUID, limits.BODY_BYTES, limits.PARAGRAPHS
    return [_FORMAT, identity.RULES, guid.RULES, cleaning.RULES, *fitting]


def settled_before(identity: Identity) -> int:
    """The last generation of the archive in which no parts were being replaced."""
    return identity.generation - identity.generation % 2


def row_of(part: int, stored: Stored) -> Row:
    """The row of a line of the part with this number."""
    record = stored.record
    digests = digests_of(record)
    row_id = id_of_copy(record.id) if isinstance(record, Copy) else record.id
    return Row(row_id, part, stored.offset, stored.length, record.revision, *digests)
