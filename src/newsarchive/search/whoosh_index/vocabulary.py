"""The words of the archive with how many articles use them, in the order of their letters."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from newsarchive.search.whoosh_index.leaf import Leaf
from newsarchive.search.whoosh_index.packing import IntArray

_BEHIND_ALL = "\U0010ffff"
"""Follows a prefix in order, and every word that begins so."""


class Vocabulary:
    """Folded words in order, and for each in how many articles it is; those of deleted articles may still count."""

    def __init__(self, frequency: dict[str, int]) -> None:
        self.words = sorted(frequency)
        self.frequencies: npt.NDArray[np.int64] = np.array([frequency[word] for word in self.words], dtype=np.int64)

    def frequency(self, word: str) -> int:
        """In how many articles a word is."""
        at = bisect_left(self.words, word)
        return int(self.frequencies[at]) if at < len(self.words) and self.words[at] == word else 0

    def most_frequent(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words that begin so, each with its frequency; of equals the first in order."""
        start = bisect_left(self.words, prefix)
        stop = bisect_left(self.words, prefix + _BEHIND_ALL, start)
        found = self.frequencies[start:stop]
        if len(found) > count:
            least = np.partition(found, -count)[-count]
            best = np.flatnonzero(found >= least)
        else:
            best = np.arange(len(found))
        ordered = best[np.argsort(-found[best], kind="stable")][:count]
        return [(self.words[start + place], int(found[place])) for place in ordered.tolist()]


def read_vocabulary(leaves: Sequence[Leaf], field: str) -> Vocabulary:
    """The words of one field of an index."""
    frequency: Counter[str] = Counter()
    for leaf in leaves:
        postings = leaf.field(field)
        if postings is not None:
            words = map(bytes.decode, postings.terms(0, len(postings)))
            counts = np.diff(postings.first.astype(np.int64)).tolist()
            frequency.update(dict(zip(words, counts, strict=True)))
    return Vocabulary(frequency)


def documents_with(leaves: Sequence[Leaf], field: str, word: str) -> IntArray:
    """The documents that have a word in a field, by their numbers in the whole index, ascending."""
    found = [np.zeros(0, dtype=np.intp)]
    for leaf in leaves:
        postings, number = leaf.field(field), leaf.find(field, word)
        if postings is not None and number is not None:
            found.append(leaf.live(postings.ids(number)) + leaf.offset)
    return np.concatenate(found)
