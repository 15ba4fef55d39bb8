"""The changes of an archive in its order, a page at a time, each change on exactly one page.

A page ends where the archive was last reported as kept, never in a batch that is being written and may be rolled
back. Purges move lines; `cursors` finds the place again.
"""

import time
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from newsarchive.archive.cursors import Cursor, cursor_at, position_of
from newsarchive.archive.lines import Stored
from newsarchive.archive.mark import MarkDamaged
from newsarchive.archive.parts import START, Identity, Position, part_order
from newsarchive.archive.store import Archive
from newsarchive.article import Article, Copy, Withdrawal
from newsarchive.errors import ArchiveLocked, CorruptArchive
from newsarchive.limits import bounded
from newsarchive.wording import worded

_PAGE_BYTES = 4 << 20
"""A page ends after the line that exceeds this size."""
_PATIENCE = 2.0
_PAUSE = 0.02
"""How long to wait for a purge that is replacing parts, and how long between looks, in seconds."""


class Damaged(NamedTuple):
    """A line that can't be read: its part, its number, and what is wrong."""

    part: str
    line: int
    reason: str


class Changes(NamedTuple):
    """A page of changes: articles and withdrawals as they were archived, and the cursor after them.

    A revision of an article that is withdrawn now is left out: its withdrawal is a change of its own.
    """

    records: tuple[Article | Withdrawal, ...]
    cursor: Cursor
    is_more: bool
    damaged: tuple[Damaged, ...]


def read_changes(archive: Archive, since: Cursor | datetime | None, limit: int) -> Changes:
    """The next changes, at most `limit`, after a cursor, archived from a moment on, or from the start.

    Raises CursorGone if the cursor can't be followed, and ArchiveLocked if a purge keeps replacing parts.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        identity = archive.identity
        if identity.is_settled:
            # A part can vanish, or its lines move, while a purge begins.
            with suppress(FileNotFoundError):
                changes = _read(archive, identity, since, limit)
                if archive.identity == identity:
                    return changes
        if time.monotonic() > deadline:
            raise ArchiveLocked(worded("{folder}: an article is being purged; try again", folder=archive.folder))
        time.sleep(_PAUSE)


def _read(archive: Archive, identity: Identity, since: Cursor | datetime | None, limit: int) -> Changes:
    if isinstance(since, Cursor):
        start = position_of(archive.parts, identity, since)
    else:
        start = START if since is None else archive.first_since(since)
    until = _end(archive, identity)
    page = _Page(archive, start, until)
    page.read(limit)
    gone = {entry.id for entry in archive.catalogue.latest_of(one.id for one in page.records) if entry.withdrawn}
    shown = (one for one in page.records if isinstance(one, Withdrawal) or one.id not in gone)
    return Changes(
        tuple(bounded(one) if isinstance(one, Article) else one for one in shown),
        cursor_at(archive.parts, identity, page.end),
        page.is_more,
        tuple(page.damaged),
    )


class _Page:
    """The records of one page, as read."""

    def __init__(self, archive: Archive, start: Position, until: Position) -> None:
        self._archive = archive
        self._until = until
        self.end = start
        self.is_more = False
        self.records: list[Article | Withdrawal] = []
        self.damaged: list[Damaged] = []

    def read(self, limit: int) -> None:
        size = 0
        if not _is_before(self.end, self._until):
            return
        for stored in self._archive.read(self.end, until=self._until, on_damage=self._note):
            self._take(stored)
            size += stored.length
            is_full = len(self.records) >= limit or size > _PAGE_BYTES
            # Where a newline is missing, a page can't end.
            if is_full and self._archive.parts.holds(self.end):
                self.is_more = _is_before(self.end, self._until)
                return
        if self._archive.parts.holds(self._until):
            self.end = self._until

    def _take(self, stored: Stored) -> None:
        if not isinstance(stored.record, Copy):
            self.records.append(stored.record)
        self.end = stored.end

    def _note(self, damage: CorruptArchive) -> None:
        self.damaged.append(Damaged(damage.path.name, damage.line, damage.reason))


def _is_before(one: Position, other: Position) -> bool:
    if not one.part or not other.part:
        return bool(other.part)
    return (part_order(one.part), one.offset) < (part_order(other.part), other.offset)


def _end(archive: Archive, identity: Identity) -> Position:
    """The end of what was reported as kept. Without a mark of this generation, the end of the parts."""
    mark = None
    with suppress(MarkDamaged):
        mark = archive.mark()
    if mark is None or mark.generation != identity.generation or not mark.extents:
        return archive.end()
    last = mark.extents[-1]
    return Position(last.part, last.nbytes)
