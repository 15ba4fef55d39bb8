from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.i18n import Formats
from newsarchive.i18n.formats import MonthNames
from newsarchive.research.periods import Per, Period
from newsarchive.web.interface import Interface
from newsarchive.web.line_chart import apart, pieces, place, scale, time_ticks
from newsarchive.web.period_names import tick_name


@given(st.integers(0, 10**9))
def test_a_scale_of_counts_is_short_and_has_only_whole_numbers(highest: int) -> None:
    values = scale(highest, whole=True)
    assert values[0] == 0
    assert values[-1] >= highest
    assert 2 <= len(values) <= 7
    assert all(value == int(value) for value in values)
    assert len({after - before for before, after in pairwise(values)}) == 1


@given(st.just(0.0) | st.floats(1e-7, 1))
def test_a_scale_of_shares_reaches_the_highest(highest: float) -> None:
    values = scale(highest, whole=False)
    assert values[-1] >= highest * (1 - 1e-9)
    assert 2 <= len(values) <= 7


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_labels_do_not_cover_each_other_and_keep_their_order(places: list[float]) -> None:
    moved = apart(places)
    order = sorted(range(len(places)), key=lambda number: places[number])
    for before, after in pairwise(order):
        assert moved[after] - moved[before] >= 7 - 1e-6
    if len(places) == 1:
        assert moved == pytest.approx(places)


@given(st.integers(1, 500), st.booleans())
def test_the_axis_of_time_has_its_ends(count: int, mirrored: bool) -> None:
    labels = [str(number) for number in range(count)]
    ticks = time_ticks(labels, mirrored=mirrored)
    assert (ticks[0].label, ticks[-1].label) == (labels[0], labels[-1])
    assert len(ticks) == min(count, 5)
    if count > 1:
        assert (ticks[0].at, ticks[-1].at) == (("100%", "0%") if mirrored else ("0%", "100%"))
        assert (ticks[0].anchor, ticks[-1].anchor) == ("start", "end")


def test_a_line_is_mirrored_and_interrupted() -> None:
    assert pieces([0, 10], 10, mirrored=False) == ("0,1000 1000,0",)
    assert pieces([0, 10], 10, mirrored=True) == ("1000,1000 0,0",)
    assert pieces([None, 1, None], 10, mirrored=True) == ()
    assert place(0, 1, mirrored=True) == "50%"


@pytest.mark.parametrize(
    ("language", "months", "per", "name"),
    [
        ("ar", "both", Per.DAY, "1 أبريل 2025"),
        ("ar", "both", Per.MONTH, "أبريل 2025"),
        ("ar", "levant", Per.MONTH, "نيسان 2025"),
        ("ar", "maghreb", Per.WEEK, "1 أفريل 2025"),
        ("en", "levant", Per.DAY, "1 Apr 2025"),
        ("en", "both", Per.YEAR, "2025"),
    ],
)
def test_an_axis_names_months_in_the_language_of_the_page(
    language: str, months: MonthNames, per: Per, name: str
) -> None:
    first = date(2025, 1, 1) if per is Per.YEAR else date(2025, 4, 1)
    assert tick_name(Period(first, first, per), Interface(language, formats=Formats(months))) == name
