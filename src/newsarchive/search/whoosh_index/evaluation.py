"""Running a query: which articles match with which score, how many, in which order, and the counts by facet."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from whoosh import query as whoosh_query
from whoosh.reading import IndexReader
from whoosh.searching import SearchContext, Searcher

from newsarchive.search.door import FacetCount, Facets, SearchRequest, Sort
from newsarchive.search.whoosh_index.columns import BoolArray, Column, IntArray, SegmentColumns
from newsarchive.search.whoosh_index.schema import UNDATED

ScoreArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One page of documents in order, as `(docnum, score)` of the whole index, the exact total, and the facets."""

    documents: tuple[tuple[int, float], ...]
    total: int
    facets: Facets


@dataclass(frozen=True, slots=True)
class _Matches:
    """The matches in one segment, by `docnums` of the segment; `offset` makes them global."""

    columns: SegmentColumns
    offset: int
    docnums: IntArray
    scores: ScoreArray


def evaluate(
    searcher: Searcher,
    query: whoosh_query.Query,
    request: SearchRequest,
    columns_of: Callable[[IndexReader], SegmentColumns],
) -> Ranked:
    """The page of a request. The request's own filters are applied here, so that each facet can ignore its own."""
    sources: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    chosen: list[_Matches] = []
    for leaf, offset in searcher.leaf_searchers():
        matches = _within_dates(_match(leaf, offset, query, columns_of(leaf.reader())), request)
        by_source, by_topic = _filters(matches, request)
        sources.update(_count_sources(matches, by_topic))
        topics.update(_count_topics(matches, by_source))
        chosen.append(_select(matches, by_source & by_topic))
    facets = Facets(_facet(sources, request.sources), _facet(topics, request.topics))
    return Ranked(_page(chosen, request), sum(len(matches.docnums) for matches in chosen), facets)


def _match(searcher: Searcher, offset: int, query: whoosh_query.Query, columns: SegmentColumns) -> _Matches:
    """Step through a segment's matches with Whoosh's own matcher."""
    docnums: list[int] = []
    scores: list[float] = []
    matcher = query.matcher(searcher, SearchContext(weighting=searcher.weighting))
    while matcher.is_active():
        docnums.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return _Matches(columns, offset, np.array(docnums, dtype=np.int64), np.array(scores, dtype=np.float64))


def _select(matches: _Matches, chosen: BoolArray) -> _Matches:
    if chosen.all():
        return matches
    return _Matches(matches.columns, matches.offset, matches.docnums[chosen], matches.scores[chosen])


def _within_dates(matches: _Matches, request: SearchRequest) -> _Matches:
    """Articles without a date have day 0 and are in no range."""
    if request.date_from is None and request.date_to is None:
        return matches
    days = matches.columns.day[matches.docnums]
    inside = days > 0
    if request.date_from is not None:
        inside &= days >= request.date_from.toordinal()
    if request.date_to is not None:
        inside &= days <= request.date_to.toordinal()
    return _select(matches, inside)


def _filters(matches: _Matches, request: SearchRequest) -> tuple[BoolArray, BoolArray]:
    """Which of the matches pass the filter by source, and which the filter by topic."""
    columns, docnums = matches.columns, matches.docnums
    everything = np.ones(len(docnums), dtype=np.bool_)
    by_source = by_topic = everything
    if request.sources:
        by_source = columns.source.having(request.sources)[columns.source.ordinals[docnums]]
    if request.topics:
        wanted = frozenset(request.topics)
        combinations = np.array([not wanted.isdisjoint(topics) for topics in columns.topic_sets], dtype=np.bool_)
        by_topic = combinations[columns.topics.ordinals[docnums]]
    return by_source, by_topic


def _counts(column: Column, docnums: IntArray) -> Iterable[tuple[int, int]]:
    counts = np.bincount(column.ordinals[docnums], minlength=len(column.values))
    return ((int(ordinal), int(counts[ordinal])) for ordinal in np.flatnonzero(counts))


def _count_sources(matches: _Matches, passing: BoolArray) -> Counter[str]:
    column = matches.columns.source
    counted = _counts(column, matches.docnums[passing])
    return Counter({column.values[ordinal]: count for ordinal, count in counted if column.values[ordinal]})


def _count_topics(matches: _Matches, passing: BoolArray) -> Counter[str]:
    combinations = matches.columns.topic_sets
    counter: Counter[str] = Counter()
    for ordinal, count in _counts(matches.columns.topics, matches.docnums[passing]):
        for topic in combinations[ordinal]:
            counter[topic] += count
    return counter


def _facet(counter: Counter[str], chosen: tuple[str, ...]) -> tuple[FacetCount, ...]:
    """Most frequent first, then by name; a chosen value is shown also where it has no match."""
    for value in chosen:
        counter.setdefault(value, 0)
    return tuple(
        FacetCount(value, count) for value, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    )


def _page(chosen: list[_Matches], request: SearchRequest) -> tuple[tuple[int, float], ...]:
    """The documents of the page in order: ties of score go to the newer article, further ties to the older line."""
    if not chosen:
        return ()
    documents = np.concatenate([matches.docnums + matches.offset for matches in chosen])
    scores = np.concatenate([matches.scores for matches in chosen])
    moments = np.concatenate([matches.columns.moment[matches.docnums] for matches in chosen])
    start, stop = (request.page - 1) * request.limit, request.page * request.limit
    best = _order(documents, scores, moments, request.order)[start:stop]
    return tuple((int(documents[i]), float(scores[i])) for i in best)


def _order(documents: IntArray, scores: ScoreArray, moments: IntArray, order: Sort) -> IntArray:
    if order is Sort.BEST:
        # Sums of scores may differ in the last digits with the order of adding.
        return np.lexsort((documents, -moments, -np.round(scores, 5)))
    if order is Sort.NEWEST:
        return np.lexsort((documents, -moments))
    return np.lexsort((documents, moments, moments == UNDATED))
