"""Queries on the positions of words: `WordsTogether` for consecutive words and `WordsNear` for words close together."""

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.querying.rules import documents
from newsarchive.search.whoosh_index.querying.segment_query import NOTHING, SegmentQuery, in_both, united
from newsarchive.search.whoosh_index.querying.word_places import MOST_POSTINGS, POSITION_BITS, WordPlaces
from newsarchive.search.whoosh_index.storage.packing import IntArray

_MANY_WORDS = 16
"""The places of so many words are kept: nobody types so many for one place, so they come from a fixed list."""
_BYTES_OF_KEY = 500


class WordsTogether(whoosh_query.Query):  # type: ignore[misc]
    """Matches consecutive words of a field: at each place, any of its words."""

    def __init__(self, fieldname: str, places: Sequence[Sequence[str]]) -> None:
        self.fieldname = fieldname
        self.places = tuple(map(tuple, places))


class WordsNear(whoosh_query.Query):  # type: ignore[misc]
    """Matches different words of a field in any order, if none is more than `distance` words from another."""

    def __init__(self, fieldname: str, words: Sequence[str], distance: int) -> None:
        self.fieldname = fieldname
        self.words = words
        self.distance = distance


@documents.register(WordsTogether)
def _(query: WordsTogether, context: SegmentQuery) -> IntArray:
    phrases, key = context.segment.phrases, (query.fieldname, query.places)
    known = phrases.get(key)
    if known is None:
        known = _together(query, context)
        known.setflags(write=False)
        phrases.put(key, known, known.nbytes + _BYTES_OF_KEY)
    return known


def _together(query: WordsTogether, context: SegmentQuery) -> IntArray:
    """The documents that have the words together; the rarest are looked up first."""
    frequencies = []
    for place, words in enumerate(query.places):
        count = sum(_frequency(context, query.fieldname, word) for word in words)
        if not count:
            return NOTHING.copy()
        frequencies.append((count, place))
    starts = None
    for _, place in sorted(frequencies):
        # Shift by the phrase length, so that a start before this document can't fall into the previous document.
        shift = len(query.places) - place
        words = query.places[place]
        if starts is None:
            lists = [_positions(context, query.fieldname, word, shift) for word in words]
        else:
            # Before they are united: the words of a place may be very frequent.
            lists = [
                in_both(starts, positions) for positions in _following(context, query.fieldname, words, shift, starts)
            ]
        starts = lists[0] if len(lists) == 1 else united(lists or [NOTHING])
        if not len(starts):
            break
    assert starts is not None
    return _documents_of(starts)


def _following(
    context: SegmentQuery, field: str, words: tuple[str, ...], shift: int, starts: IntArray
) -> Iterator[IntArray]:
    """The positions of each word, or of all together, at least those in the documents of `starts`."""
    documents = _documents_of(starts)
    if len(words) >= _MANY_WORDS and sum(_frequency(context, field, word) for word in words) <= MOST_POSTINGS:
        yield _places(context, field, words).within(documents, shift)
        return
    for word in words:
        # The documents of a word are read in a fraction of the time of its positions.
        postings = context.postings(field, word) if len(words) > 1 else None
        if postings is None or len(in_both(documents, postings.ids)):
            yield _positions(context, field, word, shift)


def _places(context: SegmentQuery, field: str, words: tuple[str, ...]) -> WordPlaces:
    """The positions of any of many words."""
    kept, key = context.segment.word_places, (field, words)
    known = kept.get(key)
    if known is None:
        lists = [_positions(context, field, word) for word in words]
        known = WordPlaces.of(united(lists), context.segment.documents)
        kept.put(key, known, known.size)
    return known


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
    number, in_field = context.segment.find(field, word), context.segment.field(field)
    return 0 if number is None or in_field is None else in_field.document_frequency(number)


def _positions(context: SegmentQuery, field: str, word: str, shift: int = 0) -> IntArray:
    """The positions of a word in all documents, ascending, each plus `shift` and a large multiple of the document."""
    postings, number, in_field = (
        context.postings(field, word),
        context.segment.find(field, word),
        context.segment.field(field),
    )
    if postings is None or number is None or in_field is None:
        return NOTHING
    return in_field.positions(number, (postings.ids << POSITION_BITS) + shift)


def _documents_of(places: IntArray) -> IntArray:
    """The documents of ascending positions, without duplicates."""
    found = places >> POSITION_BITS
    is_first = np.ones(len(found), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_first[1:])
    return cast(IntArray, found[is_first])
