"""`BestOf`: a query whose score is the highest score of its parts."""

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.querying.rules import Scored, add_scores
from newsarchive.search.whoosh_index.querying.segment_query import SegmentQuery


class BestOf(whoosh_query.Or):  # type: ignore[misc]
    """Matches the documents that any of its parts matches."""


@add_scores.register(BestOf)
def _(query: BestOf, context: SegmentQuery, scored: Scored) -> None:
    best = np.zeros(len(scored.ids))
    for part in query.subqueries:
        worth = Scored(scored.ids)
        add_scores(part, context, worth)
        np.maximum(best, worth.scores, out=best)
    scored.add(best)
