"""The copies of an article's text in other articles, as its page lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.sources import SourceTable
from newsarchive.stories.wire_credits import shared_credit
from newsarchive.web.comparison_view import in_order_of_publication
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links


@dataclass(frozen=True, slots=True)
class ListedCopy:
    """One copy: the article, the URLs of its page and of the comparison, and whether it was published first."""

    article: Article
    address: str
    comparison: str
    is_first: bool


class CopiesView:
    """The articles with nearly the same text as one article, in order of publication."""

    def __init__(self, article: Article, library: Library, links: Links, interface: Interface) -> None:
        ids = [copy.id for copy in library.groups.copies_of(article.id)]
        found = library.archive.get_many(ids)
        self._copies = [library.tables.renamed(found[one]) for one in ids if one in found]
        self._article = article
        self._sources: SourceTable = library.tables.sources
        self._links = links
        self._interface = interface

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._copies)

    def __iter__(self) -> Iterator[ListedCopy]:
        """The copies, the earliest first."""
        first = self._copies[0] if self._copies and self._precedes else None
        for copy in self._copies:
            comparison = url_for("pages.compare", article_id=self._article.id, other_id=copy.id)
            language = f"?lang={self._links.language}" if self._links.language else ""
            yield ListedCopy(copy, self._links.article(copy.id), comparison + language, copy is first)

    @property
    def _precedes(self) -> bool:
        """Whether the first copy was published before the article, if both dates are known."""
        first, own = self._copies[0], self._article
        known = first.published is not None and own.published is not None
        return known and in_order_of_publication(first) < in_order_of_publication(own)

    @cached_property
    def credit(self) -> str:
        """The source that the copies credit in common, else an empty string."""
        name = shared_credit((self._article, *self._copies), self._sources) if self._copies else ""
        return self._interface.source(name) if name else ""
