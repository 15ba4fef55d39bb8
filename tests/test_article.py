import copy
import pickle
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Paragraph, Topic, from_json, to_json
from newsarchive.canonical_url import canonical_url
from newsarchive.identity import article_id, text_digest
from tests.articles import articles, make_article, texts

PAGE = "https://www.example.com/الأخبار/قمح-روسيا?id=5&lang=ar"

segments = st.text(
    st.one_of(st.sampled_from("ابتثج-_.~%/?&=+# abc019"), st.characters(codec="utf-8")), min_size=1, max_size=8
)
tracking = st.lists(
    st.sampled_from(["utm_source=rss", "UTM_Medium=x", "fbclid=1", "at_medium=RSS", "gclid", "xtor=AL-72"]), max_size=3
)
names = st.lists(segments, min_size=1, max_size=3)


def path_of(names: list[str]) -> str:
    return "/".join(quote(name, safe="") for name in names)


def nfc(names: Iterable[str]) -> list[str]:
    return [unicodedata.normalize("NFC", name) for name in names]


@given(names.map(path_of), segments, tracking, st.booleans())
def test_all_spellings_of_a_url_have_the_same_canonical_form(
    path: str, value: str, added: list[str], ahead: bool
) -> None:
    query = [f"p={quote(value, safe='')}"]
    plain = canonical_url(f"https://example.com/{path}?{query[0]}")
    query = [*added, *query] if ahead else [*query, *added]
    for start in ("http://www.example.com", "HTTPS://WWW.Example.COM:443", "http://example.com:80"):
        for end in ("", "/"):
            for fragment in ("", "#comments"):
                assert canonical_url(f"{start}/{path}{end}?{'&'.join(query)}{fragment}") == plain


@given(names, names)
def test_different_paths_stay_different(one: list[str], other: list[str]) -> None:
    first, second = (canonical_url(f"http://example.com/{path_of(names)}") for names in (one, other))
    assert (first == second) == (nfc(one) == nfc(other))


@given(st.tuples(segments, segments), st.tuples(segments, segments))
def test_different_queries_stay_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    first, second = (
        canonical_url(f"http://example.com/a?x={quote(x, safe='')}&y={quote(y, safe='')}") for x, y in (one, other)
    )
    assert (first == second) == (nfc(one) == nfc(other))


@given(texts)
def test_canonical_url_is_idempotent_for_any_text(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical_url(canonical) == canonical
    assert len(article_id(url=url, body="نص")) == 16


def test_percent_encoded_and_plain_arabic_have_the_same_canonical_form() -> None:
    assert canonical_url(quote(PAGE, safe=":/?&=")) == canonical_url(PAGE)
    assert canonical_url(quote(PAGE, safe=":/?&=").lower()) == canonical_url(PAGE)
    # A decomposed alef with hamza equals the composed letter.
    assert canonical_url(PAGE.replace("أ", "ا\u0654")) == canonical_url(PAGE)
    assert canonical_url(quote(PAGE.replace("أ", "ا\u0654"), safe=":/?&=")) == canonical_url(PAGE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Percent-encoded Windows-1256 isn't valid UTF-8 but still identifies a page.
        ("http://example.com/%C7%E1%DE%E3%CD", "http://example.com/%D1%E6%D3%ED%C7"),
        ("http://example.com/?t=%C7%E1", "http://example.com/?t=%D1%E6"),
        ("http://example.com/ac%2Fdc", "http://example.com/ac/dc"),
        ("http://example.com/#!/news/1", "http://example.com/#!/news/2"),
        ("http://example.com/#/news/1", "http://example.com/#/news/2"),
        ("http://example.com/?1", "http://example.com/?2"),
        ("http://example.com/?a=1&a=2", "http://example.com/?a=2&a=1"),
        ("http://example.com/?a=1%262", "http://example.com/?a=1&2"),
        ("http://example.com:8080/1", "http://example.com/1"),
        ("http://ar.example.com/1", "http://en.example.com/1"),
        ("http://example.com/a", "http://example.com/A"),
        ("http://[broken/1", "http://[broken/2"),
        ("http://example.com:99999/1", "http://example.com:99999/2"),
        ("news/1", "news/2"),
    ],
)
def test_different_articles_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
    assert article_id(url=one) != article_id(url=other)


def test_ids_are_the_same_in_every_version() -> None:
    # Hard-coded, because ids that change between versions would duplicate every article.
    assert article_id(url="https://example.com/news/1") == "4inhwyiwphfma6ot"
    assert article_id(source="تاس", title="عنوان", body="نص") == "oj6xjeudvrpqjhoq"


