"""Pages as the publishing systems of Arabic outlets make them, around one invented article."""

# ruff: noqa: E501 - the lines of pages are as long as those of real ones

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

TITLE = "بلدية المرفأ تفتتح حديقة عامة على أنقاض السوق القديم"
LEAD = (
    "افتتحت بلدية المرفأ صباح أمس حديقة عامة جديدة في موقع السوق القديم الذي هدم قبل ثلاث سنوات، بحضور عدد من سكان الحي"
    " وأعضاء المجلس البلدي."
)
COST = (
    "وقال رئيس البلدية إن المشروع كلف نحو مليوني دينار، وإنه يضم ملاعب للأطفال وممرات للدراجات ومكتبة صغيرة تفتح أبوابها حتى"
    " المساء."
)
TREES = "وأضاف أن العمال زرعوا أكثر من أربعمئة شجرة، معظمها من الزيتون والخروب، لأنها لا تحتاج إلى ماء كثير في الصيف."
HEADING = "مطالب السكان"
TRADERS = (
    "في المقابل طالب بعض التجار بتعويضات عن المحال التي فقدوها، وقالوا إن الوعود التي تلقوها عند هدم السوق لم تنفذ بعد."
)
COUNCIL = "ومن المقرر أن يناقش المجلس البلدي هذه المطالب في جلسته المقبلة يوم الأحد، على أن تنشر محاضر الجلسة على موقع البلدية."
PARAGRAPHS = (LEAD, COST, TREES, HEADING, TRADERS, COUNCIL)
TEXT = "\n".join(PARAGRAPHS)
AUTHOR = "سلمى حسن"
SITE = "صحيفة النهر الكبير"
DAY = "2025-04-21"

OTHERS = (
    "وزارة النقل تعلن موعد تشغيل القطار الجديد بين المدينتين",
    "فريق الساحل يتعادل مع ضيفه في افتتاح الدوري",
    "ارتفاع أسعار الخضار في أسواق الجملة قبل العيد",
    "مهرجان السينما يكرم مخرجين شبابا من خمس دول",
    "تحذير من أمطار غزيرة في المناطق الشمالية غدا",
    "جامعة المدينة تفتح باب القبول للفصل الثاني",
)
EXCERPT = (
    "تفاصيل هذا الخبر الآخر لا علاقة لها بالحديقة، وهي جملة طويلة كي تبدو مثل فقرة من نص حقيقي في صفحة أخرى من الموقع."
)
COMMENT = "هذا تعليق من قارئ يقول إن الحديقة جميلة لكن المواقف قليلة، ويتمنى أن تضيف البلدية مواقف للسيارات قرب المدخل الشرقي."


def body_f1(found: str, expected: str) -> float:
    """The harmonic mean of precision and recall of the words, as in `bench/extraction.py`."""
    words, right = Counter(re.findall(r"\w+", found)), Counter(re.findall(r"\w+", expected))
    return 2 * (words & right).total() / max(1, words.total() + right.total())


def p(texts: Iterable[str] = PARAGRAPHS) -> str:
    return "\n".join(f"<h2>{text}</h2>" if text == HEADING else f"<p>{text}</p>" for text in texts)


def br(texts: Iterable[str] = PARAGRAPHS) -> str:
    return "<br><br>\n".join(texts)


def links(tag: str = "li", start: int = 0) -> str:
    return "".join(f'<{tag}><a href="/n/{start + number}">{text}</a></{tag}>' for number, text in enumerate(OTHERS))


MENU = (
    "<nav><ul>"
    + "".join(
        f'<li><a href="/{n}">{t}</a></li>' for n, t in enumerate(["الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة"])
    )
    + "</ul></nav>"
)
FOOTER = (
    '<div class="footer-bottom"><p>جميع الحقوق محفوظة © 2025 صحيفة النهر الكبير، ولا يجوز نسخ أي مادة من مواد الموقع دون إذن خطي'
    " مسبق من إدارة الصحيفة.</p><ul><li><a href=/about>من نحن</a></li><li><a href=/privacy>سياسة الخصوصية</a></li></ul></div>"
)


def ld(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **fields}, ensure_ascii=False)}</script>'


def page(body: str, head: str = "", title: str = f"{TITLE} - {SITE}", html: str = '<html lang="ar" dir="rtl">') -> str:
    return f'<!DOCTYPE html>\n{html}<head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def og(**fields: str) -> str:
    return "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{value}">' for name, value in fields.items())


OG = og(og_type="article", og_title=f"{TITLE} - {SITE}") + f'<meta property="og:site_name" content="{SITE}">'
PUBLISHED = '<meta property="article:published_time" content="2025-04-21T10:30:00+03:00">'

WORDPRESS = page(
    f"""<div id="page" class="site has-sidebar">{MENU}<div class="main"><article id="post-12" class="post hentry category-news tag-park">
    <header class="entry-header"><h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><span class="posted-on">
    <time class="entry-date published" datetime="2025-04-21T10:30:00+03:00">21 أبريل، 2025</time><time class="updated" datetime="2025-05-02T08:00:00+03:00">2 مايو، 2025</time></span>
    <span class="byline"><span class="author vcard"><a class="url fn n" href="/author/salma">{AUTHOR}</a></span></span><span class="comments-link">3 تعليقات</span></div></header>
    <figure class="wp-block-image"><img src=a.jpg><figcaption>أطفال يلعبون في الحديقة الجديدة صباح الافتتاح (النهر الكبير)</figcaption></figure>
    <div class="entry-content">{p(PARAGRAPHS[:2])}<div class="inline-related-post"><span>اقرأ أيضا:</span><a href=/n/9>{OTHERS[0]}</a></div>{p(PARAGRAPHS[2:])}
    <div class="sharedaddy"><h3>شارك هذا الموضوع:</h3><ul><li><a>فيسبوك</a></li><li><a>تويتر</a></li></ul></div></div>
    <footer class="entry-footer"><span class="tags-links">الوسوم: <a>حديقة</a>، <a>البلدية</a></span></footer></article>
    <div class="author-box"><h4>{AUTHOR}</h4><p>صحفية من المرفأ تكتب عن المدن والبيئة منذ عشر سنوات، وعملت في عدد من الصحف والمجلات العربية قبل ذلك.</p></div>
    <div class="related-posts"><h3>مقالات ذات صلة</h3>{links("h4")}</div>
    <div id="comments" class="comments-area"><h2>3 تعليقات</h2><ol class="comment-list"><li class="comment"><cite>خالد علي</cite><time datetime="2025-04-25">25 أبريل</time><p>{COMMENT}</p></li></ol></div></div>
    <aside class="sidebar widget-area"><h3>الأكثر قراءة</h3><ul>{links()}</ul></aside>{FOOTER}</div>""",
    OG,
)

