"""Feeds of the largest stories of the last day or week: RSS, Atom and JSON Feed.

An item is a story. It keeps its id when reports are added, and its text lists them all.
"""

from flask import Blueprint, request

from newsarchive.syndication import Feed, FeedItem
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.feeds import serve_in_all_formats
from newsarchive.web.interface import Interface
from newsarchive.web.links import address
from newsarchive.web.messages import LANGUAGES
from newsarchive.web.params import parse_period_of_stories
from newsarchive.web.story_pages import largest_stories
from newsarchive.web.story_view import Period, ShownStory, report_lines

blueprint = Blueprint("story_feeds", __name__)


def _feed_of_stories(endpoint: str) -> Feed:
    library, language = current_library(), chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    period = Period(parse_period_of_stories(request.args))
    args: dict[str, list[str]] = {"period": [period.value]}
    if language:
        args["lang"] = [language]
    day = library.groups.last_day(library.search_service.today())
    stories = largest_stories(library, period, day) if day else []
    return Feed(
        title=f"{interface.site_title}: {interface.text('stories')}",
        description=interface.text("stories_about"),
        home_url=address("stories.largest", args, external=True),
        self_url=address(endpoint, args, external=True),
        language=interface.language,
        items=tuple(_item(story, interface, args) for story in stories),
    )


def _item(story: ShownStory, interface: Interface, args: dict[str, list[str]]) -> FeedItem:
    title = story.lead.title.strip() or interface.text("untitled")
    language = {name: values for name, values in args.items() if name == "lang"}
    page = address("stories.story", language, external=True, story_id=story.id)
    return FeedItem(article=story.as_article(title, list(report_lines(story, interface))), page_url=page)


serve_in_all_formats(blueprint, "/stories", _feed_of_stories)
