"""JSON as services, databases and crawlers export it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BufferedReader, BytesIO
from typing import Any

import pytest

from newsarchive.article import Article, Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.readers import jsonl
from newsarchive.ingest.readers.format import Input
from newsarchive.syndication import write_json_feed
from tests.syndication.samples import SAMPLE

TEXT = "بحث الوزير اليوم تطورات الأوضاع في المدينة."
URL = "https://news.example/1"
ITEM = {"title": "عنوان", "url": URL, "body": TEXT}


def results(document: object) -> Iterator[Draft | ParseError]:
    content = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return jsonl.read(Input(BufferedReader(BytesIO(content)), Origin("jsonl", "a.json"), ".json"))


def articles(document: object) -> list[Article]:
    found = list(results(document))
    assert [error for error in found if isinstance(error, ParseError)] == []
    return [build_article(draft, Defaults()) for draft in found if isinstance(draft, Draft)]


ENVELOPES: dict[str, Any] = {
    "a list": [ITEM],
    "rows of a data set": {"rows": [{"row_idx": 0, "row": ITEM}]},
    "NewsAPI": {"status": "ok", "totalResults": 1, "articles": [ITEM]},
    "items with text next to them": {
        "title": "موقع",
        "description": "وصف الموقع",
        "url": "https://a.example/",
        "items": [ITEM],
    },
    "data.items": {"data": {"items": [ITEM], "total": 1}},
    "articles.results": {"articles": {"results": [ITEM]}},
    "Elasticsearch": {
        "took": 1,
        "hits": {"total": {"value": 1}, "hits": [{"_id": "1", "_score": 1.0, "_source": ITEM}]},
    },
    "Solr": {"responseHeader": {"params": {"q": "*"}}, "response": {"numFound": 1, "docs": [ITEM]}},
    "Solr with typed names": {
        "response": {"docs": [{"id": "7", "title_t": ["عنوان"], "body_txt_ar": TEXT, "url_s": URL}]}
    },
    "MongoDB": [{"_id": {"$oid": "5f"}, **ITEM}],
    "JSON:API": {"data": [{"id": "1", "type": "news", "attributes": ITEM}]},
    "GraphQL": {"data": {"posts": {"edges": [{"node": ITEM}]}}},
    "schema.org": {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "موقع", "description": "وصف"},
            {"@type": ["Article", "NewsArticle"], "headline": "عنوان", "articleBody": TEXT, "url": URL},
            {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "الرئيسية"}]},
        ],
    },
    "schema.org as a list": [
        {"@type": "WebSite", "name": "موقع", "description": "وصف"},
        {"@type": "NewsArticle", "headline": "عنوان", "articleBody": TEXT, "mainEntityOfPage": {"@id": URL}},
    ],
    "an ItemList": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ITEM}]},
    "by id": {"17": ITEM},
    "pages": [{"page": 1, "articles": [ITEM]}],
    "XML as JSON": {
        "rss": {"channel": {"title": "موقع", "link": "https://a.example/", "description": "وصف", "item": [ITEM]}}
    },
    "a bulk file": b'{"index":{"_index":"news","_id":"1"}}\n' + json.dumps(ITEM).encode() + b"\n",
}


@pytest.mark.parametrize("document", ENVELOPES.values(), ids=ENVELOPES)
def test_the_articles_in_an_envelope_are_found(document: object) -> None:
    (article,) = articles(document)
    assert (article.title, article.body, article.url) == ("عنوان", TEXT, URL)


@pytest.mark.parametrize(
    "more",
    [
        {"related": [{"title": "آخر", "url": "https://news.example/2"}]},
        {"comments": {"data": [{"text": "تعليق", "date": "2025"}]}},
        {"images": [{"title": "صورة", "url": "https://news.example/2.jpg", "description": "وصف"}]},
        {"authors": [{"name": "منى", "url": "https://news.example/mona", "description": "صحفية"}]},
        {"tags": [{"title": "سياسة", "url": "https://news.example/tag", "description": "وسم"}]},
        {"data": [{"x": 1}, {"y": 2}]},
    ],
)
def test_lists_that_belong_to_an_article_are_not_items(more: dict[str, Any]) -> None:
    (article,) = articles(ITEM | more)
    assert (article.title, article.body, article.url) == ("عنوان", TEXT, URL)


@pytest.mark.parametrize("document", [{"articles": []}, {"status": "ok", "totalResults": 0, "articles": []}, []])
def test_an_empty_list_has_no_articles(document: object) -> None:
    assert articles(document) == []


@pytest.mark.parametrize(
    "document",
    [
        {"status": "error", "code": "apiKeyInvalid", "message": "Your API key is invalid"},
        {"error": {"code": 404, "message": "Not found"}},
        {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "no token"},
        {"error": 404, "description": "The requested URL was not found"},
        {"message": "Not Found"},
        {"@type": "WebSite", "name": "موقع", "description": "وصف"},
        {"title": "عنوان وحده"},
    ],
)
def test_other_objects_are_refused(document: object) -> None:
    (refused,) = results(document)
    assert isinstance(refused, ParseError)


def test_the_fields_of_crawlers() -> None:
    (article,) = articles(
        {
            "title": "عنوان",
            "author": "منى؛ علي",
            "hostname": "news.example",
            "date": "2025-04-21",
            "raw_text": f"{TEXT} قائمة",
            "text": TEXT,
            "source": URL,
            "source-hostname": "المثال",
            "excerpt": "وصف",
            "categories": "سياسة;مصر",
            "comments": "",
        }
    )
    assert (article.body, article.url, article.source, article.summary) == (TEXT, URL, "المثال", "وصف")
    assert (article.authors, article.topic_names) == (("منى", "علي"), ("سياسة", "مصر"))
    (article,) = articles(
        {"title": "ع", "text": TEXT, "source_url": "https://www.news.example", "url": URL, "html": "<p>قائمة</p>" * 99}
    )
    assert (article.body, article.source, article.url) == (TEXT, "news.example", URL)


def test_wordpress() -> None:
    (article,) = articles(
        [
            {
                "id": 1,
                "date": "2025-04-21T10:30:00",
                "date_gmt": "2025-04-21T07:30:00",
                "link": URL,
                "title": {"rendered": "عنوان &#8211; ثان"},
                "content": {"rendered": f"<p>{TEXT}</p>", "protected": False},
                "excerpt": {"rendered": "<p>وصف</p>"},
                "author": 7,
                "categories": [3],
                "tags": [],
                "_embedded": {
                    "author": [{"id": 7, "name": "منى"}],
                    "wp:term": [[{"name": "سياسة", "taxonomy": "category"}], [{"name": "مصر"}]],
                },
            }
        ]
    )
    assert (article.title, article.body, article.summary) == ("عنوان – ثان", TEXT, "وصف")
    assert (article.authors, article.topic_names) == (("منى",), ("سياسة", "مصر"))
    assert article.published is not None
    assert article.published.isoformat() == "2025-04-21T07:30:00+00:00"


def test_a_graph_resolves_authors_and_publishers() -> None:
    (article,) = articles(
        {
            "@graph": [
                {"@type": "Person", "@id": "#1", "name": "منى"},
                {"@type": "Organization", "@id": "#2", "name": "المثال"},
                {
                    "@type": "Report",
                    "headline": "ع",
                    "articleBody": TEXT,
                    "author": {"@id": "#1"},
                    "publisher": {"@id": "#2"},
                },
            ]
        }
    )
    assert (article.authors, article.source) == (("منى",), "المثال")


def test_telegram() -> None:
    document = {
        "name": "قناة المثال",
        "type": "public_channel",
        "messages": [
            {"id": 1, "type": "service", "date": "2025-04-21T10:30:00", "action": "create_channel", "text": ""},
            {
                "id": 2,
                "type": "message",
                "date_unixtime": "1745231400",
                "text": ["عاجل | ", {"type": "bold", "text": "خبر"}, "."],
            },
            {"id": 3, "type": "message", "date": "2025-04-21T10:30:00", "photo": "x.jpg", "text": ""},
            {"id": 4, "type": "message", "date": "2025-04-21T10:30:00", "text": "أول\nثان"},
        ],
    }
    first, second = articles(document)
    assert (first.body, first.source) == ("عاجل | خبر.", "قناة المثال")
    assert first.published is not None
    assert first.published.isoformat() == "2025-04-21T10:30:00+00:00"
    assert second.body == "أول\nثان"
    assert [article.body for article in articles({"chats": {"list": [document]}})] == [first.body, second.body]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ([{"type": "paragraph", "text": "أول"}, {"type": "paragraph", "text": "ثان"}], "أول\nثان"),
        (["أول", "ثان"], "أول\nثان"),
        (
            {
                "blocks": [
                    {"type": "paragraph", "data": {"text": "أول"}},
                    {"type": "image", "data": {"caption": "صورة"}},
                ]
            },
            "أول",
        ),
        ([{"_type": "block", "children": [{"_type": "span", "text": "أو"}, {"_type": "span", "text": "ل"}]}], "أول"),
        ({"rendered": "<p>أول</p>"}, "أول"),
    ],
)
def test_blocks_of_editors(content: object, body: str) -> None:
    (article,) = articles({"title": "عنوان", "url": URL, "content": content})
    assert article.body == body


def test_the_longest_text_is_the_body_and_a_cut_one_says_nothing() -> None:
    (article,) = articles({"title": "ع", "url": URL, "content": "مقطوع… [+1234 chars]", "description": TEXT})
    assert (article.body, article.summary) == (TEXT, "مقطوع…")


def test_a_title_alone_is_the_text_of_breaking_news() -> None:
    (article,) = articles({"title": "عاجل: خبر", "url": URL})
    assert (article.title, article.body) == ("عاجل: خبر", "عاجل: خبر")


def test_json_feed_1_0_and_1_1() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1",
        "title": "المثال",
        "description": "وصف",
        "language": "fa",
        "author": {"name": "هيئة التحرير"},
        "items": [
            {"id": "1", "external_url": URL, "content_text": "5 < 7 والوسم <b> هنا", "summary": "موجز"},
            {"id": "https://news.example/2", "content_html": f"<p>{TEXT}</p>", "authors": [{"name": "منى"}]},
            {
                "id": "3",
                "url": "https://news.example/3",
                "external_url": "https://other.example/",
                "title": "عاجل",
                "attachments": [{"url": "x"}],
            },
        ],
    }
    first, second, third = articles(document)
    assert (first.body, first.url, first.authors) == ("5 < 7 والوسم <b> هنا", URL, ("هيئة التحرير",))
    assert (second.body, second.url, second.authors) == (TEXT, "https://news.example/2", ("منى",))
    assert (third.body, third.url) == ("عاجل", "https://news.example/3")
    drafts = [draft for draft in results(document) if isinstance(draft, Draft)]
    assert {(draft.fallback_source, draft.fallback_language) for draft in drafts} == {("المثال", "fa")}


def test_a_feed_of_an_archive_is_read_back() -> None:
    found = articles(write_json_feed(SAMPLE))
    assert len(found) == len(SAMPLE.items)
    for article, item in zip(found, SAMPLE.items, strict=True):
        assert article.title == item.title
        assert article.source == (item.article.source or article.source)
        assert article.publisher == item.article.publisher
        assert article.url == (item.original_url or item.archive_url)


def test_topics_that_the_model_of_an_archive_assigned_are_not_read_as_given() -> None:
    item = {"id": "1", "external_url": URL, "title": "عاجل", "tags": ["صحة", "رياضة", "العالم"]}
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "المثال"}
    for extension, names in (
        ({"assigned_topics": ["رياضة"]}, ["صحة", "العالم"]),
        ({"assigned_topics": "رياضة"}, ["صحة", "رياضة", "العالم"]),
        ({}, ["صحة", "رياضة", "العالم"]),
    ):
        (article,) = articles({**document, "items": [{**item, "_newsarchive": extension}]})
        assert [topic.name for topic in article.topics] == names


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6", "utf-8-sig"])
@pytest.mark.parametrize("indent", [None, 1])
def test_json_in_other_charsets(charset: str, indent: int | None) -> None:
    document = json.dumps({"articles": [ITEM]}, ensure_ascii=False, indent=indent)
    (article,) = articles(document.encode(charset))
    assert (article.title, article.body) == ("عنوان", TEXT)


@pytest.mark.parametrize("clock_keys", [{"@timestamp": "2024-03-05T10:30:00Z"}, {"created_at_i": 1709634600}])
def test_the_time_of_an_index_is_the_date_of_an_article_without_another(clock_keys: dict[str, Any]) -> None:
    (article,) = articles([{**ITEM, **clock_keys}])
    assert article.published == datetime(2024, 3, 5, 10, 30, tzinfo=UTC)
    (article,) = articles([{**ITEM, **clock_keys, "published": "2024-03-04"}])
    assert article.published == date(2024, 3, 4)
