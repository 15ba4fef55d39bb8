"""The list of feeds: JSON Lines and OPML, as people write them, and both ways."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import SubscriptionsError
from newsarchive.subscriptions.feed_list import FOLDER, FeedList, read_json_lines, write_json_lines
from newsarchive.subscriptions.opml import read_opml, write_opml
from newsarchive.subscriptions.subscription import (
    Subscription,
    address_key,
    interval_text,
    parse_interval,
    subscription_from_json,
)

NAMES = st.text("أبتثجحخ سشعغ abc&<>\"'", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
SUBSCRIPTIONS = st.builds(
    lambda host, path, **rest: Subscription(address=f"https://{host}.example/{path}", **rest),
    host=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    path=st.from_regex(r"[a-z0-9?=&%${}_]{0,12}", fullmatch=True),
    title=NAMES | st.just(""),
    source=NAMES | st.just(""),
    topics=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    language=st.sampled_from(["", "ar", "en"]),
    interval=st.none() | st.integers(60, 30 * 86_400).map(float),
    full_text=st.booleans(),
    ignore_robots=st.booleans(),
    paused=st.booleans(),
    folder=st.lists(NAMES, max_size=2).map("/".join),
    headers=st.just(()) | st.just((("X-Key", "${FEED_KEY}"),)),
)
LISTS = st.lists(SUBSCRIPTIONS, max_size=5, unique_by=lambda one: one.key)


@given(LISTS)
def test_json_lines_come_back_unchanged(listed: list[Subscription]) -> None:
    assert read_json_lines(write_json_lines(listed).decode(), "here") == tuple(listed)


@given(LISTS.filter(bool))
def test_opml_comes_back_unchanged(listed: list[Subscription]) -> None:
    found = read_opml(write_opml(listed), "here")
    assert not found.skipped
    # Names of headers are in lower case, which means the same.
    assert {one.key: _lower(one) for one in found.subscriptions} == {one.key: _lower(one) for one in listed}


def _lower(one: Subscription) -> tuple[object, ...]:
    return (
        *(one.address, one.title, one.source, one.topics, one.language, one.interval, one.full_text),
        *(one.ignore_robots, one.paused, one.folder, tuple((name.lower(), value) for name, value in one.headers)),
    )


@given(st.integers(1, 30 * 86_400))
def test_durations_come_back(seconds: int) -> None:
    assert parse_interval(interval_text(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "1x", "-5m", "1.5h", "15 m", "m15", "1m1h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(SubscriptionsError, match="not a duration"):
        parse_interval(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/feed", "HTTPS://A.example:443/feed#top", True),
        ("http://a.example", "http://a.example/", True),
        ("https://a.example./feed", "https://a.example/feed", True),
        ("https://a.example/feed", "http://a.example/feed", False),
        ("https://a.example/feed", "https://a.example/Feed", False),
        ("https://a.example/feed?a=1", "https://a.example/feed?a=2", False),
        ("https://me@a.example/feed", "https://a.example/feed", False),
    ],
)
def test_addresses_of_feeds_are_compared(one: str, other: str, same: bool) -> None:
    assert (address_key(one) == address_key(other)) is same


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ('{"title": "x"}', "'url' is missing"),
        ('{"url": "https://a.example", "topic": "x"}', "unknown key 'topic'"),
        ('{"url": "ftp://a.example"}', "not an http or https address"),
        ('{"url": "https://a.example", "interval": "5s"}', "from 1m to 30d"),
        ('{"url": "https://a.example", "interval": 15}', "interval: it must be text"),
        ('{"url": "https://a.example", "paused": "yes"}', "paused: it must be true or false"),
        ('{"url": "https://a.example", "headers": {"a b": "c"}}', "header"),
        ('{"url": "https://a.example", "headers": {"A": "x\\r\\nB: y"}}', "header"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "feeds.jsonl").write_text(f'{{"url": "https://b.example"}}\n\n{line}\n', "utf-8")
    with pytest.raises(SubscriptionsError, match=problem) as raised:
        FeedList(tmp_path).load()
    assert "feeds.jsonl:3" in str(raised.value)


def test_comments_survive_changes(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    file = tmp_path / FOLDER / "feeds.jsonl"
    file.write_text('# agencies\n{"url": "https://a.example/"}\n', "utf-8")
    FeedList(tmp_path).add([Subscription(address="https://b.example/")])
    assert file.read_text("utf-8").startswith("# agencies\n")
    assert len(FeedList(tmp_path).load()) == 2


def test_an_opml_list_is_edited_as_opml(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    file = tmp_path / FOLDER / "feeds.opml"
    file.write_text('<opml><body><outline text="أخبار"><outline xmlUrl="https://a.example/"/></outline></body></opml>')
    FeedList(tmp_path).add([Subscription(address="https://b.example/", topics=("مصر",))])
    assert [one.topics for one in FeedList(tmp_path).load()] == [("مصر",), ("أخبار",)]
    (tmp_path / FOLDER / "feeds.jsonl").write_text("")
    with pytest.raises(SubscriptionsError, match="keep one of them"):
        FeedList(tmp_path).load()


OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>x</title></head><body>
<outline text="أخبار"><outline text="اقتصاد">
  <outline type="rss" title="أولى" text="t" xmlUrl="https://a.example/feed"/>
  <outline text="ثانية" xmlUrl="https://b.example/feed" category="/أخبار/رياضة,/مصر"/>
</outline></outline>
<outline text="تقنية"><outline text="أولى مرة أخرى" xmlUrl="https://A.example/feed"/></outline>
<outline text="ثالثة" xmlURL="feed://c.example/rss" htmlUrl="https://c.example/" category=""/>
<outline text="رابط" type="link" url="https://d.example/"/>
<outline text="مكسورة" xmlUrl="not an address"/>
</body>"""


def test_opml_of_feed_readers_is_read() -> None:
    found = read_opml(OPML.encode(), "list.opml")
    by_address = {one.address: one for one in found.subscriptions}
    assert list(by_address) == ["https://a.example/feed", "https://b.example/feed", "http://c.example/rss"]
    first, second, third = by_address.values()
    assert (first.title, first.folder, first.topics) == ("أولى", "أخبار/اقتصاد", ("اقتصاد", "تقنية"))
    assert second.topics == ("رياضة", "مصر")
    assert (third.title, third.topics, third.folder) == ("ثالثة", (), "")
    assert len(found.skipped) == 1


@pytest.mark.parametrize("content", [b"", b"<rss/>", b"{}", b"\xff\xfe\x00", b"<html><p>x"])
def test_what_is_no_opml_is_refused(content: bytes) -> None:
    with pytest.raises(SubscriptionsError, match="here"):
        read_opml(content, "here")


@given(st.binary(max_size=200))
def test_no_opml_is_a_fault(content: bytes) -> None:
    with suppress(SubscriptionsError):
        read_opml(b"<opml><outline xmlUrl='" + content, "here")


def test_one_topic_may_be_text() -> None:
    assert subscription_from_json({"url": "https://a.example/", "topics": "مصر"}).topics == ("مصر",)
