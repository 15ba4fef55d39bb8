"""Feeds of the latest articles, for the whole archive or any search: RSS, Atom and JSON Feed.

Articles come in order of arrival. A reader program sees only the beginning of a feed, so an article that is archived
late, or has no date, would otherwise never reach a subscriber. `order=published` asks for the newest first. Older
articles are on further pages, which go on from the last article of the page before.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Response, request, url_for

from newsarchive.article import Article
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.search import SearchRequest, SearchResults
from newsarchive.syndication import (
    ATOM_TYPE,
    JSON_FEED_TYPE,
    RSS_TYPE,
    Feed,
    FeedItem,
    write_atom,
    write_json_feed,
    write_rss,
)
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.interface import Interface
from newsarchive.web.links import address, article_address, subscription
from newsarchive.web.params import (
    DEFAULT_FEED_ORDER,
    FEED_ORDERS,
    FEED_TEXTS,
    is_filtered,
    parse_feed_order,
    parse_feed_text,
    parse_search,
    search_args,
    with_place,
)
from newsarchive.web.readers import PARAMETER, gives_full_text, token_of_address
from newsarchive.web.results_view import search_title

FEED_LIMIT = 50
"""The default number of items in a feed."""
_MAX_AGE_SECONDS = 300

blueprint = Blueprint("feeds", __name__)


class _Format(NamedTuple):
    name: str
    ending: str
    write: Callable[[Feed], bytes]
    media_type: str


_FORMATS = (
    _Format("rss", "xml", write_rss, RSS_TYPE),
    _Format("atom", "atom", write_atom, ATOM_TYPE),
    _Format("json_feed", "json", write_json_feed, JSON_FEED_TYPE),
)


class FeedAddress(NamedTuple):
    """The endpoint that a feed is served at, and the endpoint of searches in the same format."""

    endpoint: str
    of_searches: str


class MadeFeed(NamedTuple):
    """A feed, and when it may last have changed: None if that is unknown."""

    feed: Feed
    changed_at: datetime | None


def serve_in_all_formats(blueprint: Blueprint, path: str, make: Callable[..., MadeFeed], *, prefix: str = "") -> None:
    """Add the address of a feed in each format: `path` with `.xml`, `.atom` and `.json`.

    `make` returns the feed for its own address, and gets the variables of `path` as arguments. The
    endpoints are named after the formats, with `prefix`.
    """
    for form in _FORMATS:
        name = prefix + form.name
        place = FeedAddress(f"{blueprint.name}.{name}", f"feeds.{form.name}")
        blueprint.add_url_rule(f"{path}.{form.ending}", name, partial(_answer, place, form, make))


def _feed_of_search(place: FeedAddress) -> MadeFeed:
    # The language of the feed reader program doesn't matter: only the URL can choose another than
    # Arabic.
    language = chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    asked, order = _asked()
    # Before the search: if the index changes in between, the feed is fetched once more than needed.
    changed_at = current_library().changed_at()
    results = current_library().search(asked)
    pages = _Pages(place.endpoint, asked, order, language)
    subscribed = address("pages.search", search_args(subscription(asked), language), external=True)
    feed = Feed(
        title=search_title(asked, interface),
        description=interface.text("feed_description" if asked.text or is_filtered(asked) else "tagline"),
        home_url=subscribed,
        self_url=pages.this(),
        language=interface.language,
        first_url=pages.first() if pages.is_later or results.continues else "",
        next_url=pages.after(results),
        previous_url=pages.previous(),
        full_text=with_full_text(),
        items=tuple(feed_item(hit.article, interface, place) for hit in results.hits),
    )
    return MadeFeed(feed, changed_at)


def _asked() -> tuple[SearchRequest, str]:
    """The search that a feed follows, and its `order`. Raises InvalidParameter."""
    asked = parse_search(request.args, limit=FEED_LIMIT, tables=current_library().tables)
    order = parse_feed_order(request.args)
    return with_place(replace(asked, sort=asked.sort or FEED_ORDERS[order]), request.args), order


def with_full_text() -> bool:
    """Whether a feed has the full texts that the reader sees. The setting `public_full_text` can rule them out."""
    wanted = parse_feed_text(request.args)
    return wanted == FEED_TEXTS[0] and gives_full_text()


class _Pages:
    """The addresses of the pages of a feed (RFC 5005).

    A page in order of arrival ends at an article, and the next one goes on from there: a harvest
    misses nothing and has nothing twice, whatever arrives or is withdrawn meanwhile. Other orders
    have numbers.
    """

    def __init__(self, endpoint: str, asked: SearchRequest, order: str, language: Language | None) -> None:
        self._endpoint = endpoint
        self._asked = asked
        self._order = order
        self._language = language

    @property
    def is_later(self) -> bool:
        """Whether this isn't the first page."""
        return self._asked.page > 1 or self._asked.arrived_before is not None

    def this(self) -> str:
        """The address of this page."""
        return self._address(self._asked)

    def first(self) -> str:
        """The address of the first page."""
        return self._address(replace(self._asked, page=1, arrived_before=None))

    def previous(self) -> str:
        """The address of the page before this one, if pages have numbers; else an empty string."""
        return self._address(replace(self._asked, page=self._asked.page - 1)) if self._asked.page > 1 else ""

    def after(self, results: SearchResults) -> str:
        """The address of the page after this one, or an empty string if there is none."""
        if not results.continues:
            return ""
        if results.last_arrival is not None:
            return self._address(replace(self._asked, page=1, arrived_before=results.last_arrival))
        return self._address(replace(self._asked, page=self._asked.page + 1))

    def _address(self, asked: SearchRequest) -> str:
        """The address of a page. Parameters with default values are omitted, as in links to feeds."""
        sort = None if asked.sort is FEED_ORDERS[self._order] else asked.sort
        args = search_args(replace(asked, sort=sort), self._language, limit=FEED_LIMIT)
        if self._order != DEFAULT_FEED_ORDER:
            args["order"] = [self._order]
        if (text := parse_feed_text(request.args)) != FEED_TEXTS[0]:
            args["text"] = [text]
        if asked.arrived_before is not None:
            args["before"] = [str(asked.arrived_before)]
        # The first page is the name of the feed, which readers pass on; the others are for this reader only.
        is_first = asked.page == 1 and asked.arrived_before is None
        if not is_first and (token := token_of_address()):
            args[PARAMETER] = [token]
        return address(self._endpoint, args, external=True)


