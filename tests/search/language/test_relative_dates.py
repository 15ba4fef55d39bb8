"""Dates relative to today, on the days where calendars are hard."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import folded_name
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.language.date_ranges import days_of, parse_date_range
from newsarchive.search.language.relative_dates import may_be_relative, relative_period

days = st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31))


@pytest.mark.parametrize(
    ("today", "text", "first", "last"),
    [
        ("2024-03-01", "أمس", "2024-02-29", "2024-02-29"),
        ("2025-01-01", "last month", "2024-12-01", "2024-12-31"),
        ("2025-01-01", "last year", "2024-01-01", "2024-12-31"),
        ("2025-04-19", "هذا الأسبوع", "2025-04-19", "2025-04-25"),  # a Saturday
        ("2025-04-18", "هذا الأسبوع", "2025-04-12", "2025-04-18"),  # a Friday
        ("2025-04-18", "الأسبوع الفائت", "2025-04-05", "2025-04-11"),
        ("2025-03-31", "آخر شهر", "2025-03-01", "2025-03-31"),
        ("2024-02-29", "آخر سنة", "2023-03-01", "2024-02-29"),
        ("2025-03-31", "قبل شهر", "2025-02-28", "2025-02-28"),
        ("2025-04-21", "آخر يومين", "2025-04-20", "2025-04-21"),
        ("2025-04-21", "آخر ٣ أسابيع", "2025-04-01", "2025-04-21"),
        ("2025-04-21", "منذ أسبوعين", "2025-04-07", "2025-04-21"),
    ],
)
def test_periods(today: str, text: str, first: str, last: str) -> None:
    period = date.fromisoformat(first), date.fromisoformat(last)
    assert parse_date_range(text, date.fromisoformat(today)) == period


@pytest.mark.parametrize(
    "text", ["غدا", "tomorrow", "الأسبوع القادم", "next week", "آخر 0 أيام", "آخر 3 يومين", "أيام", "last"]
)
def test_other_times_are_no_dates(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse_date_range(text, date(2025, 4, 21))


def test_nothing_is_relative_without_today() -> None:
    with pytest.raises(QuerySyntaxError):
        parse_date_range("أمس")


@given(days, st.sampled_from(["أمس", "هذا الأسبوع", "الشهر الماضي", "this year", "آخر 7 أيام", "قبل يومين"]))
def test_every_period_is_in_order_and_near_today(today: date, text: str) -> None:
    period = relative_period(folded_name(text), today)
    assert period is not None
    first, last = period
    assert first <= last
    assert abs(last - today) <= timedelta(days=366)
    assert may_be_relative(folded_name(text))
    assert days_of(text, today) == period


@given(days, st.text(max_size=30))
def test_any_text_is_a_date_or_not(today: date, text: str) -> None:
    days_of(text, today)


def test_more_years_than_there_are_is_no_date() -> None:
    with pytest.raises(QuerySyntaxError):
        parse_date_range("آخر 9999 سنة", date(2025, 4, 21))
