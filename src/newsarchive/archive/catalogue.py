"""The catalogue: the position of each revision in the archive, and digests of its text, URL and guid.

The catalogue is derived data. It reads new lines from the archive, and is rebuilt if it is missing,
damaged, or belongs to another archive. After a purge, the rows of the rewritten parts are moved.
SQLite keeps lookups fast at any size, and lets several processes open the file.
"""

import sqlite3
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from newsarchive.archive.catalogue_file import CatalogueFile, is_full
from newsarchive.archive.catching_up import Outdated, Read, Source, read_of, settled_before, take_in
from newsarchive.archive.checked_rows import CheckedRows, Row, RowsDamaged, article_of_copy
from newsarchive.archive.digests import address_key
from newsarchive.archive.parts import Identity, Position
from newsarchive.errors import ArchiveError
from newsarchive.wording import worded

_MOST_KEPT = 8_192
"""The most entries that are kept in memory, about 3 MB."""
_DAMAGE = (
    sqlite3.Error,
    RowsDamaged,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    struct.error,
)
"""Exceptions from reading damaged bytes."""
_Result = TypeVar("_Result")


class Entry(NamedTuple):
    """One revision, its position, and the digest of its text. A withdrawal is a revision without a text."""

    id: str
    revision: int
    part: str
    offset: int
    length: int
    text: bytes | None

    @property
    def withdrawn(self) -> bool:
        """Whether this is a withdrawal."""
        return self.text is None


class Counts(NamedTuple):
    """The number of visible articles, of withdrawn articles, and of all lines."""

    articles: int
    withdrawn: int
    lines: int


