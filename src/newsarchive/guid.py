"""The guids of feeds: RSS guids, Atom ids and the ids of JSON Feed, as the archive stores and compares them.

A guid says that an item is the article of an earlier item, although its address has changed.
`docs/identity.md` has the rules with examples.
"""

import re

from newsarchive.canonical_url import canonical_url, host_of
from newsarchive.identity import article_address, is_web_url

RULES = 1
"""The version of the rules of `guid_key`. Increment it with every change: data derived by older rules is rebuilt."""

_UUID = re.compile(r"(?:urn:uuid:|\{)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
_NAME = re.compile(r"(?:tag|urn):[^\s:]+:\S+", re.IGNORECASE)
_AT_SITE = re.compile(r"(\S+) at (https?://\S+)", re.IGNORECASE)
"""The guids of Drupal: `1234 at https://example.com`."""
_MOBILE = re.compile(r"(?:m|mobile|amp)\.(?=[^/?#]+\.[^/?#.]+)")
_COUNTER = re.compile(r"[0-9]{1,3}")
"""Small numbers are often positions in the feed, which another item has the next day."""


def is_unique(guid: str) -> bool:
    """Whether the form of a guid makes it unique: a web address, a tag: or urn: URI, a UUID, or that of Drupal."""
    if is_web_url(guid):
        return bool(article_address(guid))
    return any(form.fullmatch(guid) for form in (_UUID, _NAME, _AT_SITE))


def stored_guid(guid: str, feed: str, url: str = "") -> str:
    """The guid of an item as the archive stores it: unchanged if it is unique, otherwise after the name of its feed.

    `feed` is the address of the feed, or that of its site and its title. Without one, the host of
    the item's URL takes its place. Empty if the guid says nothing, such as the number of the item
    in the feed, or if there is nothing to tell it from that of another feed.
    """
    guid = " ".join(guid.split())
    if is_unique(guid):
        return guid
    if not guid or is_web_url(guid) or _COUNTER.fullmatch(guid):
        return ""
    scope = feed or _site_of(url)
    return f"{scope} {guid}" if scope else ""


def feed_name(*, address: str = "", site: str = "", title: str = "") -> str:
    """The name of a feed before its guids: its address, otherwise the address of its site with its title.

    Empty without an address, because feeds of different outlets have titles such as «الأخبار».
    """
    if is_web_url(address):
        return _without_mobile(canonical_url(address))
    if not is_web_url(site):
        return ""
    return " ".join(f"{_without_mobile(canonical_url(site))} {title}".split())


def guid_beside(guid: str, url: str) -> str:
    """The guid, or an empty string if it only repeats the address of the article."""
    is_address = is_web_url(guid) and article_address(guid) == article_address(url)
    return "" if is_address else guid


def guid_key(guid: str) -> str:
    """The form in which guids are compared; the same for all addresses of a page, and for `m.` before its host."""
    if is_web_url(guid):
        return _without_mobile(article_address(guid))
    if match := _UUID.fullmatch(guid):
        return f"uuid {match[1].lower()}"
    if match := _AT_SITE.fullmatch(guid):
        return f"{match[1]} at {_without_mobile(canonical_url(match[2]))}"
    return guid


def canonical_beside(link: str, canonical: str) -> str:
    """The canonical address that an item declares beside its link; empty if it can't be that of the article.

    It must have the host of the link, apart from `www.`, `m.`, `mobile.` and `amp.`: the article
    of another outlet, which the item was copied from, is another article.
    """
    if not is_web_url(canonical) or not article_address(canonical):
        return ""
    return canonical if not is_web_url(link) or _site_of(link) == _site_of(canonical) else ""


def _site_of(url: str) -> str:
    return _without_mobile(host_of(url))


def _without_mobile(address: str) -> str:
    return _MOBILE.sub("", address, count=1) if _MOBILE.match(address) else address
