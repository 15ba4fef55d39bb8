"""What each kind of group must implement to be kept in the store of groups.

The store reads the archive in its order and passes on what it reads. A kind notes it, and writes
what follows from it when a batch ends, in the transaction that also commits the position. An object
lives as long as one update, so whatever it keeps in memory belongs to the database's last commit
and the batch since.

The rows must not depend on where batches end: a rebuild gives the same as any series of updates.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Protocol

from newsarchive.stories.features import Features


class Texts(Protocol):
    """The texts of articles that were read before, as of the batch that is being written."""

    def features(self, numbers: Iterable[int]) -> Mapping[int, Features]:
        """The features of articles by number, read from the archive if they aren't in memory.

        Withdrawn articles and damaged lines are left out.
        """
        ...


class Derivation(Protocol):
    """One kind of group. `number` is the article's row in the table `articles`, the same for all its revisions.

    The table `articles(number, id, source, day, published, withdrawn, …)` can be read in `flush`. It has the state at
    the end of the batch. Numbers rise in the order in which articles were first archived.
    """

    @property
    def name(self) -> str:
        """A word that names the kind, unlike those of other kinds; its tables begin with it."""
        ...

    @property
    def rules(self) -> int:
        """Rises when the same articles get other rows, which rebuilds the store."""
        ...

    @property
    def tables(self) -> str:
        """The statements that create its tables, separated by semicolons."""
        ...

    def add(self, number: int, features: Features) -> None:
        """Note a new article, or a revision after its former text was removed."""
        ...

    def remove(self, number: int) -> None:
        """Note that an article was withdrawn, or that a revision follows. All of its rows go."""
        ...

    def flush(self, database: sqlite3.Connection, texts: Texts) -> None:
        """Write what was noted since the last call. The caller commits."""
        ...
