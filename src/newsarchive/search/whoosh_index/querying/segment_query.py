"""One query on one segment: the results of its parts, and the operations that combine lists of documents.

A list of documents is an ascending array of their numbers in the segment.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from whoosh import query as q

from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import Postings

NOTHING: IntArray = np.zeros(0, dtype=np.intp)
SHORT = 200
MUCH_SHORTER = 32
"""A list with fewer entries than this, or this many times shorter than another, is looked up entry by entry."""

MANY = 8
"""Reading all entries of an array is faster than looking up one in eight."""


class SegmentQuery:
    """One query on one segment. A posting list that several parts use is unpacked once."""

    def __init__(self, segment: OpenSegment, rule_of: "RuleOf") -> None:
        self.segment = segment
        self._rule_of = rule_of
        self._lists: dict[tuple[str, str | bytes], Postings | None] = {}
        self._documents: dict[int, IntArray] = {}
        # Keep a reference to each array: otherwise another array could get its address, which is the key here.
        self._places: dict[tuple[int, int], tuple[IntArray, IntArray, IntArray]] = {}

    def documents(self, query: q.Query) -> IntArray:
        """The documents that match a part of the query, by its rule; computed once per part."""
        # Parts live as long as the query, so their addresses are unique keys.
        key = id(query)
        if key not in self._documents:
            self._documents[key] = self._rule_of(type(query))(query, self)
        return self._documents[key]

    def postings(self, field: str, text: str | bytes) -> Postings | None:
        """The posting list of a term; None if the segment doesn't have the term."""
        key = field, text
        if key not in self._lists:
            self._lists[key] = self.segment.postings(field, text)
        return self._lists[key]

    def common(self, ids: IntArray, other: IntArray) -> IntArray:
        """The numbers that are in both."""
        if len(ids) > len(other):
            ids, other = other, ids
        if _is_short(ids, other):
            in_ids, in_other = shared(ids, other)
            result = ids[in_ids]
            self._remember(result, ids, in_ids)
        else:
            marks = self.segment.marks
            marks[ids] = True
            in_other = marks[other].nonzero()[0]
            self.reset(marks, [ids])
            result = other[in_other]
        self._remember(result, other, in_other)
        return result

    def _remember(self, ids: IntArray, listed: IntArray, in_listed: IntArray) -> None:
        """Remember the places of documents in a posting list: their weights are read there for scoring."""
        self._places[id(ids), id(listed)] = ids, listed, in_listed

    def union(self, lists: list[IntArray]) -> IntArray:
        """The union of ascending lists, without duplicates."""
        lists = [ids for ids in lists if len(ids)]
        return self.distinct(lists) if len(lists) > 1 else lists[0] if lists else NOTHING

    def distinct(self, lists: Iterable[IntArray]) -> IntArray:
        """The union of lists in any order, ascending and without duplicates."""
        few: list[IntArray] = []
        waiting = iter(lists)
        for ids in waiting:
            few.append(ids)
            if sum(map(len, few)) * MUCH_SHORTER >= self.segment.documents:
                return self._marked(chain(few, waiting))
        return united(few) if few else NOTHING

    def _marked(self, lists: Iterable[IntArray]) -> IntArray:
        marks = self.segment.marks
        try:
            for ids in lists:
                marks[ids] = True
        except BaseException:
            # For example, a list is damaged. Unset the marks, so that the next search doesn't start with them.
            marks.fill(False)
            raise
        result = np.flatnonzero(marks)
        self.reset(marks, [result])
        return result

    def reset(self, room: npt.NDArray[Any], lists: list[IntArray]) -> None:
        """Reset the entries of documents to 0: one by one if they are few, otherwise the whole array at once."""
        if sum(map(len, lists)) * MANY > len(room):
            room.fill(0)
            return
        for ids in lists:
            room[ids] = 0

    def without(self, ids: IntArray, unwanted: IntArray) -> IntArray:
        """The numbers that are not in the other list."""
        marks = self.segment.marks
        marks[unwanted] = True
        result = ids[~marks[ids]]
        marks[unwanted] = False
        return result

    def within_days(self, ids: IntArray, days: tuple[int, int]) -> IntArray:
        """The documents dated from the first to the last of `days`, inclusive."""
        day = self.segment.columns.day[ids]
        # Day 0 means an article without a date.
        return ids[(day >= max(1, days[0])) & (day <= days[1])]

    def rows(self, ids: IntArray, listed: IntArray) -> tuple[IntArray | None, IntArray | None]:
        """The rows in `ids` of the common numbers, and their rows in `listed`; None means all rows, in order."""
        if ids is listed:
            return None, None
        if not len(listed):
            return NOTHING, NOTHING
        known = self._places.get((id(ids), id(listed)))
        if known is not None:
            return None, known[2]
        if _is_short(ids, listed):
            in_ids, in_listed = shared(ids, listed)
            return None if len(in_ids) == len(ids) else in_ids, in_listed
        marks, places = self.segment.marks, self.segment.places
        marks[ids] = True
        is_in = marks[listed]
        marks[ids] = False
        in_listed = np.flatnonzero(is_in)
        if len(in_listed) == len(ids):
            return None, in_listed
        places[ids] = np.arange(len(ids), dtype=np.int32)
        return places[listed[in_listed]], in_listed


def _is_short(ids: IntArray, other: IntArray) -> bool:
    """Whether to look a list up in another entry by entry."""
    return len(ids) < SHORT or len(ids) * MUCH_SHORTER < len(other)


def shared(numbers: IntArray, others: IntArray) -> tuple[IntArray, IntArray]:
    """The places of the common numbers of two ascending lists: in the first list, and in the second."""
    places = others.searchsorted(numbers)
    is_there = others.take(places, mode="clip") == numbers
    return is_there.nonzero()[0], places[is_there]


def united(lists: Sequence[IntArray]) -> IntArray:
    """The numbers in any of one or more lists, ascending and without duplicates. It is fast if most are ascending."""
    # Not `np.unique`: numpy hashes integers since version 2.3, which takes many times as long.
    merged = np.concatenate(lists)
    # A stable sort detects the ascending runs and merges them.
    merged.sort(kind="stable")
    is_first = np.ones(len(merged), dtype=np.bool_)
    np.not_equal(merged[1:], merged[:-1], out=is_first[1:])
    return merged[is_first]


def in_both(numbers: IntArray, others: IntArray) -> IntArray:
    """The numbers, however large, that are in both of two ascending lists without duplicates."""
    if not len(numbers) or not len(others):
        return NOTHING
    if len(numbers) * MANY < len(others):
        return numbers[shared(numbers, others)[0]]
    if len(others) * MANY < len(numbers):
        return others[shared(others, numbers)[0]]
    # A stable sort detects the two ascending runs and merges them.
    merged = np.concatenate((numbers, others))
    merged.sort(kind="stable")
    return cast(IntArray, merged[1:][merged[1:] == merged[:-1]])


RuleOf = Callable[[type[q.Query]], Callable[[q.Query, SegmentQuery], IntArray]]
"""Returns, for a class of queries, the function that finds the documents matching such a query."""
