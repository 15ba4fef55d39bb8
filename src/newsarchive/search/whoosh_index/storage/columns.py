"""The columns of a segment as arrays, one number per article, for filters, facets and sorting.

The arrays are views of the segment's file. Values derived from them are computed once, because a segment
never changes.
"""

import math
import sys
from collections import Counter
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate, chain, compress
from operator import add
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
MOST_AT_ONCE = 1 << 22
"""Up to this many possible combinations are numbered with a table of all of them, which is faster than sorting."""
_DAY_OF_1970 = date(1970, 1, 1).toordinal()
_DAYS = date.max.toordinal() + 1


def _named(names: Sequence[str], counts: IntArray) -> dict[str, int]:
    """Counts by name, in order, from counts by number. Names with count 0 and the empty name are left out."""
    listed = counts.tolist()
    named = dict(compress(zip(names, listed, strict=True), listed))
    named.pop("", None)
    return named


class NamedCounts(Mapping[str, int]):
    """Counts by name, without building a dictionary: there are hundreds of months and days, and few callers read them.

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

    def __sizeof__(self) -> int:
        """The bytes of the counts. The names belong to the column."""
        return sys.getsizeof(self._counts)

    def items(self) -> ItemsView[str, int]:
        """The names that occur, each with its count."""
        return _Counted(self, lambda: compress(zip(self._column.values, self._counts, strict=True), self._counts))


class _Counted(ItemsView[str, int]):
    """Names with their counts, without asking for the count of each name."""

    def __init__(self, counts: Mapping[str, int], pairs: Callable[[], Iterator[tuple[str, int]]]) -> None:
        super().__init__(counts)
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """The pairs, in order."""
        return self._pairs()


class AddedCounts(Mapping[str, int]):
    """The sums of counts by name of several segments, added up when they are read. The names are in order."""

    def __init__(self, parts: Sequence[Mapping[str, int]]) -> None:
        self._parts = parts

    @cached_property
    def _sums(self) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for name, count in chain.from_iterable(part.items() for part in self._parts):
            sums[name] += count
        return dict(sorted(sums.items()))

    def __getitem__(self, name: str) -> int:
        """The count of a name. Raises KeyError."""
        return self._sums[name]

    def __iter__(self) -> Iterator[str]:
        """The names that occur."""
        return iter(self._sums)

    def __len__(self) -> int:
        """The number of names that occur."""
        return len(self._sums)

    def __sizeof__(self) -> int:
        """The bytes of the counts of the parts, and about those of their sums once they are added up."""
        return 2 * sum(map(sys.getsizeof, self._parts))

    def items(self) -> ItemsView[str, int]:
        """The names that occur, each with its count."""
        return self._sums.items()


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
class Combinations:
    """The names in each combination of names that articles have, such as their topics; by ordinal."""

    names_of: tuple[tuple[str, ...], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The distinct names, in order."""
        return tuple(sorted(set(chain.from_iterable(self.names_of))))

    @cached_property
    def memberships(self) -> tuple[IntArray, IntArray]:
        """For each name of each combination: the name's number, and the combination's number."""
        number = {name: place for place, name in enumerate(self.names)}
        pairs = [(number[name], place) for place, names in enumerate(self.names_of) for name in names]
        names, combinations = np.array(pairs, dtype=np.intp).reshape(-1, 2).T.copy()
        return names, combinations

    def named(self, counts: IntArray) -> dict[str, int]:
        """The number of documents that have each name, in order, from the number that have each combination."""
        names, combinations = self.memberships
        return _named(self.names, np.bincount(names, counts[combinations], minlength=len(self.names)).astype(np.intp))

    def having(self, wanted: Iterable[str]) -> BoolArray:
        """For each ordinal, whether the combination has one of the wanted names."""
        wanted = frozenset(wanted)
        return np.array([not wanted.isdisjoint(names) for names in self.names_of], dtype=np.bool_)

    @cached_property
    def not_empty(self) -> BoolArray:
        """For each ordinal, whether the combination has any name."""
        return np.array([bool(names) for names in self.names_of], dtype=np.bool_)


