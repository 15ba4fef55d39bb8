"""The names of days, weeks, months and years in the language of the reader, whole and short."""

from datetime import date
from functools import lru_cache

from newsarchive.i18n import Formats, Language
from newsarchive.research.periods import Per, Period, period_of
from newsarchive.web.interface import Interface


def period_name(period: Period, interface: Interface) -> str:
    """The name of a period as it is said: a day, "week of 14 April 2025", April 2025, 2025, "1990–1999"."""
    return _name(period, interface.language, interface.formats)


@lru_cache(maxsize=4096)
def _name(period: Period, language: Language, formats: Formats) -> str:
    interface = Interface(language, formats=formats)
    match period.per:
        case Per.DAY:
            return interface.date(period.first)
        case Per.WEEK:
            return interface.text("period_week", date=interface.date(period.first))
        case Per.MONTH:
            return interface.month(f"{period.first:%Y-%m}".zfill(7))
        case Per.YEAR:
            return interface.digits(period.first.year)
        case _:
            return interface.digits(f"{period.first.year}–{period.last.year}")


def span_name(first: date, last: date, interface: Interface) -> str:
    """The days from one to another: "1 April to 3 May 2025". One day, month or year has its own name."""
    for per in (Per.DAY, Per.MONTH, Per.YEAR):
        period = period_of(first, per)
        if (period.first, period.last) == (first, last):
            return period_name(period, interface)
    return interface.text("period_span", **interface.days(first, last))


def tick_name(period: Period, interface: Interface) -> str:
    """A short name for the axis of a chart: 14 Apr 2025, Apr 2025."""
    day = period.first
    if period.per not in (Per.DAY, Per.WEEK, Per.MONTH):
        return period_name(period, interface)
    month = f"{interface.short_month_name(day.month)} {interface.digits(day.year)}"
    return month if period.per is Per.MONTH else f"{interface.digits(day.day)} {month}"
