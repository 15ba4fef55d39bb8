"""Stories in the store of groups: a row for each dated article, with its story and its vector.

Everything else follows from the rows: the index of a block of days and the sum of a story's vectors
are read when they are needed, and kept in memory up to a limit. So an update of ten articles does
what a rebuild does.
"""

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from itertools import groupby, islice

import numpy as np

from newsarchive.stories.clustering import BLOCK, INDEXED, Block, Story, best_story, blocks_of
from newsarchive.stories.derivations import Texts
from newsarchive.stories.features import Features
from newsarchive.stories.teasers import Kept, outlet_key, paragraph_keys, without_teasers
from newsarchive.stories.vectors import DocumentCounts, Vector, vectors

_REMEMBERED_ARTICLES = 60_000
"""The number of articles whose blocks are kept in memory: about 100 MB."""
_REMEMBERED_STORIES = 10_000
"""The number of stories whose sums are kept in memory: about 60 MB."""
_SELECT = "SELECT number, day, outlet, story, vector, paragraphs, words FROM stories_members"


class Stories:
    """Keeps the stories of dated articles. Implements `Derivation`."""

    name = "stories"
    rules = 6
    tables = """
        CREATE TABLE stories_members (
            number INTEGER PRIMARY KEY, day INTEGER, outlet INTEGER, story INTEGER, vector BLOB, paragraphs BLOB,
            words INTEGER
        );
        CREATE INDEX stories_by_day ON stories_members (day, story);
        CREATE INDEX stories_by_story ON stories_members (story);
        CREATE TABLE stories_counts (texts INTEGER, settled BLOB);
        CREATE TABLE stories_waiting (waiting BLOB, waiting_texts INTEGER, last_story INTEGER)
    """

    def __init__(self) -> None:
        self._noted: list[tuple[int, Features | None]] = []
        self._blocks: OrderedDict[int, Block] = OrderedDict()
        self._stories: OrderedDict[int, Story] = OrderedDict()
        self._counts: DocumentCounts | None = None
        self._last_story = 0

    def add(self, number: int, features: Features) -> None:
        """Note a new article or revision."""
        self._noted.append((number, features))

    def remove(self, number: int) -> None:
        """Note that an article was withdrawn, or that a revision follows."""
        self._noted.append((number, None))

    def flush(self, database: sqlite3.Connection, texts: Texts) -> None:
        """Write what was noted, in its order."""
        del texts  # the rows have what is needed of earlier articles
        noted, self._noted = self._noted, []
        if not noted:
            return
        counts = self._read_counts(database)
        for is_removal, group in groupby(noted, key=lambda change: change[1] is None):
            if is_removal:
                for number, _ in group:
                    self._remove(database, number)
                continue
            added = ((number, features) for number, features in group if features is not None)
            while run := list(islice(added, counts.room)):
                self._add(database, counts, run)
        database.execute(
            "UPDATE stories_waiting SET waiting = ?, waiting_texts = ?, last_story = ?",
            (counts.waiting.tobytes(), counts.waiting_texts, self._last_story),
        )

    def _read_counts(self, database: sqlite3.Connection) -> DocumentCounts:
        if self._counts is None:
            row = database.execute("SELECT * FROM stories_counts").fetchone()
            if row is None:
                self._counts = counts = DocumentCounts.initial()
                database.execute("INSERT INTO stories_counts VALUES (?, ?)", (counts.texts, counts.settled.tobytes()))
                database.execute("INSERT INTO stories_waiting VALUES (?, ?, ?)", (b"", 0, 0))
            else:
                texts, settled = row
                row = database.execute("SELECT * FROM stories_waiting").fetchone()
                waiting, waiting_texts, self._last_story = row
                numbers = np.frombuffer(settled, np.uint32), np.frombuffer(waiting, np.uint32)
                self._counts = DocumentCounts(texts, *numbers, waiting_texts)
        return self._counts

    def _remove(self, database: sqlite3.Connection, number: int) -> None:
        row = database.execute("SELECT day, story FROM stories_members WHERE number = ?", (number,)).fetchone()
        if row is None:
            return
        day, story = row
        database.execute("DELETE FROM stories_members WHERE number = ?", (number,))
        self._blocks.pop(day // BLOCK, None)
        self._stories.pop(story, None)

    def _add(self, database: sqlite3.Connection, counts: DocumentCounts, run: Sequence[tuple[int, Features]]) -> None:
        """Add articles, at most as many as the counts have room for."""
        keys = paragraph_keys([features for _, features in run])
        kept = [
            self._without_teasers(database, number, features, own)
            for (number, features), own in zip(run, keys, strict=True)
        ]
        texts = [(features, one.paragraphs) for (_, features), one in zip(run, kept, strict=True)]
        found, is_settled = vectors(texts, counts)
        rows = []
        for (number, features), own, one, vector in zip(run, keys, kept, found, strict=True):
            if features.day is not None:
                outlet = outlet_key(features.outlet)
                blocks = self._near(database, features.day)
                story = self._version(database, blocks, features.day, one)
                if story is None:
                    story = best_story(features.day, outlet, vector, blocks, lambda at: self._story(database, at))
                story = self._join(database, story, features.day, outlet, vector)
                self._block(database, features.day // BLOCK).add(number, story, vector.stems[:INDEXED])
                packed = _packed(vector), array("I", own).tobytes()
                rows.append((number, features.day, outlet, story, *packed, len(features.words)))
        database.executemany("INSERT INTO stories_members VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        if is_settled:
            row = counts.texts, counts.settled.tobytes()
            database.execute("UPDATE stories_counts SET texts = ?, settled = ?", row)
        self._forget_some()

    def _without_teasers(
        self, database: sqlite3.Connection, number: int, features: Features, keys: Sequence[int]
    ) -> Kept:
        if features.day is None:
            return Kept(len(keys), None)
        kept = without_teasers(keys, features, self._near(database, features.day))
        self._block(database, features.day // BLOCK).add_paragraphs(number, keys, len(features.words))
        return kept

    def _version(self, database: sqlite3.Connection, blocks: Sequence[Block], day: int, kept: Kept) -> int | None:
        """The story of an earlier version of an article, if it joins that."""
        if kept.version_of is None:
            return None
        stories = (block.articles.get(kept.version_of) for block in blocks)
        number = next((story for story in stories if story is not None), None)
        takes = number is not None and self._story(database, number).takes(day)
        return number if takes else None

    def _join(self, database: sqlite3.Connection, number: int | None, day: int, outlet: int, vector: Vector) -> int:
        """Put an article into a story, or into a new one if there is none. Returns the story's number."""
        if number is None:
            self._last_story += 1
            number = self._last_story
            self._stories[number] = Story()
        self._story(database, number).add(day, outlet, vector)
        return number

    def _near(self, database: sqlite3.Connection, day: int) -> list[Block]:
        return [self._block(database, block) for block in blocks_of(day)]

    def _block(self, database: sqlite3.Connection, number: int) -> Block:
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = Block()
            first = number * BLOCK
            where = f"{_SELECT} WHERE day BETWEEN ? AND ? ORDER BY number"
            for article, _, _, story, vector, paragraphs, words in database.execute(where, (first, first + BLOCK - 1)):
                block.add(article, story, unpacked(vector).stems[:INDEXED])
                block.add_paragraphs(article, np.frombuffer(paragraphs, np.uint32).tolist(), words)
        self._blocks.move_to_end(number)
        return block

    def _story(self, database: sqlite3.Connection, number: int) -> Story:
        story = self._stories.get(number)
        if story is None:
            story = self._stories[number] = Story()
            for _, day, outlet, _, vector, *_ in database.execute(f"{_SELECT} WHERE story = ?", (number,)):
                story.add(day, outlet, unpacked(vector))
        self._stories.move_to_end(number)
        return story

    def _forget_some(self) -> None:
        """Keep memory bounded. Between two runs, because during one, rows aren't in the database yet."""
        articles = sum(len(block.articles) for block in self._blocks.values())
        while articles > _REMEMBERED_ARTICLES and len(self._blocks) > 1:
            articles -= len(self._blocks.popitem(last=False)[1].articles)
        while len(self._stories) > _REMEMBERED_STORIES:
            self._stories.popitem(last=False)


def _packed(vector: Vector) -> bytes:
    # For short lists, this is several times faster than numpy.
    return array("I", vector.stems).tobytes() + array("H", vector.weights).tobytes()


def unpacked(packed: bytes) -> Vector:
    """The vector in a row."""
    count = len(packed) // 6
    return Vector(
        np.frombuffer(packed, np.uint32, count).tolist(), np.frombuffer(packed, np.uint16, offset=4 * count).tolist()
    )
