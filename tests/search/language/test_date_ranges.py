"""Date ranges: typed text, and the first and last day it stands for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.months import EGYPTIAN, ENGLISH, LEVANTINE
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.language.date_ranges import parse_date_range, parse_period
from tests.arabic.strategies import texts

PERIODS = [
    ("2025", "2025-01-01", "2025-12-31"),
    ("٢٠٢٥", "2025-01-01", "2025-12-31"),
    ("2025-04", "2025-04-01", "2025-04-30"),
    ("2025/4", "2025-04-01", "2025-04-30"),
    ("٢٠٢٤-٠٢", "2024-02-01", "2024-02-29"),
    ("2025-04-21", "2025-04-21", "2025-04-21"),
    ("2025/4/21", "2025-04-21", "2025-04-21"),
    ("  2025-04-21 ", "2025-04-21", "2025-04-21"),
    ("21/4/2025", "2025-04-21", "2025-04-21"),
    ("21 أبريل/نيسان 2025", "2025-04-21", "2025-04-21"),
    ("٢١ نيسان ٢٠٢٥", "2025-04-21", "2025-04-21"),
    ("21 April 2025", "2025-04-21", "2025-04-21"),
    ("2025-04-21T10:30", "2025-04-21", "2025-04-21"),
    ("أبريل 2025", "2025-04-01", "2025-04-30"),
    ("أبريل/نيسان 2025", "2025-04-01", "2025-04-30"),
    ("كانون الثاني / يناير 2020", "2020-01-01", "2020-01-31"),
    ("جانفي 2020", "2020-01-01", "2020-01-31"),
    ("April 2025", "2025-04-01", "2025-04-30"),
    # The Umm al-Qura calendar: Ramadan 1445 began on 11 March 2024, the year on 19 July 2023.
    ("1445", "2023-07-19", "2024-07-06"),
    ("1445-09", "2024-03-11", "2024-04-09"),
    ("رمضان 1445", "2024-03-11", "2024-04-09"),
    ("1445-09-01", "2024-03-11", "2024-03-11"),
    ("21 رمضان 1445", "2024-03-31", "2024-03-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), PERIODS)
def test_periods(text: str, first: str, last: str) -> None:
    assert parse_period(text) == (date.fromisoformat(first), date.fromisoformat(last))
    assert parse_date_range(text) == parse_period(text)


RANGES = [
    ("2025-04-01..2025-04-30", "2025-04-01", "2025-04-30"),
    ("2020..2022", "2020-01-01", "2022-12-31"),
    ("2020 .. 2022", "2020-01-01", "2022-12-31"),
    ("2020...2022", "2020-01-01", "2022-12-31"),
    ("2020…2022", "2020-01-01", "2022-12-31"),
    ("2020-2022", "2020-01-01", "2022-12-31"),
    ("2020 - 2022", "2020-01-01", "2022-12-31"),
    ("2020–2022", "2020-01-01", "2022-12-31"),
    ("٢٠٢٠..٢٠٢٢-٠٢", "2020-01-01", "2022-02-28"),
    ("يناير 2020 - مارس 2020", "2020-01-01", "2020-03-31"),
    ("من 2020 إلى 2022", "2020-01-01", "2022-12-31"),
    ("من أبريل 2025 حتى 3 مايو 2025", "2025-04-01", "2025-05-03"),
    ("from 2020-02 to 2020-03", "2020-02-01", "2020-03-31"),
    ("2020-05..2020-05", "2020-05-01", "2020-05-31"),
    ("2020..", "2020-01-01", None),
    ("..2020", None, "2020-12-31"),
    ("قبل 2020", None, "2019-12-31"),
    ("قبل أبريل 2025", None, "2025-03-31"),
    ("before 2020-03-01", None, "2020-02-29"),
    ("<2020", None, "2019-12-31"),
    ("بعد 2020", "2021-01-01", None),
    ("بَعْدَ ٢٠٢٠", "2021-01-01", None),
    ("After 2021-05", "2021-06-01", None),
    ("> 2021-05", "2021-06-01", None),
    ("منذ 2020", "2020-01-01", None),
    ("من 2020", "2020-01-01", None),
    (">=2020", "2020-01-01", None),
    ("حتى 2020", None, "2020-12-31"),
    ("until 2020", None, "2020-12-31"),
    ("<= 2020", None, "2020-12-31"),
    # What the start lacks is that of the end
    ("من 14 إلى 15 أبريل 2025", "2025-04-14", "2025-04-15"),
    ("14-15 أبريل 2025", "2025-04-14", "2025-04-15"),
    ("14..15 نيسان ٢٠٢٥", "2025-04-14", "2025-04-15"),
    ("1–5 أبريل 2025", "2025-04-01", "2025-04-05"),
    ("from 14 to 15 april 2025", "2025-04-14", "2025-04-15"),
    ("من 1 إلى 10 رمضان 1446", "2025-03-01", "2025-03-10"),
    ("من 1 مارس إلى 5 أبريل 2025", "2025-03-01", "2025-04-05"),
    ("من يناير إلى مارس 2025", "2025-01-01", "2025-03-31"),
    ("يناير-مارس 2025", "2025-01-01", "2025-03-31"),
    ("15 مارس - 20 أبريل 2025", "2025-03-15", "2025-04-20"),
    ("14-4-2025", "2025-04-14", "2025-04-14"),
    ("بين 14 و15 أبريل 2025", "2025-04-14", "2025-04-15"),
    ("بين نوفمبر وديسمبر 2024", "2024-11-01", "2024-12-31"),
    ("بين 2024 و 2025", "2024-01-01", "2025-12-31"),
    ("between 1 march and 5 april 2025", "2025-03-01", "2025-04-05"),
    ("منذ مطلع 2025", "2025-01-01", None),
    ("قبل بداية 2025", None, "2024-12-31"),
    ("since the beginning of march 2025", "2025-03-01", None),
    ("حتى نهاية 2024", None, "2024-12-31"),
    ("after the end of 2024", "2025-01-01", None),
]


@pytest.mark.parametrize(("text", "first", "last"), RANGES)
def test_ranges(text: str, first: str | None, last: str | None) -> None:
    expected = tuple(day and date.fromisoformat(day) for day in (first, last))
    assert parse_date_range(text) == expected


REFUSED = [
    *("", "..", "غدا", "قبل", "قبل غد", "2025-13", "2025-00", "2025-02-30", "0000", "20255", "25", "2019 2020"),
    *("2022..2020", "أبريل/أيار 2025", "رمضان 2025", "أبريل", "قبل 2020..2021", "2020..2021..2022", "after 9999"),
    *("من 14 إلى 45 أبريل 2025", "من 15 إلى 14 أبريل 2025", "كورونا-مارس 2025", "10-15"),
    *("بين 2024", "بين زيد ومارس 2025"),
    *("قبل 0001-01-01", "1445-13", "2025-04-21 مصر", "x" * 100_000, "من " * 50_000),
]


@pytest.mark.parametrize("text", REFUSED, ids=[text[:20] for text in REFUSED])
def test_invalid_dates_are_rejected(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse_date_range(text)


@given(st.dates(date(1501, 1, 1), date(9999, 12, 30)))
def test_before_and_after_a_day_exclude_only_that_day(day: date) -> None:
    assert parse_period(day.isoformat()) == (day, day)
    assert parse_date_range(f"{day}..{day}") == (day, day)
    assert parse_date_range(f"قبل {day}") == (None, day - timedelta(days=1))
    assert parse_date_range(f"بعد {day}") == (day + timedelta(days=1), None)


@given(st.integers(1501, 9999), st.integers(1, 12), st.sampled_from([EGYPTIAN, LEVANTINE, ENGLISH]))
def test_a_named_month_equals_the_numeric_month(year: int, month: int, names: tuple[str, ...]) -> None:
    assert parse_period(f"{names[month - 1]} {year}") == parse_period(f"{year}-{month:02d}")


@given(st.integers(1501, 9998))
def test_the_months_of_a_year_have_no_gaps(year: int) -> None:
    months = [parse_period(f"{year}-{month}") for month in range(1, 13)]
    assert (months[0][0], months[-1][1]) == parse_period(str(year))
    for (_, last), (first, _) in pairwise(months):
        assert first - last == timedelta(days=1)


@given(st.one_of(texts, st.text(st.sampled_from("0123456789-/.<> قبلمنإى")), st.from_regex(r"\d{4}-\d\d(-\d\d)?")))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    try:
        first, last = parse_date_range(text)
    except QuerySyntaxError:
        return
    assert first is not None or last is not None
    assert first is None or last is None or first <= last