TAGDIV = page(
    f"""<div class="td-header-wrap">{MENU}<div class="td-header-sp-top-menu"><div class="td_data_time">الخميس 26 نوفمبر 2026</div></div></div>
    <div class="td-post-header"><ul class="td-category"><li><a>محليات</a></li></ul><header class="td-post-title"><h1 class="entry-title">{TITLE}</h1>
    <div class="td-module-meta-info"><div class="td-post-author-name"><div class="td-author-by">بواسطة</div> <a href=/a>{AUTHOR}</a><div class="td-author-line"> - </div></div>
    <span class="td-post-date"><time class="entry-date updated td-module-date" datetime="2025-04-21T10:30:00+03:00">أبريل 21, 2025</time></span></div></header></div>
    <div class="td-post-sharing"><a>شارك</a></div><div class="td-post-content tagdiv-type">{p()}</div>
    <div class="td-post-source-tags"><ul class="td-tags"><li><span>الوسوم</span></li><li><a>حديقة</a></li></ul></div>
    <div class="td-post-next-prev"><span>المقال السابق</span><a href=/p>{OTHERS[1]}</a><span>المقال التالي</span><a href=/q>{OTHERS[2]}</a></div>
    <div class="td_block_related_posts"><h4>مواضيع أخرى</h4>{links("h3")}</div>{FOOTER}""",
    OG,
)

DRUPAL = page(
    f"""<div class="region-header">{MENU}</div><main><div class="node node--type-article"><h1 class="page-title"><span class="field--name-title">{TITLE}</span></h1>
    <div class="field field--name-field-author field--label-inline"><div class="field__label">الكاتب</div><div class="field__item">{AUTHOR}</div></div>
    <div class="field field--name-field-publish-date"><div class="field__item">الاثنين, 04/21/2025 - 10:30</div></div>
    <div class="field field--name-field-image"><img src=x><div class="field--name-field-caption">الحديقة من الجو</div></div>
    <div class="clearfix text-formatted field field--name-body field__item">{p()}</div>
    <div class="field field--name-field-tags"><div class="field__label">كلمات مفتاحية</div><a>حديقة</a><a>بلدية</a></div></div>
    <div class="views-element-container block-related"><h2>اقرأ أيضا</h2>{links("div")}</div></main>{FOOTER}""",
    '<meta name="Generator" content="Drupal 9"><meta name="author" content="admin">' + OG,
)

BLOGGER = page(
    f"""<div class="content"><div class="header"><h1 class="title">مدونة المرفأ</h1></div><div class="date-outer"><h2 class="date-header"><span>الاثنين، 21 أبريل 2025</span></h2>
    <div class="post hentry"><h3 class="post-title entry-title">{TITLE}</h3><div class="post-body entry-content"><div style="text-align:right">{br()}</div></div>
    <div class="post-footer"><span class="post-author vcard">مرسلة بواسطة <span class="fn">Unknown</span></span><span class="post-labels">التسميات: <a>حديقة</a></span></div></div></div>
    <div class="comments" id="comments"><h4>ليست هناك تعليقات:</h4><p>إرسال تعليق</p></div><div class="sidebar"><div class="widget BlogArchive"><h2>أرشيف المدونة</h2>{links()}</div></div></div>""",
    '<meta content="blogger" name="generator">',
    title=f"مدونة المرفأ: {TITLE}",
)

AMP = page(
    f"""<amp-sidebar><ul>{links()}</ul></amp-sidebar><article class="amp-wp-article"><header><h1 class="amp-wp-title">{TITLE}</h1><div class="amp-wp-meta amp-wp-byline"><span class="amp-wp-author author vcard">{AUTHOR}</span></div>
    <div class="amp-wp-meta amp-wp-posted-on"><time datetime="2025-04-21T07:30:00+00:00">منذ سنة</time></div></header><figure class="amp-wp-article-featured-image"><amp-img src=a></amp-img><p class="wp-caption-text">مدخل الحديقة</p></figure>
    <div class="amp-wp-article-content">{p()}</div><amp-social-share type=twitter></amp-social-share></article><footer>{FOOTER}</footer>""",
    f'<link rel="canonical" href="https://nahr.example/news/12">{OG}',
    html='<html amp lang="ar" dir="rtl">',
)

NEXT_JS = page(
    '<div id="__next"><div class="spinner">جاري التحميل</div></div><script id="__NEXT_DATA__" type="application/json">'
    + json.dumps(
        {
            "props": {
                "pageProps": {
                    "menu": [{"text": other} for other in OTHERS],
                    "article": {
                        "headline": TITLE,
                        "publishedAt": "2025-04-21T10:30:00Z",
                        "body": p(),
                        "related": [{"title": other, "body": EXCERPT} for other in OTHERS[:2]],
                    },
                }
            }
        },
        ensure_ascii=False,
    )
    + "</script>",
    OG + PUBLISHED + f'<meta name="author" content="{AUTHOR}">',
)

BLOCKS_JSON = page(
    '<div id="root"></div><script>window.SIMORGH_DATA='
    + json.dumps(
        {
            "pageData": {
                "content": {
                    "model": {
                        "blocks": [
                            {"type": "headline", "model": {"text": TITLE}},
                            *(
                                {
                                    "type": "text",
                                    "model": {
                                        "blocks": [
                                            {
                                                "type": "paragraph",
                                                "model": {
                                                    "text": text,
                                                    "blocks": [{"type": "fragment", "model": {"text": text}}],
                                                },
                                            }
                                        ]
                                    },
                                }
                                for text in PARAGRAPHS
                                if text != HEADING
                            ),
                        ]
                    }
                },
                "topStories": [{"text": other} for other in OTHERS],
            }
        },
        ensure_ascii=False,
    )
    + "</script>",
    OG
    + ld(
        **{
            "@graph": [
                {
                    "@type": "ReportageNewsArticle",
                    "headline": TITLE,
                    "datePublished": "2025-04-21T10:30:00.000Z",
                    "author": {"@type": "Person", "name": AUTHOR},
                }
            ]
        }
    ),
)

OLD_TABLE = f"""<HTML dir=rtl><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1256"><TITLE>{SITE} - {TITLE}</TITLE></HEAD>
<BODY bgcolor=#ffffff><TABLE width=100%><TR><TD colspan=3><FONT color=red><B>{SITE}</B></FONT></TD></TR><TR><TD width=150 valign=top><TABLE>{"".join(f"<TR><TD><A href=n{n}.htm>{t}</A></TD></TR>" for n, t in enumerate(OTHERS))}</TABLE></TD>
<TD><TABLE><TR><TD><FONT size=5><B>{TITLE}</B></FONT></TD></TR><TR><TD><FONT size=2>الاثنين 21 نيسان 2025</FONT></TD></TR><TR><TD><FONT size=2>بقلم: {AUTHOR}</FONT></TD></TR>
<TR><TD><P align=justify><FONT size=4>{"<BR>".join(PARAGRAPHS)}</FONT></P></TD></TR></TABLE></TD><TD width=120>&nbsp;</TD></TR><TR><TD colspan=3 align=center>جميع الحقوق محفوظة {SITE} 2025</TD></TR></TABLE></BODY></HTML>"""

