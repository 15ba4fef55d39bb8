"""The days of the archive, or of a search, as calendars: all years, one year, or one month."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from flask import render_template, request

from newsarchive.search import SearchRequest, parse_period
from newsarchive.web.browsing.blueprint import blueprint, missing
from newsarchive.web.browsing.heat import Cell, YearRow, weekdays, weeks, year_rows
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.params import parse_page_search
from newsarchive.web.results_view import search_in_words

_PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)


@blueprint.get("/days")
def days() -> str:
    """All years with their months, and the calendar of the last month."""
    links, counts = _counted()
    month = max(counts).isoformat()[:7] if counts else ""
    return render_template("days.html", view=DaysView(counts, "", month, links, current_interface()), links=links)


@blueprint.get("/days/<period>")
def days_of(period: str) -> str | tuple[str, int]:
    """The calendar of a month, or those of a year."""
    links, counts = _counted()
    interface = current_interface()
    view = DaysView(counts, period, period if len(period) > len("YYYY") else "", links, interface)
    if not _PERIOD.fullmatch(period) or not view.total:
        offers = [(interface.text("days_all"), links.of_search("browsing.days"))]
        if counts:
            offers.insert(0, (interface.month(max(counts).isoformat()), view.place(max(counts).isoformat()[:7])))
        return missing(interface.text("days_none"), interface.text("days_none_text", period=period[:100]), offers)
    return render_template("days.html", view=view, links=links)


def _counted() -> tuple[Links, Mapping[date, int]]:
    """The numbers of articles by day that a search finds, whatever its dates."""
    library = current_library()
    asked = replace(parse_page_search(request.args, library.tables), page=1, date_from=None, date_to=None)
    return Links(asked, chosen_language()), library.count_days(asked)


class DaysView:
    """A page of days: of a `period`, which is a month, a year, or empty for all; with the calendar of a `month`."""

    def __init__(self, counts: Mapping[date, int], period: str, month: str, links: Links, interface: Interface) -> None:
        self.period = period
        self.month = month
        self._counts = counts
        self._links = links
        self._interface = interface
        months: Counter[str] = Counter()
        for day, count in counts.items():
            months[day.isoformat()[:7]] += count
        self.months = dict(sorted(months.items()))

    @property
    def total(self) -> int:
        """The number of articles of the period."""
        return sum(count for month, count in self.months.items() if month.startswith(self.period))

    @property
    def heading(self) -> str:
        """The heading of the page."""
        if not self.period:
            return self._interface.text("days_page")
        return self.name(self.period)

    @property
    def of_search(self) -> str:
        """The search whose days these are, in words; empty for all articles."""
        return search_in_words(self._links.request, self._interface)

    @property
    def articles(self) -> str:
        """The URL of the articles of the period."""
        return self.address(self.period)

    @property
    def year(self) -> str:
        """The year of a month's page."""
        return self.period[:4] if self.month and self.period else ""

    @property
    def years(self) -> tuple[YearRow, ...]:
        """All years with their months."""
        return year_rows(self.months)

    @property
    def calendars(self) -> tuple[str, ...]:
        """The months of the page that have a calendar."""
        if self.month:
            return (self.month,)
        return tuple(f"{self.period}-{month:02}" for month in range(1, 13)) if self.period else ()

    def weeks(self, month: str) -> tuple[tuple[Cell | None, ...], ...]:
        """The weeks of a month."""
        return weeks(int(month[:4]), int(month[5:]), self._counts, self._interface.language, self._most)

    @cached_property
    def _most(self) -> int:
        """The largest number of articles on any day of the calendars."""
        shown = self.month or self.period
        return max((count for day, count in self._counts.items() if day.isoformat().startswith(shown)), default=0)

    @property
    def weekdays(self) -> tuple[tuple[str, str], ...]:
        """The weekdays in the order of a calendar: name and short form."""
        names = self._interface.weekdays("wide")
        short = self._interface.weekdays("narrow")
        language = self._interface.language
        return tuple(zip(weekdays(names, language), weekdays(short, language), strict=True))

    def address(self, period: str) -> str:
        """The URL of the articles of a day, a month or a year; of all days for an empty period."""
        return self._links.results(self._within(period))

    def feed(self, endpoint: str) -> str:
        """The URL of the feed of the articles of the period."""
        return self._links.feed_of(endpoint, self._within(self.period))

    def _within(self, period: str) -> SearchRequest:
        if not period:
            return self._links.request
        first, last = parse_period(period)
        return replace(self._links.request, date_from=first, date_to=last)

    def place(self, period: str) -> str:
        """The URL of the page of a month or a year."""
        return self._links.of_search("browsing.days_of", period=period)

    @property
    def everything(self) -> str:
        """The URL of the page with all years."""
        return self._links.of_search("browsing.days")

    @property
    def before(self) -> str:
        """The last month or year with articles before the period; empty if there is none."""
        return max((one for one in self._periods() if one < self.period), default="") if self.period else ""

    @property
    def after(self) -> str:
        """The next month or year with articles after the period; empty if there is none."""
        return min((one for one in self._periods() if one > self.period), default="") if self.period else ""

    def _periods(self) -> set[str]:
        return {month[: len(self.period)] for month in self.months}

    def name(self, period: str) -> str:
        """A month or year in words."""
        return self._interface.month(period) if len(period) > len("YYYY") else self._interface.digits(period)
