"""The words of the index and the documents that have them, read when they are asked for."""

from collections.abc import Sequence

import numpy as np

from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import FieldPostings


class SegmentWords:
    """The words of one segment; `identity` is the same for as long as the segment is open."""

    def __init__(self, segment: OpenSegment, postings: FieldPostings) -> None:
        self._leaf = segment
        self.identity = postings

    def __len__(self) -> int:
        """How many words there are."""
        return len(self.identity)

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words with the numbers from `start` to below `stop`."""
        return self.identity.terms(start, stop)

    def term(self, number: int) -> bytes:
        """One word."""
        return self.identity.term(number)

    def document_frequency(self, number: int) -> int:
        """How many articles have a word, as `OpenSegment.frequency` counts them."""
        return self._leaf.frequency(self.identity, number)


def live_frequency(segment: OpenSegment, field: str, text: str) -> int:
    """How many documents of a segment that aren't deleted have a term."""
    postings, number = segment.field(field), segment.find(field, text)
    if postings is None or number is None:
        return 0
    return segment.live_frequency(postings, number) if len(segment.deleted) else postings.document_frequency(number)


def most_frequent(segments: Sequence[OpenSegment], field: str, prefix: str, count: int) -> list[tuple[str, int]]:
    """The most frequent words of a field that begin so, each with its frequency; equal ones in byte order.

    Of several segments, what is among the most frequent in none of them isn't considered.
    """
    fields = [(segment, found) for segment in segments if (found := segment.field(field)) is not None]
    terms = {term for segment, found in fields for term in _most_frequent(segment, found, prefix.encode(), count)}
    counted = sorted((-_frequency(fields, term), term) for term in terms)
    return [(term.decode(), -negative) for negative, term in counted[:count]]


def _frequency(fields: Sequence[tuple[OpenSegment, FieldPostings]], term: bytes) -> int:
    found = ((segment, field, field.find(term)) for segment, field in fields)
    return sum(segment.frequency(field, number) for segment, field, number in found if number is not None)


def _most_frequent(segment: OpenSegment, field: FieldPostings, prefix: bytes, count: int) -> list[bytes]:
    """The most frequent terms that begin so, and perhaps some others; not those of deleted documents alone."""
    start, stop = field.with_prefix(prefix)
    found = field.document_frequencies(start, stop)
    considered = count
    while True:
        numbers = [start + number for number in _largest(found, considered)]
        live = [number for number in numbers if segment.frequency(field, number)]
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


def documents_with(segments: Sequence[OpenSegment], field: str, word: str) -> IntArray:
    """The documents that have a word in a field, by their numbers in the whole index, ascending."""
    found = [np.zeros(0, dtype=np.intp)]
    for segment in segments:
        postings, number = segment.field(field), segment.find(field, word)
        if postings is not None and number is not None:
            found.append(segment.live(postings.ids(number)) + segment.offset)
    return np.concatenate(found)
