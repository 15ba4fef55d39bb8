"""What reader programs make of pages of a feed, of summaries, of corrections and of titles in two scripts."""

import json
import xml.etree.ElementTree as ET
from calendar import timegm
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from rss_parser import AtomParser, RSSParser

from newsarchive.article import Article
from newsarchive.syndication import Feed, write_atom, write_json_feed, write_rss

from .rules import assert_all_rules
from .samples import ATOM, ENGLISH, SAMPLE, TASS, Blocks, feed, item, read, seconds

FIRST = "https://archive.example/feed"
SECOND = feed(
    *SAMPLE.items, self_url=f"{FIRST}?before=2", first_url=FIRST, next_url=f"{FIRST}?before=3", previous_url=FIRST
)


def test_pages_follow_the_rules() -> None:
    assert_all_rules(SECOND)
    assert_all_rules(replace(SECOND, next_url="", previous_url=""))


@pytest.mark.parametrize("write", [write_rss, write_atom])
def test_a_reader_finds_the_other_pages(write: Any) -> None:
    links = {link.rel: link.href for link in read(write(SECOND)).feed.links}
    assert {name: links[name] for name in ("self", "first", "next", "previous")} == {
        "self": f"{FIRST}?before=2",
        "first": FIRST,
        "next": f"{FIRST}?before=3",
        "previous": FIRST,
    }


def test_pages_are_of_one_feed() -> None:
    assert read(write_atom(SECOND)).feed.id == FIRST
    form = json.loads(write_json_feed(SECOND))
    assert (form["feed_url"], form["next_url"]) == (FIRST, f"{FIRST}?before=3")


@pytest.mark.parametrize("relation", ["first_url", "next_url", "previous_url"])
def test_relative_pages_are_refused(relation: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        feed(**{relation: "/feed?page=2"})


def test_rss_parser_reads_what_is_written() -> None:
    rss: Any = RSSParser.parse(write_rss(SAMPLE).decode())
    channel = rss.channel
    assert [entry.title.content for entry in channel.items] == [entry.title for entry in SAMPLE.items]
    assert [entry.guid.content for entry in channel.items] == [entry.id for entry in SAMPLE.items]
    parsed: Any = AtomParser.parse(write_atom(SAMPLE).decode())
    atom = parsed.feed
    assert [entry.title.content for entry in atom.entries] == [entry.title for entry in SAMPLE.items]
    assert [entry.id.content for entry in atom.entries] == [entry.id for entry in SAMPLE.items]


def test_summaries_have_no_full_text() -> None:
    short = replace(SAMPLE, full_text=False)
    assert_all_rules(short)
    last = TASS.body.rsplit("\n", 1)[1]
    for write in (write_rss, write_atom, write_json_feed):
        assert last.split()[1] not in write(short).decode()
    assert Blocks(read(write_rss(short)).entries[0].summary).texts == [TASS.summary]
    assert json.loads(write_json_feed(short))["items"][0]["content_text"] == TASS.summary


def corrected(**changes: Any) -> Feed:
    assert TASS.archived_at is not None
    later = TASS.archived_at + timedelta(hours=1)
    return feed(item(replace(TASS, revision=2, archived_at=later, **changes)))


def test_a_correction_keeps_the_id_and_the_publication_and_changes_the_time() -> None:
    for write in (write_rss, write_atom):
        (before,), (after,) = read(write(feed(item(TASS)))).entries, read(write(corrected(body="نص"))).entries
        assert (before.id, before.published) == (after.id, after.published)
        assert before.updated_parsed < after.updated_parsed
        assert TASS.archived_at is not None
        assert timegm(after.updated_parsed) == seconds(TASS.archived_at + timedelta(hours=1))


def test_entries_archived_together_have_different_times_that_last() -> None:
    many = [item(replace(TASS, id=f"id{number}")) for number in range(300)]

    def times(*items: Any) -> dict[str, str]:
        entries = ET.fromstring(write_atom(feed(*items))).findall(f"{ATOM}entry")
        return {entry.findtext(f"{ATOM}id", ""): entry.findtext(f"{ATOM}updated", "") for entry in entries}

    together = times(*many)
    assert len(set(together.values())) == len(many)
    assert times(*many[10:20]).items() <= together.items()
    assert {datetime.fromisoformat(time).replace(microsecond=0) for time in together.values()} == {TASS.archived_at}


RLM, LRM = "\u200f", "\u200e"


@pytest.mark.parametrize(
    ("title", "language", "mark"),
    [
        ("قمة المناخ COP28 تبدأ", "ar", ""),
        ("COP28: قمة المناخ تبدأ", "ar", RLM),
        ("«CNN»: زلزال في تركيا", "ar", RLM),
        ("5 قتلى في انفجار", "ar", ""),
        ("G20 تجتمع", "fa", RLM),
        ("Breaking news!", "ar", ""),
        ("2024", "ar", ""),
        ("الجزيرة reports from Cairo", "en", LRM),
        ("Al Jazeera (الجزيرة) reports", "en", ""),
        (f"{RLM}COP28: قمة المناخ", "ar", ""),
        ("\u2068COP28\u2069: قمة المناخ", "ar", ""),
        ("COP28: قمة المناخ", "", ""),
    ],
)
def test_the_direction_of_a_title_is_kept(title: str, language: str, mark: str) -> None:
    written = feed(item(Article(id="one", title=title, body="نص", language=language)))
    assert_all_rules(written)
    rss = ET.fromstring(write_rss(written)).findtext("channel/item/title")
    atom = ET.fromstring(write_atom(written)).findtext(f"{ATOM}entry/{ATOM}title")
    assert rss == atom == json.loads(write_json_feed(written))["items"][0]["title"] == mark + title


def test_titles_of_feeds_and_leads_keep_their_direction_too() -> None:
    article = replace(ENGLISH, language="ar", title="خبر", summary="UNESCO تدرج المدينة")
    written = feed(item(article), title="CNN بالعربية")
    entry = ET.fromstring(write_atom(written)).findtext(f"{ATOM}entry/{ATOM}summary")
    assert entry == f"{RLM}{article.summary}"
    assert read(write_atom(written)).feed.title == f"{RLM}CNN بالعربية"
    assert Blocks(read(write_rss(written)).entries[0].summary).texts == [article.summary]
