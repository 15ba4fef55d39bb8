"""Feeds built from parts are read back: every dialect in every charset, with every way of writing a text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from io import BufferedReader, BytesIO
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.article import Article, Origin
from newsarchive.errors import IngestError, ParseError
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.locations import read
from newsarchive.ingest.readers.format import Input
from newsarchive.ingest.readers.registry import FORMATS, sniffed

TEXT = (
    "وزير الخارجية يبحث في القاهرة تطورات الأوضاع أعلنت الحكومة اليوم أنها ستبدأ تنفيذ المشروع الجديد خلال الشهر المقبل"
    " وقال المتحدث إن العمل مستمر رغم الصعوبات التي تواجه المدينة منذ بداية العام 2025"
)
WORDS = TEXT.split()
NAMES = ("أحمد علي", "منى حسن", "سارة عبد الله", "John Smith")
TOPICS = ("سياسة", "اقتصاد", "ثقافة وفنون", "مصر")
SITE = "https://news.example"


@dataclass(frozen=True)
class Item:
    number: int
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"{SITE}/{self.number}"

    @property
    def day(self) -> str:
        return f"2025-04-{self.number % 28 + 1:02}"


_sentences = st.lists(st.sampled_from(WORDS), min_size=6, max_size=14).map(" ".join)
_items = st.lists(
    st.builds(
        Item,
        st.integers(1, 999),
        _sentences,
        st.lists(_sentences, min_size=1, max_size=3, unique=True).map(tuple),
        st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
        st.lists(st.sampled_from(TOPICS), max_size=3, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda item: item.number,
)


def html(item: Item) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)


Write = Callable[[Item], str]
# Each style writes the text of an RSS item or an Atom entry in another way.
RSS_TEXTS: dict[str, Write] = {
    "escaped": lambda item: f"<description>{escape(html(item))}</description>",
    "cdata": lambda item: f"<description><![CDATA[{html(item)}]]></description>",
    "escaped twice": lambda item: f"<description>{escape(escape(html(item)))}</description>",
    "inside": lambda item: f"<description>{html(item)}</description>",
    "content": lambda item: (
        f"<description>موجز</description><content:encoded><![CDATA[{html(item)}]]></content:encoded>"
    ),
    "caption": lambda item: (
        f"<media:content url='x.jpg' medium='image'><media:description>صورة {'من الأرشيف ' * 9}</media:description>"
        f"</media:content><description>{escape(html(item))}</description>"
    ),
    "caption last": lambda item: (
        f"<description>{escape(html(item))}</description><media:description>صورة</media:description>"
    ),
}
ATOM_TEXTS: dict[str, Write] = {
    "html": lambda item: f"<content type='html'>{escape(html(item))}</content>",
    "xhtml": lambda item: (
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{html(item)}</div></content>"
    ),
    "text": lambda item: f"<content type='text'>{escape(chr(10).join(item.paragraphs))}</content>",
    "summary": lambda item: f"<summary type='html'>{escape(html(item))}</summary>",
    "untyped": lambda item: f"<summary>{escape(html(item))}</summary>",
}
SPACES = (
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:media='http://search.yahoo.com/mrss/'"
)
CHARSETS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "windows-1256": "windows-1256",
    "iso-8859-6": "iso-8859-6",
    "utf-16": "utf-16",
    "utf-16-le": "",
    "utf-16-be": "",
}


def rss(items: list[Item], style: str, declared: str) -> str:
    write: Write = RSS_TEXTS[style]
    parts = [
        f"<item><title>{escape(item.title)}</title><link>{item.url}</link>{write(item)}"
        + "".join(f"<dc:creator>{name}</dc:creator>" for name in item.authors)
        + "".join(f"<category>{topic}</category>" for topic in item.topics)
        + f"<pubDate>{item.day}</pubDate></item><!-- <item><title>قديم</title></item> -->"
        for item in items
    ]
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    return f"{head}<rss version='2.0' {SPACES}><channel><title>أخبار المثال</title>{''.join(parts)}</channel></rss>"


def rdf(items: list[Item], style: str, declared: str) -> str:
    parts = rss(items, style, declared)
    inside = parts.partition("<title>أخبار المثال</title>")[2].removesuffix("</channel></rss>")
    return (
        f"{parts.partition('<rss')[0]}<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
        f" xmlns='http://purl.org/rss/1.0/' {SPACES}><channel><title>أخبار المثال</title></channel>{inside}</rdf:RDF>"
    )


def atom(items: list[Item], style: str, declared: str) -> str:
    write: Write = ATOM_TEXTS[style]
    parts = [
        f"<entry><title>{escape(item.title)}</title><link href={quoteattr(item.url)}/>{write(item)}"
        + "".join(f"<author><name>{name}</name></author>" for name in item.authors)
        + "".join(f"<category term='{topic}'/>" for topic in item.topics)
        + f"<published>{item.day}</published></entry>"
        for item in items
    ]
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    return f"{head}<feed xmlns='http://www.w3.org/2005/Atom'><title>أخبار المثال</title>{''.join(parts)}</feed>"


def json_feed(items: list[Item], style: str, declared: str) -> str:
    def text(item: Item) -> dict[str, str]:
        plain = "\n".join(item.paragraphs)
        return {"content_text": plain} if style == "text" else {"content_html": html(item), "summary": "موجز"}

    forms = [
        {
            "id": item.url,
            "title": item.title,
            "date_published": item.day,
            "authors": [{"name": name} for name in item.authors],
            "tags": item.topics,
            **text(item),
        }
        for item in items
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "أخبار المثال", "description": "وصف"}
    return json.dumps(document | {"items": forms}, ensure_ascii=False)


def table(items: list[Item], style: str, declared: str) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return style.join(f'"{cell}"' for cell in cells) + "\r\n"

    return row(("title", "text", "url", "date", "author", "tags", "source")) + "".join(
        row(
            (
                item.title,
                "\n".join(item.paragraphs),
                item.url,
                item.day,
                "؛ ".join(item.authors),
                "، ".join(item.topics),
                "أخبار المثال",
            )
        )
        for item in items
    )


DIALECTS = [
    *((rss, style) for style in RSS_TEXTS),
    *((rdf, style) for style in RSS_TEXTS),
    *((atom, style) for style in ATOM_TEXTS),
    *((json_feed, style) for style in ("html", "text")),
    *((table, separator) for separator in ",;\t"),
]


@settings(max_examples=150)
@given(_items, st.sampled_from(DIALECTS), st.sampled_from(list(CHARSETS)))
def test_every_item_is_read_back(items: list[Item], dialect: tuple, charset: str) -> None:  # type: ignore[type-arg]
    write, style = dialect
    text = write(items, style, CHARSETS[charset])
    results = list(read("-", Defaults(), stdin=BytesIO(text.encode(charset))))
    assert [result for result in results if isinstance(result, IngestError)] == []
    for item, article in zip(items, results, strict=True):
        assert isinstance(article, Article)
        assert article.title == item.title
        assert article.body == "\n".join(item.paragraphs)
        assert article.url == item.url
        assert article.source == "أخبار المثال"
        assert article.authors == item.authors
        assert article.topic_names == item.topics
        assert str(article.published) == item.day


SAMPLE = [Item(1, "عنوان الخبر", ("فقرة أولى من النص.", "فقرة ثانية."), ("منى حسن",), ("سياسة",))]
SOURCES = [write(SAMPLE, style, "utf-8").encode() for write, style in DIALECTS]


@settings(max_examples=200)
@given(st.sampled_from(SOURCES), st.data())
def test_damaged_feeds_are_read_or_refused(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged)))
        end = data.draw(st.integers(place, min(len(damaged), place + 30)))
        damaged[place:end] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<", b"]]>", b"<!--", b"&", b'"', b"\0"])
        )
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(damaged))) :]
    for form in (*FORMATS, sniffed(bytes(damaged))):
        source = Input(BufferedReader(BytesIO(bytes(damaged))), Origin(form.name, "x"))
        try:
            drafts = list(form.read(source))
        except ParseError:
            continue
        for draft in drafts:
            if isinstance(draft, Draft):
                try:
                    assert build_article(draft, Defaults()).body
                except ParseError:
                    continue


@pytest.mark.parametrize("content", SOURCES)
def test_a_feed_that_is_cut_never_raises(content: bytes) -> None:
    for end in range(0, len(content), 7):
        assert all(
            isinstance(result, Article | IngestError) for result in read("-", Defaults(), stdin=BytesIO(content[:end]))
        )
