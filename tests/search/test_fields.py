"""Fields of the query language on a small archive: names without quotes, addresses, relative dates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from newsarchive.article import Topic
from newsarchive.identity import article_id
from newsarchive.library import Library
from newsarchive.search import Notice, SearchRequest, SearchResults
from tests.articles import make_article
from tests.libraries import filled

NOW = datetime(2025, 4, 21, 22, 30, tzinfo=UTC)
"""A Monday; in Riyadh it is already Tuesday."""


def _clock(zone: tzinfo) -> datetime:
    return NOW.astimezone(zone)


def _article(name: str, url: str = "", **fields: object) -> object:
    return make_article(1, **{"id": name, "title": f"خبر {name}", "body": "نص عن القمح", "url": url, **fields})


ARABIC_URL = "https://www.news.example/أخبار/القمح-(1)?id=7&utm_source=feed"
ARTICLES = [
    _article("sky", source="skynews", body="وصل ترامب إلى المدينة", published=date(2025, 4, 21)),
    _article("skyother", source="سكاي نيوز عربية", body="هطل المطر", published=date(2025, 4, 20)),
    _article("gulf", source="صوت الخليج الجديد", published=date(2025, 4, 19)),
    _article("gulf2", source="الخليج اليوم", published=date(2025, 4, 18)),
    _article("reuters", source="Reuters", authors=("نجيب سالم الحداد",), published=date(2025, 3, 31)),
    _article("afp", source="AFP", authors=("فرانس برس", "سعاد"), published=date(2024, 12, 31)),
    _article("mideast", source="x", topics=(Topic("middleEast", "feed"),), body="مؤتمر في العاصمة"),
    _article("fishing", source="x", topics=(Topic("صيد السمك", "feed"),), body="مؤتمر الصيادين"),
    _article("arabicurl", ARABIC_URL, source="x", published=date(2025, 4, 22)),
    _article(article_id(url="https://m.other.example/2"), "https://m.other.example/2/", source="x"),
]
OTHER = article_id(url="https://m.other.example/2")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("archive"), ARTICLES) as library:  # type: ignore[arg-type]
        library.search_service._clock = _clock
        yield library


def find(library: Library, text: str, **fields: object) -> SearchResults:
    return library.search(SearchRequest(text=text, limit=100, **fields))  # type: ignore[arg-type]


def found(library: Library, text: str) -> set[str]:
    return {hit.article.id for hit in find(library, text).hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source:سكاي نيوز", "sky skyother"),
        ("source:سكاي نيوز ترامب", "sky"),
        ("source:سكاي نيوز عربية المطر", "skyother"),
        ("المصدر: Sky News Arabia", "sky skyother"),
        ("SOURCE:SKYNEWS", "sky skyother"),
        ("المصدر: رويترز", "reuters"),
        ("مصدر:وكالة فرانس برس القمح", "afp"),
        ("source:(سكاي نيوز OR رويترز) القمح", "reuters"),
        ("-source:سكاي نيوز ترامب", ""),
        # Words next to each other in a name
        ("source:الخليج", "gulf gulf2"),
        ("source:صوت الخليج القمح", "gulf"),
        ("source:«الخليج الجديد»", "gulf"),
        ("source:«صوت الجديد»", ""),
        # Topics
        ("الموضوع:الشرق الأوسط", "mideast"),
        ("topic:الشرق الأوسط مؤتمر", "mideast"),
        ("topic:middle east مؤتمر", "mideast"),
        ("topic:صيد السمك مؤتمر", "fishing"),
        ("topic:صيد مؤتمر", ""),
        # Authors
        ("author:فرانس برس", "afp"),
        ("author:فرانس برس القمح", "afp"),
        ("الكاتب:سالم الحداد القمح", "reuters"),
        ("author:نجيب القمح", "reuters"),
        ("author:نجيب سعاد", ""),
    ],
)
def test_the_longest_known_value_is_the_value(library: Library, query: str, expected: str) -> None:
    assert found(library, query) == set(expected.split())


@pytest.mark.parametrize(
    "query",
    [
        ARABIC_URL,
        "http://news.example/أخبار/القمح-(1)?id=7",
        "https://news.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%A7%D9%84%D9%82%D9%85%D8%AD-(1)/?id=7#comments",
        "news.example/أخبار/القمح-(1)?id=7&fbclid=x",
        "url:news.example/أخبار/القمح-(1)?id=7",
        "الرابط: https://news.example/أخبار/القمح-(1)?id=7",
        "HTTPS://NEWS.EXAMPLE/أخبار/القمح-(1)?id=7.",
        "القمح https://news.example/أخبار/القمح-(1)?id=7",
        "<https://news.example/أخبار/القمح-(1)?id=7>",
        "(https://news.example/أخبار/القمح-(1)?id=7)",
        "«https://news.example/أخبار/القمح-(1)?id=7»",
        "'news.example/أخبار/القمح-(1)?id=7',",
    ],
)
def test_an_address_finds_its_article_in_any_form(library: Library, query: str) -> None:
    assert found(library, query) == {"arabicurl"}
    assert find(library, query).notices == ()


@pytest.mark.parametrize(
    "query",
    [
        "https://news.example/أخبار/القمح-(1)?id=8",
        "https://news.example/أخبار/القمح-(1)",
        "url:https://news.example/أخبار",
        "https://example/أخبار/القمح-(1)?id=7",
        "url:nothing",
    ],
)
def test_another_address_finds_nothing_and_the_page_says_so(library: Library, query: str) -> None:
    results = find(library, query)
    assert (results.total, results.notices) == (0, (Notice.UNKNOWN_ADDRESS,))
    assert results.subjects[Notice.UNKNOWN_ADDRESS] == (query.removeprefix("url:"),)


def test_an_id_finds_its_article(library: Library) -> None:
    assert found(library, OTHER) == found(library, f" {OTHER} ") == {OTHER}
    assert found(library, OTHER[::-1]) == set()


@pytest.mark.parametrize(
    "query",
    [
        OTHER.upper(),
        f"«{OTHER}»",
        f"{OTHER}.",
        f"http://127.0.0.1:8000/article/{OTHER}",
        f"archive.example/article/{OTHER}",
        f"https://archive.example/news/article/{OTHER}?q=القمح#first",
        f"url:archive.example/article/{OTHER}",
    ],
)
def test_an_id_or_the_address_of_its_page_finds_an_article(library: Library, query: str) -> None:
    assert found(library, query) == {OTHER}


@pytest.mark.parametrize("query", [OTHER[:-1], f"{OTHER}a", f"https://archive.example/{OTHER}", f"{OTHER}/القمح"])
def test_what_only_resembles_an_id_finds_nothing(library: Library, query: str) -> None:
    assert found(library, query) == set()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("site:other.example", OTHER),
        ("الموقع:m.other.example", OTHER),
        ("site:https://www.news.example/", "arabicurl"),
        ("site:News.Example القمح", "arabicurl"),
        ("site:.other.example", OTHER),
        ("site:*.other.example", OTHER),
        ("site:(m.other.example OR news.example)", f"{OTHER} arabicurl"),
        ("-site:(m.other.example OR news.example) مؤتمر", "mideast fishing"),
        ("site:xother.example", ""),
        ("site:www.other.example.org", ""),
        ("site:example", ""),
    ],
)
def test_site_finds_a_host_and_its_subdomains(library: Library, query: str, expected: str) -> None:
    assert found(library, query) == set(expected.split())


@pytest.mark.parametrize("query", ["site:xother.example", "site:القمح"])
def test_a_site_that_the_archive_does_not_have_is_reported(library: Library, query: str) -> None:
    assert find(library, query).subjects == {Notice.UNKNOWN_ADDRESS: (query.removeprefix("site:"),)}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("date:الأسبوع القادم القمح", "الأسبوع القادم"),
        ("date:next week القمح", "next week"),
        ("date:الجمعة القادمة القمح", "الجمعة القادمة"),
        ("date:friday next القمح", "friday next"),
        ("date:last wek القمح", "last wek"),
        ("date:2026-02-30 القمح", "2026-02-30"),
        ("date:غدا القمح", "غدا"),
    ],
)
def test_an_unreadable_date_is_reported_as_a_whole(library: Library, query: str, value: str) -> None:
    results = find(library, query)
    assert results.subjects == {Notice.UNREADABLE_DATE: (value,)}
    assert results.total == find(library, "القمح").total


@pytest.mark.parametrize("query", ["last week", "22 نيسن 2025", "2025-04-21"])
def test_a_query_that_is_only_a_date_is_not_corrected(library: Library, query: str) -> None:
    results = find(library, query)
    assert results.suggestion is None
    assert (results.dates is None) == ("نيسن" in query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date:اليوم", "sky"),
        ("date:today", "sky"),
        ("date:أمس", "skyother"),
        ("التاريخ: أمس المطر", "skyother"),
        ("date:أول أمس", "gulf"),
        ("date:هذا الأسبوع", "sky skyother gulf arabicurl"),
        ("date:الأسبوع الماضي", "gulf2"),
        ("date:last week القمح", "gulf2"),
        ("date:هذا الشهر", "sky skyother gulf gulf2 arabicurl"),
        ("date:last month", "reuters"),
        ("date:العام الماضي", "afp"),
        ("date:السنة الماضية", "afp"),
        ("date:آخر 4 أيام", "sky skyother gulf gulf2"),
        ("date:last 2 days", "sky skyother"),
        ("date:قبل يومين", "gulf"),
        ("date:قبل 3 أيام القمح", "gulf2"),
        ("date:3 days ago", "gulf2"),
        ("date:منذ يومين", "sky skyother gulf"),
        ("date:قبل أسبوع", ""),
        ("date:آخر أسبوع", "sky skyother gulf gulf2"),
        ("date:past week", "sky skyother gulf gulf2"),
        ("date:آخر شهر", "sky skyother gulf gulf2 reuters"),
        ("date:الاسبوع الماضى", "gulf2"),
        ("date: منذ أمس", "sky skyother arabicurl"),
        ("date:قبل هذا العام", "afp"),
        ("date: من أول أمس إلى أمس", "gulf skyother"),
        ("date:none", f"mideast fishing {OTHER}"),
        ("التاريخ: بلا", f"mideast fishing {OTHER}"),
        ("date:none مؤتمر", "mideast fishing"),
    ],
)
def test_dates_are_relative_to_today(library: Library, query: str, expected: str) -> None:
    assert found(library, query) == set(expected.split())
    assert find(library, query).notices == ()


def test_today_is_that_of_the_zone(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.search_service, "_timezone", ZoneInfo("Asia/Riyadh"))
    assert found(library, "date:اليوم") == {"arabicurl"}


@pytest.mark.parametrize(
    "value", ["2025-13-45", "غدا", "31 فبراير 2025", "32/1/2025", "2023..2021", "الأسبوع", "القادم", "9999-99"]
)
def test_a_date_that_cannot_be_read_is_reported_and_left_out(library: Library, value: str) -> None:
    for query, total in ((f"date:{value}", 0), (f"المطر date:{value}", 1), (f"date:{value} المطر", 1)):
        results = find(library, query)
        assert (results.total, results.suggestion, results.expansions) == (total, None, ())
        assert results.notices == (Notice.UNREADABLE_DATE,)
        assert results.subjects == {Notice.UNREADABLE_DATE: (value,)}


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("21 أبريل 2025", date(2025, 4, 21), date(2025, 4, 21)),
        ("٢٠٢٥-٠٤-٢١", date(2025, 4, 21), date(2025, 4, 21)),
        ("نيسان 2025", date(2025, 4, 1), date(2025, 4, 30)),
        ("أمس", date(2025, 4, 20), date(2025, 4, 20)),
        ("last 7 days", date(2025, 4, 15), date(2025, 4, 21)),
    ],
)
def test_a_query_that_is_only_a_date_offers_its_days(library: Library, query: str, first: date, last: date) -> None:
    results = find(library, query)
    assert results.request.text == query
    assert results.dates == (first, last)


@pytest.mark.parametrize("query", ["", "2025", "1400", "١٩٤٨", "date:أمس", "أمس المطر", "القمح 2025-04-21", "منذ 2020"])
def test_other_queries_offer_no_days(library: Library, query: str) -> None:
    assert find(library, query).dates is None


def test_an_unknown_source_or_topic_finds_nothing_and_is_named(library: Library) -> None:
    results = find(library, "source:جريدة topic:فلك القمح")
    assert results.total == 0
    assert results.subjects == {Notice.UNKNOWN_SOURCE: ("جريدة",), Notice.UNKNOWN_TOPIC: ("فلك",)}
    assert find(library, "", sources=("AFP", "جريدة")).total == 1
    assert find(library, "القمح", topics=("فلك",)).notices == (Notice.UNKNOWN_TOPIC,)
