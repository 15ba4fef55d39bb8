"""Assertions for the feed rules of the W3C validator, RFC 4287, RFC 5005 and JSON Feed 1.1.

The validator's warnings count as errors if a feed can avoid them.
"""

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from newsarchive.syndication import (
    Feed,
    write_atom,
    write_json_feed,
    write_rss,
)

from .samples import ATOM, CONTENT, DC, Blocks

RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d [+-]\d{4}"
)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?[+-]\d\d:\d\d")
URI = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
MODIFIED = "{http://purl.org/dc/terms/}modified"
PAGES = {"first", "next", "previous"}
SAFE_TAGS = {"div", "p", "h2"}
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
CHANNEL_ONCE = ("title", "link", "description", "language", "generator", "docs", "ttl")
ITEM_ONCE = {"title", "link", "guid", "description", f"{CONTENT}encoded"}
ITEM_AT_MOST_ONCE = {"pubDate", "source", f"{ATOM}link", f"{DC}source", f"{DC}publisher", f"{DC}language", MODIFIED}
ITEM_ANY_NUMBER = {"category", f"{DC}creator"}


def assert_rss_rules(document: bytes, written: Feed) -> None:
    assert document.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    rss = ET.fromstring(document)
    assert (rss.tag, rss.attrib) == ("rss", {"version": "2.0"})
    assert [child.tag for child in rss] == ["channel"]
    channel = rss[0]
    tags = [child.tag for child in channel if child.tag not in ("item", f"{ATOM}link")]
    assert_readable(document)
    assert not channel.text or not channel.text.strip()
    assert sorted(set(tags) - {"lastBuildDate"}) == sorted(CHANNEL_ONCE)
    assert len(tags) == len(set(tags))
    assert channel.findtext("title", "").strip()
    assert re.fullmatch(r"[1-9]\d*", channel.findtext("ttl", ""))
    assert_links_of_feed(channel, "application/rss+xml", written)
    for element in channel.findall("item"):
        assert_rss_item_rules(element, written)
    guids = [element.findtext("guid") for element in channel.findall("item")]
    assert len(guids) == len(set(guids)) == len(written.items)
    dates = [*channel.iter("lastBuildDate"), *channel.iter("pubDate")]
    assert all(RFC822.fullmatch(element.text or "") for element in dates)
    for element in dates:
        moment = parsedate_to_datetime(element.text or "")
        assert (element.text or "").startswith(f"{moment:%a}")
    assert_absolute(rss)


def assert_readable(document: bytes) -> None:
    text = document.decode("utf-8", "strict")
    assert not CONTROLS.search(text)
    assert "<!DOCTYPE" not in text


def assert_links_of_feed(parent: ET.Element, media_type: str, written: Feed) -> None:
    """Each relation once per type, one of them `self`, and those of RFC 5005 as the feed says."""
    links = [link.attrib for link in parent.findall(f"{ATOM}link")]
    assert len({(link["rel"], link["type"]) for link in links}) == len(links)
    by_relation = {link["rel"]: link for link in links}
    assert by_relation["self"] == {"rel": "self", "type": media_type, "href": written.self_url}
    assert {relation: by_relation[relation]["href"] for relation in PAGES & set(by_relation)} == dict(written.pages)
    assert all(by_relation[relation]["type"] == media_type for relation in PAGES & set(by_relation))
    assert set(by_relation) <= PAGES | {"self", "alternate"}
    next_url = by_relation.get("next", {}).get("href")
    assert next_url != written.self_url


def assert_rss_item_rules(element: ET.Element, written: Feed) -> None:
    tags = [child.tag for child in element]
    assert set(tags) >= ITEM_ONCE if written.full_text else set(tags) >= ITEM_ONCE - {f"{CONTENT}encoded"}
    assert written.full_text or f"{CONTENT}encoded" not in tags
    assert set(tags) <= ITEM_ONCE | ITEM_AT_MOST_ONCE | ITEM_ANY_NUMBER
    assert all(tags.count(tag) == 1 for tag in set(tags) - ITEM_ANY_NUMBER)
    assert not {"source", f"{DC}source"} <= set(tags)
    assert not written.full_text or tags.index("description") < tags.index(f"{CONTENT}encoded")
    assert_safe_html(element.findtext("description", ""))
    guid = element.find("guid")
    assert guid is not None
    assert guid.attrib == {"isPermaLink": "false"}
    assert re.fullmatch(r"urn:newsarchive:[A-Za-z0-9%._~-]*", guid.text or "")
    assert all(RFC3339.fullmatch(child.text or "") for child in element.iter(MODIFIED))
    assert all(child.text for child in element if child.tag in ITEM_ANY_NUMBER | {"title", "source"})
    source = element.find("source")
    assert source is None or set(source.attrib) == {"url"}


