"""Feeds read back as a subscriber's feed reader sees them."""

import json
import xml.etree.ElementTree as ET
from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from newsarchive.syndication import (
    write_atom,
    write_json_feed,
    write_rss,
)

from .samples import (
    BARE,
    CONTENT,
    DC,
    ENGLISH,
    PAGE,
    SAMPLE,
    SOURCE_FEED,
    TASS,
    Blocks,
    feed,
    item,
    paragraphs,
    read,
    seconds,
)


def test_rss_round_trip() -> None:
    parsed = read(write_rss(SAMPLE))
    assert parsed.version == "rss20"
    assert parsed.feed.title == SAMPLE.title
    assert parsed.feed.subtitle == SAMPLE.description
    assert parsed.feed.link == SAMPLE.home_url
    assert parsed.feed.language == "ar"
    assert SAMPLE.updated is not None
    assert timegm(parsed.feed.updated_parsed) == seconds(SAMPLE.updated)
    assert [entry.title for entry in parsed.entries] == [TASS.title, BARE.title, ENGLISH.title]
    assert [entry.link for entry in parsed.entries] == [TASS.url, PAGE + "bare", PAGE + "english"]
    assert [entry.id for entry in parsed.entries] == [
        "urn:newsarchive:mfzwizltoruw4zzx",
        "urn:newsarchive:bare",
        "urn:newsarchive:english",
    ]
    assert not any(entry.guidislink for entry in parsed.entries)


def test_rss_item_has_all_fields_of_the_article() -> None:
    entry = read(write_rss(SAMPLE)).entries[0]
    assert entry.published == "Mon, 05 Aug 2024 15:07:41 +0300"
    assert timegm(entry.published_parsed) == seconds(datetime(2024, 8, 5, 12, 7, 41, tzinfo=UTC))
    assert [tag.term for tag in entry.tags] == ["سياسة", "الشرق الأوسط"]
    assert entry.source == {"title": "تاس", "href": SOURCE_FEED}
    assert [author.name for author in entry.authors] == ["ليلى حسن", "عمر الخطيب"]
    assert entry.publisher == "روسيا اليوم"
    assert entry.language == "ar"
    assert Blocks(entry.summary).texts == [TASS.summary]
    assert dict(Blocks(entry.summary).attributes) == {"lang": "ar", "dir": "rtl"}
    assert [link.href for link in entry.links if link.rel == "related"] == [PAGE + TASS.id]
    blocks = Blocks(entry.content[0].value)
    assert blocks.texts == paragraphs(TASS)
    assert blocks.tags == ["div", "p", "h2", "p"]
    assert dict(blocks.attributes) == {"lang": "ar", "dir": "rtl"}


def test_rss_item_omits_unknown_fields() -> None:
    element = ET.fromstring(write_rss(feed(item(BARE)))).find("channel/item")
    assert element is not None
    assert [child.tag for child in element] == [
        "title",
        "link",
        "guid",
        f"{DC}language",
        "description",
        f"{CONTENT}encoded",
    ]


def test_source_without_a_feed_is_written_as_dc_source() -> None:
    element = ET.fromstring(write_rss(feed(item(TASS)))).find("channel/item")
    assert element is not None
    assert element.find("source") is None
    assert element.findtext(f"{DC}source") == "تاس"


def test_date_is_midnight_of_the_day_or_else_the_archiving_time() -> None:
    undated = replace(TASS, published=None)
    entries = read(write_rss(feed(item(ENGLISH), item(undated)))).entries
    assert [entry.published for entry in entries] == [
        "Sun, 31 Dec 2023 00:00:00 +0000",
        "Sat, 01 Mar 2025 06:30:00 +0000",
    ]
    undated_form, day_form = json.loads(write_json_feed(feed(item(undated), item(ENGLISH))))["items"]
    assert undated_form["date_published"] == "2025-03-01T06:30:00+00:00"
    assert day_form["date_published"] == "2023-12-31T00:00:00+00:00"


