"""Feeds of the largest stories of the last day or week: RSS, Atom and JSON Feed.

An item is a story. It keeps its id when reports are added, and its text lists them all.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request

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
from newsarchive.web.feeds import answer
from newsarchive.web.interface import Interface
from newsarchive.web.links import address
from newsarchive.web.messages import LANGUAGES
from newsarchive.web.params import parse_period_of_stories
from newsarchive.web.story_pages import largest_stories
from newsarchive.web.story_view import Period, ShownStory, report_lines

blueprint = Blueprint("story_feeds", __name__)


@blueprint.get("/stories.xml")
def rss() -> Response:
    """The largest stories as RSS 2.0."""
    return _answer("story_feeds.rss", write_rss, RSS_TYPE)


@blueprint.get("/stories.atom")
def atom() -> Response:
    """The largest stories as Atom 1.0."""
    return _answer("story_feeds.atom", write_atom, ATOM_TYPE)


@blueprint.get("/stories.json")
def json_feed() -> Response:
    """The largest stories as JSON Feed 1.1."""
    return _answer("story_feeds.json_feed", write_json_feed, JSON_FEED_TYPE)


def _answer(endpoint: str, write: Callable[[Feed], bytes], media_type: str) -> Response:
    library, language = current_library(), chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    period = Period(parse_period_of_stories(request.args))
    args: dict[str, list[str]] = {"period": [period.value]}
    if language:
        args["lang"] = [language]
    day = library.groups.last_day(library.search_service.today())
    stories = largest_stories(library, period, day) if day else []
    feed = Feed(
        title=f"{interface.site_title}: {interface.text('stories')}",
        description=interface.text("stories_about"),
        home_url=address("stories.largest", args, external=True),
        self_url=address(endpoint, args, external=True),
        language=interface.language,
        items=tuple(_item(story, interface, args) for story in stories),
    )
    return answer(feed, write, media_type)


def _item(story: ShownStory, interface: Interface, args: dict[str, list[str]]) -> FeedItem:
    title = story.lead.title.strip() or interface.text("untitled")
    language = {name: values for name, values in args.items() if name == "lang"}
    page = address("stories.story", language, external=True, story_id=story.id)
    return FeedItem(article=story.as_article(title, list(report_lines(story, interface))), page_url=page)
