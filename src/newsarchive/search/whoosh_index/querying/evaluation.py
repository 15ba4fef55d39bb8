"""Run a query: find the matching articles, their scores, number and order, and the facet counts.

Everything is computed on arrays, one segment at a time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh import query as whoosh_query

from newsarchive.search.door import Facet, Facets, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.querying.rules import ScoreArray, Scored, documents_rule, scores_rule
from newsarchive.search.whoosh_index.querying.segment_query import NOTHING, SegmentQuery
from newsarchive.search.whoosh_index.querying.top_documents import first_rows, in_order
from newsarchive.search.whoosh_index.storage.columns import AddedCounts, Combinations, NamedCounts, SubjectColumn
from newsarchive.search.whoosh_index.storage.name_columns import COLUMNS, read_names
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.topics import TopicKind

Mask = npt.NDArray[np.bool_] | None
"""Which of the matches pass a filter; None if all do."""

Matching = tuple[OpenSegment, IntArray]
"""A segment and the numbers of its matching documents, ascending."""

_FEW = 4_000
"""Fewer matches than this are all scored. Of more matches, only those are scored whose scores are needed."""


class _First(NamedTuple):
    """The documents of one segment that may appear on the page: numbers in the whole index, scores, dates."""

    docnums: IntArray
    scores: ScoreArray
    moments: IntArray


class Counts(NamedTuple):
    """The number of documents of a segment by source, by combination of topics and sections, by month and by day.

    Each is by ordinal. `topics` and `sections` count the same combinations, each without its own filter. `further`
    has the facets that were asked for in addition, by combination of names.
    """

    source: IntArray
    topics: IntArray
    sections: IntArray
    month: IntArray
    day: IntArray
    further: tuple[IntArray, ...] = ()


def _counts(segment: OpenSegment, ids: IntArray, selection: Selection) -> Counts:
    """Counts without any filter that a facet ignores."""
    source, subjects, month = segment.columns.counts(ids)
    day = segment.columns.day_of_publication.counts(ids)
    return Counts(source, subjects, subjects, month, day, _further(segment, ids, selection))


def _counts_of_all(segment: OpenSegment, selection: Selection) -> Counts:
    """Counts of all documents that aren't deleted."""
    columns, deleted = segment.columns, segment.deleted
    source, subjects, month = columns.counts_without(deleted)
    day = columns.day_of_publication.totals
    if len(deleted):
        day = day - columns.day_of_publication.counts(deleted)
    further = _further(segment, segment.everything, selection) if selection.facets else ()
    return Counts(source, subjects, subjects, month, day, further)


def _further(segment: OpenSegment, ids: IntArray, selection: Selection) -> tuple[IntArray, ...]:
    """Counts of the facets that were asked for in addition."""
    return tuple(read_names(segment.data, facet).counts(ids) for facet in selection.facets)


def _named(segment: OpenSegment, counts: Counts, selection: Selection) -> tuple[Mapping[str, int], ...]:
    """Counts by source, topic, section and month, of the assigned topics, and of further facets; names in order."""
    columns, kind = segment.columns, selection.topic_kind
    subjects = columns.subjects
    further = zip(selection.facets, counts.further, strict=True)
    return (
        columns.source.named(counts.source),
        _of_kind(subjects, kind).named(counts.topics),
        subjects.sections.named(counts.sections),
        NamedCounts(columns.month, counts.month),
        {} if kind is TopicKind.GIVEN else subjects.assigned.named(counts.topics),
        *(read_names(segment.data, facet).keyed.named(counted) for facet, counted in further),
    )


def _of_kind(subjects: SubjectColumn, kind: TopicKind) -> Combinations:
    """The topics that count."""
    if kind is TopicKind.ANY:
        return subjects.topics
    return subjects.given if kind is TopicKind.GIVEN else subjects.assigned


def _facets(segments: Sequence[OpenSegment], counted: Sequence[Counts], selection: Selection) -> Facets:
    """Names sorted by frequency, then by name; months in order. Chosen values are always included."""
    named = [_named(segment, counts, selection) for segment, counts in zip(segments, counted, strict=True)]
    days = [
        NamedCounts(segment.columns.day_of_publication, counts.day)
        for segment, counts in zip(segments, counted, strict=True)
    ]
    # The counts of a single segment are already in order.
    added = named[0] if len(named) == 1 else tuple(map(_added_up, zip(*named, strict=True)))
    source, topic, section, month, assigned, *further = added or ({},) * (5 + len(selection.facets))
    return Facets(
        source=_by_frequency(source, selection.sources),
        topic=_by_frequency(topic, selection.topics),
        month=month,
        section=_by_frequency(section, selection.sections),
        assigned=assigned,
        day=days[0] if len(days) == 1 else AddedCounts(days),
        **{
            facet.value: _by_frequency(counts, filtered(selection, facet))
            for facet, counts in zip(selection.facets, further, strict=True)
        },
    )


