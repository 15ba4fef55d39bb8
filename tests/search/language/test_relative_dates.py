"""Dates relative to today, on the days where calendars are hard."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import folded_name
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.language.date_ranges import days_of, looks_like_date, parse_date_range
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
        ("2025-04-21", "الليلة الماضية", "2025-04-20", "2025-04-20"),
        ("2025-04-21", "نهار أمس", "2025-04-20", "2025-04-20"),
        ("2025-04-21", "هذا الصباح", "2025-04-21", "2025-04-21"),
        ("2025-04-21", "بين أمس واليوم", "2025-04-20", "2025-04-21"),
        # Numerals
        ("2025-04-21", "آخر سبعة أيام", "2025-04-15", "2025-04-21"),
        ("2025-04-21", "last three days", "2025-04-19", "2025-04-21"),
        ("2025-04-21", "two days ago", "2025-04-19", "2025-04-19"),
        ("2025-04-21", "a week ago", "2025-04-14", "2025-04-14"),
        ("2025-04-21", "قبل ثلاث سنوات", "2022-04-21", "2022-04-21"),
        ("2025-04-21", "منذ عشرة أيام", "2025-04-11", "2025-04-21"),
        ("2025-04-21", "الأيام السبعة الماضية", "2025-04-15", "2025-04-21"),
        ("2025-04-21", "الشهرين الأخيرين", "2025-02-22", "2025-04-21"),
        # Weekdays: 21 April 2025 is a Monday
        ("2025-04-21", "الاثنين", "2025-04-21", "2025-04-21"),
        ("2025-04-21", "الاثنين الماضي", "2025-04-14", "2025-04-14"),
        ("2025-04-21", "last monday", "2025-04-14", "2025-04-14"),
        ("2025-04-21", "يوم الجمعة", "2025-04-18", "2025-04-18"),
        ("2025-04-21", "الجمعة الماضية", "2025-04-18", "2025-04-18"),
        ("2025-04-21", "tuesday", "2025-04-15", "2025-04-15"),
        # Parts of a day
        ("2025-04-21", "صباح اليوم", "2025-04-21", "2025-04-21"),
        ("2025-04-21", "ليلة أمس", "2025-04-20", "2025-04-20"),
        ("2025-04-21", "last night", "2025-04-20", "2025-04-20"),
        ("2025-04-21", "yesterday morning", "2025-04-20", "2025-04-20"),
    ],
)
def test_periods(today: str, text: str, first: str, last: str) -> None:
    period = date.fromisoformat(first), date.fromisoformat(last)
    assert parse_date_range(text, date.fromisoformat(today)) == period


@pytest.mark.parametrize(
    "text",
    [
        "غدا",
        "tomorrow",
        "الأسبوع القادم",
        "next week",
        "آخر 0 أيام",
        "آخر 3 يومين",
        "أيام",
        "last",
        "آخر أيام",
        "الأيام الماضية",
        "past weeks",
        "last wek",
        "الجمعة القادمة",
        "next monday",
        "آخر كم يوم",
        "صباح",
    ],
)
def test_other_times_are_no_dates(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse_date_range(text, date(2025, 4, 21))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("الأسبوع القادم", True),
        ("الأسبوغ الماضي", True),
        ("last wek", True),
        ("next week", True),
        ("this decade", True),
        ("غدا", True),
        ("31 فبراير 2025", True),
        ("القمح", False),
        ("قريبا القمح", False),
        ("2026-02-30 القمح", False),
        ("2026-13 اليوم", False),
        ("سنة القمح", False),
        ("لا يوجد", False),
    ],
)
def test_what_was_meant_as_a_date(text: str, is_one: bool) -> None:
    assert looks_like_date(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_offered"),
    [
        ("الجمعة", True),
        ("Sunday", True),
        ("يوم أحد", True),
        ("عام 2018", True),
        ("3/2018", True),
        ("صباح اليوم", True),
        ("أحد", False),
        ("sun", False),
        ("خميس", False),
        ("عام", False),
        ("في", False),
        ("اليوم السابع", False),
        ("mon", False),
        ("2018", False),
        ("أمس القمح", False),
    ],
)
def test_a_query_that_is_only_a_date(text: str, is_offered: bool) -> None:
    assert (days_of(text, date(2025, 4, 21)) is not None) is is_offered


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
