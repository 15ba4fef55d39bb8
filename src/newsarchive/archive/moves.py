"""Where a position in a part is after purges: `moves.json` has the ranges of bytes that each of them removed.

A purge removes lines and leaves the others unchanged, so a position moves back by what was removed before it. The
file isn't needed to read the archive. Without it, a position in a part that a purge has rewritten can't be followed.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newsarchive.archive.parts import Parts, Position
from newsarchive.durable import replace_file

FILE = "moves.json"


class Removed(NamedTuple):
    """A range of bytes that a purge removed from a part, as it was before, and the even generation that resulted."""

    generation: int
    part: str
    offset: int
    length: int


class Moved(NamedTuple):
    """A position after purges, and whether the line that ended there was removed."""

    position: Position
    lost_line: bool


def joined(ranges: Iterable[Removed]) -> list[Removed]:
    """The ranges of one generation, which are in order, with neighbours joined."""
    found: list[Removed] = []
    for one in ranges:
        last = found[-1] if found else None
        if last is not None and (last.part, last.offset + last.length) == (one.part, one.offset):
            found[-1] = last._replace(length=last.length + one.length)
        else:
            found.append(one)
    return found


def read_moves(parts: Parts, archive: str) -> list[Removed]:
    """What the purges of an archive removed; nothing if the file is missing, damaged, or of another archive."""
    try:
        values = json.loads(parts.content(FILE))
        if values.pop("sha256") != _digest(values) or values["archive"] != archive:
            return []
        return [Removed(*removed) for removed in values["removed"]]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []


def write_moves(parts: Parts, archive: str, generation: int, removed: Sequence[Removed]) -> None:
    """Record what the purge removes that results in a generation. Raises OSError.

    It replaces what was recorded for this generation, which a purge that failed may have left.
    """
    kept = [one for one in read_moves(parts, archive) if one.generation < generation]
    values: dict[str, object] = {"archive": archive, "removed": [*kept, *joined(removed)]}
    replace_file(parts.folder / FILE, json.dumps({"sha256": _digest(values), **values}).encode() + b"\n")


def _digest(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def follow(parts: Parts, position: Position, generation: int) -> Moved | None:
    """Where a position is now that was noted in an earlier, even generation; None if that isn't known.

    No part may be replaced meanwhile.
    """
    identity = parts.identity()
    rewritten = parts.rewritten_since(generation)
    if rewritten is None:
        return None
    if position.part not in rewritten:
        return Moved(position, lost_line=False)
    moves = read_moves(parts, identity.archive)
    offset, lost_line = position.offset, False
    for step in (step for step in parts.generations_of(position.part) if step > generation):
        ranges = [one for one in moves if (one.generation, one.part) == (step, position.part)]
        if not ranges:
            return None
        before = [one for one in ranges if one.offset < offset]
        lost_line = lost_line or any(offset <= one.offset + one.length for one in before)
        offset -= sum(min(one.length, offset - one.offset) for one in before)
    return Moved(Position(position.part, offset), lost_line)