def _added_up(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of counts, in the order of their names."""
    counter: Counter[str] = Counter()
    for part in parts:
        counter.update(part)
    return dict(sorted(counter.items()))


def _by_frequency(counted: Mapping[str, int], chosen: Sequence[str]) -> dict[str, int]:
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
        if counts is not None:
            counted.append(counts)
        first.append(_first(segment, context, query, order, selection.depth, matches))
    listed = _listed(first, order, selection.depth)
    facets = _facets(segments, counted, selection) if selection.counts_facets else Facets()
    return Ranking(listed.docnums, listed.scores, listed.moments, total, facets)


def any_matches(segments: Sequence[OpenSegment], query: whoosh_query.Query) -> bool:
    """Whether any document matches a query."""
    return any(len(segment.live(SegmentQuery(segment, documents_rule).documents(query))) for segment in segments)


def matching(segments: Sequence[OpenSegment], query: whoosh_query.Query, selection: Selection) -> Iterator[Matching]:
    """Each segment with the documents that match and pass all filters of the selection."""
    selection = replace(selection, counts_facets=False)
    for segment in segments:
        matches, _ = _select(segment, SegmentQuery(segment, documents_rule), query, selection)
        yield segment, segment.everything if matches is None else matches


def count_days(segments: Sequence[OpenSegment], query: whoosh_query.Query, selection: Selection) -> dict[date, int]:
    """The number of matches by day of publication, for the days that have any, in order. Undated ones don't count."""
    counter: Counter[int] = Counter()
    for segment, ids in matching(segments, query, selection):
        days, counts = np.unique(segment.columns.day[ids], return_counts=True)
        counter.update(dict(zip(days.tolist(), counts.tolist(), strict=True)))
    return {date.fromordinal(day): count for day, count in sorted(counter.items()) if day > 0}


def _select(
    segment: OpenSegment, context: SegmentQuery, query: whoosh_query.Query, selection: Selection
) -> tuple[IntArray | None, Counts | None]:
    """The matches that pass all filters, and the counts if any are wanted; None means every document of the segment."""
    dates_given = selection.date_from is not None or selection.date_to is not None
    by_subject = selection.topics or selection.sections or selection.topic_kind is not TopicKind.ANY
    by_arrival = selection.arrived_before is not None or selection.arrived_after is not None
    by_name = [facet for facet in COLUMNS if filtered(selection, facet)]
    is_filtered = selection.sources or by_subject or dates_given or by_arrival or by_name
    if not is_filtered and _is_everything(query):
        return None, _counts_of_all(segment, selection) if selection.counts_facets else None
    ids = segment.live(context.documents(query))
    columns = segment.columns
    if by_arrival:
        ids = ids[_arrived(columns.arrival[ids], selection)]
    if not is_filtered:
        return ids, _counts(segment, ids, selection) if selection.counts_facets else None
    by_date = _in_dates(segment, ids, selection) if dates_given else None
    by_source = columns.source.having(selection.sources)[columns.source.ordinals[ids]] if selection.sources else None
    by_kind, by_topic, by_section = _by_subject(columns.subjects, ids, selection)
    names = {facet: _by_name(segment, ids, selection, facet) for facet in by_name}
    passing = _passing(ids, by_date, by_kind, by_source, by_topic, by_section, *names.values())
    if not selection.counts_facets:
        return passing, None
    whenever = _passing(ids, by_kind, by_source, by_topic, by_section, *names.values())
    counts = Counts(
        columns.source.counts(_passing(ids, by_date, by_kind, by_topic, by_section, *names.values())),
        columns.subjects.counts(_passing(ids, by_date, by_kind, by_source, by_section, *names.values())),
        columns.subjects.counts(_passing(ids, by_date, by_kind, by_source, by_topic, *names.values())),
        columns.month.counts(whenever),
        columns.day_of_publication.counts(whenever),
        tuple(
            read_names(segment.data, facet).counts(
                _passing(
                    ids,
                    *(by_date, by_kind, by_source, by_topic, by_section),
                    *(mask for other, mask in names.items() if other is not facet),
                )
            )
            for facet in selection.facets
        ),
    )
    return passing, counts


def filtered(selection: Selection, facet: Facet) -> tuple[str, ...]:
    """The values of one of the further facets that a selection filters by."""
    of_facet = {
        Facet.AUTHOR: selection.authors,
        Facet.PUBLISHER: selection.publishers,
        Facet.LANGUAGE: selection.languages,
    }
    return of_facet[facet]


def _by_name(segment: OpenSegment, ids: IntArray, selection: Selection, facet: Facet) -> Mask:
    """Which documents have one of the authors, publishers or languages."""
    column = read_names(segment.data, facet)
    return column.having(filtered(selection, facet))[column.ordinals[ids]]


def _by_subject(subjects: SubjectColumn, ids: IntArray, selection: Selection) -> tuple[Mask, Mask, Mask]:
    """Which documents have topics of the wanted kind, one of the topics, and one of the sections."""
    ordinals, topics = subjects.ordinals[ids], _of_kind(subjects, selection.topic_kind)
    return (
        topics.not_empty[ordinals] if selection.topic_kind is not TopicKind.ANY else None,
        topics.having(selection.topics)[ordinals] if selection.topics else None,
        subjects.sections.having(selection.sections)[ordinals] if selection.sections else None,
    )


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


def _arrived(arrivals: npt.NDArray[np.int64], selection: Selection) -> npt.NDArray[np.bool_]:
    """Which arrival numbers are between those of the selection."""
    inside = np.ones(len(arrivals), dtype=np.bool_)
    if selection.arrived_before is not None:
        inside &= arrivals < selection.arrived_before
    if selection.arrived_after is not None:
        inside &= arrivals > selection.arrived_after
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
