import gzip
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Copy, Origin, Topic, Withdrawal, to_json
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.readers import jsonl
from newsarchive.ingest.readers.jsonl import read_json, read_lines

ORIGIN = Origin("jsonl", "أخبار.jsonl")
TEXT = "وصل الوفد إلى المدينة مساء أمس."


def lines_of(*forms: object) -> bytes:
    return b"".join(json.dumps(form, ensure_ascii=False).encode() + b"\n" for form in forms)


def articles_of(drafts: Iterable[Draft | ParseError]) -> list[Article]:
    return [build_article(draft, Defaults()) for draft in drafts if isinstance(draft, Draft)]


def article_of(**form: object) -> Article:
    (draft,) = read_lines(BytesIO(lines_of(form)), ORIGIN)
    assert isinstance(draft, Draft), draft
    return build_article(draft, Defaults())


@pytest.mark.parametrize("key", ["body", "text", "content", "article", "content_text", "Text", "النص", "maintext"])
def test_common_keys_of_the_text(key: str) -> None:
    assert article_of(**{key: TEXT}).body == TEXT


def test_common_keys_of_the_other_fields() -> None:
    article = article_of(
        headline="عنوان",
        content_html="<p>أول</p><h3>خلفية</h3><p>ثان</p>",
        description="موجز",
        pubDate="Tue, 27 Feb 2018 10:03:32 +0400",
        link="https://news.example/1",
        category="اقتصاد، مال",
        byline="سلمى عمر؛ زيد علي",
        outlet={"name": "وكالة"},
        lang="ar",
        image_credit="أرشيف",
    )
    assert (article.title, article.body, article.summary) == ("عنوان", "أول\nخلفية\nثان", "موجز")
    assert article.headings == ("خلفية",)
    assert article.published == datetime.fromisoformat("2018-02-27T10:03:32+04:00")
    assert article.url == "https://news.example/1"
    assert article.topics == (Topic("اقتصاد", "field"), Topic("مال", "field"))
    assert article.authors == ("سلمى عمر", "زيد علي")
    assert (article.source, article.publisher, article.image_credit) == ("وكالة", "", "أرشيف")


def test_names_are_read_from_lists_and_objects() -> None:
    article = article_of(
        title={"rendered": "عنوان"},
        content={"rendered": "<p>أول</p>"},
        authors=[{"name": "سلمى عمر"}, "زيد علي"],
        categories=[7, 12],
        tags=["اقتصاد", {"title": "مال"}],
        source={"title": "وكالة"},
        publisher="صحيفة",
        guid={"#text": "https://news.example/2"},
    )
    assert (article.title, article.body) == ("عنوان", "أول")
    assert article.authors == ("سلمى عمر", "زيد علي")
    assert article.topic_names == ("اقتصاد", "مال")
    assert (article.source, article.publisher) == ("وكالة", "صحيفة")
    assert article.url == "https://news.example/2"


def test_the_first_valid_url_is_used() -> None:
    assert article_of(text=TEXT, link="/1", guid="tag:1", id="https://news.example/1").url == "https://news.example/1"


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (1700000000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1700000000.7, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000123", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ({"$date": "2023-11-14T22:13:20Z"}, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("21 نيسان 2025", date(2025, 4, 21)),
        ("20250421", date(2025, 4, 21)),
        ("20250421223000", datetime(2025, 4, 21, 22, 30, tzinfo=UTC)),
        (99999999999999, None),
        (True, None),
    ],
)
def test_dates_as_text_seconds_and_milliseconds(value: object, published: object) -> None:
    assert article_of(text=TEXT, timestamp=value).published == published


