"""Where the lines, points and labels of a chart over time are. Templates only write them down.

Places are in percent of the chart, so that it fits any width and its labels stay as large as the text around it.
Time runs in the direction of the page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

UNITS = 1000
"""The width and height of the drawing of lines, which is stretched over the chart."""
_TICKS = 5
_TIME_TICKS = 5
_LABEL_HEIGHT = 7.0
"""The least distance between the labels at the ends of lines, in percent of the height."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point: where it is, from the left and from the top, what it says, and the URL of its articles, if any."""

    x: str
    y: str
    title: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line: the number of its style, its label and where that is, its pieces between gaps, and its points."""

    style: int
    label: str
    label_y: str
    pieces: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis, its place in percent, and, along the axis of time, how it is aligned there."""

    label: str
    at: str
    anchor: str = "start"


def percent(share: float) -> str:
    """A place: `33.33%`."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def scale(highest: float, *, whole: bool) -> list[float]:
    """Round values from 0 to at least the highest one; only whole numbers if they count something.

    >>> scale(13, whole=True), scale(0.031, whole=False)
    ([0, 5, 10, 15], [0.0, 0.01, 0.02, 0.03, 0.04])
    """
    if highest <= 0:
        highest = 1 if whole else 0.01
    rough = highest / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in _STEPS if size * one >= rough * (1 - 1e-9))
    if whole:
        step = max(1, math.ceil(step))
    return [round(number * step, 10) for number in range(math.ceil(highest / step - 1e-9) + 1)]


def time_ticks(labels: Sequence[str], *, mirrored: bool, most: int = _TIME_TICKS) -> list[Tick]:
    """The labels of some of the periods of a line, in the order of time: the first, the last, and some between."""
    count = len(labels)
    if count == 1:
        return [Tick(labels[0], "50%", "middle")]
    places = sorted({round(number * (count - 1) / (most - 1)) for number in range(most)})
    anchors = {0: "start", count - 1: "end"}
    return [Tick(labels[one], place(one, count, mirrored=mirrored), anchors.get(one, "middle")) for one in places]


def place(number: int, count: int, *, mirrored: bool) -> str:
    """Where the period with this number is, from the left. A single one is in the middle."""
    return percent(_share(number, count, mirrored=mirrored))


def pieces(values: Sequence[float | None], top: float, *, mirrored: bool) -> tuple[str, ...]:
    """The points of polylines through values, in the units of the drawing. None interrupts the line.

    >>> pieces([0, 5, None, 10, None, 1, 1], 10, mirrored=False)
    ('0,1000 167,500', '833,900 1000,900')
    """
    count = len(values)
    found: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            x, y = UNITS * _share(number, count, mirrored=mirrored), UNITS * (1 - value / top)
            found[-1].append(f"{x:.0f},{y:.0f}")
    return tuple(" ".join(points) for points in found if len(points) > 1)


def height(value: float, top: float) -> str:
    """Where a value is, from the top."""
    return percent(1 - value / top)


def apart(places: Sequence[float]) -> list[float]:
    """Places of labels in percent from the top, moved so far that none covers another, all within the chart.

    >>> apart([50, 52, 10])
    [47.5, 54.5, 10.0]
    """
    order = sorted(range(len(places)), key=lambda number: places[number])
    # Labels that are too close form a block around the middle of where they would be.
    blocks: list[list[int]] = []
    for number in order:
        blocks.append([number])
        while len(blocks) > 1 and _end(blocks[-2], places) > _begin(blocks[-1], places):
            last = blocks.pop()
            blocks[-1].extend(last)
    moved = [0.0] * len(places)
    for block in blocks:
        begin = _begin(block, places)
        for offset, number in enumerate(block):
            moved[number] = begin + _LABEL_HEIGHT / 2 + offset * _LABEL_HEIGHT
    return moved


def _begin(block: Sequence[int], places: Sequence[float]) -> float:
    middle = sum(places[number] for number in block) / len(block)
    return middle - len(block) * _LABEL_HEIGHT / 2


def _end(block: Sequence[int], places: Sequence[float]) -> float:
    return _begin(block, places) + len(block) * _LABEL_HEIGHT


def _share(number: int, count: int, *, mirrored: bool) -> float:
    share = number / (count - 1) if count > 1 else 0.5
    return 1 - share if mirrored else share
