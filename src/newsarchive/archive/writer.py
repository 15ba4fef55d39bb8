"""Write to the archive, one process at a time, in batches that are on disk before they are reported as kept."""

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from newsarchive.archive.lines import encode_line, holds_text_of, pieces, with_newline
from newsarchive.archive.locks import Held, take_lock
from newsarchive.archive.mark import Extent, Mark, MarkDamaged, measure, measured, missing, still_there, write_mark
from newsarchive.archive.moves import Removed, read_moves, write_moves
from newsarchive.archive.parts import part_name, part_order, settled
from newsarchive.archive.store import Archive
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.durable import sync_folder
from newsarchive.errors import ArchiveError, ArchiveLocked, ArchiveShortened, ArticleNotFound, NotRestorable
from newsarchive.wording import worded

PART_LIMIT = 64 * 1024 * 1024
"""A part with this many bytes is full; the next batch starts a new part."""


@dataclass(frozen=True, slots=True)
class Healed:
    """The repair of a last line without a newline.

    If the line was torn, it was cut off, and `bytes_cut` is its length; it was never reported as kept. If only the
    newline was missing, it was restored, and `bytes_cut` is 0.
    """

    path: Path
    bytes_cut: int


class ArchiveWriter:
    """A reusable context manager that holds the write lock of an archive.

    If another process holds the lock, waits up to `wait` seconds, then raises ArchiveLocked. Raises ArchiveShortened if
    lines are missing, unless `accept_loss` is true. The operating system releases the lock when the process ends.
    Inside the context, `healed` is the repair of the last line, `accepted` describes the accepted losses, and
    `mark_problem` says what was wrong with the mark.
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
        """Take the lock, check that nothing is missing, and repair the effects of a crash."""
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
            # Noted positions may not fit the remaining lines, so all positions become void.
            parts.articles.mkdir(exist_ok=True)
            identity = replace(identity, generation=settled(identity.generation) + 2)
            parts.write_identity(identity)
        self.healed = self._heal(known)
        self._extents = measured(parts, known, sync=True)
        now = self._mark(settled(identity.generation))
        if now != mark:
            # The mark may only refer to files that are on disk.
            if self._extents:
                sync_folder(parts.articles)
            write_mark(parts, now)
        if not identity.is_settled:
            self._forget_moves_not_made(identity.next.generation)
            parts.write_identity(identity.next)

    def _forget_moves_not_made(self, generation: int) -> None:
        """Forget what an interrupted purge was to remove from parts that it didn't replace."""
        parts, archive = self.archive.parts, self.archive.identity.archive
        moves = [one for one in read_moves(parts, archive) if one.generation == generation]
        purged = parts.purged_in(generation)
        unchanged = {one.part for one in moves if _is_still_there(parts.path(one.part), one, purged)}
        if unchanged:
            write_moves(parts, archive, generation, [one for one in moves if one.part not in unchanged])

    def _read_mark(self) -> Mark | None:
        try:
            return self.archive.mark()
        except MarkDamaged as damage:
            self.mark_problem = str(damage)
            return None

    def _mark(self, generation: int, planned: tuple[Extent, ...] = ()) -> Mark:
        return Mark(self.archive.identity.archive, generation, self._extents, planned)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Release the lock."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def append(self, records: Sequence[Record]) -> list[Record]:
        """Add records, and return them as they were kept once they are on disk.

        Each record gets the time of archiving. Raises ArchiveError if writing fails. Then nothing of the batch is kept,
        unless the message says that the whole batch was kept.
        """
        assert self._lock is not None, "append must be called inside 'with'"
        if not records:
            return []
        now = self._clock()
        kept: list[Record] = [replace(record, archived_at=now) for record in records]
        path = self._part_for(now)
        is_new = not path.exists()
        lines = list(map(encode_line, kept))
        try:
            _append_bytes(path, b"".join(lines))
            if is_new:
                sync_folder(path.parent)
        except OSError as error:
            raise ArchiveError(
                worded("{path}: the batch could not be written and was rolled back: {error}", path=path, error=error)
            ) from error
        self.archive.remember(zip(lines, kept, strict=True))
        self._advance_mark()
        return kept

    def _advance_mark(self) -> None:
        parts = self.archive.parts
        try:
            self._extents = measured(parts, self._extents)
            write_mark(parts, self._mark(self.archive.identity.generation))
        except OSError as error:
            # Rolling the batch back could leave a mark that is ahead of the parts.
            raise ArchiveError(
                worded(
                    "the batch was stored, but {mark_file} could not be written: {error}",
                    mark_file=parts.mark_file,
                    error=error,
                )
            ) from error

    def withdraw(self, article_id: str, reason: str) -> Withdrawal:
        """Withdraw an article, but keep its lines. Raises ArticleNotFound if it is unknown or already withdrawn."""
        # Use the catalogue only: the text isn't needed, and may be damaged.
        latest = self.archive.catalogue.latest(article_id)
        if latest is None or latest.withdrawn:
            raise self.archive.absence(article_id)
        withdrawal = Withdrawal(id=article_id, revision=latest.revision + 1, reason=reason, archived_at=self._clock())
        self.append([withdrawal])
        return withdrawal

    def restore(self, article_id: str) -> Article:
        """Take the withdrawal of an article back: its last revision with a text is written again, as the next one.

        To every reader of the archive, earlier versions too, this is a revision like any other. Raises ArticleNotFound
        for an unknown article, NotRestorable if it isn't withdrawn or was purged, and CorruptArchive if that line is
        damaged.
        """
        revisions = self.archive.catalogue.revisions(article_id)
        if not revisions:
            raise ArticleNotFound(article_id)
        if not revisions[-1].withdrawn:
            raise NotRestorable(worded("the article {article_id!r} isn't withdrawn", article_id=article_id))
        entry = next((one for one in reversed(revisions) if not one.withdrawn), None)
        if entry is None or article_id in self.archive.purged_since(0):
            raise NotRestorable(
                worded(
                    "the article {article_id!r} can't be restored: its text was purged and is gone",
                    article_id=article_id,
                )
            )
        last = self.archive.load(entry)
        assert isinstance(last, Article)
        (restored,) = self.append([replace(last, revision=revisions[-1].revision + 1)])
        assert isinstance(restored, Article)
        return restored

    def purge(self, article_id: str, reason: str) -> int:
        """Rewrite the parts without the text of an article; only a withdrawal stays.

        Returns the number of lines removed. Damaged lines of the article are removed, too. All positions in the archive
        become void, which index and catalogue detect. Raises ArticleNotFound if the archive has no text of the article,
        and ArchiveError if writing fails; then the article is withdrawn, but not purged.
        """
        latest = self.archive.catalogue.latest(article_id)
        if latest is None:
            raise ArticleNotFound(article_id)
        if not latest.withdrawn:
            self.withdraw(article_id, reason)
        parts = self.archive.parts
        try:
            generation = self.archive.identity.next.next.generation
            removed = {name: self._rewrite_without(name, article_id, generation) for name in parts.names()}
            rewritten = [name for name, ranges in removed.items() if ranges]
            planned = self._plan(rewritten)
            if rewritten:
                everything = [one for ranges in removed.values() for one in ranges]
                write_moves(parts, self.archive.identity.archive, generation, everything)
        except OSError as error:
            parts.clear_unfinished()
            raise ArchiveError(
                worded(
                    "{articles}: the purge was given up, the text is still there: {error}",
                    articles=parts.articles,
                    error=error,
                )
            ) from error
        if not rewritten:
            raise ArticleNotFound(article_id)
        self._replace(rewritten, planned, article_id)
        # If this fails, the next reader brings the catalogue up to date.
        with suppress(ArchiveError):
            self.archive.catch_up()
        return sum(map(len, removed.values()))

    def _plan(self, names: Sequence[str]) -> tuple[Extent, ...]:
        """Record the extents of the new versions of parts in the mark; returns the planned extents of all parts."""
        parts = self.archive.parts
        planned = tuple(
            measure(_new_version(parts.path(extent.part)), extent.part) if extent.part in names else extent
            for extent in self._extents
        )
        if names:
            write_mark(parts, self._mark(self.archive.identity.generation, planned))
        return planned

    def _replace(self, names: Sequence[str], planned: tuple[Extent, ...], article_id: str) -> None:
        """Replace parts by their new versions. After a crash, the next writer makes the generation even again."""
        parts, identity = self.archive.parts, self.archive.identity
        # The odd generation tells readers that parts are being replaced.
        parts.write_identity(identity.next, purging=article_id, rewriting=names)
        for name in names:
            _new_version(parts.path(name)).replace(parts.path(name))
        sync_folder(parts.articles)
        self._extents = planned
        write_mark(parts, self._mark(identity.next.next.generation))
        parts.write_identity(identity.next.next)

    def _rewrite_without(self, name: str, article_id: str, generation: int) -> list[Removed]:
        """Write a new version of a part if it has text of the article; returns the lines that it lacks."""
        path = self.archive.parts.path(name)
        removed: list[Removed] = []
        with path.open("rb") as file:
            offset = 0
            for piece in (piece for line in file for piece in pieces(line)):
                if holds_text_of(piece, article_id):
                    removed.append(Removed(generation, name, offset, len(piece)))
                offset += len(piece)
        if removed:
            with path.open("rb") as old, _new_version(path).open("wb") as new:
                new.writelines(piece for line in old for piece in pieces(line) if not holds_text_of(piece, article_id))
                new.flush()
                os.fsync(new.fileno())
        return removed

    def _part_for(self, now: datetime) -> Path:
        """The part to append to. It is never an earlier part, even if the clock was set back."""
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
        """Repair the end of the last part. Of lines in the mark, only a damaged newline is changed."""
        tail = self.archive.parts.tail()
        if not tail:
            return None
        name = self.archive.parts.names()[-1]
        path = self.archive.parts.path(name)
        start = path.stat().st_size - len(tail)
        end_of_kept = max((extent.nbytes for extent in known if extent.part == name), default=0)
        if start < end_of_kept:
            # The newline of a kept line is damaged. More of the line may be damaged, which `verify` reports.
            kept, tail = tail[: end_of_kept - start - 1] + b"\n", tail[end_of_kept - start :]
        else:
            kept = b""
        line = with_newline(tail)
        _replace_end(path, start, kept + (line or b""))
        return Healed(path, 0 if line else len(tail))


def _replace_end(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        # Write before truncating: a crash in between must not lose a line that only lacks its newline.
        file.seek(start)
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _append_bytes(path: Path, content: bytes) -> None:
    """Append all of `content` and sync it to disk, or leave the file unchanged; raises OSError if writing fails."""
    # Unbuffered, because closing would write the rest of a buffer after the file was truncated.
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


def _is_still_there(path: Path, removed: Removed, purged: Collection[str]) -> bool:
    """Whether a part still has the text that a purge was to remove."""
    with path.open("rb") as file:
        file.seek(removed.offset)
        line = next(pieces(file.readline()))
    return any(holds_text_of(line, article_id) for article_id in purged)


def _new_version(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _take_lock(path: Path, wait: float) -> BinaryIO:
    try:
        return take_lock(path, wait)
    except Held as held:
        raise ArchiveLocked(
            worded(
                "{parent}: another process (number {holder}) is writing to this archive: {advice}",
                parent=path.parent,
                holder=held.holder,
                advice=held.advice,
            )
        ) from held
