"""The catalogue: where each revision stands in the parts, and a digest of its text.

It is derived: it pulls from the archive what it has not read yet, together with its position, and is made anew
when it is missing, damaged, or belongs to another archive. SQLite keeps it quick at any size, and lets several
processes have it open. Where its file cannot be written, as in a folder that is for reading only, the process has
a temporary one of its own.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Identity, Position
from newsarchive.article import Article, text_digest
from newsarchive.errors import ArchiveError
from newsarchive.limits import bounded

_FORMAT = "3"
_DIGEST_BYTES = 16
_BATCH = 2_000
"""Records that one transaction takes in: others wait no longer than that, and a crash costs no more."""
_MOST_VALUES = 500
"""Values in one statement: SQLite has had limits from 999 on."""
_TEMPORARY = ""
"""SQLite's name for a database of this connection alone, in memory as long as it is small."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revisions (
    id TEXT NOT NULL,
    line INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    part TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    text BLOB,
    PRIMARY KEY (id, line)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_text ON revisions (text) WHERE text IS NOT NULL;
"""


_SELECT = "SELECT id, revision, part, offset, length, text FROM revisions"


class Entry(NamedTuple):
    """One revision, its place, and the digest of its text. A withdrawal is a revision too, without text."""

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
    """Articles that are shown, articles withdrawn, and lines of any kind."""

    articles: int
    withdrawn: int
    lines: int


class Catalogue:
    """The catalogue file of one archive. One object may be used by several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._caught_up: tuple[Identity, Position] | None = None
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.OperationalError:
            return self._copied()
        except sqlite3.DatabaseError:
            return self._emptied()

    def _copied(self) -> sqlite3.Connection:
        """A temporary catalogue that starts with what the file has, if that can be read."""
        connection = _connect(_TEMPORARY)
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(uri, uri=True)) as file:
            file.backup(connection)
        return connection

    def _emptied(self) -> sqlite3.Connection:
        """An empty catalogue: in the file, or a temporary one where the file cannot be replaced."""
        try:
            for suffix in ("", "-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            return _connect(self._path)
        except (OSError, sqlite3.DatabaseError):
            return _connect(_TEMPORARY)

    def catch_up(
        self,
        identity: Identity,
        end: Position,
        holds: Callable[[Position], bool],
        read: Callable[[Position], Iterable[Stored]],
    ) -> None:
        """Take in what the archive has beyond the catalogue, up to `end`.

        `holds` says whether a position is one of the archive, `read` gives the records behind a position. Raises
        ArchiveError when another process keeps the catalogue for itself.
        """
        with self._lock:
            if self._caught_up == (identity, end):
                return
            try:
                self._pull(identity, end, holds, read)
            except sqlite3.DatabaseError as error:
                if _is_busy(error):
                    raise ArchiveError(f"{self._path}: another process keeps it locked; try again later") from error
                self._connection.close()
                # A full disk is no reason to throw the file away: this process goes on with a copy of its own.
                self._connection = self._copied() if _is_full(error) else self._emptied()
                self._pull_once_more(identity, end, holds, read)
            self._caught_up = identity, end

    def _pull_once_more(
        self,
        identity: Identity,
        end: Position,
        holds: Callable[[Position], bool],
        read: Callable[[Position], Iterable[Stored]],
    ) -> None:
        try:
            self._pull(identity, end, holds, read)
        except sqlite3.DatabaseError as error:
            raise ArchiveError(f"{self._path}: the catalogue cannot be written: {error}") from error

    def _pull(
        self,
        identity: Identity,
        end: Position,
        holds: Callable[[Position], bool],
        read: Callable[[Position], Iterable[Stored]],
    ) -> None:
        owner = f"{_FORMAT} {identity.archive} {identity.generation}"
        if self._state("owner") == owner and self._position() == end:
            return
        is_more = True
        while is_more:
            with self._transaction() as connection:
                if self._state("owner") != owner or not holds(self._position()):
                    connection.execute("DELETE FROM revisions")
                    self._set_state("owner", owner)
                    self._set_position(START)
                batch = list(islice(read(self._position()), _BATCH))
                if batch:
                    self._add(batch)
                    self._set_position(batch[-1].end)
            is_more = len(batch) == _BATCH

    def _add(self, batch: list[Stored]) -> None:
        first = 1 + int(self._state("lines") or 0)
        entries = (_entry(stored) for stored in batch)
        rows = ((first + number, _to_key(entry.id), *entry[1:]) for number, entry in enumerate(entries))
        self._connection.executemany(
            "INSERT INTO revisions (line, id, revision, part, offset, length, text) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )
        self._set_state("lines", str(first + len(batch)))

    def latest(self, article_id: str) -> Entry | None:
        """The last revision of an article, which may be a withdrawal; None for an unknown id."""
        return next(iter(self.latest_of([article_id])), None)

    def latest_of(self, article_ids: Iterable[str]) -> list[Entry]:
        """The last revisions of articles, in the order of the ids; none for an unknown id."""
        ids = list(dict.fromkeys(article_ids))
        found: dict[str, Entry] = {}
        for start in range(0, len(ids), _MOST_VALUES):
            some = ids[start : start + _MOST_VALUES]
            marks = ", ".join("?" * len(some))
            rows = self._rows(f"{_SELECT} WHERE id IN ({marks}) ORDER BY id, line", map(_to_key, some))
            # The last of the rows of an id remains.
            found.update((entry.id, entry) for entry in map(_entry_of_row, rows))
        return [found[article_id] for article_id in ids if article_id in found]

    def revisions(self, article_id: str) -> list[Entry]:
        """All revisions of an article, oldest first."""
        return [
            _entry_of_row(row) for row in self._rows(f"{_SELECT} WHERE id = ? ORDER BY line", [_to_key(article_id)])
        ]

    def ids_with_text(self, text: bytes) -> list[str]:
        """The ids of which some revision has this text, the digest of a source, title and body."""
        rows = self._rows("SELECT DISTINCT id FROM revisions WHERE text = ?", [text])
        return [_from_key(key) for (key,) in rows]

    def counts(self) -> Counts:
        """How many articles and lines there are."""
        [(lines, articles, shown)] = self._rows(
            "SELECT (SELECT count(*) FROM revisions), count(*), count(text)"
            " FROM (SELECT text, max(line) FROM revisions GROUP BY id)"
        )
        return Counts(shown, articles - shown, lines)

    def _rows(self, query: str, values: Iterable[object] = ()) -> list[Any]:
        """The rows of a query. Raises ArchiveError where the file turns out damaged; it is then made again."""
        with self._lock:
            try:
                return self._connection.execute(query, tuple(values)).fetchall()
            except sqlite3.DatabaseError as error:
                if _is_busy(error):
                    raise ArchiveError(f"{self._path}: another process keeps it locked; try again later") from error
                self._connection.close()
                self._connection = self._emptied()
                self._caught_up = None
                raise ArchiveError(f"{self._path} was damaged and is made again; try again ({error})") from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _state(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _set_state(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def _position(self) -> Position:
        part, _, offset = (self._state("position") or " 0").rpartition(" ")
        return Position(part, int(offset))

    def _set_position(self, position: Position) -> None:
        self._set_state("position", f"{position.part} {position.offset}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            with suppress(sqlite3.DatabaseError):
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        # Not WAL: that cannot be read where its files cannot be written.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = -16000")
        connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _entry(stored: Stored) -> Entry:
    record = stored.record
    text = short_digest(record) if isinstance(record, Article) else None
    return Entry(record.id, record.revision, stored.part, stored.offset, stored.length, text)


def _to_key(article_id: str) -> str | bytes:
    """An id as SQLite can keep it: bytes, which equal no text, where it has half a surrogate pair."""
    try:
        article_id.encode()
    except UnicodeEncodeError:
        return article_id.encode(errors="surrogatepass")
    return article_id


def _from_key(key: str | bytes) -> str:
    return key if isinstance(key, str) else key.decode(errors="surrogatepass")


def _entry_of_row(row: Sequence[Any]) -> Entry:
    return Entry(_from_key(row[0]), *row[1:])


def _is_full(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def short_digest(article: Article) -> bytes:
    """The digest by which the catalogue knows the text of an article.

    It is that of the article within the limits, so that a text that was kept before there were any is known again.
    """
    return bytes.fromhex(text_digest(bounded(article)))[:_DIGEST_BYTES]
