"""The inverted index of one field of one segment: its sorted terms, each with its posting list.

Arrays of a field `f` with T terms and P postings in total:

    f.text       the terms, concatenated in the order of their UTF-8 bytes
    f.text_at    T + 1: the start offset of each term's bytes
    f.first      T + 1: the number of the first posting of each term; differences are document frequencies
    f.ids        the document numbers of the postings, packed list by list (see `packing`)
    f.ids_at     T + 1: the start offset of each list's bytes
    f.width      T: the width of each list's units
    f.impact     P, only in text fields: the weight of the posting, in steps of 1 / IMPACT_STEPS
    f.tf         P, only in fields with positions or counts: the term frequency in the document, up to 255
    f.tf_over    the numbers of the postings with a higher term frequency
    f.tf_more    the term frequencies of these postings
    f.positions  the positions of the words, packed posting by posting in one-byte units
    f.positions_at  T + 1: the start offset of the bytes of each term's positions
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from newsarchive.search.scoring.impact import IMPACT_STEPS
from newsarchive.search.whoosh_index.storage.array_file import ArrayFile
from newsarchive.search.whoosh_index.storage.packing import (
    AnyInts,
    BoolArray,
    IntArray,
    bounds,
    unpack,
    unpack_lists,
)

TF_TOP = 255
"""A term frequency of 255 or more is looked up in `tf_over`."""
_BETWEEN_LANDMARKS = 64
_IMPACT_UNIT = 1 / IMPACT_STEPS
_BEHIND_ALL = b"\xff"
"""A prefix plus this byte sorts after all words with the prefix: UTF-8 has no byte as large."""


class Postings(NamedTuple):
    """The documents that have a term, in ascending order.

    The weight of a posting is its entry in `weights` times `unit`; without `weights` it is 1.
    """

    ids: IntArray
    weights: AnyInts | None
    unit: float = 1.0


class FieldPostings:
    """The terms and posting lists of a field, read from the segment's file on demand."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self._file = file
        self._field = field
        self._text = file[f"{field}.text"].data
        self._text_at = file[f"{field}.text_at"].data
        self.first = file[f"{field}.first"]
        self._first = self.first.data
        self._ids_at = file[f"{field}.ids_at"]
        self._ids_starts = self._ids_at.data
        self._width = file[f"{field}.width"]
        self._widths = self._width.data
        self._count = len(self._width)
        self._packed_ids = file.runs(f"{field}.ids")
        self.has_impacts = f"{field}.impact" in file
        self._impacts = file.runs(f"{field}.impact") if self.has_impacts else None
        self.has_frequencies = f"{field}.tf" in file
        self.has_positions = f"{field}.positions" in file
        if self.has_frequencies:
            self._counts = file.runs(f"{field}.tf")
            self._over = file[f"{field}.tf_over"]
        if self.has_positions:
            self._positions = file.runs(f"{field}.positions")
            self._positions_at = file[f"{field}.positions_at"]

    def __len__(self) -> int:
        """The number of terms."""
        return self._count

    def term(self, number: int) -> bytes:
        """The term with a number; terms are numbered in order."""
        return bytes(self._text[self._text_at[number] : self._text_at[number + 1]])

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The terms numbered `[start, stop)`."""
        at = self._text_at[start : stop + 1].tolist()
        text = bytes(self._text[at[0] : at[-1]])
        return [text[begin - at[0] : end - at[0]] for begin, end in pairwise(at)]

    @cached_property
    def _landmarks(self) -> list[bytes]:
        """A sample of the terms at regular intervals, searched first because terms in the file are slower to read."""
        return [self.term(number) for number in range(0, len(self), _BETWEEN_LANDMARKS)]

    def at_or_after(self, term: bytes) -> int:
        """The number of the first term that equals or follows `term`."""
        return self._place(term)[0]

    def _place(self, term: bytes) -> tuple[int, bool]:
        """The number of the first term that equals or follows `term`, and whether it equals it."""
        stop = bisect_left(self._landmarks, term) * _BETWEEN_LANDMARKS
        start = max(0, stop - _BETWEEN_LANDMARKS + 1)
        # All terms between two landmarks are read at once: `bisect` with a key would read them one by one.
        at = self._text_at[start : min(stop, self._count - 1) + 2].tolist()
        if len(at) < 2:
            return start, False
        begin = at[0]
        block = bytes(self._text[begin : at[-1]])
        # The last term read may be equal, too: it is the landmark, or the last one of all.
        low, high = 0, len(at) - 1
        while low < high:
            middle = (low + high) // 2
            if block[at[middle] - begin : at[middle + 1] - begin] < term:
                low = middle + 1
            else:
                high = middle
        is_there = low < len(at) - 1 and block[at[low] - begin : at[low + 1] - begin] == term
        return start + low, is_there

    def find(self, term: bytes) -> int | None:
        """The number of a term; None if there is no such term."""
        number, is_there = self._place(term)
        return number if is_there else None

    def find_many(self, terms: Sequence[bytes]) -> IntArray:
        """The numbers of the given terms; missing terms are left out."""
        if not len(self) or not terms:
            return np.zeros(0, dtype=np.intp)
        length = len(self.term(0))
        if len(self._text) != length * len(self) or any(len(term) != length for term in terms):
            return np.array([number for number in map(self.find, terms) if number is not None], dtype=np.intp)
        # All terms have the same length, as ids do, so numpy can compare them in place.
        ordered = np.frombuffer(self._text, dtype=f"S{length}")
        wanted = np.array(terms, dtype=f"S{length}")
        numbers = np.minimum(np.searchsorted(ordered, wanted), len(self) - 1)
        found: IntArray = numbers[ordered[numbers] == wanted]
        return found

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """The numbers `[start, stop)` of the terms that start with `prefix`."""
        return self.at_or_after(prefix), self.at_or_after(prefix + _BEHIND_ALL)

    def document_frequency(self, number: int) -> int:
        """The number of documents that have a term, including deleted documents."""
        count: int = self._first[number + 1] - self._first[number]
        return count

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        """`document_frequency` of the terms numbered `[start, stop)`."""
        return _lengths(self.first, start, stop)

    def ids(self, number: int) -> IntArray:
        """The documents that have a term."""
        data = self._packed_ids(self._ids_starts[number], self._ids_starts[number + 1])
        return unpack(data, self._widths[number], self._first[number + 1] - self._first[number])

    def postings(self, number: int) -> Postings:
        """The posting list of a term; its weights are impacts in a text field, otherwise term frequencies."""
        ids = self.ids(number)
        if self._impacts is not None:
            return Postings(ids, self._impacts(self._first[number], self._first[number + 1]), _IMPACT_UNIT)
        return Postings(ids, self.frequencies(number, number + 1))

    def impacts(self, start: int, stop: int) -> AnyInts:
        """The impacts of the postings of the terms numbered `[start, stop)`, in steps of 1 / IMPACT_STEPS."""
        assert self._impacts is not None
        return self._impacts(self._first[start], self._first[stop])

    def ids_of(self, start: int, stop: int) -> IntArray:
        """The documents of the terms numbered `[start, stop)`, term by term."""
        counts = _lengths(self.first, start, stop)
        result = np.empty(int(counts.sum()), dtype=np.intp)
        for ids, terms in self._id_lists(start, stop, counts):
            result[slice(None) if terms is None else terms.repeat(counts)] = ids
        return result

    def ids_in_no_order(self, start: int, stop: int) -> Iterator[IntArray]:
        """The documents of the terms numbered `[start, stop)`, in no order, with a duplicate for each further term."""
        for ids, _ in self._id_lists(start, stop, _lengths(self.first, start, stop)):
            yield ids

    def _id_lists(self, start: int, stop: int, counts: IntArray) -> Iterator[tuple[IntArray, BoolArray | None]]:
        data = self._packed_ids(self._ids_starts[start], self._ids_starts[stop])
        return unpack_lists(data, self._width[start:stop], _lengths(self._ids_at, start, stop), counts)

    def chunks(self, start: int, stop: int, most: int) -> Iterator[tuple[int, int]]:
        """Divide the terms numbered `[start, stop)` into ranges of at most `most` postings, or of a single term."""
        while start < stop:
            end = bisect_right(self._first, self._first[start] + most, start, stop + 1) - 1
            end = max(start + 1, end)
            yield start, end
            start = end

    def frequencies(self, start: int, stop: int) -> AnyInts | None:
        """The term frequencies of the postings of the terms numbered `[start, stop)`; None means that all are 1."""
        if not self.has_frequencies:
            return None
        first, last = int(self._first[start]), int(self._first[stop])
        counts = self._counts(first, last)
        # Otherwise numpy would convert the whole array to another type before it searches.
        low, high = bisect_left(self._over.data, first), bisect_left(self._over.data, last)
        if low == high:
            return counts
        more = counts.astype(np.intp)
        more[self._over[low:high] - first] = self._file[f"{self._field}.tf_more"][low:high]
        return more

    def position_bytes(self, start: int, stop: int) -> tuple[AnyInts, IntArray]:
        """The packed positions of the terms numbered `[start, stop)`, and `bounds` of the terms in them."""
        at = self._positions_at[start : stop + 1].astype(np.intp)
        return self._positions(int(at[0]), int(at[-1])), at - at[0]

    def positions(self, number: int, offsets: IntArray) -> IntArray:
        """The positions of a term, document by document, each with the offset of its document added."""
        frequencies = self.frequencies(number, number + 1)
        assert frequencies is not None
        at = bounds(frequencies)
        data = self._positions(int(self._positions_at[number]), int(self._positions_at[number + 1]))
        sums = unpack(data, 1, int(at[-1]))
        shifts = offsets.copy()
        shifts[1:] -= sums[at[1:-1] - 1]
        sums += shifts.repeat(frequencies)
        return sums


def _lengths(at: AnyInts, start: int, stop: int) -> IntArray:
    """The lengths of the lists numbered `[start, stop)`, computed from their start offsets."""
    edges = at[start : stop + 1].astype(np.intp)
    return edges[1:] - edges[:-1]


def joined(terms: Iterable[bytes]) -> tuple[AnyInts, IntArray]:
    """The concatenated bytes of terms, and their `bounds`."""
    listed = list(terms)
    lengths = np.fromiter(map(len, listed), dtype=np.intp, count=len(listed))
    return np.frombuffer(b"".join(listed), dtype=np.uint8), bounds(lengths)
