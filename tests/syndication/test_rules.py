"""Every feed follows the rules of its format and loses no text, whatever the articles contain."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from calendar import timegm
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.syndication import (
    Feed,
    readable_text,
    write_atom,
    write_json_feed,
    write_rss,
)

from .rules import assert_all_rules
from .samples import (
    ATOM,
    CONTENT,
    DC,
    SAMPLE,
    SOURCE_FEED,
    Blocks,
    feed,
    item,
    line,
    paragraphs,
    read,
    seconds,
)


def test_sample_feed_follows_the_rules() -> None:
    assert_all_rules(SAMPLE)
    assert_all_rules(feed(updated=None))


def test_namespaces_have_their_usual_prefixes() -> None:
    document = write_rss(SAMPLE).decode()
    for name in ("<atom:link ", "<dc:creator>", "<content:encoded>"):
        assert name in document
    assert "<feed xmlns=" in write_atom(SAMPLE).decode()


def test_equal_feeds_give_equal_bytes() -> None:
    again = replace(SAMPLE, items=tuple(replace(entry) for entry in SAMPLE.items))
    for write in (write_rss, write_atom, write_json_feed):
        assert write(again) == write(SAMPLE)
        assert write(feed(*SAMPLE.items[1:])) != write(SAMPLE)


PAGES = "https://archive.example/feed"
MARKS = "\u200e\u200f"
FRAGMENTS = ("<script>alert(1)</script>", "]]>", "<!--", "<b>", "</p>", "&amp;", "&#x3c;", '"', "'", "<", "&", "\n")


def texts(characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Arbitrary characters, mixed with pieces of markup."""
    pieces = st.sampled_from(FRAGMENTS) | st.text(characters, max_size=8)
    return st.text(characters, max_size=30) | st.lists(pieces, max_size=6).map("".join)


ANY_TEXT = texts(st.characters())
# feedparser repairs text that looks like UTF-8 decoded as Latin-1, so it also changes some valid
# text.
READER_TEXT = texts(st.characters(exclude_characters=[chr(code) for code in range(0x80, 0x100)]))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@st.composite
def feeds(draw: st.DrawFn, text: st.SearchStrategy[str] = ANY_TEXT) -> Feed:
    """A feed of one to three articles, all with arbitrary text."""
    items = []
    for number in range(draw(st.integers(1, 3))):
        body = draw(text.map(lambda body: body if body.strip() else f"{body}نص"))
        article = Article(
            id=f"id{number}",
            title=draw(text),
            body=body,
            headings=tuple(body.split("\n")[:1]) if draw(st.booleans()) else (),
            summary=draw(text),
            source=draw(text),
            publisher=draw(text),
            authors=tuple(draw(st.lists(text, max_size=2))),
            published=draw(st.none() | DAYS | MOMENTS),
            language=draw(st.sampled_from(["ar", "en", ""]) | text),
            url=draw(st.just("") | text | text.map("https://arabic.example/".__add__)),
            archived_at=draw(st.none() | MOMENTS),
        )
        labels = tuple(draw(st.lists(text, max_size=2)))
        items.append(item(article, topic_labels=labels, source_feed_url=draw(st.sampled_from(["", SOURCE_FEED]))))
    pages = draw(st.sampled_from(({}, {"first_url": PAGES}, {"first_url": PAGES, "next_url": f"{PAGES}?page=2"})))
    return feed(
        *items,
        title="أخبار " + draw(text),
        description=draw(text),
        updated=draw(st.none() | MOMENTS),
        full_text=draw(st.booleans()),
        **pages,
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(feeds())
def test_any_article_follows_the_rules_and_keeps_its_text(written: Feed) -> None:
    assert_all_rules(written)
    rss = ET.fromstring(write_rss(written)).findall("channel/item")
    atom = ET.fromstring(write_atom(written)).findall(f"{ATOM}entry")
    json_items = json.loads(write_json_feed(written))["items"]
    for entry, in_rss, in_atom, in_json in zip(written.items, rss, atom, json_items, strict=True):
        article = entry.article
        titles = {in_rss.findtext("title"), in_atom.findtext(f"{ATOM}title"), in_json["title"]}
        assert titles == {entry.title}
        assert entry.title.lstrip(MARKS) == (line(article.title) or entry.lead or entry.id).lstrip(MARKS)
        assert in_atom.findtext(f"{ATOM}summary") == in_json.get("summary", "") == entry.lead
        assert Blocks(in_rss.findtext("description", "")).texts in ([entry.lead], [entry.lead[1:]])
        source = in_rss.findtext("source") or in_rss.findtext(f"{DC}source") or ""
        assert source == in_json["_newsarchive"].get("source", "") == line(article.source)
        if not written.full_text:
            continue
        for content in (
            in_rss.findtext(f"{CONTENT}encoded", ""),
            in_atom.findtext(f"{ATOM}content", ""),
            in_json["content_html"],
        ):
            blocks = Blocks(content)
            assert blocks.texts == paragraphs(article)
            assert set(blocks.tags) <= {"div", "h2", "p"}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(feeds(READER_TEXT))
def test_feedparser_reads_any_article_unchanged(written: Feed) -> None:
    entries = zip(written.items, read(write_rss(written)).entries, read(write_atom(written)).entries, strict=True)
    for entry, in_rss, in_atom in entries:
        article = entry.article
        assert in_rss.id == in_atom.id == entry.id
        assert in_atom.link == entry.link
        # In RSS's link element, feedparser mistakes `&b;` for a broken entity and repairs it.
        assert in_rss.link == entry.link or re.search(r"&\w+;", entry.link)
        # In RSS, feedparser guesses the type and mistakes some titles for HTML. Atom states the
        # type.
        assert in_rss.title_detail.type == "text/html" or in_rss.title == entry.title
        assert in_atom.title == entry.title
        labels = [label for label in dict.fromkeys(map(line, entry.topic_labels)) if label]
        for read_back in (in_rss, in_atom):
            assert [tag.term for tag in read_back.get("tags", [])] == labels
        if line(article.source) and entry.source_feed_url:
            assert in_rss.source.title == in_atom.source.title == line(article.source)
        if published := article.published or article.archived_at:
            assert timegm(in_rss.published_parsed) == seconds(published)
        for content in (in_rss.content[0].value, in_atom.content[0].value) if written.full_text else ():
            assert [line(text) for text in Blocks(content).texts] == [line(text) for text in paragraphs(article)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.characters()))
def test_readable_text_is_valid_xml_and_keeps_all_visible_characters(text: str) -> None:
    readable = readable_text(text)
    element = ET.Element("text")
    element.text = readable
    assert (ET.fromstring(ET.tostring(element, encoding="UTF-8")).text or "") == readable
    assert readable_text(readable) == readable
    written = [character for character in text if unicodedata.category(character)[0] in "LMNPS"]
    assert [character for character in readable if unicodedata.category(character)[0] in "LMNPS"] == written
