"""Running a query: which articles match with which score, how many, in which order, and the counts by facet.

Everything is worked out a segment at a time, on arrays.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import numpy.typing as npt
from whoosh import query as whoosh_query

from newsarchive.search.door import Facets, SearchRequest, Sort
from newsarchive.search.whoosh_index.columns import Column, SegmentColumns
from newsarchive.search.whoosh_index.leaf import Leaf, condensed_words
from newsarchive.search.whoosh_index.packing import IntArray
from newsarchive.search.whoosh_index.rules import ScoreArray, Scored, add_scores, documents
from newsarchive.search.whoosh_index.run import Run
from newsarchive.search.whoosh_index.second_look import SECOND_LOOK, SecondLook
from newsarchive.search.whoosh_index.selection import first_rows, in_order

Mask = npt.NDArray[np.bool_] | None
"""Which of the matches pass a filter; None where all do."""

_FEW = 4_000
"""The scores of fewer matches are worked out at once; of more, only where they decide or are shown."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One page of documents in order, as `(docnum, score)` of the whole index, the exact total, and the facets."""

    documents: tuple[tuple[int, float], ...]
    total: int
    facets: Facets

    @property
    def docnums(self) -> list[int]:
        """The documents alone."""
        return [docnum for docnum, _ in self.documents]


@dataclass(frozen=True, slots=True)
class _First:
    """The documents of one segment that can be on the page: numbers in the whole index, scores, dates."""

    docnums: IntArray
    scores: ScoreArray
    moments: IntArray


class _Counts:
    """The facets so far: what was counted in each segment."""

    def __init__(self) -> None:
        self._sources: list[dict[str, int]] = []
        self._topics: list[dict[str, int]] = []
        self._months: list[dict[str, int]] = []

    def add(self, columns: SegmentColumns, sources: IntArray, topics: IntArray, months: IntArray) -> None:
        """Take in the counts of a segment, by ordinal."""
        self._sources.append(columns.source.named(sources))
        self._topics.append(columns.topics.named(topics))
        self._months.append(columns.month.named(months))

    def facets(self, request: SearchRequest) -> Facets:
        """Most frequent first, then by name, and months in order; a chosen value is there even without a match."""
        # The months of a segment are in order.
        months = self._months[0] if len(self._months) == 1 else dict(sorted(_added_up(self._months).items()))
        sources = _by_frequency(_added_up(self._sources), request.sources)
        return Facets(sources, _by_frequency(_added_up(self._topics), request.topics), months)


def _added_up(parts: Sequence[dict[str, int]]) -> dict[str, int]:
    if len(parts) == 1:
        return parts[0]
    counter: Counter[str] = Counter()
    for part in parts:
        counter.update(part)
    return counter


def _by_frequency(counted: dict[str, int], chosen: Iterable[str]) -> dict[str, int]:
    for value in chosen:
        counted.setdefault(value, 0)
    return dict(sorted(sorted(counted.items()), key=itemgetter(1), reverse=True))


def evaluate(
    leaves: Sequence[Leaf], query: whoosh_query.Query, request: SearchRequest, again: SecondLook | None = None
) -> Ranked:
    """The page of a request. The request's own filters are applied here, so that each facet can ignore its own.

    Where the best come first, the first of them are put in order again by a second look.
    """
    if request.order is not Sort.BEST:
        again = None
    depth = request.page * request.limit
    if again is not None:
        depth = max(depth, SECOND_LOOK)
    counts = _Counts()
    total = 0
    first: list[_First] = []
    for leaf in leaves:
        run = Run(leaf, documents)
        matches = _select(leaf, run, query, request, counts)
        total += leaf.documents - len(leaf.deleted) if matches is None else len(matches)
        first.append(_first(leaf, run, query, request.order, depth, matches))
    return Ranked(_page(leaves, first, request, again), total, counts.facets(request))


