"""The feed of a collection: its articles, those that were added last first. RSS, Atom and JSON Feed."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, request

from newsarchive.press_review.entry_state import EntryState, states_of
from newsarchive.syndication import Feed
from newsarchive.web.collection_access import readable_collection
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.feeds import FEED_LIMIT, FeedAddress, MadeFeed, feed_item, serve_in_all_formats, with_full_text
from newsarchive.web.links import address
from newsarchive.web.params import FEED_TEXTS, parse_feed_text

blueprint = Blueprint("collection_feeds", __name__)


def _feed_of_collection(place: FeedAddress, collection_id: str) -> MadeFeed:
    found = readable_collection(collection_id)
    interface = interface_in(chosen_language() or found.language)
    states = sorted(states_of(current_library(), found.entries), key=_added, reverse=True)
    # Two entries may have become one article.
    there = {one.article.id: (one.article, one.entry.note) for one in states if one.article is not None}
    language = chosen_language()
    args: dict[str, list[str]] = {"lang": [language]} if language else {}
    text = parse_feed_text(request.args)
    own = args | ({"text": [text]} if text != FEED_TEXTS[0] else {})
    feed = Feed(
        title=f"{interface.site_title}: {found.title}",
        description=" ".join(found.description.split()) or interface.text("collection"),
        home_url=address("collections.collection", args, external=True, collection_id=found.id),
        self_url=address(place.endpoint, own, external=True, collection_id=found.id),
        language=interface.language,
        updated=found.changed,
        full_text=with_full_text(),
        items=tuple(
            replace(feed_item(article, interface, place), note=note)
            for article, note in list(there.values())[:FEED_LIMIT]
        ),
    )
    # A correction changes it too, and nothing tells when: an ETag must do.
    return MadeFeed(feed, None)


def _added(one: EntryState) -> datetime:
    return one.entry.added or datetime.min.replace(tzinfo=UTC)


serve_in_all_formats(blueprint, "/collections/<collection_id>", _feed_of_collection)
