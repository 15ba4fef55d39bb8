"""Gaps of a source: what is unusual depends on its rhythm at that time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.web.browsing.gaps import Gap, unusual_gaps

START = date(2020, 1, 1)


def days(*numbers: int) -> list[date]:
    return [START + timedelta(days=number) for number in numbers]


@given(st.integers(1, 40), st.integers(0, 80))
def test_a_regular_source_has_no_gaps(step: int, count: int) -> None:
    assert unusual_gaps(days(*range(0, step * count, step))) == []


@given(st.integers(1, 10), st.integers(8, 60), st.integers(8, 60), st.integers(4, 12))
def test_one_long_interval_is_a_gap(step: int, before: int, after: int, factor: int) -> None:
    length = step * factor
    first = days(*range(0, step * before, step))
    begin = step * (before - 1) + length + 1
    then = days(*range(begin, begin + step * after, step))
    gap = Gap(first[-1] + timedelta(days=1), then[0] - timedelta(days=1))
    assert unusual_gaps([*then, *first]) == [gap]
    assert gap.days == length


@given(st.sets(st.integers(0, 400), max_size=60), st.integers(-3000, 3000))
def test_gaps_have_no_articles_are_in_order_and_move_with_the_days(numbers: set[int], moved: int) -> None:
    found = unusual_gaps(days(*numbers))
    assert found == sorted(found, key=lambda gap: gap.first)
    for gap in found:
        inside = {gap.first + timedelta(days=number) for number in range(gap.days)}
        assert not inside & set(days(*numbers))
        assert gap.first - timedelta(days=1) in days(*numbers)
        assert gap.last + timedelta(days=1) in days(*numbers)
    shift = timedelta(days=moved)
    assert unusual_gaps(day + shift for day in days(*numbers)) == [
        Gap(gap.first + shift, gap.last + shift) for gap in found
    ]


def test_a_weekend_is_no_gap_and_a_change_of_rhythm_is_none_either() -> None:
    workdays = [number for number in range(200) if number % 7 < 5]
    assert unusual_gaps(days(*workdays)) == []
    assert unusual_gaps(days(*range(0, 280, 7), *range(280, 340))) == []


def test_two_gaps_near_each_other_are_both_found() -> None:
    found = unusual_gaps(days(*range(30), *range(50, 55), *range(80, 110)))
    assert [gap.days for gap in found] == [20, 25]


def test_nothing_can_be_said_of_few_days() -> None:
    assert unusual_gaps(days(0, 1, 2, 300)) == []
    assert unusual_gaps([]) == []
