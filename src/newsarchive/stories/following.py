"""Take in what an index reads from the archive, so that each article is read and split into words only once.

`Batches` collects what the index reads, in the process that indexes. `GroupsFollower` commits the
batches, maybe in another process. The index and the groups have positions of their own: a batch that
doesn't continue what the groups have is left out, and whatever isn't taken in, the next update of the
groups reads itself. So the result is the same.
"""

from collections.abc import Callable
from typing import NamedTuple

from newsarchive.archive import Identity, Position, Stored
from newsarchive.archive.parts import part_order
from newsarchive.article import Article, Record
from newsarchive.stories.features import Features
from newsarchive.stories.numbered import NumberedFeatures, NumberedWords
from newsarchive.stories.reading import BATCH, Change, Reading, change_of


class GroupsBatch(NamedTuple):
    """The records between two positions, with the features of the articles among them, in order."""

    start: Position
    changes: list[Change]
    features: list[Features]
    end: Position


class Batches:
    """Passes on what an index reads in batches. Implements `search.engine.Follower`."""

    def __init__(self, take: Callable[[GroupsBatch], None]) -> None:
        self._take = take
        self._start = self._end = Position("", 0)
        self._changes: list[Change] = []
        self._articles: list[Article] = []
        self._words: list[NumberedWords] = []
        self._count = 0
        self._numbered: NumberedFeatures | None = None

    def begin(self, start: Position) -> None:
        """Note that what is added next comes after a position."""
        if start != self._end:
            self.flush()
            self._start = self._end = start

    def add(self, stored: Stored, record: Record, words: NumberedWords | None) -> None:
        """Take in the next record, within the limits. Damaged lines are left out."""
        if words is not None and isinstance(record, Article):
            # Numbers of another vocabulary have other meanings.
            if self._numbered is None or self._numbered.vocabulary is not words.vocabulary:
                self.flush()
                self._numbered = NumberedFeatures(words.vocabulary)
            self._articles.append(record)
            self._words.append(words)
        if (change := change_of(stored, record)) is not None:
            self._changes.append(change)
        self._end = stored.end
        self._count += 1
        if self._count >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Pass on what was added."""
        if not self._count:
            return
        features = self._numbered.read(self._articles, self._words) if self._numbered else []
        batch = GroupsBatch(self._start, self._changes, features, self._end)
        self._start, self._count = self._end, 0
        self._changes, self._articles, self._words = [], [], []
        self._take(batch)


class GroupsFollower:
    """Commits batches, each with its position, to a database that is open for writing.

    `position` is that of the groups when the archive had this `identity`. An error ends the following, because
    nothing that is indexed depends on the groups; `finish` raises it. `is_complete` is set when all is done.
    """

    def __init__(self, reading: Reading, position: Position, identity: Identity) -> None:
        self.is_complete = False
        self.batches = Batches(self.take)
        self._failure: Exception | None = None
        self._reading = reading
        self._position = position
        self._identity = identity

    def take(self, batch: GroupsBatch) -> None:
        """Take in a batch, if it continues what there is. Raises nothing."""
        here = _order(self._position)
        if self._failure is not None or not _order(batch.start) <= here < _order(batch.end):
            return
        try:
            changes, features = batch.changes, batch.features
            if batch.start != self._position:
                changes, features = _since(here, batch)
            self._reading.commit(changes, features, batch.end, self._identity)
        except Exception as error:
            self._failure = error
        self._position = batch.end

    def finish(self) -> None:
        """Commit what was added, and read the rest of the archive. Raises Outdated, OSError or sqlite3.Error."""
        self.batches.flush()
        if self._failure is not None:
            raise self._failure
        self._reading.run()


_Order = tuple[tuple[str, int], int]


def _order(position: Position) -> _Order:
    """What sorts positions in the order of writing."""
    return (part_order(position.part) if position.part else ("", 0)), position.offset


def _since(here: _Order, batch: GroupsBatch) -> tuple[list[Change], list[Features]]:
    """What a batch has after a position: the groups may be ahead of the index."""
    features = iter(batch.features)
    pairs = [(change, None if change.is_withdrawal else next(features)) for change in batch.changes]
    left = [pair for pair in pairs if _order(Position(pair[0].part, pair[0].offset)) >= here]
    return [change for change, _ in left], [found for _, found in left if found is not None]
