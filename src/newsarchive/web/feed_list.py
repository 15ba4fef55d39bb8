"""The list of the feeds on offer, as OPML for reader programs."""

from collections.abc import Iterable

from flask import Blueprint, Response, request

from newsarchive.i18n import LANGUAGES
from newsarchive.search import SearchRequest
from newsarchive.syndication import OPML_TYPE, FeedFolder, OfferedFeed, write_opml
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.interface import Interface
from newsarchive.web.links import address
from newsarchive.web.params import PERIODS, parse_language, search_args

blueprint = Blueprint("feed_list", __name__)


@blueprint.get("/feeds.opml", endpoint="opml")
def feeds_on_offer() -> Response:
    """All feeds: the whole archive, its stories, and each source, topic and section, the most frequent first."""
    interface = interface_in(chosen_language() or LANGUAGES[0])
    facets = current_library().count(SearchRequest()).facets
    stories = (
        _feed(
            f"{interface.text('stories')}: {interface.text(f'stories_{period}')}",
            "story_feeds.rss",
            "stories.largest",
            {"period": [period]},
        )
        for period in PERIODS
    )
    listed: list[OfferedFeed | FeedFolder] = [
        _of_search(interface.site_title, SearchRequest()),
        FeedFolder(interface.text("stories"), tuple(stories)),
        _folder(
            interface, "source", ((interface.source(name), SearchRequest(sources=(name,))) for name in facets.source)
        ),
        _folder(interface, "topic", ((interface.topic(name), SearchRequest(topics=(name,))) for name in facets.topic)),
        _folder(
            interface, "section", ((interface.topic(name), SearchRequest(sections=(name,))) for name in facets.section)
        ),
    ]
    content = write_opml(interface.site_title, interface.language, listed)
    response = Response(content, content_type=f"{OPML_TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="feeds.opml"'
    return response


def _folder(interface: Interface, key: str, feeds: Iterable[tuple[str, SearchRequest]]) -> FeedFolder:
    return FeedFolder(interface.text(f"facet_{key}"), tuple(_of_search(label, searched) for label, searched in feeds))


def _of_search(label: str, searched: SearchRequest) -> OfferedFeed:
    return _feed(label, "feeds.rss", "pages.search", search_args(searched))


def _feed(label: str, endpoint: str, page: str, args: dict[str, list[str]]) -> OfferedFeed:
    language = parse_language(request.args)
    args = {**args, "lang": [language]} if language else args
    return OfferedFeed(label, address(endpoint, args, external=True), address(page, args, external=True))
