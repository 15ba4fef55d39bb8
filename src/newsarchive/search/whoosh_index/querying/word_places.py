"""The places of any of many words in a segment, compact enough to be kept.

Some readings of a query look for a word next to any of dozens of frequent ones. Unpacking the positions of all of
these takes longer than the rest of a search.
"""

from typing import NamedTuple

import numpy as np

from newsarchive.search.whoosh_index.storage.packing import AnyInts, IntArray, bounds, slices

POSITION_BITS = 32
"""A place is a document's number times 2 ** 32 plus the position of a word in it."""

MOST_POSTINGS = 3_000_000
"""The places of words with more postings than this would take too much memory to be kept."""


class WordPlaces(NamedTuple):
    """Positions, document by document; those of a document are `positions[starts[document] : starts[document + 1]]`."""

    starts: IntArray
    positions: AnyInts

    @classmethod
    def of(cls, places: IntArray, documents: int) -> "WordPlaces":
        """From ascending places, in a segment of so many documents."""
        positions = places & ((1 << POSITION_BITS) - 1)
        smallest = np.min_scalar_type(int(positions.max(initial=0)))
        return cls(bounds(np.bincount(places >> POSITION_BITS, minlength=documents)), positions.astype(smallest))

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.starts.nbytes + self.positions.nbytes

    def within(self, documents: IntArray, shift: int) -> IntArray:
        """The places in these documents, ascending, each plus `shift`."""
        lengths = self.starts[documents + 1] - self.starts[documents]
        positions = self.positions[slices(self.starts[documents], lengths)]
        places: IntArray = (documents << POSITION_BITS).repeat(lengths) + positions + shift
        return places
