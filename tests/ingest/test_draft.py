from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Origin, Topic
from newsarchive.errors import ParseError
from newsarchive.identity import article_id
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.readers.jsonl import draft_of_article

ORIGIN = Origin("text", "خبر.txt")
TEXT = "وصل الوفد إلى المدينة مساء أمس. وكان في استقباله المحافظ."


def test_a_draft_with_only_a_text() -> None:
    article = build_article(Draft(origin=ORIGIN, body=TEXT), Defaults())
    assert article.title == "وصل الوفد إلى المدينة مساء أمس"
    assert article.title_derived
    assert article.language == "ar"
    assert article.published is None
    assert article.id == article_id(body=TEXT)
    assert article.origin == ORIGIN


def test_defaults_fill_only_empty_fields() -> None:
    defaults = Defaults(
        title="عنوان",
        source="وكالة",
        publisher="ناشر",
        authors=("كاتب",),
        topics=("رياضة",),
        published="2024-05-01",
        language="en",
        url="https://news.example/1",
        image_credit="مصور",
    )
    filled = build_article(Draft(origin=ORIGIN, body="Text"), defaults)
    assert (filled.title, filled.source, filled.publisher) == ("عنوان", "وكالة", "ناشر")
    assert (filled.authors, filled.topics) == (("كاتب",), (Topic("رياضة", "option"),))
    assert (filled.published, filled.language, filled.url) == (date(2024, 5, 1), "en", "https://news.example/1")
    assert filled.image_credit == "مصور"
    own = Draft(
        origin=ORIGIN, body="Text", title="لي", source="لي", topics=(Topic("لي", "feed"),), published_raw="2020-01-02"
    )
    stored = build_article(own, defaults)
    assert (stored.title, stored.source, stored.topics) == ("لي", "لي", (Topic("لي", "feed"), Topic("رياضة", "option")))
    assert stored.published == date(2020, 1, 2)
    same = build_article(replace(own, topics=(Topic("رياضة", "feed"),)), defaults)
    assert same.topics == (Topic("رياضة", "feed"),)


def test_times_without_a_zone_are_in_the_default_zone() -> None:
    zone = timezone(timedelta(hours=3))
    draft = Draft(origin=ORIGIN, body=TEXT, published_raw="2024-05-01 10:00")
    assert build_article(draft, Defaults(zone=zone)).published == datetime(2024, 5, 1, 10, tzinfo=zone)


@pytest.mark.parametrize(
    ("raw", "more", "read"),
    [
        ("2024-05-01", ("2024-05-02",), (date(2024, 5, 1), "2024-05-01")),
        ("غير معروف", ("", "2 أيار 2024", "2024-05-03"), (date(2024, 5, 2), "2 أيار 2024")),
        ("0000-00-00", ("قبل قليل", "2024-05-03"), (date(2024, 5, 3), "2024-05-03")),
        ("", ("2024-05-03",), (date(2024, 5, 3), "2024-05-03")),
        ("غير معروف", ("1970-01-01",), (None, "غير معروف")),
    ],
)
def test_the_first_readable_date_is_used(raw: str, more: tuple[str, ...], read: tuple[date | None, str]) -> None:
    draft = Draft(origin=ORIGIN, body=TEXT, published_raw=raw, more_dates=more)
    article = build_article(draft, Defaults())
    assert (article.published, article.published_raw) == read


def test_a_relative_date_counts_from_the_time_of_fetching() -> None:
    fetched = Origin("feed", "https://news.example/feed", datetime(2024, 5, 1, 10, tzinfo=UTC))
    draft = Draft(origin=fetched, body=TEXT, published_raw="منذ ساعتين")
    article = build_article(draft, Defaults())
    assert (article.published, article.published_precision) == (datetime(2024, 5, 1, 8, tzinfo=UTC), "relative")
    assert article.published_raw == "منذ ساعتين"
    assert build_article(draft_of_article(article), Defaults()) == article
    assert build_article(replace(draft, origin=ORIGIN), Defaults()).published is None


def test_the_raw_string_of_an_unparsable_date_is_kept() -> None:
    draft = Draft(origin=ORIGIN, body=TEXT, published_raw="قبل  ساعتين")
    article = build_article(draft, Defaults(published="2024-05-01"))
    assert (article.published, article.published_raw) == (None, "قبل ساعتين")


def test_a_summary_replaces_a_missing_body_and_is_not_repeated() -> None:
    article = build_article(Draft(origin=ORIGIN, summary=TEXT), Defaults())
    assert (article.body, article.summary) == (TEXT, "")
    same = build_article(Draft(origin=ORIGIN, body=TEXT, summary=f" {TEXT}\n"), Defaults())
    assert (same.body, same.summary) == (TEXT, "")


def test_a_missing_text_is_an_error_that_names_the_item() -> None:
    with pytest.raises(ParseError, match=r"خبر\.txt:3: no text.*«عنوان»"):
        build_article(Draft(origin=ORIGIN, item="خبر.txt:3", title="عنوان", body="\u200f \n&nbsp;"), Defaults())


def test_only_web_urls_are_kept() -> None:
    article = build_article(Draft(origin=ORIGIN, body=TEXT, url="javascript:alert(1)"), Defaults())
    assert article.url == ""


def test_account_ids_are_not_authors() -> None:
    names = ("30174026-20d9-40a2-9e04-5b63346a78a6", "أحمد سالم", " أحمد  سالم ")
    assert build_article(Draft(origin=ORIGIN, body=TEXT, authors=names), Defaults()).authors == ("أحمد سالم",)


def test_only_headings_in_the_body_are_kept() -> None:
    draft = Draft(origin=ORIGIN, body=f"{TEXT}\nخلفية  الخبر\n{TEXT}", headings=("خلفية الخبر", "ليس هنا"))
    assert build_article(draft, Defaults()).headings == ("خلفية الخبر",)


def test_derived_titles_do_not_affect_the_id() -> None:
    derived = build_article(Draft(origin=ORIGIN, body=TEXT, title_derived=True, title="قديم"), Defaults())
    assert derived.title == "قديم"
    assert derived.id == build_article(Draft(origin=ORIGIN, body=TEXT), Defaults()).id


_lines = st.text(st.sampled_from('ابتثجكلمن أإآةىَّ abc.،؟!:&;<>"\n\u00a0\u200b\u200f\x00١٢'), max_size=120)


@given(
    body=_lines,
    title=_lines,
    summary=_lines,
    names=st.lists(_lines, max_size=3),
    raw=st.sampled_from(["", "2024-05-01", "21 نيسان 2025", "أمس"]),
    language=st.sampled_from(["", "ar", "en", "fa", "Ärabisch"]),
)
def test_building_an_article_again_changes_nothing(
    *, body: str, title: str, summary: str, names: list[str], raw: str, language: str
) -> None:
    draft = Draft(
        origin=ORIGIN,
        body=body,
        title=title,
        summary=summary,
        authors=tuple(names),
        topics=tuple(Topic(name, "field") for name in names),
        headings=tuple(body.split("\n")[:1]),
        published_raw=raw,
        language=language,
        archived_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    with suppress(ParseError):
        article = build_article(draft, Defaults())
        assert build_article(draft_of_article(article), Defaults()) == article
