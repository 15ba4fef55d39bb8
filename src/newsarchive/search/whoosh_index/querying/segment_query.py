"""One query on one segment: what its parts have found, and the ways to put lists of documents together.

A list of documents is an ascending array of their numbers in the segment.
"""

from collections.abc import Callable, Iterable
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
"""A list that has fewer entries, or so many times fewer than another, is looked up in it entry by entry."""

MANY = 8
"""Going through all entries of an array is quicker than looking up every eighth."""


class SegmentQuery:
    """One query on one segment: posting lists that several of its parts ask for are unpacked once."""

    def __init__(self, segment: OpenSegment, rule_of: "RuleOf") -> None:
        self.segment = segment
        self._rule_of = rule_of
        self._lists: dict[tuple[str, str | bytes], Postings | None] = {}
        self._documents: dict[int, IntArray] = {}
        # The arrays themselves are kept with what is known of them, or others would get their addresses.
        self._places: dict[tuple[int, int], tuple[IntArray, IntArray, IntArray]] = {}

    def documents(self, query: q.Query) -> IntArray:
        """The documents that match a part of the query, by its rule, worked out once."""
        # Parts live as long as the query, so their addresses tell them apart.
        key = id(query)
        if key not in self._documents:
            self._documents[key] = self._rule_of(type(query))(query, self)
        return self._documents[key]

    def postings(self, field: str, text: str | bytes) -> Postings | None:
        """The posting list of a term; None where the segment has none."""
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
        """Where some documents are in a list, for when it comes to scores, whose weights stand there."""
        self._places[id(ids), id(listed)] = ids, listed, in_listed

    def union(self, lists: list[IntArray]) -> IntArray:
        """The numbers that are in any of some ascending lists, each once."""
        lists = [ids for ids in lists if len(ids)]
        return self.distinct(lists) if len(lists) > 1 else lists[0] if lists else NOTHING

    def distinct(self, lists: Iterable[IntArray]) -> IntArray:
        """The numbers that are in any of some lists in whatever order, ascending and each once."""
        few: list[IntArray] = []
        waiting = iter(lists)
        for ids in waiting:
            few.append(ids)
            if sum(map(len, few)) * MUCH_SHORTER >= self.segment.documents:
                return self._marked(chain(few, waiting))
        return np.unique(np.concatenate(few)) if few else NOTHING

    def _marked(self, lists: Iterable[IntArray]) -> IntArray:
        marks = self.segment.marks
        try:
            for ids in lists:
                marks[ids] = True
        except BaseException:
            # A damaged list, say: the marks of the next search must not begin with those of this one.
            marks.fill(False)
            raise
        result = np.flatnonzero(marks)
        self.reset(marks, [result])
        return result

    def reset(self, room: npt.NDArray[Any], lists: list[IntArray]) -> None:
        """Set the entries of some documents to 0 again: one by one, or where they are many all at once."""
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
        """The documents of some first day, some last day, or one between them."""
        day = self.segment.columns.day[ids]
        # Day 0 is that of an article without a date.
        return ids[(day >= max(1, days[0])) & (day <= days[1])]

    def rows(self, ids: IntArray, listed: IntArray) -> tuple[IntArray | None, IntArray | None]:
        """Where numbers of `listed` are in `ids`, and where these are in `listed`; None means all, in order."""
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
    """Where the numbers of an ascending list are in it that are in another one, too, and where they are in that."""
    places = others.searchsorted(numbers)
    is_there = others.take(places, mode="clip") == numbers
    return is_there.nonzero()[0], places[is_there]


def in_both(numbers: IntArray, others: IntArray) -> IntArray:
    """The numbers, however large, that are in both of two ascending lists without repetition."""
    if not len(numbers) or not len(others):
        return NOTHING
    if len(numbers) * MANY < len(others):
        return numbers[shared(numbers, others)[0]]
    # A stable sort finds that two ascending runs stand there, and merges them.
    merged = np.concatenate((numbers, others))
    merged.sort(kind="stable")
    return cast(IntArray, merged[1:][merged[1:] == merged[:-1]])


RuleOf = Callable[[type[q.Query]], Callable[[q.Query, SegmentQuery], IntArray]]
"""For a class of queries, what gives the documents that a query of it matches."""
