"""Rows of the catalogue in SQLite, with checksums that detect any damage of the file.

SQLite detects some damage, but not a changed byte in a row or a row that a damaged page hides from
a lookup. Therefore ids are assigned to buckets by their hash, and texts, URLs and guids by their digests.
For each bucket, the file stores the number of rows and the sum of their digests. A lookup reads its
whole bucket, two to eight rows, and compares number and sum. This proves that the rows are unchanged
and that no row is missing.
"""

import json
import sqlite3
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import starmap
from typing import Any, NamedTuple

from newsarchive.errors import NewsArchiveError
from newsarchive.wording import worded

SCHEMA = """
CREATE TABLE IF NOT EXISTS state (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, digest BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sums (
    kind INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    number INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (kind, bucket)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revisions (
    hash BLOB NOT NULL,
    id BLOB NOT NULL,
    part INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    text BLOB,
    address BLOB,
    guid BLOB,
    PRIMARY KEY (hash, id, part, offset)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_text ON revisions (text) WHERE text IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_address ON revisions (address) WHERE address IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_guid ON revisions (guid) WHERE guid IS NOT NULL;
"""
_BY_ID, _BY_TEXT, _BY_ADDRESS, _BY_GUID = _KINDS = range(4)
_FIRST_BITS = 4
_BITS_MORE = 2
"""When buckets are too full, their number is multiplied by four."""
_FULL = 8
"""The average number of rows per bucket above which more buckets are created."""
_KEY_BITS = 64
_INSERT = (
    "INSERT INTO revisions (hash, id, part, offset, length, revision, text, address, guid)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = "SELECT id, part, offset, length, revision, text, address, guid FROM revisions "
_BUCKET = _SELECT + "WHERE hash BETWEEN ? AND ? ORDER BY hash, id, part, offset"
_BUCKETS_OF_KEYS = {
    _BY_TEXT: "SELECT id, part, offset, text FROM revisions WHERE text BETWEEN ? AND ?",
    _BY_ADDRESS: "SELECT id, part, offset, address FROM revisions WHERE address BETWEEN ? AND ?",
    _BY_GUID: "SELECT id, part, offset, guid FROM revisions WHERE guid BETWEEN ? AND ?",
}
_KEY_BYTES = 16
"""Bytes of the digest of a text, a URL or a guid."""
_PART = _SELECT + "WHERE part = ?"
_ALL = _SELECT + "ORDER BY hash, id, part, offset"
# SQLite has no XOR operator.
_CHANGE = "UPDATE sums SET number = number + ?3, sum = (sum | ?4) & ~(sum & ?4) WHERE kind = ?1 AND bucket = ?2"


_ROW = struct.Struct("<4q3?").pack
_PLACE = struct.Struct("<2q").pack

_COPY = "\0copy of "


def id_of_copy(article_id: str) -> str:
    """The id of the rows that have the addresses of an article's copies."""
    return _COPY + article_id


def article_of_copy(row_id: str) -> str | None:
    """The id of the article if a row has the address of a copy of it, else None."""
    return row_id.removeprefix(_COPY) if row_id.startswith(_COPY) else None


class RowsDamaged(NewsArchiveError):
    """The file's content differs from what was written."""


class Row(NamedTuple):
    """One line: its part number, offset and length in bytes, and the digests of its text, URL and guid.

    Digests have 16 bytes, and are None for a revision without a text, URL or guid. The address of a copy
    has an id of its own (`id_of_copy`), so that it isn't among the revisions of the article.
    """

    id: str
    part: int
    offset: int
    length: int
    revision: int
    text: bytes | None
    address: bytes | None = None
    guid: bytes | None = None


class _Sums:
    """The number of rows and the XOR of their digests, for each bucket."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._numbers: defaultdict[tuple[int, int], int] = defaultdict(int)
        self._sums: defaultdict[tuple[int, int], int] = defaultdict(int)

    def add(self, row: Row, number: int = 1) -> None:
        """Add a row, or remove it if `number` is -1."""
        key = row.id.encode("utf-8", "surrogatepass")
        self._add((_BY_ID, _bucket(_hash(key), self.bits)), _row_digest(key, *row[1:]), number)
        for kind, digest in ((_BY_TEXT, row.text), (_BY_ADDRESS, row.address), (_BY_GUID, row.guid)):
            if digest is not None:
                place = kind, _bucket(digest, self.bits)
                self._add(place, _key_digest(key, row.part, row.offset, digest), number)

    def _add(self, place: tuple[int, int], digest: int, number: int) -> None:
        self._numbers[place] += number
        self._sums[place] ^= digest

    def items(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield kind, bucket, number and sum of each changed bucket."""
        for (kind, bucket), number in self._numbers.items():
            yield kind, bucket, number, self._sums[kind, bucket]

    def folded(self, bits: int) -> "_Sums":
        """The same rows in fewer buckets."""
        fewer = _Sums(bits)
        for kind, bucket, number, digest in self.items():
            fewer._add((kind, bucket >> (self.bits - bits)), digest, number)
        return fewer

    def of(self, kind: int, bucket: int) -> tuple[int, int]:
        return self._numbers.get((kind, bucket), 0), self._sums.get((kind, bucket), 0)


class CheckedRows:
    """The rows in one database. Methods must be called inside a transaction.

    Damage raises RowsDamaged, or the exceptions of SQLite and Python for damaged bytes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known_size: tuple[int, int] | None = None

    def state(self, key: str) -> Any:
        """The JSON value stored under a key, or None."""
        row = self._connection.execute("SELECT value, digest FROM state WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        value, digest = row
        if _state_digest(key, value) != digest:
            raise RowsDamaged(worded("the state {key} differs from what was written", key=key))
        return json.loads(value)

    def set_state(self, key: str, value: Any) -> None:
        """Store a JSON value under a key."""
        self._known_size = None
        text = json.dumps(value)
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (key, text, _state_digest(key, text)))

    def _size(self) -> tuple[int, int]:
        """The number of bits of a bucket number, and the number of rows. In one transaction, it is read once."""
        if self._known_size is None:
            self._known_size = self._stored_size()
        return self._known_size

    def _stored_size(self) -> tuple[int, int]:
        size = self.state("size")
        if size is None:
            if self._connection.execute("SELECT 1 FROM revisions LIMIT 1").fetchone():
                raise RowsDamaged(worded("there are rows, but their number was not stored"))
            return 0, 0
        bits, number = size
        return bits, number

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows, all of them new."""
        bits, before = self._size()
        if not bits:
            bits = _FIRST_BITS
            self._write_sums(_Sums(bits))
        sums, values = _Sums(bits), []
        for row in rows:
            sums.add(row)
            key = row.id.encode("utf-8", "surrogatepass")
            values.append((_hash(key), key, *row[1:]))
        self._connection.executemany(_INSERT, values)
        self._change(sums, before + len(values))

    def remove_part(self, number: int) -> list[Row]:
        """Remove all rows of a part, and return them by offset. Scans all rows."""
        bits, before = self._size()
        sums = _Sums(bits)
        removed = [_row(values) for values in self._connection.execute(_PART, (number,))]
        for row in removed:
            sums.add(row, -1)
        if self._connection.execute("DELETE FROM revisions WHERE part = ?", (number,)).rowcount != len(removed):
            raise RowsDamaged(worded("not all rows could be removed"))
        if removed:
            self._change(sums, before - len(removed))
        return sorted(removed, key=lambda row: row.offset)

    def _change(self, changes: _Sums, number: int) -> None:
        values = list(changes.items())
        changed = self._connection.executemany(_CHANGE, values).rowcount
        if values and changed != len(values):
            raise RowsDamaged(worded("a bucket is missing"))
        self.set_state("size", [changes.bits, number])
        if number > _FULL << changes.bits:
            self._spread(changes.bits)

    def _spread(self, bits: int) -> None:
        """Spread all rows over more buckets, and check them."""
        number = self.state("size")[1]
        sums = _Sums(bits + _BITS_MORE)
        for row in self._scan():
            sums.add(row)
        self._compare(sums.folded(bits))
        self._write_sums(sums)
        self.set_state("size", [sums.bits, number])

    def _write_sums(self, sums: _Sums) -> None:
        self._connection.execute("DELETE FROM sums")
        rows = ((kind, at, *sums.of(kind, at)) for kind in _KINDS for at in range(1 << sums.bits))
        self._connection.executemany("INSERT INTO sums VALUES (?, ?, ?, ?)", rows)

    def all(self) -> Iterator[Row]:
        """Yield all rows, grouped by id, oldest first. Raises RowsDamaged at the end if they are damaged."""
        bits, number = self._size()
        sums, count = _Sums(bits), 0
        for row in self._scan():
            sums.add(row)
            count += 1
            yield row
        if count != number:
            raise RowsDamaged(worded("there are {count} rows instead of {number}", count=count, number=number))
        if bits:
            self._compare(sums)

    def _scan(self) -> Iterator[Row]:
        return map(_row, self._connection.execute(_ALL))

    def _compare(self, sums: _Sums) -> None:
        kept = 0
        for kind, bucket, number, digest in self._connection.execute("SELECT kind, bucket, number, sum FROM sums"):
            kept += 1
            if sums.of(kind, bucket) != (number, digest):
                raise RowsDamaged(worded("the rows of bucket {bucket} differ from what was written", bucket=bucket))
        if kept != len(_KINDS) << sums.bits:
            raise RowsDamaged(worded("a bucket is missing"))

    def of_id(self, article_id: str) -> list[Row]:
        """The revisions of an article, oldest first."""
        bits, _ = self._size()
        if not bits:
            return []
        key = article_id.encode("utf-8", "surrogatepass")
        bucket = _bucket(_hash(key), bits)
        rows = self._connection.execute(_BUCKET, _range(bucket, bits, 8)).fetchall()
        self._check(_BY_ID, bucket, starmap(_row_digest, rows))
        return [_row(values) for values in rows if values[0] == key]

    def ids_of_text(self, text: bytes) -> list[str]:
        """The ids of the articles with this text digest in any revision, in archive order."""
        return self._ids_of(_BY_TEXT, text)

    def ids_of_address(self, address: bytes) -> list[str]:
        """The ids of the articles with this URL digest in any revision, in archive order."""
        return self._ids_of(_BY_ADDRESS, address)

    def ids_of_guid(self, guid: bytes) -> list[str]:
        """The ids of the articles with this guid digest in any revision, in archive order."""
        return self._ids_of(_BY_GUID, guid)

    def _ids_of(self, kind: int, digest: bytes) -> list[str]:
        bits, _ = self._size()
        if not bits:
            return []
        bucket = _bucket(digest, bits)
        rows = self._connection.execute(_BUCKETS_OF_KEYS[kind], _range(bucket, bits, _KEY_BYTES)).fetchall()
        self._check(kind, bucket, starmap(_key_digest, rows))
        found = sorted((part, offset, key) for key, part, offset, of_row in rows if of_row == digest)
        return list(dict.fromkeys(key.decode("utf-8", "surrogatepass") for _, _, key in found))

    def _check(self, kind: int, bucket: int, digests: Iterable[int]) -> None:
        number = total = 0
        for digest in digests:
            number += 1
            total ^= digest
        kept = self._connection.execute(
            "SELECT number, sum FROM sums WHERE kind = ? AND bucket = ?", (kind, bucket)
        ).fetchone()
        if kept != (number, total):
            raise RowsDamaged(worded("the rows of bucket {bucket} differ from what was written", bucket=bucket))


def _row(values: tuple[bytes, int, int, int, int, bytes | None, bytes | None, bytes | None]) -> Row:
    return Row(values[0].decode("utf-8", "surrogatepass"), *values[1:])


def _hash(key: bytes) -> bytes:
    return blake2b(key, digest_size=_KEY_BITS // 8).digest()


def _bucket(key: bytes, bits: int) -> int:
    return int.from_bytes(key[: _KEY_BITS // 8]) >> (_KEY_BITS - bits)


def _range(bucket: int, bits: int, length: int) -> tuple[bytes, bytes]:
    """The first and last key of a bucket, with keys of `length` bytes."""
    rest = length * 8 - bits
    return (bucket << rest).to_bytes(length), ((bucket + 1 << rest) - 1).to_bytes(length)


def _row_digest(  # noqa: PLR0913 - the columns of a row
    key: bytes,
    part: int,
    offset: int,
    length: int,
    revision: int,
    text: bytes | None,
    address: bytes | None,
    guid: bytes | None,
) -> int:
    numbers = _ROW(part, offset, length, revision, text is None, address is None, guid is None)
    return _digest(numbers + key + (text or b"") + (address or b"") + (guid or b""))


def _key_digest(key: bytes, part: int, offset: int, digest: bytes) -> int:
    return _digest(_PLACE(part, offset) + digest + key)


def _digest(content: bytes) -> int:
    """The digest as a signed 64-bit integer, as SQLite stores it."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def _state_digest(key: str, value: str) -> bytes:
    return blake2b(f"{key} {value}".encode(), digest_size=16).digest()
