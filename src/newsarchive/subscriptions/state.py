"""The state of the fetches: due times, validators, errors and counts, in an SQLite file.

It isn't derived from the archive. Without it, each feed is fetched once unconditionally, and nothing
is stored twice.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from newsarchive.errors import SubscriptionsError
from newsarchive.state_file import OtherVersion, StateFile, open_state
from newsarchive.wording import worded

STATE_FILE = "state.sqlite3"
COUNTED_DAYS = 56
"""Days over which articles are counted to know what is usual for a feed."""

_DAY = 86_400
_VERSION = 1
_KEPT_PAGES = 90 * _DAY
"""Seconds after which a page is forgotten that no entry of a feed has named since."""
_TABLES = """
CREATE TABLE IF NOT EXISTS feeds (
    key TEXT PRIMARY KEY, etag TEXT NOT NULL, last_modified TEXT NOT NULL, digest TEXT NOT NULL, due REAL NOT NULL,
    tried REAL, succeeded REAL, error TEXT NOT NULL, error_at REAL, failures INTEGER NOT NULL,
    moved_to TEXT NOT NULL, moved_count INTEGER NOT NULL, gone INTEGER NOT NULL, newest REAL, since REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS arrivals (
    key TEXT NOT NULL, day INTEGER NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (key, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, feed TEXT NOT NULL, updated TEXT NOT NULL, tries INTEGER NOT NULL, due REAL NOT NULL,
    is_stored INTEGER NOT NULL, article TEXT NOT NULL, seen REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known of the fetches of one address. Times are in seconds since 1970; None means never.

    `due` is when it is fetched next; a feed that is `gone` never is. `etag`, `last_modified` and
    `digest` are those of the last content that was stored. `failures` counts those since the last
    success, and `error` says what the last one was, also after a success. `newest` is when the last
    new article arrived, `since` when the feed was first tried.
    """

    key: str
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    due: float = 0.0
    tried: float | None = None
    succeeded: float | None = None
    error: str = ""
    error_at: float | None = None
    failures: int = 0
    moved_to: str = ""
    moved_count: int = 0
    gone: bool = False
    newest: float | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What is known of the page of one entry: the entry's `updated`, and how often the page was tried in vain.

    `due` is when it is tried again, `article` the id of the stored teaser, and `feed` the key of
    the feed. `is_stored` is whether the full text of this version is stored.
    """

    url: str
    feed: str
    updated: str = ""
    tries: int = 0
    due: float = 0.0
    is_stored: bool = False
    article: str = ""
    seen: float = 0.0


_FEED_FIELDS = tuple(field.name for field in fields(FeedState))
_PAGE_FIELDS = tuple(field.name for field in fields(PageState))


class FetchStates(StateFile):
    """The file with the states. Used by one thread. Its methods raise SubscriptionsError if the file can't be used."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the file, which is created if it is missing. A damaged one is set aside. Raises SubscriptionsError.

        With `read_only` nothing is written, and a missing or damaged file is an empty one.
        """
        path = folder / STATE_FILE
        if read_only:
            super().__init__(_opened_to_read(path))
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            super().__init__(_opened(path))
        except OtherVersion as error:
            raise SubscriptionsError(
                worded("{path}: it was written by another version of newsarchive; move it away", path=path)
            ) from error
        except (OSError, sqlite3.Error) as error:
            raise SubscriptionsError(worded("{path}: {error}", path=path, error=error)) from error

    def feed(self, key: str) -> FeedState:
        """The state of an address; a new one if it was never fetched."""
        row = self._execute(f"SELECT {', '.join(_FEED_FIELDS)} FROM feeds WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            return FeedState(key=key)
        state = FeedState(**dict(zip(_FEED_FIELDS, row, strict=True)))
        return replace(state, gone=bool(state.gone))

    def save(self, state: FeedState) -> None:
        """Store the state of an address."""
        self._put("feeds", asdict(state))

    def rename(self, old: str, new: str) -> None:
        """Give the state of an address to a new one, which doesn't have any yet."""
        for table in ("feeds", "arrivals"):
            self._execute(f"UPDATE OR REPLACE {table} SET key = ? WHERE key = ?", (new, old))  # noqa: S608
        self._execute("UPDATE pages SET feed = ? WHERE feed = ?", (new, old))

    def forget(self, key: str) -> None:
        """Forget an address."""
        for table, column in (("feeds", "key"), ("arrivals", "key"), ("pages", "feed")):
            self._execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))  # noqa: S608

    def count(self, key: str, now: float, articles: int) -> None:
        """Count new articles of an address."""
        day = int(now // _DAY)
        self._execute(
            "INSERT INTO arrivals VALUES (?, ?, ?) ON CONFLICT (key, day) DO UPDATE SET articles = articles + ?",
            (key, day, articles, articles),
        )
        self._execute("DELETE FROM arrivals WHERE key = ? AND day < ?", (key, day - 2 * COUNTED_DAYS))

    def arrived(self, key: str, since: float, until: float) -> int:
        """How many articles of an address were new on the days from `since` to `until`."""
        found = self._execute(
            "SELECT COALESCE(SUM(articles), 0) FROM arrivals WHERE key = ? AND day BETWEEN ? AND ?",
            (key, int(since // _DAY), int(until // _DAY)),
        ).fetchone()
        return int(found[0])

    def block(self, host: str, until: float) -> None:
        """Leave a host alone until then."""
        self._put("hosts", {"host": host, "until": until})

    def blocked(self, now: float) -> dict[str, float]:
        """The hosts that must be left alone, and until when."""
        self._execute("DELETE FROM hosts WHERE until <= ?", (now,))
        return dict(self._execute("SELECT host, until FROM hosts"))

    def page(self, url: str) -> PageState | None:
        """The state of a page."""
        return next(iter(self._pages("url = ?", (url,))), None)

    def pages_due(self, feed: str, now: float, limit: int) -> list[PageState]:
        """The pages of a feed that are to be tried again, the longest due first."""
        return self._pages("feed = ? AND NOT is_stored AND due <= ? ORDER BY due LIMIT ?", (feed, now, limit))

    def save_page(self, page: PageState) -> None:
        """Store the state of a page."""
        self._put("pages", asdict(page))

    def forget_old_pages(self, now: float) -> None:
        """Forget the pages that no entry has named for long."""
        self._execute("DELETE FROM pages WHERE seen < ?", (now - _KEPT_PAGES,))

    def add_to(self, totals: dict[str, float]) -> None:
        """Add to the totals over all rounds."""
        for name, value in totals.items():
            self._execute(
                "INSERT INTO totals VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + ?",
                (name, value, value),
            )

    def set_total(self, name: str, value: float) -> None:
        """Set a total, such as the time of the last round."""
        self._put("totals", {"name": name, "value": value})

    def totals(self) -> dict[str, float]:
        """The totals over all rounds."""
        return dict(self._execute("SELECT name, value FROM totals ORDER BY name"))

    def _failure(self, error: sqlite3.Error) -> SubscriptionsError:
        return SubscriptionsError(worded("the state of the feeds can't be used: {error}", error=error))

    def _pages(self, where: str, values: Sequence[Any]) -> list[PageState]:
        rows = self._execute(f"SELECT {', '.join(_PAGE_FIELDS)} FROM pages WHERE {where}", values)  # noqa: S608
        pages = (PageState(**dict(zip(_PAGE_FIELDS, row, strict=True))) for row in rows)
        return [replace(page, is_stored=bool(page.is_stored)) for page in pages]

    def _put(self, table: str, values: dict[str, Any]) -> None:
        marks = ", ".join("?" for _ in values)
        self._execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - fixed names
            tuple(values.values()),
        )


def _opened_to_read(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)
    except sqlite3.OperationalError:
        return _empty()
    try:
        database.execute("SELECT 1 FROM feeds, arrivals, hosts, pages, totals LIMIT 1")
    except sqlite3.DatabaseError:
        database.close()
        return _empty()
    return database


def _empty() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(_TABLES)
    return database


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return open_state(path, _TABLES, _VERSION)
    except (OtherVersion, sqlite3.OperationalError):
        raise
    except sqlite3.DatabaseError:
        path.replace(path.with_name(f"{path.name}.damaged"))
        return open_state(path, _TABLES, _VERSION)
