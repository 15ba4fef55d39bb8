"""`BestOf`: a query for one thing in several spellings, worth what the best of them is worth."""

from collections.abc import Sequence

import numpy as np
from whoosh import query as whoosh_query

from newsarchive.search.whoosh_index.run import Run
from newsarchive.search.whoosh_index.rules import Scored, add_scores


OTHER_SPELLING_SHARE = 0.9
"""What another spelling is worth beside the typed one. One outlet spells a name one way, so the typed spelling tells
something: with equal worth, headlines found their articles less well."""


class BestOf(whoosh_query.Or):  # type: ignore[misc]
    """Matches what any of the spellings matches; the typed one comes first.

    `words` has the term of each spelling that is one word, else None. Another spelling weighs no more than the typed one
    does: by its own idf the rarest would win.
    """

    def __init__(self, spellings: Sequence[whoosh_query.Query], words: Sequence[whoosh_query.Term | None]) -> None:
        super().__init__(list(spellings))
        self.words = tuple(words)


@add_scores.register(BestOf)
def _(query: BestOf, run: Run, scored: Scored, boost: float) -> None:
    idfs = [run.idf(word.fieldname, word.text) if word is not None else None for word in query.words]
    typed = idfs[0]
    best = np.zeros(len(scored.ids))
    for number, (spelling, idf) in enumerate(zip(query.subqueries, idfs, strict=True)):
        share = OTHER_SPELLING_SHARE if number else 1.0
        if idf is not None and typed is not None:
            share *= min(1.0, typed / idf)
        worth = Scored(scored.ids, np.zeros(len(scored.ids)))
        add_scores(spelling, run, worth, boost * share)
        np.maximum(best, worth.scores, out=best)
    scored.scores += best
