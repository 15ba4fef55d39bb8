"""Shingles, min-hashes and samples: what near copies are compared by, and found by.

A shingle is a run of three words ("shingles" in Broder, "On the resemblance and containment of
documents", 1997). Two texts are compared by the sets of their shingles. To find the texts worth a
comparison, each has a sketch of keys, and texts with a common key are candidates:

- 32 bands of two min-hashes each. With a Jaccard similarity of .5, two texts have a common band in
  all but one of ten thousand cases.
- a sample of its shingles, the same quarter in every text. Bands miss a short text that is contained
  in a long one, because most minima of the long one are elsewhere. The sample doesn't: of 40 common
  shingles, none is in the sample in one of a hundred thousand cases.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.features import Hashes, stable_hash

SHINGLE = 3
"""Consecutive words compared as one unit."""
MIN_HASHES = 64
BAND = 2
"""The min-hashes of a band."""
BANDS = MIN_HASHES // BAND
_SAMPLED_BITS = 2
"""A shingle is in the sample if this many bits of it are zero."""

Keys = NDArray[np.uint32]


def _odd(name: str) -> int:
    """A number by which to multiply modulo 2 ** 64. An even one would lose bits, and a small one the order."""
    return stable_hash(name) | 1


_WORD_FACTORS = np.array([_odd(f"word {place}") for place in range(SHINGLE)], np.uint64)
_HASH_FACTORS = np.array([_odd(f"min-hash {place}") for place in range(MIN_HASHES)], np.uint64)
_BAND_FACTORS = np.array([_odd(f"band {place}") for place in range(MIN_HASHES)], np.uint64).reshape(-1, BAND, 1)
_SAMPLE_FACTOR = np.uint64(_odd("sample"))
_MIX = np.uint64(_odd("mix"))
_HALF = np.uint64(32)
_SHIFT = np.uint64(29)


def _mixed(numbers: Hashes) -> Hashes:
    """Spread what the high bits say over all bits, and back."""
    numbers = (numbers ^ (numbers >> _HALF)) * _MIX
    return numbers ^ (numbers >> _SHIFT)


def shingles(words: Hashes) -> Hashes:
    """The sorted set of the shingles of a text. Empty if it has fewer than `SHINGLE` words."""
    runs = len(words) - SHINGLE + 1
    if runs <= 0:
        return np.empty(0, np.uint64)
    found = sum((words[place : place + runs] * _WORD_FACTORS[place] for place in range(SHINGLE)), np.uint64(0))
    found = _mixed(np.asarray(found, np.uint64))
    found.sort()
    is_new = np.empty(runs, np.bool_)
    is_new[0] = True
    np.not_equal(found[1:], found[:-1], out=is_new[1:])
    return found[is_new]


def min_hashes(sets: Sequence[Hashes]) -> Hashes:
    """The min-hashes of sets that aren't empty: one row per hash, one column per set."""
    together = np.concatenate(sets)
    starts = np.cumsum([0, *map(len, sets[:-1])])
    found = np.empty((MIN_HASHES, len(sets)), np.uint64)
    products = np.empty_like(together)
    for row, factor in zip(found, _HASH_FACTORS, strict=True):
        np.multiply(together, factor, out=products)
        np.minimum.reduceat(products, starts, out=row)
    return found


def sketches(sets: Sequence[Hashes]) -> list[Keys]:
    """The keys by which each of these sets of shingles, none of them empty, is found. Sorted, without repetition."""
    if not sets:
        return []
    minima = min_hashes(sets).reshape(-1, BAND, len(sets))
    bands = _mixed((minima * _BAND_FACTORS).sum(axis=1, dtype=np.uint64)) >> _HALF
    columns = np.ascontiguousarray(bands.T).astype(np.uint32)
    return [np.unique(np.concatenate((column, _sample(found)))) for column, found in zip(columns, sets, strict=True)]


def _sample(found: Hashes) -> Keys:
    products = found * _SAMPLE_FACTOR
    chosen = products[products >> np.uint64(64 - _SAMPLED_BITS) == 0]
    return np.asarray(chosen >> np.uint64(64 - _SAMPLED_BITS - 32), np.uint32)


def common(first: Hashes, second: Hashes) -> int:
    """The number of common members of two sorted sets."""
    if len(first) > len(second):
        first, second = second, first
    if not len(first):
        return 0
    places = np.searchsorted(second, first)
    places[places == len(second)] = 0
    return int(np.count_nonzero(second[places] == first))
