"""Finding the first few of many in order, without sorting the many."""

from typing import Any

import numpy as np
import numpy.typing as npt

from newsarchive.search.door import Sort
from newsarchive.search.whoosh_index.packing import IntArray
from newsarchive.search.whoosh_index.schema import UNDATED

Numbers = npt.NDArray[Any]

SCORE_DIGITS = 5
"""Scores that agree to so many decimals are equal: sums differ in the last digits with the order of adding."""
_HALF_A_DIGIT = 10.0**-SCORE_DIGITS
_BLOCKS_PER_ROW = 8
_SMALLEST_BLOCK = 64


def first_rows(scores: Numbers | None, moments: Numbers, docnums: IntArray | None, order: Sort, count: int) -> IntArray:
    """The rows that come first, at most `count` of them, in no order.

    A row is a place in `scores` and in `docnums`, whose entries are places in `moments`; without `docnums` it is one
    in `moments` itself. Best first, ties of score go to the newer article; further ties, in any order, go to the
    earlier row. Without `scores` all scores are equal.
    """
    if order is Sort.BEST and scores is not None:
        rows = _near_the_best(scores, count)
        ties = moments[rows if docnums is None else docnums[rows]]
        found = _best(np.round(scores[rows], SCORE_DIGITS), count, ties)
        return rows[found]
    return _best(date_keys(moments if docnums is None else moments[docnums], order), count)


def in_order(scores: Numbers, moments: Numbers, docnums: Numbers, order: Sort) -> IntArray:
    """All rows in order; ties go to the lower document number."""
    dates = -date_keys(moments, order)
    if order is Sort.BEST:
        return np.lexsort((docnums, dates, -np.round(scores, SCORE_DIGITS)))
    return np.lexsort((docnums, dates))


def date_keys(moments: Numbers, order: Sort) -> Numbers:
    """A number that is larger the earlier a row comes by its date; an article without a date comes last."""
    return np.where(moments == UNDATED, UNDATED, -moments) if order is Sort.OLDEST else moments


def _near_the_best(scores: Numbers, count: int) -> IntArray:
    """The rows that can be among the first when scores are rounded."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= _largest(scores, count) - _HALF_A_DIGIT)


def _best(keys: Numbers, count: int, ties: Numbers | None = None) -> IntArray:
    """The rows with the largest keys; of equal ones those with the largest in `ties`, and then the earlier rows."""
    if len(keys) <= count:
        return np.arange(len(keys))
    bar = _largest(keys, count)
    above = np.flatnonzero(keys > bar)
    equal = np.flatnonzero(keys == bar)
    missing = count - len(above)
    chosen = equal[:missing] if ties is None else equal[_best(ties[equal], missing)]
    return np.concatenate((above, chosen))


def _largest(values: Numbers, rank: int) -> Any:
    """The value that is `rank`th from the largest; there are more than `rank`."""
    size = len(values) // (_BLOCKS_PER_ROW * rank)
    if size >= _SMALLEST_BLOCK:
        # No value below the rankth largest of the largest values of blocks can be that far up.
        blocks = values[: len(values) // size * size].reshape(-1, size).max(axis=1)
        values = values[values >= np.partition(blocks, -rank)[-rank]]
    return np.partition(values, -rank)[-rank]
