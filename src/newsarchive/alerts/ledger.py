"""The ledger of alerts, an SQLite file: what arrived, how far each search has been told, and each delivery.

It isn't derived from the archive: without it, every search begins anew with what arrives from then on. A digest
is planned, with its deliveries and their Message-IDs, in the transaction that moves its search forward.
So nothing is left out, and whatever is sent again after a crash has the same Message-ID.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsarchive.alerts.records import (
    Arrival,
    ArrivalKind,
    Channel,
    Delivery,
    Items,
    PartRead,
    PlannedDigest,
    Progress,
    Recipient,
    State,
)
from newsarchive.errors import AlertsError
from newsarchive.state_file import StateFile, open_state
from newsarchive.stories.numbers import id_of, key_of
from newsarchive.wording import worded

FOLDER = "alerts"
"""The folder in the archive that has the ledger and the secrets of alerts."""
LEDGER_FILE = "ledger.sqlite3"
KEPT = 365 * 86_400.0
"""Seconds that deliveries stay in the ledger after they are done."""

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS state (archive TEXT NOT NULL, generation INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "end" INTEGER NOT NULL, lines BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS arrivals (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS searches (search TEXT PRIMARY KEY, number INTEGER NOT NULL, slot REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recipients (
    code TEXT PRIMARY KEY, search TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, name TEXT NOT NULL,
    language TEXT NOT NULL, stopped REAL, reason TEXT NOT NULL DEFAULT '', UNIQUE (search, channel, address)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digests (
    number INTEGER PRIMARY KEY, search TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    planned REAL NOT NULL, articles INTEGER NOT NULL, items TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS digests_of ON digests (search);
CREATE TABLE IF NOT EXISTS deliveries (
    message TEXT PRIMARY KEY, digest INTEGER NOT NULL, search TEXT NOT NULL, channel TEXT NOT NULL,
    address TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due REAL NOT NULL, tried REAL,
    error TEXT NOT NULL, done REAL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
"""


