from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive import limits
from newsarchive.article import Article, Origin, Topic
from newsarchive.ingest.rereading import Change, Kind, reread
from tests.articles import NOW, articles, make_article

RIYADH = ZoneInfo("Asia/Riyadh")
DAY = "الإثنين 21 أبريل/نيسان 2025"
EPOCH = str(int(NOW.timestamp()))


def plus(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


def dated(published: Any, raw: str, kind: str = "feed") -> Article:
    return make_article(published=published, published_raw=raw, origin=Origin(kind, "https://a.example/feed"))


def kinds(article: Article) -> dict[str, Kind]:
    found = reread(article, UTC)
    return {change.field: change.kind for change in found.changes} if found else {}


@pytest.mark.parametrize(
    ("old", "raw", "kind", "new"),
    [
        (None, DAY, "feed", date(2025, 4, 21)),
        (None, f"{DAY}، 10:30", "feed", datetime(2025, 4, 21, 10, 30, tzinfo=RIYADH)),
        (None, "Mon, 21 Apr 2025 10:30:00 +0100", "feed", datetime(2025, 4, 21, 10, 30, tzinfo=plus(1))),
        (None, EPOCH, "jsonl", NOW),
        (None, EPOCH, "feed", NOW),
        # The time could not be read before.
        (None, f"نُشر: {DAY}، 10:30 بتوقيت مكة", "feed", datetime(2025, 4, 21, 10, 30, tzinfo=RIYADH)),
        (None, f"دمشق - {DAY}", "feed", date(2025, 4, 21)),
        (None, EPOCH + "000", "jsonl", NOW),
        (None, f"&nbsp;{DAY} ", "feed", date(2025, 4, 21)),
        # Misread before, as by feedparser.
        (
            datetime(2024, 11, 1, tzinfo=UTC),
            "2024/8/5 15:07:41 GMT",
            "feed",
            datetime(2024, 8, 5, 15, 7, 41, tzinfo=UTC),
        ),
        (date(2025, 4, 20), DAY, "feed", date(2025, 4, 21)),
        # Only the day was parsed before.
        (date(2025, 4, 21), f"{DAY}، 10:30", "feed", datetime(2025, 4, 21, 10, 30, tzinfo=RIYADH)),
        # The corrected time keeps the zone in which it was parsed before.
        (
            datetime(2025, 4, 21, 9, tzinfo=plus(1)),
            f"{DAY}، 10:30",
            "feed",
            datetime(2025, 4, 21, 10, 30, tzinfo=plus(1)),
        ),
    ],
)
def test_dates_are_parsed_from_the_stored_string(old: Any, raw: str, kind: str, new: Any) -> None:
    found = reread(dated(old, raw, kind), RIYADH)
    assert found is not None
    assert found.article.published == new
    assert type(found.article.published) is type(new)
    change = found.changes[0]
    assert (change.kind, change.field) == (Kind.DATE_CHANGED if old else Kind.DATE_READ, "published")
    assert (change.old, change.new) == (old.isoformat() if old else "", new.isoformat())
    assert change.read_from == raw.replace("&nbsp;", "").strip()


@pytest.mark.parametrize(
    ("old", "raw", "kind"),
    [
        (date(2025, 4, 21), DAY, "feed"),
        # Can't be parsed now.
        (date(2025, 4, 21), "أمس", "feed"),
        (date(2025, 4, 21), EPOCH[:9], "feed"),
        (None, "أمس", "feed"),
        (date(2025, 4, 21), "", "feed"),
        # The same instant in another zone, or as a number of seconds.
        (NOW, EPOCH, "jsonl"),
        (NOW, NOW.isoformat(), "jsonl"),
        (NOW, NOW.astimezone(RIYADH).isoformat(), "jsonl"),
        (NOW.astimezone(plus(-4)), "2025-04-21T09:30:00Z", "feed"),
        # The stored date has a time, but the string only the day.
        (NOW, DAY, "jsonl"),
        # It was parsed in another zone, which isn't in the string.
        (datetime(2025, 4, 21, 10, 30, tzinfo=UTC), f"{DAY}، 10:30", "feed"),
        (datetime(2025, 4, 21, 10, 30, tzinfo=plus(1)), f"{DAY}، 10:30", "feed"),
        (datetime(1, 1, 1, tzinfo=plus(5)), "أمس", "feed"),
    ],
)
def test_equal_or_more_precise_dates_stay(old: Any, raw: str, kind: str) -> None:
    assert reread(dated(old, raw, kind), RIYADH) is None


def fetched(published: Any, raw: str, *, relative: bool = False) -> Article:
    origin = Origin("feed", "https://a.example/feed", NOW)
    return make_article(published=published, published_raw=raw, published_relative=relative, origin=origin)


@pytest.mark.parametrize(("raw", "ago"), [("منذ ساعتين", timedelta(hours=2)), ("5 mins ago", timedelta(minutes=5))])
def test_a_relative_date_counts_from_the_time_of_fetching(raw: str, ago: timedelta) -> None:
    found = reread(fetched(None, raw), RIYADH)
    assert found is not None
    assert (found.article.published, found.article.published_precision) == (NOW - ago, "relative")
    assert [(change.kind, change.read_from) for change in found.changes] == [(Kind.DATE_READ, raw)]
    assert reread(found.article, RIYADH) is None


def test_a_relative_date_never_replaces_another_date() -> None:
    assert reread(fetched(date(2025, 4, 1), "منذ ساعتين"), RIYADH) is None


def test_a_stored_fraction_of_a_second_stays() -> None:
    precise = datetime(2025, 4, 21, 9, 30, 0, 123456, tzinfo=UTC)
    assert reread(dated(precise, precise.isoformat()), RIYADH) is None


def test_the_configured_zone_is_used_if_its_offset_matches_the_stored_date() -> None:
    """Winter and summer have different offsets, so a corrected date needs the zone instead of the offset."""
    paris = ZoneInfo("Europe/Paris")
    misread = dated(datetime(2025, 1, 4, 10, 30, tzinfo=plus(1)), "21 أبريل 2025، 10:30")
    found = reread(misread, paris)
    assert found is not None
    assert found.article.published == datetime(2025, 4, 21, 10, 30, tzinfo=plus(2))


def test_texts_and_names_are_cleaned() -> None:
    old = make_article(
        title="عنوان &amp; آخر",
        body="فقرة  أولى\n\x00\nعنوان  فرعي\nفقرة",
        headings=("عنوان  فرعي", "ليس في النص"),
        source="تاس ",
        authors=("ليلى  حسن", "123e4567-e89b-12d3-a456-426614174000"),
        topics=(Topic("رياضة ", "feed"),),
        url="javascript:alert(1)",
    )
    found = reread(old, UTC)
    assert found is not None
    assert found.article == replace(
        old,
        revision=2,
        title="عنوان & آخر",
        body="فقرة أولى\nعنوان فرعي\nفقرة",
        headings=("عنوان فرعي",),
        source="تاس",
        authors=("ليلى حسن",),
        topics=(Topic("رياضة", "feed"),),
        url="",
    )
    assert kinds(old) == {
        "title": Kind.TEXT_CLEANED,
        "body": Kind.TEXT_CLEANED,
        "headings": Kind.HEADINGS_CHANGED,
        "source": Kind.NAME_CLEANED,
        "authors": Kind.NAME_CLEANED,
        "topics": Kind.NAME_CLEANED,
        "url": Kind.ADDRESS_CLEANED,
    }
    assert Change(Kind.NAME_CLEANED, "source", "تاس ", "تاس") in found.changes
    assert Change(Kind.HEADINGS_CHANGED, "headings", "عنوان  فرعي\nليس في النص", "عنوان فرعي") in found.changes


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"title": "عنوان قديم", "title_derived": True}, {"title": Kind.TITLE_DERIVED}),
        ({"title": "نصّ المقال رقم 1", "title_derived": True}, {}),
        ({"title": "\x00"}, {"title": Kind.TITLE_DERIVED}),
        ({"language": "und"}, {"language": Kind.LANGUAGE_DETECTED}),
        ({"language": ""}, {"language": Kind.LANGUAGE_DETECTED}),
        ({"language": "fa"}, {}),
        ({"title": "كلمة " * limits.TITLE}, {"title": Kind.CUT}),
        ({"url": "https://a.example/" + "a" * limits.URL}, {"url": Kind.CUT}),
        ({"body": "فقرة\n" * (limits.PARAGRAPHS + 1), "title": "عنوان"}, {"body": Kind.CUT}),
        ({"origin": Origin("jsonl", "a" * 9_000)}, {}),
        ({"body": "\x00\x01"}, {}),
    ],
)
def test_each_change_has_its_kind(fields: dict[str, Any], changed: dict[str, Kind]) -> None:
    assert kinds(make_article(**fields)) == changed


def test_the_id_and_the_origin_stay() -> None:
    old = make_article(source=" تاس", origin=Origin("feed", "a" * 9_000, NOW), revision=3, archived_at=NOW)
    found = reread(old, UTC)
    assert found is not None
    assert (found.article.id, found.article.origin, found.article.revision) == (old.id, old.origin, 4)


_raws = st.sampled_from(
    ["", DAY, f"{DAY}، 10:30", EPOCH, NOW.isoformat(), "21-04-2025", "أمس", "0001-01-01T00:00+14:00"]
)


@given(articles, _raws, st.sampled_from(["feed", "jsonl", "text"]), st.sampled_from([UTC, RIYADH]))
def test_rereading_twice_changes_nothing_the_second_time(article: Article, raw: str, kind: str, zone: Any) -> None:
    article = replace(article, published_raw=raw or article.published_raw, origin=Origin(kind, "x"))
    found = reread(article, zone)
    if found is not None:
        assert found.changes
        assert reread(found.article, zone) is None
        assert found.article.published is not None or article.published is None
