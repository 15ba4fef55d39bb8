"""Paragraphs that earlier articles of the same outlet have: other versions of an article, and teasers.

An article with half of its words in paragraphs of one earlier article is another version of it. So
is one that has most of an earlier article.

Otherwise, such paragraphs at the end are teasers of other articles. They would make articles alike
that have nothing in common but the day. `repeated` doesn't find them, because each is there for some
hours only.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.stories.clustering import Block
from newsarchive.stories.features import Features, stable_hash

VERSION = 0.5
"""The share of an article's words in paragraphs of one earlier article that makes it another version."""
WHOLE = 0.7
"""The same for the share of the earlier article's words."""
LEAST_KEPT = 0.3
"""The share of an article's words that must be left without teasers. An article isn't mostly teasers."""
VERSION_WORDS = 20
"""The minimum number of these words."""
_KEY_BITS = np.uint64(32)


def outlet_key(outlet: str) -> int:
    """A 32-bit number for an outlet, by the key of its name."""
    return stable_hash(outlet) >> 32


def paragraph_keys(texts: Sequence[Features]) -> list[list[int]]:
    """32-bit numbers of the paragraphs of some articles: equal paragraphs of one outlet have the same."""
    lengths = [np.diff(text.bounds) for text in texts]
    counts = [len(found) for found in lengths]
    sizes = np.concatenate([*lengths, np.zeros(0, np.int64)])
    words = np.concatenate([*(text.words for text in texts), np.zeros(0, np.uint64)])
    if not len(sizes):
        return [[] for _ in texts]
    starts = np.cumsum(sizes) - sizes
    places = (np.arange(len(words)) - np.repeat(starts, sizes)).astype(np.uint64)
    # Odd factors, so that the order of the words counts. Sums wrap around.
    sums: NDArray[np.uint64] = np.add.reduceat(words * (2 * places + np.uint64(1)), starts)
    outlets = np.repeat(np.array([stable_hash(text.outlet) for text in texts], np.uint64), counts)
    keys = ((sums ^ outlets) * np.uint64(0x9E3779B97F4A7C15) >> _KEY_BITS).tolist()
    ends = np.cumsum(counts).tolist()
    return [keys[end - count : end] for end, count in zip(ends, counts, strict=True)]


class Kept(NamedTuple):
    """What counts of an article: `paragraphs` before the teasers. `version_of` is the number of an earlier version."""

    paragraphs: int
    version_of: int | None


def without_teasers(keys: Sequence[int], text: Features, blocks: Sequence[Block]) -> Kept:
    """Compare the paragraphs of an article, by their keys, with those of the articles in some blocks."""
    if not any(block.owns_one(keys) for block in blocks):
        return Kept(len(keys), None)
    owners = [_owner(key, blocks) for key in keys]
    shared: Counter[int] = Counter()
    for owner, length in zip(owners, np.diff(text.bounds).tolist(), strict=True):
        if owner is not None:
            shared[owner] += length
    for number, words in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        earlier = next((found for block in blocks if (found := block.words(number)) is not None), 0)
        if words >= max(VERSION_WORDS, min(VERSION * len(text.words), WHOLE * earlier)):
            return Kept(len(owners), number)
    kept = len(owners)
    while kept and owners[kept - 1] is not None:
        kept -= 1
    has_enough = text.bounds[kept] >= LEAST_KEPT * len(text.words)
    return Kept(kept if has_enough else len(owners), None)


def _owner(key: int, blocks: Sequence[Block]) -> int | None:
    return next((owner for block in blocks if (owner := block.owner(key)) is not None), None)
