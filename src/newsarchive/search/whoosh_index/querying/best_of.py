"""`BestOf`: a query for one thing in several spellings, worth what the best of them is worth."""

from collections.abc import Sequence

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.querying.rules import Scored, add_scores
from newsarchive.search.whoosh_index.querying.segment_query import Run

OTHER_SPELLING = 0.6
"""What a spelling that was not typed is worth beside the typed one.

People type what they read, so the typed spelling tells something. On the development sets 1 cost up to .009 of MRR@10,
and .6 next to nothing.
"""


class BestOf(whoosh_query.Or):  # type: ignore[misc]
    """Matches what any of the spellings matches; the first is the typed one.

    `words` has the term of each spelling that is one word, else None. No word weighs more than the typed one: by its
    own idf the rarest spelling would win.
    """

    def __init__(self, spellings: Sequence[whoosh_query.Query], words: Sequence[whoosh_query.Term | None]) -> None:
        super().__init__(list(spellings))
        self.words = tuple(words)


@add_scores.register(BestOf)
def _(query: BestOf, run: Run, scored: Scored, boost: float) -> None:
    typed, *_ = idfs = [run.leaf.idf(word.fieldname, word.text) if word is not None else None for word in query.words]
    best = np.zeros(len(scored.ids))
    for place, (spelling, idf) in enumerate(zip(query.subqueries, idfs, strict=True)):
        share = OTHER_SPELLING if place else 1.0
        if typed is not None and idf is not None:
            share *= min(1.0, typed / idf)
        worth = Scored(scored.ids)
        add_scores(spelling, run, worth, boost * share)
        np.maximum(best, worth.scores, out=best)
    scored.add(best)
