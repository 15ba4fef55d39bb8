"""Pages of many publishing systems become articles; what is no article is refused with what it is."""

from typing import Any

import pytest

from newsarchive.article import Article, Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers.pages.reader import read_page
from tests.ingest.readers.pages import samples
from tests.ingest.readers.pages.samples import (
    AUTHOR,
    COUNCIL,
    DAY,
    LEAD,
    OG,
    PAGES,
    PARAGRAPHS,
    PUBLISHED,
    REFUSED,
    SITE,
    TEXT,
    TEXTS,
    TITLE,
    VARIANTS,
    body_f1,
    ld,
    p,
    page,
)

URL = "https://nahr.example/story/12"


def article_of(html: str | bytes, url: str = URL, content_type: str = "") -> Article:
    content = html.encode() if isinstance(html, str) else html
    return build_article(read_page(content, Origin("page", url), content_type), Defaults())


@pytest.mark.parametrize(("html", "expected"), [*PAGES.values(), *VARIANTS.values()], ids=[*PAGES, *VARIANTS])
def test_pages_become_articles(html: str, expected: dict[str, Any]) -> None:
    charset = "windows-1256" if "windows-1256" in html else "utf-8"
    article = article_of(html.encode(charset), expected.get("url", URL))
    assert article.title == TITLE
    assert str(article.published_day) == expected.get("date", DAY)
    assert article.authors == expected.get("authors", article.authors)
    assert body_f1(article.body, expected.get("text", TEXT)) > 0.95
    assert article.language == "ar"


@pytest.mark.parametrize(("html", "text"), TEXTS.values(), ids=TEXTS)
def test_texts_are_complete_and_clean(html: str, text: str) -> None:
    article = article_of(html)
    assert body_f1(article.body, text) > 0.985
    assert (article.title, str(article.published_day), article.authors) == (TITLE, DAY, ())


@pytest.mark.parametrize(("html", "url", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_article_is_refused(html: str, url: str, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        article_of(html, url)
    assert reason in caught.value.reason


def test_the_feed_of_a_section_is_named() -> None:
    with pytest.raises(ParseError, match=r"ingest its feed instead: https://nahr\.example/feed"):
        article_of(samples.SECTION, "https://nahr.example/category/local")


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        (f"{TITLE} - {SITE}", SITE, TITLE),
        (f"{TITLE} | العربية", "", TITLE),
        (f"النهر الكبير : {TITLE}", SITE, TITLE),
        (f"{TITLE} – أخبار محلية – {SITE}", SITE, TITLE),
        (f"بلدية المرفأ: «الحديقة» - مفتوحة للجميع - {SITE}", SITE, "بلدية المرفأ: «الحديقة» - مفتوحة للجميع"),
        (TITLE, SITE, TITLE),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, site: str, expected: str) -> None:
    head = f'<meta property="og:site_name" content="{site}">' if site else ""
    article = article_of(page(f"<h1>{expected}</h1><div>{p()}</div>", head, title=title))
    assert article.title == expected


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<link rel="canonical" href="/story/12/park">', "https://nahr.example/story/12/park"),
        ('<link rel="canonical" href="https://www.nahr.example/s/12">', "https://www.nahr.example/s/12"),
        ('<meta property="og:url" content="https://nahr.example/s/12">', "https://nahr.example/s/12"),
        ('<link rel="canonical" href="https://other.example/s/12">', URL),
        ('<link rel="canonical" href="https://nahr.example/">', URL),
        ("<link rel='canonical' href='http://[broken'>", URL),
        ("", URL),
    ],
)
def test_the_canonical_address_counts_on_the_same_site(links: str, expected: str) -> None:
    assert article_of(page(f"<h1>{TITLE}</h1><div>{p()}</div>", links)).url == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f'<meta property="og:site_name" content="{SITE}">', SITE),
        (ld(**{"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": SITE}}), SITE),
        ('<meta property="og:site_name" content="https://nahr.example/">', SITE),
    ],
)
def test_the_source_is_the_name_of_the_site(head: str, expected: str) -> None:
    assert article_of(page(f"<h1>{TITLE}</h1><div>{p()}</div>", head)).source == expected


def test_without_any_name_the_host_is_the_source() -> None:
    html = page(f"<h1>{TITLE}</h1><div>{p()}</div>", title=TITLE)
    assert article_of(html, "https://www.nahr.example/12").source == "nahr.example"


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "Developed By Heba Salem",
        "WordPress",
        "nahr",
        "https://www.facebook.com/nahr",
        "www.nahr.example",
        "صحيفة النهر الكبير",
        "النهر الكبير",
        "رويترز",
        "وكالات",
        "فريق التحرير",
        "محرر الموقع",
        "القاهرة",
        "12345",
        "user@nahr.example",
        "شركة الحلول لبرمجة المواقع",
    ],
)
def test_what_is_no_person_is_no_author(name: str) -> None:
    metas = "".join(f'<meta name="{key}" content="{name}">' for key in ("author", "article:author", "dc.creator"))
    data = ld(**{"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": name}})
    assert (
        article_of(page(f"<h1>{TITLE}</h1><div class=author>{name}</div><div>{p()}</div>", OG + metas + data)).authors
        == ()
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("ليلى عمر وأحمد علي", ("ليلى عمر", "أحمد علي")),
        ("ليلى عمر و أحمد علي", ("ليلى عمر", "أحمد علي")),
        ("ليلى عمر، ومحمد حسن وأحمد علي", ("ليلى عمر", "محمد حسن", "أحمد علي")),
        ("أحمد وليد حسن", ("أحمد وليد حسن",)),
        ("ليلى واصف", ("ليلى واصف",)),
    ],
)
def test_people_joined_by_and_are_two_authors(names: str, expected: tuple[str, ...]) -> None:
    html = page(f'<h1>{TITLE}</h1><span class="author">{names}</span><div>{p()}</div>', OG)
    assert article_of(html).authors == expected


