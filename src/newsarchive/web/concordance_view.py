"""A page of a concordance: occurrences of the words of a query, one below another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from newsarchive.i18n import Language
from newsarchive.library import Library
from newsarchive.search import ConcordanceLine, Neighbour, SearchRequest
from newsarchive.web.interface import Interface
from newsarchive.web.links import address
from newsarchive.web.params import page_args

MOST_ARTICLES = 500
"""The number of articles that a page reads; the command line reads all."""
LINES = 50
"""The number of lines on a page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An order to choose: its URL and label, and whether it is the current one."""

    address: str
    label: str
    chosen: bool


class ConcordanceView:
    """The lines of one page, with what is around them.

    `by` is what the lines are sorted by; None is the order of the articles.
    """

    def __init__(
        self,
        library: Library,
        request: SearchRequest,
        by: Neighbour | None,
        language: Language | None,
        interface: Interface,
    ) -> None:
        found = library.concordance(request, MOST_ARTICLES)
        self.has_words = found.has_words
        self.articles = found.listing.total
        self.read = len(found.listing.ids)
        self._lines = list(found.lines()) if found.has_words else []
        if by is not None:
            self._lines.sort(key=lambda line: line.key(by))
        self.by = by
        self._request = request
        self._language = language
        self._interface = interface

    @property
    def total(self) -> int:
        """The number of occurrences in the articles that were read."""
        return len(self._lines)

    @cached_property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // LINES))

    @property
    def page(self) -> int:
        """The number of this page; the last one for a number that is too high."""
        return min(self._request.page, self.pages)

    @property
    def lines(self) -> Sequence[ConcordanceLine]:
        """The lines of this page."""
        return self._lines[(self.page - 1) * LINES : self.page * LINES]

    @property
    def orders(self) -> list[Choice]:
        """The orders to choose from."""
        return [
            Choice(self._address(by, 1), self._interface.text(f"concordance_{by or 'articles'}"), by is self.by)
            for by in (None, *Neighbour)
        ]

    @property
    def previous_page(self) -> str | None:
        """The URL of the page before this one."""
        return self._address(self.by, self.page - 1) if self.page > 1 else None

    @property
    def next_page(self) -> str | None:
        """The URL of the next page."""
        return self._address(self.by, self.page + 1) if self.page < self.pages else None

    def _address(self, by: Neighbour | None, page: int) -> str:
        args = {name: values for name, values in page_args(self._request, self._language).items() if name != "page"}
        args |= {"by": [by.value]} if by else {}
        args |= {"page": [str(page)]} if page > 1 else {}
        return address("concordance.page", args)