LINE_BREAKS = page(
    f"""<div id="wrapper">{MENU}<div class="newsbox"><h1>{TITLE}</h1><div class="info"><span>21-04-2025 10:30 AM</span> <span>تعديل حجم الخط: + -</span></div>
    <div class="pic"><img src=1.jpg></div><div class="text">المرفأ نيوز - {br()}</div><div class="fb">تابعونا على فيسبوك</div></div>
    <div class="cmts"><b>التعليقات</b><div>{COMMENT}</div><div>{COMMENT} مرة ثانية.</div></div><div class="other">{links("div")}</div>{FOOTER}</div>""",
)

TWO_ARTICLES = page(
    f"""{MENU}<div class="infinite"><article><h1>{TITLE}</h1><span class="author-name">{AUTHOR}</span><time datetime="2025-04-21T10:30">21 أبريل 2025</time><div class="article-body">{p()}</div></article>
    <article><h1>{OTHERS[0]}</h1><span class="author-name">مازن قاسم</span><time datetime="2025-04-20T08:00">20 أبريل 2025</time><div class="article-body"><p>{EXCERPT}</p></div></article></div>{FOOTER}""",
    OG,
)

LIST_IN_DATA = page(
    f"""{MENU}<h1>{TITLE}</h1><div class="story">{p()}</div><section class="latest">{links("h3")}</section>""",
    ld(
        **{
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "item": {
                        "@type": "NewsArticle",
                        "headline": other,
                        "datePublished": "2026-01-05",
                        "author": {"@type": "Person", "name": "مازن قاسم"},
                    },
                }
                for other in OTHERS
            ],
        }
    )
    + ld(
        **{
            "@type": ["NewsArticle"],
            "headline": TITLE,
            "datePublished": "2025-04-21T10:30:00+0300",
            "dateModified": "2025-06-01",
            "author": [{"@type": "Person", "name": AUTHOR}],
            "publisher": {"@type": "Organization", "name": SITE},
        }
    )
    + og(og_title=TITLE),
)

MOBILE = page(
    f"""<div class="m-head"><a href="/">{SITE}</a></div><div class="m-article"><h2 class="article-title">{TITLE}</h2><div class="date">الإثنين، 21 أبريل 2025 10:30 ص</div><img src=a><div class="writer">كتبت {AUTHOR}</div>
    <div class="content"><div>{"</div><div>".join(PARAGRAPHS)}</div></div></div><ul class="m-more">{links()}</ul>""",
    og(og_title=TITLE) + '<link rel="canonical" href="https://www.nahr.example/story/12">',
)

PRINT = page(
    f"""<div><b>{SITE}</b></div><hr><h1>{TITLE}</h1><div>تاريخ النشر: 21/04/2025</div><div>الكاتب: {AUTHOR}</div><hr>{p()}<hr><div>رابط مختصر: https://nahr.example/?p=12</div><div>طباعة</div>"""
)

PORTAL = page(
    f"""<header class="site-header">{MENU}</header><main id="main-content-area"><div class="article-header"><ul class="topics"><li><a>أخبار</a></li></ul><h1>{TITLE}</h1><p class="article__subhead"><em>مشروع طال انتظاره يعيد الحياة إلى وسط المدينة</em></p>
    <figure class="article-featured-image"><div class="responsive-image"><img src=x></div><figcaption>الحديقة قبل الافتتاح بيوم (رويترز)</figcaption></figure>
    <div class="article-info-block"><div class="article-b-l"><div class="article-author"><div class="author-link"><a class="author">{AUTHOR}</a></div></div><div class="date-simple"><span class="screen-reader-text">Published On 21 Apr 2025</span><span aria-hidden="true">21/4/2025</span></div></div></div>
    <div class="wysiwyg wysiwyg--all-content">{p(PARAGRAPHS[:3])}<div class="more-on"><h3>اقرأ أيضا</h3><ul><li>list 1 of 2<a href=/n/1>{OTHERS[1]}</a></li></ul></div>{p(PARAGRAPHS[3:])}
    <div class="article-source"><span>المصدر</span>: <span>الجزيرة + وكالات</span></div></div></main>{FOOTER}""",
    OG,
)

MAGHREB = page(
    f"""{MENU}<div class="article-header"><h1 class="post-title">{TITLE}</h1><div class="article-meta"><span class="author"><a href=/author/s>هسبريس - {AUTHOR}</a></span><span class="date-post">الإثنين 21 أبريل 2025 - 10:30</span></div></div>
    <div class="article-content">{p()}<div class="box-tags"><a>حديقة</a></div></div><section class="comments"><h2>تعليقات الزوار</h2><ul><li><span class="comment-author">قارئ</span><div class="comment-text"><p>{COMMENT}</p></div></li></ul></section>""",
    og(og_title=TITLE, og_type="article")
    + '<meta property="og:site_name" content="Hespress - هسبريس جريدة إلكترونية مغربية">',
    title=f"{TITLE} | هسبريس",
)

ALGERIA = page(
    f"""{MENU}<article><h1 class="ech-sgmn__title">{TITLE}</h1><div class="ech-sgmn__meta"><em class="ech-sgmn__at">{AUTHOR}</em> <span class="ech-sgmn__dt">2025/04/21</span></div><div class="ech-artx">{p()}</div></article>""",
    OG,
)

TELEVISION = page(
    f"""{MENU}<div class="article"><h1 class="heading">{TITLE}</h1><span class="date">تاريخ النشر: 21.04.2025 | 10:30 GMT</span> <span>آخر تحديث: 22.04.2025 | 11:00 GMT</span>
    <div class="media"><img src=a><span class="media__title">مشهد من الحديقة</span><span class="media__footer">Sputnik</span></div><div class="article__summary">{LEAD}</div>
    <div class="article__text">{p(PARAGRAPHS[1:])}<p><em>المصدر: تاس</em></p></div></div><div class="follow">تابعوا قناتنا على <strong>تلغرام</strong></div>""",
    og(og_title=TITLE),
)

AGENCY = page(
    f"""{MENU}<div class="row"><div class="col-md-8"><h2 class="news-title">{TITLE}</h2><p class="text-muted">21/04/2025 | 10:30:15</p><div id="news-body">المرفأ 21 نيسان (بترا)- {br()}<br>--(بترا)<br>س ح/م ق<br>21/04/2025 10:30:15</div></div><div class="col-md-4">{links("div")}</div></div>""",
    title=f"وكالة الأنباء الأردنية (بترا) | {TITLE}",
)

EGYPT = page(
    f"""{MENU}<div class="articleHead"><h1>{TITLE}</h1><div class="time">10:30 ص <span>الإثنين 21 أبريل 2025</span></div></div><div class="ArticleDetails details"><p>كتبت - {AUTHOR}:</p>{p()}<p>اقرأ أيضًا:</p><p><a href=/1>{OTHERS[3]}</a></p><p><a href=/2>{OTHERS[4]}</a></p></div><div class="keywordsDiv"><a>حديقة</a></div>""",
    og(og_title=TITLE, og_type="article"),
    title=f"{TITLE} | مصراوى",
)

