"""Sample articles and feeds, and helpers that read feeds back."""

from calendar import timegm
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import feedparser

from newsarchive.article import Article, Published
from newsarchive.syndication import Feed, FeedItem, readable_text

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

BAGHDAD = timezone(timedelta(hours=3))
PAGE = "https://archive.example/article/"
SOURCE_FEED = "https://archive.example/feed.rss?source=%D8%AA%D8%A7%D8%B3"

TASS = Article(
    id="mfzwizltoruw4zzx",
    title="روسيا ومصر: اتفاق «جديد» & <تعاون>",
    body="موسكو، ٥ آب.\nتفاصيل الاتفاق\nقال الوزير: 3 < 5 && 7 > 2 ]]> \"انتهى\" و'كفى'.",
    headings=("تفاصيل الاتفاق",),
    summary="اتفاق بين روسيا ومصر & غيرهما",
    source="تاس",
    publisher="روسيا اليوم",
    authors=("ليلى حسن", "عمر الخطيب"),
    published=datetime(2024, 8, 5, 15, 7, 41, tzinfo=BAGHDAD),
    url="https://arabic.example/news/1486125?a=1&b=2",
    archived_at=datetime(2025, 3, 1, 6, 30, tzinfo=UTC),
)
BARE = Article(id="bare", title="خبر", body="نص الخبر.")
ENGLISH = Article(id="english", title="Talks resume", body="Cairo.", language="en", published=date(2023, 12, 31))


def item(article: Article, **fields: Any) -> FeedItem:
    return FeedItem(article=article, page_url=PAGE + article.id, **fields)


def feed(*items: FeedItem, **fields: Any) -> Feed:
    values: dict[str, Any] = {
        "title": "نتائج البحث: القاهرة",
        "description": "أحدث الأخبار عن القاهرة",
        "home_url": "https://archive.example/search?q=%D8%A7%D9%84%D9%82%D8%A7%D9%87%D8%B1%D8%A9&sort=newest",
        "self_url": "https://archive.example/feed.rss?q=%D8%A7%D9%84%D9%82%D8%A7%D9%87%D8%B1%D8%A9&sort=newest",
        "language": "ar",
        "updated": datetime(2025, 3, 1, 6, 30, tzinfo=UTC),
        "items": items,
    }
    return Feed(**(values | fields))


SAMPLE = feed(
    item(TASS, topic_labels=("سياسة", "الشرق الأوسط"), source_feed_url=SOURCE_FEED),
    item(BARE),
    item(ENGLISH, topic_labels=("العالم",)),
)


def read(document: bytes) -> Any:
    parsed = feedparser.parse(document)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def seconds(moment: Published) -> int:
    """The Unix time in seconds. A day without a time counts as midnight UTC."""
    if isinstance(moment, datetime):
        return timegm(moment.utctimetuple())
    return timegm(moment.timetuple())


class Blocks(HTMLParser):
    """The text of each heading and paragraph in an HTML fragment, and all tags and attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag in {"h2", "p"}:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def paragraphs(article: Article) -> list[str]:
    return [text for paragraph in article.paragraphs if (text := readable_text(paragraph.text).strip())]


def line(text: str) -> str:
    return " ".join(readable_text(text).split())
