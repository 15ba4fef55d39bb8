"""Queries on the positions of words: `WordsTogether` for consecutive words and `WordsNear` for words close together."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.querying.rules import documents
from newsarchive.search.whoosh_index.querying.segment_query import NOTHING, SegmentQuery, in_both
from newsarchive.search.whoosh_index.storage.packing import IntArray

_POSITION_BITS = 32


class WordsTogether(whoosh_query.Query):  # type: ignore[misc]
    """Matches consecutive words of a field: at each place, any of its words."""

    def __init__(self, fieldname: str, places: Sequence[Sequence[str]]) -> None:
        self.fieldname = fieldname
        self.places = places


class WordsNear(whoosh_query.Query):  # type: ignore[misc]
    """Matches different words of a field in any order, if none is more than `distance` words from another."""

    def __init__(self, fieldname: str, words: Sequence[str], distance: int) -> None:
        self.fieldname = fieldname
        self.words = words
        self.distance = distance


@documents.register(WordsTogether)
def _(query: WordsTogether, context: SegmentQuery) -> IntArray:
    frequencies = []
    for place, words in enumerate(query.places):
        count = sum(_frequency(context, query.fieldname, word) for word in words)
        if not count:
            return NOTHING
        frequencies.append((count, place))
    starts = None
    for _, place in sorted(frequencies):
        # Shift by the phrase length, so that a start before this document can't fall into the previous document.
        shift = len(query.places) - place
        lists = [_positions(context, query.fieldname, word, shift) for word in query.places[place]]
        if starts is not None:
            # Before they are united: the words of a place may be very frequent.
            lists = [in_both(starts, positions) for positions in lists]
        starts = lists[0] if len(lists) == 1 else np.unique(np.concatenate(lists))
        if not len(starts):
            return NOTHING
    return NOTHING if starts is None else _documents_of(starts)


@documents.register(WordsNear)
def _(query: WordsNear, context: SegmentQuery) -> IntArray:
    """The words are near if the others occur from the first of them on, up to the distance."""
    lists = [_positions(context, query.fieldname, word) for word in query.words]
    if not all(map(len, lists)):
        return NOTHING
    found = []
    for number, first in enumerate(lists):
        is_near = np.ones(len(first), dtype=np.bool_)
        for other in (*lists[:number], *lists[number + 1 :]):
            following = other.take(other.searchsorted(first), mode="clip")
            is_near &= (following >= first) & (following <= first + query.distance)
        found.append(_documents_of(first[is_near]))
    return context.union(found)


def _frequency(context: SegmentQuery, field: str, word: str) -> int:
    postings = context.postings(field, word)
    return 0 if postings is None else len(postings.ids)


def _positions(context: SegmentQuery, field: str, word: str, shift: int = 0) -> IntArray:
    """The positions of a word in all documents, ascending, each plus `shift` and a large multiple of the document."""
    postings, number, in_field = (
        context.postings(field, word),
        context.segment.find(field, word),
        context.segment.field(field),
    )
    if postings is None or number is None or in_field is None:
        return NOTHING
    return in_field.positions(number, (postings.ids << _POSITION_BITS) + shift)


def _documents_of(places: IntArray) -> IntArray:
    """The documents of ascending positions, without duplicates."""
    found = places >> _POSITION_BITS
    is_first = np.ones(len(found), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_first[1:])
    return cast(IntArray, found[is_first])
