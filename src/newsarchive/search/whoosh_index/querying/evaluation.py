"""Run a query: find the matching articles, their scores, number and order, and the facet counts.

Everything is computed on arrays, one segment at a time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh import query as whoosh_query

from newsarchive.search.door import Facets, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.querying.rules import ScoreArray, Scored, documents_rule, scores_rule
from newsarchive.search.whoosh_index.querying.segment_query import NOTHING, SegmentQuery
from newsarchive.search.whoosh_index.querying.top_documents import first_rows, in_order
from newsarchive.search.whoosh_index.storage.packing import IntArray

Mask = npt.NDArray[np.bool_] | None
"""Which of the matches pass a filter; None if all do."""

_FEW = 4_000
"""Fewer matches than this are all scored. Of more matches, only those are scored whose scores are needed."""


class _First(NamedTuple):
    """The documents of one segment that may appear on the page: numbers in the whole index, scores, dates."""

    docnums: IntArray
    scores: ScoreArray
    moments: IntArray


Counts = tuple[IntArray, IntArray, IntArray]
"""The number of documents of a segment by source, by combination of topics, and by month; each by ordinal."""


def _facets(segments: Sequence[OpenSegment], counted: Sequence[Counts], selection: Selection) -> Facets:
    """Sources and topics sorted by frequency, then by name; months in order. Chosen values are always included."""
    named = [segment.columns.named(*counts) for segment, counts in zip(segments, counted, strict=True)]
    months: Mapping[str, int]
    if len(named) == 1:
        # The counts of a single segment are already in order.
        sources, topics, months = named[0]
    else:
        sources, topics, months = map(_added_up, zip(*named, strict=True)) if named else ({}, {}, {})
    return Facets(_by_frequency(sources, selection.sources), _by_frequency(topics, selection.topics), months)


def _added_up(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of counts, in the order of their names."""
    counter: Counter[str] = Counter()
    for part in parts:
        counter.update(part)
    return dict(sorted(counter.items()))


def _by_frequency(counted: dict[str, int], chosen: Sequence[str]) -> dict[str, int]:
    """Sort by frequency, highest first. The counts come sorted by name, and ties stay in that order."""
    if chosen:
        counted = dict(sorted({**dict.fromkeys(chosen, 0), **counted}.items()))
    return dict(sorted(counted.items(), key=itemgetter(1), reverse=True))


def evaluate(segments: Sequence[OpenSegment], query: whoosh_query.Query, selection: Selection) -> Ranking:
    """The first matches of a query, the exact total, and the facets.

    The filters of the selection are applied here, so that each facet can ignore its own.
    """
    order = selection.order
    counted: list[Counts] = []
    total = 0
    first: list[_First] = []
    for segment in segments:
        context = SegmentQuery(segment, documents_rule)
        matches, counts = _select(segment, context, query, selection)
        total += segment.documents - len(segment.deleted) if matches is None else len(matches)
        counted.append(counts)
        first.append(_first(segment, context, query, order, selection.depth, matches))
    listed = _listed(first, order, selection.depth)
    return Ranking(listed.docnums, listed.scores, listed.moments, total, _facets(segments, counted, selection))


def _select(
    segment: OpenSegment, context: SegmentQuery, query: whoosh_query.Query, selection: Selection
) -> tuple[IntArray | None, Counts]:
    """The matches that pass all filters, and the facets; None means every document of the segment."""
    dates_given = selection.date_from is not None or selection.date_to is not None
    is_filtered = selection.sources or selection.topics or dates_given
    if not is_filtered and _is_everything(query):
        return None, segment.columns.counts_without(segment.deleted)
    ids = segment.live(context.documents(query))
    columns = segment.columns
    if not is_filtered:
        return ids, columns.counts(ids)
    by_date = _in_dates(segment, ids, selection) if dates_given else None
    by_source = columns.source.having(selection.sources)[columns.source.ordinals[ids]] if selection.sources else None
    by_topic = columns.topics.having_any(selection.topics)[columns.topics.ordinals[ids]] if selection.topics else None
    counts = (
        columns.source.counts(_passing(ids, by_date, by_topic)),
        columns.topics.counts(_passing(ids, by_date, by_source)),
        columns.month.counts(_passing(ids, by_source, by_topic)),
    )
    return _passing(ids, by_date, by_source, by_topic), counts


def _is_everything(query: whoosh_query.Query) -> bool:
    """Whether a query matches all documents with a score of 0."""
    return (
        isinstance(query, whoosh_query.ConstantScoreQuery)
        and not query.score
        and isinstance(query.child, whoosh_query.Every)
    )


def _in_dates(segment: OpenSegment, ids: IntArray, selection: Selection) -> npt.NDArray[np.bool_]:
    """Which documents are in the date range. Articles without a date have day 0 and are never in range."""
    days = segment.columns.day[ids]
    first = max(1, selection.date_from.toordinal()) if selection.date_from is not None else 1
    inside: npt.NDArray[np.bool_] = days >= first
    if selection.date_to is not None:
        inside &= days <= selection.date_to.toordinal()
    return inside


def _passing(ids: IntArray, *filters: Mask) -> IntArray:
    given = [passing for passing in filters if passing is not None]
    return ids[np.logical_and.reduce(given)] if given else ids


def _first(  # noqa: PLR0913 - the parameters don't group
    segment: OpenSegment,
    context: SegmentQuery,
    query: whoosh_query.Query,
    order: Sort,
    depth: int,
    matches: IntArray | None,
) -> _First:
    """The documents of a segment that may be among the first `depth`."""
    if matches is None and len(segment.deleted):
        matches = segment.everything
    columns = segment.columns
    moments = columns.arrival if order is Sort.ARRIVED else columns.moment
    by_score = order is Sort.BEST and matches is not None and not isinstance(query, whoosh_query.ConstantScoreQuery)
    scores = None
    if matches is not None and (by_score or len(matches) < _FEW):
        scores = _scores(context, query, matches)
    rows = first_rows(scores if by_score else None, moments, matches, order, depth)
    docnums = rows if matches is None else matches[rows]
    if scores is None:
        docnums = np.sort(docnums)
        of_rows = np.zeros(len(docnums)) if matches is None else _scores(context, query, docnums)
    else:
        of_rows = scores[rows]
    return _First(docnums + segment.offset, of_rows, moments[docnums])


def _scores(context: SegmentQuery, query: whoosh_query.Query, ids: IntArray) -> ScoreArray:
    """The scores of matches, given in ascending order."""
    scored = Scored(ids)
    scores_rule(type(query))(query, context, scored)
    return scored.scores


def _listed(first: Sequence[_First], order: Sort, depth: int) -> _First:
    """The first documents of all segments, in order."""
    if len(first) == 1:
        docnums, scores, moments = first[0]
    else:
        docnums = np.concatenate([NOTHING, *(part.docnums for part in first)])
        scores = np.concatenate([np.zeros(0), *(part.scores for part in first)])
        moments = np.concatenate([np.zeros(0, dtype=np.int64), *(part.moments for part in first)])
    rows = in_order(scores, moments, docnums, order)[:depth]
    return _First(docnums[rows], scores[rows], moments[rows])
