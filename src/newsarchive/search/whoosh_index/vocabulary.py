"""The words of the archive with how many articles use them, in the order of their letters."""

from bisect import bisect_left
from collections import Counter

import numpy as np
import numpy.typing as npt
from whoosh.reading import IndexReader

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


def read_vocabulary(reader: IndexReader, field: str) -> Vocabulary:
    """The words of one field of an index."""
    frequency: Counter[str] = Counter()
    for leaf, _ in reader.leaf_readers():
        for term in leaf.lexicon(field):
            frequency[term.decode()] += leaf.doc_frequency(field, term)
    return Vocabulary(frequency)
