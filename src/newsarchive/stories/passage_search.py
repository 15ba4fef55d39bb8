"""Which articles of the index share passages with a text."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.alignment import Passage, Seeds, Words, in_passages, passages_from
from newsarchive.stories.features import Hashes, Places
from newsarchive.stories.fingerprints import WINDOW, gram_hashes
from newsarchive.stories.passage_segment import NO_KEY, Segment
from newsarchive.stories.passages import OpenSegment

MOST_SEEDS = 400_000
"""Seeds that are looked at: the rarest n-grams of the text come first. An archive of 20,000 articles has about 4
per word, so this matters for very large archives only, where n-grams that are everywhere are left out."""
BOILERPLATE = 5
"""A paragraph that this many articles of one outlet have is boilerplate, and no part of a passage begins in it."""

Truths = NDArray[np.bool_]
_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


class Found(NamedTuple):
    """The passages that an article shares with a text, in the order of the text. `words` is the article's length."""

    number: int
    passages: tuple[Passage, ...]
    words: int


def search(segments: Sequence[OpenSegment], words: Hashes, *, without: Collection[int] = ()) -> Iterator[Found]:
    """Yield the articles that share passages with a text, except some numbers, in no particular order."""
    hashes = gram_hashes(words)
    if not len(hashes) or not segments:
        return
    ranges = [_ranges(each.segment.hashes, hashes) for each in segments]
    kept = _rarest(_counts(ranges))
    text = words.astype(np.uint16)
    boilerplate = _Boilerplate(segments)
    for each, (first, last) in zip(segments, ranges, strict=True):
        seeds = _seeds(each, kept, first[kept], last[kept])
        seeds = seeds.only(in_passages(text, each.segment.words, seeds))
        seeds = seeds.only(~boilerplate.has(each.segment, seeds.places))
        yield from _aligned(each.segment, text, seeds, without)


def _counts(ranges: Sequence[tuple[Places, Places]]) -> Places:
    """How often each value occurs in all arrays, of whose `_ranges` these are."""
    counts: Places = np.stack([last - first for first, last in ranges]).sum(axis=0)
    return counts


def _ranges(known: NDArray[np.generic], values: NDArray[np.generic]) -> tuple[Places, Places]:
    """The range of indexes of each value in a sorted array."""
    # Looking up values in their order is several times faster: nearby ones are in the same pages.
    distinct, which = np.unique(values, return_inverse=True)
    first, last = (np.asarray(np.searchsorted(known, distinct, side=side)) for side in _SIDES)
    return first[which], last[which]


def _rarest(counts: Places) -> Places:
    """The n-grams that occur, the rarest ones if there are more occurrences than can be looked at."""
    if counts.sum() <= MOST_SEEDS:
        return np.flatnonzero(counts)
    order = np.argsort(counts, kind="stable")
    enough = int(np.searchsorted(np.cumsum(counts[order]), MOST_SEEDS, side="right"))
    kept = np.sort(order[:enough])
    return kept[counts[kept] > 0]


def _seeds(opened: OpenSegment, grams: Places, first: Places, last: Places) -> Seeds:
    """Where a text and a segment have equal n-grams: the first of those that follow each other closely."""
    segment = opened.segment
    counts = last - first
    ends = np.cumsum(counts)
    rows = np.repeat(first - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)
    starts, places = np.repeat(grams, counts), segment.places[rows].astype(np.int64)
    order = np.lexsort((starts, places - starts))
    starts, places = starts[order], places[order]
    follows = np.zeros(len(starts), bool)
    follows[1:] = (np.diff(places - starts) == 0) & (np.diff(starts) <= WINDOW)
    slots = segment.slots_of(places)
    follows[1:] &= np.diff(slots) == 0
    kept = ~follows & opened.is_alive(slots)
    bounds = segment.starts.astype(np.int64)
    return Seeds(starts[kept], places[kept], bounds[slots[kept]], bounds[slots[kept] + 1])


class _Boilerplate:
    """Which paragraphs are boilerplate now."""

    def __init__(self, segments: Sequence[OpenSegment]) -> None:
        self._segments = segments

    def has(self, segment: Segment, places: Places) -> Truths:
        """Whether the words at these places of a segment are in boilerplate."""
        if not len(places):
            return np.zeros(0, bool)
        keys, which = np.unique(segment.keys_at(places), return_inverse=True)
        ranges = [_ranges(each.segment.keys, keys) for each in self._segments]
        repeated = (_counts(ranges) >= BOILERPLATE) & (keys != NO_KEY)
        for number in np.flatnonzero(repeated).tolist():
            # A paragraph can be several times in an article, or in one that was removed.
            repeated[number] = sum(map(self._articles_with(keys[number]), self._segments)) >= BOILERPLATE
        found: Truths = repeated[which]
        return found

    @staticmethod
    def _articles_with(key: np.uint64) -> Callable[[OpenSegment], int]:
        return lambda each: int(each.is_alive(each.segment.slots_with(key)).sum())


def _aligned(segment: Segment, text: Words, seeds: Seeds, without: Collection[int]) -> Iterator[Found]:
    slots = segment.slots_of(seeds.places)
    order = np.lexsort((seeds.starts, slots))
    borders = np.flatnonzero(np.diff(slots[order])) + 1
    for group in np.split(order, borders) if len(order) else ():
        slot = int(slots[group[0]])
        number = int(segment.numbers[slot])
        if number in without:
            continue
        begin, end = int(segment.starts[slot]), int(segment.starts[slot + 1])
        pairs = zip(seeds.starts[group].tolist(), (seeds.places[group] - begin).tolist(), strict=True)
        passages = _distinct(text, segment.words[begin:end], pairs)
        if passages:
            yield Found(number, passages, end - begin)


def _distinct(text: Words, article: Words, pairs: Iterator[tuple[int, int]]) -> tuple[Passage, ...]:
    """The passages around pairs of equal words. None lies within another."""
    passages: list[Passage] = []
    for start, place in pairs:
        if not any(passage.has(start, place) for passage in passages):
            passages.extend(passages_from(text, article, start, place))
    kept: list[Passage] = []
    for passage in sorted(passages, key=lambda each: -each.equal):
        first, last = passage.span
        if not any(other.span[0] <= first and last <= other.span[1] for other in kept):
            kept.append(passage)
    return tuple(sorted(kept))
