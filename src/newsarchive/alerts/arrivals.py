"""Gives each article that arrives in the archive a number in the ledger, exactly once.

Numbers never become void, but a position in the archive does: a purge moves the lines behind the text that it
removes, and an accepted loss or a restored backup may end before it. So the ledger keeps a short key of each line
that it has read. What a purge leaves is in the same order, so the lines that are new are those after the last line
whose key is known, whatever was removed before them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby, islice
from operator import attrgetter

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.records import ArrivalKind, PartRead
from newsarchive.archive import START, Archive, Identity, Position, Stored
from newsarchive.archive.parts import part_order
from newsarchive.archive.store import leave_out
from newsarchive.article import Article, Copy, Record
from newsarchive.errors import AlertsError
from newsarchive.wording import worded

_KEY_BYTES = 8
_BATCH = 2_000
"""Lines of the archive that are taken in with one transaction."""
_ATTEMPTS = 5
"""How often reading begins anew because of purges meanwhile."""


class _Moved(Exception):
    """The archive was purged while it was read, so what was read last may be misplaced."""


@dataclass(slots=True)
class _Place:
    """Where reading goes on. `is_new` says that nothing was read before: what the archive has is no news."""

    identity: Identity
    position: Position
    lines: bytes = b""
    is_new: bool = False
    is_moved: bool = False
    forgotten: list[str] = field(default_factory=list)


def line_key(record: Record) -> bytes:
    """A short key of a line of the archive: two lines hardly ever have the same."""
    if isinstance(record, Copy):
        what: tuple[object, ...] = "copy", record.id, record.url, record.archived_at
    else:
        what = type(record).__name__, record.id, record.revision, record.archived_at
    return blake2b(repr(what).encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def take_in(ledger: Ledger, archive: Archive) -> str:
    """Give all that arrived since the last time its numbers. Returns a warning, or an empty text.

    Articles that are in the archive when the ledger begins are no news. Raises AlertsError if the archive keeps
    being purged.
    """
    for _ in range(_ATTEMPTS):
        try:
            place, warning = _place(ledger, archive)
            _read_on(ledger, archive, place)
        except (_Moved, FileNotFoundError):
            continue
        return warning
    raise AlertsError(worded("the archive is being purged; send alerts again when that is done"))


def _place(ledger: Ledger, archive: Archive) -> tuple[_Place, str]:
    """Where to read on, and a warning if that can't be told."""
    identity = archive.identity
    if not identity.is_settled:
        raise _Moved
    names, known = archive.parts.names(), ledger.part_names()
    read = ledger.read_from()
    if read is None or read[0] != identity.archive:
        warning = (
            "" if read is None else worded("the archive is another one than before; alerts begin anew from its end")
        )
        return _at_end(identity, names), warning
    if not known:  # the archive was empty
        return _Place(identity, START), ""
    last = ledger.part(known[-1])
    position = Position(last.name, last.end)
    if read[1] == identity.generation and last.name in names and _ends_with(archive, last):
        return _Place(identity, position, last.lines), ""
    there = [name for name in known if name in names]
    if not there:
        if part_order(names[-1]) < part_order(known[0]) if names else True:
            return _at_end(identity, names), (
                worded(
                    "an older copy of the archive was restored, from before the ledger of alerts began; "
                    "alerts go on from its end"
                )
            )
        return _Place(identity, Position(known[0], 0), is_moved=True, forgotten=[""]), ""
    return _found_again(archive, identity, ledger.part(there[-1])), ""


def _at_end(identity: Identity, names: Sequence[str]) -> _Place:
    """The beginning of the last part, which is read without counting it as news."""
    start = Position(names[-1], 0) if names else START
    return _Place(identity, start, is_new=True, forgotten=[""])


def _ends_with(archive: Archive, part: PartRead) -> bool:
    """Whether a part still has the line that was read last before the place where reading ended."""
    if not archive.parts.holds(Position(part.name, part.end)):
        return False
    if not part.lines:
        return True
    return _line_before(archive, part) == part.lines[-_KEY_BYTES:]


def _line_before(archive: Archive, part: PartRead) -> bytes:
    """The key of the last readable line before the end of what was read; empty if there is none near it."""
    path = archive.parts.path(part.name)
    step = 1 << 16
    while True:
        start = max(0, part.end - step)
        with path.open("rb") as file:
            file.seek(start)
            content = file.read(part.end - start)
        begin = start + (content.find(b"\n") + 1 if start else 0)
        last = b""
        for stored in archive.read(
            Position(part.name, begin), until=Position(part.name, part.end), on_damage=leave_out
        ):
            last = line_key(stored.record)
        if last or not start:
            return last
        step *= 4


def _found_again(archive: Archive, identity: Identity, part: PartRead) -> _Place:
    """The place after the last line of a part that was read before."""
    known = {part.lines[at : at + _KEY_BYTES] for at in range(0, len(part.lines), _KEY_BYTES)}
    lines: list[bytes] = []
    boundary, count = Position(part.name, 0), 0
    for stored in archive.read_part(part.name, 0):
        key = line_key(stored.record)
        lines.append(key)
        if key in known:
            boundary, count = stored.end, len(lines)
    return _Place(identity, boundary, b"".join(lines[:count]), is_moved=True, forgotten=[part.name])


def _read_on(ledger: Ledger, archive: Archive, place: _Place) -> None:
    """Read from a place to the end of the archive, batch by batch."""
    records = archive.read(place.position, on_damage=leave_out)
    lines = {place.position.part: place.lines}
    is_first = True
    while True:
        batch = list(islice(records, _BATCH))
        arrived = [] if place.is_new else list(_arrivals(archive, batch, is_moved=place.is_moved))
        parts = _extended(lines, batch)
        if is_first and not parts and place.position.part:
            parts = [PartRead(place.position.part, place.position.offset, place.lines)]
        if archive.identity != place.identity:
            raise _Moved
        if batch or is_first:
            with ledger.together():
                for name in place.forgotten if is_first else ():
                    ledger.forget_parts(name)
                ledger.note_read(place.identity.archive, place.identity.generation, parts)
                ledger.add_arrivals(arrived)
        if not batch:
            return
        is_first = False


def _extended(lines: dict[str, bytes], batch: Sequence[Stored]) -> list[PartRead]:
    """How far the parts of a batch were read. `lines` has the keys of their lines so far, and gets those of these."""
    parts = []
    for name, group in groupby(batch, key=attrgetter("part")):
        stored = list(group)
        lines[name] = lines.get(name, b"") + b"".join(line_key(one.record) for one in stored)
        parts.append(PartRead(name, stored[-1].end.offset, lines[name]))
    return parts


def _arrivals(archive: Archive, batch: Sequence[Stored], *, is_moved: bool) -> Iterator[tuple[str, ArrivalKind]]:
    for stored in batch:
        if isinstance(stored.record, Article):
            yield stored.record.id, _kind(archive, stored, is_moved=is_moved)


def _kind(archive: Archive, stored: Stored, *, is_moved: bool) -> ArrivalKind:
    """What kind of arrival a revision is: the first one, one after a withdrawal, or a correction."""
    if stored.record.revision > 1:
        place = Position(stored.part, stored.offset)
        before = None
        for entry in archive.catalogue.revisions(stored.record.id):
            if Position(entry.part, entry.offset) == place:
                break
            before = entry
        if before is not None:
            return "again" if before.withdrawn else "revised"
    # After a loss, the same article may have been archived, and told, before.
    return "again" if is_moved else "new"