@dataclass(frozen=True)
class SubjectColumn(Column):
    """Combinations of what articles are about and where they were published: given and assigned topics, sections.

    They are one column, so that all of them are counted in one pass.
    """

    given: Combinations
    assigned: Combinations
    topics: Combinations
    """Given or assigned."""
    sections: Combinations


@dataclass(frozen=True)
class SegmentColumns:
    """All columns of one segment; each array has an entry for every document, including deleted documents.

    `subjects` has one value for each combination of topics and sections; `moment` is in seconds since 1970, `day` an
    ordinal or 0. `arrival` grows in the order in which the first revisions were archived.
    """

    source: Column
    subjects: SubjectColumn
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
    def day_of_publication(self) -> Column:
        """The day of publication, as `YYYY-MM-DD`, of the days that occur; empty for an article without a date."""
        used, ordinals = _numbered(self.day, _DAYS)
        days = (used.astype(np.int64) - _DAY_OF_1970).astype("datetime64[D]").astype(str).tolist()
        if len(used) and used[0] == 0:
            days[0] = ""
        return Column(ordinals.astype(np.min_scalar_type(len(used))), tuple(days))

    @cached_property
    def _joint(self) -> tuple[tuple[AnyInts, tuple[int, ...]], ...]:
        """The columns in groups, each combined into one number with at most `MOST_COMBINATIONS` values."""
        groups: list[tuple[AnyInts, tuple[int, ...]]] = []
        for column in (self.source, self.subjects, self.month):
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
        columns = (self.source, self.subjects, self.month)
        starts = list(accumulate((len(column.values) for column in columns), initial=0))
        kind = np.min_scalar_type(starts[-1])
        behind = zip(columns, starts[:-1], strict=True)
        return np.stack([column.ordinals.astype(kind) + kind.type(start) for column, start in behind]), starts

    def counts(self, docnums: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The number of the given documents by source, by combination of topics and sections, and by month.

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
        source, subjects, month = counts
        return source, subjects, month

    def counts_without(self, docnums: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The `counts` of all other documents."""
        totals = self.source.totals, self.subjects.totals, self.month.totals
        if not len(docnums):
            return totals
        source, subjects, month = self.counts(docnums)
        return totals[0] - source, totals[1] - subjects, totals[2] - month


_columns: WeakKeyDictionary[SegmentData, SegmentColumns] = WeakKeyDictionary()


def read_columns(data: SegmentData) -> SegmentColumns:
    """The columns of a segment; always the same object while the segment is open."""
    columns = _columns.get(data)
    if columns is None:
        columns = _columns[data] = SegmentColumns(
            source=Column(*_in_order(data, "source")),
            subjects=_subjects(data),
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


def _subjects(data: SegmentData) -> SubjectColumn:
    """The columns of given topics, assigned topics and sections as one: a value for each combination that occurs."""
    names = "topics", "assigned_topics", "sections"
    values = [[split_names(value.decode()) for value in data.values(name)] for name in names]
    sizes = [len(value) for value in values]
    joint = np.zeros(1, dtype=np.int64)
    for name, size in zip(names, sizes, strict=True):
        joint = joint * size + data.ordinals(name)
    used, ordinals = _numbered(joint, math.prod(sizes))
    given, assigned, sections = (
        tuple(map(listed.__getitem__, places.tolist()))
        for listed, places in zip(values, np.unravel_index(used, sizes), strict=True)
    )
    topics = tuple(map(add, given, assigned))
    return SubjectColumn(
        ordinals.astype(np.min_scalar_type(len(used))),
        tuple(map(str, used.tolist())),
        *map(Combinations, (given, assigned, topics, sections)),
    )


def _numbered(values: AnyInts, size: int) -> tuple[IntArray, IntArray]:
    """The values that occur, in order, and the number of each among them; all are below `size`."""
    if size > MOST_AT_ONCE:
        used, ordinals = np.unique(values, return_inverse=True)
        return used, ordinals
    occurs = np.zeros(size, dtype=np.bool_)
    occurs[values] = True
    return occurs.nonzero()[0], (np.cumsum(occurs) - 1)[values]


def split_names(value: str) -> tuple[str, ...]:
    """The names in a value of a column that can hold several."""
    return tuple(value.split(TOPIC_SEPARATOR)) if value else ()
