"""The names of days, weeks, months and years in the language of the reader, whole and short."""

from datetime import date
from functools import lru_cache

from newsarchive.arabic.date_format import Language, format_month
from newsarchive.arabic.months import ENGLISH
from newsarchive.research.periods import Per, Period, period_of
from newsarchive.web.interface import Interface

_ABBREVIATED = 3


@lru_cache(maxsize=4096)
def period_name(period: Period, language: Language) -> str:
    """The name of a period as it is said: a day, "week of 14 April 2025", April 2025, 2025, "1990–1999"."""
    interface = Interface(language)
    match period.per:
        case Per.DAY:
            return interface.date(period.first)
        case Per.WEEK:
            return interface.text("period_week", date=interface.date(period.first))
        case Per.MONTH:
            return format_month(period.first.year, period.first.month, language)
        case Per.YEAR:
            return f"{period.first.year}"
        case _:
            return f"{period.first.year}–{period.last.year}"


def span_name(first: date, last: date, language: Language) -> str:
    """The days from one to another: "1 April 2025 to 3 May 2025". One day, month or year has its own name."""
    for per in (Per.DAY, Per.MONTH, Per.YEAR):
        period = period_of(first, per)
        if (period.first, period.last) == (first, last):
            return period_name(period, language)
    interface = Interface(language)
    return interface.text("period_span", first=interface.date(first), last=interface.date(last))


def tick_name(period: Period, language: Language) -> str:
    """A short name for the axis of a chart. In Arabic, months are numbers: every country has other names for them."""
    day = period.first
    if period.per not in (Per.DAY, Per.WEEK, Per.MONTH):
        return period_name(period, language)
    month = ENGLISH[day.month - 1][:_ABBREVIATED]
    if period.per is Per.MONTH:
        return f"{day.month}/{day.year}" if language == "ar" else f"{month} {day.year}"
    return f"{day.day}/{day.month}/{day.year}" if language == "ar" else f"{day.day} {month} {day.year}"
