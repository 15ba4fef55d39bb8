"""The first few rows are the same as after sorting all rows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.search.door import Sort
from newsarchive.search.scoring.ranking import UNDATED
from newsarchive.search.whoosh_index.querying.top_documents import first_rows, in_order

rows = st.lists(
    st.tuples(st.sampled_from((0.0, 1.0, 1.000001, 1.00001, 2.5)), st.sampled_from((UNDATED, 0, 5, 7))), max_size=60
)


def _first(scored: list[tuple[float, int]], order: Sort, count: int) -> list[int]:
    scores = np.array([score for score, _ in scored], dtype=np.float64)
    moments = np.array([moment for _, moment in scored], dtype=np.int64)
    chosen = first_rows(scores, moments, None, order, count)
    of_segment = np.repeat(moments, 2)
    docnums = np.arange(len(moments)) * 2 + 1
    assert first_rows(scores, of_segment, docnums, order, count).tolist() == chosen.tolist()
    assert len(set(chosen.tolist())) == len(chosen) <= 2 * count
    return [int(row) for row in chosen[in_order(scores[chosen], moments[chosen], chosen, order)]][:count]


def _key(row: int, score: float, moment: int, order: Sort) -> tuple[float, ...]:
    if order is Sort.OLDEST:
        return (moment == UNDATED, moment, row)
    return (-round(score, 5) if order is Sort.BEST else 0, -moment, row)


@given(rows, st.sampled_from(Sort), st.integers(1, 70))
def test_the_result_equals_sorting(scored: list[tuple[float, int]], order: Sort, count: int) -> None:
    expected = sorted(range(len(scored)), key=lambda row: _key(row, *scored[row], order))
    assert _first(scored, order, count) == expected[:count]


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_the_first_of_many_rows(seed: int, count: int) -> None:
    choice = np.random.default_rng(seed)
    scored = list(zip(choice.integers(0, 3000, 12_000) / 7, choice.integers(0, 50, 12_000).tolist(), strict=True))
    expected = sorted(range(len(scored)), key=lambda row: _key(row, *scored[row], Sort.BEST))
    assert _first(scored, Sort.BEST, count) == expected[:count]
