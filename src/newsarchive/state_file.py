"""`StateFile`: an SQLite file with what isn't derived from the archive, such as the ledger of alerts."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsarchive.errors import NewsArchiveError
from newsarchive.wording import worded

_WAIT = 30.0
"""Seconds to wait for another process that writes to the file."""


class OtherVersion(sqlite3.DatabaseError):
    """The file was written by another version of newsarchive."""


class StateFile:
    """An open file, used by one thread at a time.

    A subclass opens it and says what its errors are. Its methods raise them if the file can't be used.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write everything inside `with` in one transaction."""
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            self._database.rollback()
            raise

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> NewsArchiveError:
        """The error to raise for one of SQLite."""
        raise NotImplementedError


def open_state(path: Path, tables: str, version: int) -> sqlite3.Connection:
    """Open a file, creating it with `tables` if it is missing. Raises OtherVersion, and sqlite3.Error."""
    # Autocommit, so that each change outside of `together` is on its own. Threads take turns at one file.
    database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        with closing(database.execute("PRAGMA user_version")) as cursor:
            found = cursor.fetchone()[0]
        if found not in {0, version}:
            raise OtherVersion(worded("it was written by another version of newsarchive"))
        if not found:
            database.executescript(f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {version}; COMMIT;")
        # Reads the schema, so that a damaged one is noticed here.
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1")
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database
