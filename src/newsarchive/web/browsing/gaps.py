"""Periods without articles that are unusual for a source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

_AROUND = 15
"""How many intervals before and after one tell what is usual at that time: a source can change its rhythm."""
_FEWEST = 8
"""With fewer intervals around it, nothing can be said."""
_USUAL = 0.9
"""This share of the intervals around counts as usual: a few gaps near each other are all unusual."""
_FACTOR = 3
_SHORTEST = 3
"""Days without articles; fewer are never a gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The first and last of some consecutive days without articles."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1


def unusual_gaps(days: Iterable[date]) -> list[Gap]:
    """The gaps between the days with articles that are unusual among the intervals around them, in order.

    >>> week = [date(2025, 3, day) for day in (*range(1, 13), *range(25, 32))]
    >>> [(str(gap.first), gap.days) for gap in unusual_gaps(week)]
    [('2025-03-13', 12)]
    """
    ordered = sorted(set(days))
    intervals = [(after - before).days for before, after in pairwise(ordered)]
    gaps = []
    for place, (before, after) in enumerate(pairwise(ordered)):
        around = intervals[max(0, place - _AROUND) : place] + intervals[place + 1 : place + 1 + _AROUND]
        without = intervals[place] - 1
        if len(around) >= _FEWEST and without >= max(_SHORTEST, _FACTOR * _usual(around)):
            gaps.append(Gap(before + timedelta(days=1), after - timedelta(days=1)))
    return gaps


def _usual(intervals: list[int]) -> int:
    """The interval that most of these don't exceed."""
    return sorted(intervals)[int((len(intervals) - 1) * _USUAL)]
