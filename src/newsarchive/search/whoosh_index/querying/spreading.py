"""How the matches of a query spread over time, by source, topic, section, author, publisher or language."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.door import Facet, Spread
from newsarchive.search.engine import Selection
from newsarchive.search.whoosh_index.querying.evaluation import matching
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.storage.columns import Column, Combinations
from newsarchive.search.whoosh_index.storage.name_columns import COLUMNS, read_names
from newsarchive.search.whoosh_index.storage.packing import AnyInts, IntArray

_NEVER = np.iinfo(np.int32).max


def spreads(
    segments: Sequence[OpenSegment], query: whoosh_query.Query, selection: Selection, facet: Facet
) -> dict[str, Spread]:
    """The spread of each value that any match has."""
    parts: defaultdict[str, list[Spread]] = defaultdict(list)
    for segment, ids in matching(segments, query, selection):
        for name, spread in _of_segment(segment, ids, facet):
            parts[name].append(spread)
    return {name: Spread.sum(of_name) for name, of_name in parts.items()}


def _of_segment(segment: OpenSegment, ids: IntArray, facet: Facet) -> Iterator[tuple[str, Spread]]:
    """The spread of each value, once for each combination of names that it is in."""
    ordinals, names_of = _names(segment, facet)
    values, days, month = ordinals[ids].astype(np.int64), segment.columns.day[ids], segment.columns.month
    size = len(names_of)
    totals = np.bincount(values, minlength=size)
    last = np.zeros(size, dtype=np.int32)
    np.maximum.at(last, values, days)
    # Day 0 means an article without a date.
    first = np.full(size, _NEVER, dtype=np.int32)
    np.minimum.at(first, values, np.where(days > 0, days, _NEVER))
    months = _months(values, month, ids, size)
    for value in np.flatnonzero(totals).tolist():
        if not names_of[value]:
            continue
        is_dated = last[value] > 0
        spread = Spread(
            int(totals[value]),
            date.fromordinal(int(first[value])) if is_dated else None,
            date.fromordinal(int(last[value])) if is_dated else None,
            months.get(value, {}),
        )
        for name in names_of[value]:
            yield name, spread


def _months(values: IntArray, month: Column, ids: IntArray, size: int) -> Mapping[int, Mapping[str, int]]:
    """The counts by month of each value, in order; articles without a date are left out."""
    found: dict[int, dict[str, int]] = {}
    if not size:
        return found
    joint = values * len(month.values) + month.ordinals[ids]
    numbers, counts = np.unique(joint, return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        value, place = divmod(number, len(month.values))
        if month.values[place]:
            found.setdefault(value, {})[month.values[place]] = count
    return found


def _names(segment: OpenSegment, facet: Facet) -> tuple[AnyInts, Sequence[tuple[str, ...]]]:
    """For each document a number, and the names that each number stands for."""
    if facet in COLUMNS:
        column = read_names(segment.data, facet)
        return column.ordinals, column.keyed.names_of
    columns = segment.columns
    if facet is Facet.SOURCE:
        return columns.source.ordinals, [(name,) if name else () for name in columns.source.values]
    subjects: Combinations = columns.subjects.topics if facet is Facet.TOPIC else columns.subjects.sections
    return columns.subjects.ordinals, subjects.names_of
