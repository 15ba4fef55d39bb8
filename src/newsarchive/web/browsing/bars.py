"""Numbers of articles by month as bars, in SVG that needs no style and no script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
    together = -(-(span.last - span.first + 1) // most)
    heights = [0] * (-(-(span.last - span.first + 1) // together))
    for name, count in counts.items():
        place = _number(name) - span.first
        if 0 <= place <= span.last - span.first:
            heights[place // together] += count
    highest = max(*heights, 1)
    path = "".join(
        f"M{place * _STEP} {_HEIGHT}v-{max(1, round(height * _HEIGHT / highest))}h{_BAR}V{_HEIGHT}z"
        for place, height in enumerate(heights)
        if height
    )
    return _SVG.format(label, len(heights) * _WIDTH, len(heights) * _STEP - _STEP + _BAR, _HEIGHT, path)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
