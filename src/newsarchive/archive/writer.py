"""Writing to the archive: one process at a time, appended in batches that are on the disk before they are reported."""

import fcntl
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from newsarchive.archive.lines import decode_line, encode_line
from newsarchive.archive.parts import Identity, part_name, part_order, sync_folder
from newsarchive.archive.store import Archive
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.errors import ArchiveError, ArchiveLocked, ArticleNotFound

PART_LIMIT = 64 * 1024 * 1024
"""A part that has this many bytes is full; the next batch starts a new one."""


@dataclass(frozen=True, slots=True)
class Healed:
    """A torn last line was cut off: where, and how many bytes. It was never reported as kept."""

    path: Path
    bytes_cut: int


class ArchiveWriter:
    """The right to write to an archive, from `with` to its end.

    Raises ArchiveLocked when another process has it. The lock is the operating system's and goes with the process.
    `healed` says what was cut off on opening, if anything was.
    """

    def __init__(self, archive: Archive, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.archive = archive
        self.healed: Healed | None = None
        self._clock = clock
        self._lock: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Take the lock and heal a torn last line."""
        self._lock = _take_lock(self.archive.folder / ".lock")
        self.healed = self._heal()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def append(self, records: Sequence[Record]) -> list[Record]:
        """Add records and return them as they were kept, once they are on the disk.

        Each gets the time of archiving. Raises ArchiveError, with nothing of the batch kept, when the disk refuses.
        """
        assert self._lock is not None, "append is for use inside 'with'"
        now = self._clock()
        kept: list[Record] = [replace(record, archived_at=now) for record in records]
        path = self._part_for(now)
        is_new = not path.exists()
        with path.open("ab") as file:
            size = file.tell()
            try:
                file.write(b"".join(map(encode_line, kept)))
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                os.truncate(path, size)
                raise ArchiveError(f"{path}: the batch could not be written and was taken back: {error}") from error
        if is_new:
            sync_folder(path.parent)
        return kept

    def withdraw(self, article_id: str, reason: str) -> Withdrawal:
        """Stop showing an article. Its lines stay; raises ArticleNotFound for an unknown or withdrawn one."""
        current = self.archive.get(article_id)
        withdrawal = Withdrawal(id=article_id, revision=current.revision + 1, reason=reason, archived_at=self._clock())
        self.append([withdrawal])
        return withdrawal

    def purge(self, article_id: str, reason: str) -> int:
        """Rewrite the parts without any text of an article; only a withdrawal stays. Returns the lines taken out.

        All positions in the archive become void, which index and catalogue notice. Raises ArticleNotFound.
        """
        entries = [entry for entry in self.archive.catalogue.revisions(article_id) if not entry.withdrawn]
        if not entries:
            raise ArticleNotFound(article_id)
        latest = self.archive.catalogue.latest(article_id)
        if latest is not None and not latest.withdrawn:
            self.withdraw(article_id, reason)
        identity = self.archive.identity
        self.archive.parts.write_identity(Identity(identity.archive, identity.generation + 1))
        return sum(self._rewrite_without(name, article_id) for name in sorted({entry.part for entry in entries}))

    def _rewrite_without(self, name: str, article_id: str) -> int:
        path = self.archive.parts.path(name)
        fresh = path.with_name(f".{name}.new")
        removed = 0
        with path.open("rb") as old, fresh.open("wb") as new:
            for line in old:
                if _is_text_of(line, article_id):
                    removed += 1
                else:
                    new.write(line)
            new.flush()
            os.fsync(new.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
        return removed

    def _part_for(self, now: datetime) -> Path:
        """The part to append to. A clock that was set back never reopens an older part: order is by part."""
        names = self.archive.parts.names()
        month = f"{now:%Y-%m}"
        if not names:
            return self.archive.parts.path(part_name(month, 1))
        last_month, number = part_order(names[-1])
        if month > last_month:
            return self.archive.parts.path(part_name(month, 1))
        if self.archive.parts.path(names[-1]).stat().st_size >= PART_LIMIT:
            return self.archive.parts.path(part_name(last_month, number + 1))
        return self.archive.parts.path(names[-1])

    def _heal(self) -> Healed | None:
        torn = self.archive.parts.torn_bytes()
        if not torn:
            return None
        path = self.archive.parts.path(self.archive.parts.names()[-1])
        with path.open("r+b") as file:
            file.truncate(file.seek(0, os.SEEK_END) - torn)
            os.fsync(file.fileno())
        return Healed(path, torn)


def _take_lock(path: Path) -> BinaryIO:
    file = path.open("a+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().decode(errors="replace").strip()
        file.close()
        raise ArchiveLocked(
            f"{path.parent}: another process (number {holder or 'unknown'}) is writing to this archive;"
            " wait until it has finished"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()).encode())
    file.flush()
    return file


def _is_text_of(line: bytes, article_id: str) -> bool:
    try:
        record = decode_line(line)
    except ValueError:
        return False
    return isinstance(record, Article) and record.id == article_id
