"""How well an article answers: what a word of the query adds to the score of an article that has it.

    score = boost * idf * impact
    idf    = ln(1 + (N - n + .5) / (n + .5))
    impact = f / (f + NORM_BASE + NORM_PER_WORD * L)
    f      = frequency + LEAD_BONUS * exp(-depth / LEAD_DECAY)

N is the number of articles, n how many have the word, L the length of the field in words, depth how many words come
before the first occurrence in its section.

It is BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) with the idf of
Lucene, which never counts a word against an article, and with two changes. The length norm has constants of its own
instead of the archive's average length: it then suits long articles and short passages alike, and does not move while
an archive grows. And a word that comes early counts as if it came more often, because news says what matters first.
So all but the idf is known when an article is indexed, and is kept as the weight of the posting.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]

NORM_BASE = 0.4
NORM_PER_WORD = 0.003
LEAD_BONUS = 4.0
LEAD_DECAY = 20.0

IMPACT_STEPS = 65535
"""Impacts are kept as multiples of 1 / 65535, which takes two bytes."""


_NO_LEAD = 750 * int(LEAD_DECAY)
"""A depth from which on the bonus is 0, as e to the -750th is no number of 64 bits."""


def impact(frequency: int, depth: int, length: int) -> float:
    """The impact of a word, from 0 to 1, in steps of 1 / `IMPACT_STEPS`."""
    weighted = frequency + LEAD_BONUS * math.exp(-depth / LEAD_DECAY)
    exact = weighted / (weighted + NORM_BASE + NORM_PER_WORD * length)
    return max(1, round(exact * IMPACT_STEPS)) / IMPACT_STEPS


def impacts(frequencies: IntArray, depths: IntArray, lengths: IntArray) -> IntArray:
    """`impact` of many words at once, in steps of 1 / `IMPACT_STEPS`: the same numbers to the last bit."""
    weighted = frequencies + _bonuses()[np.minimum(depths, _NO_LEAD)]
    exact = weighted / (weighted + NORM_BASE + NORM_PER_WORD * lengths)
    steps: IntArray = np.maximum(1, np.rint(exact * IMPACT_STEPS))
    return steps.astype(np.uint16)


@cache
def _bonuses() -> npt.NDArray[np.float64]:
    """The bonus for each depth, down to one where it is 0."""
    return np.array([LEAD_BONUS * math.exp(-depth / LEAD_DECAY) for depth in range(_NO_LEAD + 1)])
