from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers.bylines import read_byline
from newsarchive.ingest.readers.plaintext import read_text

ORIGIN = Origin("text", "خبر.txt")

LEAD = "يفتتح وزير النقل غدا، برفقة نظيره الأردني، خط القطارات بين المدينتين، بحسب بيان اليوم السبت 3 ايار/مايو 2025."
SECOND = "ويبلغ طول الخط مئتي كيلومتر، وتتوقف القطارات في سبع محطات، وتستغرق الرحلة كلها ساعتين ونصف الساعة."
THIRD = "وشارك في بناء الخط أكثر من ثلاثة آلاف عامل ومهندس، واستمر العمل فيه أربع سنوات متواصلة دون توقف."
PUBLISHER = 'شبكة الأخبار المحلية "طريق - السكك الحديدية"'
STORY = f"{LEAD}\n{SECOND}\nسنوات العمل\n{THIRD}\n{PUBLISHER}\nالصورة: وزارة النقل\nالمصدر: بترا\n"


def article_of(text: str) -> Article:
    return build_article(read_text(text.encode(), ORIGIN), Defaults())


def test_an_agency_story_with_its_bylines_at_the_end() -> None:
    article = article_of(STORY)
    assert article.body == f"{LEAD}\n{SECOND}\nسنوات العمل\n{THIRD}"
    assert article.headings == ("سنوات العمل",)
    assert (article.source, article.image_credit, article.publisher) == ("بترا", "وزارة النقل", PUBLISHER)
    assert (article.published, article.published_raw) == (date(2025, 5, 3), "3 ايار/مايو 2025")
    assert article.title_derived
    assert article.title.startswith("يفتتح وزير النقل غدا، برفقة نظيره الأردني")
    assert article.language == "ar"


def test_bylines_at_the_top_in_the_text_and_with_unusual_spelling() -> None:
    article = article_of(
        f"الـمَصْدَر ：  وكالة الأنباء\nقطار جديد بين المدينتين\n\n{LEAD}\nالكاتبُ: سلمى عمر، زيد علي\n{SECOND}\n"
        "التاريخ : 5 أيار 2025\n* القسم: اقتصاد\n(الصورة: أرشيف)\nالرابط: https://news.example/1\nDate: غير معروف"
    )
    assert article.title == "قطار جديد بين المدينتين"
    assert not article.title_derived
    assert article.source == "وكالة الأنباء"
    assert article.authors == ("سلمى عمر", "زيد علي")
    assert (article.published, article.published_raw) == (date(2025, 5, 5), "5 أيار 2025")
    assert article.topic_names == ("اقتصاد",)
    assert article.image_credit == "أرشيف"
    assert article.url == "https://news.example/1"
    assert article.body == f"{LEAD}\n{SECOND}\nDate: غير معروف"


def test_english_labels_and_an_author_without_a_colon() -> None:
    article = article_of(f"Title: قطار جديد\nSource: Petra\nبقلم سلمى عمر\n{LEAD}")
    assert (article.title, article.source, article.authors) == ("قطار جديد", "Petra", ("سلمى عمر",))
    assert article.body == LEAD


@pytest.mark.parametrize(
    "line",
    [
        'كتب: "لن نتراجع عن القرار"',
        "التاريخ: علم يدرس الماضي",
        "مصدر: الجيش يتقدم",
        "المصدر: " + "كلام طويل " * 20,
        "قال الوزير: نعم",
        "بقلم أزرق كتب الشاهد.",
        "الرابط: بين المدينتين",
        "",
        ":",
    ],
)
def test_sentences_that_start_like_a_byline_stay_in_the_text(line: str) -> None:
    assert read_byline(line) is None


def test_second_values_stay_in_the_text_and_image_credits_are_joined() -> None:
    article = article_of(f"{LEAD}\nالمصدر: بترا\nالمصدر: سانا\nالصورة: أ\nالصورة: ب\nالكاتب:")
    assert article.source == "بترا"
    assert article.body == f"{LEAD}\nالمصدر: سانا"
    assert article.image_credit == "أ، ب"


