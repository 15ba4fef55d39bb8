"""Running a query: which articles match with which score, how many, in which order, and the counts by facet.

Everything is worked out a segment at a time, on arrays.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh import query as whoosh_query

from newsarchive.search.door import Facets, SearchRequest, Sort
from newsarchive.search.scoring.reranking import SECOND_LOOK, SecondLook
from newsarchive.search.whoosh_index.querying.open_segment import Leaf, condensed_words
from newsarchive.search.whoosh_index.querying.rules import ScoreArray, Scored, documents_rule, scores_rule
from newsarchive.search.whoosh_index.querying.segment_query import Run
from newsarchive.search.whoosh_index.querying.top_documents import first_rows, in_order
from newsarchive.search.whoosh_index.storage.packing import IntArray

Mask = npt.NDArray[np.bool_] | None
"""Which of the matches pass a filter; None where all do."""

_FEW = 4_000
"""The scores of fewer matches are worked out at once; of more, only where they decide or are shown."""


class Ranked(NamedTuple):
    """One page of documents in order, as `(docnum, score)` of the whole index, the exact total, and the facets."""

    documents: tuple[tuple[int, float], ...]
    total: int
    facets: Facets

    @property
    def docnums(self) -> list[int]:
        """The documents alone."""
        return [docnum for docnum, _ in self.documents]


class _First(NamedTuple):
    """The documents of one segment that can be on the page: numbers in the whole index, scores, dates."""

    docnums: IntArray
    scores: ScoreArray
    moments: IntArray


Counts = tuple[IntArray, IntArray, IntArray]
"""How many documents of a segment have each source, each combination of topics, and each month, by ordinal."""


def _facets(leaves: Sequence[Leaf], counted: Sequence[Counts], request: SearchRequest) -> Facets:
    """Most frequent first, then by name, and months in order; a chosen value is there even without a match."""
    named = [leaf.columns.named(*counts) for leaf, counts in zip(leaves, counted, strict=True)]
    months: Mapping[str, int]
    if len(named) == 1:
        # Those of one segment are in order.
        sources, topics, months = named[0]
    else:
        sources, topics, months = map(_added_up, zip(*named, strict=True)) if named else ({}, {}, {})
    return Facets(_by_frequency(sources, request.sources), _by_frequency(topics, request.topics), months)


def _added_up(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of counts, in the order of their names."""
    counter: Counter[str] = Counter()
    for part in parts:
        counter.update(part)
    return dict(sorted(counter.items()))


def _by_frequency(counted: dict[str, int], chosen: Sequence[str]) -> dict[str, int]:
    """The most frequent first; equal ones stay in the order of their names, in which all are."""
    if chosen:
        counted = dict(sorted({**dict.fromkeys(chosen, 0), **counted}.items()))
    return dict(sorted(counted.items(), key=itemgetter(1), reverse=True))


def evaluate(
    leaves: Sequence[Leaf], query: whoosh_query.Query, request: SearchRequest, again: SecondLook | None = None
) -> Ranked:
    """The page of a request. The request's own filters are applied here, so that each facet can ignore its own.

    Where the best come first, the first of them are put in order again by a second look.
    """
    order = request.order
    if order is not Sort.BEST:
        again = None
    depth = request.page * request.limit
    if again is not None:
        depth = max(depth, SECOND_LOOK)
    counted: list[Counts] = []
    total = 0
    first: list[_First] = []
    for leaf in leaves:
        run = Run(leaf, documents_rule)
        matches, counts = _select(leaf, run, query, request)
        total += leaf.documents - len(leaf.deleted) if matches is None else len(matches)
        counted.append(counts)
        first.append(_first(leaf, run, query, order, depth, matches))
    return Ranked(_page(leaves, first, request, order, again), total, _facets(leaves, counted, request))


def _select(leaf: Leaf, run: Run, query: whoosh_query.Query, request: SearchRequest) -> tuple[IntArray | None, Counts]:
    """The matches that pass all filters, and the facets; None stands for every document of the segment."""
    dates_given = request.date_from is not None or request.date_to is not None
    is_filtered = request.sources or request.topics or dates_given
    if not is_filtered and _is_everything(query):
        return None, leaf.columns.counts_without(leaf.deleted)
    ids = leaf.live(run.documents(query))
    columns = leaf.columns
    if not is_filtered:
        return ids, columns.counts(ids)
    by_date = _in_dates(leaf, ids, request) if dates_given else None
    by_source = columns.source.having(request.sources)[columns.source.ordinals[ids]] if request.sources else None
    by_topic = columns.topics.having_any(request.topics)[columns.topics.ordinals[ids]] if request.topics else None
    counts = (
        columns.source.counts(_passing(ids, by_date, by_topic)),
        columns.topics.counts(_passing(ids, by_date, by_source)),
        columns.month.counts(_passing(ids, by_source, by_topic)),
    )
    return _passing(ids, by_date, by_source, by_topic), counts


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
    scored = Scored(ids)
    scores_rule(type(query))(query, run, scored, 1.0)
    return scored.scores


def _page(
    leaves: Sequence[Leaf], first: Sequence[_First], request: SearchRequest, order: Sort, again: SecondLook | None
) -> tuple[tuple[int, float], ...]:
    """The documents of the page in order."""
    if not first:
        return ()
    if len(first) == 1:
        docnums, scores, moments = first[0]
    else:
        docnums = np.concatenate([part.docnums for part in first])
        scores = np.concatenate([part.scores for part in first])
        moments = np.concatenate([part.moments for part in first])
    start, stop = (request.page - 1) * request.limit, request.page * request.limit
    rows = in_order(scores, moments, docnums, order)
    if again is not None:
        looked_at = rows[:SECOND_LOOK]
        scores[looked_at] += again.worth(condensed_words(leaves, docnums[looked_at].tolist()))
        looked_at = looked_at[in_order(scores[looked_at], moments[looked_at], docnums[looked_at], order)]
        rows = np.concatenate((looked_at, rows[SECOND_LOOK:]))
    rows = rows[start:stop]
    return tuple(zip(docnums[rows].tolist(), scores[rows].tolist(), strict=True))
