from base64 import b64encode
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Origin, Topic
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.readers.feed import ParsedFeed, read_feed
from newsarchive.ingest.readers.feed_entries import MAX_CATEGORIES

ADDRESS = "https://news.example/rss.xml"
ORIGIN = Origin("feed", ADDRESS)

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>موقع الأخبار</title><link>https://news.example/</link><language>ar</language>
<item>
 <title>قطار جديد &amp;quot;سريع&amp;quot;</title>
 <link>/news/1?utm_source=rss</link>
 <guid isPermaLink="false">tag:1</guid>
 <description>&lt;p&gt;موجز الخبر&lt;/p&gt;</description>
 <content:encoded><![CDATA[<p>فقرة أولى.</p><h2>خلفية</h2><p>فقرة ثانية.</p><script>x()</script>]]></content:encoded>
 <category>اقتصاد</category><category>نقل</category>
 <dc:creator>سلمى عمر</dc:creator>
 <media:content url="https://news.example/1.jpg"><media:credit role="photographer">أرشيف</media:credit></media:content>
 <pubDate>21 نيسان 2025</pubDate>
</item>
{more}
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>مدونة</title>
<entry><title type="html">عنوان &lt;b&gt;مهم&lt;/b&gt;</title><id>https://news.example/a</id>
<updated>2025-04-21T10:00:00+03:00</updated><author><name>زيد علي</name></author>
<category term="eco" label="اقتصاد"/><source><title>وكالة</title></source>
<summary>موجز</summary><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>أول</p>
<p>ثان</p></div></content>
</entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>قديم</title>
<items><rdf:Seq><rdf:li rdf:resource="x"/></rdf:Seq></items>
</channel><item rdf:about="https://news.example/r"><title>عنوان</title><link>https://news.example/r</link>
<description>نص الخبر</description><dc:date>2025-04-21</dc:date></item></rdf:RDF>"""


def rss(more: str = "", encoding: str = "utf-8") -> str:
    return RSS.format(more=more, encoding=encoding)


def feed_of(text: str, origin: Origin = ORIGIN) -> ParsedFeed:
    return read_feed(text.encode(), origin)


def articles_of(feed: ParsedFeed) -> list[Article]:
    return [build_article(draft, Defaults()) for draft in feed.entries if isinstance(draft, Draft)]


def test_an_rss_item_with_all_its_fields() -> None:
    feed = feed_of(rss())
    (article,) = articles_of(feed)
    assert (feed.title, feed.language) == ("موقع الأخبار", "ar")
    assert article.title == 'قطار جديد "سريع"'
    assert article.body == "فقرة أولى.\nخلفية\nفقرة ثانية."
    assert article.headings == ("خلفية",)
    assert article.summary == "موجز الخبر"
    assert article.url == "https://news.example/news/1?utm_source=rss"
    assert article.topics == (Topic("اقتصاد", "feed"), Topic("نقل", "feed"))
    assert (article.authors, article.image_credit) == (("سلمى عمر",), "أرشيف")
    assert (article.published, article.published_raw) == (date(2025, 4, 21), "21 نيسان 2025")
    assert article.source == ""
    assert article.origin == ORIGIN


def test_an_atom_entry() -> None:
    (article,) = articles_of(feed_of(ATOM))
    assert (article.title, article.body, article.summary) == ("عنوان مهم", "أول\nثان", "موجز")
    assert (article.source, article.authors, article.topic_names) == ("وكالة", ("زيد علي",), ("اقتصاد",))
    assert article.published == datetime(2025, 4, 21, 10, tzinfo=timezone(timedelta(hours=3)))
    assert article.url == "https://news.example/a"


def test_rss_1_with_a_description_as_the_text() -> None:
    (article,) = articles_of(feed_of(RDF))
    assert (article.body, article.summary) == ("نص الخبر", "")
    assert (article.published, article.url) == (date(2025, 4, 21), "https://news.example/r")


def item(fields: str) -> str:
    return f"<item><title>خبر</title><description>نص الخبر</description>{fields}</item>"


@pytest.mark.parametrize(
    ("raw", "published"),
    [
        ("2024/8/5 15:07:41", "2024-08-05T15:07:41+00:00"),
        ("Mon, 05 Aug 2024 15:07:41 AST", "2024-08-05T15:07:41+03:00"),
        ("2024-08-05 15:07:41 +03", "2024-08-05T15:07:41+03:00"),
        ("الاثنين 5 آب 2024", "2024-08-05"),
        ("أمس", ""),
        ("نُشر في 5 آب 2024 - 15:07 بتوقيت مكة", "2024-08-05T15:07:00+03:00"),
    ],
)
def test_dates_are_parsed_from_the_raw_strings(raw: str, published: str) -> None:
    article = articles_of(feed_of(rss(item(f"<pubDate>{raw}</pubDate>"))))[1]
    assert (article.published.isoformat() if article.published else "") == published
    assert article.published_raw == raw


def test_the_first_readable_of_several_dates_is_used() -> None:
    several = item("<pubDate>قريبا</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2024-08-06</dc:date>")
    article = articles_of(feed_of(rss(several)))[1]
    assert (article.published, article.published_raw) == (date(2024, 8, 6), "2024-08-06")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "windows-1256"),
        ("windows-1256", "windows-1256"),
        ("windows-1256", "utf-8"),
        ("windows-1256", "iso-8859-1"),
        ("iso-8859-6", "iso-8859-6"),
        ("utf-16", "utf-16"),
        ("utf-8-sig", "utf-8"),
    ],
)
def test_a_wrong_declared_charset_is_corrected(encoding: str, declared: str) -> None:
    (article,) = articles_of(read_feed(rss(encoding=declared).encode(encoding), ORIGIN))
    assert article.body == "فقرة أولى.\nخلفية\nفقرة ثانية."


def test_the_charset_in_the_http_header_overrides_the_xml_declaration() -> None:
    content = rss(encoding="windows-1256").encode("iso-8859-6")
    (article,) = articles_of(read_feed(content, ORIGIN, "text/xml; charset=iso-8859-6"))
    assert article.body.startswith("فقرة أولى")


def test_an_invalid_utf_8_byte_damages_one_letter_only() -> None:
    content = rss(item("<category>CUT</category>")).encode().replace(b"CUT", b"\xd8")
    assert articles_of(read_feed(content, ORIGIN))[0].body.startswith("فقرة أولى")


def test_control_characters_are_removed_from_the_xml() -> None:
    assert len(articles_of(feed_of(rss(item("<category>أ\x0bب</category>"))))) == 2


def test_items_without_anything_are_reported_and_the_others_are_read() -> None:
    feed = feed_of(rss("<item><title> </title><link>https://news.example/2</link></item>" + item("")))
    errors = [entry for entry in feed.entries if isinstance(entry, ParseError)]
    assert len(articles_of(feed)) == 2
    assert [error.origin for error in errors] == ["https://news.example/rss.xml#2"]
    assert "not even a title" in errors[0].reason


def test_a_truncated_feed_loses_only_its_last_item() -> None:
    text = rss(item("<guid>https://news.example/2</guid>"))
    feed = feed_of(text[: text.rindex("</guid>") + 10])
    assert len(articles_of(feed)) == 1
    assert isinstance(feed.entries[-1], ParseError)
    assert "truncated" in feed.entries[-1].reason


def test_item_urls() -> None:
    more = (
        item("<guid>https://news.example/guid</guid>")
        + item("<guid isPermaLink='true'>no address</guid>")
        + "<item xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'><description>نص</description>"
        "<link>https://feeds.example/~r/1</link>"
        "<feedburner:origLink>https://news.example/own</feedburner:origLink></item>"
    )
    urls = [article.url for article in articles_of(feed_of(rss(more)))]
    assert urls[1:] == ["https://news.example/guid", "", "https://news.example/own"]


def test_relative_links_of_a_feed_file_are_resolved_against_its_site() -> None:
    (article,) = articles_of(feed_of(rss(), Origin("feed", "rss.xml")))
    assert article.url == "https://news.example/news/1?utm_source=rss"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("كلام", "other text"),
        ('{"items": []}', "JSON"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "neither RSS nor Atom"),
        (
            "<!DOCTYPE html><html><p>صفحة</p>",
            "a web page, not a feed; if it is an article, ingest it with --format page",
        ),
        (
            "<html><head><![x><link rel='alternate' type='application/rss+xml' href='/feed.xml'></head>",
            "https://news.example/feed.xml",
        ),
    ],
)
def test_errors_say_what_other_content_looks_like(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        feed_of(text)


def test_content_that_is_a_path_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss(), encoding="utf-8")
    with pytest.raises(ParseError, match="other text"):
        feed_of(str(path))


def test_empty_feeds_are_accepted() -> None:
    assert feed_of("<rss version='2.0'><channel><title>x</title></channel></rss>").entries == ()


CAPTION = "صورة من الأرشيف أطول من النص نفسه بكثير"
MEDIA = f"<media:content url='1.jpg' medium='image'><media:description>{CAPTION}</media:description></media:content>"


@pytest.mark.parametrize(
    ("fields", "body", "summary"),
    [
        (f"<description>نص الخبر</description>{MEDIA}", "نص الخبر", ""),
        (f"{MEDIA}<description>نص الخبر</description>", "نص الخبر", ""),
        (f"<media:group>{MEDIA}</media:group><title>خبر</title>", "خبر", ""),
        (
            "<title>خبر</title><media:group><media:description>نص الفيديو</media:description></media:group>",
            "نص الفيديو",
            "",
        ),
        (
            "<description>النص الكامل للخبر</description><content:encoded>موجز</content:encoded>",
            "النص الكامل للخبر",
            "موجز",
        ),
        (
            "<description>موجز</description><content:encoded>النص الكامل للخبر</content:encoded>",
            "النص الكامل للخبر",
            "موجز",
        ),
        (
            f"<content:encoded>&lt;figcaption&gt;{CAPTION}&lt;/figcaption&gt;</content:encoded><description>نص</description>",
            "نص",
            "",
        ),
        ("<title>عاجل: خبر</title>", "عاجل: خبر", ""),
        (
            f"<title>عاجل</title><content:encoded>&lt;figcaption&gt;{CAPTION}&lt;/figcaption&gt;</content:encoded>",
            "عاجل",
            CAPTION,
        ),
    ],
)
def test_the_longest_real_text_is_the_body(fields: str, body: str, summary: str) -> None:
    article = articles_of(feed_of(rss(f"<item>{fields}</item>")))[1]
    assert (article.body, article.summary) == (body, summary)


def entry(fields: str) -> Article:
    (article,) = articles_of(
        feed_of(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>م</title><entry>{fields}</entry></feed>")
    )
    return article


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("<title type='text'>وسم &lt;b&gt; هنا</title>", "وسم <b> هنا"),
        ("<title type='text'>&lt;b&gt;وسم&lt;/b&gt;</title>", "<b>وسم</b>"),
        ("<title type='html'>&lt;b&gt;وسم&lt;/b&gt;</title>", "وسم"),
        ("<title type='html'>وسم &amp;lt;b&amp;gt; هنا</title>", "وسم <b> هنا"),
        (
            "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><i>وسم</i> &lt;b&gt; هنا</div></title>",
            "وسم <b> هنا",
        ),
        ("<title>وسم &lt;b&gt; هنا</title>", "وسم <b> هنا"),
        ("<title>&lt;b&gt;وسم&lt;/b&gt;</title>", "وسم"),
    ],
)
def test_the_types_of_atom_texts(title: str, line: str) -> None:
    assert entry(f"{title}<summary>نص</summary>").title == line


def test_elements_after_an_xhtml_text_are_read() -> None:
    article = entry(
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>أول</p></div></content><author><name>منى</name>"
        "</author><published>2025-04-21</published><link href='https://news.example/1'/><category term='سياسة'/>"
    )
    assert (article.body, article.authors, article.url) == ("أول", ("منى",), "https://news.example/1")
    assert (article.published, article.topic_names) == (date(2025, 4, 21), ("سياسة",))


def test_a_commented_out_item_costs_no_other_item() -> None:
    feed = feed_of(rss(f"<!-- {item('')} <item> -->{item('')}<!-- <item> -->"))
    assert len(articles_of(feed)) == len(feed.entries) == 2


def test_an_item_without_an_end_tag_costs_no_other_item() -> None:
    more = "<item><description>أول</description><item><title>ب</title><description>ثان</description></item>"
    assert [article.body for article in articles_of(feed_of(rss(more)))][1:] == ["أول", "ثان"]


@pytest.mark.parametrize(
    ("guids", "count"),
    [(("", ""), 2), (("<guid>1</guid>", "<guid>2</guid>"), 2), (("<guid>1</guid>", "<guid>1</guid>"), 1)],
)
def test_items_that_share_a_link_but_not_a_guid_stay_separate(guids: tuple[str, str], count: int) -> None:
    more = "".join(
        f"<item><title>خبر {number}</title><link>https://news.example/live</link>{guid}"
        f"<description>نص {number}</description></item>"
        for number, guid in enumerate(guids)
    )
    found = articles_of(feed_of(rss(more)))[1:]
    assert len({article.id for article in found}) == count
    assert all(article.url.startswith("https://news.example/live") for article in found)
    assert (
        len({article.id for article in articles_of(feed_of(rss(more)))[1:]} | {article.id for article in found})
        == count
    )


def test_names_in_one_element_are_split() -> None:
    article = articles_of(
        feed_of(
            rss(
                item(
                    "<dc:creator>أحمد علي، منى حسن</dc:creator><author>ed@news.example (بقلم: هدى)</author>"
                    "<category>سياسة، مصر</category><category>اقتصاد &amp;amp; مال</category>"
                )
            )
        )
    )[1]
    assert article.authors == ("أحمد علي", "منى حسن", "هدى")
    assert article.topic_names == ("سياسة", "مصر", "اقتصاد & مال")


def test_characters_that_xml_does_not_know_are_read() -> None:
    text = rss(
        "<item><title>A&B &nbsp;&eacute; &foo; AT&amp;T</title><link>https://news.example/?a=1&b=2&copy=3</link></item>"
    )
    article = articles_of(feed_of(text))[1]
    assert (article.title, article.url) == ("A&B é &foo; AT&T", "https://news.example/?a=1&b=2&copy=3")


def test_the_source_at_the_end_of_a_title_is_removed() -> None:
    fields = "<title>خبر - قناة المثال</title><source url='https://s.example'>قناة المثال</source>"
    article = articles_of(feed_of(rss(f"<item>{fields}<description>نص</description></item>")))[1]
    assert (article.title, article.source) == ("خبر", "قناة المثال")


@pytest.mark.parametrize("charset", ["windows-1256", "iso-8859-6", "utf-16-le", "utf-16-be"])
def test_an_undeclared_charset_is_recognized(charset: str) -> None:
    text = rss().partition("?>")[2]
    (article,) = articles_of(read_feed(text.encode(charset), ORIGIN, "text/xml"))
    assert article.body == "فقرة أولى.\nخلفية\nفقرة ثانية."


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("<link>1</link>", "https://news.example/2025/a/1"),
        ("<link href='/1'/>", "https://news.example/1"),
        ("<link href='https://other.example/1'/>", "https://other.example/1"),
        ("<guid>1</guid>", ""),
        ("<link>https://news.example/?a=1&amp;b;=2</link>", "https://news.example/?a=1&b;=2"),
    ],
)
def test_links_are_relative_to_the_bases_around_them(fields: str, url: str) -> None:
    text = (
        "<rss xml:base='/2025/'><channel><title>م</title><item xml:base='a/'><title>خبر</title>"
        f"{fields}</item></channel></rss>"
    )
    (article,) = articles_of(feed_of(text))
    assert article.url == url


def test_a_broken_base_is_ignored() -> None:
    more = "<item xml:base='http://['><title>خبر</title><link>/1</link></item>"
    assert [article.url for article in articles_of(feed_of(rss(more)))][1:] == ["https://news.example/1"]


def test_the_about_of_rss_1_is_the_address_if_there_is_no_link() -> None:
    text = RDF.replace("<link>https://news.example/r</link>", "<guid>7</guid>")
    assert articles_of(feed_of(text))[0].url == "https://news.example/r"


def test_all_summaries_are_compared() -> None:
    fields = (
        "<itunes:summary>الأوسط من الموجزات</itunes:summary><description>أطول الموجزات كلها هو النص</description>"
        "<excerpt>قصير</excerpt><title>خبر</title>"
    )
    article = articles_of(feed_of(rss(f"<item>{fields}</item>")))[1]
    assert (article.body, article.summary) == ("أطول الموجزات كلها هو النص", "الأوسط من الموجزات")


def test_encoded_texts_are_decoded() -> None:
    text = b64encode("<p>أول</p><p>ثان</p>".encode()).decode()
    assert entry(f"<content mode='base64' type='text/html'>{text}</content>").body == "أول\nثان"


@pytest.mark.parametrize("name", ["links", "authors", "title_detail", "source_detail", "entry_", "georss:point"])
def test_elements_with_names_that_feedparser_uses_itself_change_nothing(name: str) -> None:
    fields = "<link>https://news.example/2</link><dc:creator>منى</dc:creator>"
    with_name, without = (articles_of(feed_of(rss(item(more + fields))))[1] for more in (f"<{name}>x</{name}>", ""))
    assert with_name == without


def test_an_item_that_feedparser_fails_on_costs_no_other_item(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = feedparser.parse

    def fail(stream: BytesIO, **options: object) -> object:
        if "سيئ".encode() in stream.getvalue():
            raise IndexError("a bug")
        return parse(stream, **options)

    monkeypatch.setattr(feedparser, "parse", fail)
    feed = feed_of(rss("<item><title>سيئ</title><link>https://news.example/2</link></item>" + item("")))
    assert len(articles_of(feed)) == 2
    assert [
        (entry.origin, "too broken" in entry.reason) for entry in feed.entries if isinstance(entry, ParseError)
    ] == [("https://news.example/rss.xml#2", True)]


def test_only_the_first_categories_and_keywords_are_read() -> None:
    many = ",".join(f"وسم{number}" for number in range(2_000))
    fields = f"<category>أول</category><keywords>{many}</keywords><category>آخر</category>"
    draft = feed_of(rss(item(fields))).entries[1]
    assert isinstance(draft, Draft)
    assert [topic.name for topic in draft.topics] == ["أول", *(f"وسم{number}" for number in range(MAX_CATEGORIES - 1))]


@pytest.mark.parametrize(
    "assigned",
    [
        '<category domain="urn:newsarchive:assigned-topic">رياضة</category>',
        '<category scheme="urn:newsarchive:assigned-topic" term="رياضة"/>',
    ],
)
def test_topics_that_the_model_of_an_archive_assigned_are_not_read_as_given(assigned: str) -> None:
    fields = (
        f'{assigned}<category domain="urn:newsarchive:section">العالم</category><category domain="x">صحة</category>'
    )
    draft = feed_of(rss(item(fields))).entries[1]
    assert isinstance(draft, Draft)
    assert [topic.name for topic in draft.topics] == ["العالم", "صحة"]


PIECES = (
    "<rss version='2.0'>|<channel>|</channel>|<item>|</item>|<title>|</title>|<description>|</description>|<![CDATA["
    "|]]>|<link>http://[|</link>|<guid>|<pubDate>|<author>a@b (c)</author>|<category domain='x'/>|<source url='x'>"
    "|&amp;|&bad;|<!DOCTYPE x [<!ENTITY a 'b'>]>|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|نص|<![x"
    "|<content src='x'>|<media:credit>|<|>"
)


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=25).map("".join))
def test_broken_feeds_yield_drafts_or_a_parse_error(text: str) -> None:
    with suppress(ParseError):
        assert all(article.body for article in articles_of(feed_of(text)))


@pytest.mark.parametrize("broken", ["<b &nope; <", "<title", '<a href="x" ', "</x-title", "<img src=y alt='"])
def test_a_tag_without_its_end_swallows_no_item(broken: str) -> None:
    items = "".join(
        f"<item><title>عنوان {number}</title><description>نص الخبر {number} عن القمح</description></item>{broken}"
        for number in range(3)
    )
    content = f"<rss><channel><title>قناة</title>{broken}{items}</channel></rss>".encode()
    found = read_feed(content, Origin("feed", "x.xml")).entries
    assert [entry.title for entry in found if isinstance(entry, Draft)] == ["عنوان 0", "عنوان 1", "عنوان 2"]


def test_an_item_of_entities_only_has_no_text() -> None:
    def item(text: str) -> bytes:
        return f"<rss><channel><title>x</title><item><title>{text}</title></item></channel></rss>".encode()

    (refused,) = read_feed(item("&bomb; &a1;"), Origin("feed", "x.xml")).entries
    assert isinstance(refused, ParseError)
    assert "not expanded" in refused.reason
    for text in ("القمح &amp; الشعير", "&bomb; خبر", "AT&T", "خبر; آخر"):
        (kept,) = read_feed(item(text), Origin("feed", "x.xml")).entries
        assert isinstance(kept, Draft)
