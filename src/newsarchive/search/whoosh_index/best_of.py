"""`BestOf`: a query for one thing in several spellings, worth what the best of them is worth.

Whoosh's own DisjunctionMax finds the same articles, but where one part has moved on to a later article, it takes that
article's score for this one's.
"""

from typing import Any, cast

from whoosh import query as whoosh_query
from whoosh.matching import DisjunctionMaxMatcher, Matcher


class BestOf(whoosh_query.DisjunctionMax):  # type: ignore[misc]
    """Matches what any of the subqueries matches; the score is the highest of those that match the article."""

    def _matcher(self, subs: Any, searcher: Any, context: Any) -> Matcher:
        reader = searcher.reader()

        def size(query: whoosh_query.Query) -> int:
            return cast(int, query.estimate_size(reader))

        return self._tree_matcher(subs, _BestMatcher, searcher, context, size)


class _BestMatcher(DisjunctionMaxMatcher):  # type: ignore[misc]
    """Steps through both; scores where they are, not where they will be."""

    def score(self) -> float:
        here = self.id()
        parts = (part for part in (self.a, self.b) if part.is_active() and part.id() == here)
        return cast(float, max(part.score() for part in parts))
