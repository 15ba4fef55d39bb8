"""JSON Feed 1.1 (jsonfeed.org)."""

import json
from typing import Any

from newsarchive.arabic.direction import marked
from newsarchive.syndication.feed import Feed, FeedItem, rfc3339
from newsarchive.syndication.text import absolute_uri, distinct_lines, one_line

JSON_FEED_TYPE = "application/feed+json"
"""The media type, for the Content-Type header and for `<link rel="alternate">`."""

_VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1, in UTF-8.

    The format has no field for a source, so the item's `_newsarchive` extension holds it, along
    with the publisher, the revision, and which tags are assigned topics or sections. As in RSS, the
    archiving date is used if the publication date is unknown. `feed_url` identifies the feed, so it is
    the URL of the first page on all of them.
    """
    form: dict[str, Any] = {
        "version": _VERSION,
        "title": marked(one_line(feed.title), feed.language),
        "home_page_url": absolute_uri(feed.home_url),
        "feed_url": absolute_uri(feed.id_url),
        "next_url": absolute_uri(feed.next_url),
        "description": one_line(feed.description),
        "language": feed.language,
    }
    form = _without_empty(form) | {
        "items": [_item_form(item, full_text=feed.full_text and item.has_text) for item in feed.items]
    }
    return f"{json.dumps(form, ensure_ascii=False, indent=1)}\n".encode()


def _item_form(item: FeedItem, *, full_text: bool) -> dict[str, Any]:
    article = item.article
    date = item.published or item.archived
    extension = {
        "source": one_line(article.source),
        "source_feed_url": absolute_uri(item.source_feed_url),
        "publisher": one_line(article.publisher),
        "revision": article.revision,
        "assigned_topics": distinct_lines(item.assigned_labels),
        "sections": distinct_lines(item.section_labels),
    }
    form: dict[str, Any] = {
        "id": item.id,
        "url": item.archive_url,
        "external_url": item.original_url,
        "title": item.title,
        "summary": item.lead,
        # An item must have some content.
        "content_html" if full_text else "content_text": item.content_html if full_text else item.lead or item.title,
        "date_published": rfc3339(date) if date else "",
        "date_modified": rfc3339(item.archived) if item.archived else "",
        "authors": [{"name": author} for author in distinct_lines(article.authors)],
        "tags": distinct_lines((*item.topic_labels, *item.assigned_labels, *item.section_labels)),
        "language": item.language,
        "_newsarchive": _without_empty(extension),
    }
    return _without_empty(form)


def _without_empty(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if value}
