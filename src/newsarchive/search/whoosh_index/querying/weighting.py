"""How Whoosh scores a posting: its weight alone."""

from typing import Any

from whoosh import scoring


class ImpactWeighting(scoring.TF_IDF):  # type: ignore[misc]
    """The score of a posting is its weight, the impact of the word in the article.

    The inverse document frequency is part of the boost of each term: it is worked out once for the whole query.
    """

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:  # noqa: ARG002 - Whoosh calls it so
        """Always 1."""
        return 1.0
