"""`Digest`: what a planned digest tells now, without the articles that were withdrawn since."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo

from newsarchive.access import ANONYMOUS, Reader, Viewer
from newsarchive.access.tokens import TokenStore
from newsarchive.alerts.links import SiteLinks, publisher_page
from newsarchive.alerts.records import Items, PlannedDigest
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.article import Article
from newsarchive.errors import AccessError
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.syndication.feed import FeedItem


@dataclass(frozen=True, slots=True)
class DigestItem:
    """An article with its near copies in the same digest.

    `link` is its page at the publisher, else in the archive, and `page` that in the archive. Either may be empty.
    """

    article: Article
    copies: tuple[Article, ...]
    link: str
    page: str
    title: str
    lead: str
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """The items of a digest, the number of all of its articles, and where the others are.

    `articles` counts copies, too. `results` and `feed` are empty if the site has no public address.
    """

    search: SavedSearch
    request: SearchRequest
    items: tuple[DigestItem, ...]
    articles: int
    results: str
    feed: str
    zone: tzinfo

    @property
    def listed(self) -> int:
        """The number of articles in the items."""
        return sum(1 + len(item.copies) for item in self.items)

    @property
    def more(self) -> int:
        """The number of articles that the items leave out."""
        return self.articles - self.listed


class Digests:
    """Makes digests from the latest revisions in the archive, as far as who gets them may see these."""

    def __init__(self, library: Library, links: SiteLinks, zone: tzinfo) -> None:
        self._library = library
        self._links = links
        self._zone = zone
        self._tokens = TokenStore(library.archive.folder)

    def make(self, search: SavedSearch, planned: PlannedDigest) -> Digest | None:
        """The digest as it is to be sent now; None if all of its articles were withdrawn."""
        ids = [article_id for item in planned.items for article_id in item]
        found = self._library.seen_by(self._viewer(search)).archive.get_many(ids)
        items = tuple(self._items(search, planned.items, found))
        withdrawn = len(ids) - sum(1 + len(item.copies) for item in items)
        if not items:
            return None
        request = search.request(self._library.tables)
        return Digest(
            search,
            request,
            items,
            planned.articles - withdrawn,
            self._links.results(search, request),
            self._links.feed(search, request),
            search.zone or self._zone,
        )

    def _viewer(self, search: SavedSearch) -> Viewer:
        """Who a digest is for. Recipients are outside: without a good token, they see what everybody sees."""
        reader: Reader | None = None
        with suppress(AccessError):  # nobody is told more because the file of tokens can't be read
            reader = self._tokens.named(search.token) if search.token else None
        return Viewer(self._library.tables.access, reader or ANONYMOUS, self._library.search_service.today)

    def _items(self, search: SavedSearch, items: Items, found: Mapping[str, Article]) -> Iterator[DigestItem]:
        for ids in items:
            there = [self._library.tables.renamed(found[one]) for one in ids if one in found]
            if there:
                yield self._item(search, *there)

    def _item(self, search: SavedSearch, article: Article, *copies: Article) -> DigestItem:
        page = self._links.article(article)
        # A feed's item has the same rules for titles and leads; its address doesn't matter here.
        shown = FeedItem(article=article, page_url=page or "https://localhost/")
        return DigestItem(
            article,
            copies,
            link=publisher_page(article) or page,
            page=page,
            title=shown.title,
            lead=shown.lead,
            is_corrected=search.corrections and article.revision > 1,
        )
