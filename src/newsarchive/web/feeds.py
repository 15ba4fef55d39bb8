"""Feeds of the latest articles, for the whole archive or any search: RSS, Atom and JSON Feed.

Articles come in order of arrival. A reader program sees only the beginning of a feed, so an article that is archived
late, or has no date, would otherwise never reach a subscriber. `order=published` asks for the newest first.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from newsarchive.arabic.date_format import Language
from newsarchive.article import Article
from newsarchive.search import SearchRequest
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
from newsarchive.web.messages import LANGUAGES
from newsarchive.web.params import (
    DEFAULT_FEED_ORDER,
    FEED_ORDERS,
    is_filtered,
    parse_feed_order,
    parse_search,
    search_args,
)
from newsarchive.web.results_view import search_title

FEED_LIMIT = 50
"""The default number of items in a feed."""
_MAX_AGE_SECONDS = 300

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.xml")
def rss() -> Response:
    """The search as RSS 2.0."""
    return _answer("feeds.rss", write_rss, RSS_TYPE)


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The search as Atom 1.0."""
    return _answer("feeds.atom", write_atom, ATOM_TYPE)


@blueprint.get("/feed.json")
def json_feed() -> Response:
    """The search as JSON Feed 1.1."""
    return _answer("feeds.json_feed", write_json_feed, JSON_FEED_TYPE)


def _answer(endpoint: str, write: Callable[[Feed], bytes], media_type: str) -> Response:
    # The language of the feed reader program doesn't matter: only the URL can choose another than
    # Arabic.
    language = chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    asked = parse_search(request.args, limit=FEED_LIMIT, tables=current_library().tables)
    order = parse_feed_order(request.args)
    results = current_library().search(replace(asked, sort=asked.sort or FEED_ORDERS[order]))
    feed = Feed(
        title=search_title(asked, interface),
        description=interface.text("feed_description" if asked.text or is_filtered(asked) else "tagline"),
        home_url=address("pages.search", search_args(subscription(asked), language), external=True),
        self_url=address(endpoint, _own_args(asked, order, language), external=True),
        language=interface.language,
        items=tuple(_item(hit.article, interface) for hit in results.hits),
    )
    return answer(feed, write, media_type)


def answer(feed: Feed, write: Callable[[Feed], bytes], media_type: str) -> Response:
    """The response with a feed in one format."""
    response = Response(write(feed), content_type=f"{media_type}; charset=utf-8")
    # `set_cache_control` makes it private where the addresses in it come from the Host header.
    response.cache_control.public = True
    response.cache_control.max_age = _MAX_AGE_SECONDS
    if feed.last_change is not None:  # Flask would write None as the current time
        response.last_modified = feed.last_change
    return response


def _own_args(asked: SearchRequest, order: str, language: Language | None) -> dict[str, list[str]]:
    """The parameters of the address of the feed itself."""
    args = search_args(asked, language, limit=FEED_LIMIT)
    return args if order == DEFAULT_FEED_ORDER else args | {"order": [order]}


def _item(article: Article, interface: Interface) -> FeedItem:
    topics = current_library().tables.topics_of(article)
    return FeedItem(
        article=replace(article, source=interface.source(article.source)),
        page_url=article_address(article.id),
        topic_labels=tuple(map(interface.topic, topics.given)),
        assigned_labels=tuple(map(interface.topic, topics.assigned_names)),
        section_labels=tuple(map(interface.topic, topics.sections)),
        source_feed_url=url_for("feeds.rss", source=article.source, _external=True) if article.source else "",
    )
