"""The columns of a segment as arrays, one number an article, for filters, facets and sorting.

A segment never changes, so its arrays are made once and kept with it; only which articles are deleted changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from whoosh.reading import IndexReader

from newsarchive.search.whoosh_index.schema import TOPIC_SEPARATOR, UNDATED

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """Values as ordinals: `ordinals[docnum]` is an index into `values`."""

    ordinals: IntArray
    values: tuple[str, ...]

    def having(self, wanted: Iterable[str]) -> BoolArray:
        """Which values, by ordinal, are among the wanted ones."""
        wanted = frozenset(wanted)
        return np.array([value in wanted for value in self.values], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """All columns of one segment; each array has an entry for every document, deleted ones too.

    `topics` has one value for each combination of topics; `moment` is in seconds since 1970, `day` an ordinal or 0.
    """

    source: Column
    topics: Column
    moment: IntArray
    day: IntArray

    @property
    def topic_sets(self) -> tuple[tuple[str, ...], ...]:
        """The topics of each combination, by ordinal."""
        return tuple(tuple(value.split(TOPIC_SEPARATOR)) if value else () for value in self.topics.values)


def read_columns(reader: IndexReader) -> SegmentColumns:
    """The columns of a segment, or of a part of one that lacks some of them."""
    return SegmentColumns(
        source=_strings(reader, "source"),
        topics=_strings(reader, "topics"),
        moment=_numbers(reader, "moment", UNDATED),
        day=_numbers(reader, "days", 0),
    )


def _strings(reader: IndexReader, field: str) -> Column:
    total = reader.doc_count_all()
    if not reader.has_column(field):
        return Column(np.zeros(total, dtype=np.int64), ("",))
    column = reader.column_reader(field, translate=False)
    numbers: dict[bytes, int] = {}
    ordinals = np.fromiter(
        (numbers.setdefault(column[docnum], len(numbers)) for docnum in range(total)), dtype=np.int64, count=total
    )
    return Column(ordinals, tuple(value.decode() for value in numbers))


def _numbers(reader: IndexReader, field: str, default: int) -> IntArray:
    total = reader.doc_count_all()
    if not reader.has_column(field):
        return np.full(total, default, dtype=np.int64)
    column = reader.column_reader(field, translate=False)
    return np.fromiter((column[docnum] for docnum in range(total)), dtype=np.int64, count=total)
