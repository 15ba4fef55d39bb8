"""When the lines of an archive's files were archived, found without parsing them."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache, lru_cache

from newsarchive.archive.catalogue import Entry
from newsarchive.archive.parts import START, Parts, Position, part_order

_ARCHIVED_AT = re.compile(rb'"archived_at":"([^"]{1,40})"\}\s*$')
_TAIL = 80
"""The bytes of a line that have its time of archiving, which is its last key."""


def line_ends(parts: Parts, entries: Iterable[Entry], length: int) -> Iterator[tuple[str, bytes]]:
    """The id of each entry with the last `length` bytes of its line. Those that can't be read are left out."""
    with ExitStack() as stack:

        @cache
        def opened(part: str) -> int:
            return stack.enter_context(parts.path(part).open("rb", buffering=0)).fileno()

        for entry in entries:
            start = entry.offset + max(0, entry.length - length)
            try:
                end = os.pread(opened(entry.part), min(length, entry.length), start)
            except OSError:
                # A part may just be replaced by a purge.
                continue
            yield entry.id, end


def first_since(parts: Parts, moment: datetime) -> Position:
    """The position of the first line that was archived at or after a moment; the end if there is none.

    Parts of earlier months have only earlier lines, because a line never gets into a part of a month before its own.
    """
    month = f"{moment.astimezone(UTC):%Y-%m}"
    for name in parts.names():
        if part_order(name)[0] < month:
            continue
        path = parts.path(name)
        found = path.stat()
        if _latest_in(str(path), found.st_size, found.st_mtime_ns) < moment:
            continue
        offset = 0
        with path.open("rb") as file:
            for line in file:
                if _archived_at(line) >= moment:
                    return Position(name, offset)
                offset += len(line)
    end = parts.end()
    return end if parts.holds(end) else START


_NEVER = datetime.min.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def _latest_in(path: str, _size: int, _changed: int) -> datetime:
    """The latest time of archiving in a part, which is remembered until the part changes."""
    with open(path, "rb") as file:  # noqa: PTH123 - a path is slower to hash
        return max(map(_archived_at, file), default=_NEVER)


def _archived_at(line: bytes) -> datetime:
    """The time in a line; long ago if it can't be read, so that other lines decide."""
    match = _ARCHIVED_AT.search(line[-_TAIL:])
    try:
        return datetime.fromisoformat(match[1].decode()) if match else _NEVER
    except ValueError:
        return _NEVER