def assert_absolute(root: ET.Element) -> None:
    for element in root.iter():
        addresses = [element.attrib[name] for name in ("href", "url") if name in element.attrib]
        if element.tag in {"link", "docs"} and not addresses:
            addresses = [element.text or ""]
        assert all(URI.fullmatch(address) for address in addresses)
        if element.tag in {f"{CONTENT}encoded", f"{ATOM}content"}:
            assert_safe_html(element.text or "")


def assert_safe_html(markup: str) -> None:
    """Nothing that the validator calls a security risk, and no relative reference."""
    blocks = Blocks(markup)
    assert set(blocks.tags) <= SAFE_TAGS
    assert not {name for name, _ in blocks.attributes} - {"lang", "dir"}


def assert_canonical(uri: str) -> None:
    """A feed reader compares ids letter by letter."""
    parts = urlsplit(uri)
    assert parts.scheme == parts.scheme.lower()
    assert parts.netloc == parts.netloc.lower()
    assert parts.scheme == "urn" or parts.path
    assert all(found == found.upper() for found in re.findall("%[0-9A-Fa-f]{2}", uri))


def assert_atom_rules(document: bytes, written: Feed) -> None:
    root = ET.fromstring(document)
    assert root.tag == f"{ATOM}feed"
    assert_readable(document)
    assert_links_of_feed(root, "application/atom+xml", written)
    assert_canonical(root.findtext(f"{ATOM}id", ""))
    is_entry = [child.tag == f"{ATOM}entry" for child in root]
    assert is_entry == sorted(is_entry), "metadata must come before the entries"
    for tag in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{tag}")) == 1
    links = {link.get("rel"): link.attrib for link in root.findall(f"{ATOM}link")}
    assert links["self"] == {"rel": "self", "type": "application/atom+xml", "href": written.self_url}
    assert links["alternate"]["href"] == written.home_url
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        for tag in ("id", "title", "updated", "summary"):
            assert len(entry.findall(f"{ATOM}{tag}")) == 1
        assert [content.get("type") for content in entry.findall(f"{ATOM}content")] == ["html"] * written.full_text
        assert (entry.findtext(f"{ATOM}title") or "").strip()
        assert_canonical(entry.findtext(f"{ATOM}id", ""))
        assert_source_of_entry(entry)
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] in (["alternate"], ["alternate", "related"])
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) == len(written.items)
    updates = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")) for entry in entries]
    assert len(updates) == len(set(updates)), "two entries with the same time of their last change"
    assert all((name.text or "").strip() for name in root.iter(f"{ATOM}name"))
    assert all(category.get("term") for category in root.iter(f"{ATOM}category"))
    dates = [*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")]
    assert all(RFC3339.fullmatch(element.text or "") for element in dates)
    assert_absolute(root)


def assert_source_of_entry(entry: ET.Element) -> None:
    """RFC 4287, 4.2.11: a source should have the id, title and time of its feed. Without one there is only a name."""
    source = entry.find(f"{ATOM}source")
    if source is not None and source.find(f"{ATOM}link") is not None:
        assert [child.tag for child in source] == [f"{ATOM}{tag}" for tag in ("title", "id", "link", "updated")]
        assert_canonical(source.findtext(f"{ATOM}id", ""))


def assert_json_feed_rules(document: bytes, written: Feed) -> None:
    form = json.loads(document.decode())
    assert form["version"] == "https://jsonfeed.org/version/1.1"
    assert form["title"]
    assert form["feed_url"] == (written.first_url or written.self_url)
    assert form.get("next_url", "") == written.next_url != form["feed_url"]
    assert len({entry["id"] for entry in form["items"]}) == len(written.items)
    for entry in form["items"]:
        assert isinstance(entry["id"], str)
        assert entry.get("content_html" if written.full_text else "content_text")
        assert ("content_html" in entry) is written.full_text
        assert entry["title"].strip()
        assert all(URI.fullmatch(entry[key]) for key in ("url", "external_url") if key in entry)
        assert all(RFC3339.fullmatch(entry[key]) for key in ("date_published", "date_modified") if key in entry)
        assert all(author["name"] for author in entry.get("authors", []))
        assert all(entry.get("tags", ["one"]))


def assert_all_rules(written: Feed) -> None:
    assert_rss_rules(write_rss(written), written)
    assert_atom_rules(write_atom(written), written)
    assert_json_feed_rules(write_json_feed(written), written)