def _answer(place: FeedAddress, form: _Format, make: Callable[..., MadeFeed], **path: str) -> Response:
    """The response with a feed in one format."""
    made = make(place, **path)
    response = Response(form.write(made.feed), content_type=f"{form.media_type}; charset=utf-8")
    # `set_cache_control` makes it private where the addresses in it come from the Host header.
    response.cache_control.public = True
    response.cache_control.max_age = _MAX_AGE_SECONDS
    if made.changed_at is not None:  # Flask would write None as the current time
        # Commits that follow each other quickly have times in the future, which HTTP doesn't allow.
        response.last_modified = min(made.changed_at, datetime.fromtimestamp(time.time(), UTC))
    return response


def feed_item(article: Article, interface: Interface, place: FeedAddress) -> FeedItem:
    """An article as an item of a feed in the format of `place`."""
    topics = current_library().tables.topics_of(article)
    source_feed = url_for(place.of_searches, source=article.source, _external=True) if article.source else ""
    return FeedItem(
        article=replace(article, source=interface.source(article.source)),
        page_url=article_address(article.id),
        topic_labels=tuple(map(interface.topic, topics.given)),
        assigned_labels=tuple(map(interface.topic, topics.assigned_names)),
        section_labels=tuple(map(interface.topic, topics.sections)),
        source_feed_url=source_feed,
    )


serve_in_all_formats(blueprint, "/feed", _feed_of_search)