NO_H1 = page(
    f"""{MENU}<div class="c1"><span class="ArtTitle">{TITLE}</span><br><span class="ArtDate">21 أبريل 2025</span><br><div class="ArtBody">{p()}</div></div>""",
)

LOGO_H1 = page(f"""<h1><a href=/>{SITE}</a></h1>{MENU}<div><h2>{TITLE}</h2><div>{p()}</div></div>""", OG + PUBLISHED)

SHORT_OG = page(
    f"""{MENU}<h1>{TITLE}</h1><div>{p()}</div>""",
    og(og_title="بلدية المرفأ تفتتح حديقة عامة على...", og_type="article") + PUBLISHED,
    title="",
)

KICKER_H1 = page(f"""{MENU}<h1><span>محليات</span> {TITLE}</h1><div>{p()}</div>""", OG + PUBLISHED)

BROKEN_DATA = page(
    f"""{MENU}<h1>{TITLE}</h1><div class=x>{p()}</div>""",
    f'<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"قال "نعم" للحديقة","datePublished":"2025-04-21T10:30:00+03:00","author":{{"@type":"Person","name":"{AUTHOR}"}},}}</script>'
    + og(og_title=TITLE),
)

FORM = page(
    f"""<form method=post action="./news.aspx?id=12" id="form1"><input type=hidden name=__VIEWSTATE value="x">{MENU}<div id="ctl00_Body"><h1 id="ctl00_lblTitle">{TITLE}</h1><span id="ctl00_lblDate">2025-04-21</span> <span id="ctl00_lblAuthor">{AUTHOR}</span><div id="ctl00_divDetails">{p()}</div></div></form>""",
)

HIJRI = page(
    f"""{MENU}<h1>{TITLE}</h1><div class="meta">الاثنين 23 شوال 1446 هـ الموافق 21 أبريل 2025</div><div class="details">{p()}<p>إن المقالات المنشورة تعبر عن رأي أصحابها ولا تعبر بالضرورة عن رأي الصحيفة.</p></div>""",
    OG,
)

UNCLOSED = page(
    f"""<div class=top><nav>{links()}</nav><div><h1>{TITLE}<div class=d>نشر في: 21 أبريل 2025<p>{LEAD}<p>{COST}<p>{TREES}<p><b>{HEADING}</b><p>{TRADERS}<p>{COUNCIL}<div class=share>مشاركة""",
    OG,
)

QUOTED_MICRODATA = page(
    f"""<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">{TITLE}</h1><span itemprop="author" itemscope><span itemprop="name">{AUTHOR}</span></span><meta itemprop="datePublished" content="2025-04-21T10:30:00+03:00"><div itemprop="description" class="lead"><p>{LEAD}</p></div>
    <div class="aside-box"><a href=/x>{OTHERS[0]}</a></div><div itemprop="articleBody">{p(PARAGRAPHS[1:])}<div class="b-inject"><a href=/1><img src=a></a><div>© صور النهر</div><a href=/1>{OTHERS[2]}</a></div></div></div>"""
)

CAPTIONS = page(
    f"""{MENU}<article><h1>{TITLE}</h1><span class="writeBy">كتبت {AUTHOR}</span><span class="newsStoryDate">الإثنين، 21 أبريل 2025 10:30 ص</span><div id="articleBody">{p(PARAGRAPHS[:2])}<div style="text-align:center"><img src=1><br>أطفال في الحديقة</div><div><img src=2></div><p style="text-align:center">رئيس البلدية خلال الافتتاح</p>{p(PARAGRAPHS[2:])}</div></article>""",
    OG,
)

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "wordpress": (WORDPRESS, {"authors": (AUTHOR,)}),
    "tagdiv": (TAGDIV, {"authors": (AUTHOR,)}),
    "drupal": (DRUPAL, {"authors": (AUTHOR,)}),
    "blogger": (BLOGGER, {"authors": ()}),
    "amp": (AMP, {"authors": (AUTHOR,)}),
    "next-js": (NEXT_JS, {"authors": (AUTHOR,)}),
    "blocks-json": (BLOCKS_JSON, {"authors": (AUTHOR,)}),
    "old-table": (OLD_TABLE, {"authors": (AUTHOR,)}),
    "line-breaks": (LINE_BREAKS, {"authors": ()}),
    "two-articles": (TWO_ARTICLES, {"authors": (AUTHOR,)}),
    "list-in-data": (LIST_IN_DATA, {"authors": (AUTHOR,)}),
    "mobile": (MOBILE, {"authors": (AUTHOR,)}),
    "print": (PRINT, {"authors": (AUTHOR,)}),
    "portal": (PORTAL, {"authors": (AUTHOR,)}),
    "maghreb": (MAGHREB, {}),
    "algeria": (ALGERIA, {"authors": (AUTHOR,)}),
    "television": (TELEVISION, {"authors": ()}),
    "agency": (AGENCY, {"authors": ()}),
    "egypt": (EGYPT, {"authors": (AUTHOR,)}),
    "no-h1": (NO_H1, {"authors": ()}),
    "logo-h1": (LOGO_H1, {"authors": ()}),
    "short-og": (SHORT_OG, {"authors": ()}),
    "kicker-h1": (KICKER_H1, {"authors": ()}),
    "broken-data": (BROKEN_DATA, {"authors": (AUTHOR,)}),
    "form": (FORM, {"authors": (AUTHOR,)}),
    "hijri": (HIJRI, {"authors": ()}),
    "unclosed": (UNCLOSED, {"authors": ()}),
    "microdata": (QUOTED_MICRODATA, {"authors": (AUTHOR,)}),
    "captions": (CAPTIONS, {"authors": (AUTHOR,)}),
}
"""Name -> page, and what of the article is special to it."""

