"""Find the first few of many rows in order, without sorting all of them.

The functions may return more rows than asked for: the caller sorts the few rows anyway, and removing the
surplus would take longer.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from newsarchive.search.door import Sort
from newsarchive.search.scoring.ranking import SCORE_STEPS, UNDATED
from newsarchive.search.whoosh_index.storage.packing import IntArray

Numbers = npt.NDArray[Any]

_ONE_STEP = 1 / SCORE_STEPS
MANY = 4_000
"""Below this many values, the largest are found by partitioning all of them."""
_PER_GROUP = 8
_MOST_GROUPS = 1024
"""The most groups that values are divided into to find the largest: few enough to sort, enough to be selective."""


def first_rows(scores: Numbers | None, moments: Numbers, docnums: IntArray | None, order: Sort, count: int) -> IntArray:
    """The first `count` rows, and at most as many others, in no particular order.

    A row is an index into `scores` and `docnums`; the entries of `docnums` are indexes into `moments`. Without
    `docnums`, a row is an index into `moments`. With `Sort.BEST`, the newer article wins a tie of scores. The earlier
    row wins any further tie, in every order. Without `scores`, all scores are equal. In the order of arrival, `moments`
    are arrival numbers.
    """
    if order is Sort.BEST and scores is not None:
        # The rows that may be among the first after scores are rounded.
        rows = _largest(scores, count, _ONE_STEP)
        if len(rows) <= 2 * count:
            return rows
        ties = moments[rows if docnums is None else docnums[rows]]
        return rows[_best(np.rint(scores[rows] * SCORE_STEPS), count, ties)]
    return _best(date_keys(moments if docnums is None else moments[docnums], order), count)


def in_order(scores: Numbers, moments: Numbers, docnums: Numbers, order: Sort) -> IntArray:
    """All rows in order; the lower document number wins a tie."""
    dates = -date_keys(moments, order)
    if order is Sort.BEST:
        return np.lexsort((docnums, dates, np.rint(scores * -SCORE_STEPS)))
    return np.lexsort((docnums, dates))


def date_keys(moments: Numbers, order: Sort) -> Numbers:
    """Sort keys by date: the row with the larger key comes first. An article without a date comes last."""
    return np.where(moments == UNDATED, UNDATED, -moments) if order is Sort.OLDEST else moments


def _best(keys: Numbers, count: int, ties: Numbers | None = None) -> IntArray:
    """The `count` rows with the largest keys, and at most as many others.

    Of equal keys, the rows with the largest `ties` are chosen, then the earlier rows.
    """
    rows = _largest(keys, count)
    if len(rows) <= 2 * count:
        return rows
    found = keys[rows]
    is_last = found == found.min()
    above, equal = rows[~is_last], rows[is_last]
    missing = count - len(above)
    chosen = equal[:missing] if ties is None else equal[_best(ties[equal], missing)]
    return np.concatenate((above, chosen))


def _largest(values: Numbers, count: int, slack: float = 0) -> IntArray:
    """The rows of the `count` largest values, and of values that equal the last of these or are less by `slack`.

    A result of at most `2 * count` rows may include any other rows.
    """
    if len(values) <= 2 * count:
        return np.arange(len(values))
    groups = min(len(values) // _PER_GROUP, _MOST_GROUPS)
    if len(values) < MANY or groups < 2 * count:
        return _rows(values >= _at_rank(values, count) - slack)
    # Group maxima are values, too: a value below the `count`th largest maximum isn't among the `count` largest.
    rest = len(values) % groups
    bar = _at_rank(values[rest:].reshape(-1, groups).max(axis=0), count)
    rows = _rows(values >= bar - slack)
    if len(rows) <= 2 * count:
        return rows
    few = values[rows]
    close: IntArray = rows[few >= _at_rank(few, count) - slack]
    return close


def _rows(chosen: npt.NDArray[np.bool_]) -> IntArray:
    rows: IntArray = chosen.nonzero()[0]
    return rows


def _at_rank(values: Numbers, rank: int) -> Any:
    """The `rank`th largest value."""
    # Not `np.partition`: its wrapper around this copy and method costs noticeable time in small searches.
    values = values.copy()
    values.partition(-rank)
    return values[-rank]
