"""`MostOf`: a query that matches the documents with at least some number of its parts."""

from collections.abc import Sequence

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.querying.rules import Scored, add_scores, add_where_all_match, documents
from newsarchive.search.whoosh_index.querying.segment_query import MUCH_SHORTER, NOTHING, SegmentQuery
from newsarchive.search.whoosh_index.storage.packing import IntArray


class MostOf(whoosh_query.Or):  # type: ignore[misc]
    """Matches the documents that at least `least` of its parts match. Scores the sum of the parts that match."""

    def __init__(self, subqueries: Sequence[whoosh_query.Query], least: int) -> None:
        super().__init__(subqueries)
        self.least = least


@documents.register(MostOf)
def _(query: MostOf, context: SegmentQuery) -> IntArray:
    lists = [context.documents(part) for part in query.subqueries]
    if sum(map(len, lists)) * MUCH_SHORTER < context.segment.documents:
        ids, counts = np.unique(np.concatenate([NOTHING, *lists]), return_counts=True)
        found: IntArray = ids[counts >= query.least]
        return found
    matched = np.zeros(context.segment.documents, dtype=np.min_scalar_type(len(lists)))
    for ids in lists:
        matched[ids] += 1
    return np.flatnonzero(matched >= query.least)


@add_scores.register(MostOf)
def _(query: MostOf, context: SegmentQuery, scored: Scored) -> None:
    add_where_all_match(query, query.subqueries, context, scored)
