"""The SQLite file of a catalogue: open it, lock it, and replace it by an empty or a temporary database.

Replacing the file means deleting it first, so processes that have it open keep their data until they reopen it.
Writing and replacing take a lock on a lock file, so that a journal never ends up next to another database.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from newsarchive.archive.checked_rows import SCHEMA, CheckedRows
from newsarchive.errors import ArchiveError
from newsarchive.wording import worded

PATIENCE = 60.0
"""Seconds to wait for another process."""
_PAUSE = 0.01
_OPENING_FAILED = (sqlite3.Error, UnicodeDecodeError)
"""SQLite's message about a damaged schema may have bytes that aren't UTF-8."""
_TEMPORARY = ""
"""SQLite's name for a private temporary database, which is in memory while it is small."""


class CatalogueFile:
    """A database with the tables of a catalogue. Raises ArchiveError if another process keeps it locked.

    If the file can't be written, for example in a read-only folder, a temporary database is used instead, which starts
    as a copy of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_temporary = False
        self._inode: tuple[int, int] | None = None
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            with self._locked():
                return self._connect()
        except OSError:
            return self._copied()

    def _connect(self) -> sqlite3.Connection:
        """Open the file, or replace it by an empty database. Raises OSError if it can't be written."""
        try:
            connection = _connect(self._path)
        except _OPENING_FAILED as error:
            if is_busy(error):
                raise self._busy() from error
            connection = self._replaced()
        self._inode = _inode(self._path)
        return connection

    def _replaced(self) -> sqlite3.Connection:
        if self._path.exists() and not os.access(self._path, os.W_OK):
            raise PermissionError(f"{self._path} is read-only")
        for suffix in ("", "-journal", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        try:
            return _connect(self._path)
        except _OPENING_FAILED as error:
            raise OSError(f"{self._path}: {error}") from error

    def _copied(self) -> sqlite3.Connection:
        """A temporary database that starts as a copy of the file, if the file can be read."""
        self._is_temporary = True
        connection = _connect(_TEMPORARY)
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with suppress(*_OPENING_FAILED), closing(sqlite3.connect(uri, uri=True)) as file:
            file.backup(connection)
        return connection

    def replace(self) -> None:
        """Switch to an empty database, unless another process has already replaced the file."""
        self._close()
        if self._is_temporary:
            self._connection = _connect(_TEMPORARY)
            return
        try:
            with self._locked():
                self._connection = self._connect() if self.is_replaced() else self._emptied()
        except OSError:
            self.give_up()

    def _emptied(self) -> sqlite3.Connection:
        connection = self._replaced()
        self._inode = _inode(self._path)
        return connection

    def give_up(self) -> None:
        """Switch to an empty temporary database."""
        self._close()
        self._is_temporary = True
        self._connection = _connect(_TEMPORARY)

    def copy(self) -> None:
        """Switch to a temporary copy of the file, because the disk has no room for the file to grow."""
        self._close()
        self._connection = self._copied()

    def is_replaced(self) -> bool:
        """Whether the file was replaced or deleted since it was opened."""
        return not self._is_temporary and _inode(self._path) != self._inode

    def reopen(self) -> None:
        """Switch to the current file."""
        self._close()
        self._connection = self._open()

    @contextmanager
    def reading(self) -> Iterator[CheckedRows]:
        """A read transaction: a consistent snapshot of the rows."""
        with self._transaction("BEGIN") as rows:
            yield rows

    @contextmanager
    def writing(self) -> Iterator[CheckedRows]:
        """A write transaction, which keeps other writers out."""
        with ExitStack() as stack:
            if not self._is_temporary:
                try:
                    stack.enter_context(self._locked())
                    if self.is_replaced():
                        self._close()
                        self._connection = self._connect()
                except OSError:
                    self.copy()
            yield stack.enter_context(self._transaction("BEGIN IMMEDIATE"))

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[CheckedRows]:
        self._execute(begin)
        try:
            yield CheckedRows(self._connection)
        except BaseException as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            if is_busy(error):
                raise self._busy() from error
            raise
        self._execute("COMMIT")

    def _execute(self, statement: str) -> None:
        try:
            self._connection.execute(statement)
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            if is_busy(error):
                raise self._busy() from error
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other writers out. The operating system releases the lock when the process ends."""
        with self._path.with_name(self._path.name + ".lock").open("ab") as file:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > until:
                        raise self._busy() from error
                    time.sleep(_PAUSE)
            yield

    def _busy(self) -> ArchiveError:
        return ArchiveError(worded("{path}: locked by another process; try again later", path=self._path))

    def _close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    def close(self) -> None:
        """Close the file."""
        self._close()


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        # Not WAL mode: a WAL database can't be read in a read-only folder.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.executescript(f"BEGIN IMMEDIATE;{SCHEMA}COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_busy(error: BaseException) -> bool:
    """Whether an error means that another process has locked the file."""
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.Error) and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_full(error: BaseException) -> bool:
    """Whether an error means that the disk is full."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