@pytest.mark.parametrize(
    ("form", "published"),
    [
        ({"date": "غير معروف", "created_at": "2025-04-21"}, date(2025, 4, 21)),
        ({"pubDate": "0000-00-00", "timestamp": 1700000000}, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ({"updated": "2025-04-22", "published": "2025-04-21"}, date(2025, 4, 21)),
        ({"date_modified": "2025-04-22"}, date(2025, 4, 22)),
    ],
)
def test_the_first_readable_of_several_dates_is_used(form: dict[str, object], published: object) -> None:
    assert article_of(text=TEXT, **form).published == published


def test_a_less_than_sign_in_plain_text_is_kept() -> None:
    assert article_of(text="5 < 7\nسطر ثان").body == "5 < 7\nسطر ثان"


def own_article() -> Article:
    return Article(
        id="abcdefghij234567",
        revision=3,
        title="عنوان مشتق…",
        title_derived=True,
        body=f"{TEXT}\nخلفية\n{TEXT}",
        headings=("خلفية",),
        summary="موجز",
        source="وكالة",
        publisher="صحيفة",
        authors=("سلمى عمر", "زيد علي"),
        topics=(Topic("اقتصاد", "text"),),
        published=datetime(2025, 4, 21, 10, tzinfo=UTC),
        published_raw="21 نيسان",
        language="ar",
        url="https://news.example/1",
        image_credit="أرشيف",
        origin=Origin("feed", "https://news.example/rss", datetime(2025, 4, 22, tzinfo=UTC)),
        archived_at=datetime(2025, 4, 22, tzinfo=UTC),
    )


def test_archive_lines_round_trip() -> None:
    assert articles_of(read_lines(BytesIO(lines_of(to_json(own_article()))), ORIGIN)) == [own_article()]


def test_ids_of_another_form_are_replaced() -> None:
    form = {**to_json(own_article()), "id": "AL-1"}
    (article,) = articles_of(read_lines(BytesIO(lines_of(form)), ORIGIN))
    assert len(article.id) == 16


def test_archive_lines_without_the_archive_fields_are_read_like_other_json() -> None:
    assert article_of(
        type="article", title="عنوان", body=TEXT, topics=[{"name": "مال", "assigned_by": "x"}]
    ).topics == (Topic("مال", "field"),)


@pytest.mark.parametrize(
    "wrong",
    [{"title": 5}, {"authors": "زيد"}, {"topics": [{}]}, {"revision": "1"}, {"published": "أمس"}, {"origin": {}}],
)
def test_damaged_archive_lines_are_errors(wrong: dict[str, object]) -> None:
    (error,) = read_lines(BytesIO(lines_of({**to_json(own_article()), **wrong})), ORIGIN)
    assert isinstance(error, ParseError)
    assert "an archive line" in error.reason


def test_withdrawals_are_reported_and_not_ingested() -> None:
    gone = Withdrawal(id="abcdefghij234567", revision=4, reason="طلب", archived_at=datetime(2025, 5, 1, tzinfo=UTC))
    (note,) = read_lines(BytesIO(lines_of(to_json(gone))), ORIGIN)
    assert isinstance(note, ParseError)
    assert "a withdrawal of article abcdefghij234567 (طلب)" in note.reason


def test_addresses_of_copies_are_reported_and_not_ingested() -> None:
    copy = to_json(
        Copy(id="abcdefghij234567", url="https://example.org/2", archived_at=datetime(2025, 5, 1, tzinfo=UTC))
    )
    (note,) = read_lines(BytesIO(lines_of({"sha256": "0" * 64, **copy})), ORIGIN)
    assert isinstance(note, ParseError)
    assert "the address of a copy of article abcdefghij234567" in note.reason
    (other,) = read_lines(BytesIO(lines_of({**copy, "text": TEXT})), ORIGIN)
    assert articles_of([other])


def test_bad_lines_are_reported_and_the_others_are_read() -> None:
    content = (
        b"\xef\xbb\xbf" + lines_of({"text": TEXT}) + b'{"text": \n\n[1]\n"x"\n\xff\n{"a": 1}\n' + b"[" * 99999 + b"\n"
    )
    results = list(read_lines(BytesIO(content + lines_of({"text": TEXT})), ORIGIN))
    assert len(articles_of(results)) == 2
    errors = {error.origin: error.reason for error in results if isinstance(error, ParseError)}
    assert list(errors) == [f"أخبار.jsonl:{number}" for number in (2, 4, 5, 6, 7, 8)]
    assert "not JSON" in errors["أخبار.jsonl:2"]
    assert "neither UTF-8" in errors["أخبار.jsonl:6"]
    assert "it has a" in errors["أخبار.jsonl:7"]


def test_overlong_lines_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LINE_LIMIT", 2**10)
    content = lines_of({"text": "ك" * 3000}, {"text": TEXT})
    error, draft = read_lines(BytesIO(content), ORIGIN)
    assert isinstance(error, ParseError)
    assert error.origin == "أخبار.jsonl:1"
    assert isinstance(draft, Draft)


def test_overlong_documents_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "DOCUMENT_LIMIT", 2**10)
    (error,) = read_json(BytesIO(b"[\n" + lines_of({"text": "ك" * 3000}) + b"]"), ORIGIN)
    assert isinstance(error, ParseError)
    assert "one article per line" in error.reason


@pytest.mark.parametrize("size", [0.5, 0.9])
def test_a_truncated_gzip_file_yields_the_readable_lines_and_one_error(size: float) -> None:
    forms = [{"text": f"{TEXT} {number * 7919} {number**5}"} for number in range(5000)]
    packed = gzip.compress(lines_of(*forms))
    stream = gzip.GzipFile(fileobj=BytesIO(packed[: int(size * len(packed))]))
    *drafts, error = read_lines(stream, ORIGIN)
    assert isinstance(error, ParseError)
    assert "damaged or truncated after line" in error.reason
    assert len(drafts) > size * 0.8 * len(forms)
    assert all(isinstance(draft, Draft) for draft in drafts)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([{"text": TEXT}, {"text": TEXT}]).encode(),
        json.dumps([{"text": TEXT}, {"text": TEXT}], indent=1).encode(),
        json.dumps({"version": "1.1", "items": [{"content_text": TEXT}, {"content_html": f"<p>{TEXT}</p>"}]}).encode(),
        json.dumps({"status": "ok", "articles": [{"description": TEXT}, {"content": TEXT}]}, indent=1).encode(),
        b"\n\n" + lines_of({"text": TEXT}, {"text": TEXT}),
        b"{ broken\n" + lines_of({"text": TEXT}, {"text": TEXT}),
    ],
)
def test_documents_and_json_lines_are_distinguished(content: bytes) -> None:
    results = list(read_json(BytesIO(content), ORIGIN))
    assert [article.body for article in articles_of(results)] == [TEXT, TEXT]


def test_messages_number_the_items_of_a_document() -> None:
    _, error = read_json(BytesIO(json.dumps([{"text": TEXT}, {"title": ""}]).encode()), ORIGIN)
    assert isinstance(error, ParseError)
    assert error.origin == "أخبار.jsonl#2"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("<p>x</p>"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "title", "date", "link", "tags", "author", "source", "type", "id", "revision", "items"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_json.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40), max_size=5))
def test_no_input_raises(lines: list[bytes]) -> None:
    content = b"\n".join(lines)
    for result in (*read_lines(BytesIO(content), ORIGIN), *read_json(BytesIO(content), ORIGIN)):
        if isinstance(result, Draft):
            with suppress(ParseError):
                assert build_article(result, Defaults()).body
