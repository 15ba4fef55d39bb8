"""Writing to the archive: one process at a time, appended in batches that are on the disk before they are reported."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from newsarchive.archive.lines import encode_line, holds_text_of, pieces, with_newline
from newsarchive.archive.locks import Held, take_lock
from newsarchive.archive.parts import part_name, part_order, sync_folder
from newsarchive.archive.store import Archive
from newsarchive.article import Record, Withdrawal
from newsarchive.errors import ArchiveError, ArchiveLocked, ArticleNotFound

PART_LIMIT = 64 * 1024 * 1024
"""A part that has this many bytes is full; the next batch starts a new one."""


@dataclass(frozen=True, slots=True)
class Healed:
    """What was done about a last line without its newline.

    A torn one was cut off, `bytes_cut` of them; it was never reported as kept. A whole one, with `bytes_cut` 0, got
    its newline back.
    """

    path: Path
    bytes_cut: int


class ArchiveWriter:
    """The right to write to an archive, from `with` to its end. It can be taken again afterwards.

    While another process has it, waits up to `wait` seconds and then raises ArchiveLocked. The lock is the operating
    system's and goes with the process. `healed` says what was mended when it was last taken, if anything was.
    """

    def __init__(
        self, archive: Archive, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), wait: float = 0.0
    ) -> None:
        self.archive = archive
        self.healed: Healed | None = None
        self._clock = clock
        self._wait = wait
        self._lock: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Take the lock, and mend what a crash has left behind."""
        self._lock = _take_lock(self.archive.parts.lock_file, self._wait)
        try:
            self._finish_purge()
            self.healed = self._heal()
        except BaseException:
            self._lock.close()
            self._lock = None
            raise
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
        if not records:
            return []
        now = self._clock()
        kept: list[Record] = [replace(record, archived_at=now) for record in records]
        path = self._part_for(now)
        is_new = not path.exists()
        lines = b"".join(map(encode_line, kept))
        try:
            _append_bytes(path, lines)
            if is_new:
                sync_folder(path.parent)
        except OSError as error:
            raise ArchiveError(f"{path}: the batch could not be written and was taken back: {error}") from error
        return kept

    def withdraw(self, article_id: str, reason: str) -> Withdrawal:
        """Stop showing an article. Its lines stay; raises ArticleNotFound for an unknown or withdrawn one."""
        current = self.archive.get(article_id)
        withdrawal = Withdrawal(id=article_id, revision=current.revision + 1, reason=reason, archived_at=self._clock())
        self.append([withdrawal])
        return withdrawal

    def purge(self, article_id: str, reason: str) -> int:
        """Rewrite the parts without any text of an article; only a withdrawal stays. Returns the lines taken out.

        Damaged lines of the article go too. All positions in the archive become void, which index and catalogue
        notice. Raises ArticleNotFound where there is no text of the article, and ArchiveError, with only the
        withdrawal done, when the disk refuses.
        """
        latest = self.archive.catalogue.latest(article_id)
        if latest is None:
            raise ArticleNotFound(article_id)
        if not latest.withdrawn:
            self.withdraw(article_id, reason)
        parts = self.archive.parts
        try:
            removed = {name: self._rewrite_without(name, article_id) for name in parts.names()}
        except OSError as error:
            parts.clear_unfinished()
            raise ArchiveError(f"{parts.articles}: the purge was given up, the text is still there: {error}") from error
        if not any(removed.values()):
            raise ArticleNotFound(article_id)
        # A reader that looks while parts are being replaced learns from the odd generation that this does not last.
        # The id is recorded before the first part changes: an index of the old parts is then used without the article.
        parts.write_identity(self.archive.identity.next, purging=article_id)
        for name, count in removed.items():
            if count:
                _new_version(parts.path(name)).replace(parts.path(name))
        self._finish_purge()
        return sum(removed.values())

    def _rewrite_without(self, name: str, article_id: str) -> int:
        """Write the new version of a part beside it, if it needs one; returns the lines left out."""
        path = self.archive.parts.path(name)
        with path.open("rb") as file:
            removed = sum(holds_text_of(piece, article_id) for line in file for piece in pieces(line))
        if removed:
            with path.open("rb") as old, _new_version(path).open("wb") as new:
                new.writelines(piece for line in old for piece in pieces(line) if not holds_text_of(piece, article_id))
                new.flush()
                os.fsync(new.fileno())
        return removed

    def _finish_purge(self) -> None:
        """Settle on a new generation, also where a crash kept an earlier purge from it."""
        parts = self.archive.parts
        parts.clear_unfinished()
        if not self.archive.identity.is_settled:
            sync_folder(parts.articles)
            parts.write_identity(self.archive.identity.next)

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
        tail = self.archive.parts.tail()
        if not tail:
            return None
        path = self.archive.parts.path(self.archive.parts.names()[-1])
        line = with_newline(tail)
        with path.open("r+b") as file:
            file.truncate(file.seek(-len(tail), os.SEEK_END))
            file.write(line or b"")
            file.flush()
            os.fsync(file.fileno())
        return Healed(path, 0 if line else len(tail))


def _append_bytes(path: Path, content: bytes) -> None:
    """All of it on the disk, or none of it in the file; raises OSError when the disk refuses."""
    # Unbuffered: a buffer would be written once more on closing, behind what was taken back.
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(size)
            raise


def _new_version(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _take_lock(path: Path, wait: float) -> BinaryIO:
    try:
        return take_lock(path, wait)
    except Held as held:
        raise ArchiveLocked(
            f"{path.parent}: another process (number {held.holder}) is writing to this archive: {held.advice}"
        ) from held