def test_a_front_page_url_does_not_identify_an_article() -> None:
    for front in ("https://example.com", "https://www.example.com/", "https://example.com/?utm_source=rss", "  "):
        assert article_id(url=front, body="نص أول") != article_id(url=front, body="نص ثان")
        assert article_id(url=front, body="نص أول") == article_id(body="نص أول")


def test_an_id_survives_tracking_parameters_corrections_and_whitespace() -> None:
    assert article_id(url=PAGE, body="نص") == article_id(url=f"{PAGE}&utm_source=rss#top", title="x", body="تصحيح")
    assert article_id(body="نص  المقال\n") == article_id(body=" نص\nالمقال")


@given(st.lists(st.tuples(texts, texts, texts), min_size=2, max_size=2))
def test_ids_of_texts_differ_exactly_if_their_words_differ(parts: list[tuple[str, str, str]]) -> None:
    ids = {article_id(source=source, title=title, body=body) for source, title, body in parts}
    assert len(ids) == len({tuple(" ".join(text.split()) for text in three) for three in parts})


def test_the_text_digest_covers_source_title_and_body() -> None:
    article = make_article()
    assert text_digest(article) == text_digest(replace(article, id="x", body=f" {article.body} \n", summary="ملخص"))
    for change in ({"source": "رويترز"}, {"title": "آخر"}, {"body": "آخر"}, {"title_derived": True}):
        assert text_digest(article) != text_digest(replace(article, **change))
    derived = replace(article, title_derived=True)
    assert text_digest(derived) == text_digest(replace(derived, title="عنوان مشتق آخر"))


@pytest.mark.parametrize(
    "fields",
    [
        *({"id": ""}, {"body": ""}, {"body": " \n\t"}, {"published_relative": True}),
        {"published": datetime(2025, 4, 21)},  # noqa: DTZ001
    ],
)
def test_invalid_articles_are_rejected(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs"):
        make_article(**fields)


def test_paragraphs_topics_and_day() -> None:
    article = make_article(
        body="مقدمة\n\n عنوان فرعي \nنص",
        headings=("عنوان فرعي",),
        topics=(Topic("اقتصاد", "feed"), Topic("world", "text")),
        published=datetime(2025, 4, 21, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
    )
    assert article.paragraphs == (Paragraph("مقدمة"), Paragraph("عنوان فرعي", is_heading=True), Paragraph("نص"))
    assert article.topic_names == ("اقتصاد", "world")
    assert article.published_day == date(2025, 4, 21)
    assert replace(article, published=date(2025, 4, 20)).published_day == date(2025, 4, 20)
    assert replace(article, published=None).published_day is None


def test_reading_an_early_json_form_with_an_empty_fetch_time() -> None:
    form = {
        "type": "article",
        "id": "a",
        "revision": 1,
        "title": "",
        "body": "نص",
        "published": "2025-04-21T10:00:00+00:00",
        "origin": {"kind": "text", "fetched_at": ""},
    }
    article = from_json(form)
    assert article == from_json(form | {"origin": {"kind": "text", "location": ""}})
    assert getattr(article, "published", None) == datetime(2025, 4, 21, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="unknown type"):
        from_json(form | {"type": "poem"})


@pytest.mark.parametrize(
    ("fields", "precision"),
    [
        ({}, None),
        ({"published_raw": "أمس"}, None),
        ({"published": date(2025, 4, 21)}, "day"),
        ({"published": datetime(2025, 4, 21, 10, tzinfo=UTC)}, "moment"),
        ({"published": date(2025, 4, 21), "published_relative": True}, "relative"),
        ({"published": datetime(2025, 4, 21, 10, tzinfo=UTC), "published_relative": True}, "relative"),
    ],
)
def test_precision_of_the_date(fields: dict[str, Any], precision: str | None) -> None:
    article = make_article(**fields)
    assert article.published_precision == precision
    form = to_json(article)
    assert form.get("published_precision") == precision
    assert from_json(form) == article


def test_a_line_without_a_precision_has_the_precision_of_its_date() -> None:
    form = to_json(make_article(published=date(2025, 4, 21)))
    del form["published_precision"]
    assert from_json(form) == make_article(published=date(2025, 4, 21))


def test_the_precision_plays_no_part_in_the_digest_of_a_text() -> None:
    article = make_article(published=date(2025, 4, 21))
    assert text_digest(replace(article, published_relative=True)) == text_digest(article)


@given(articles)
def test_pickled_and_copied_articles_are_equal(article: Article) -> None:
    again = pickle.loads(pickle.dumps(article))
    assert (again, copy.deepcopy(article)) == (article, article)
    assert to_json(again) == to_json(article)
