"""How much a term tells: the fewer articles have it, the more."""

import math
from collections.abc import Callable, Mapping

from newsarchive.search.scoring.tree import Field


def inverse_document_frequency(articles: int, having: int) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), as Lucene has it: never below 0."""
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def idf_of(articles: int, frequencies: Mapping[tuple[Field, str], int]) -> Callable[[Field, str], float]:
    """The inverse document frequency of the terms whose frequencies are known, among so many articles."""
    idfs = {term: inverse_document_frequency(articles, having) for term, having in frequencies.items()}
    return lambda field, text: idfs[field, text]