class Ledger(StateFile):
    """The file, used by one thread. Its methods raise AlertsError if it can't be used."""

    def __init__(self, archive: Path) -> None:
        """Open the file of an archive, which is created if it is missing. Raises AlertsError."""
        folder = archive / FOLDER
        self.path = folder / LEDGER_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            super().__init__(_opened(self.path))
        except (OSError, sqlite3.Error) as error:
            raise AlertsError(
                worded(
                    "{path}: the ledger of alerts can't be used: {error}. Restore it from a backup, or "
                    "move it away: then searches begin anew with what arrives from now on",
                    path=self.path,
                    error=error,
                )
            ) from error

    @staticmethod
    def is_in(archive: Path) -> bool:
        """Whether an archive has a ledger."""
        return (archive / FOLDER / LEDGER_FILE).exists()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write everything inside `with` in one transaction, which is on the disk at its end."""
        self._execute("PRAGMA synchronous = FULL")
        try:
            with super().together():
                yield
        finally:
            self._execute("PRAGMA synchronous = NORMAL")

    # How far the archive was read

    def read_from(self) -> tuple[str, int] | None:
        """The id of the archive that was read and its generation; None if none was read yet."""
        row = self._execute("SELECT archive, generation FROM state").fetchone()
        return None if row is None else (row[0], row[1])

    def note_read(self, archive: str, generation: int, parts: Sequence[PartRead]) -> None:
        """Note how far some parts were read; parts that were known stay at their place."""
        self._execute("DELETE FROM state")
        self._execute("INSERT INTO state VALUES (?, ?)", (archive, generation))
        for part in parts:
            self._execute(
                'INSERT INTO parts (name, "end", lines) VALUES (?, ?, ?)'
                ' ON CONFLICT (name) DO UPDATE SET "end" = excluded."end", lines = excluded.lines',
                part,
            )

    def forget_parts(self, after: str = "") -> None:
        """Forget the parts that were read after another one; all parts if none is named."""
        self._execute(
            "DELETE FROM parts WHERE number > coalesce((SELECT number FROM parts WHERE name = ?), 0)", (after,)
        )

    def part_names(self) -> list[str]:
        """The names of the parts that were read, in order."""
        return [name for (name,) in self._execute("SELECT name FROM parts ORDER BY number")]

    def part(self, name: str) -> PartRead:
        """How far a part was read."""
        row = self._execute('SELECT name, "end", lines FROM parts WHERE name = ?', (name,)).fetchone()
        return PartRead(*row) if row else PartRead(name, 0, b"")

    # Arrivals

    def add_arrivals(self, arrived: Iterable[tuple[str, ArrivalKind]]) -> None:
        """Give arrivals their numbers."""
        rows = [(key_of(article_id), kind) for article_id, kind in arrived]
        try:
            self._database.executemany("INSERT INTO arrivals (id, kind) VALUES (?, ?)", rows)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def last_arrival(self) -> int:
        """The highest number that an arrival ever got."""
        row = self._execute("SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'").fetchone()
        return int(row[0]) if row else 0

    def arrivals(self, after: int) -> list[Arrival]:
        """The arrivals with higher numbers, in order."""
        rows = self._execute("SELECT number, id, kind FROM arrivals WHERE number > ? ORDER BY number", (after,))
        return [Arrival(number, id_of(key), kind) for number, key, kind in rows]

    # Searches

    def progress(self) -> dict[str, Progress]:
        """How far each search has been told."""
        rows = self._execute("SELECT search, number, slot FROM searches")
        return {search: Progress(number, slot) for search, number, slot in rows}

    def move(self, search: str, to: Progress) -> None:
        """Note how far a search has been told."""
        self._execute("INSERT OR REPLACE INTO searches VALUES (?, ?, ?)", (search, *to))

    def forget_others(self, searches: Iterable[str], now: float) -> None:
        """Forget searches that are no more, arrivals that all others know, and deliveries done long ago."""
        kept = json.dumps(list(searches))
        gone = "NOT IN (SELECT value FROM json_each(?))"
        self._execute(f"DELETE FROM searches WHERE search {gone}", (kept,))  # noqa: S608 - fixed text
        self._execute(
            f"UPDATE deliveries SET state = 'cancelled', done = ?, error = 'the saved search was removed'"  # noqa: S608
            f" WHERE state = 'planned' AND search {gone}",
            (now, kept),
        )
        self._execute(
            "DELETE FROM arrivals WHERE number <= (SELECT coalesce(min(number), (SELECT max(number) FROM arrivals))"
            " FROM searches)"
        )
        self._execute("DELETE FROM deliveries WHERE done < ?", (now - KEPT,))
        self._execute(
            "DELETE FROM digests WHERE planned < ? AND number NOT IN (SELECT digest FROM deliveries)", (now - KEPT,)
        )

    # Digests and deliveries

    def plan(self, digest: PlannedDigest, deliveries: Iterable[tuple[str, Channel, str]]) -> None:
        """Add a digest with its deliveries, each as its message, channel and address."""
        cursor = self._execute(
            "INSERT INTO digests (search, first, last, planned, articles, items) VALUES (?, ?, ?, ?, ?, ?)",
            (digest.search, digest.first, digest.last, digest.planned, digest.articles, json.dumps(digest.items)),
        )
        for message, channel, address in deliveries:
            self._execute(
                "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, 'planned', 0, ?, NULL, '', NULL)",
                (message, cursor.lastrowid, digest.search, channel, address, digest.planned),
            )

    def digest(self, number: int) -> PlannedDigest:
        """A digest."""
        row = self._execute(
            "SELECT search, first, last, planned, articles, items FROM digests WHERE number = ?", (number,)
        ).fetchone()
        search, first, last, planned, articles, items = row
        return PlannedDigest(search, first, last, planned, articles, _items(items))

    def told(self, search: str) -> set[str]:
        """The ids of the articles that digests of a search listed."""
        rows = self._execute("SELECT items FROM digests WHERE search = ?", (search,))
        return {article_id for (items,) in rows for item in _items(items) for article_id in item}

    def due(self, now: float) -> list[Delivery]:
        """The deliveries that are to be tried now, the oldest first."""
        return self._deliveries("state = 'planned' AND due <= ? ORDER BY digest, message", (now,))

    def is_planned(self, message: str) -> bool:
        """Whether a delivery is still to be made: its reader may have unsubscribed a moment ago."""
        return bool(self._deliveries("state = 'planned' AND message = ?", (message,)))

    def unfinished(self, search: str) -> list[Delivery]:
        """The deliveries of a search that aren't done."""
        return self._deliveries("state = 'planned' AND search = ? ORDER BY digest, message", (search,))

    def last_delivery(self, search: str, channel: Channel, address: str) -> Delivery | None:
        """The last delivery to a recipient that was sent or has failed."""
        found = self._deliveries(
            "search = ? AND channel = ? AND address = ? AND state IN ('sent', 'failed')"
            " ORDER BY digest DESC, message LIMIT 1",
            (search, channel, address),
        )
        return found[0] if found else None

    def note(self, message: str, state: State, *, now: float, error: str = "", due: float = 0.0) -> None:
        """Note what became of a delivery. One that stays planned is tried again at `due`."""
        done = None if state is State.PLANNED else now
        self._execute(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, tried = ?, error = ?, due = ?, done = ?"
            " WHERE message = ?",
            (state.value, now, error, due, done, message),
        )

    # Recipients

    def recipient(self, wanted: Recipient) -> Recipient:
        """The recipient with this search, channel and address, as noted before, else as given, which is noted."""
        self._execute(
            "INSERT INTO recipients (code, search, channel, address, name, language) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (search, channel, address) DO UPDATE SET name = excluded.name, language = excluded.language",
            (wanted.code, wanted.search, wanted.channel, wanted.address, wanted.name, wanted.language),
        )
        found = self._recipients(
            "search = ? AND channel = ? AND address = ?", (wanted.search, wanted.channel, wanted.address)
        )
        return found[0]

    def recipient_of_code(self, code: str) -> Recipient | None:
        """The recipient with this code."""
        return next(iter(self._recipients("code = ?", (code,))), None)

    def stopped(self, search: str = "") -> list[Recipient]:
        """The recipients, of a search or of all, that get nothing any more."""
        return self._recipients("stopped IS NOT NULL AND (search = ? OR ? = '')", (search, search))

    def recipients_with(self, address: str) -> list[Recipient]:
        """The recipients with this address."""
        return self._recipients("address = ?", (address,))

    def stop(self, code: str, reason: str, now: float) -> None:
        """Send nothing to a recipient any more, not even what is planned."""
        with self.together():
            self._execute(
                "UPDATE recipients SET stopped = ?, reason = ? WHERE code = ? AND stopped IS NULL", (now, reason, code)
            )
            self._execute(
                "UPDATE deliveries SET state = 'cancelled', done = ?, error = ? WHERE state = 'planned'"
                " AND (search, channel, address) IN (SELECT search, channel, address FROM recipients WHERE code = ?)",
                (now, reason, code),
            )

    def resume(self, search: str, address: str = "") -> int:
        """Send to recipients of a search again that were stopped; with `address`, only to this one. Returns how many.

        What was cancelled stays so.
        """
        return self._execute(
            "UPDATE recipients SET stopped = NULL, reason = '' WHERE stopped IS NOT NULL AND search = ?"
            " AND (address = ? OR ? = '')",
            (search, address, address),
        ).rowcount

    def _recipients(self, where: str, values: Sequence[Any]) -> list[Recipient]:
        columns = "code, search, channel, address, name, language, stopped, reason"
        rows = self._execute(f"SELECT {columns} FROM recipients WHERE {where}", values)  # noqa: S608 - fixed texts
        return [Recipient(*row) for row in rows]

    def _deliveries(self, where: str, values: Sequence[Any]) -> list[Delivery]:
        names = "message, digest, search, channel, address, state, attempts, due, tried, error, done"
        rows = self._execute(f"SELECT {names} FROM deliveries WHERE {where}", values)  # noqa: S608 - fixed texts
        found = (dict(zip(names.split(", "), row, strict=True)) for row in rows)
        return [Delivery(**{**row, "state": State(row["state"])}) for row in found]

    def _failure(self, error: sqlite3.Error) -> AlertsError:
        return AlertsError(worded("{path}: the ledger of alerts can't be used: {error}", path=self.path, error=error))


def _items(text: str) -> Items:
    return tuple(map(tuple, json.loads(text)))


def _opened(path: Path) -> sqlite3.Connection:
    is_new = not path.exists()
    database = open_state(path, _TABLES, _VERSION)
    try:
        if is_new:
            path.chmod(0o600)  # it has the addresses of readers
        # A plan must survive a power cut before it is sent, so `together` syncs. A note that a message was sent need
        # not: without it, it is sent again under the same Message-ID. Syncing each would take longer than sending.
        database.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        database.close()
        raise
    return database
