"""The words of the archive with how many articles use them, read from the index when they are asked for."""

from collections.abc import Sequence

import numpy as np

from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import FieldPostings


class Vocabulary:
    """The words of one field of an index that some article has which is not deleted."""

    def __init__(self, leaves: Sequence[Leaf], field: str) -> None:
        self._fields = [(leaf, found) for leaf in leaves if (found := leaf.field(field)) is not None]

    def frequency(self, word: str) -> int:
        """In how many articles a word is, as `Leaf.frequency` counts them."""
        return self._frequency(word.encode())

    def _frequency(self, term: bytes) -> int:
        found = ((leaf, field, field.find(term)) for leaf, field in self._fields)
        return sum(leaf.frequency(field, number) for leaf, field, number in found if number is not None)

    def most_frequent(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words that begin so, each with its frequency; of equals the first in order.

        Of several segments, what is among the most frequent in none of them is not considered.
        """
        terms = {term for leaf, field in self._fields for term in _most_frequent(leaf, field, prefix.encode(), count)}
        counted = sorted((-self._frequency(term), term) for term in terms)
        return [(term.decode(), -negative) for negative, term in counted[:count]]


def _most_frequent(leaf: Leaf, field: FieldPostings, prefix: bytes, count: int) -> list[bytes]:
    """The most frequent terms that begin so, and perhaps some others; terms of deleted documents alone are left out."""
    start, stop = field.with_prefix(prefix)
    found = field.document_frequencies(start, stop)
    considered = count
    while True:
        numbers = [start + number for number in _largest(found, considered)]
        live = [number for number in numbers if leaf.frequency(field, number)]
        if len(live) >= count or considered >= len(found):
            return [field.term(number) for number in live]
        considered *= 2


def _largest(values: IntArray, count: int) -> list[int]:
    """Where the largest values are; of equal ones the first, in no order."""
    if len(values) <= count:
        return list(range(len(values)))
    least = np.partition(values, -count)[-count]
    above = np.flatnonzero(values > least)
    return np.append(above, np.flatnonzero(values == least)[: count - len(above)]).tolist()


def documents_with(leaves: Sequence[Leaf], field: str, word: str) -> IntArray:
    """The documents that have a word in a field, by their numbers in the whole index, ascending."""
    found = [np.zeros(0, dtype=np.intp)]
    for leaf in leaves:
        postings, number = leaf.field(field), leaf.find(field, word)
        if postings is not None and number is not None:
            found.append(leaf.live(postings.ids(number)) + leaf.offset)
    return np.concatenate(found)
