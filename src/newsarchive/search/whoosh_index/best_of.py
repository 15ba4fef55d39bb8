"""`BestOf`: a query for one thing in several spellings, worth what the best of them is worth."""

from collections.abc import Sequence

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.rules import Run, Scored, add_scores


class BestOf(whoosh_query.Or):  # type: ignore[misc]
    """Matches what any of the spellings matches.

    `words` has the term of each spelling that is one word, else None. All words weigh as the most frequent one does:
    by its own idf the rarest spelling would win.
    """

    def __init__(self, spellings: Sequence[whoosh_query.Query], words: Sequence[whoosh_query.Term | None]) -> None:
        super().__init__(list(spellings))
        self.words = tuple(words)


@add_scores.register(BestOf)
def _(query: BestOf, run: Run, scored: Scored, boost: float) -> None:
    idfs = [run.idf(word.fieldname, word.text) if word is not None else None for word in query.words]
    least = min((idf for idf in idfs if idf is not None), default=1.0)
    best = np.zeros(len(scored.ids))
    for spelling, idf in zip(query.subqueries, idfs, strict=True):
        worth = Scored(scored.ids, np.zeros(len(scored.ids)))
        add_scores(spelling, run, worth, boost if idf is None else boost * least / idf)
        np.maximum(best, worth.scores, out=best)
    scored.scores += best
