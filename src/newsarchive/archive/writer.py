"""Writing to the archive: one process at a time, appended in batches that are on the disk before they are reported."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from newsarchive.archive.lines import encode_line, holds_text_of, pieces, with_newline
from newsarchive.archive.locks import Held, take_lock
from newsarchive.archive.mark import Extent, Mark, MarkDamaged, measure, measured, missing, still_there, write_mark
from newsarchive.archive.parts import part_name, part_order, settled
from newsarchive.archive.store import Archive
from newsarchive.article import Record, Withdrawal
from newsarchive.durable import sync_folder
from newsarchive.errors import ArchiveError, ArchiveLocked, ArchiveShortened, ArticleNotFound

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

    While another process has it, waits up to `wait` seconds and then raises ArchiveLocked. Raises ArchiveShortened when
    lines are missing that were there, unless it is to `accept_loss`. The lock is the operating system's and goes with
    the process. After it was taken, `healed` says what was mended, `accepted` which losses were accepted, and
    `mark_problem` what was wrong with the mark.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: float = 0.0,
        accept_loss: bool = False,
    ) -> None:
        self.archive = archive
        self.healed: Healed | None = None
        self.accepted: tuple[str, ...] = ()
        self.mark_problem = ""
        self._clock = clock
        self._wait = wait
        self._accepts_loss = accept_loss
        self._extents: tuple[Extent, ...] = ()
        self._lock: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Take the lock, see that nothing is missing, and mend what a crash has left behind."""
        self._lock = _take_lock(self.archive.parts.lock_file, self._wait)
        try:
            self._open()
        except BaseException:
            self._lock.close()
            self._lock = None
            raise
        return self

    def _open(self) -> None:
        parts, identity = self.archive.parts, self.archive.identity
        mark = self._read_mark()
        self.accepted = missing(parts, identity, mark)
        if self.accepted and not self._accepts_loss:
            raise ArchiveShortened(self.archive.folder, self.accepted)
        known = () if self.accepted else still_there(parts, identity, mark)
        parts.clear_unfinished()
        if self.accepted:
            # What is left need not be what positions were noted in: they all become void.
            parts.articles.mkdir(exist_ok=True)
            identity = replace(identity, generation=settled(identity.generation) + 2)
            parts.write_identity(identity)
        self.healed = self._heal(known)
        self._extents = measured(parts, known, sync=True)
        now = self._mark(settled(identity.generation))
        if now != mark:
            # The mark may say only what is on the disk.
            if self._extents:
                sync_folder(parts.articles)
            write_mark(parts, now)
        if not identity.is_settled:
            parts.write_identity(identity.next)

    def _read_mark(self) -> Mark | None:
        try:
            return self.archive.mark()
        except MarkDamaged as damage:
            self.mark_problem = str(damage)
            return None

    def _mark(self, generation: int, planned: tuple[Extent, ...] = ()) -> Mark:
        return Mark(self.archive.identity.archive, generation, self._extents, planned)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def append(self, records: Sequence[Record]) -> list[Record]:
        """Add records and return them as they were kept, once they are on the disk.

        Each gets the time of archiving. Raises ArchiveError when the disk refuses, with nothing of the batch kept, or
        with all of it where the error says so.
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
        self._advance_mark()
        return kept

    def _advance_mark(self) -> None:
        parts = self.archive.parts
        try:
            self._extents = measured(parts, self._extents)
            write_mark(parts, self._mark(self.archive.identity.generation))
        except OSError as error:
            # Taking the batch back could leave a mark that is ahead of the parts.
            raise ArchiveError(f"the batch was stored, but {parts.mark_file} could not be written: {error}") from error

    def withdraw(self, article_id: str, reason: str) -> Withdrawal:
        """Stop showing an article. Its lines stay; raises ArticleNotFound for an unknown or withdrawn one."""
        # Its text is not needed, and may be damaged.
        latest = self.archive.catalogue.latest(article_id)
        if latest is None or latest.withdrawn:
            raise ArticleNotFound(article_id)
        withdrawal = Withdrawal(id=article_id, revision=latest.revision + 1, reason=reason, archived_at=self._clock())
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
            rewritten = [name for name, count in removed.items() if count]
            planned = self._plan(rewritten)
        except OSError as error:
            parts.clear_unfinished()
            raise ArchiveError(f"{parts.articles}: the purge was given up, the text is still there: {error}") from error
        if not rewritten:
            raise ArticleNotFound(article_id)
        self._replace(rewritten, planned, article_id)
        # What cannot be done here, the next reader does.
        with suppress(ArchiveError):
            self.archive.catch_up()
        return sum(removed.values())

    def _plan(self, names: Sequence[str]) -> tuple[Extent, ...]:
        """Note in the mark what the new versions of parts have; returns what all parts will have."""
        parts = self.archive.parts
        planned = tuple(
            measure(_new_version(parts.path(extent.part)), extent.part) if extent.part in names else extent
            for extent in self._extents
        )
        if names:
            write_mark(parts, self._mark(self.archive.identity.generation, planned))
        return planned

    def _replace(self, names: Sequence[str], planned: tuple[Extent, ...], article_id: str) -> None:
        """Put the new versions of parts in the place of the old ones; the next writer settles what a crash leaves."""
        parts, identity = self.archive.parts, self.archive.identity
        # A reader that looks while parts are being replaced learns from the odd generation that this does not last.
        parts.write_identity(identity.next, purging=article_id, rewriting=names)
        for name in names:
            _new_version(parts.path(name)).replace(parts.path(name))
        sync_folder(parts.articles)
        self._extents = planned
        write_mark(parts, self._mark(identity.next.next.generation))
        parts.write_identity(identity.next.next)

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

    def _heal(self, known: Sequence[Extent]) -> Healed | None:
        """Mend the end of the last part; what the mark says was kept loses nothing but a damaged newline."""
        tail = self.archive.parts.tail()
        if not tail:
            return None
        name = self.archive.parts.names()[-1]
        path = self.archive.parts.path(name)
        start = path.stat().st_size - len(tail)
        end_of_kept = max((extent.nbytes for extent in known if extent.part == name), default=0)
        if start < end_of_kept:
            # The newline of a line that was kept is damaged, and perhaps more of it, which `verify` names.
            kept, tail = tail[: end_of_kept - start - 1] + b"\n", tail[end_of_kept - start :]
        else:
            kept = b""
        line = with_newline(tail)
        _replace_end(path, start, kept + (line or b""))
        return Healed(path, 0 if line else len(tail))


def _replace_end(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        # What stays is written over with the same bytes: a crash must not cost a whole line that lacks its newline.
        file.seek(start)
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


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
