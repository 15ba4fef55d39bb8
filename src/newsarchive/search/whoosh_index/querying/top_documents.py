"""Finding the first few of many in order, without sorting the many.

Some more than are asked for do no harm, as the few are sorted in the end: to tell which they are would take longer.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from newsarchive.search.door import Sort
from newsarchive.search.scoring.ranking import SCORE_STEPS
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.schema import UNDATED

Numbers = npt.NDArray[Any]

_ONE_STEP = 1 / SCORE_STEPS
MANY = 4_000
"""Of fewer values the largest are found by putting all of them in order as far as that is needed."""
_PER_GROUP = 8
_MOST_GROUPS = 1024
"""Groups in which the largest of many values are looked for: few enough to sort, enough to tell most values apart."""


def first_rows(scores: Numbers | None, moments: Numbers, docnums: IntArray | None, order: Sort, count: int) -> IntArray:
    """The `count` rows that come first, and at most as many others, in no order.

    A row is a place in `scores` and in `docnums`, whose entries are places in `moments`; without `docnums` it is one
    in `moments` itself. Best first, ties of score go to the newer article; further ties, in any order, go to the
    earlier row. Without `scores` all scores are equal.
    """
    if order is Sort.BEST and scores is not None:
        # Those that can be among the first when scores are rounded.
        rows = _largest(scores, count, _ONE_STEP)
        if len(rows) <= 2 * count:
            return rows
        ties = moments[rows if docnums is None else docnums[rows]]
        return rows[_best(np.rint(scores[rows] * SCORE_STEPS), count, ties)]
    return _best(date_keys(moments if docnums is None else moments[docnums], order), count)


def in_order(scores: Numbers, moments: Numbers, docnums: Numbers, order: Sort) -> IntArray:
    """All rows in order; ties go to the lower document number."""
    dates = -date_keys(moments, order)
    if order is Sort.BEST:
        return np.lexsort((docnums, dates, np.rint(scores * -SCORE_STEPS)))
    return np.lexsort((docnums, dates))


def date_keys(moments: Numbers, order: Sort) -> Numbers:
    """A number that is larger the earlier a row comes by its date; an article without a date comes last."""
    return np.where(moments == UNDATED, UNDATED, -moments) if order is Sort.OLDEST else moments


def _best(keys: Numbers, count: int, ties: Numbers | None = None) -> IntArray:
    """The `count` rows with the largest keys, and at most as many others.

    Of equal ones those with the largest in `ties` are chosen, and then the earlier rows.
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
    """The rows of the `count` largest values and of those that are equal to the last of them, or less by `slack`.

    At most `2 * count` rows may have any others among them.
    """
    if len(values) <= 2 * count:
        return np.arange(len(values))
    groups = min(len(values) // _PER_GROUP, _MOST_GROUPS)
    if len(values) < MANY or groups < 2 * count:
        return _rows(values >= _at_rank(values, count) - slack)
    # The largest of each group are values, too: what is below their `count`th largest is not among the largest of all.
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
    """The value that is `rank`th from the largest."""
    # A copy and its method: numpy's function wraps them at a cost that small searches feel.
    values = values.copy()
    values.partition(-rank)
    return values[-rank]
