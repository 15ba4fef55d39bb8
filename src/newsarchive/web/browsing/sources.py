"""The sources of the archive, and the page of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from flask import render_template, request

from newsarchive.arabic.names import name_key
from newsarchive.search import Facet, SearchRequest, SearchResults, Spread, parse_period
from newsarchive.web.browsing.bars import Months
from newsarchive.web.browsing.blueprint import blueprint, missing
from newsarchive.web.browsing.gaps import Gap, unusual_gaps
from newsarchive.web.browsing.heat import YearRow, year_rows
from newsarchive.web.browsing.name_list import NameList, own_args
from newsarchive.web.browsing.rows import Name, Row, Wanted, bars_of, span_of
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.facet_view import Option
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.period_names import span_name

_PER_PAGE = 100
_TOPICS = 10
_GAPS = 20
_SIMILAR = 5


@blueprint.get("/sources")
def sources() -> str:
    """All sources, with the number and the span of their articles."""
    interface, wanted = current_interface(), Wanted.of(request.args)
    links = Links(SearchRequest(), chosen_language(), own=dict(own_args(wanted.has, wanted.order, page=wanted.page)))
    spreads = current_library().spreads(SearchRequest(), Facet.SOURCE)
    span = Months.of(month for spread in spreads.values() for month in spread.months)

    def row(name: Name) -> Row:
        asked, spread = SearchRequest(sources=(name.value,)), spreads[name.value]
        return Row(
            name.label,
            source_address(name.value, links),
            spread.total,
            links.results(asked),
            links.feed_of("feeds.rss", asked),
            span_of(spread, interface),
            bars_of(spread, span, interface),
        )

    names = [Name(value, interface.source(value), spread.total) for value, spread in spreads.items()]
    view = NameList("sources", names, wanted, row, links, interface, size=_PER_PAGE)
    return render_template("names.html", view=view, links=links)


def source_address(name: str, links: Links) -> str:
    """The URL of the page of a source. Of a name that no path can have, the search for its articles."""
    if any(part in ("", ".", "..") for part in name.split("/")):
        return links.results(SearchRequest(sources=(name,)))
    return links.place("browsing.source", source=name)


# A name may have two slashes in a row.
@blueprint.get("/sources/<path:source>", merge_slashes=False)
def source(source: str) -> str | tuple[str, int]:
    """One source: its names, its span, its gaps, its months, its topics and its newest articles."""
    library, interface = current_library(), current_interface()
    results = library.search(SearchRequest(sources=(source,)))
    if not results.total:
        return _unknown(source)
    days = library.count_days(SearchRequest(sources=(source,)))
    links = Links(SearchRequest(), chosen_language())
    view = SourceView(results, days, links, interface, library.tables.sources.names(results.request.sources[0]))
    return render_template("source.html", view=view, links=links, span_name=span_name)


def _unknown(source: str) -> tuple[str, int]:
    """The page for a source that the archive doesn't have, with similar ones."""
    interface, links = current_interface(), Links(SearchRequest(), chosen_language())
    labels = {name_key(interface.source(name)): name for name in current_library().count(SearchRequest()).facets.source}
    key = name_key(source)
    similar = [one for one in labels if key and (key in one or one in key)] + get_close_matches(key, labels, _SIMILAR)
    offers = [(interface.source(labels[one]), source_address(labels[one], links)) for one in dict.fromkeys(similar)]
    return missing(
        interface.text("source_unknown"),
        interface.text("source_unknown_text" if offers else "source_unknown_alone", name=source[:100]),
        [*offers[:_SIMILAR], (interface.text("sources_all"), links.place("browsing.sources"))],
    )


class SourceView:
    """The page of a source. `days` has its numbers of articles by day."""

    def __init__(
        self,
        results: SearchResults,
        days: Mapping[date, int],
        links: Links,
        interface: Interface,
        names: Sequence[str],
    ) -> None:
        self.results = results
        self.request = results.request
        self.name = results.request.sources[0]
        self.label = interface.source(self.name)
        self.other_names = tuple(one for one in dict.fromkeys((self.name, *names)) if one != self.label)
        self._days = days
        self._links = links
        self._interface = interface
        months: Counter[str] = Counter()
        for day, count in days.items():
            months[day.isoformat()[:7]] += count
        self.months = dict(sorted(months.items()))

    @property
    def articles(self) -> str:
        """The URL of the search for its articles."""
        return self._links.results(self._asked())

    def _asked(self, **change: object) -> SearchRequest:
        return SearchRequest(sources=(self.name,), **change)  # type: ignore[arg-type]

    def feed(self, endpoint: str) -> str:
        """The URL of its feed."""
        return self._links.feed_of(endpoint, self._asked())

    @property
    def spread(self) -> Spread:
        """How its articles spread over time."""
        return Spread(self.results.total, min(self._days, default=None), max(self._days, default=None), self.months)

    @property
    def span(self) -> str:
        """The first and the last day in words."""
        return span_of(self.spread, self._interface)

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return self.results.total - sum(self._days.values())

    @property
    def bars(self) -> str:
        """The months as bars."""
        return bars_of(self.spread, Months.of(self.months), self._interface, most=120)

    @property
    def years(self) -> tuple[YearRow, ...]:
        """The table of its years and months."""
        return year_rows(self.months)

    def period(self, period: str) -> str:
        """The URL of its articles of a month or year."""
        first, last = parse_period(period)
        return self._links.results(self._asked(date_from=first, date_to=last))

    @property
    def gaps(self) -> list[Gap]:
        """Its longest unusual gaps, the latest first."""
        longest = sorted(unusual_gaps(self._days), key=lambda gap: -gap.days)[:_GAPS]
        return sorted(longest, key=lambda gap: gap.first, reverse=True)

    @property
    def topics(self) -> tuple[Option, ...]:
        """Its commonest topics."""
        counted = list(self.results.facets.topic.items())[:_TOPICS]
        return tuple(
            Option(
                self._interface.topic(topic),
                self._links.results(self._asked(topics=(topic,))),
                chosen=False,
                count=count,
            )
            for topic, count in counted
        )
