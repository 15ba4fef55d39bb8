from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.research.periods import Per, Period, count_by, fitting, period_of, periods, place

PERS = st.sampled_from(list(Per))
SPANS = st.tuples(st.dates(), st.integers(0, 3_000)).map(
    lambda span: (span[0], date.fromordinal(min(span[0].toordinal() + span[1], date.max.toordinal())))
)


@given(SPANS, PERS)
def test_every_day_is_in_exactly_one_period(span: tuple[date, date], per: Per) -> None:
    first, last = span
    listed = list(periods(first, last, per))
    assert listed[0].first <= first
    assert last <= listed[-1].last
    for before, after in pairwise(listed):
        assert after.first - before.last == timedelta(days=1)
    assert len({period.key for period in listed}) == len(listed)
    for day in (first, last, listed[len(listed) // 2].first, listed[len(listed) // 2].last):
        if first <= day <= last:
            assert [number for number, one in enumerate(listed) if one.first <= day <= one.last] == [
                place(first, day, per)
            ]
            assert listed[place(first, day, per)] == period_of(day, per)


@given(st.dictionaries(st.dates(), st.integers(1, 50), max_size=40), PERS)
def test_the_counts_of_periods_add_up_to_those_of_the_days(days: Mapping[date, int], per: Per) -> None:
    counted = count_by(per, days)
    assert sum(counted.values()) == sum(days.values())
    for period, count in counted.items():
        assert count == sum(number for day, number in days.items() if period.first <= day <= period.last)


@given(st.dates())
def test_weeks_are_those_of_iso_8601(day: date) -> None:
    week = period_of(day, Per.WEEK)
    assert week.first.weekday() == 0
    year, number, _ = day.isocalendar()
    assert week.key == f"{year:04}-W{number:02}"
    assert (week.last - week.first).days == 6 or week.last == date.max


@given(SPANS)
def test_periods_are_as_short_as_fits(span: tuple[date, date]) -> None:
    most = {Per.DAY: 30, Per.WEEK: 20, Per.MONTH: 24, Per.YEAR: 8, Per.DECADE: 9}
    per = fitting(*span, most)
    kinds = list(Per)
    if per is not Per.CENTURY:
        assert len(list(periods(*span, per))) <= most[per]
    for shorter in kinds[: kinds.index(per)]:
        assert place(*span, shorter) + 1 > most[shorter]


@pytest.mark.parametrize(
    ("per", "key", "first", "last"),
    [
        (Per.DAY, "2024-02-29", (2024, 2, 29), (2024, 2, 29)),
        (Per.WEEK, "2024-W09", (2024, 2, 26), (2024, 3, 3)),
        (Per.MONTH, "2024-02", (2024, 2, 1), (2024, 2, 29)),
        (Per.YEAR, "2024", (2024, 1, 1), (2024, 12, 31)),
        (Per.DECADE, "2020/2029", (2020, 1, 1), (2029, 12, 31)),
        (Per.CENTURY, "2000/2099", (2000, 1, 1), (2099, 12, 31)),
    ],
)
def test_periods_have_names_for_programs(
    per: Per, key: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    period = period_of(date(2024, 2, 29), per)
    assert period == Period(date(*first), date(*last), per)
    assert period.key == key


@pytest.mark.parametrize("per", list(Per))
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_in_periods(per: Per, day: date) -> None:
    period = period_of(day, per)
    assert period.first <= day <= period.last
    assert list(periods(day, day, per)) == [period]
