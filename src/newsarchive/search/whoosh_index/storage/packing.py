"""Rising whole numbers in few bytes, many lists at a time, without a loop in Python.

A list is stored as its gaps: the first number, then the difference to the number before. A gap is a little-endian
unit of one or two bytes; the largest unit, 255 or 65,535, adds itself to the gap and says that the gap goes on.
So a running sum over the units, taken where a gap ends, gives the numbers back. Where gaps are wide, the units
have four bytes and every gap is one unit. Each list has the width that makes it shortest.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]
"""Of `numpy.intp`: what numpy indexes with at no cost."""
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
AnyInts = npt.NDArray[Any]
"""Whole numbers of any type."""

_UNITS: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_NO_ESCAPE = 4
"""Bytes of the unit that holds any gap: numbers are below 2**32."""


def bounds(lengths: AnyInts) -> IntArray:
    """Where lists of these lengths, one behind the other, start; with one entry more, where the last one ends."""
    result = np.zeros(len(lengths) + 1, dtype=np.intp)
    np.add.accumulate(lengths, out=result[1:])
    return result


def smallest(array: AnyInts) -> AnyInts:
    """The same numbers in the smallest unsigned type that holds the last, or largest, of them."""
    top = int(array.max()) if len(array) else 0
    return array.astype(np.min_scalar_type(top), copy=False)


def stable_order(numbers: AnyInts, count: int) -> IntArray:
    """The order that sorts numbers below `count`, equal ones as they stand."""
    # numpy sorts numbers of 16 bits by counting them: twice that takes a quarter of the time of one sort of the whole.
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    if count <= 1 << 16:
        return order
    above = (numbers >> 16).astype(np.min_scalar_type((count - 1) >> 16))
    return order[np.argsort(above[order], kind="stable")]


def gaps(numbers: AnyInts, starts: IntArray) -> AnyInts:
    """Numbers of non-empty lists, rising within each, as gaps; `starts` is where each list starts."""
    result = np.empty_like(numbers)
    np.subtract(numbers[1:], numbers[:-1], out=result[1:])
    result[starts] = numbers[starts]
    return result


def pack(gap: AnyInts, at: IntArray) -> tuple[ByteArray, IntArray, ByteArray]:
    """Gaps of non-empty lists, with `bounds` `at`: their bytes, where each list's bytes end, each list's width."""
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
    """The unit that says that the gap goes on."""
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
    # Wide numbers first, then sums in their place: quicker than sums that widen as they go.
    sums: IntArray = units.astype(np.intp)
    np.add.accumulate(sums, out=sums)
    return sums if len(units) == count else sums[units != 256**width - 1]


def unpack_lists(
    data: ByteArray, widths: ByteArray, nbytes: IntArray, counts: IntArray
) -> Iterator[tuple[IntArray, BoolArray | None]]:
    """The numbers of many lists; for each list its width, how many bytes and how many numbers it has.

    Those of all lists of one width come together, list by list, with a mask of which lists these are, or None for all.
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
    """Gaps in units of one byte; and, for the numbers of gaps in `at`, how many bytes stand before them."""
    over = np.flatnonzero(gap >= _largest(1))
    escapes = bounds(gap[over] // _largest(1))
    return _units(gap, 1), at + escapes[np.searchsorted(over, at)]


def gap_ends(data: ByteArray) -> IntArray:
    """Where, in bytes, each gap of units of one byte ends."""
    return np.flatnonzero(data != 255) + 1


def slices(starts: IntArray, lengths: IntArray) -> IntArray:
    """The indexes of several runs, one behind the other: `starts[i]`, `starts[i] + 1`, … `lengths[i]` times."""
    at = bounds(lengths)
    result = np.ones(int(at[-1]), dtype=np.intp)
    filled = np.flatnonzero(lengths)
    if len(filled):
        first, last = starts[filled], starts[filled] + lengths[filled] - 1
        result[at[filled]] = first
        result[at[filled[1:]]] -= last[:-1]
        np.cumsum(result, out=result)
    return result
