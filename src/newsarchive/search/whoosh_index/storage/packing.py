"""Compress many lists of ascending integers at a time, without a Python loop.

A list is stored as gaps: the first number, then the differences between neighbors. A gap is a sequence of
little-endian units of one or two bytes. The largest unit, 255 or 65,535, adds its value to the gap and
means that the gap continues with the next unit. So the numbers are the running sum of the units, taken
where a gap ends. If gaps are large, units have four bytes and every gap is one unit. Each list uses the
width that makes it shortest.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]
"""Integers of type `numpy.intp`, which numpy uses as indexes without conversion."""
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
AnyInts = npt.NDArray[Any]
"""Integers of any type."""

_UNITS: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_NO_ESCAPE = 4
"""The width of a unit that can hold any gap, in bytes: numbers are below 2**32."""


def bounds(lengths: AnyInts) -> IntArray:
    """The start offsets of concatenated lists with these lengths, plus the end offset of the last list."""
    result = np.zeros(len(lengths) + 1, dtype=np.intp)
    np.add.accumulate(lengths, out=result[1:])
    return result


def smallest(array: AnyInts) -> AnyInts:
    """The same numbers in the smallest unsigned type that can hold the last number, which must be the largest."""
    top = int(array.max()) if len(array) else 0
    return array.astype(np.min_scalar_type(top), copy=False)


def stable_order(numbers: AnyInts, count: int) -> IntArray:
    """The indexes that stably sort numbers below `count`."""
    # numpy uses radix sort for 16-bit numbers: two such sorts take a quarter of the time of one 32-bit sort.
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    if count <= 1 << 16:
        return order
    above = (numbers >> 16).astype(np.min_scalar_type((count - 1) >> 16))
    return order[np.argsort(above[order], kind="stable")]


def gaps(numbers: AnyInts, starts: IntArray) -> AnyInts:
    """The gaps of non-empty lists of ascending numbers; `starts` has the start offset of each list."""
    result = np.empty_like(numbers)
    np.subtract(numbers[1:], numbers[:-1], out=result[1:])
    result[starts] = numbers[starts]
    return result


def pack(gap: AnyInts, at: IntArray) -> tuple[ByteArray, IntArray, ByteArray]:
    """Pack the gaps of non-empty lists with bounds `at`; returns the bytes, each list's end offset, and its width."""
    starts, counts = at[:-1], np.diff(at)
    escapes = [np.add.reduceat(gap // _largest(width), starts, dtype=np.intp) for width in (1, 2)]
    sizes = [counts + escapes[0], 2 * (counts + escapes[1]), _NO_ESCAPE * counts]
    choice, nbytes = np.argmin(sizes, axis=0), np.min(sizes, axis=0)
    ends = np.cumsum(nbytes)
    out = np.empty(int(ends[-1]), dtype=np.uint8)
    for number, width in enumerate(_UNITS):
        chosen = choice == number
        if chosen.any():
            out[np.repeat(chosen, nbytes)] = _units(gap[np.repeat(chosen, counts)], width)
    return out, ends, np.array([*_UNITS], dtype=np.uint8)[choice]


def _largest(width: int) -> int:
    """The unit that means that the gap continues."""
    return int(256**width - 1)


def _units(gap: AnyInts, width: int) -> ByteArray:
    """The bytes of gaps in units of one width."""
    units = gap.astype(_UNITS[width])
    over = np.flatnonzero(gap >= _largest(width)) if width != _NO_ESCAPE else ()
    if len(over):
        escapes, units[over] = np.divmod(gap[over], _largest(width))
        units = np.insert(units, np.repeat(over, escapes), _largest(width))
    return units.view(np.uint8)


def unpack(data: ByteArray, width: int, count: int) -> IntArray:
    """The numbers of one list of `count` gaps."""
    units = data.view(_UNITS[width])
    # Widening the numbers first and summing in place is faster than sums of a wider type.
    sums: IntArray = units.astype(np.intp)
    np.add.accumulate(sums, out=sums)
    return sums if len(units) == count else sums[units != 256**width - 1]


def unpack_lists(
    data: ByteArray, widths: ByteArray, nbytes: IntArray, counts: IntArray
) -> Iterator[tuple[IntArray, BoolArray | None]]:
    """Unpack many lists, given each list's width, number of bytes and number of entries.

    Yields, for each width, the concatenated numbers of the lists with that width, and a mask that selects these lists.
    The mask is None if all lists have the same width.
    """
    for width in _UNITS:
        chosen = widths == width
        lists = np.count_nonzero(chosen)
        if lists == len(widths):
            yield _unpack_width(data, width, nbytes, counts), None
        elif lists:
            own = data[chosen.repeat(nbytes)]
            yield _unpack_width(own, width, nbytes[chosen], counts[chosen]), chosen


def _unpack_width(data: ByteArray, width: int, nbytes: IntArray, counts: IntArray) -> IntArray:
    units = data.view(_UNITS[width])
    sums: IntArray = units.astype(np.intp)
    np.add.accumulate(sums, out=sums)
    before = np.zeros(len(counts), dtype=np.intp)
    before[1:] = sums[np.add.accumulate(nbytes[:-1]) // width - 1]
    before = before.repeat(counts)
    if len(sums) > len(before):
        sums = sums[units != 256**width - 1]
    sums -= before
    return sums


def pack_bytes(gap: AnyInts, at: IntArray) -> tuple[ByteArray, IntArray]:
    """Pack gaps in one-byte units; also returns the byte offset of each gap whose number is in `at`."""
    over = np.flatnonzero(gap >= _largest(1))
    escapes = bounds(gap[over] // _largest(1))
    return _units(gap, 1), at + escapes[np.searchsorted(over, at)]


def gap_ends(data: ByteArray) -> IntArray:
    """The end offset of each gap packed in one-byte units, in bytes."""
    return np.flatnonzero(data != 255) + 1


def slices(starts: IntArray, lengths: IntArray) -> IntArray:
    """The concatenated indexes of several slices: `starts[i]`, `starts[i] + 1`, …, `lengths[i]` of them."""
    at = bounds(lengths)
    result = np.ones(int(at[-1]), dtype=np.intp)
    filled = np.flatnonzero(lengths)
    if len(filled):
        first, last = starts[filled], starts[filled] + lengths[filled] - 1
        result[at[filled]] = first
        result[at[filled[1:]]] -= last[:-1]
        np.cumsum(result, out=result)
    return result
