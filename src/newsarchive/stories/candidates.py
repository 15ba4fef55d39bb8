"""The articles of a few days whose sketches have a key in common with that of an article.

Sketches are read from the database week by week, and the weeks used last are kept in memory. So the
cost of an article depends on how many articles appeared within days of it, not on the archive's size.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.shingles import BANDS, Keys

WEEK = 7
_MOST_WEEKS = 64
"""The number of weeks that are kept in memory."""
_LEAST_WEEKS = 3
"""The number of weeks that are kept however many keys they have: those that the articles of one day need."""
_MOST_KEYS = 5_000_000
"""The number of keys that are kept in memory if these weeks have fewer: 100 MB, about 60,000 articles."""

Numbers = NDArray[np.int64]
Days = NDArray[np.int32]


_ENOUGH = 0.25
"""The share of the smaller sample that two texts have in common if they are worth a comparison. Of near copies, one
text has two thirds of its shingles in common with the other, or more."""


class Sketch(NamedTuple):
    """The keys of one article, which was published on a day."""

    number: int
    day: int
    keys: Keys

    @property
    def enough(self) -> int:
        """The least number of common keys with a longer text."""
        return max(1, int((len(self.keys) - BANDS) * _ENOUGH))


class _Run(NamedTuple):
    """The keys of some articles in rising order, each with the number, the day and `enough` of its article."""

    keys: Keys
    numbers: Numbers
    days: Days
    enough: Days

    @classmethod
    def of(cls, sketches: Sequence[Sketch]) -> "_Run":
        lengths = [len(sketch.keys) for sketch in sketches]
        return cls(
            np.concatenate([sketch.keys for sketch in sketches]),
            np.repeat(np.array([sketch.number for sketch in sketches], np.int64), lengths),
            np.repeat(np.array([sketch.day for sketch in sketches], np.int32), lengths),
            np.repeat(np.array([sketch.enough for sketch in sketches], np.int32), lengths),
        ).sorted()

    def sorted(self) -> "_Run":
        return self.chosen(np.argsort(self.keys, kind="stable"))

    def chosen(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> "_Run":
        return _Run(self.keys[places], self.numbers[places], self.days[places], self.enough[places])

    def joined(self, other: "_Run") -> "_Run":
        return _Run(
            np.concatenate((self.keys, other.keys)),
            np.concatenate((self.numbers, other.numbers)),
            np.concatenate((self.days, other.days)),
            np.concatenate((self.enough, other.enough)),
        ).sorted()


class Candidates:
    """Finds articles with common keys among those in the table `copies_texts`. Keep one per update."""

    def __init__(self) -> None:
        self._weeks: OrderedDict[int, list[_Run]] = OrderedDict()

    def remove(self, sketches: Iterable[tuple[int, int]]) -> None:
        """Forget the keys of articles, given as their numbers and days."""
        gone: dict[int, list[int]] = {}
        for number, day in sketches:
            gone.setdefault(day // WEEK, []).append(number)
        for week, numbers in gone.items():
            if week in self._weeks:
                removed = np.array(numbers, np.int64)
                kept = (run.chosen(~np.isin(run.numbers, removed)) for run in self._weeks[week])
                self._weeks[week] = [run for run in kept if len(run.keys)]

    def add(self, database: sqlite3.Connection, sketches: Sequence[Sketch]) -> None:
        """Take in new sketches, which aren't yet in the table."""
        fresh: dict[int, list[Sketch]] = {}
        for sketch in sketches:
            fresh.setdefault(sketch.day // WEEK, []).append(sketch)
        for week, added in fresh.items():
            runs = self._runs(database, week)
            runs.append(_Run.of(added))
            # Each run is at least twice as long as the next, so a key is sorted again only a few times.
            while len(runs) > 1 and len(runs[-2].keys) < 2 * len(runs[-1].keys):
                last = runs.pop()
                runs[-1] = runs[-1].joined(last)

    def pairs(self, database: sqlite3.Connection, sketches: Sequence[Sketch], days: int) -> list[tuple[int, int]]:
        """The pairs with enough common keys, one of `sketches` with any article up to `days` from it.

        Each pair is the lower and the higher number.
        """
        asked: dict[int, list[Sketch]] = {}
        for sketch in sketches:
            for week in {(sketch.day - days) // WEEK, (sketch.day + days) // WEEK}:
                asked.setdefault(week, []).append(sketch)
        found = [
            _met(_Run.of(asking), run, days)
            for week, asking in sorted(asked.items())
            for run in self._runs(database, week)
        ]
        self._forget_some()
        if not found:
            return []
        askers, others, enough = (np.concatenate(column) for column in zip(*found, strict=True))
        # Both articles of a pair may be among those that ask, and then each has found the other.
        asking_too = np.isin(others, np.array([sketch.number for sketch in sketches], np.int64))
        once = ~asking_too | (askers < others)
        askers, others, enough = askers[once], others[once], enough[once]
        codes, places, counts = np.unique(
            np.minimum(askers, others) << 32 | np.maximum(askers, others), return_index=True, return_counts=True
        )
        codes = codes[counts >= enough[places]]
        return list(zip((codes >> 32).tolist(), (codes & 0xFFFFFFFF).tolist(), strict=True))

    def _runs(self, database: sqlite3.Connection, week: int) -> list[_Run]:
        if week not in self._weeks:
            rows = database.execute(
                "SELECT number, day, keys FROM copies_texts WHERE day BETWEEN ? AND ?",
                (week * WEEK, week * WEEK + WEEK - 1),
            )
            read = [Sketch(number, day, np.frombuffer(keys, np.uint32)) for number, day, keys in rows if keys]
            self._weeks[week] = [_Run.of(read)] if read else []
        self._weeks.move_to_end(week)
        return self._weeks[week]

    def _forget_some(self) -> None:
        """Keep the weeks used last."""
        left = _MOST_KEYS
        for place, week in enumerate(reversed(list(self._weeks))):
            left -= sum(len(run.keys) for run in self._weeks[week])
            if place >= _LEAST_WEEKS and (place >= _MOST_WEEKS or left < 0):
                del self._weeks[week]


def _met(asking: _Run, run: _Run, days: int) -> tuple[Numbers, Numbers, Days]:
    """The pairs with a common key, once per key: who asks, the other, and how many common keys are enough."""
    start = np.searchsorted(run.keys, asking.keys, "left")
    counts = np.searchsorted(run.keys, asking.keys, "right") - start
    ends = np.cumsum(counts)
    places = np.arange(int(ends[-1])) + np.repeat(start - (ends - counts), counts)
    askers = np.repeat(np.arange(len(asking.keys)), counts)
    near = np.abs(asking.days[askers] - run.days[places]) <= days
    near &= asking.numbers[askers] != run.numbers[places]
    askers, places = askers[near], places[near]
    return asking.numbers[askers], run.numbers[places], np.minimum(asking.enough[askers], run.enough[places])
