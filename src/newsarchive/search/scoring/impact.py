"""Impacts: how much a word of the query adds to the score of an article that has it.

    score = boost * idf * impact
    idf    = ln(1 + (N - n + .5) / (n + .5))
    impact = f / (f + NORM_BASE + NORM_PER_WORD * L)
    f      = frequency + LEAD_BONUS * exp(-depth / LEAD_DECAY)

N is the number of articles, n the number of articles with the word, L the length of the field in
words, and depth the number of words before the first occurrence in its section.

This is BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009) with Lucene's idf, which is never negative, and with two changes. First, the length norm uses
constants instead of the archive's average length: it then suits both long articles and short
passages, and doesn't change while the archive grows. Second, an early word counts as if it occurred
more often, because news puts what matters first. Everything except the idf is therefore known when
an article is indexed, and is stored as the weight of the posting.
"""

import math
from functools import cache

import numpy as np

from newsarchive.search.scoring.arrays import IntArray, ScoreArray

NORM_BASE = 0.4
NORM_PER_WORD = 0.003
LEAD_BONUS = 4.0
LEAD_DECAY = 20.0

IMPACT_STEPS = 65535
"""Impacts are stored as multiples of 1 / 65535, which takes two bytes."""


_NO_LEAD = 750 * int(LEAD_DECAY)
"""The depth from which the bonus is 0, because exp(-750) underflows a 64-bit float."""


def impact(frequency: int, depth: int, length: int) -> float:
    """Return the impact of a word, from 0 to 1, in steps of 1 / `IMPACT_STEPS`."""
    weighted = frequency + LEAD_BONUS * math.exp(-depth / LEAD_DECAY)
    exact = weighted / (weighted + NORM_BASE + NORM_PER_WORD * length)
    return max(1, round(exact * IMPACT_STEPS)) / IMPACT_STEPS


def impacts(frequencies: IntArray, depths: IntArray, lengths: IntArray) -> IntArray:
    """Return `impact` for many words at once, as numbers of steps; bit-identical to `impact`."""
    weighted = frequencies + _bonuses()[np.minimum(depths, _NO_LEAD)]
    exact = weighted / (weighted + NORM_BASE + NORM_PER_WORD * lengths)
    steps: IntArray = np.maximum(1, np.rint(exact * IMPACT_STEPS))
    return steps.astype(np.uint16)


@cache
def _bonuses() -> ScoreArray:
    """The bonus for each depth up to `_NO_LEAD`, where it is 0."""
    return np.array([LEAD_BONUS * math.exp(-depth / LEAD_DECAY) for depth in range(_NO_LEAD + 1)])
