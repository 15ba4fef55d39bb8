"""Kept in the store of groups: the index of passages, which finds the articles that share some with a text.

The index is a row of segments (`passage_segment`), files whose names are in the table
`passage_segments`. A batch adds one and merges the last ones while they aren't much larger, so that
there are few, and each article is rewritten a few times only. A removed article is noted as dead in
its segment, and left out when that is merged.

How the articles are spread over segments depends on the batches. What is found doesn't.
"""

import secrets
import sqlite3
from pathlib import Path

import numpy as np

from newsarchive.stories import alignment, fingerprints, passage_segment
from newsarchive.stories.derivations import Texts
from newsarchive.stories.features import Features, Places
from newsarchive.stories.passage_segment import Segment, SegmentDamaged

_LARGEST = 4_000_000
"""Fingerprints of the largest segment that is made by merging, about 36,000 articles. So merging needs about
200 MB of memory, however large the archive is."""
_RATIO = 3
"""Segments are merged with the one before unless it has this many times their fingerprints."""
_SUFFIX = ".passages"


class Passages:
    """The derivation that keeps the index of passages. `folder` is where its files are, next to the database."""

    name = "passage"
    rules = 1000 * passage_segment.FORMAT + 100 * fingerprints.RULES + alignment.RULES
    tables = """
    CREATE TABLE passage_segments (
        number INTEGER PRIMARY KEY,
        file TEXT NOT NULL,
        fingerprints INTEGER NOT NULL,
        dead BLOB NOT NULL
    );
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._added: dict[int, Features] = {}
        self._removed: set[int] = set()

    def add(self, number: int, features: Features) -> None:
        """Note a new text of an article."""
        self._added[number] = features

    def remove(self, number: int) -> None:
        """Note that the former text of an article is void."""
        self._added.pop(number, None)
        self._removed.add(number)

    def flush(self, database: sqlite3.Connection, texts: Texts) -> None:  # noqa: ARG002 (other kinds need the texts)
        """Write the new texts to a segment, and name it in the database. Raises OSError and SegmentDamaged."""
        added = [(number, self._added[number]) for number in sorted(self._added) if len(self._added[number].words)]
        removed = np.array(sorted(self._removed), np.uint32)
        self._added, self._removed = {}, set()
        if len(removed):
            self._bury(database, removed)
        if added:
            self._append(database, passage_segment.build(added))

    def _bury(self, database: sqlite3.Connection, removed: passage_segment.Numbers) -> None:
        for number, file, dead in database.execute("SELECT number, file, dead FROM passage_segments").fetchall():
            numbers = passage_segment.read(self._folder / file).numbers
            slots = np.flatnonzero(np.isin(numbers, removed))
            if len(slots):
                buried = np.union1d(_slots(dead), slots).astype("<u4")
                database.execute("UPDATE passage_segments SET dead = ? WHERE number = ?", (buried.tobytes(), number))

    def _append(self, database: sqlite3.Connection, segment: Segment) -> None:
        nothing = np.zeros(0, np.int64)
        merged = [(segment, nothing)]
        total = len(segment.hashes)
        rows = database.execute(
            "SELECT number, file, fingerprints, dead FROM passage_segments ORDER BY number DESC"
        ).fetchall()
        for number, file, size, dead in rows:
            if size >= _RATIO * total or size + total > _LARGEST:
                break
            merged.insert(0, (passage_segment.read(self._folder / file, check=True), _slots(dead)))
            database.execute("DELETE FROM passage_segments WHERE number = ?", (number,))
            total += size
        whole = passage_segment.merge(merged) if len(merged) > 1 else segment
        if whole is not None:
            file = f"{secrets.randbelow(10**18):018}{_SUFFIX}"
            self._folder.mkdir(parents=True, exist_ok=True)
            passage_segment.write(self._folder / file, whole)
            database.execute(
                "INSERT INTO passage_segments (file, fingerprints, dead) VALUES (?, ?, ?)",
                (file, len(whole.hashes), b""),
            )


def check(database: sqlite3.Connection, folder: Path) -> None:
    """Raise SegmentDamaged if a file that the database names is missing or isn't a segment."""
    for (file,) in database.execute("SELECT file FROM passage_segments"):
        passage_segment.read(folder / file)


def sweep(database: sqlite3.Connection | None, folder: Path) -> None:
    """Delete the files that the database doesn't name: those of merged segments, and of batches that a crash cut off.

    Without a database, all of them. Only the process that may write to the database calls this, after
    a commit. Raises OSError.
    """
    for path in strays(database, folder):
        path.unlink(missing_ok=True)


def strays(database: sqlite3.Connection | None, folder: Path) -> list[Path]:
    """The files that `sweep` deletes."""
    rows = database.execute("SELECT file FROM passage_segments") if database else ()
    named = {file for (file,) in rows}
    return [path for path in folder.glob("*" + _SUFFIX) if path.name not in named and not path.is_dir()]


class OpenSegment:
    """A segment with the slots of its dead articles."""

    def __init__(self, segment: Segment, dead: Places) -> None:
        self.segment = segment
        self._dead = np.zeros(len(segment.numbers), bool)
        self._dead[dead] = True

    def is_alive(self, slots: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the articles in these slots have their text here still."""
        return ~self._dead[slots]


class SegmentReader:
    """Opens the segments that a database names. Keeps them open from one search to the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, bytes], OpenSegment] = {}

    def segments(self, database: sqlite3.Connection) -> list[OpenSegment]:
        """The segments of the database's last commit. Raises SegmentDamaged."""
        try:
            return self._read(database)
        except SegmentDamaged:
            # Most likely they were merged after their names were read.
            return self._read(database)

    def _read(self, database: sqlite3.Connection) -> list[OpenSegment]:
        rows = database.execute("SELECT file, dead FROM passage_segments ORDER BY number").fetchall()
        known = self._open
        self._open = {row: known.get(row) or self._opened(*row) for row in rows}
        return list(self._open.values())

    def _opened(self, file: str, dead: bytes) -> OpenSegment:
        try:
            return OpenSegment(passage_segment.read(self._folder / file), _slots(dead))
        except IndexError as error:
            raise SegmentDamaged(f"{file}: {error}") from error


def disk_bytes(folder: Path) -> int:
    """The size of the files of the index. Raises OSError."""
    return sum(path.stat().st_size for path in folder.glob("*" + _SUFFIX))


def _slots(dead: bytes) -> Places:
    return np.frombuffer(dead, "<u4").astype(np.int64)
