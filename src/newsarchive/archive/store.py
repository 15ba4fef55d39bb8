"""The archive: articles in append-only JSON Lines files, read by any number of processes.

Reading never locks. One process writes at a time. The catalogue next to the parts is derived from them.

`get`, `get_many` and `history` return records for display, within the limits of `newsarchive.limits`. `read` and
`load` return records as they were written.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

from newsarchive.archive.arrival_times import first_since, line_ends
from newsarchive.archive.catalogue import Catalogue, Entry
from newsarchive.archive.lines import Stored, decode_known_line, decode_line, pieces, with_newline
from newsarchive.archive.mark import Mark, MarkDamaged, missing, read_mark
from newsarchive.archive.parts import START, Identity, Parts, Position, part_order
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.errors import ArticleNotFound, ArticleWithdrawn, CorruptArchive
from newsarchive.limits import bounded_record
from newsarchive.wording import worded, words_of

_log = logging.getLogger(__name__)

_MOST_LOGGED = 1_000
"""The most damaged lines that one object names in the log."""
_MOST_PARTS_REPLACED = 5
"""How often a lookup is retried while purges replace parts. Two purges hardly ever happen during one lookup."""

_NO_RECORDS: Mapping[bytes, Record] = {}
OnDamage = Callable[[CorruptArchive], None]
"""Called for a damaged line. If it returns, the line is skipped."""


def raise_damage(damage: CorruptArchive) -> None:
    """Strict reading: a damaged line is an error."""
    raise damage


def leave_out(_damage: CorruptArchive) -> None:
    """Lenient reading: a damaged line is skipped. `verify` reports it."""


class Archive:
    """An archive folder, open for reading.

    Raises ArchiveError if the folder has no archive; with `create`, a new archive is created instead.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self.parts = Parts(folder)
        if create:
            self.parts.create()
        self.parts.identity()
        self._catalogue: Catalogue | None = None
        self._lock = threading.Lock()
        self._appended: dict[bytes, Record] = {}
        self._logged: set[str] = set()

    def __reduce__(self) -> tuple[object, ...]:
        """For another process, which opens the archive for itself."""
        return Archive, (self.folder,)

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a folder has an archive."""
        return Parts(folder).exists()

    @property
    def identity(self) -> Identity:
        """The identity of this archive. Always read from disk, because a purge by another process changes it."""
        return self.parts.identity()

    def purged_since(self, generation: int) -> frozenset[str]:
        """The ids of the articles that were purged after a generation, or are being purged now."""
        return self.parts.purged_since(generation)

    def mark(self) -> Mark | None:
        """The high-water mark of the archive; None if it has no mark yet. Raises MarkDamaged."""
        return read_mark(self.parts, self.identity.archive)

    def missing(self) -> tuple[str, ...]:
        """Descriptions of missing parts or lines, according to the mark. Empty if the mark is damaged."""
        while True:
            identity = self.identity
            try:
                found = missing(self.parts, identity, self.mark())
            except MarkDamaged:
                return ()
            if identity == self.identity:
                return found

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, brought up to date with the parts. If there is nothing new, this only lists the folder."""
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue(self.folder / "catalogue.sqlite3", self)
        self._catalogue.catch_up()
        return self._catalogue

    def catch_up(self) -> None:
        """Bring the catalogue up to date. Reading a million new articles takes a few minutes."""
        self.catalogue  # noqa: B018 - the property brings it up to date

    def end(self) -> Position:
        """The position after the last line."""
        return self.parts.end()

    def read(
        self, since: Position = START, *, until: Position | None = None, on_damage: OnDamage = raise_damage
    ) -> Iterator[Stored]:
        """All records after position `since`, oldest first; with `until`, only records before that position.

        A last line without a newline is being written, or was torn, and is not part of the archive. For any other
        damaged line, `on_damage` is called with a CorruptArchive that has the file and line.
        """
        last = self.parts.names()[-1:]
        for name, offset in self.parts.since(since):
            if until is not None and part_order(name) > part_order(until.part):
                return
            end = until.offset if until is not None and name == until.part else None
            yield from self._read_part(name, offset, end, is_last=[name] == last, on_damage=on_damage)

    def read_part(self, name: str, offset: int) -> Iterator[Stored]:
        """All records of a part from `offset` on; damaged lines are skipped."""
        is_last = self.parts.names()[-1:] == [name]
        return self._read_part(name, offset, None, is_last=is_last, on_damage=leave_out, known=self._appended)

    def remember(self, appended: Iterable[tuple[bytes, Record]]) -> None:
        """Keep the lines of the last batch with their records, so that the catalogue needn't decode them again."""
        self._appended = dict(appended)

    def _read_part(  # noqa: PLR0913 - all are independent
        self,
        name: str,
        start: int,
        end: int | None,
        *,
        is_last: bool,
        on_damage: OnDamage,
        known: Mapping[bytes, Record] = _NO_RECORDS,
    ) -> Iterator[Stored]:
        """The records of a part. Lines that are `known`, byte by byte, aren't decoded."""
        number_of_first = cache(lambda: self._line_number(name, start))
        offset = start
        with self.parts.path(name).open("rb") as file:
            file.seek(start)
            for number, line in enumerate(file):
                if end is not None and offset >= end:
                    return
                if is_last and not line.endswith(b"\n") and not _is_damaged_at_its_end(line):
                    return
                for piece in pieces(line):
                    try:
                        record = known.get(piece) or decode_line(piece)
                    except ValueError as error:
                        on_damage(CorruptArchive(self.parts.path(name), number_of_first() + number, words_of(error)))
                    else:
                        yield Stored(record, name, offset, len(piece))
                    offset += len(piece)

    def torn_bytes(self) -> int:
        """The length in bytes of a last line that is being written, or was torn; 0 if there is none."""
        tail = self.parts.tail()
        return 0 if _is_damaged_at_its_end(tail) else len(tail)

    def _line_number(self, name: str, offset: int) -> int:
        with self.parts.path(name).open("rb") as file:
            return 1 + sum(chunk.count(b"\n") for chunk in _chunks(file.read, offset))

    def get(self, article_id: str) -> Article:
        """The latest revision of an article, for display.

        Raises ArticleNotFound for an unknown article, ArticleWithdrawn for a withdrawn one, and CorruptArchive if its
        line is damaged.
        """
        articles = self._shown([article_id], raise_damage)
        if not articles:
            raise self.absence(article_id)
        return articles[article_id]

    def absence(self, article_id: str) -> ArticleNotFound:
        """The error that says why an article isn't shown. Of a purged one, only that it isn't there."""

        def find(catalogue: Catalogue) -> list[Entry]:
            return [entry for entry in catalogue.latest_of([article_id]) if entry.withdrawn]

        for record in self.looking_up(find, leave_out):
            if isinstance(record, Withdrawal) and article_id not in self.purged_since(0):
                return ArticleWithdrawn(article_id, record.archived_at)
        return ArticleNotFound(article_id)

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions of several articles by id, for display.

        Unknown and withdrawn articles are left out. Damaged articles are left out, too, and logged once.
        """
        return self._shown(article_ids, self._log_damage)

    def _shown(self, article_ids: Iterable[str], on_damage: OnDamage) -> dict[str, Article]:
        ids = list(article_ids)

        def find(catalogue: Catalogue) -> list[Entry]:
            return [entry for entry in catalogue.latest_of(ids) if not entry.withdrawn]

        records = map(bounded_record, self.looking_up(find, on_damage))
        return {record.id: record for record in records if isinstance(record, Article)}

    def _log_damage(self, damage: CorruptArchive) -> None:
        with self._lock:
            is_new = str(damage) not in self._logged and len(self._logged) < _MOST_LOGGED
            if is_new:
                self._logged.add(str(damage))
        if is_new:
            _log.warning("%s; the article is left out", damage)

    def history(self, article_id: str) -> tuple[Record, ...]:
        """All readable revisions and withdrawals of an article, for display, oldest first.

        Raises ArticleNotFound for an unknown article, and CorruptArchive if all of its lines are damaged.
        """
        damaged: list[CorruptArchive] = []
        records = self.looking_up(lambda catalogue: catalogue.revisions(article_id), damaged.append)
        if not records:
            raise damaged[-1] if damaged else ArticleNotFound(article_id)
        return tuple(map(bounded_record, records))

    def first_since(self, moment: datetime) -> Position:
        """The position of the first line that was archived at or after a moment; the end if there is none."""
        return first_since(self.parts, moment)

    def line_ends(self, entries: Iterable[Entry], length: int) -> Iterator[tuple[str, bytes]]:
        """The id of each entry with the last `length` bytes of its line. Those that can't be read are left out."""
        return line_ends(self.parts, entries, length)

    def first_position(self, article_id: str) -> Position | None:
        """The position of the first line of an article; None for an unknown article."""
        revisions = self.catalogue.revisions(article_id)
        return Position(revisions[0].part, revisions[0].offset) if revisions else None

    def looking_up(self, find: Callable[[Catalogue], list[Entry]], on_damage: OnDamage) -> list[Record]:
        """The records found by `find`. The lookup is retried if a purge by another process moves records meanwhile.

        If the parts are not the ones that the catalogue was read from, it is rebuilt once.
        """
        rebuilt = 0
        while True:
            identity = self.identity
            catalogue = self.catalogue
            try:
                loaded = self._load_each(find(catalogue))
            except (_Misplaced, FileNotFoundError):
                if identity != self.identity:
                    continue
                # While a purge replaces parts, the parts read here may be replaced again.
                if rebuilt == (1 if identity.is_settled else _MOST_PARTS_REPLACED):
                    raise
                catalogue.rebuild()
                rebuilt += 1
                continue
            damaged = [one for one in loaded if isinstance(one, CorruptArchive)]
            if damaged and identity != self.identity:
                continue
            for damage in damaged:
                on_damage(damage)
            return [one for one in loaded if not isinstance(one, CorruptArchive)]

    def load(self, entry: Entry) -> Record:
        """The record of an entry of the catalogue; raises CorruptArchive if its line is damaged."""
        (loaded,) = self._load_each([entry])
        if isinstance(loaded, CorruptArchive):
            raise loaded
        return loaded

    def _load_each(self, entries: Iterable[Entry]) -> list[Record | CorruptArchive]:
        """The records of entries, in order, or the errors of their lines. Each part is opened once.

        Raises _Misplaced or FileNotFoundError if the entries don't belong to the current parts.
        """
        with ExitStack() as stack:

            @cache
            def opened(part: str) -> BinaryIO:
                return stack.enter_context(self.parts.path(part).open("rb", buffering=0))

            def load(entry: Entry) -> Record | CorruptArchive:
                line = os.pread(opened(entry.part).fileno(), entry.length, entry.offset)
                try:
                    return self._decode(line, entry)
                except _Misplaced:
                    raise
                except CorruptArchive as damage:
                    return damage

            return list(map(load, entries))

    def _decode(self, line: bytes, entry: Entry) -> Record:
        try:
            record = decode_known_line(line)
        except ValueError as error:
            kind = CorruptArchive if self._is_line(line, entry) else _Misplaced
            raise kind(
                self.parts.path(entry.part), self._line_number(entry.part, entry.offset), words_of(error)
            ) from error
        if (record.id, record.revision) != (entry.id, entry.revision):
            line_number = self._line_number(entry.part, entry.offset)
            raise _Misplaced(self.parts.path(entry.part), line_number, worded("this is another record than expected"))
        return record

    def _is_line(self, line: bytes, entry: Entry) -> bool:
        """Whether `line` may be the damaged line of an entry.

        If so, the file is long enough, a line starts at the offset, and it isn't an intact line of another length.
        """
        if len(line) != entry.length or not self.parts.holds(Position(entry.part, entry.offset)):
            return False
        with self.parts.path(entry.part).open("rb") as file:
            file.seek(entry.offset)
            start = next(pieces(file.readline()))
        try:
            decode_line(start)
        except ValueError:
            return True
        return False

    def close(self) -> None:
        """Close the catalogue."""
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None


class _Misplaced(CorruptArchive):
    """An entry of the catalogue points to a place that has no line of its length, or has another record."""


def _is_damaged_at_its_end(tail: bytes) -> bool:
    """Whether a last line is complete, but its newline was overwritten."""
    line = with_newline(tail)
    return line is not None and len(line) == len(tail)


def _chunks(read: Callable[[int], bytes], total: int, size: int = 1 << 20) -> Iterator[bytes]:
    while total > 0 and (chunk := read(min(size, total))):
        total -= len(chunk)
        yield chunk
