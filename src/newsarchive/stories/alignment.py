"""Passages that two texts share: runs of equal words with a changed, added or missing word here and there.

A passage is what `FEWEST` words of both texts have in common, in order, with at most one edit for each
`FEWEST` of them: at least twelve consecutive words of which one in twelve may be changed. An edit is a
word that was replaced, added or left out.

What a reader takes for one word, such as 3.5 or «و2010», can be two of ours. How many words of a reader
lie between two runs only the texts can tell. So two words count as one edit here, and `with_few_edits`
decides with the right numbers later.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.features import Places

FEWEST = 11
"""Equal words of the shortest passage, and equal words that make up for one edit."""
RULES = 1
"""Rises when the same texts share other passages."""

Words = NDArray[np.uint16]
"""The words of a text as 16-bit hashes. The texts themselves are compared before a passage is shown."""

_REACH = FEWEST
"""Words on each side of a seed that are looked at to decide whether it is part of a passage."""
_EDITS = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (2, 2), (2, 0), (0, 2))
"""Words to skip in either text for one edit; of two that lead equally far, the first."""


class Run(NamedTuple):
    """Consecutive equal words: `length` words from `start` in one text and from `place` in the other."""

    start: int
    place: int
    length: int


class Passage(NamedTuple):
    """The runs of a passage, in order, and in either text the half-open range of words from the first to the last."""

    runs: tuple[Run, ...]

    @property
    def span(self) -> tuple[int, int]:
        """The range in the first text."""
        return self.runs[0].start, self.runs[-1].start + self.runs[-1].length

    @property
    def other_span(self) -> tuple[int, int]:
        """The range in the second text."""
        return self.runs[0].place, self.runs[-1].place + self.runs[-1].length

    @property
    def equal(self) -> int:
        """The number of equal words."""
        return sum(run.length for run in self.runs)

    def has(self, start: int, place: int) -> bool:
        """Whether a pair of words lies within both ranges."""
        first, second = self.span, self.other_span
        return first[0] <= start < first[1] and second[0] <= place < second[1]


class Seeds(NamedTuple):
    """Pairs of places at which two texts have equal n-grams, and where the second text begins and ends in `words`."""

    starts: Places
    places: Places
    begins: Places
    ends: Places

    def only(self, kept: NDArray[np.bool_] | Places) -> "Seeds":
        """The seeds at these indexes, or where this is true."""
        return Seeds(self.starts[kept], self.places[kept], self.begins[kept], self.ends[kept])


def in_passages(text: Words, words: Words, seeds: Seeds) -> NDArray[np.bool_]:
    """Whether each seed is in a passage with no or one edit. Any passage, however long, contains one of those."""
    texts = _Texts(text, words, seeds)
    ahead = texts.run(seeds.starts, seeds.places, 1)
    behind = texts.run(seeds.starts - 1, seeds.places - 1, -1)
    equal = ahead + behind
    more = np.zeros_like(equal)
    for skipped, left_out in _EDITS:
        after = texts.run(seeds.starts + ahead + skipped, seeds.places + ahead + left_out, 1)
        before = texts.run(seeds.starts - 1 - behind - skipped, seeds.places - 1 - behind - left_out, -1)
        more = np.maximum(more, np.maximum(after, before))
    return equal + more >= FEWEST


class _Texts:
    def __init__(self, text: Words, words: Words, seeds: Seeds) -> None:
        self._text, self._words = text, words
        self._begins, self._ends = seeds.begins, seeds.ends

    def run(self, starts: Places, places: Places, step: int) -> Places:
        """The number of equal words from each pair of places in one direction, at most `_REACH`."""
        lengths = np.zeros(len(starts), np.int64)
        going = np.arange(len(starts))
        for length in range(_REACH):
            start, place = starts[going] + step * length, places[going] + step * length
            inside = (start >= 0) & (start < len(self._text)) & (place >= self._begins[going])
            inside &= place < self._ends[going]
            going, start, place = going[inside], start[inside], place[inside]
            going = going[self._text[start] == self._words[place]]
            if not len(going):
                break
            lengths[going] += 1
        return lengths


def passages_from(text: Words, other: Words, start: int, place: int) -> Iterator[Passage]:
    """The passages around a pair of equal words: one, unless there are more edits than equal words in between."""
    behind = _length(text[start::-1], other[place::-1], 0, 0) - 1
    start, place = start - behind, place - behind
    core = Run(start, place, _length(text, other, start, place))
    before, credit = _extend(text[:start][::-1], other[:place][::-1], core.length)
    after, _ = _extend(text[start + core.length :], other[place + core.length :], credit)
    runs = [Run(start - run.start - run.length, place - run.place - run.length, run.length) for run in before]
    runs.reverse()
    runs.append(core)
    ahead = (start + core.length, place + core.length)
    runs.extend(Run(run.start + ahead[0], run.place + ahead[1], run.length) for run in after)
    return with_few_edits(runs, [1] * (len(runs) - 1))


def _extend(text: Words, other: Words, credit: int) -> tuple[list[Run], int]:
    """The runs that follow each other from here on, as far as the equal words make up for the edits."""
    runs: list[Run] = []
    best = credit
    start = place = 0
    while True:
        length, step = max(
            (_length(text, other, start + x, place + y), -number) for number, (x, y) in enumerate(_EDITS)
        )
        skipped, left_out = _EDITS[-step]
        credit += length - FEWEST
        if not length or credit < -FEWEST:
            return runs, best
        best = max(best, credit)
        start, place = start + skipped, place + left_out
        runs.append(Run(start, place, length))
        start, place = start + length, place + length


def _length(text: Words, other: Words, start: int, place: int) -> int:
    """The number of equal words from a pair of places on."""
    total = 0
    chunk = 32
    while True:
        first, second = text[start : start + chunk], other[place : place + chunk]
        common = min(len(first), len(second))
        if not common:
            return total
        differ = first[:common] != second[:common]
        found = int(differ.argmax())
        if differ[found]:
            return total + found
        total += common
        start, place, chunk = start + common, place + common, 2048


def with_few_edits(runs: Sequence[Run], between: Sequence[int]) -> Iterator[Passage]:
    """The parts of a row of runs with enough equal words for the edits `between` them, as long as they can be."""
    equal = np.concatenate(([0], np.cumsum([run.length for run in runs])))
    edits = np.concatenate(([0], np.cumsum(between)))
    inside = np.zeros(len(runs) + 1, np.int64)
    for first in range(len(runs)):
        words = equal[first + 1 :] - equal[first]
        enough = np.flatnonzero((words >= FEWEST) & (words >= FEWEST * (edits[first:] - edits[first])))
        if len(enough):
            inside[first] += 1
            inside[first + int(enough[-1]) + 1] -= 1
    deep = np.cumsum(inside)
    first = 0
    for number in range(len(runs) + 1):
        if number == len(runs) or not deep[number]:
            if first < number:
                yield Passage(tuple(runs[first:number]))
            first = number + 1