def test_zone_offset_with_seconds_is_converted_to_utc() -> None:
    cairo_local_mean_time = timezone(timedelta(hours=2, minutes=5, seconds=9))
    old = replace(TASS, published=datetime(1900, 1, 1, 12, 5, 9, tzinfo=cairo_local_mean_time))
    assert read(write_rss(feed(item(old)))).entries[0].published == "Mon, 01 Jan 1900 10:00:00 +0000"
    assert read(write_atom(feed(item(old)))).entries[0].published == "1900-01-01T10:00:00+00:00"


def test_id_is_the_same_after_a_correction() -> None:
    corrected = replace(TASS, revision=2, title="عنوان آخر", body="نص آخر", url="https://other.example/")
    assert read(write_rss(feed(item(corrected)))).entries[0].id == read(write_rss(feed(item(TASS)))).entries[0].id


def test_feed_without_a_date_uses_its_latest_item() -> None:
    later = replace(BARE, archived_at=datetime(2025, 3, 2, tzinfo=UTC))
    undated = feed(item(TASS), item(later), item(ENGLISH), updated=None)
    assert read(write_rss(undated)).feed.updated == "Sun, 02 Mar 2025 00:00:00 +0000"
    assert read(write_atom(undated)).feed.updated == "2025-03-02T00:00:00+00:00"


def test_empty_feed_is_valid() -> None:
    empty = feed(updated=None)
    assert read(write_rss(empty)).entries == []
    assert ET.fromstring(write_rss(empty)).find("channel/lastBuildDate") is None
    assert read(write_atom(empty)).feed.updated == "1970-01-01T00:00:00+00:00"
    assert json.loads(write_json_feed(empty))["items"] == []


def test_atom_round_trip() -> None:
    parsed = read(write_atom(SAMPLE))
    assert parsed.version == "atom10"
    assert (parsed.feed.title, parsed.feed.subtitle) == (SAMPLE.title, SAMPLE.description)
    assert parsed.feed.link == SAMPLE.home_url
    assert [entry.title for entry in parsed.entries] == [TASS.title, BARE.title, ENGLISH.title]
    entry = parsed.entries[0]
    assert entry.id == "urn:newsarchive:mfzwizltoruw4zzx"
    assert entry.link == TASS.url
    assert entry.published == "2024-08-05T15:07:41+03:00"
    assert timegm(entry.updated_parsed) == seconds(datetime(2025, 3, 1, 6, 30, tzinfo=UTC))
    assert [tag.term for tag in entry.tags] == ["سياسة", "الشرق الأوسط"]
    assert (entry.source.title, entry.source.id) == ("تاس", SOURCE_FEED)
    assert [author.name for author in entry.authors] == ["ليلى حسن", "عمر الخطيب"]
    assert entry.summary == TASS.summary
    assert entry.content[0].language == "ar"
    assert Blocks(entry.content[0].value).texts == paragraphs(TASS)


def test_atom_author_falls_back_to_the_outlet() -> None:
    unsigned = replace(TASS, authors=())
    entries = read(write_atom(feed(item(unsigned), item(replace(unsigned, id="other", publisher=""))))).entries
    assert [entry.author for entry in entries] == ["روسيا اليوم", "تاس"]


def test_json_feed_round_trip() -> None:
    form = json.loads(write_json_feed(SAMPLE))
    assert form["version"] == "https://jsonfeed.org/version/1.1"
    assert (form["title"], form["description"], form["language"]) == (SAMPLE.title, SAMPLE.description, "ar")
    assert (form["home_page_url"], form["feed_url"]) == (SAMPLE.home_url, SAMPLE.self_url)
    content = form["items"][0].pop("content_html")
    assert Blocks(content).texts == paragraphs(TASS)
    assert form["items"][0] == {
        "id": "urn:newsarchive:mfzwizltoruw4zzx",
        "url": PAGE + TASS.id,
        "external_url": TASS.url,
        "title": TASS.title,
        "summary": TASS.summary,
        "date_published": "2024-08-05T15:07:41+03:00",
        "date_modified": "2025-03-01T06:30:00+00:00",
        "authors": [{"name": "ليلى حسن"}, {"name": "عمر الخطيب"}],
        "tags": ["سياسة", "الشرق الأوسط"],
        "language": "ar",
        "_newsarchive": {
            "source": "تاس",
            "source_feed_url": SOURCE_FEED,
            "publisher": "روسيا اليوم",
            "revision": 1,
        },
    }
