"""Rank the matches of a query, with exact scores, to any depth.

The cluster sorts by scores of 32 bits. Further hits are fetched until none that could be in front after rounding is
missing; then the exact scores decide.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsarchive.search.door import Facets, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch.clauses import Clause
from newsarchive.search.opensearch.counting import FacetCounter, matches_query
from newsarchive.search.opensearch.filters import Filters
from newsarchive.search.opensearch.mapping import ARRIVAL, CONDENSED, MOMENT, PLACE
from newsarchive.search.opensearch.point_in_time import PointInTime
from newsarchive.search.opensearch.terms import id_of
from newsarchive.search.scoring.ranking import SCORE_STEPS, UNDATED, Ranking
from newsarchive.search.scoring.reranking import RERANKED
from newsarchive.search.scoring.tree import Field

ROWS_OF_PAGE = 5_000
"""Hits of one request. The cluster's default limit is 10,000."""
_MARGIN = 10
"""Hits that are fetched in addition, so that most searches need one request."""
_MOST_TIED = 2_000
"""Hits in addition at most. If so many have the same score up to the cluster's precision, its order holds."""
_PRECISION = 1e-6
"""The largest relative error of the cluster's scores."""
MOST_KNOWN = 20_000
"""The most hits of a ranking whose ids are kept. The others are looked up when they are wanted."""
_WITH_CONDENSED = 2 * RERANKED
"""The most hits whose condensed words are fetched with them."""
_LARGEST = (1 << 63) - 1
"""What the cluster gives for the moment of an article without one, or the negative number before it."""
_NAMED: Mapping[str, str | int] = {"include_named_queries_score": "true"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a hit besides its score: its id, and its condensed words if they were fetched."""

    article_id: str
    condensed: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking, and what is known of its first hits, by place."""

    ranking: Ranking
    known: Mapping[int, Known]


class _Hits:
    """The hits fetched so far, in the cluster's order. An export has millions, so they are numbers in arrays.

    `rough` are the cluster's scores, and `moments` the times that hits are sorted by.
    """

    def __init__(self) -> None:
        self.places = array("q")
        self.scores = array("d")
        self.rough = array("d")
        self.moments = array("q")
        self.known: dict[int, Known] = {}

    def __len__(self) -> int:
        return len(self.places)

    def add(self, hit: Mapping[str, Any], clause: Clause) -> None:
        """Add a hit with its exact score."""
        worth = clause.worth(hit.get("matched_queries") or {})
        *_, moment, place = hit["sort"]
        self.places.append(place)
        self.scores.append(0.0 if worth is None else worth)
        self.rough.append(hit["_score"] or 0.0)
        self.moments.append(UNDATED if abs(moment) >= _LARGEST else moment)
        if len(self.known) < MOST_KNOWN:
            condensed = hit.get("_source", {}).get(CONDENSED)
            self.known[place] = Known(id_of(hit["fields"][Field.ID.value][0]), condensed)


class Ranker:
    """Ranks the matches of one clause that pass the filters of a selection."""

    def __init__(self, point: PointInTime, clause: Clause, filters: Filters, selection: Selection) -> None:
        self._point = point
        self._clause = clause
        self._filters = filters
        self._selection = selection
        self._counter = FacetCounter(point, clause.query, filters, selection)

    def rank(self) -> Ranked:
        """The first matches in order, the exact total, and the facets."""
        depth = self._selection.depth
        # One hit is for seeing whether there is any. Then few callers want the facets.
        is_probe = depth <= 1 or not self._selection.counts_facets
        first = self._page(min(depth + _MARGIN, ROWS_OF_PAGE), aggs=None if is_probe else self._counter.request())
        facets = self._counter.deferred() if is_probe else self._counter.facets(first["aggregations"])
        hits = self._hits(first)
        ranking = _ranking(hits, self._selection, first["hits"]["total"]["value"], facets)
        return Ranked(ranking, hits.known)

    def _hits(self, first: Mapping[str, Any]) -> _Hits:
        """The hits that can be among the first, and some others."""
        found = _Hits()
        depth = self._selection.depth
        page, size = first["hits"]["hits"], min(depth + _MARGIN, ROWS_OF_PAGE)
        while True:
            for hit in page:
                found.add(hit, self._clause)
            if len(page) < size or self._is_enough(found):
                return found
            size = min(max(depth - len(found), 0) + 10 * _MARGIN, ROWS_OF_PAGE)
            page = self._page(size, after=page[-1]["sort"])["hits"]["hits"]

    def _is_enough(self, found: _Hits) -> bool:
        depth = self._selection.depth
        if len(found) < depth:
            return False
        if self._selection.order is not Sort.BEST or self._clause.is_constant or not depth:
            return True
        if len(found) >= depth + _MOST_TIED:
            return True
        least = np.partition(np.asarray(found.scores), len(found) - depth)[len(found) - depth]
        return bool(found.rough[-1] * (1 + _PRECISION) < least - 1 / SCORE_STEPS)

    def _page(self, size: int, *, aggs: Mapping[str, Any] | None = None, after: Any = None) -> Mapping[str, Any]:
        passed = list(self._filters.of_facets.values())
        body: dict[str, Any] = {
            "query": matches_query(self._clause.query, *self._filters.always),
            "size": size,
            "track_scores": True,
            "track_total_hits": after is None,
            "sort": _sort(self._selection.order),
            "docvalue_fields": [Field.ID.value],
            **self._stored_values(),
        }
        if passed:
            body["post_filter"] = {"bool": {"filter": passed}}
        if aggs is not None:
            body["aggs"] = aggs
        if after is not None:
            body["search_after"] = after
        return self._point.search(body, _NAMED)

    def _stored_values(self) -> Mapping[str, Any]:
        is_reranked = self._selection.order is Sort.BEST and 1 < self._selection.depth <= _WITH_CONDENSED
        return {"_source": [CONDENSED]} if is_reranked else {"stored_fields": "_none_"}


def _sort(order: Sort) -> list[Mapping[str, Any]]:
    newest = {MOMENT: {"order": "asc" if order is Sort.OLDEST else "desc", "missing": "_last"}}
    place = {PLACE: "asc"}
    match order:
        case Sort.BEST:
            return [{"_score": "desc"}, newest, place]
        case Sort.ARRIVED:
            return [{ARRIVAL: "desc"}, place]
        case _:
            return [newest, place]


def _ranking(hits: _Hits, selection: Selection, total: int, facets: Facets) -> Ranking:
    """The first hits in order. Exact scores decide if that is the order; any other the cluster knows itself."""
    places, moments = (np.array(numbers, dtype=np.int64) for numbers in (hits.places, hits.moments))
    scores = np.array(hits.scores, dtype=np.float64)
    if selection.order is Sort.BEST:
        rows = np.lexsort((places, -moments, np.rint(scores * -SCORE_STEPS)))[: selection.depth]
    else:
        rows = np.arange(min(len(places), selection.depth))
    return Ranking(places[rows], scores[rows], moments[rows], total, facets)
