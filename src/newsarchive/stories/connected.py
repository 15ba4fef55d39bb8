"""Groups of near copies: the articles that are connected through pairs.

The group of an article is named by its lowest number, which belongs to the article that the archive
had first.
"""

import sqlite3
from collections.abc import Collection, Iterable

from newsarchive.stories.numbers import rows_of

GROUPS_TABLES = """
    CREATE TABLE copies_pairs (number INTEGER, other INTEGER, PRIMARY KEY (number, other)) WITHOUT ROWID;
    CREATE TABLE copies_groups (number INTEGER PRIMARY KEY, first INTEGER NOT NULL);
    CREATE INDEX copies_by_group ON copies_groups (first)
"""
"""Each pair has two rows, one for each direction. An article that is no near copy of any has no group."""

Pair = tuple[int, int]


def regroup(database: sqlite3.Connection, changed: Collection[int], pairs: Iterable[Pair]) -> None:
    """Replace the pairs of the articles that changed by these, and bring the groups up to date."""
    left = _without_pairs(database, changed)
    both = [*pairs, *((other, number) for number, other in pairs)]
    database.executemany("INSERT INTO copies_pairs VALUES (?, ?)", sorted(both))
    _write_groups(database, left, pairs)


def _without_pairs(database: sqlite3.Connection, changed: Collection[int]) -> list[int]:
    """Remove all pairs of some articles. Return the other members of their groups, which now have none."""
    rows = rows_of(database, "SELECT DISTINCT first FROM copies_groups WHERE number", changed)
    firsts = [first for (first,) in rows]
    if not firsts:
        return []
    members = {number for (number,) in rows_of(database, "SELECT number FROM copies_groups WHERE first", firsts)}
    gone = rows_of(database, "SELECT number, other FROM copies_pairs WHERE number", changed)
    database.executemany("DELETE FROM copies_pairs WHERE number = ? AND other = ?", [*gone, *((b, a) for a, b in gone)])
    database.executemany("DELETE FROM copies_groups WHERE number = ?", ((number,) for number in members))
    return sorted(members.difference(changed))


def _write_groups(database: sqlite3.Connection, left: Collection[int], pairs: Iterable[Pair]) -> None:
    """Connect new pairs, and what is left of groups that lost members, with the groups that there are."""
    kept = rows_of(database, "SELECT number, other FROM copies_pairs WHERE number", left)
    numbers = {*left, *(number for pair in pairs for number in pair)}
    joined = _Joined()
    before: dict[int, int] = dict(rows_of(database, "SELECT number, first FROM copies_groups WHERE number", numbers))
    for number, other in (*before.items(), *kept, *pairs):
        joined.join(number, other)
    # All members of a group whose first article is no longer the first move to another group.
    moved = [first for first in set(before.values()) if joined.first(first) != first]
    database.executemany(
        "UPDATE copies_groups SET first = ? WHERE first = ?", ((joined.first(first), first) for first in moved)
    )
    new = sorted(number for number in joined.members() if number not in before)
    database.executemany("INSERT OR IGNORE INTO copies_groups VALUES (?, ?)", ((n, joined.first(n)) for n in new))


class _Joined:
    """Disjoint sets, each named by its lowest number."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def members(self) -> Iterable[int]:
        return list(self._above)

    def first(self, number: int) -> int:
        self._above.setdefault(number, number)
        while (above := self._above[number]) != number:
            self._above[number] = self._above[above]
            number = above
        return number

    def join(self, number: int, other: int) -> None:
        low, high = sorted((self.first(number), self.first(other)))
        self._above[high] = low
