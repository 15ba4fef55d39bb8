"""Finds the feeds of a page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from newsarchive.article import Article, Origin
from newsarchive.errors import FetchError, IngestError
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.masking import has_secrets
from newsarchive.ingest.locations import read_fetched
from newsarchive.ingest.readers.feed import read_feed
from newsarchive.ingest.text.html import looks_like_html, parsable
from newsarchive.subscriptions.subscription import address_key
from newsarchive.wording import worded

_TYPES = ("rss+xml", "atom+xml", "rdf+xml", "feed+json")
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss\d?|atom|index\.rdf|rss\d?\.(?:xml|php|aspx?)|feed\.(?:xml|json|atom)|atom\.xml|[\w-]+\.rss)/?$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comments?|تعليق", re.IGNORECASE)
_USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")
"""Where sites usually have their feed, tried only if the page names none."""
_MOST_LINKS = 8
_HEAD = 4096
_READ = 2 * 2**20


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed: its address, its title, and how many articles it has now."""

    address: str
    title: str
    articles: int
    language: str = ""


def find_feeds(address: str, get: Callable[[str], Fetched]) -> tuple[FoundFeed, ...]:
    """The feed at an address, or the feeds of the page there, those of comments last.

    `get` fetches an address. Raises IngestError if the address can't be fetched, or has neither a
    feed nor a page with one.
    """
    fetched = get(address)
    if not _is_page(fetched):
        return (_feed(address, fetched),)
    page = fetched.content[:_READ].decode("utf-8", "replace")
    # The address of a response is masked if it has secrets.
    base = address if has_secrets(address) else fetched.url
    found = _usable(_candidates(page, base), get)
    if not found:
        found = _usable((urljoin(base, f"/{name}") for name in _USUAL), get, most=1)
    if not found:
        raise FetchError(
            fetched.url, worded("a web page that names no feed, and its site has none at the usual addresses")
        )
    return tuple(sorted(found, key=lambda feed: bool(_COMMENTS.search(f"{feed.address} {feed.title}"))))


def _usable(addresses: Iterator[str], get: Callable[[str], Fetched], most: int = _MOST_LINKS) -> list[FoundFeed]:
    found: dict[str, FoundFeed] = {}
    for tried, address in enumerate(addresses):
        if tried >= _MOST_LINKS or len(found) >= most:
            break
        try:
            fetched = get(address)
            if not _is_page(fetched):
                found.setdefault(address_key(address), _feed(address, fetched))
        except IngestError:
            continue
    return list(found.values())


def _feed(address: str, fetched: Fetched) -> FoundFeed:
    """Read a feed. Raises IngestError if it is none."""
    origin = Origin("feed", fetched.url, fetched.fetched_at)
    if fetched.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        parsed = read_feed(fetched.content, origin, fetched.content_type)
        return FoundFeed(address, parsed.title, len(parsed.entries), parsed.language)
    items = list(read_fetched(fetched, Defaults()))
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        failures = [item for item in items if isinstance(item, IngestError)]
        raise failures[0] if failures else FetchError(fetched.url, worded("no feed: nothing in it is an article"))
    sources = {article.source for article in articles}
    return FoundFeed(address, sources.pop() if len(sources) == 1 else "", len(articles))


def _is_page(fetched: Fetched) -> bool:
    start = fetched.content[:_HEAD].decode("utf-8", "replace").lstrip("\ufeff \t\r\n").lower()
    if re.search(r"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", start):
        return False
    is_html = fetched.content_type.partition(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}
    return start.startswith("<") and (is_html or "<html" in start or looks_like_html(start))


def _candidates(page: str, base: str) -> Iterator[str]:
    """The addresses that a page names as its feeds, then links that look like one."""
    links = _Links()
    links.feed(parsable(page))
    seen = set()
    host = urlsplit(base).hostname
    same_site = (link for link in links.anchors if urlsplit(_joined(base, link)).hostname == host)
    for link in (*links.feeds, *same_site):
        address = _joined(_joined(base, links.base), link)
        if is_web_url(address) and address not in seen:
            seen.add(address)
            yield address


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.feeds: list[str] = []
        self.anchors: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        link = values.get("href") or ""
        if tag == "base":
            self.base = self.base or link
        elif tag == "link" and link:
            kind, relation = (values.get("type") or "").lower(), (values.get("rel") or "").lower().split()
            if kind.strip().endswith(_TYPES) and ("alternate" in relation or "feed" in relation):
                self.feeds.append(link)
        elif tag == "a" and link:
            kind = (values.get("type") or "").lower().strip()
            if kind.endswith(_TYPES) or _FEED_PATH.search(link.partition("?")[0]):
                self.anchors.append(link)
