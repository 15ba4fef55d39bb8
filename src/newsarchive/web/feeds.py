"""Feeds of the latest articles, for the whole archive or any search: RSS, Atom and JSON Feed.

Articles come in order of arrival. A reader program sees only the beginning of a feed, so an article that is archived
late, or has no date, would otherwise never reach a subscriber. `order=published` asks for the newest first.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

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


def serve_in_all_formats(blueprint: Blueprint, path: str, make: Callable[[str], Feed]) -> None:
    """Add the address of a feed in each format: `path` with `.xml`, `.atom` and `.json`.

    `make` returns the feed for the endpoint of its own address.
    """
    for form in _FORMATS:
        view = partial(_answer, f"{blueprint.name}.{form.name}", form, make)
        blueprint.add_url_rule(f"{path}.{form.ending}", form.name, view)


def _feed_of_search(endpoint: str) -> Feed:
    # The language of the feed reader program doesn't matter: only the URL can choose another than
    # Arabic.
    language = chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    asked = parse_search(request.args, limit=FEED_LIMIT, tables=current_library().tables)
    order = parse_feed_order(request.args)
    results = current_library().search(replace(asked, sort=asked.sort or FEED_ORDERS[order]))
    return Feed(
        title=search_title(asked, interface),
        description=interface.text("feed_description" if asked.text or is_filtered(asked) else "tagline"),
        home_url=address("pages.search", search_args(subscription(asked), language), external=True),
        self_url=address(endpoint, _own_args(asked, order, language), external=True),
        language=interface.language,
        items=tuple(_item(hit.article, interface) for hit in results.hits),
    )


def _answer(endpoint: str, form: _Format, make: Callable[[str], Feed]) -> Response:
    """The response with a feed in one format."""
    feed = make(endpoint)
    response = Response(form.write(feed), content_type=f"{form.media_type}; charset=utf-8")
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


serve_in_all_formats(blueprint, "/feed", _feed_of_search)