@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("قطار جديد بين المدينتين\n", True),
        ("قطار جديد بين المدينتين", True),
        ("هل ينطلق القطار في موعده؟", True),
        ("انطلق القطار الأول.\n", False),
        ("وقال الوزير في بيان نشر اليوم إن القطارات الجديدة صديقة للبيئة وإن أسعار تذاكرها في متناول الجميع", True),
        ("قال الوزير في المؤتمر:", False),
        ("قطار " * 25 + "\n", False),
    ],
)
def test_which_first_lines_are_titles(first: str, is_title: bool) -> None:
    article = article_of(f"{first}\n{SECOND}")
    assert article.title_derived is not is_title
    assert (article.title == first.strip()) is is_title


def test_a_line_before_a_byline_is_a_title() -> None:
    article = article_of("قطار جديد\nالمصدر: بترا\nانطلق اليوم")
    assert (article.title, article.body, article.source) == ("قطار جديد", "انطلق اليوم", "بترا")


def test_a_single_line_is_the_body() -> None:
    article = article_of("قطار جديد بين المدينتين\n\n")
    assert article.title_derived
    assert article.body == "قطار جديد بين المدينتين"


def test_lists_and_quotations_are_not_headings() -> None:
    article = article_of(
        f"{LEAD}\nالمحطة الأولى\nالمحطة الثانية\n{SECOND}\n- بند\n{THIRD}\nانتهى الخبر هنا\nكلمة.\n{SECOND}"
    )
    assert article.headings == ()


def test_a_last_line_next_to_bylines_is_the_publisher_if_it_names_an_institution() -> None:
    assert article_of(f"{LEAD}\n{PUBLISHER}").publisher == ""
    assert article_of(f"{LEAD}\nمراسلنا في المحطة\nالمصدر: بترا").publisher == ""
    assert article_of(f"{LEAD}\nوزارة النقل ترحب بالجميع.\nالمصدر: بترا").publisher == ""
    assert article_of(f"{LEAD}\nالمصدر: بترا\nصحيفة الطريق").publisher == "صحيفة الطريق"


def test_other_charsets() -> None:
    assert read_text(STORY.encode("utf-8-sig"), ORIGIN).source == "بترا"
    assert read_text(STORY.encode("utf-16"), ORIGIN).source == "بترا"
    assert read_text(STORY.encode("windows-1256"), ORIGIN).body == read_text(STORY.encode(), ORIGIN).body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Málaga está en España, y Córdoba también está allí.".encode("latin-1"), "save it as UTF-8"),
        (STORY.encode()[:40] + b"\xff" + STORY.encode()[40:], "neither UTF-8"),
        (b"%PDF-1.7 \xff", "a PDF file"),
        (b"abc\0def", "NUL bytes"),
    ],
)
def test_other_files_are_errors_with_advice(content: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason) as failure:
        read_text(content, ORIGIN)
    assert failure.value.origin == "خبر.txt"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_yield_a_draft_or_a_parse_error(content: bytes) -> None:
    with suppress(ParseError):
        assert build_article(read_text(content, ORIGIN), Defaults()).body


@given(
    st.lists(
        st.sampled_from([LEAD, SECOND, "", "سنوات العمل", PUBLISHER, "المصدر: بترا", "الكاتب: زيد", "؟"]), max_size=9
    )
)
def test_no_line_is_lost(lines: list[str]) -> None:
    draft = read_text("\n".join(lines).encode(), ORIGIN)
    kept = "\n".join([draft.title, draft.body, draft.publisher, draft.source, draft.summary, *draft.authors])
    for line in filter(None, lines):
        assert line.partition(": ")[2] in kept if ": " in line else line in kept


def test_a_date_in_the_lead_counts_only_if_it_is_called_today() -> None:
    text = "يحتفل المتحف بذكرى افتتاحه في 21 أبريل 1960، ويعرض للزوار ما جمعه من صور وخرائط في ستة عقود.\n"
    assert article_of(text).published is None
