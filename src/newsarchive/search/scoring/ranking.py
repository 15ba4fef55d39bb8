"""What an engine answers: the first matches in order, how many there are, and the counts of the facets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from newsarchive.search.door import Facets

IntArray = npt.NDArray[Any]
ScoreArray = npt.NDArray[np.float64]

SCORE_STEPS = 1e5
"""Scores that agree to five decimals are equal: sums differ in the last digits with the order of adding."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One row an article, in order: its number in the snapshot, its score, and its moment of publication.

    Moments are in seconds since 1970. `total` is exact. Of equal scores the newer article comes first, then the one
    with the lower number.
    """

    documents: IntArray
    scores: ScoreArray
    moments: IntArray
    total: int
    facets: Facets
