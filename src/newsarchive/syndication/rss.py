"""RSS 2.0 with Atom's `link`, Dublin Core and the content module."""

import xml.etree.ElementTree as ET
from email.utils import format_datetime

from newsarchive import __version__
from newsarchive.arabic.direction import marked
from newsarchive.syndication.elements import ATOM, CONTENT, DC, DCTERMS, add, add_link, document
from newsarchive.syndication.feed import GENERATOR, Feed, FeedItem, rfc3339
from newsarchive.syndication.text import absolute_uri, distinct_lines, one_line

RSS_TYPE = "application/rss+xml"
"""The media type, for the Content-Type header and for `<link rel="alternate">`."""

TTL_MINUTES = 60
"""How long a reader may cache the feed, in minutes."""

_DOCS = "https://www.rssboard.org/rss-specification"
_LINK = f"{{{ATOM}}}link"


def write_rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0: an XML document in UTF-8.

    A title is plain text, escaped once, as the RSS Advisory Board specifies. Some readers still
    treat a title that contains tags as HTML, and no encoding works for both kinds of reader. An
    article without a publication date gets its archiving date, because readers sort by this date.
    RSS has no element for the time of a correction, so it is written as `dcterms:modified`.
    """
    rss = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(rss, "channel")
    add(channel, "title", marked(one_line(feed.title), feed.language))
    add(channel, "link", absolute_uri(feed.home_url))
    add(channel, "description", one_line(feed.description) or one_line(feed.title))
    add(channel, "language", feed.language)
    add_link(channel, _LINK, "self", RSS_TYPE, absolute_uri(feed.self_url))
    for relation, url in feed.pages:
        add_link(channel, _LINK, relation, RSS_TYPE, absolute_uri(url))
    if feed.last_change is not None:
        add(channel, "lastBuildDate", format_datetime(feed.last_change))
    add(channel, "generator", f"{GENERATOR} {__version__}")
    add(channel, "docs", _DOCS)
    add(channel, "ttl", str(TTL_MINUTES))
    for item in feed.items:
        _add_item(channel, item, full_text=feed.full_text and item.has_text)
    return document(rss)


def _add_item(channel: ET.Element, item: FeedItem, *, full_text: bool) -> None:
    element = ET.SubElement(channel, "item")
    add(element, "title", item.title)
    add(element, "link", item.link)
    add(element, "guid", item.id, {"isPermaLink": "false"})
    if (date := item.published or item.archived) is not None:
        add(element, "pubDate", format_datetime(date))
    if item.archived is not None:
        add(element, f"{{{DCTERMS}}}modified", rfc3339(item.archived))
    for author in distinct_lines(item.article.authors):
        add(element, f"{{{DC}}}creator", author)
    _add_source(element, item)
    if publisher := one_line(item.article.publisher):
        add(element, f"{{{DC}}}publisher", publisher)
    if item.language:
        add(element, f"{{{DC}}}language", item.language)
    for label, scheme in item.categories:
        add(element, "category", label, {"domain": scheme} if scheme else {})
    if item.original_url:
        add_link(element, _LINK, "related", "text/html", item.archive_url)
    # The order matters: feedparser treats a description after the content as a second content.
    if item.lead or item.has_text:
        add(element, "description", item.lead_html)
    if full_text:
        add(element, f"{{{CONTENT}}}encoded", item.content_html)


def _add_source(element: ET.Element, item: FeedItem) -> None:
    source = one_line(item.article.source)
    if source and item.source_feed_url:
        add(element, "source", source, {"url": absolute_uri(item.source_feed_url)})
    elif source:
        add(element, f"{{{DC}}}source", source)
