"""The files of the store of groups: one database per build, and `CURRENT`, which names the one in use.

A rebuild writes a new file and is switched to in one step. Every build has a name of its own, so
that the journal of a build is never taken for that of another.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from newsarchive.durable import replace_file, sync_folder

_NAME = re.compile(r"groups-(\d{1,9})\.sqlite3")
_BUSY_SECONDS = 10.0
_CACHE_KIB = 64_000


class Builds:
    """The folder of the store. Reading creates nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock_file = folder / ".lock"
        self._current = folder / "CURRENT"

    def current(self) -> Path | None:
        """The database in use; None if there is none."""
        try:
            name = self._current.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return None
        return self.folder / name if _NAME.fullmatch(name) else None

    def open_for_reading(self, path: Path) -> sqlite3.Connection:
        """Open a database, which this doesn't change unless an update that was killed must be undone.

        Raises sqlite3.Error.
        """
        uri = f"{path.absolute().as_uri()}?mode=rw"
        database = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        database.execute("PRAGMA query_only = ON")
        return database

    @contextmanager
    def writing(self, path: Path) -> Iterator[sqlite3.Connection]:
        """The database in use, open for writing."""
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as database:
            database.execute("PRAGMA secure_delete = ON")
            # Without spilling, readers are locked out only while a batch is committed.
            database.execute("PRAGMA cache_spill = OFF")
            database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            yield database

    @contextmanager
    def rebuilding(self) -> Iterator[sqlite3.Connection]:
        """A new, empty database. It replaces the one in use if the block ends without an exception."""
        names = [path.name for path in self.folder.iterdir()]
        last = max((int(match[1]) for name in names if (match := _NAME.match(name))), default=0)
        path = self.folder / f"groups-{last + 1}.sqlite3"
        try:
            with closing(sqlite3.connect(path)) as database:
                # If this is interrupted, the file is deleted, so nothing need be undone.
                database.execute("PRAGMA journal_mode = OFF")
                database.execute("PRAGMA synchronous = OFF")
                database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                yield database
            _sync(path)
            sync_folder(self.folder)
            replace_file(self._current, path.name.encode() + b"\n")
        finally:
            self.delete_others()

    def delete_others(self) -> None:
        """Delete all databases but the one in use, with their journals."""
        current = self.current()
        for path in self.folder.iterdir():
            match = _NAME.match(path.name)
            if match and (current is None or match[0] != current.name):
                path.unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete all databases."""
        with suppress(FileNotFoundError):
            self._current.unlink(missing_ok=True)
            self.delete_others()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