FRONT_PAGE = page(
    f"""{MENU}<h1 class=logo>{SITE}</h1><section>{"".join(f"<article><h2><a href=/n/{n}>{t}</a></h2><p>{EXCERPT} {n}</p></article>" for n, t in enumerate(OTHERS))}</section>{FOOTER}""",
    og(og_type="website", og_title=SITE),
    title=f"{SITE} - الرئيسية",
)
SECTION = page(
    f"""{MENU}<h1>محليات</h1><div>{"".join(f"<div class=card><a href=/n/{n}><img src={n}></a><h3><a href=/n/{n}>{t}</a></h3><span>21 أبريل 2025</span><p>{EXCERPT} {n}</p></div>" for n, t in enumerate(OTHERS))}</div>{FOOTER}""",
    '<link rel="alternate" type="application/rss+xml" href="/feed">' + og(og_type="website", og_title="محليات"),
    title=f"محليات - {SITE}",
)
HEADLINES_ONLY = page(f"{MENU}<div>{links('h3')}{links('h3', 10)}{links('h3', 20)}</div>{FOOTER}", title="آخر الأخبار")
VIDEO = page(
    f"""{MENU}<h1>{TITLE}</h1><div class=player><video src=a.mp4></video></div><p>شاهد لحظة افتتاح الحديقة.</p>{links("div")}""",
    og(og_type="video.other", og_title=TITLE)
    + ld(**{"@type": "VideoObject", "name": TITLE, "uploadDate": "2025-04-21"}),
)
PAYWALL = page(
    f"""{MENU}<article><h1>{TITLE}</h1><div class=body><p>{LEAD}</p><div class=wall><p>هذا المحتوى متاح للمشتركين فقط. اشترك لمتابعة القراءة.</p><a>تسجيل الدخول</a></div></div></article>""",
    OG + PUBLISHED + ld(**{"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False}),
)
PAYWALL_TOLD = page(
    f"""{MENU}<h1>{TITLE}</h1><p>{LEAD}</p><p>{COST[:60]}...</p><div>لقراءة المقال كاملا سجل الدخول أو اشترك لمتابعة القراءة</div>""",
    OG,
)
NOT_FOUND = page("<h1>404</h1><p>عذرا، الصفحة المطلوبة غير موجودة.</p>", title="الصفحة غير موجودة")
LOGIN = page('<h1>تسجيل الدخول</h1><form><input name=u><input type="password" name=p></form>', title="تسجيل الدخول")
CHALLENGE = page("<h1>Checking your browser before accessing nahr.example</h1>", title="Just a moment...")
PERSIAN_TEXT = "شهرداری بندر امروز پارک جدیدی را در محل بازار قدیمی افتتاح کرد که سه سال پیش تخریب شده بود و این پارک برای کودکان است."
PERSIAN = page(
    f"<h1>{PERSIAN_TEXT[:40]}</h1><div>{p([PERSIAN_TEXT] * 1 + [PERSIAN_TEXT + ' از این پس می توان در آن قدم زد.'])}</div>",
    OG,
)
URDU_TEXT = "بندرگاہ کی بلدیہ نے آج پرانے بازار کی جگہ ایک نیا باغ کھول دیا ہے جو تین سال پہلے گرا دیا گیا تھا اور اس میں بچوں کے لیے میدان بھی ہیں۔"
URDU = page(f"<h1>{URDU_TEXT[:40]}</h1><div>{p([URDU_TEXT, URDU_TEXT + ' یہ باغ سب کے لیے ہے۔'])}</div>", OG)
KURDISH_TEXT = "شارەوانی بەندەر ئەمڕۆ باخچەیەکی نوێی لە شوێنی بازاڕی کۆن کردەوە کە سێ ساڵ پێش ئێستا ڕووخێنرا، و ئەم باخچەیە بۆ هەموو کەسێکە لە شارەکە."
KURDISH = page(f"<h1>{KURDISH_TEXT[:40]}</h1><div>{p([KURDISH_TEXT, KURDISH_TEXT + ' لەگەڵ ئەمە.'])}</div>", OG)
ENGLISH = page(
    "<h1>Town opens a park</h1><p>"
    + "The town of Harbour opened a new public park on the site of the old market this morning, officials said. " * 3
    + "</p>",
    title="Town opens a park",
)
ABOUT_NOTHING = page(f"{MENU}{FOOTER}", title=SITE)

REFUSED: dict[str, tuple[str, str, str]] = {
    "front": (FRONT_PAGE, "https://nahr.example/", "front page"),
    "front-arabic": (FRONT_PAGE, "https://nahr.example/ar", "front page"),
    "section": (SECTION, "https://nahr.example/category/local", "a list of articles"),
    "section-elsewhere": (SECTION, "https://nahr.example/local", "a list of articles"),
    "headlines-only": (HEADLINES_ONLY, "https://nahr.example/local/x", "a list of articles"),
    "video": (VIDEO, "https://nahr.example/v/1", "video"),
    "paywall": (PAYWALL, "https://nahr.example/1", "subscribers"),
    "paywall-told": (PAYWALL_TOLD, "https://nahr.example/1", "subscribers"),
    "not-found": (NOT_FOUND, "https://nahr.example/1", "error message of the server"),
    "login": (LOGIN, "https://nahr.example/1", "login"),
    "challenge": (CHALLENGE, "https://nahr.example/1", "challenge"),
    "persian": (PERSIAN, "https://nahr.example/1", "Persian"),
    "urdu": (URDU, "https://nahr.example/1", "Urdu"),
    "kurdish": (KURDISH, "https://nahr.example/1", "Kurdish"),
    "english": (ENGLISH, "https://nahr.example/1", "another script"),
    "nothing": (ABOUT_NOTHING, "https://nahr.example/1", "no text of an article"),
}
"""Name -> a page that is no article, its address, and words of the message."""


def _article(inner: str) -> str:
    return page(MENU + inner + FOOTER, OG)


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "no-date": (
        page(f"<div>الخميس 26 نوفمبر 2026</div>{MENU}<h1>{TITLE}</h1><div>{p()}</div>{links('div')}", OG),
        {"date": "None"},
    ),
    "today-in-header": (
        page(
            f"<header><h2>{SITE}</h2><span class=today-date>الخميس 26 نوفمبر 2026</span></header><div class=c><h1>{TITLE}</h1><span>٢١ نيسان ٢٠٢٥</span><div>{p()}</div></div>",
            OG,
        ),
        {},
    ),
    "updated-first": (
        _article(
            f"<h1>{TITLE}</h1><p>آخر تحديث: 25 أبريل 2025 - 09:00</p><p>نشر: 21 أبريل 2025 - 10:30</p><div>{p()}</div>"
        ),
        {},
    ),
    "one-line-both": (
        _article(f"<h1>{TITLE}</h1><p>نُشر في 21 أبريل 2025، آخر تحديث 25 أبريل 2025</p><div>{p()}</div>"),
        {},
    ),
    "related-dates": (
        _article(
            f"<h1>{TITLE}</h1><div>{p()}</div><div class=x><div><a>{OTHERS[0]}</a><time datetime='2024-01-01'>1 يناير 2024</time></div></div>"
        ),
        {"date": "None"},
    ),
    "tag-person-kicker": (
        _article(f"<div><a href=/tag/1>محمد صلاح</a></div><h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>"),
        {"authors": ()},
    ),
    "caption-person": (
        _article(f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div><img src=a><p>أحمد علي</p></div><div>{p()}</div>"),
        {"authors": ()},
    ),
    "developer": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>{FOOTER}<div>تصميم وبرمجة: أحمد علي</div>",
            OG + '<meta name="author" content="Ahmed Ali">',
        ),
        {"authors": ()},
    ),
    "author-site": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>",
            OG + '<meta name="author" content="النهر الكبير">',
        ),
        {"authors": ()},
    ),
    "author-url": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>",
            OG + '<meta property="article:author" content="https://www.facebook.com/nahr">',
        ),
        {"authors": ()},
    ),
    "author-agency": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>",
            OG + ld(**{"@type": "NewsArticle", "author": {"@type": "Person", "name": "رويترز"}}),
        ),
        {"authors": ()},
    ),
    "author-org": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>",
            OG + ld(**{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "سلمى حسن"}}),
        ),
        {"authors": ()},
    ),
    "author-ids": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>{p()}</div>",
            OG
            + ld(
                **{
                    "@graph": [
                        {"@type": "Article", "@id": "#a", "author": {"@id": "#p"}, "datePublished": "2025-04-21"},
                        {"@type": "Person", "@id": "#p", "name": AUTHOR},
                    ]
                }
            ),
        ),
        {"authors": (AUTHOR,)},
    ),
    "two-authors": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>{p()}</div>",
            OG
            + PUBLISHED
            + ld(
                **{
                    "@type": "Article",
                    "author": [{"@type": "Person", "name": AUTHOR}, {"@type": "Person", "name": "خالد عمر"}],
                }
            ),
        ),
        {"authors": (AUTHOR, "خالد عمر")},
    ),
    "katabat-inline": (
        _article(f"<h1>{TITLE}</h1><div><span>21 أبريل 2025</span> | <span>كتب: خالد عمر</span></div><div>{p()}</div>"),
        {"authors": ("خالد عمر",)},
    ),
    "iidad": (
        _article(f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}<p>إعداد: خالد عمر</p></div>"),
        {"authors": ("خالد عمر",)},
    ),
    "city-byline": (
        _article(f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div class=byline>القاهرة - خالد عمر</div><div>{p()}</div>"),
        {},
    ),
    "opinion-above": (
        _article(
            f"<div class=opinion><img src=a><h4 class=writer><a href=/writer/1>خالد عمر</a></h4><h1>{TITLE}</h1><span>21 أبريل 2025</span><div>{p()}</div></div>"
        ),
        {"authors": ("خالد عمر",)},
    ),
    "url-date": (_article(f"<h1>{TITLE}</h1><div>{p()}</div>"), {"url": "https://nahr.example/2025/04/21/park"}),
    "title-pipe-section": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div>",
            "",
            title=f"{TITLE} | محليات | موقع النهر",
        ),
        {},
    ),
    "title-site-first": (
        page(f"{MENU}<h3>{TITLE}</h3><div>21 أبريل 2025</div><div>{p()}</div>", "", title=f"موقع النهر :: {TITLE}"),
        {},
    ),
    "h1-section-name": (
        page(
            f"{MENU}<h1>محليات</h1><h2>{TITLE}</h2><div>21 أبريل 2025</div><div>{p()}</div>",
            "",
            title=f"{TITLE} - محليات - النهر",
        ),
        {},
    ),
    "divs-only": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div class=d>"
            + "".join(f"<div dir=rtl><span>{x}</span></div>" for x in PARAGRAPHS)
            + "</div>"
        ),
        {},
    ),
    "spans-br": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><p>"
            + "<br/>".join(f"<span style=x>{x}</span>" for x in PARAGRAPHS)
            + "</p>"
        ),
        {},
    ),
    "strong-link-lines": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p(PARAGRAPHS[:3])}<p><strong><a href=/1>{OTHERS[0]}</a></strong></p>{p(PARAGRAPHS[3:])}<p><a href=/2>{OTHERS[1]}</a></p></div>"
        ),
        {},
    ),
    "ads-between": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>"
            + '<div class="ad-unit"><p>إعلان</p></div>'.join(f"<p>{x}</p>" for x in PARAGRAPHS)
            + "</div>"
        ),
        {},
    ),
    "newsletter": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p(PARAGRAPHS[:3])}<div><p>اشترك في نشرتنا البريدية ليصلك كل صباح أهم ما ننشره من أخبار وتقارير وآراء من المنطقة والعالم.</p><input></div>{p(PARAGRAPHS[3:])}</div>"
        ),
        {},
    ),
    "links-in-text": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>"
            + "".join(f"<p><a href=/t>{x[:30]}</a>{x[30:90]}<a href=/y>{x[90:]}</a></p>" for x in PARAGRAPHS)
            + "</div>"
        ),
        {},
    ),
    "list-in-text": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p(PARAGRAPHS[:3])}<ul><li>مواقف للسيارات</li><li>ملعب صغير</li></ul>{p(PARAGRAPHS[3:])}</div>"
        ),
        {},
    ),
    "table-in-text": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p(PARAGRAPHS[:3])}<table><tr><td>السنة</td><td>الزوار</td></tr><tr><td>2024</td><td>300</td></tr></table>{p(PARAGRAPHS[3:])}</div>"
        ),
        {},
    ),
    "quote": (
        _article(
            f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p(PARAGRAPHS[:3])}<blockquote class=twitter-tweet><p>تغريدة عن الحديقة الجديدة</p>&mdash; بلدية المرفأ (@marfa) <a>April 21, 2025</a></blockquote>{p(PARAGRAPHS[3:])}</div>"
        ),
        {},
    ),
    "short": (_article(f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div><p>{LEAD}</p></div>"), {"text": LEAD}),
    "live": (_article(f"<h1>{TITLE}</h1><time datetime='2025-04-21T10:00Z'>21 أبريل 2025</time><div>{p()}</div>"), {}),
    "hidden-print": (
        _article(f"<h1>{TITLE}</h1><div>21 أبريل 2025</div><div style='display:none'>{EXCERPT}</div><div>{p()}</div>"),
        {},
    ),
    "body-comments-class": (
        page(
            f"<div class='comments-open sidebar-right related'>{MENU}<h1>{TITLE}</h1><div>21 أبريل 2025</div><div>{p()}</div></div>",
            OG,
        ),
        {},
    ),
    "same-lead-deck": (
        _article(f"<h1>{TITLE}</h1><div class=summary>{LEAD}</div><div>21 أبريل 2025</div><div>{p()}</div>"),
        {},
    ),
}
"""Name -> a page that is hard in one way, and what is expected."""

DAY_LINE = "<div>21 أبريل 2025</div>"
VARIANTS |= {
    "arabiya": (
        _article(
            f'<h1>{TITLE}</h1><div class="article_author">دبي - العربية.نت</div>{DAY_LINE}<div class=txt>{p()}</div>'
        ),
        {"authors": ()},
    ),
    "sky": (
        _article(
            f'<h1>{TITLE}</h1><div class="author">سكاي نيوز عربية - أبوظبي</div>{DAY_LINE}<div class=txt>{p()}</div>'
        ),
        {"authors": ()},
    ),
    "cnn": (
        page(
            f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<div id=body-text>{p()}</div>",
            OG + ld(**{"@type": "NewsArticle", "author": {"@type": "Person", "name": "CNN"}}),
        ),
        {"authors": ()},
    ),
    "f24": (
        _article(
            f"<h1>{TITLE}</h1><div class=meta><span>نشرت في:<time>21/04/2025 - 10:30</time></span><span>آخر تحديث:<time>22/04/2025 - 11:30</time></span></div><div class=author>نص: فرانس 24</div><div>{p()}</div>"
        ),
        {"authors": ()},
    ),
    "aa": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=detay><p>إسطنبول / محمد علي / الأناضول</p>{p()}</div>"),
        {"authors": ("محمد علي",)},
    ),
    "aawsat": (
        _article(f"<h1>{TITLE}</h1><div class=by>القاهرة: «الشرق الأوسط»</div>{DAY_LINE}<div class=txt>{p()}</div>"),
        {"authors": ()},
    ),
    "aawsat2": (
        _article(f"<h1>{TITLE}</h1><div class=by>القاهرة: محمد علي</div>{DAY_LINE}<div class=txt>{p()}</div>"),
        {"authors": ("محمد علي",)},
    ),
    "sana": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=detay><p>دمشق-سانا</p>{p()}</div>"), {"authors": ()}),
    "okaz": (
        _article(f"<h1>{TITLE}</h1><div class=author>سلمى حسن (جدة) @salma</div>{DAY_LINE}<div class=txt>{p()}</div>"),
        {"authors": ("سلمى حسن",)},
    ),
    "ahram": (
        _article(f"<h1>{TITLE}</h1><div>كتب ـ سيد علي</div>{DAY_LINE}<div class=txt>{p()}</div>"),
        {"authors": ("سيد علي",)},
    ),
    "photo": (
        _article(
            f"<h1>{TITLE}</h1><span class=writer>كتبت سلمى حسن - تصوير أحمد علي</span>{DAY_LINE}<div class=txt>{p()}</div>"
        ),
        {"authors": ("سلمى حسن",)},
    ),
    "photo2": (
        _article(f"<h1>{TITLE}</h1><span>كتبت: سلمى حسن - تصوير: أحمد علي</span>{DAY_LINE}<div class=txt>{p()}</div>"),
        {"authors": ("سلمى حسن",)},
    ),
    "role": (
        _article(
            f"<h1>{TITLE}</h1><span class=writer>سلمى حسن - مراسلة النهر في بيروت</span>{DAY_LINE}<div class=txt>{p()}</div>"
        ),
        {},
    ),
    "tarjama": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div>{p()}<p>ترجمة: سلمى حسن</p></div>"), {}),
    "ministers": (
        _article(
            f"<h1>{TITLE}</h1><div class=byline><a href=/a/1>سلمى حسن</a> و<a href=/a/2>خالد عمر</a></div>{DAY_LINE}<div class=txt>{p()}</div>"
        ),
        {},
    ),
    "date-class": (
        _article(
            f"<h1>{TITLE}</h1><ul class=list-inline><li><i class='fa fa-calendar'></i> الإثنين 21 أبريل 2025</li><li><i class=fa-eye></i> 1234</li><li>الوكيل الإخباري</li></ul><div>{p()}</div>"
        ),
        {"authors": ()},
    ),
    "date-hidden": (
        _article(f"<h1>{TITLE}</h1><div>{p()}</div><div class=info>أضيف بتاريخ: 21/04/2025 الساعة 10:30</div>"),
        {},
    ),
    "lead-h2": (
        _article(
            f"<h1>{TITLE}</h1><h2 class=deck>مشروع كلف مليوني دينار ويضم مكتبة وملاعب</h2>{DAY_LINE}<div>{p()}</div>"
        ),
        {},
    ),
    "lead-strong": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art><div class=intro><strong>{LEAD}</strong></div><div class=rest>{p(PARAGRAPHS[1:])}</div></div>"
        ),
        {},
    ),
    "two-columns": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=row><div class=col>{p(PARAGRAPHS[:3])}</div><div class=adsbox><p>إعلان</p></div><div class=col>{p(PARAGRAPHS[3:])}</div></div>"
        ),
        {},
    ),
    "comments-plain": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art>{p()}</div><div class=c><h3>التعليقات</h3>"
            + "".join(f"<div><b>قارئ {i}</b><p>{COMMENT} {i}</p></div>" for i in range(12))
            + "</div>"
        ),
        {},
    ),
    "related-excerpts": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art>{p()}</div><div class=z><h3>أخبار ذات صلة</h3>"
            + "".join(f"<div><a href=/{i}><h4>{o}</h4></a><p>{EXCERPT}{i}</p></div>" for i, o in enumerate(OTHERS))
            + "</div>"
        ),
        {},
    ),
    "related-inline-p": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art>{p(PARAGRAPHS[:2])}<p><strong>اقرأ أيضاً | <a href=/1>{OTHERS[0]}</a></strong></p>{p(PARAGRAPHS[2:4])}<p>إقرأ أيضا: {OTHERS[1]}</p>{p(PARAGRAPHS[4:])}</div>"
        ),
        {},
    ),
    "policy": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art>{p()}<p>يُمنع نقل أو نسخ هذا الخبر دون موافقة خطية مسبقة من إدارة الموقع.</p></div>"
        ),
        {},
    ),
    "bio": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=art>{p()}</div><div><img src=a><h4>{AUTHOR}</h4><p>صحفية من المرفأ تكتب عن المدن والبيئة منذ عشر سنوات، وعملت في عدد من الصحف والمجلات العربية.</p></div>"
        ),
        {},
    ),
    "svg-h1": (
        page(
            f"<header><h1><img src=logo alt='{SITE}'></h1></header><main><h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div></main>",
            OG,
        ),
        {},
    ),
    "og-longer": (
        page(
            f"<main><h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div></main>",
            og(og_title=f"بالصور.. {TITLE} وسط حضور كبير", og_type="article"),
        ),
        {},
    ),
    "title-entities": (
        page(f"<main><h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div></main>", "", title=f"&#x202b;{TITLE} &raquo; {SITE}"),
        {},
    ),
    "amp-br": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=x>{'<br />'.join(PARAGRAPHS)}<br /><a href=/1>{OTHERS[0]}</a><br /><a href=/2>{OTHERS[1]}</a></div>"
        ),
        {},
    ),
    "nbsp": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=x>"
            + "".join(f"<p>&nbsp;{x}&nbsp;</p><p>&nbsp;</p>" for x in PARAGRAPHS)
            + "</div>"
        ),
        {},
    ),
    "presentation": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<section class='post-content related-content'>{p()}</section>"),
        {},
    ),
    "tags-class-body": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class='tags-body share-content'>{p()}</div>"), {}),
    "share-in-body": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=b>{p(PARAGRAPHS[:2])}<div class=sh><span>شارك</span><a>فيسبوك</a><a>تويتر</a></div>{p(PARAGRAPHS[2:])}</div>"
        ),
        {},
    ),
    "gallery": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=b>{p()}"
            + "".join(f"<div><img src={i}><div>صورة {i} من الحديقة الجديدة</div></div>" for i in range(8))
            + "</div>"
        ),
        {},
    ),
    "meta-date-bad": (
        page(
            f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div>",
            OG + '<meta property="article:published_time" content="0000-00-00T00:00:00">',
        ),
        {},
    ),
    "data-date-epoch": (
        page(
            f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div>",
            OG + ld(**{"@type": "NewsArticle", "datePublished": "1970-01-01T00:00:00Z"}),
        ),
        {},
    ),
    "creation-date": (
        page(
            f"{MENU}<h1>{TITLE}</h1><div>{p()}</div>",
            OG + '<meta name="creation_date" content="10-Nov-2000"><meta name="date" content="">',
        ),
        {"date": "None"},
    ),
    "time-future": (
        page(f"{MENU}<time>الخميس 26 نوفمبر 2026</time><h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div>", OG),
        {},
    ),
}

