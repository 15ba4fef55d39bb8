"""Inverse document frequency: the fewer articles have a term, the higher it is."""

import math
from collections.abc import Callable, Mapping

from newsarchive.search.scoring.tree import Field


def inverse_document_frequency(articles: int, having: int) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), as in Lucene: never negative."""
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def idf_of(articles: int, frequencies: Mapping[tuple[Field, str], int]) -> Callable[[Field, str], float]:
    """Return a function that gives the idf of the terms in `frequencies`, in an index of `articles` articles."""
    idfs = {term: inverse_document_frequency(articles, having) for term, having in frequencies.items()}
    return lambda field, text: idfs[field, text]
