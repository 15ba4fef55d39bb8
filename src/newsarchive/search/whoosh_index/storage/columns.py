"""The columns of a segment as arrays, one number per article, for filters, facets and sorting.

The arrays are views of the segment's file. Values derived from them are computed once, because a segment
never changes.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate, chain, compress
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from newsarchive.search.whoosh_index.storage.packing import AnyInts, IntArray
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR
from newsarchive.search.whoosh_index.storage.segment import SegmentData

BoolArray = npt.NDArray[np.bool_]

MOST_COMBINATIONS = 1 << 16
"""Columns with fewer combinations of values than this are counted together, in one pass."""
FEW = 4_000
"""Fewer documents than this are counted column by column: reading all combinations would take longer."""
_DAY_OF_1970 = date(1970, 1, 1).toordinal()


def _named(names: Sequence[str], counts: IntArray) -> dict[str, int]:
    """Counts by name, in order, from counts by number. Names with count 0 and the empty name are left out."""
    listed = counts.tolist()
    named = dict(compress(zip(names, listed, strict=True), listed))
    named.pop("", None)
    return named


class NamedCounts(Mapping[str, int]):
    """Counts by name, without building a dictionary: there are hundreds of months, and few callers read them.

    The names are in order. Names with count 0 and the empty name are left out.
    """

    def __init__(self, column: "Column", counts: IntArray) -> None:
        self._column = column
        self._counts: list[int] = counts.tolist()
        nameless = column.numbers.get("")
        if nameless is not None:
            self._counts[nameless] = 0

    def __getitem__(self, name: str) -> int:
        """The count of a name. Raises KeyError."""
        count = self._counts[self._column.numbers[name]]
        if not count:
            raise KeyError(name)
        return count

    def __iter__(self) -> Iterator[str]:
        """The names that occur."""
        return compress(self._column.values, self._counts)

    def __len__(self) -> int:
        """The number of names that occur."""
        return len(self._counts) - self._counts.count(0)


@dataclass(frozen=True)
class Column:
    """Values as ordinals: `ordinals[docnum]` is an index into the sorted `values`."""

    ordinals: AnyInts
    values: tuple[str, ...]

    def having(self, wanted: Iterable[str]) -> BoolArray:
        """For each ordinal, whether its value is wanted."""
        wanted = frozenset(wanted)
        return np.array([value in wanted for value in self.values], dtype=np.bool_)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The ordinal of each value."""
        return {value: number for number, value in enumerate(self.values)}

    def counts(self, docnums: IntArray) -> IntArray:
        """The number of the given documents that have each value, by ordinal."""
        return np.bincount(self.ordinals[docnums], minlength=len(self.values))

    @cached_property
    def totals(self) -> IntArray:
        """The number of documents of the segment, including deleted documents, that have each value."""
        return np.bincount(self.ordinals, minlength=len(self.values))

    def named(self, counts: IntArray) -> dict[str, int]:
        """Counts by value, in order, from counts by ordinal. Values with count 0 and the empty value are left out."""
        return _named(self.values, counts)


@dataclass(frozen=True)
class TopicColumn(Column):
    """A column of combinations of topics."""

    @cached_property
    def combinations(self) -> tuple[tuple[str, ...], ...]:
        """The topics of each combination, by ordinal."""
        return tuple(tuple(value.split(TOPIC_SEPARATOR)) if value else () for value in self.values)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """The distinct topics, in order."""
        return tuple(sorted(set(chain.from_iterable(self.combinations))))

    @cached_property
    def _memberships(self) -> tuple[IntArray, IntArray]:
        """For each topic of each combination: the topic's number, and the combination's number."""
        number = {topic: place for place, topic in enumerate(self.topics)}
        pairs = [(number[topic], place) for place, topics in enumerate(self.combinations) for topic in topics]
        topics, combinations = np.array(pairs, dtype=np.intp).reshape(-1, 2).T.copy()
        return topics, combinations

    @cached_property
    def _has_single_ones(self) -> bool:
        """Whether no article has more than one topic."""
        return all(len(topics) < 2 for topics in self.combinations)

    def named(self, counts: IntArray) -> dict[str, int]:
        """The number of documents that have each topic, from the number that have each combination."""
        if self._has_single_ones:
            return _named(self.values, counts)
        topics, combinations = self._memberships
        of_topics = np.bincount(topics, counts[combinations], minlength=len(self.topics)).astype(np.intp)
        return _named(self.topics, of_topics)

    def having_any(self, wanted: Iterable[str]) -> BoolArray:
        """For each ordinal, whether its combination has one of the wanted topics."""
        wanted = frozenset(wanted)
        return np.array([not wanted.isdisjoint(topics) for topics in self.combinations], dtype=np.bool_)


