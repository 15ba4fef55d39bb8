"""All values of a facet for a search, to choose several of them."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, render_template, request

from newsarchive.search import FURTHER_FACETS, Facet, FacetCounts
from newsarchive.web.browsing.blueprint import blueprint
from newsarchive.web.browsing.name_list import own_args
from newsarchive.web.browsing.rows import Name, Wanted, page_of, pages_of
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.facet_view import Option, chosen_values
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.parameter_values import MAX_VALUES
from newsarchive.web.params import NAME_ORDERS, is_compact, parse_page_search
from newsarchive.web.results_view import search_in_words

_PER_PAGE = 200


@blueprint.get("/facets/<facet>")
def facet(facet: str) -> str:
    """The values of a facet, with the numbers of articles that the search has with each."""
    if facet not in set(Facet):
        abort(404)
    kind, library = Facet(facet), current_library()
    wanted = Wanted.of(request.args)
    asked = replace(parse_page_search(request.args, library.tables), page=1)
    counted = library.count(asked, [kind] if kind in FURTHER_FACETS else [])
    links = Links(
        replace(counted.request, sort=asked.sort, limit=asked.limit, looser=asked.looser, fold=asked.fold),
        chosen_language(),
        own=dict(own_args(wanted.has, wanted.order, page=wanted.page)),
        compact=is_compact(request.args),
    )
    view = FacetPage(kind, counted.facets.of(kind), counted.facets.assigned, wanted, links, current_interface())
    return render_template("facet.html", view=view, links=links, most=MAX_VALUES)


class FacetPage:
    """The values of a facet that a request wants to see."""

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        kind: Facet,
        counted: FacetCounts,
        assigned: FacetCounts,
        wanted: Wanted,
        links: Links,
        interface: Interface,
    ) -> None:
        self.kind = kind
        self.wanted = wanted
        self.chosen = chosen_values(links.request, kind)
        self._links = links
        self._interface = interface
        self._assigned = assigned if kind is Facet.TOPIC else {}
        counts = {**dict.fromkeys(self.chosen, 0), **counted}
        names = [Name(value, interface.value(kind, value), counts[value]) for value in {**counted, **counts}]
        self._found = wanted.matching(names)
        self.pages = pages_of(len(self._found), _PER_PAGE)
        self.shown: Sequence[Name] = page_of(self._found, wanted.page, _PER_PAGE)

    @property
    def total(self) -> int:
        """The number of values that the filter leaves."""
        return len(self._found)

    def assigned(self, name: Name) -> int:
        """How many articles have a topic by assignment."""
        return self._assigned.get(name.value, 0)

    @property
    def results(self) -> str:
        """The URL of the results."""
        return self._links.results(self._links.request)

    @property
    def of_search(self) -> str:
        """The search whose values these are, in words; empty for all articles."""
        return search_in_words(self._links.request, self._interface)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields of the form that keep the search, with the chosen values that this page doesn't show."""
        shown = {one.value for one in self.shown}
        kept = self._links.hidden_fields(self.kind.value)
        return [*kept, *((self.kind.value, value) for value in self.chosen if value not in shown)]

    @property
    def orders(self) -> tuple[Option, ...]:
        """The choice between the orders."""
        return tuple(
            Option(self._interface.text(f"list_{order}"), self.address(order=order), order == self.wanted.order)
            for order in NAME_ORDERS
        )

    @property
    def whole(self) -> str:
        """The URL of the list without a filter."""
        return self._links.of_search("browsing.facet", facet=self.kind.value)

    @property
    def previous_page(self) -> str | None:
        """The URL of the page before this one."""
        return self.address(page=self.wanted.page - 1) if 1 < self.wanted.page <= self.pages else None

    @property
    def next_page(self) -> str | None:
        """The URL of the page after this one."""
        return self.address(page=self.wanted.page + 1) if self.wanted.page < self.pages else None

    def address(self, *, order: str | None = None, page: int = 1) -> str:
        """The URL of this list in another order, or of another page."""
        own = own_args(self.wanted.has, order or self.wanted.order, page=page)
        return self._links.of_search("browsing.facet", own, facet=self.kind.value)