@pytest.mark.parametrize("name", [AUTHOR, "د. أحمد عبد الرحمن", "Layla Haddad", "آدم الشابي"])
def test_people_are_authors(name: str) -> None:
    data = ld(**{"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": name}})
    assert article_of(page(f"<h1>{TITLE}</h1><div>{p()}</div>", data)).authors == (name,)


LINES_AROUND = (
    "اقرأ أيضا: فريق الساحل يتعادل مع ضيفه",
    "اقرأ المزيد",
    "مواضيع ذات صلة",
    "شارك الخبر على فيسبوك",
    "تابعونا على تلغرام",
    "جميع الحقوق محفوظة لصحيفة النهر",
    "الكلمات المفتاحية: حديقة، بلدية",
    "المقالات المنشورة لا تعبر بالضرورة عن رأي الصحيفة.",
    "صورة أرشيفية",
    "آخر تحديث: 22 أبريل 2025",
)
SENTENCES = (
    "اقرأ أيضا في عيون الأطفال فرحة لم يعرفها الحي منذ هدم السوق القديم قبل سنوات طويلة.",
    "وشارك في الافتتاح عدد كبير من الأطفال الذين زرعوا بأيديهم شجيرات عند المدخل الشرقي.",
    "وتابع الحاضرون على شاشة كبيرة فيلما قصيرا عن تاريخ السوق القديم وتجاره وحرفييه.",
    "وجميع الحقوق محفوظة للتجار كما قال رئيس البلدية في كلمته أمام سكان الحي القديم أمس.",
    "وآخر تحديث للمشروع كان في 22 أبريل 2024 حين أضيفت إليه المكتبة الصغيرة والممرات.",
)


@pytest.mark.parametrize("line", LINES_AROUND)
def test_lines_around_the_text_are_left_out(line: str) -> None:
    inner = f"{p(PARAGRAPHS[:3])}<p>{line}</p>{p(PARAGRAPHS[3:])}<p>{line}</p>"
    body = article_of(page(f"<h1>{TITLE}</h1><div class=x>{inner}</div>", OG + PUBLISHED)).body
    assert line not in body
    assert COUNCIL in body


@pytest.mark.parametrize("sentence", SENTENCES[1:])
def test_sentences_that_begin_like_them_stay(sentence: str) -> None:
    html = page(f"<h1>{TITLE}</h1><div class=x>{p((LEAD, sentence, COUNCIL))}</div>", OG + PUBLISHED)
    assert article_of(html).body.split("\n") == [LEAD, sentence, COUNCIL]


def test_credits_of_pictures() -> None:
    figure = "<figure><img src=a><figcaption>الحديقة أمس (رويترز)</figcaption></figure>"
    assert article_of(page(f"<h1>{TITLE}</h1>{figure}<div>{p()}</div>", OG)).image_credit == "رويترز"
    figure = "<figure><img src=a><figcaption>الحديقة أمس (في الصباح)</figcaption></figure>"
    assert article_of(page(f"<h1>{TITLE}</h1>{figure}<div>{p()}</div>", OG)).image_credit == ""


def test_the_declared_charset_and_language_decide_nothing() -> None:
    html = page(f"<h1>{TITLE}</h1><div>{p()}</div>", OG, html='<html lang="en">')
    assert article_of(html, content_type="text/html; charset=iso-8859-1").title == TITLE
    declared_wrong = html.replace('charset="utf-8"', 'charset="utf-8"').encode("windows-1256")
    assert article_of(declared_wrong, content_type="text/html; charset=utf-8").body == article_of(html).body
    assert article_of(html).language == "ar"


def test_headings_in_the_text_are_kept() -> None:
    assert article_of(PAGES["wordpress"][0]).headings == (samples.HEADING,)


def test_people_whom_the_article_is_about_are_no_authors() -> None:
    tags = f'<ul class="chips"><li><a href="/tags/5">{AUTHOR}</a></li></ul>'
    assert article_of(page(f"<h1>{TITLE}</h1>{tags}<div>{p()}</div>", OG)).authors == ()
    name = tags.replace("tags", "u")
    assert article_of(page(f"<h1>{TITLE}</h1>{name}<div>{p()}</div>", OG)).authors == (AUTHOR,)


def test_of_several_articles_in_the_data_that_of_the_page_counts() -> None:
    other = {"@type": "NewsArticle", "headline": samples.OTHERS[0], "datePublished": "2024-01-01"}
    own = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-04-21"}
    by_address = {"@type": "NewsArticle", "url": f"{URL}?utm_source=x", "datePublished": "2025-04-21"}
    for ours in (own, by_address):
        article = article_of(page(f"<h1>{TITLE}</h1><div>{p()}</div>", OG + ld(**other) + ld(**ours)))
        assert str(article.published_day) == DAY
