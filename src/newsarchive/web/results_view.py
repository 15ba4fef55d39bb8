"""The content of the results page as plain data: filter chips, facets, sort orders and page links.

Templates only do the layout.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from newsarchive.export.format import ExportFormat
from newsarchive.i18n import LANGUAGES
from newsarchive.search import (
    Expansion,
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
from newsarchive.web.facet_view import FURTHER_PARTS, Facet, Option, shown_facets
from newsarchive.web.histogram import Histogram
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links, Varied
from newsarchive.web.params import DEFAULT_LIMIT, VIEWS, is_filtered, search_args

PAGE_SIZES = (10, 25, 50, 100)
"""The numbers of results per page that a page offers."""
_PAGES_AROUND = 2
_FORMS_SHOWN = 4
"""The most translations of a word that a page lists."""
_HEADINGS = {Sort.OLDEST: "oldest_articles", Sort.ARRIVED: "arrived_articles"}


class TranslatedRow(NamedTuple):
    """A word as typed, its translations with their links, and the link for the word as typed, if it was searched."""

    word: str
    forms: tuple[tuple[str, str], ...]
    literal: str | None


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, with the URL that removes it."""

    kind: str
    label: str
    address: str


class ResultsView:
    """A results page in one language. Without a query and filters it is the start page."""

    def __init__(self, results: SearchResults, links: Links, interface: Interface) -> None:
        self.results = results
        self.request = results.request
        self.links = links
        self._interface = interface

    @property
    def is_filtered(self) -> bool:
        """Whether the search has a filter."""
        return is_filtered(self.request)

    @cached_property
    def is_start(self) -> bool:
        """Whether this is the start page, which introduces the archive: no query and no filters."""
        return not search_args(self.request, limit=self.request.limit)

    @property
    def is_past_the_end(self) -> bool:
        """Whether the search has results, but none on this page."""
        return self.results.total > 0 and self.request.page > self.results.pages

    @cached_property
    def heading(self) -> str:
        """The page heading as plain text."""
        if self.request.text:
            return self._interface.text("results_for", query=self.request.text)
        if self.is_filtered:
            return self._interface.text("results_filtered")
        return self._interface.text(_HEADINGS.get(self.request.order, "newest_articles"))

    @cached_property
    def feed_title(self) -> str:
        """The title of the feed of this search."""
        return search_title(self.request, self._interface)

    @cached_property
    def downloads(self) -> tuple[tuple[ExportFormat, str], ...]:
        """The formats of exports, each with the URL of all results in it."""
        language = self._interface.language
        args = export_args(self.results, language if language != LANGUAGES[0] else self.links.language)
        return tuple(self.links.exports(current_slots().formats, args))

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
        for facet, part in FURTHER_PARTS.items():
            chosen = getattr(request, part)
            for value in chosen:
                label = self._interface.value(facet, value)
                yield self._chip(text(f"facet_{facet}"), label, **{part: _without(chosen, value)})
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

    @cached_property
    def _varied(self) -> Varied:
        """The URL of this search with other values of one parameter, on the first page."""
        return self.links.results_varied(self.request)

    def _option(self, label: str, parameter: str, values: Sequence[str], *, chosen: bool) -> Option:
        """The choice of a value of a parameter, without values for its default."""
        return Option(label, self._varied(parameter, values), chosen)

    def _on_page(self, page: int) -> str:
        return self._varied("page", () if page == 1 else (str(page),))

    @property
    def unfiltered(self) -> str:
        """The URL of the same search without filters."""
        nothing: dict[str, object] = dict.fromkeys(("sources", "topics", "sections", *FURTHER_PARTS.values()), ())
        return self._address(**nothing, topic_kind=TopicKind.ANY, date_from=None, date_to=None)

    @property
    def any_word(self) -> str:
        """The URL of the same search for any of its words."""
        return self._address(match=Match.ANY)

    @cached_property
    def expansions(self) -> tuple[tuple[Expansion, str], ...]:
        """The query expansions, each with the URL of the search without it."""
        return tuple((found, self._address(text=found.exact_query)) for found in self.results.expansions)

    @property
    def translations(self) -> tuple[TranslatedRow, ...]:
        """The translated words, each with links to the searches for only one of the translations."""
        match = Match.ANY if self.is_any_enough else self.request.match
        return tuple(
            TranslatedRow(
                found.word,
                tuple((form.text, self._address(text=form.query, match=match)) for form in found.forms[:_FORMS_SHOWN]),
                self._address(text=found.query, match=match) if found.is_searched else None,
            )
            for found in self.results.translations
        )

    @property
    def untranslated(self) -> str:
        """The URL of the same search without translation."""
        return self._address(translate=False)

    @property
    def translated(self) -> str | None:
        """The URL of the same search with translation, if it was turned off."""
        return None if self.request.translate else self._address(translate=True)

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

    @cached_property
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
        label = self._interface.text(key, **self._interface.days(first, last))
        return Option(label, self._address(text="", date_from=first, date_to=last), chosen=False)

    @property
    def first_page(self) -> str:
        """The URL of the first page of the same search."""
        return self._address()

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """The facets of the results, without those that have nothing to choose."""
        return shown_facets(self.results, self.links, self._varied, self._interface)

    @cached_property
    def histogram(self) -> Histogram | None:
        """When the results were published; None if that is a single day, or unknown."""
        histogram = Histogram(self.results, self.links, self._interface)
        return None if histogram.says_nothing else histogram

    @property
    def topic_kinds(self) -> tuple[Option, ...]:
        """The choice between all topics, given ones and assigned ones. Empty if the results have only one kind."""
        counted, assigned = self.results.facets.topic, self.results.facets.assigned
        is_mixed = bool(assigned) and any(count > assigned.get(topic, 0) for topic, count in counted.items())
        if not is_mixed and self.request.topic_kind is TopicKind.ANY:
            return ()
        return tuple(
            self._option(
                self._interface.text(f"topics_{kind}"),
                "topics",
                () if kind is TopicKind.ANY else (kind.value,),
                chosen=kind is self.request.topic_kind,
            )
            for kind in TopicKind
        )

    @property
    def orders(self) -> tuple[Option, ...]:
        """The sort orders to choose from. "Best match" requires a query."""
        orders = tuple(Sort) if self.request.text else (Sort.NEWEST, Sort.OLDEST, Sort.ARRIVED)
        request = self.request
        default = request.order if request.sort is None else replace(request, sort=None).order
        return tuple(
            self._option(
                self._interface.text(f"sort_{order}"),
                "sort",
                () if order is default else (order.value,),
                chosen=order is self.request.order,
            )
            for order in orders
        )

    @property
    def is_any_enough(self) -> bool:
        """Whether the articles may lack some of the words: as chosen, or because the words were translated."""
        return self.request.match is Match.ANY or Notice.TRANSLATED_ANY in self.results.notices

    @cached_property
    def matches(self) -> tuple[Option, ...]:
        """The choice between matching all words and any word. Empty for a single word."""
        if len(self.request.text.split()) < 2:
            return ()
        return tuple(
            self._option(
                self._interface.text(f"match_{match}"),
                "match",
                () if match is Match.ALL and not self.results.translations else (match.value,),
                chosen=(match is Match.ANY) is self.is_any_enough,
            )
            for match in Match
        )

    @property
    def folds(self) -> tuple[Option, ...]:
        """The choice between all articles, and one of each group of copies or of each story."""
        return tuple(
            self._option(
                self._interface.text(f"fold_{fold or 'none'}"),
                "fold",
                (fold.value,) if fold else (),
                chosen=fold is self.request.fold,
            )
            for fold in (None, *Fold)
        )

    @cached_property
    def sizes(self) -> tuple[Option, ...]:
        """The choice of how many results a page has. Empty if all of them are on the smallest page."""
        if self.results.total <= PAGE_SIZES[0]:
            return ()
        sizes = sorted({*PAGE_SIZES, self.request.limit})
        return tuple(
            self._option(
                self._interface.number(size),
                "limit",
                () if size == DEFAULT_LIMIT else (str(size),),
                chosen=size == self.request.limit,
            )
            for size in sizes
        )

    @property
    def views(self) -> tuple[Option, ...]:
        """The choice between a full and a compact list."""
        return tuple(
            Option(
                self._interface.text(f"view_{view}"),
                self.links.results_in_view(compact=compact),
                compact is self.links.compact,
            )
            for view, compact in zip(VIEWS, (False, True), strict=True)
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

    @cached_property
    def previous_page(self) -> str | None:
        """The URL of the previous page, or None."""
        page = self.request.page
        return self._on_page(page - 1) if 1 < page <= self.results.pages else None

    @cached_property
    def next_page(self) -> str | None:
        """The URL of the next page, or None."""
        page = self.request.page
        return self._on_page(page + 1) if page < self.results.pages else None

    @property
    def page_links(self) -> tuple[Option | None, ...]:
        """Links to the first and last page and the pages around this one. None marks a gap."""
        links: list[Option | None] = []
        before = 0
        for page in _pages_to_show(self.request.page, self.results.pages):
            if page > before + 1:
                links.append(None)
            label = self._interface.number(page)
            links.append(Option(label, self._on_page(page), page == self.request.page))
            before = page
        return tuple(links)


def _without(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)


def _pages_to_show(page: int, pages: int) -> list[int]:
    around = range(max(1, page - _PAGES_AROUND), min(pages, page + _PAGES_AROUND) + 1)
    shown = sorted({1, pages, *around})
    # A gap takes as much room as the one page that it would stand for.
    single = (before + 1 for before, after in pairwise(shown) if after == before + 2)
    return sorted({*shown, *single})


def search_title(asked: SearchRequest, interface: Interface) -> str:
    """The site title with the query and filters: `أرشيف الأخبار: «غزة»، الجزيرة، اقتصاد`."""
    searched = search_in_words(asked, interface)
    return interface.site_title + (f": {searched}" if searched else "")


def search_in_words(asked: SearchRequest, interface: Interface) -> str:
    """The query and the filters: `«غزة»، الجزيرة، اقتصاد`. Empty if all articles are asked for."""
    days = (("date_since", asked.date_from), ("date_until", asked.date_to))
    parts = [
        *([interface.text("quoted", text=asked.text)] if asked.text else ()),
        *(interface.source(source) for source in asked.sources),
        *(interface.topic(topic) for topic in (*asked.topics, *asked.sections)),
        *(interface.value(facet, name) for facet, part in FURTHER_PARTS.items() for name in getattr(asked, part)),
        *([interface.text(f"topics_{asked.topic_kind}")] if asked.topic_kind is not TopicKind.ANY else ()),
        *(interface.text(key, date=interface.date(day)) for key, day in days if day),
    ]
    return interface.text("comma").join(parts)
