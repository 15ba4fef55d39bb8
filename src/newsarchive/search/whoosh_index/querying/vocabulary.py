"""The words and names of the index and the documents that have them, read on demand."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.storage.columns import Column, Combinations, SegmentColumns
from newsarchive.search.whoosh_index.storage.name_columns import COLUMNS, read_names
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import FieldPostings
from newsarchive.search.whoosh_index.storage.skeletons import read_skeletons

_VALUES: Mapping[str, Callable[[SegmentColumns], Column | Combinations]] = {
    "source": lambda columns: columns.source,
    "topic": lambda columns: columns.subjects.topics,
    "assigned_topic": lambda columns: columns.subjects.assigned,
    "section": lambda columns: columns.subjects.sections,
}
"""Field -> what has the names of its values."""
_FACETS = {column: facet for facet, column in COLUMNS.items()}


class SegmentWords:
    """The words of one segment; `identity` doesn't change while the segment is open."""

    def __init__(self, segment: OpenSegment, postings: FieldPostings) -> None:
        self._segment = segment
        self.identity = postings

    def __len__(self) -> int:
        """The number of words."""
        return len(self.identity)

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words numbered `[start, stop)`."""
        return self.identity.terms(start, stop)

    def term(self, number: int) -> bytes:
        """One word."""
        return self.identity.term(number)

    def skeletons(self) -> Skeletons | None:
        """The skeletons of the words as stored."""
        return read_skeletons(self._segment.data)

    def document_frequency(self, number: int) -> int:
        """The document frequency of a word, as counted by `OpenSegment.frequency`."""
        return self._segment.frequency(self.identity, number)

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        """The document frequencies of the words numbered `[start, stop)`, including deleted documents."""
        return self.identity.document_frequencies(start, stop)


def live_frequency(segment: OpenSegment, field: str, text: str) -> int:
    """How many documents of a segment that aren't deleted have a term."""
    postings, number = segment.field(field), segment.find(field, text)
    if postings is None or number is None:
        return 0
    return segment.live_frequency(postings, number) if len(segment.deleted) else postings.document_frequency(number)


def most_frequent(segments: Sequence[OpenSegment], field: str, prefix: str, count: int) -> list[tuple[str, int]]:
    """The most frequent words of a field with a prefix, each with its frequency; ties in byte order.

    With several segments, only words that are among the most frequent of at least one segment are considered.
    """
    fields = [(segment, found) for segment in segments if (found := segment.field(field)) is not None]
    terms = {term for segment, found in fields for term in _most_frequent(segment, found, prefix.encode(), count)}
    counted = sorted((-_frequency(fields, term), term) for term in terms)
    return [(term.decode(), -negative) for negative, term in counted[:count]]


def _frequency(fields: Sequence[tuple[OpenSegment, FieldPostings]], term: bytes) -> int:
    found = ((segment, field, field.find(term)) for segment, field in fields)
    return sum(segment.frequency(field, number) for segment, field, number in found if number is not None)


def _most_frequent(segment: OpenSegment, field: FieldPostings, prefix: bytes, count: int) -> list[bytes]:
    """The most frequent terms with a prefix, and perhaps some others; terms with no live document are left out."""
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
    """The indexes of the largest values, in no order; of equal values, the first."""
    if len(values) <= count:
        return list(range(len(values)))
    least = np.partition(values, -count)[-count]
    above = np.flatnonzero(values > least)
    return np.append(above, np.flatnonzero(values == least)[: count - len(above)]).tolist()


def documents_with(segments: Sequence[OpenSegment], field: str, word: str) -> IntArray:
    """The documents that have a word in a field, as ascending numbers in the whole index."""
    found = [np.zeros(0, dtype=np.intp)]
    for segment in segments:
        postings, number = segment.field(field), segment.find(field, word)
        if postings is not None and number is not None:
            found.append(segment.live(postings.ids(number)) + segment.offset)
    return np.concatenate(found)


def value_counts(segments: Sequence[OpenSegment], field: str) -> Mapping[str, int]:
    """The number of documents by value of a field of names, as given. Raises ValueError for another field.

    Topics count whether they are given or assigned; the field `assigned_topic` has only the latter.
    """
    if field not in _VALUES and field not in _FACETS:
        raise ValueError(f"{field} has no column")
    counted: Counter[str] = Counter()
    for segment in segments:
        if field in _FACETS:
            names = read_names(segment.data, _FACETS[field])
            counted.update(names.spelled.named(names.counts(segment.everything)))
            continue
        columns = segment.columns
        sources, subjects, _ = columns.counts_without(segment.deleted)
        counted.update(columns.source.named(sources) if field == "source" else _VALUES[field](columns).named(subjects))
    return counted
