"""Bring an open database of groups up to date with the archive, batch by batch.

Each batch is one transaction: the articles, what each kind of group derives from them, and the
position up to which the archive has been read.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from newsarchive.archive import START, Archive, Identity, Position, Stored
from newsarchive.archive.catalogue import Entry
from newsarchive.archive.store import leave_out
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.errors import CorruptArchive
from newsarchive.limits import bounded_record
from newsarchive.stories import features as features_module
from newsarchive.stories.derivations import Derivation
from newsarchive.stories.features import FeatureReader, Features
from newsarchive.stories.numbers import id_of, key_of, rows_of

FORMAT = 1
"""Rises when the tables `articles` or `meta` change."""
BATCH = 1_000
"""The number of lines of the archive that are committed together."""
_REMEMBERED = 4_000
"""The number of articles whose features are kept in memory."""

_TABLES = """
    CREATE TABLE meta (rules TEXT, archive TEXT, generation INTEGER, part TEXT, "offset" INTEGER);
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT, outlet TEXT, day INTEGER, published INTEGER,
        withdrawn INTEGER NOT NULL, revision INTEGER, part TEXT, "offset" INTEGER, length INTEGER
    )
"""
_WRITE = "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_WITHDRAWN = ("", "", None, None, 1, None, None, None, None)

Progress = Callable[[int], None]
"""Called with the number of articles read so far."""


class Outdated(Exception):
    """The database belongs to another state of the archive, or to other rules, so it must be rebuilt."""


def create_tables(database: sqlite3.Connection, kinds: Sequence[Derivation], identity: Identity) -> None:
    """Create the tables in an empty database."""
    for statements in (_TABLES, *(kind.tables for kind in kinds)):
        for statement in filter(str.strip, statements.split(";")):
            database.execute(statement)
    start = rules_of(kinds), identity.archive, identity.generation, *START
    database.execute("INSERT INTO meta VALUES (?, ?, ?, ?, ?)", start)
    database.commit()


def rules_of(kinds: Iterable[Derivation]) -> str:
    """A digest of everything that determines the rows, besides the archive."""
    named = [(kind.name, kind.rules, kind.tables) for kind in kinds]
    return blake2b(repr((FORMAT, features_module.RULES, named)).encode(), digest_size=16).hexdigest()


def position_of(database: sqlite3.Connection, kinds: Iterable[Derivation], archive: Archive) -> Position:
    """The position up to which the archive has been read. Raises Outdated."""
    row = database.execute('SELECT rules, archive, generation, part, "offset" FROM meta').fetchone()
    identity = archive.identity
    if row is None or row[:3] != (rules_of(kinds), identity.archive, identity.generation):
        raise Outdated
    position = Position(*row[3:])
    if not archive.parts.holds(position):
        raise Outdated
    return position


class Change(NamedTuple):
    """A record that changes the groups, and its place in the archive."""

    id: str
    revision: int
    is_withdrawal: bool
    part: str
    offset: int
    length: int


class Reading:
    """Reads an archive into a database that is open for writing. Used for one update or one rebuild.

    Raises Outdated if the archive is purged meanwhile.
    """

    def __init__(self, archive: Archive, database: sqlite3.Connection, kinds: Sequence[Derivation]) -> None:
        self._archive = archive
        self._database = database
        self._kinds = kinds
        self._reader = FeatureReader()
        self._texts = _StoredTexts(archive, database, self._reader)

    def run(self, progress: Progress | None = None) -> int:
        """Read all new lines. Returns the number of articles read, counting every revision."""
        identity = self._archive.identity
        position = position_of(self._database, self._kinds, self._archive)
        articles = 0
        while batch := list(islice(self._archive.read(position, on_damage=leave_out), BATCH)):
            position = batch[-1].end
            records = [bounded_record(stored.record) for stored in batch]
            changes = [change for stored in batch if (change := change_of(stored, stored.record)) is not None]
            read = self._reader.read([record for record in records if isinstance(record, Article)])
            self.commit(changes, read, position, identity)
            articles += len(read)
            if progress is not None:
                progress(articles)
        return articles

    def commit(
        self, changes: Sequence[Change], features: Iterable[Features], position: Position, identity: Identity
    ) -> None:
        """Take in records, with the features of the articles among them, and the position after them.

        They were read when the archive had this identity. Raises Outdated if it is another one by now.
        """
        self._take_in(changes, iter(features))
        self._database.execute('UPDATE meta SET part = ?, "offset" = ?', position)
        if not identity.is_settled or self._archive.identity != identity:
            self._database.rollback()
            raise Outdated
        self._database.commit()

    def _take_in(self, changes: Sequence[Change], features: Iterator[Features]) -> None:
        known = self._known({change.id for change in changes})
        (last,) = self._database.execute("SELECT ifnull(max(number), 0) FROM articles").fetchone()
        rows: dict[int, tuple[object, ...]] = {}
        for change in changes:
            number, is_live = known.get(change.id, (0, False))
            if change.is_withdrawal:
                if is_live:
                    self._remove(number)
                    rows[number] = (number, key_of(change.id), *_WITHDRAWN)
                    known[change.id] = number, False
                continue
            found = next(features)
            if is_live:
                self._remove(number)
            elif not number:
                number = last = last + 1
            known[change.id] = number, True
            rows[number] = _row(number, found, change)
            self._texts.remember(number, found)
            for kind in self._kinds:
                kind.add(number, found)
        self._database.executemany(_WRITE, rows.values())
        for kind in self._kinds:
            kind.flush(self._database, self._texts)
        self._texts.forget_some()

    def _remove(self, number: int) -> None:
        self._texts.forget(number)
        for kind in self._kinds:
            kind.remove(number)

    def _known(self, ids: set[str]) -> dict[str, tuple[int, bool]]:
        """The numbers of articles by id, and whether they are shown."""
        rows = rows_of(self._database, "SELECT id, number, withdrawn FROM articles WHERE id", set(map(key_of, ids)))
        return {id_of(key): (number, not withdrawn) for key, number, withdrawn in rows}


def change_of(stored: Stored, record: Record) -> Change | None:
    """The change that a record makes; None if it makes none."""
    if not isinstance(record, Article | Withdrawal):
        return None
    is_withdrawal = isinstance(record, Withdrawal)
    return Change(record.id, record.revision, is_withdrawal, stored.part, stored.offset, stored.length)


def _row(number: int, found: Features, change: Change) -> tuple[object, ...]:
    names = (name.encode("utf-8", "replace").decode() for name in (found.source, found.outlet))
    about = number, key_of(change.id), *names, found.day, found.published, 0
    return *about, change.revision, change.part, change.offset, change.length


class _StoredTexts:
    """The texts of articles that were read before. Implements `Texts`."""

    def __init__(self, archive: Archive, database: sqlite3.Connection, reader: FeatureReader) -> None:
        self._archive = archive
        self._database = database
        self._reader = reader
        self._recent: OrderedDict[int, Features] = OrderedDict()

    def remember(self, number: int, features: Features) -> None:
        self._recent[number] = features

    def forget(self, number: int) -> None:
        self._recent.pop(number, None)

    def forget_some(self) -> None:
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)

    def features(self, numbers: Iterable[int]) -> Mapping[int, Features]:
        """The features of articles by number; see `Texts`."""
        wanted = set(numbers)
        found = {number: self._recent[number] for number in wanted if number in self._recent}
        rows = rows_of(
            self._database,
            'SELECT number, id, revision, part, "offset", length FROM articles WHERE NOT withdrawn AND number',
            wanted - found.keys(),
        )
        read = {number: article for number, *place in rows if (article := self._load(*place))}
        found.update(zip(read, self._reader.read(list(read.values())), strict=True))
        return found

    def _load(self, key: str, revision: int, part: str, offset: int, length: int) -> Article | None:
        try:
            record = self._archive.load(Entry(id_of(key), revision, part, offset, length, None))
        # A part that is gone was replaced by a purge, which also ends this update.
        except (CorruptArchive, FileNotFoundError):
            return None
        record = bounded_record(record)
        return record if isinstance(record, Article) else None
