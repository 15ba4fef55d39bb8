"""The facets of a page of results: the commonest values, with links that add or remove a filter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from markupsafe import Markup, escape

from newsarchive.search import Facet as Kind
from newsarchive.search import SearchRequest, SearchResults
from newsarchive.topics import TopicKind
from newsarchive.web.interface import Interface
from newsarchive.web.links import Around, Links, Varied, escaped_parameter
from newsarchive.web.markup import escaped_lines, name

FACET_VALUES_AT_FIRST = 10
"""The number of values of a facet on a page of results. All of them are on the page of the facet."""
_MOST_KEPT = 512
_LONGEST_KEPT = 300
"""Each of up to 40 values repeats the address of the search: with short ones, all these are a few megabytes."""
FURTHER_PARTS = {Kind.AUTHOR: "authors", Kind.PUBLISHER: "publishers", Kind.LANGUAGE: "languages"}
"""The parts of a request that filter by the further facets."""
PARTS = {Kind.SOURCE: "sources", Kind.TOPIC: "topics", Kind.SECTION: "sections", **FURTHER_PARTS}
"""The parts of a request that filter by each facet, in the order of the page."""


@dataclass(slots=True)
class Option:
    """One link in a list of choices."""

    label: str
    address: str
    chosen: bool
    count: int = 0
    assigned: int = 0
    """How many of `count` have a topic by assignment."""


class Facet:
    """A facet: its commonest values with all selected ones, how many there are, and the page with all of them.

    `listed` has the values with their counts, and how many of those are assigned. `all` is an empty string if there are
    no others.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        kind: Kind,
        listed: tuple[tuple[str, int, int], ...],
        chosen: tuple[str, ...],
        values: int,
        all_of_them: str,
        around: Around,
        interface: Interface,
    ) -> None:
        self.name = str(kind)
        self.values = values
        self.all = all_of_them
        self.is_chosen = bool(chosen)
        self._kind = kind
        self._listed = listed
        self._chosen = chosen
        self._around = around
        self._interface = interface

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The values as links that add or remove the filter."""
        label = self._interface.labels_of(self._kind)
        return tuple(
            Option(label(value), self._address(value), value in self._chosen, count, assigned)
            for value, count, assigned in self._listed
        )

    def _address(self, value: str) -> str:
        return self._around.address(self.name, _toggled(self._chosen, value))

    @cached_property
    def items(self) -> Markup:
        """The values as HTML, each with its count; the chosen ones are links that remove the filter."""
        number, kind, interface = self._interface.number, self._kind, self._interface
        remove = f'<span class="quiet">{escape(interface.text("filter_remove"))}: </span>'
        items = [
            f'<li><a href="{address}" rel="nofollow"{chosen}>{remove if chosen else ""}'
            f'{_label(kind, value, interface)} <span class="n">{number(count)}</span>'
            f"{self._note(assigned)}</a></li>\n"
            for (value, count, assigned), (address, chosen) in zip(self._listed, self._escaped(), strict=True)
        ]
        return Markup("".join(items))  # noqa: S704 (all pieces are escaped)

    def _escaped(self) -> Iterator[tuple[str, str]]:
        """The address of each value as HTML, and the attribute that a chosen one has."""
        if not self._chosen:
            before, after = escaped_lines((self._around.before, self._around.after))
            for value, _, _ in self._listed:
                yield f"{before}{escaped_parameter(self.name, value)}{after}", ""
        else:
            for value, _, _ in self._listed:
                yield escape(self._address(value)), ' aria-current="true"' if value in self._chosen else ""

    def _note(self, assigned: int) -> str:
        if not assigned:
            return ""
        count = self._interface.text("facet_assigned", count=self._interface.number(assigned))
        return f' <span class="assigned">{escape(count)}</span>'


def shown_facets(results: SearchResults, links: Links, addresses: Varied, interface: Interface) -> tuple[Facet, ...]:
    """The facets of results, without those that have nothing to choose.

    `addresses` makes the URLs of the results with other values of one filter.
    """
    facets = (_facet(kind, results, links, addresses, interface) for kind in PARTS)
    # All articles are in one language in most archives.
    return tuple(facet for facet in facets if facet.values > (facet.name == Kind.LANGUAGE) or facet.is_chosen)


def _facet(kind: Kind, results: SearchResults, links: Links, addresses: Varied, interface: Interface) -> Facet:
    request, counted, chosen = results.request, results.facets.of(kind), chosen_values(results.request, kind)
    values = list(dict.fromkeys((*islice(counted, FACET_VALUES_AT_FIRST), *chosen)))
    # Where all topics are assigned, the numbers would only be repeated.
    has_assigned = kind is Kind.TOPIC and request.topic_kind is not TopicKind.ASSIGNED
    assigned = results.facets.assigned if has_assigned else {}
    listed = tuple([(value, counted.get(value, 0), assigned.get(value, 0)) for value in values])
    number = len(counted) + sum(value not in counted for value in chosen)
    all_of_them = links.of_search("browsing.facet", facet=str(kind)) if number > len(values) else ""
    around = addresses.around(kind)
    make = _kept if len(around.before) + len(around.after) <= _LONGEST_KEPT else Facet
    return make(kind, listed, chosen, number, all_of_them, around, interface)


_kept = lru_cache(maxsize=_MOST_KEPT)(Facet)
"""Makes a facet once for all pages that have the same: those of a search."""


@lru_cache(maxsize=4096)
def _label(kind: Kind, value: str, interface: Interface) -> Markup:
    """The label of a value, of which a page has dozens."""
    return name(interface.value(kind, value), "label")


def chosen_values(request: SearchRequest, kind: Kind) -> tuple[str, ...]:
    """The values of a facet that a request filters by."""
    chosen: tuple[str, ...] = getattr(request, PARTS[kind])
    return chosen


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value) if value in values else (*values, value)
