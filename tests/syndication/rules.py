"""Assertions for the feed rules of the W3C validator, RFC 4287 and JSON Feed 1.1."""

import json
import re
import xml.etree.ElementTree as ET

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
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
URI = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
CHANNEL_ONCE = ("title", "link", "description", "language", f"{ATOM}link", "generator", "docs", "ttl")
ITEM_ONCE = {"title", "link", "guid", "description", f"{CONTENT}encoded"}
ITEM_AT_MOST_ONCE = {"pubDate", "source", f"{ATOM}link", f"{DC}source", f"{DC}publisher", f"{DC}language"}
ITEM_ANY_NUMBER = {"category", f"{DC}creator"}


def assert_rss_rules(document: bytes, written: Feed) -> None:
    assert document.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    rss = ET.fromstring(document)
    assert (rss.tag, rss.attrib) == ("rss", {"version": "2.0"})
    assert [child.tag for child in rss] == ["channel"]
    channel = rss[0]
    tags = [child.tag for child in channel if child.tag != "item"]
    assert sorted(set(tags) - {"lastBuildDate"}) == sorted(CHANNEL_ONCE)
    assert len(tags) == len(set(tags))
    assert channel.findtext("title", "").strip()
    assert re.fullmatch(r"[1-9]\d*", channel.findtext("ttl", ""))
    link = channel.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {"rel": "self", "type": "application/rss+xml", "href": written.self_url}
    for element in channel.findall("item"):
        assert_rss_item_rules(element)
    guids = [element.findtext("guid") for element in channel.findall("item")]
    assert len(guids) == len(set(guids)) == len(written.items)
    dates = [*channel.iter("lastBuildDate"), *channel.iter("pubDate")]
    assert all(RFC822.fullmatch(element.text or "") for element in dates)
    assert_absolute(rss)


def assert_rss_item_rules(element: ET.Element) -> None:
    tags = [child.tag for child in element]
    assert set(tags) >= ITEM_ONCE
    assert set(tags) <= ITEM_ONCE | ITEM_AT_MOST_ONCE | ITEM_ANY_NUMBER
    assert all(tags.count(tag) == 1 for tag in set(tags) - ITEM_ANY_NUMBER)
    assert not {"source", f"{DC}source"} <= set(tags)
    assert tags.index("description") < tags.index(f"{CONTENT}encoded")
    guid = element.find("guid")
    assert guid is not None
    assert guid.attrib == {"isPermaLink": "false"}
    assert re.fullmatch(r"urn:newsarchive:[A-Za-z0-9%._~-]*", guid.text or "")
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
            assert not {name for name, _ in Blocks(element.text or "").attributes} - {"lang", "dir"}


def assert_atom_rules(document: bytes, written: Feed) -> None:
    root = ET.fromstring(document)
    assert root.tag == f"{ATOM}feed"
    for tag in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{tag}")) == 1
    links = {link.get("rel"): link.attrib for link in root.findall(f"{ATOM}link")}
    assert links["self"] == {"rel": "self", "type": "application/atom+xml", "href": written.self_url}
    assert links["alternate"]["href"] == written.home_url
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        for tag in ("id", "title", "updated", "summary", "content"):
            assert len(entry.findall(f"{ATOM}{tag}")) == 1
        assert [content.get("type") for content in entry.findall(f"{ATOM}content")] == ["html"]
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] in (["alternate"], ["alternate", "related"])
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) == len(written.items)
    assert all(name.text for name in root.iter(f"{ATOM}name"))
    assert all(category.get("term") for category in root.iter(f"{ATOM}category"))
    dates = [*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")]
    assert all(RFC3339.fullmatch(element.text or "") for element in dates)
    assert_absolute(root)


def assert_json_feed_rules(document: bytes, written: Feed) -> None:
    form = json.loads(document)
    assert form["title"]
    assert form["feed_url"] == written.self_url
    assert len({entry["id"] for entry in form["items"]}) == len(written.items)
    for entry in form["items"]:
        assert isinstance(entry["id"], str)
        assert entry["content_html"]
        assert all(URI.fullmatch(entry[key]) for key in ("url", "external_url") if key in entry)
        assert all(RFC3339.fullmatch(entry[key]) for key in ("date_published", "date_modified") if key in entry)
        assert all(author["name"] for author in entry.get("authors", []))
        assert all(entry.get("tags", ["one"]))


def assert_all_rules(written: Feed) -> None:
    assert_rss_rules(write_rss(written), written)
    assert_atom_rules(write_atom(written), written)
    assert_json_feed_rules(write_json_feed(written), written)
