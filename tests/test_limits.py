"""Every field of an article has a limit. Cuts fall between words and are reported."""

from dataclasses import Field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive import limits
from newsarchive.article import Article, Origin, Topic, Withdrawal
from newsarchive.cleaning import clean_line
from newsarchive.ingest.fetching.settings import Limits
from newsarchive.ingest.readers import feed, feed_entries, jsonl, plaintext, table
from newsarchive.limits import bounded, bounded_record, cut_text, differences, excess_of
from newsarchive.search import MAX_QUERY_LENGTH
from newsarchive.web.facet_view import FACET_VALUES_AT_FIRST
from newsarchive.web.parameter_values import MAX_VALUES, MAX_VALUES_LENGTH
from tests.articles import articles, make_article

HUGE = "كلمة " * 2_000_000
LONG_NAMES = tuple(f"{number} " + "اسم طويل " * 100 for number in range(2_000))
DOCS = Path(__file__).parents[1] / "docs" / "limits.md"

_HUGE_VALUES: dict[Any, Any] = {
    str: HUGE,
    tuple[str, ...]: LONG_NAMES,
    tuple[Topic, ...]: tuple(Topic(name, name) for name in LONG_NAMES),
    Origin: Origin(HUGE, HUGE),
}


def size(value: Any) -> int:
    """The characters of all strings in a value."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, tuple):
        return sum(map(size, value))
    return sum(size(getattr(value, field.name)) for field in fields(value)) if hasattr(value, "__slots__") else 0


def text_fields() -> list[Field[Any]]:
    return [field for field in fields(Article) if field.type in _HUGE_VALUES]


def test_every_field_is_listed_as_text_or_not() -> None:
    others = {field.name for field in fields(Article)} - {field.name for field in text_fields()}
    assert others == {"revision", "title_derived", "published", "published_relative", "archived_at"}


@pytest.mark.parametrize(
    "field", [field for field in text_fields() if field.name != "id"], ids=lambda field: field.name
)
def test_every_text_field_has_a_limit(field: Field[Any]) -> None:
    stored = make_article(**{field.name: _HUGE_VALUES[field.type]})
    kept = bounded(stored)
    most = limits.BODY_BYTES if field.name == "body" else limits.HEADING * limits.HEADINGS
    assert size(getattr(kept, field.name)) <= most
    assert bounded(kept) is kept
    assert differences(stored, kept)
    assert all(len(text) < 100 for text in differences(stored, kept))


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("title", limits.TITLE),
        ("summary", limits.SUMMARY),
        ("source", limits.NAME),
        ("publisher", limits.NAME),
        ("published_raw", limits.DATE_TEXT),
        ("language", limits.LANGUAGE),
        ("url", limits.URL),
        ("guid", limits.GUID),
        ("image_credit", limits.NAME),
    ],
)
def test_a_value_of_the_limit_fits_and_one_character_more_does_not(field: str, limit: int) -> None:
    values: list[dict[str, Any]] = [{field: "ك" * length} for length in (limit, limit + 1)]
    fitting, longer = (make_article(**value) for value in values)
    assert bounded(fitting) is fitting
    kept = getattr(bounded(longer), field)
    assert len(kept) <= limit
    assert kept == limits.fitting(field, "ك" * (limit + 1))


def test_long_ids_are_rejected() -> None:
    with pytest.raises(ValueError, match="characters"):
        make_article(id=HUGE)


def test_names_titles_and_topics_are_cut() -> None:
    kept = bounded(make_article(title=HUGE, authors=LONG_NAMES, topics=_HUGE_VALUES[tuple[Topic, ...]], url=HUGE))
    assert len(kept.title) <= limits.TITLE
    assert kept.title.endswith("كلمة…")
    assert len(kept.topics) == limits.TOPICS
    assert len(kept.authors) == limits.AUTHORS
    assert all(len(name) <= limits.NAME for name in (*kept.topic_names, *kept.authors))
    assert not kept.url


def test_cuts_are_reported_with_both_lengths() -> None:
    stored = make_article(title=HUGE, topics=_HUGE_VALUES[tuple[Topic, ...]], url=f"https://a.example/{HUGE}")
    told = differences(stored, bounded(stored))
    assert told[0] == "title cut from 10,000,000 to 995 characters"
    assert told[1:3] == ("topics cut from 2,000 to 50", "2,000 of the topics longer than 200 characters")
    assert told[3] == "address of 10,000,018 characters dropped"


@given(articles)
def test_articles_within_the_limits_are_returned_unchanged(article: Article) -> None:
    assert bounded(article) is article
    assert differences(article, bounded(article)) == ()


def test_long_headings_are_dropped_not_cut() -> None:
    long = "عنوان " * 500
    stored = make_article(headings=("قصير", long, *map(str, range(2_000))), body=f"قصير\n{long}\nنص")
    kept = bounded(stored).headings
    assert len(kept) == limits.HEADINGS
    assert long not in kept


@pytest.mark.parametrize("letter", ["a", "ب", "語", "😀"])
def test_bodies_are_measured_in_bytes(letter: str) -> None:
    most = limits.BODY_BYTES // len(letter.encode())
    assert not excess_of(letter * most)
    assert "bytes" in excess_of(letter * (most + 2))
    kept = bounded(make_article(body=letter * (most + 2))).body
    assert limits.BODY_BYTES - 10 < len(kept.encode()) <= limits.BODY_BYTES


def test_blank_lines_in_stored_bodies_do_not_hide_text() -> None:
    assert bounded(make_article(body="\n" * 6_000_000 + "نص")).body == "نص"
    assert "paragraphs" in excess_of("نص\n" * limits.PARAGRAPHS)


def test_withdrawal_reasons_are_cut() -> None:
    withdrawal = Withdrawal(id="a", revision=2, reason=HUGE, archived_at=datetime.now(UTC))
    shown = bounded_record(withdrawal)
    assert isinstance(shown, Withdrawal)
    assert len(shown.reason) <= limits.REASON
    assert bounded_record(shown) is shown


@given(st.text(st.sampled_from("ab ابت \u064b\u0651\u200b\u200c\u200d\n…e\u0301"), max_size=60), st.integers(10, 40))
def test_text_is_cut_to_the_limit(text: str, limit: int) -> None:
    cut = cut_text(text, limit)
    assert len(cut) <= limit
    assert cut_text(cut, limit) is cut
    if cut != text:
        assert len(text) > limit
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])


@given(st.text(st.sampled_from("ab ابت \u064b\u0651\u200b\u200c\u200d&;#1…e\u0301"), max_size=60), st.integers(10, 40))
def test_cut_text_is_stable_under_cleaning(text: str, limit: int) -> None:
    cut = cut_text(clean_line(text), limit)
    assert cut_text(clean_line(cut), limit) == cut


def test_text_is_cut_between_words_or_letters() -> None:
    assert cut_text("الخبر الأول من المدينة", 12) == "الخبر الأول…"
    assert cut_text("الخبر الأول من المدينة", 13) == "الخبر الأول…"
    assert cut_text("ب\u064b" * 30, 12) == "ب\u064b" * 5 + "…"
    assert cut_text("👨\u200d👩\u200d👧" * 9, 12).removesuffix("…") in "👨\u200d👩\u200d👧" * 9
    assert not cut_text("👨\u200d👩\u200d👧" * 9, 12).removesuffix("…").endswith("\u200d")


def documented(table: str, column: int) -> dict[str, str]:
    """The first cell -> another cell, for the rows of the table under a heading of the page."""
    part = DOCS.read_text().partition(f"## {table}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {f"{row[0]} {row[2]}" if column == 1 else row[0]: row[1] for row in rows[2:]}


def test_documented_field_limits_match_the_code() -> None:
    names = "source, publisher, image credit, author name, topic name"
    assert documented("Fields of an article", 1) == {
        key: f"{value:,}"
        for key, value in {
            "title characters": limits.TITLE,
            "summary characters": limits.SUMMARY,
            f"{names} characters": limits.NAME,
            "authors authors": limits.AUTHORS,
            "topics topics": limits.TOPICS,
            "heading characters": limits.HEADING,
            "headings headings": limits.HEADINGS,
            "URL characters": limits.URL,
            "date as written characters": limits.DATE_TEXT,
            "language characters": limits.LANGUAGE,
            "origin characters": limits.LOCATION,
            "body bytes of UTF-8": limits.BODY_BYTES,
            "body paragraphs": limits.PARAGRAPHS,
            "reason of a withdrawal characters": limits.REASON,
            "id characters": limits.ID,
        }.items()
    }


def test_documented_input_and_request_limits_match_the_code() -> None:
    assert documented("Input", 0) == {
        "text file": f"{plaintext.SIZE_LIMIT >> 20} MiB",
        "feed in a file or on standard input": f"{feed.SIZE_LIMIT >> 20} MiB",
        "response from a URL": f"{Limits().content_bytes >> 20} MiB",
        "line of JSON Lines": f"{jsonl.LINE_LIMIT >> 20} MiB",
        "JSON document": f"{jsonl.DOCUMENT_LIMIT >> 20} MiB",
        "consecutive blank lines in JSON Lines": f"{jsonl.BLANK_LIMIT >> 20} MiB",
        "categories of one item of a feed": f"{feed_entries.MAX_CATEGORIES:,}",
        "cell of a table": f"{table.CELL_LIMIT:,} characters",
    }
    assert f"beyond {jsonl.SKIP_LIMIT >> 20} MiB" in DOCS.read_text()
    assert documented("Requests", 0) == {
        "query": f"{MAX_QUERY_LENGTH:,} characters",
        "a source, a topic, a section, an author, a publisher": f"{limits.NAME} characters",
        "values of each filter": f"{MAX_VALUES} values and {MAX_VALUES_LENGTH:,} characters",
        "values of a facet on a page of results": f"{FACET_VALUES_AT_FIRST}",
    }
