"""The facets of a page of results: the commonest values, with links that add or remove a filter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsarchive.search import Facet as Kind
from newsarchive.search import SearchRequest, SearchResults
from newsarchive.topics import TopicKind
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links

FACET_VALUES_AT_FIRST = 10
"""The number of values of a facet on a page of results. All of them are on the page of the facet."""
FURTHER_PARTS = {Kind.AUTHOR: "authors", Kind.PUBLISHER: "publishers", Kind.LANGUAGE: "languages"}
"""The parts of a request that filter by the further facets."""
PARTS = {Kind.SOURCE: "sources", Kind.TOPIC: "topics", Kind.SECTION: "sections", **FURTHER_PARTS}
"""The parts of a request that filter by each facet, in the order of the page."""


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
class Facet:
    """A facet: its commonest values with all selected ones, how many there are, and the page with all of them.

    `all` is an empty string if there are no others.
    """

    name: str
    options: tuple[Option, ...]
    values: int
    all: str = ""


def shown_facets(
    results: SearchResults, links: Links, address: Callable[[str, Sequence[str]], str], interface: Interface
) -> tuple[Facet, ...]:
    """The facets of results, without those that have nothing to choose.

    `address` returns the URL of the results with other values of one filter.
    """
    facets = (_facet(kind, results, links, address, interface) for kind in PARTS)
    # All articles are in one language in most archives.
    return tuple(
        facet
        for facet in facets
        if facet.values > (facet.name == Kind.LANGUAGE) or any(option.chosen for option in facet.options)
    )


def _facet(
    kind: Kind,
    results: SearchResults,
    links: Links,
    address: Callable[[str, Sequence[str]], str],
    interface: Interface,
) -> Facet:
    request, counted, chosen = results.request, results.facets.of(kind), chosen_values(results.request, kind)
    values = list(dict.fromkeys((*list(counted)[:FACET_VALUES_AT_FIRST], *chosen)))
    # Where all topics are assigned, the numbers would only be repeated.
    has_assigned = kind is Kind.TOPIC and request.topic_kind is not TopicKind.ASSIGNED
    assigned = results.facets.assigned if has_assigned else {}
    options = tuple(
        Option(
            interface.value(kind, value),
            address(kind.value, _toggled(chosen, value)),
            chosen=value in chosen,
            count=counted.get(value, 0),
            assigned=assigned.get(value, 0),
        )
        for value in values
    )
    number = len({*counted, *chosen})
    has_more = number > len(values)
    return Facet(kind, options, number, links.of_search("browsing.facet", facet=kind.value) if has_more else "")


def chosen_values(request: SearchRequest, kind: Kind) -> tuple[str, ...]:
    """The values of a facet that a request filters by."""
    chosen: tuple[str, ...] = getattr(request, PARTS[kind])
    return chosen


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value) if value in values else (*values, value)