class Catalogue:
    """The catalogue file of one archive. Several threads may share an object.

    Each lookup reflects the archive at the last call of `catch_up`, or later. A damaged file is
    rebuilt by the lookup that finds the damage. Raises ArchiveError while another process keeps the
    file locked.
    """

    def __init__(self, path: Path, source: Source) -> None:
        self._path = path
        self._source = source
        self._lock = threading.RLock()
        self._caught_up: tuple[Identity, Position] | None = None
        self._held: tuple[ExitStack, CheckedRows, Read] | None = None
        self._kept: tuple[tuple[Identity, Position] | None, dict[str, Entry | None]] = None, {}
        self._file = CatalogueFile(path)

    def catch_up(self) -> None:
        """Read the archive's new lines."""
        with self._lock:
            self._let_go()
            if self._file.is_replaced():
                self._file.reopen()
                self._caught_up = None
            if self._caught_up != (self._source.identity, self._source.end()):
                self._repairing(self._pull)

    def rebuild(self) -> None:
        """Read the whole archive again. While parts are being replaced, only those are read again."""
        with self._lock:
            self._let_go()
            if self._source.identity.is_settled:
                self._file.replace()
            self._repairing(self._pull)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make all lookups in this context in one transaction, which is several times faster for many of them.

        Use it only where the archive can't change, because it ends with the next `catch_up`. Other
        processes that write to the catalogue wait until the end of the context.
        """
        with self._lock:
            self._let_go()
            self._repairing(self._hold)
            try:
                yield
            finally:
                self._let_go()

    def _hold(self) -> None:
        with ExitStack() as stack:
            if self._caught_up is None:
                self._pull()
            rows = stack.enter_context(self._file.reading())
            read = read_of(rows)
            # Otherwise each lookup finds out for itself what has changed.
            if read is not None and self._is_of(read, self._caught_up):
                self._held = stack.pop_all(), rows, read

    def _let_go(self) -> None:
        """End the transaction of `held`, if there is one."""
        held, self._held = self._held, None
        if held is not None:
            # A damaged or replaced file is found, and repaired, by the next lookup.
            with suppress(*_DAMAGE):
                held[0].close()

    def _look(self, look: Callable[[CheckedRows, Read], _Result]) -> _Result:
        with self._lock:
            return self._repairing(lambda: self._look_once(look))

    def _look_once(self, look: Callable[[CheckedRows, Read], _Result]) -> _Result:
        if self._held is not None:
            return look(*self._held[1:])
        while True:
            if self._caught_up is None:
                self._pull()
            with self._file.reading() as rows:
                read = read_of(rows)
                if read is not None and self._is_of(read, self._caught_up):
                    return look(rows, read)
            # Another process has updated the catalogue to a later generation of the archive.
            self._caught_up = None

    @staticmethod
    def _is_of(read: Read, caught_up: tuple[Identity, Position] | None) -> bool:
        if caught_up is None:
            return False
        return (read.archive, read.generation) == (caught_up[0].archive, settled_before(caught_up[0]))

    def _repairing(self, work: Callable[[], _Result]) -> _Result:
        """Run `work`. If the file is damaged, run it again on a new file, and finally on a temporary one."""
        for repair in (self._file.replace, self._file.give_up):
            try:
                return work()
            except _DAMAGE as error:
                self._let_go()
                self._caught_up = None
                (self._file.copy if is_full(error) else repair)()
        try:
            return work()
        except sqlite3.Error as error:
            raise ArchiveError(
                worded("neither {path} nor a temporary file can be used: {error}", path=self._path, error=error)
            ) from error

    def _pull(self) -> None:
        """Read new lines of the archive, in separate transactions."""
        self._caught_up = None
        is_more = True
        while is_more:
            identity, end = self._source.identity, self._source.end()
            with self._file.reading() as rows:
                if self._has(rows, identity, end):
                    break
            try:
                with self._file.writing() as rows:
                    # The identity may have changed while another process held the lock.
                    identity = self._source.identity
                    is_more = take_in(rows, self._source, identity)
            except Outdated:
                if self._source.identity == identity:
                    self._file.replace()
        self._caught_up = identity, end

    @staticmethod
    def _has(rows: CheckedRows, identity: Identity, end: Position) -> bool:
        read = read_of(rows)
        if read is None:
            return False
        return (read.archive, read.generation, read.position) == (identity.archive, identity.generation, end)

    def latest(self, article_id: str) -> Entry | None:
        """The latest revision of an article, which may be a withdrawal. None if the id is unknown."""
        return next(iter(self.latest_of([article_id])), None)

    def latest_of(self, article_ids: Iterable[str]) -> list[Entry]:
        """The latest revisions of articles, in the order of the ids. Unknown ids are skipped."""
        ids = list(dict.fromkeys(article_ids))

        def look(rows: CheckedRows, read: Read) -> dict[str, Entry | None]:
            found = ((article_id, rows.of_id(article_id)[-1:]) for article_id in missing)
            return {article_id: _entry(last[0], read) if last else None for article_id, last in found}

        with self._lock:
            known = self._kept_entries()
            while missing := [article_id for article_id in ids if article_id not in known]:
                found = self._look(look)
                known = self._kept_entries()
                known.update(found)
            if len(known) > _MOST_KEPT:
                self._kept = None, {}
            return [entry for entry in map(known.__getitem__, ids) if entry is not None]

    def _kept_entries(self) -> dict[str, Entry | None]:
        """The latest entries that were looked up since the archive last changed.

        Catching up with a change or a repaired file makes another tuple, even of the same values.
        """
        if self._kept[0] is not self._caught_up:
            self._kept = self._caught_up, {}
        return self._kept[1]

    def revisions(self, article_id: str) -> list[Entry]:
        """All revisions of an article, oldest first."""
        return self._look(lambda rows, read: [_entry(row, read) for row in rows.of_id(article_id)])

    def ids_with_text(self, text: bytes) -> list[str]:
        """The ids of the articles that have a text in any revision; `text` is its `digests.short_digest`."""
        return self._look(lambda rows, _read: rows.ids_of_text(text))

    def id_at_address(self, address: str) -> str | None:
        """The id of the oldest article with this canonical URL by the current rules. None if there is none."""
        return next(iter(self.ids_at_address(address)), None)

    def ids_at_address(self, address: str) -> list[str]:
        """The ids of the articles with this canonical URL by the current rules in any revision, the oldest first."""
        return [found for found in self._ids_at(address) if article_of_copy(found) is None]

    def ids_with_guid(self, key: str) -> list[str]:
        """The ids of the articles with this guid, in the form of `guid.guid_key`, in any revision, the oldest first."""
        digest = address_key(key)
        return self._look(lambda rows, _read: rows.ids_of_guid(digest))

    def id_of_copy_at(self, address: str) -> str | None:
        """The id of the article of which a copy was found at this canonical URL. None if there is none."""
        return next(filter(None, map(article_of_copy, self._ids_at(address))), None)

    def ids_at_address_digest(self, digest: bytes) -> list[str]:
        """Like `ids_at_address`, by the `digests.address_key` of the URL, for who keeps no address itself."""
        found = self._look(lambda rows, _read: rows.ids_of_address(digest))
        return [article_id for article_id in found if article_of_copy(article_id) is None]

    def _ids_at(self, address: str) -> list[str]:
        digest = address_key(address)
        return self._look(lambda rows, _read: rows.ids_of_address(digest))

    def counts(self) -> Counts:
        """The number of articles and lines. Reads all rows."""
        return self._look(lambda rows, _read: _count(rows.all()))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._let_go()
            self._file.close()


def _entry(row: Row, read: Read) -> Entry:
    return Entry(row.id, row.revision, read.parts[row.part][0], row.offset, row.length, row.text)


def _count(rows: Iterable[Row]) -> Counts:
    lines = shown = withdrawn = 0
    last: Row | None = None
    for row in rows:
        lines += 1
        if article_of_copy(row.id) is not None:
            continue
        if last is not None and last.id != row.id:
            shown, withdrawn = shown + (last.text is not None), withdrawn + (last.text is None)
        last = row
    if last is not None:
        shown, withdrawn = shown + (last.text is not None), withdrawn + (last.text is None)
    return Counts(shown, withdrawn, lines)
