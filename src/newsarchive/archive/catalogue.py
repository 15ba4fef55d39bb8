"""The catalogue: where each revision stands in the parts, and a digest of its text.

It is derived: it pulls from the archive what it has not read yet, together with its position, and is made anew
when it is missing, damaged, or belongs to another archive. SQLite keeps it quick at any size, and lets several
processes have it open.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Identity, Position
from newsarchive.article import Article, text_digest

_FORMAT = "1"
_DIGEST_BYTES = 16
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revisions (
    id TEXT NOT NULL,
    line INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    part TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    text BLOB,
    PRIMARY KEY (id, line)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_text ON revisions (text) WHERE text IS NOT NULL;
CREATE VIEW IF NOT EXISTS entries AS
    SELECT id, revision, part, offset, length, withdrawn, line, text FROM revisions;
"""


class Entry(NamedTuple):
    """One revision and its place. A withdrawal is a revision too, without text."""

    id: str
    revision: int
    part: str
    offset: int
    length: int
    withdrawn: bool


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
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError:
            self._discard()
            return _connect(self._path)

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def catch_up(self, identity: Identity, end: Position, read: Callable[[Position], Iterable[Stored]]) -> None:
        """Take in what the archive has beyond the catalogue: `read` gives the records behind a position."""
        with self._lock:
            owner = f"{_FORMAT} {identity.archive} {identity.generation}"
            try:
                if self._state("owner") == owner and self._position() == end:
                    return
                self._pull(owner, read)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                    raise
                self._connection.close()
                self._discard()
                self._connection = _connect(self._path)
                self._pull(owner, read)

    def _pull(self, owner: str, read: Callable[[Position], Iterable[Stored]]) -> None:
        with self._transaction() as connection:
            if self._state("owner") != owner:
                connection.execute("DELETE FROM revisions")
                self._set_state("owner", owner)
                self._set_position(START)
            position = self._position()
            for stored in read(position):
                self._add(stored)
                position = stored.end
            self._set_position(position)

    def _add(self, stored: Stored) -> None:
        record = stored.record
        text = _digest(text_digest(record)) if isinstance(record, Article) else None
        self._connection.execute(
            "INSERT INTO revisions SELECT ?, 1 + coalesce(max(line), 0), ?, ?, ?, ?, ?, ? FROM revisions WHERE id = ?",
            (record.id, record.revision, stored.part, stored.offset, stored.length, text is None, text, record.id),
        )

    def latest(self, article_id: str) -> Entry | None:
        """The last revision of an article, which may be a withdrawal; None for an unknown id."""
        return self._one("SELECT * FROM entries WHERE id = ? ORDER BY line DESC LIMIT 1", article_id)

    def revisions(self, article_id: str) -> list[Entry]:
        """All revisions of an article, oldest first."""
        with self._lock:
            rows = self._connection.execute("SELECT * FROM entries WHERE id = ? ORDER BY line", (article_id,))
            return [_entry(row) for row in rows]

    def has_text(self, article: Article) -> bool:
        """Whether some revision of this id has the same source, title and body."""
        query = "SELECT * FROM entries WHERE id = ? AND text = ?"
        return self._one(query, article.id, _digest(text_digest(article))) is not None

    def same_text(self, article: Article) -> str | None:
        """The id of an article whose source, title and body are the same, if there is one."""
        entry = self._one("SELECT * FROM entries WHERE text = ? LIMIT 1", _digest(text_digest(article)))
        return entry.id if entry else None

    def counts(self) -> Counts:
        """How many articles and lines there are."""
        with self._lock:
            lines, articles, shown = self._connection.execute(
                "SELECT (SELECT count(*) FROM revisions), count(*), coalesce(sum(NOT withdrawn), 0)"
                " FROM (SELECT withdrawn, max(line) FROM revisions GROUP BY id)"
            ).fetchone()
        return Counts(shown, articles - shown, lines)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _one(self, query: str, *parameters: object) -> Entry | None:
        with self._lock:
            row = self._connection.execute(query, parameters).fetchone()
        return _entry(row) if row else None

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


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # It can always be made again, so it need not survive a power cut: SQLite keeps it consistent all the same.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(*row[: len(Entry._fields)])


def _digest(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal)[:_DIGEST_BYTES]