def _select(
    leaf: Leaf, run: Run, query: whoosh_query.Query, request: SearchRequest, counts: _Counts
) -> IntArray | None:
    """The matches that pass all filters, counted by facet; None stands for every document of the segment."""
    dates_given = request.date_from is not None or request.date_to is not None
    if _is_everything(query) and not (request.sources or request.topics or dates_given):
        _count_everything(leaf, counts)
        return None
    ids = leaf.live(run.documents(query))
    columns = leaf.columns
    by_date = _in_dates(leaf, ids, request) if dates_given else None
    by_source = columns.source.having(request.sources)[columns.source.ordinals[ids]] if request.sources else None
    by_topic = columns.topics.having_any(request.topics)[columns.topics.ordinals[ids]] if request.topics else None
    if by_date is by_source is by_topic is None:
        sources, topics, months = columns.counts(ids)
    else:
        sources = columns.source.counts(_passing(ids, by_date, by_topic))
        topics = columns.topics.counts(_passing(ids, by_date, by_source))
        months = columns.month.counts(_passing(ids, by_source, by_topic))
    counts.add(columns, sources, topics, months)
    return _passing(ids, by_date, by_source, by_topic)


def _is_everything(query: whoosh_query.Query) -> bool:
    """Whether a query is one for all documents, all worth nothing."""
    return (
        isinstance(query, whoosh_query.ConstantScoreQuery)
        and not query.score
        and isinstance(query.child, whoosh_query.Every)
        and query.child.fieldname is None
    )


def _in_dates(leaf: Leaf, ids: IntArray, request: SearchRequest) -> npt.NDArray[np.bool_]:
    """Articles without a date have day 0 and are in no range."""
    days = leaf.columns.day[ids]
    first = max(1, request.date_from.toordinal()) if request.date_from is not None else 1
    inside: npt.NDArray[np.bool_] = days >= first
    if request.date_to is not None:
        inside &= days <= request.date_to.toordinal()
    return inside


def _passing(ids: IntArray, *filters: Mask) -> IntArray:
    given = [passing for passing in filters if passing is not None]
    return ids[np.logical_and.reduce(given)] if given else ids


def _count_everything(leaf: Leaf, counts: _Counts) -> None:
    columns = leaf.columns
    counts.add(columns, *(_live_totals(leaf, column) for column in (columns.source, columns.topics, columns.month)))


def _live_totals(leaf: Leaf, column: Column) -> IntArray:
    return column.totals - column.counts(leaf.deleted) if len(leaf.deleted) else column.totals


def _first(  # noqa: PLR0913 - each is one thing, and no two belong together
    leaf: Leaf, run: Run, query: whoosh_query.Query, order: Sort, depth: int, matches: IntArray | None
) -> _First:
    """The documents of a segment that can be among the first `depth`."""
    if matches is None and len(leaf.deleted):
        matches = leaf.everything
    moments = leaf.columns.moment
    by_score = order is Sort.BEST and matches is not None and not isinstance(query, whoosh_query.ConstantScoreQuery)
    scores = None
    if matches is not None and (by_score or len(matches) < _FEW):
        scores = _scores(run, query, matches)
    rows = first_rows(scores if by_score else None, moments, matches, order, depth)
    docnums = rows if matches is None else matches[rows]
    if scores is None:
        docnums = np.sort(docnums)
        of_rows = np.zeros(len(docnums)) if matches is None else _scores(run, query, docnums)
    else:
        of_rows = scores[rows]
    return _First(docnums + leaf.offset, of_rows, moments[docnums])


def _scores(run: Run, query: whoosh_query.Query, ids: IntArray) -> ScoreArray:
    """What each of some matches, in ascending order, is worth."""
    scored = Scored(ids, np.zeros(len(ids)))
    add_scores(query, run, scored, 1.0)
    return scored.scores


def _page(
    leaves: Sequence[Leaf], first: Sequence[_First], request: SearchRequest, again: SecondLook | None
) -> tuple[tuple[int, float], ...]:
    """The documents of the page in order."""
    if not first:
        return ()
    if len(first) == 1:
        docnums, scores, moments = first[0].docnums, first[0].scores, first[0].moments
    else:
        docnums = np.concatenate([part.docnums for part in first])
        scores = np.concatenate([part.scores for part in first])
        moments = np.concatenate([part.moments for part in first])
    start, stop = (request.page - 1) * request.limit, request.page * request.limit
    rows = in_order(scores, moments, docnums, request.order)
    if again is not None:
        looked_at = rows[:SECOND_LOOK]
        scores[looked_at] += again.worth(condensed_words(leaves, docnums[looked_at].tolist()))
        looked_at = looked_at[in_order(scores[looked_at], moments[looked_at], docnums[looked_at], request.order)]
        rows = np.concatenate((looked_at, rows[SECOND_LOOK:]))
    rows = rows[start:stop]
    return tuple(zip(docnums[rows].tolist(), scores[rows].tolist(), strict=True))
