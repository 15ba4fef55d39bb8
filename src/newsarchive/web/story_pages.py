"""The pages of stories: the largest of a day or week, and one story with its reports."""

from datetime import date

from flask import Blueprint, render_template, request

from newsarchive.errors import ArticleNotFound
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links
from newsarchive.web.params import parse_day, parse_period_of_stories
from newsarchive.web.story_view import (
    MOST_STORIES,
    Period,
    ShownStory,
    StoriesView,
    shown_stories,
    story_bars,
    story_size,
)

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories")
def largest() -> str:
    """The stories with most articles of a day, or of the week that ends with it."""
    library, period = current_library(), Period(parse_period_of_stories(request.args))
    today = library.search_service.today()
    last = library.groups.last_day(today)
    day = parse_day(request.args, "date") or last or today
    links = Links(SearchRequest(), chosen_language(), own={"period": [period], "date": [day.isoformat()]})
    found = largest_stories(library, period, day)
    view = StoriesView(found, period, day, last, links, current_interface())
    return render_template("stories.html", view=view, links=links)


@blueprint.get("/stories/<story_id>")
def story(story_id: str) -> str:
    """One story: its reports in order of publication."""
    library, interface = current_library(), current_interface()
    info = library.groups.story(story_id)
    shown = shown_stories(library, [info]) if info else []
    if not shown:
        raise ArticleNotFound(story_id)
    links = Links(SearchRequest(), chosen_language())
    size, bars = story_size(shown[0], interface), story_bars(shown[0], interface)
    return render_template("story.html", story=shown[0], size=size, bars=bars, links=links)


def largest_stories(library: Library, period: Period, day: date) -> list[ShownStory]:
    """The stories with most articles of the period that ends with `day`."""
    return shown_stories(library, library.groups.stories(period.first_day(day), day, MOST_STORIES))
