"""The result of an engine: the first matches in order, the number of matches, and the facet counts."""

from dataclasses import dataclass

from newsarchive.search.door import Facets
from newsarchive.search.scoring.arrays import IntArray, ScoreArray

SCORE_STEPS = 1e5
"""Scores that agree to five decimals are equal: the last digits of a sum depend on the order of
addition."""
UNDATED = -(2**62)
"""The moment of an article without a date, which sorts after all others, newest or oldest first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One row per article, in order: its document number in the snapshot, its score and its time of publication.

    Times (`moments`) are in seconds since 1970; in the order of arrival they are arrival numbers
    instead. `total` is exact. Of equal scores, the newer
    article comes first, then the one with the lower document number.
    """

    documents: IntArray
    scores: ScoreArray
    moments: IntArray
    total: int
    facets: Facets
