"""Write articles as feeds: RSS 2.0, Atom 1.0 and JSON Feed 1.1. Plain data in, bytes out.

The three writers put the same information into each format. Equal feeds give equal bytes, so a
digest of the bytes can be an ETag. The main choices, and the reasons for them:

- An item links to the article's original URL if there is one, because a headline that is clicked,
  shared or cited should lead to its publisher. The full text is in the item anyway. The article's
  page in this archive is a related link, or the main link if the article has no URL. JSON Feed has
  a field for each: `url` is the page in the archive, `external_url` the original.
- The id of an item is `urn:newsarchive:<article id>`. It is the same for all revisions, and when
  the archive moves to another host. So readers don't show a corrected article as a new one.
- The source is written as RSS's `source` element, which requires the URL of a feed. Many outlets
  have no feed, so the URL is that of this archive's feed for the source. Without such a URL the
  name is written as `dc:source`, which needs none. An item never has both elements, because the W3C
  validator reports them as redundant.
- Authors are written as `dc:creator`, because RSS's `author` must be an e-mail address. The
  publisher is written as `dc:publisher`.
- Titles and names are plain text in every format. Only the content and RSS's description are HTML,
  and article text is always escaped, never treated as markup.

Rules: RSS Advisory Board, "RSS 2.0 Specification" and "RSS Best Practices Profile"; the W3C feed
validator; RFC 4287; jsonfeed.org, version 1.1.
"""

from newsarchive.syndication.atom import ATOM_TYPE, write_atom
from newsarchive.syndication.feed import LEAD_LENGTH, Feed, FeedItem
from newsarchive.syndication.json_feed import JSON_FEED_TYPE, write_json_feed
from newsarchive.syndication.opml import OPML_TYPE, FeedFolder, OfferedFeed, write_opml
from newsarchive.syndication.rss import RSS_TYPE, TTL_MINUTES, write_rss
from newsarchive.syndication.text import absolute_uri, readable_text

__all__ = [
    "ATOM_TYPE",
    "JSON_FEED_TYPE",
    "LEAD_LENGTH",
    "OPML_TYPE",
    "RSS_TYPE",
    "TTL_MINUTES",
    "Feed",
    "FeedFolder",
    "FeedItem",
    "OfferedFeed",
    "absolute_uri",
    "readable_text",
    "write_atom",
    "write_json_feed",
    "write_opml",
    "write_rss",
]
