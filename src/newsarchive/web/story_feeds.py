"""Feeds of stories: the largest of the last day or week, and the reports of one. RSS, Atom and JSON Feed.

An item of the largest stories is a story. It keeps its id when reports are added, and its text lists them all. The feed
of one story has its reports as items, the latest arrival first.
"""

from flask import Blueprint, request

from newsarchive.archive.parts import arrival_number
from newsarchive.errors import ArticleNotFound
from newsarchive.i18n import LANGUAGES
from newsarchive.syndication import Feed, FeedItem
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.feeds import FeedAddress, MadeFeed, feed_item, serve_in_all_formats, with_full_text
from newsarchive.web.interface import Interface
from newsarchive.web.links import address
from newsarchive.web.params import FEED_TEXTS, parse_feed_text, parse_period_of_stories
from newsarchive.web.story_pages import largest_stories
from newsarchive.web.story_view import Period, ShownStory, report_lines, shown_stories

blueprint = Blueprint("story_feeds", __name__)


def _feed_of_stories(place: FeedAddress) -> MadeFeed:
    library, language = current_library(), chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    period = Period(parse_period_of_stories(request.args))
    args = {"period": [period.value], **_args_of_language()}
    day = library.groups.last_day(library.search_service.today())
    stories = largest_stories(library, period, day) if day else []
    feed = Feed(
        title=f"{interface.site_title}: {interface.text('stories')}",
        description=interface.text("stories_about"),
        home_url=address("stories.largest", args, external=True),
        self_url=address(place.endpoint, args | _args_of_text(), external=True),
        language=interface.language,
        full_text=with_full_text(),
        items=tuple(_item(story, interface) for story in stories),
    )
    # The groups of articles are updated after the index, and nothing tells when: an ETag must do.
    return MadeFeed(feed, None)


def _item(story: ShownStory, interface: Interface) -> FeedItem:
    title = story.lead.title.strip() or interface.text("untitled")
    page = address("stories.story", _args_of_language(), external=True, story_id=story.id)
    return FeedItem(article=story.as_article(title, list(report_lines(story, interface))), page_url=page)


def _feed_of_story(place: FeedAddress, story_id: str) -> MadeFeed:
    library, language = current_library(), chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    info = library.groups.story(story_id)
    shown = shown_stories(library, [info]) if info else []
    if not shown:
        raise ArticleNotFound(story_id)
    story = shown[0]
    latest = sorted(story.reports, key=lambda report: _arrival(report.id), reverse=True)
    title = story.lead.title.strip() or interface.text("untitled")
    feed = Feed(
        title=f"{interface.site_title}: {title}",
        description=interface.text("story_feed"),
        home_url=address("stories.story", _args_of_language(), external=True, story_id=story_id),
        self_url=address(place.endpoint, _args_of_language() | _args_of_text(), external=True, story_id=story_id),
        language=interface.language,
        full_text=with_full_text(),
        items=tuple(feed_item(report, interface, place) for report in latest),
    )
    return MadeFeed(feed, None)


def _arrival(article_id: str) -> int:
    position = current_library().archive.first_position(article_id)
    return arrival_number(position) if position else 0


def _args_of_language() -> dict[str, list[str]]:
    language = chosen_language()
    return {"lang": [language]} if language else {}


def _args_of_text() -> dict[str, list[str]]:
    text = parse_feed_text(request.args)
    return {"text": [text]} if text != FEED_TEXTS[0] else {}


serve_in_all_formats(blueprint, "/stories", _feed_of_stories)
serve_in_all_formats(blueprint, "/stories/<story_id>", _feed_of_story, prefix="story_")
