"""The names of authors, publishers and languages of a segment, for the facets and filters that few searches need.

They are read when the first search asks for them: an archive can have many thousands of names.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from newsarchive.arabic.names import name_key
from newsarchive.search.door import Facet
from newsarchive.search.whoosh_index.storage.columns import BoolArray, Combinations, split_names
from newsarchive.search.whoosh_index.storage.packing import AnyInts, IntArray
from newsarchive.search.whoosh_index.storage.segment import SegmentData

COLUMNS = {Facet.AUTHOR: "authors", Facet.PUBLISHER: "publisher", Facet.LANGUAGE: "language"}
"""The facets that have such a column, and its name."""


@dataclass(frozen=True)
class NameColumn:
    """The names of each article: `ordinals[docnum]` is the number of a combination of names.

    `spelled` has the names as given. `keyed` has them folded, so that all spellings of a name are one; an article
    with two of them has it once.
    """

    ordinals: AnyInts
    spelled: Combinations
    keyed: Combinations

    def counts(self, docnums: IntArray | None) -> IntArray:
        """The number of the given documents, or of all, that have each combination."""
        ordinals = self.ordinals if docnums is None else self.ordinals[docnums]
        return np.bincount(ordinals, minlength=len(self.keyed.names_of))

    def having(self, wanted: Iterable[str]) -> BoolArray:
        """For each combination, whether it has one of the wanted folded names."""
        names, combinations = self.keyed.memberships
        is_having = np.zeros(len(self.keyed.names_of), dtype=np.bool_)
        for name in wanted:
            number = bisect_left(self.keyed.names, name)
            if number < len(self.keyed.names) and self.keyed.names[number] == name:
                is_having[combinations[names == number]] = True
        return is_having


_columns: WeakKeyDictionary[SegmentData, dict[str, NameColumn]] = WeakKeyDictionary()


def read_names(data: SegmentData, facet: Facet) -> NameColumn:
    """The names of one of the facets in `COLUMNS`; always the same object while the segment is open."""
    column = COLUMNS[facet]
    columns = _columns.setdefault(data, {})
    if column not in columns:
        given = [split_names(value.decode()) for value in data.values(column)]
        spelled = Combinations(tuple(map(_distinct, given)))
        keyed = spelled if facet is Facet.LANGUAGE else Combinations(tuple(_keys(names, name_key) for names in given))
        columns[column] = NameColumn(data.ordinals(column), spelled, keyed)
    return columns[column]


def _keys(names: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    return _distinct(filter(None, map(key, names)))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
