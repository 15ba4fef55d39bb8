"""How well an article answers: BM25 over stems, with exact forms and the title on top."""

import math
from typing import Any

from whoosh import scoring

K1 = 1.0
B = 0.5
EXACT_WEIGHT = 0.2
TITLE_WEIGHT = 0.5


class LuceneBM25(scoring.BM25F):  # type: ignore[misc]
    """BM25 with Lucene's inverse document frequency, ln(1 + (N - n + .5) / (n + .5)).

    N is the number of articles and n how many have the term (Robertson and Zaragoza, "The Probabilistic Relevance
    Framework: BM25 and Beyond", 2009, with the 1 that Lucene adds so that no term counts against an article).
    """

    def __init__(self) -> None:
        super().__init__(B=B, K1=K1)

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        """The weight of a term; Whoosh keeps it for the life of the searcher."""
        parent = searcher.get_parent()
        frequency = parent.doc_frequency(fieldname, text)
        return math.log(1 + (parent.doc_count() - frequency + 0.5) / (frequency + 0.5))
