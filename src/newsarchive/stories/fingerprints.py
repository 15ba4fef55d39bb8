"""Winnowed fingerprints of runs of words.

Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003:
of every few consecutive n-grams the one with the smallest hash is a fingerprint. Two texts that
share a run of `GUARANTEED` words then have a fingerprint of that run in common, wherever the run is.

A run of twelve words of which one was changed leaves at least six unchanged words on one side of the
change, which is why six words are enough here.
"""

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.features import Hashes, Places
from newsarchive.wording import worded

GRAM = 4
"""Words of an n-gram."""
WINDOW = 3
"""Consecutive n-grams of which one is a fingerprint."""
GUARANTEED = GRAM + WINDOW - 1
"""Words that two texts must share to have a fingerprint in common for certain."""
RULES = 1
"""Rises when the same text gets other fingerprints."""

GramHashes = NDArray[np.uint32]
"""One 32-bit number per n-gram. Words that are compared afterwards rule out those that are equal by chance."""

_MIXER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_LAST = np.uint64(1 << 32)
"""Above the hash of any n-gram."""


def gram_hashes(words: Hashes) -> GramHashes:
    """The hash of the n-gram that begins at each word of a text; empty for a text of fewer words than an n-gram."""
    count = len(words) - GRAM + 1
    if count <= 0:
        return np.zeros(0, np.uint32)
    mixed = np.zeros(count, np.uint64)
    for place in range(GRAM):
        mixed ^= words[place : place + count]
        mixed *= _MIXER
        mixed ^= mixed >> _HALF
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def winnow(words: Hashes, starts: Places) -> tuple[GramHashes, Places]:
    """The fingerprints of texts that follow each other in `words`, text `i` at `starts[i]` up to `starts[i + 1]`.

    Return their hashes, and the words at which their n-grams begin, in order. A text of fewer n-grams
    than a window has one fingerprint, and one of fewer words than an n-gram has none. Raises ValueError
    if a text ends after the last word.
    """
    if starts[-1] > len(words):
        raise ValueError(worded("a text ends after the last word"))
    hashes = gram_hashes(words)
    if not len(hashes):
        return hashes, np.zeros(0, np.int64)
    # The hash of an n-gram that reaches into the next text is never the smallest.
    crosses = _shortly_before(starts[1:], GRAM - 1, len(hashes))
    ranked = np.full(len(hashes) + WINDOW - 1, _LAST, np.uint64)
    ranked[: len(hashes)] = np.where(crosses, _LAST, hashes)
    return _selected(hashes, ranked, starts)


def _selected(hashes: GramHashes, ranked: NDArray[np.uint64], starts: Places) -> tuple[GramHashes, Places]:
    count = len(hashes)
    smallest, place = ranked[:count].copy(), np.arange(count)
    for ahead in range(1, WINDOW):
        # Of equal hashes the last: the next window most likely selects it too.
        following = ranked[ahead : ahead + count]
        less = following <= smallest
        smallest = np.where(less, following, smallest)
        place[less] = np.flatnonzero(less) + ahead
    complete = _begins_window(count, starts) & (smallest < _LAST)
    chosen = np.zeros(count + WINDOW, bool)
    chosen[place[complete]] = True
    places = np.flatnonzero(chosen)
    return hashes[places], places


def _begins_window(count: int, starts: Places) -> NDArray[np.bool_]:
    """Whether a window within one text begins at an n-gram, or the only window of a short text."""
    begins = ~_shortly_before(starts[1:], GRAM + WINDOW - 2, count)
    of_long_enough = starts[:-1][np.diff(starts) >= GRAM]
    begins[of_long_enough] = True
    return begins


def _shortly_before(places: Places, words: int, count: int) -> NDArray[np.bool_]:
    """Whether each of the first `count` words is one of the last `words` before one of the places."""
    # The array begins that many words earlier, because a place may be nearer to the beginning.
    before = np.zeros(words + max(count, int(places.max(initial=0))), bool)
    for back in range(1, words + 1):
        before[places + words - back] = True
    return before[words : words + count]
