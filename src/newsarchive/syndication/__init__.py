"""Articles into feeds: RSS 2.0, Atom 1.0 and JSON Feed 1.1. Plain data in, bytes out.

The three writers say the same of the same `Feed`. Equal feeds give equal bytes, so a digest of the bytes serves as
an ETag. What a subscriber gets, and why:

- The link of an item is the article's original address where it has one, because a headline that is clicked, shared
  or cited should lead to its publisher; the whole text is in the item anyway. The page in this archive goes along as
  a related link, and is the link of an article without an address. JSON Feed has a field for each: `url` is the page
  in the archive, `external_url` the original.
- The id of an item is `urn:newsarchive:<article id>`. It stays the same from revision to revision, and when the
  archive moves to another host, so a corrected article is not shown as a new one.
- The source is RSS's element `source`, whose `url` has to be that of a feed. Outlets often have none, so it is this
  archive's own feed of that source. Without such an address the name goes into `dc:source`, which needs none. The two
  never stand together: the W3C validator reports that as saying one thing twice.
- Authors are `dc:creator`, because RSS's own `author` has to be an e-mail address; the publisher is `dc:publisher`.
- Titles and names are plain text in every format. Only the content, and the description of RSS, are HTML, and
  nothing in an article is ever taken for markup.

Rules: RSS Advisory Board, "RSS 2.0 Specification" and "RSS Best Practices Profile"; the W3C feed validator;
RFC 4287; jsonfeed.org, version 1.1.
"""

from newsarchive.syndication.atom import ATOM_TYPE, write_atom
from newsarchive.syndication.feed import LEAD_LENGTH, Feed, FeedItem
from newsarchive.syndication.json_feed import JSON_FEED_TYPE, write_json_feed
from newsarchive.syndication.rss import RSS_TYPE, TTL_MINUTES, write_rss
from newsarchive.syndication.text import absolute_uri, readable_text

__all__ = [
    "ATOM_TYPE",
    "JSON_FEED_TYPE",
    "LEAD_LENGTH",
    "RSS_TYPE",
    "TTL_MINUTES",
    "Feed",
    "FeedItem",
    "absolute_uri",
    "readable_text",
    "write_atom",
    "write_json_feed",
    "write_rss",
]