NO_STOPS = [x.rstrip(".") for x in PARAGRAPHS]
SHORT_PARAGRAPHS = [
    "وصل الوفد إلى المدينة صباح اليوم في زيارة تستمر يومين",
    "ويلتقي الوفد رئيس البلدية وأعضاء المجلس في مقر البلدية",
    "وتشمل الزيارة جولة في الحديقة الجديدة والسوق القديم",
    "وكان الوفد قد زار مدينتين مجاورتين خلال الأسبوع الماضي",
    "ومن المتوقع توقيع اتفاق للتعاون بين المدن الثلاث قريبا",
]
TEXTS: dict[str, tuple[str, str]] = {
    "nostop": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(NO_STOPS)}</div>"), "\n".join(NO_STOPS)),
    "short": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(SHORT_PARAGRAPHS)}</div>"),
        "\n".join(SHORT_PARAGRAPHS),
    ),
    "short-br": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{'<br>'.join(SHORT_PARAGRAPHS)}</div>"),
        "\n".join(SHORT_PARAGRAPHS),
    ),
    "short-div": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>"
            + "".join(f"<div>{x}</div>" for x in SHORT_PARAGRAPHS)
            + "</div>"
        ),
        "\n".join(SHORT_PARAGRAPHS),
    ),
    "img-between": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>"
            + "<p><img src=x></p>".join(f"<p>{x}</p>" for x in NO_STOPS)
            + "</div>"
        ),
        "\n".join(NO_STOPS),
    ),
    "flash": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt><p>{SHORT_PARAGRAPHS[0]}.</p></div>"),
        SHORT_PARAGRAPHS[0] + ".",
    ),
    "flash-nostop": (
        page(f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{SHORT_PARAGRAPHS[0]}</div>{FOOTER}", OG),
        SHORT_PARAGRAPHS[0],
    ),
    "elementor": (
        _article(
            f"<div class='elementor-widget elementor-widget-theme-post-title'><h1>{TITLE}</h1></div>{DAY_LINE}"
            + "".join(
                f"<div class='elementor-element elementor-widget elementor-widget-text-editor'><div class=elementor-widget-container><p>{x}</p></div></div>"
                for x in PARAGRAPHS
            )
        ),
        TEXT,
    ),
    "bootstrap": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div><div class='hidden-xs'>{p(PARAGRAPHS[:1])}</div>{p(PARAGRAPHS[1:])}</div>"
        ),
        TEXT,
    ),
    "pre": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<pre>" + "\n\n".join(PARAGRAPHS) + "</pre>"), TEXT),
    "center": (
        page(
            f"<center><table><tr><td><h1>{TITLE}</h1>{DAY_LINE}<p align=right>{br()}</p></td><td>{links('div')}</td></tr></table></center>"
        ),
        TEXT,
    ),
    "plain-div-lines": (
        _article(f"<h1>{TITLE}</h1>{DAY_LINE}<div style='white-space:pre-line'>" + "\n\n".join(PARAGRAPHS) + "</div>"),
        TEXT,
    ),
    "ul-article": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(PARAGRAPHS[:1])}<ul>"
            + "".join(f"<li>{x}</li>" for x in PARAGRAPHS[1:])
            + "</ul></div>"
        ),
        TEXT,
    ),
    "h-paras": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>" + "".join(f"<h4>{x}</h4>" for x in PARAGRAPHS) + "</div>"
        ),
        TEXT,
    ),
    "strong-all": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>"
            + "".join(f"<p><strong>{x}</strong></p>" for x in PARAGRAPHS)
            + "</div>"
        ),
        TEXT,
    ),
    "nested-spans": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>"
            + "".join(f"<div><div><span><font><span>{x}</span></font></span></div></div>" for x in PARAGRAPHS)
            + "</div>"
        ),
        TEXT,
    ),
    "hidden-all": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div style='display:none' class=txt>{p()}</div>"), TEXT),
    "jsonld-body": (
        page(
            f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<p>{LEAD}</p>",
            OG + ld(**{"@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}),
        ),
        TEXT,
    ),
    "jsonld-body-same": (
        page(
            f"{MENU}<h1>{TITLE}</h1>{DAY_LINE}<div>{p()}</div>",
            OG + ld(**{"@type": "NewsArticle", "articleBody": " ".join(PARAGRAPHS)}),
        ),
        TEXT,
    ),
    "interview": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(PARAGRAPHS[:2])}<p>- ما هي كلفة المشروع؟</p>{p(PARAGRAPHS[2:3])}<p>- ومتى ينتهي؟</p>{p(PARAGRAPHS[4:])}</div>"
        ),
        "\n".join([*PARAGRAPHS[:2], "- ما هي كلفة المشروع؟", PARAGRAPHS[2], "- ومتى ينتهي؟", *PARAGRAPHS[4:]]),
    ),
    "lineup": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(PARAGRAPHS[:3])}<p>حراسة المرمى: علي حسن</p><p>الدفاع: عمر خالد، سعيد منصور، وليد نبيل</p><p>الهجوم: كريم عادل، تامر سمير</p></div>"
        ),
        "\n".join(
            [
                *PARAGRAPHS[:3],
                "حراسة المرمى: علي حسن",
                "الدفاع: عمر خالد، سعيد منصور، وليد نبيل",
                "الهجوم: كريم عادل، تامر سمير",
            ]
        ),
    ),
    "source-end": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p()}<p>المصدر: وكالات</p></div>"), TEXT),
    "agency-line": (_article(f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt><p>عمان - بترا</p>{p()}</div>"), TEXT),
    "video-embed": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p(PARAGRAPHS[:3])}<iframe src=y></iframe>{p(PARAGRAPHS[3:])}</div>"
        ),
        TEXT,
    ),
    "wide-noise": (
        _article(
            f"<div>{links('div')}</div><h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p()}</div>"
            + "".join(
                f"<div class=sec><h3><a href=/c{i}>قسم {i}</a></h3>{links('div', i * 10)}</div>" for i in range(12)
            )
        ),
        TEXT,
    ),
    "noscript-img": (
        _article(
            f"<h1>{TITLE}</h1>{DAY_LINE}<div class=txt><noscript><p>فعل جافاسكربت في متصفحك لتشاهد الصور في هذه الصفحة كما ينبغي.</p></noscript>{p()}</div>"
        ),
        TEXT,
    ),
    "cookie": (
        _article(
            f"<div class=cc><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا، وباستمرارك في التصفح فإنك توافق على ذلك.</p></div><h1>{TITLE}</h1>{DAY_LINE}<div class=txt>{p()}</div>"
        ),
        TEXT,
    ),
}
"""Name -> a page whose text is laid out or written in one way, and the text."""
