"""The content of the results page as plain data: filter chips, facets, sort orders and page links.

Templates only do the layout.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from newsarchive.export.format import ExportFormat
from newsarchive.search import (
    Expansion,
    FacetCounts,
    Fold,
    Hit,
    Match,
    Notice,
    SearchRequest,
    SearchResults,
    Sort,
)
from newsarchive.topics import TopicKind
from newsarchive.web.export_params import export_args
from newsarchive.web.export_slots import current_slots
from newsarchive.web.histogram import Histogram
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.messages import LANGUAGES
from newsarchive.web.params import DEFAULT_LIMIT, is_filtered, search_args

FACET_VALUES_AT_FIRST = 8
"""The number of facet values shown above the "show more" list."""
MAX_FACET_VALUES = 50
"""The number of facet values on a page, not counting selected ones: each is a link that repeats the whole search."""
_PAGES_AROUND = 2
_HEADINGS = {Sort.OLDEST: "oldest_articles", Sort.ARRIVED: "arrived_articles"}
_Describe = Callable[[str], tuple[str, str]]
"""Facet value -> its label, and the URL that adds or removes the filter."""


@dataclass(frozen=True, slots=True)
class Option:
    """One link in a list of choices."""

    label: str
    address: str
    chosen: bool
    count: int = 0
    assigned: int = 0
    """How many of `count` have a topic by assignment."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, with the URL that removes it."""

    kind: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: the values shown at first, including all selected ones, the next ones, and how many are left out."""

    name: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]
    left_out: int = 0


class ResultsView:
    """A results page in one language. Without a query and filters it is the start page."""

    def __init__(self, results: SearchResults, links: Links, interface: Interface) -> None:
        self.results = results
        self.request = results.request
        self.links = links
        self._interface = interface

    @property
    def is_filtered(self) -> bool:
        """Whether the search has a filter by source, topic, section or date."""
        return is_filtered(self.request)

    @property
    def is_start(self) -> bool:
        """Whether this is the start page, which introduces the archive: no query and no filters."""
        return not search_args(replace(self.request, limit=DEFAULT_LIMIT))

    @property
    def is_past_the_end(self) -> bool:
        """Whether the search has results, but none on this page."""
        return self.results.total > 0 and self.request.page > self.results.pages

    @property
    def heading(self) -> str:
        """The page heading as plain text."""
        if self.request.text:
            return self._interface.text("results_for", query=self.request.text)
        if self.is_filtered:
            return self._interface.text("results_filtered")
        return self._interface.text(_HEADINGS.get(self.request.order, "newest_articles"))

    @property
    def feed_title(self) -> str:
        """The title of the feed of this search."""
        return search_title(self.request, self._interface)

    @cached_property
    def downloads(self) -> tuple[tuple[ExportFormat, str], ...]:
        """The formats of exports, each with the URL of all results in it."""
        language = self._interface.language
        args = export_args(self.results, language if language != LANGUAGES[0] else self.links.language)
        return tuple((form, self.links.export(form, args)) for form in current_slots().formats)

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """All active filters."""
        return tuple(self._chips())

    def _chips(self) -> Iterator[Chip]:
        text, request = self._interface.text, self.request
        for source in request.sources:
            yield self._chip(
                text("facet_source"), self._interface.source(source), sources=_without(request.sources, source)
            )
        for topic in request.topics:
            yield self._chip(text("facet_topic"), self._interface.topic(topic), topics=_without(request.topics, topic))
        for section in request.sections:
            yield self._chip(
                text("facet_section"), self._interface.topic(section), sections=_without(request.sections, section)
            )
        if request.topic_kind is not TopicKind.ANY:
            yield self._chip(text("facet_topic"), text(f"topics_{request.topic_kind}"), topic_kind=TopicKind.ANY)
        if request.date_from:
            day = self._interface.date(request.date_from)
            yield self._chip(text("facet_date"), text("date_since", date=day), date_from=None)
        if request.date_to:
            day = self._interface.date(request.date_to)
            yield self._chip(text("facet_date"), text("date_until", date=day), date_to=None)

    def _chip(self, kind: str, label: str, **change: object) -> Chip:
        return Chip(kind, label, self._address(**change))

    def _address(self, **change: object) -> str:
        return self.links.results(replace(self.request, **{"page": 1, **change}))  # type: ignore[arg-type]

    @property
    def unfiltered(self) -> str:
        """The URL of the same search without filters."""
        return self._address(sources=(), topics=(), sections=(), topic_kind=TopicKind.ANY, date_from=None, date_to=None)

    @property
    def any_word(self) -> str:
        """The URL of the same search for any of its words."""
        return self._address(match=Match.ANY)

    @property
    def expansions(self) -> tuple[tuple[Expansion, str], ...]:
        """The query expansions, each with the URL of the search without it."""
        return tuple((found, self._address(text=found.exact_query)) for found in self.results.expansions)

    @property
    def notices(self) -> tuple[tuple[Markup, str | None], ...]:
        """The texts of the notices, each with the URL of the search that is read the other way, or None."""
        others = {notice: self._address(text=query) for notice, query in self.results.other_readings.items()}
        if self.request.looser:
            others |= dict.fromkeys((Notice.PARTS_APART, Notice.ANY_INSTEAD_OF_ALL), self.exact)
        results = self.results
        return tuple((self._interface.notice(results, notice), others.get(notice)) for notice in results.notices)

    @property
    def exact(self) -> str:
        """The URL of the same search without looser readings."""
        return self._address(looser=False)

    @property
    def suggested(self) -> str | None:
        """The URL of the search with corrected spelling, or None."""
        suggestion = self.results.suggestion
        return None if suggestion is None else self._address(text=suggestion)

    @property
    def days(self) -> Option | None:
        """For a query that is nothing but a date, a link to the articles published then."""
        if self.results.dates is None:
            return None
        first, last = self.results.dates
        key = "days_one" if first == last else "days_many"
        label = self._interface.text(key, first=self._interface.date(first), last=self._interface.date(last))
        return Option(label, self._address(text="", date_from=first, date_to=last), chosen=False)

    @property
    def first_page(self) -> str:
        """The URL of the first page of the same search."""
        return self._address()

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """The facets of sources, topics and sections, without empty ones."""
        request, facets = self.request, self.results.facets
        source = _facet(
            "source",
            facets.source,
            request.sources,
            lambda value: (self._interface.source(value), self._address(sources=_toggled(request.sources, value))),
        )
        topic = _facet(
            "topic",
            facets.topic,
            request.topics,
            lambda value: (self._interface.topic(value), self._address(topics=_toggled(request.topics, value))),
            # Where all of them are assigned, the numbers would only be repeated.
            {} if request.topic_kind is TopicKind.ASSIGNED else facets.assigned,
        )
        section = _facet(
            "section",
            facets.section,
            request.sections,
            lambda value: (self._interface.topic(value), self._address(sections=_toggled(request.sections, value))),
        )
        return tuple(facet for facet in (source, topic, section) if facet.options)

    @cached_property
    def histogram(self) -> Histogram | None:
        """When the results were published; None if none of them has a date."""
        histogram = Histogram(self.results, self.links, self._interface)
        return None if histogram.is_empty else histogram

    @property
    def topic_kinds(self) -> tuple[Option, ...]:
        """The choice between all topics, given ones and assigned ones. Empty if the results have only one kind."""
        counted, assigned = self.results.facets.topic, self.results.facets.assigned
        is_mixed = bool(assigned) and any(count > assigned.get(topic, 0) for topic, count in counted.items())
        if not is_mixed and self.request.topic_kind is TopicKind.ANY:
            return ()
        return tuple(
            Option(
                self._interface.text(f"topics_{kind}"), self._address(topic_kind=kind), kind is self.request.topic_kind
            )
            for kind in TopicKind
        )

    @property
    def orders(self) -> tuple[Option, ...]:
        """The sort orders to choose from. "Best match" requires a query."""
        orders = tuple(Sort) if self.request.text else (Sort.NEWEST, Sort.OLDEST, Sort.ARRIVED)
        default = replace(self.request, sort=None).order
        return tuple(
            Option(
                self._interface.text(f"sort_{order}"),
                self._address(sort=None if order is default else order),
                order is self.request.order,
            )
            for order in orders
        )

    @property
    def matches(self) -> tuple[Option, ...]:
        """The choice between matching all words and any word. Empty for a single word."""
        if len(self.request.text.split()) < 2:
            return ()
        return tuple(
            Option(self._interface.text(f"match_{match}"), self._address(match=match), match is self.request.match)
            for match in Match
        )

    @property
    def folds(self) -> tuple[Option, ...]:
        """The choice between all articles, and one of each group of copies or of each story."""
        return tuple(
            Option(self._interface.text(f"fold_{fold or 'none'}"), self._address(fold=fold), fold is self.request.fold)
            for fold in (None, *Fold)
        )

    def others(self, hit: Hit) -> Option | None:
        """For a hit that stands for its group, how many other articles are in it, with a link to them."""
        if hit.folded is None:
            return None
        count = self._interface.count
        is_same = hit.folded.is_one_source and hit.folded.sources and hit.article.source
        sources = self._interface.text("from_same_source") if is_same else count("from_sources", hit.folded.sources)
        label = f"{count('others', hit.folded.others)} {sources}"
        address = (
            self.links.story(hit.folded.group)
            if self.request.fold is Fold.STORIES
            else self.links.article(hit.article.id) + "#copies"
        )
        return Option(label, address, chosen=False)

    @property
    def previous_page(self) -> str | None:
        """The URL of the previous page, or None."""
        page = self.request.page
        return self._address(page=page - 1) if 1 < page <= self.results.pages else None

    @property
    def next_page(self) -> str | None:
        """The URL of the next page, or None."""
        page = self.request.page
        return self._address(page=page + 1) if page < self.results.pages else None

    @property
    def page_links(self) -> tuple[Option | None, ...]:
        """Links to the first and last page and the pages around this one. None marks a gap."""
        links: list[Option | None] = []
        before = 0
        for page in _pages_to_show(self.request.page, self.results.pages):
            if page > before + 1:
                links.append(None)
            label = self._interface.number(page)
            links.append(Option(label, self._address(page=page), page == self.request.page))
            before = page
        return tuple(links)


def _facet(
    name: str, counted: FacetCounts, chosen: tuple[str, ...], describe: _Describe, assigned: FacetCounts | None = None
) -> Facet:
    frequent = list(counted)[:MAX_FACET_VALUES]
    values = [*frequent, *(value for value in chosen if value not in frequent)]
    at_first = {*values[:FACET_VALUES_AT_FIRST], *chosen}

    def options(shown: bool) -> tuple[Option, ...]:
        return tuple(
            Option(
                *describe(value),
                chosen=value in chosen,
                count=counted.get(value, 0),
                assigned=(assigned or {}).get(value, 0),
            )
            for value in values
            if (value in at_first) is shown
        )

    return Facet(name, options(True), options(False), len({*counted, *chosen}) - len(values))


def _without(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return _without(values, value) if value in values else (*values, value)


def _pages_to_show(page: int, pages: int) -> list[int]:
    around = range(max(1, page - _PAGES_AROUND), min(pages, page + _PAGES_AROUND) + 1)
    return sorted({1, pages, *around})


def search_title(asked: SearchRequest, interface: Interface) -> str:
    """The site title with the query and filters: `أرشيف الأخبار: «غزة»، الجزيرة، اقتصاد`."""
    days = (("date_since", asked.date_from), ("date_until", asked.date_to))
    parts = [
        *([interface.text("quoted", text=asked.text)] if asked.text else ()),
        *(interface.source(source) for source in asked.sources),
        *(interface.topic(topic) for topic in (*asked.topics, *asked.sections)),
        *([interface.text(f"topics_{asked.topic_kind}")] if asked.topic_kind is not TopicKind.ANY else ()),
        *(interface.text(key, date=interface.date(day)) for key, day in days if day),
    ]
    return interface.site_title + (f": {interface.text('comma').join(parts)}" if parts else "")
