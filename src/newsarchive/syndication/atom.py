"""Atom 1.0 (RFC 4287)."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import UTC, datetime

from newsarchive import __version__
from newsarchive.arabic.direction import marked
from newsarchive.syndication.elements import ATOM, add, add_link, document
from newsarchive.syndication.feed import GENERATOR, Feed, FeedItem, rfc3339
from newsarchive.syndication.text import absolute_uri, distinct_lines, one_line

ATOM_TYPE = "application/atom+xml"
"""The media type, for the Content-Type header and for `<link rel="alternate">`."""

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# For empty feeds and articles without any date, because Atom requires `updated`.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def write_atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0: an XML document in UTF-8.

    The feed's id is the URL of its first page. An entry's `updated` is the time when its revision was
    archived. Articles are archived together, but RFC 4287 and the W3C validator want to see which
    entry is the later one, so the fraction of the second is made from the article's id. If an
    article has no author, the entry names its publisher or source instead, and without these the
    feed's author, the archive, applies. An entry's `source` names the outlet, and describes this
    archive's feed for that outlet if there is one.
    """
    # Declared as an attribute, because ElementTree's `default_namespace` rejects unprefixed
    # attributes.
    root = ET.Element("feed", {"xmlns": ATOM, _XML_LANG: feed.language})
    updated = _updates(feed.items)
    add(root, "id", absolute_uri(feed.id_url))
    add(root, "title", marked(one_line(feed.title), feed.language))
    if description := one_line(feed.description):
        add(root, "subtitle", description)
    add(root, "updated", rfc3339(feed.last_change or _UNKNOWN))
    add(ET.SubElement(root, "author"), "name", GENERATOR)
    add_link(root, "link", "self", ATOM_TYPE, absolute_uri(feed.self_url))
    add_link(root, "link", "alternate", "text/html", absolute_uri(feed.home_url))
    for relation, url in feed.pages:
        add_link(root, "link", relation, ATOM_TYPE, absolute_uri(url))
    add(root, "generator", GENERATOR, {"version": __version__})
    for item, moment in zip(feed.items, updated, strict=True):
        _add_entry(root, item, moment, full_text=feed.full_text and item.has_text)
    return document(root)


def _updates(items: Iterable[FeedItem]) -> list[datetime]:
    """The time of the last change of each item, all of them different."""
    moments: list[datetime] = []
    taken: set[datetime] = set()
    for item in items:
        digest = hashlib.sha256(item.id.encode()).digest()
        fraction = int.from_bytes(digest[:8]) % 1_000_000
        moment = (item.archived or item.published or _UNKNOWN).replace(microsecond=fraction)
        while moment in taken:
            moment = moment.replace(microsecond=(moment.microsecond + 1) % 1_000_000)
        taken.add(moment)
        moments.append(moment)
    return moments


def _exact(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _add_entry(root: ET.Element, item: FeedItem, updated: datetime, *, full_text: bool) -> None:
    article = item.article
    entry = ET.SubElement(root, "entry", {_XML_LANG: item.language} if item.language else {})
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    add(entry, "updated", _exact(updated))
    if item.published is not None:
        add(entry, "published", rfc3339(item.published))
    for author in distinct_lines(article.authors) or distinct_lines((article.publisher, article.source))[:1]:
        add(ET.SubElement(entry, "author"), "name", author)
    add_link(entry, "link", "alternate", "text/html", item.link)
    if item.original_url:
        add_link(entry, "link", "related", "text/html", item.archive_url)
    for label, scheme in item.categories:
        ET.SubElement(entry, "category", {"term": label, "scheme": scheme} if scheme else {"term": label})
    if source := one_line(article.source):
        _add_source(entry, source, absolute_uri(item.source_feed_url), updated)
    if item.lead or item.has_text:
        add(entry, "summary", item.lead)
    if full_text:
        add(entry, "content", item.content_html, {"type": "html"})


def _add_source(entry: ET.Element, name: str, feed_uri: str, updated: datetime) -> None:
    source = ET.SubElement(entry, "source")
    add(source, "title", name)
    if feed_uri:
        add(source, "id", feed_uri)
        add_link(source, "link", "self", ATOM_TYPE, feed_uri)
        # The source's feed changed at this time or later, because it contains this article.
        add(source, "updated", _exact(updated))