@dataclass(frozen=True)
class SegmentColumns:
    """All columns of one segment; each array has an entry for every document, including deleted documents.

    `topics` has one value for each combination of topics; `moment` is in seconds since 1970, `day` an ordinal or 0.
    `arrival` grows in the order in which the first revisions were archived.
    """

    source: Column
    topics: TopicColumn
    moment: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]
    arrival: npt.NDArray[np.int64]

    @cached_property
    def month(self) -> Column:
        """The month of publication, as `YYYY-MM`; empty for an article without a date."""
        # Day 1 is January 1 of the year 1; numpy counts days from 1970.
        months = (self.day.astype(np.int64) - _DAY_OF_1970).astype("datetime64[D]").astype("datetime64[M]")
        is_dated = self.day > 0
        if not is_dated.any():
            return Column(np.zeros(len(self.day), dtype=np.uint8), ("",))
        first, last = months[is_dated].min(), months[is_dated].max()
        names = np.arange(first, last + 1).astype(str).tolist()
        numbers = np.where(is_dated, (months - first).astype(np.int64) + 1, 0)
        return Column(numbers.astype(np.min_scalar_type(len(names))), ("", *names))

    @cached_property
    def _joint(self) -> tuple[tuple[AnyInts, tuple[int, ...]], ...]:
        """The columns in groups, each combined into one number with at most `MOST_COMBINATIONS` values."""
        groups: list[tuple[AnyInts, tuple[int, ...]]] = []
        for column in (self.source, self.topics, self.month):
            size = len(column.values)
            if groups and size * math.prod(groups[-1][1]) < MOST_COMBINATIONS:
                ordinals, shape = groups.pop()
                groups.append((ordinals * np.uint16(size) + column.ordinals.astype(np.uint16), (*shape, size)))
            else:
                fits = size <= MOST_COMBINATIONS
                groups.append((column.ordinals.astype(np.uint16) if fits else column.ordinals, (size,)))
        return tuple(groups)

    @cached_property
    def _stacked(self) -> tuple[AnyInts, list[int]]:
        """The columns, one row each, and the first ordinal of each row. Ordinals are numbered on from row to row."""
        columns = (self.source, self.topics, self.month)
        starts = list(accumulate((len(column.values) for column in columns), initial=0))
        kind = np.min_scalar_type(starts[-1])
        behind = zip(columns, starts[:-1], strict=True)
        return np.stack([column.ordinals.astype(kind) + kind.type(start) for column, start in behind]), starts

    def counts(self, docnums: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The number of the given documents by source, by combination of topics, and by month.

        `docnums` must not have duplicates.
        """
        if len(docnums) < FEW:
            rows, starts = self._stacked
            counted = np.bincount(rows.take(docnums, axis=1).ravel(), minlength=starts[-1])
            return counted[: starts[1]], counted[starts[1] : starts[2]], counted[starts[2] :]
        if len(docnums) * 2 > len(self.day):
            is_other = np.ones(len(self.day), dtype=np.bool_)
            is_other[docnums] = False
            return self.counts_without(is_other.nonzero()[0])
        counts: list[IntArray] = []
        for ordinals, shape in self._joint:
            cube = np.bincount(ordinals[docnums], minlength=math.prod(shape)).reshape(shape)
            axes = range(len(shape))
            counts.extend(cube.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes)
        source, topics, month = counts
        return source, topics, month

    def counts_without(self, docnums: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The `counts` of all other documents."""
        totals = self.source.totals, self.topics.totals, self.month.totals
        if not len(docnums):
            return totals
        source, topics, month = self.counts(docnums)
        return totals[0] - source, totals[1] - topics, totals[2] - month

    def named(
        self, sources: IntArray, topics: IntArray, months: IntArray
    ) -> tuple[dict[str, int], dict[str, int], NamedCounts]:
        """Counts by source, by topic and by month, from a result of `counts`."""
        return self.source.named(sources), self.topics.named(topics), NamedCounts(self.month, months)


_columns: WeakKeyDictionary[SegmentData, SegmentColumns] = WeakKeyDictionary()


def read_columns(data: SegmentData) -> SegmentColumns:
    """The columns of a segment; always the same object while the segment is open."""
    columns = _columns.get(data)
    if columns is None:
        columns = _columns[data] = SegmentColumns(
            source=Column(*_in_order(data, "source")),
            topics=TopicColumn(*_in_order(data, "topics")),
            moment=data.numbers("moment"),
            day=data.numbers("days"),
            arrival=data.numbers("arrival"),
        )
    return columns


def _in_order(data: SegmentData, column: str) -> tuple[AnyInts, tuple[str, ...]]:
    """The ordinals and values of a column with the values sorted, so that counts come sorted by name."""
    values = [value.decode() for value in data.values(column)]
    order = sorted(range(len(values)), key=values.__getitem__)
    ordinals = data.ordinals(column)
    rank = np.empty(len(values), dtype=ordinals.dtype)
    rank[order] = np.arange(len(values))
    return rank[ordinals], tuple(map(values.__getitem__, order))
