"""Addresses of this archive's pages and feeds, for texts that leave the server."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.article import Article
from newsarchive.search import SearchRequest, Sort
from newsarchive.site_url import SiteUrl
from newsarchive.syndication import absolute_uri
from newsarchive.web.links import subscription
from newsarchive.web.params import search_args

UNSUBSCRIBE = "unsubscribe"
"""The path of the addresses for unsubscribing."""


class SiteLinks:
    """The addresses of a site. Without its public address, those that need it are empty."""

    def __init__(self, site: SiteUrl | None) -> None:
        self.site = site
        self.start = str(site) if site else ""

    def results(self, search: SavedSearch, request: SearchRequest) -> str:
        """The page with all that a search finds, the latest arrivals first."""
        args = search_args(subscription(request), search.language) | {"sort": [Sort.ARRIVED.value]}
        return self._of("search", args)

    def feed(self, search: SavedSearch, request: SearchRequest) -> str:
        """The feed of a search."""
        return self._of("feed.xml", search_args(subscription(request), search.language))

    def feed_path(self, search: SavedSearch, request: SearchRequest) -> str:
        """The feed of a search, without the host if the site has no public address."""
        return self.feed(search, request) or f"/feed.xml{_query(search_args(subscription(request), search.language))}"

    def article(self, article: Article) -> str:
        """The page of an article in this archive."""
        return self.site.article(article.id) if self.site else ""

    def unsubscribe(self, token: str) -> str:
        """The page on which one recipient unsubscribes from one search."""
        return f"{self.start}{UNSUBSCRIBE}/{token}" if self.start else ""

    def _of(self, path: str, args: Mapping[str, Sequence[str]]) -> str:
        return f"{self.start}{path}{_query(args)}" if self.start else ""


def _query(args: Mapping[str, Sequence[str]]) -> str:
    return f"?{urlencode(args, doseq=True)}" if args else ""


def publisher_page(article: Article) -> str:
    """The page of an article at its publisher; empty if it is unknown."""
    return absolute_uri(article.url)
