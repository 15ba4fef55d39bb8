"""Packed lists round-trip, one at a time and many at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.whoosh_index.storage.packing import (
    bounds,
    gap_ends,
    gaps,
    pack,
    pack_bytes,
    slices,
    stable_order,
    unpack,
    unpack_lists,
)

numbers = st.one_of(st.integers(0, 300), st.integers(0, 70_000), st.integers(0, 2**32 - 1))
lists = st.lists(st.sets(numbers, min_size=1, max_size=40).map(sorted), min_size=1, max_size=8)


@given(lists)
def test_packed_lists_round_trip(listed: list[list[int]]) -> None:
    at = bounds(np.array([len(one) for one in listed]))
    flat = np.array([number for one in listed for number in one], dtype=np.intp)
    gap = gaps(flat, at[:-1])
    data, ends, widths = pack(gap, at)
    starts = np.append(0, ends)
    for number, one in enumerate(listed):
        packed = data[starts[number] : starts[number + 1]]
        assert unpack(packed, int(widths[number]), len(one)).tolist() == one
        assert len(packed) <= 4 * len(one)
    counts = np.diff(at)
    found = np.zeros(len(flat), dtype=np.intp)
    for unpacked, chosen in unpack_lists(data, widths, np.diff(starts), counts):
        found[(np.ones(len(listed), dtype=np.bool_) if chosen is None else chosen).repeat(counts)] = unpacked
    assert found.tolist() == flat.tolist()


@given(st.lists(st.integers(0, 2_000), max_size=60))
def test_ends_of_one_byte_gaps(listed: list[int]) -> None:
    data, at = pack_bytes(np.array(listed, dtype=np.intp), np.arange(len(listed) + 1))
    assert [0, *gap_ends(data)] == at.tolist()
    assert len(data) == sum(gap // 255 + 1 for gap in listed)


@pytest.mark.parametrize("count", [1, 300, 1 << 16, (1 << 16) + 1, 1 << 20, 1 << 26])
def test_stable_order(count: int) -> None:
    choice = np.random.default_rng(count)
    listed = np.append(choice.integers(0, count, size=2_000), choice.integers(0, min(count, 20), size=2_000))
    expected = np.argsort(listed, kind="stable").tolist()
    assert stable_order(listed.astype(np.uint32), count).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=12))
def test_slices(runs: list[tuple[int, int]]) -> None:
    starts, lengths = (np.array([run[part] for run in runs], dtype=np.intp) for part in (0, 1))
    assert slices(starts, lengths).tolist() == [at for start, length in runs for at in range(start, start + length)]
