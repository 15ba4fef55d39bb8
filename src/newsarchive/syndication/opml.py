"""OPML 2.0: a list of feeds, which reader programs import."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.arabic.direction import marked
from newsarchive.syndication.elements import add, document
from newsarchive.syndication.text import absolute_uri, one_line

OPML_TYPE = "text/x-opml"
"""The media type, for the Content-Type header and for links."""


@dataclass(frozen=True, slots=True)
class OfferedFeed:
    """A feed on offer: its title, its URL as RSS, and the URL of the page with the same content."""

    title: str
    feed_url: str
    home_url: str


@dataclass(frozen=True, slots=True)
class FeedFolder:
    """Feeds under a common title."""

    title: str
    feeds: tuple[OfferedFeed, ...]


def write_opml(title: str, language: str, listed: Iterable[OfferedFeed | FeedFolder]) -> bytes:
    """The feeds and folders as OPML: an XML document in UTF-8. Folders without feeds and feeds without a name or a
    usable URL are left out."""
    opml = ET.Element("opml", {"version": "2.0"})
    add(ET.SubElement(opml, "head"), "title", marked(one_line(title), language))
    body = ET.SubElement(opml, "body")
    for one in listed:
        if isinstance(one, OfferedFeed):
            _add(body, one, language)
        elif one.feeds:
            folder = ET.SubElement(body, "outline", {"text": marked(one_line(one.title), language)})
            for feed in one.feeds:
                _add(folder, feed, language)
    return document(opml)


def _add(parent: ET.Element, feed: OfferedFeed, language: str) -> None:
    title, url = marked(one_line(feed.title), language), absolute_uri(feed.feed_url)
    if title and url:
        attributes = {
            "type": "rss",
            "text": title,
            "title": title,
            "xmlUrl": url,
            "htmlUrl": absolute_uri(feed.home_url),
            "language": language,
            "version": "RSS2",
        }
        ET.SubElement(parent, "outline", attributes)
