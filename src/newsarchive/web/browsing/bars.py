"""Numbers of articles by month or by day as bars, in SVG that needs no style and no script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

_HEIGHT = 24
_STEP = 4
_BAR = 3
_WIDTH = 18
"""The widest bar with its gap, in CSS pixels."""
_MOST = 48
"""The most bars: of a longer span, each bar has several months."""
_SVG = Markup(
    '<svg class="spark" role="img" aria-label="{}" width="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">'
    '<path d="{}"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Months:
    """The months from the first to the last, both inclusive, as numbers since the year 0."""

    first: int
    last: int

    @classmethod
    def of(cls, names: Iterable[str]) -> "Months | None":
        """The months between the first and the last of some months, `YYYY-MM`; None if there are none."""
        numbers = [_number(name) for name in names]
        return cls(min(numbers), max(numbers)) if numbers else None


def bars(counts: Mapping[str, int], span: Months | None, label: str, *, most: int = _MOST) -> Markup:
    """The bars of counts by month, `YYYY-MM`, over a span. `label` says in words what they show."""
    if span is None or not counts:
        return Markup("")
    return _drawn({_number(name): count for name, count in counts.items()}, span.first, span.last, label, most)


def bars_of_days(counts: Mapping[date, int], label: str, *, most: int = _MOST) -> Markup:
    """The bars of counts by day, from the first to the last. Empty for a single day, which has no shape."""
    if len(counts) < 2:
        return Markup("")
    numbers = {day.toordinal(): count for day, count in counts.items()}
    return _drawn(numbers, min(numbers), max(numbers), label, most)


def _drawn(counts: Mapping[int, int], first: int, last: int, label: str, most: int) -> Markup:
    """The bars of counts by number, from the first number to the last, which are put together to at most `most`."""
    together = -(-(last - first + 1) // most)
    heights = [0] * (-(-(last - first + 1) // together))
    for number, count in counts.items():
        if first <= number <= last:
            heights[(number - first) // together] += count
    highest = max(*heights, 1)
    path = "".join(
        f"M{place * _STEP} {_HEIGHT}v-{max(1, round(height * _HEIGHT / highest))}h{_BAR}V{_HEIGHT}z"
        for place, height in enumerate(heights)
        if height
    )
    return _SVG.format(label, len(heights) * _WIDTH, len(heights) * _STEP - _STEP + _BAR, _HEIGHT, path)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
