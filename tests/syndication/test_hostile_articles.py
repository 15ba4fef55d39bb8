"""Feeds with markup in the text, invalid characters, bad URLs and missing fields."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.syndication import (
    LEAD_LENGTH,
    FeedItem,
    absolute_uri,
    write_atom,
    write_json_feed,
    write_rss,
)

from .samples import ATOM, BARE, CONTENT, DC, PAGE, SOURCE_FEED, TASS, Blocks, feed, item, read

HOSTILE = "<script>alert(1)</script>]]><!-- --><b onclick='x'>\"&amp;&lt;&#0;</b>"


def test_markup_in_an_article_is_escaped() -> None:
    hostile = replace(
        TASS, title=HOSTILE, body=f"{HOSTILE}\n{HOSTILE} 2", headings=(HOSTILE,), summary=HOSTILE, authors=(HOSTILE,)
    )
    hostile = replace(hostile, source=HOSTILE, publisher=HOSTILE, language='ar" onload="x', url="javascript:alert(1)")
    hostile_feed = feed(item(hostile, topic_labels=(HOSTILE,), source_feed_url=SOURCE_FEED), title=HOSTILE)
    rss = ET.fromstring(write_rss(hostile_feed)).find("channel/item")
    assert rss is not None
    for tag in ("title", f"{DC}creator", f"{DC}publisher", "source", "category"):
        assert rss.findtext(tag) == HOSTILE
    assert rss.findtext("link") == PAGE + TASS.id
    assert Blocks(rss.findtext("description", "")).tags == ["p"]
    for markup in (
        rss.findtext(f"{CONTENT}encoded", ""),
        ET.fromstring(write_atom(hostile_feed)).findtext(f"{ATOM}entry/{ATOM}content", ""),
        json.loads(write_json_feed(hostile_feed))["items"][0]["content_html"],
    ):
        blocks = Blocks(markup)
        assert blocks.tags == ["div", "h2", "p"]
        assert blocks.texts == [HOSTILE, HOSTILE + " 2"]
        assert blocks.attributes == [("dir", "auto")]
    entry = read(write_rss(hostile_feed)).entries[0]
    assert entry.title == HOSTILE
    assert Blocks(entry.content[0].value).texts == [HOSTILE, HOSTILE + " 2"]


@pytest.mark.parametrize("code", [0x00, 0x08, 0x1B, 0x7F, 0x81, 0xD800, 0xDFFF, 0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE])
def test_characters_invalid_in_xml_are_dropped(code: int) -> None:
    character = chr(code)
    text = f"كت{character}اب"
    broken = replace(TASS, id=f"id{character}", title=text, body=text, summary=text, source=text, authors=(text,))
    broken_feed = feed(item(broken, topic_labels=(text,)), title=text, description=text)
    parsed = read(write_rss(broken_feed))
    assert (parsed.feed.title, parsed.feed.subtitle) == ("كتاب", "كتاب")
    entry = parsed.entries[0]
    summary = Blocks(entry.summary).texts[0]
    assert (entry.title, summary, entry.author, entry.tags[0].term) == ("كتاب",) * 4
    assert entry.id == f"urn:newsarchive:id{quote(character.encode('utf-8', 'surrogatepass'))}"
    assert read(write_atom(broken_feed)).entries[0].title == "كتاب"
    assert json.loads(write_json_feed(broken_feed))["items"][0]["title"] == "كتاب"


def test_separating_control_characters_become_spaces() -> None:
    broken = replace(TASS, title="وزير\r\n\vالخارجية\u2028يصل", body="وزير\x0cالخارجية\x85يصل")
    entry = read(write_rss(feed(item(broken)))).entries[0]
    assert entry.title == "وزير الخارجية يصل"
    assert Blocks(entry.content[0].value).texts == ["وزير الخارجية يصل"]


def test_lead_is_the_first_paragraph_truncated_at_a_word() -> None:
    words = "كلمة " * 200
    article = replace(TASS, summary="", body=f"تفاصيل الاتفاق\n{words}\nالخاتمة")
    lead = item(article).lead
    assert lead == "كلمة " * (LEAD_LENGTH // 5 - 1) + "كلمة…"
    assert len(lead) <= LEAD_LENGTH + 1
    assert item(replace(article, body="تفاصيل الاتفاق\nقصير")).lead == "قصير"
    assert item(replace(article, body="تفاصيل الاتفاق")).lead == "تفاصيل الاتفاق"
    assert len(item(replace(article, body="ك" * 1000)).lead) == LEAD_LENGTH + 1


def test_untitled_article_uses_its_lead_as_title() -> None:
    untitled = replace(BARE, title=" \n")
    assert read(write_rss(feed(item(untitled)))).entries[0].title == "نص الخبر."


@pytest.mark.parametrize(
    ("language", "attributes"),
    [
        ("ar-EG", {"lang": "ar-EG", "dir": "rtl"}),
        ("fa", {"lang": "fa", "dir": "rtl"}),
        ("fr", {"lang": "fr", "dir": "ltr"}),
        ("", {"dir": "auto"}),
        ("العربية", {"dir": "auto"}),
    ],
)
def test_content_has_its_language_and_direction(language: str, attributes: dict[str, str]) -> None:
    content = item(replace(BARE, language=language)).content_html
    assert dict(Blocks(content).attributes) == attributes


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("https://arabic.example/a?b=1&c=%D8%A9#d", "https://arabic.example/a?b=1&c=%D8%A9#d"),
        ("http://arabic.example:8080/~x/(y);z=1,2", "http://arabic.example:8080/~x/(y);z=1,2"),
        ("  https://arabic.example/مصر ", "https://arabic.example/%D9%85%D8%B5%D8%B1"),
        ("https://موقع.example/", "https://xn--4gbrim.example/"),
        ("https://arabic.example/100%?q=[x]", "https://arabic.example/100%25?q=%5Bx%5D"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/hosts", ""),
        ("//arabic.example/a", ""),
        ("/news/1", ""),
        ("arabic.example/news", ""),
        ("https:///news", ""),
        ("https://[::1/news", ""),
        ("https://arabic.example:port/", ""),
        ('https://arabic.example"onclick="x/', ""),
        ("", ""),
    ],
)
def test_absolute_uri_encodes_web_urls_and_rejects_others(address: str, uri: str) -> None:
    assert absolute_uri(address) == uri


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": " \x00"}, "title"),
        ({"self_url": "/feed.rss"}, "self_url"),
        ({"home_url": "search?q=x"}, "home_url"),
        ({"language": "العربية"}, "language tag"),
        ({"updated": datetime(2025, 3, 1)}, "zone"),  # noqa: DTZ001
        ({"items": (item(BARE), item(BARE))}, "once"),
    ],
)
def test_invalid_feed_fields_are_rejected(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        feed(**fields)


@pytest.mark.parametrize("fields", [{"page_url": "/article/1"}, {"page_url": PAGE, "source_feed_url": "feed?source=x"}])
def test_relative_urls_in_items_are_rejected(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="absolute"):
        FeedItem(article=BARE, **fields)  # type: ignore[arg-type]


@given(
    st.from_regex(
        r"(https?|ftp)://[a-zA-Z0-9.\-]{0,9}(:8?)?(/[a-z0-9%:@?#\[é ~/]{0,9})?(\?[a-z=&?#;%]{0,5})?", fullmatch=True
    )
)
def test_addresses_that_need_no_encoding_are_what_they_would_be_with_it(address: str) -> None:
    assert absolute_uri(address) == absolute_uri(f" {address} ")
