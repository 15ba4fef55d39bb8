"""Clippings: what stands around a text is read into fields, and the headline is found below or above it."""

import itertools
from datetime import date

import pytest

from newsarchive.article import Article, Origin
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers.bylines import Byline, read_bylines
from newsarchive.ingest.readers.credits import read_credit
from newsarchive.ingest.readers.plaintext import read_text

HEADLINE = "بلدية المدينة تفتتح ثلاث حدائق عامة على ضفة النهر"
FIRST = "افتتحت البلدية ثلاث حدائق عامة تمتد على ضفة النهر مسافة كيلومترين، وزرعت فيها ألفي شجرة من أشجار المنطقة."
SECOND = (
    "ويستطيع السكان أن يستعيروا دراجات من مدخل كل حديقة، كما تضم الحدائق ملاعب للأطفال ومكتبة صغيرة في الهواء الطلق."
)
BODY = f"{FIRST}\n{SECOND}"


def article_of(text: str) -> Article:
    return build_article(read_text(text.encode(), Origin("text", "حدائق.txt")), Defaults())


DATELINES = {
    "دمشق-سانا": "سانا",
    "دمشق - سانا": "سانا",
    "رام الله 21-4-2025 وفا-": "وفا",
    "بغداد/ واع": "واع",
    "الرياض – واس": "واس",
    "أبوظبي / وام": "وام",
    "بيروت (رويترز)": "رويترز",
    "(رويترز)": "رويترز",
    "واشنطن، باريس – فرانس برس": "فرانس برس",
    "القاهرة - (د ب أ)": "د ب أ",
    "الخرطوم: سونا": "سونا",
    "عمان 21 نيسان (بترا)": "بترا",
    "وكالات": "وكالات",
    "الجزيرة + وكالات": "الجزيرة + وكالات",
    "الجزيرة نت - وكالات": "الجزيرة نت - وكالات",
    "المصدر: الأناضول": "الأناضول",
    "المصدر / تاس": "تاس",
    "المصدر - تاس": "تاس",
    "المصـــدر : تاس": "تاس",
    "\u200fالمصدر\u200f: تاس\u200f": "تاس",
    "المصدر:\nتاس": "تاس",
    "نقلا عن رويترز": "رويترز",
    "نقلاً عن: رويترز": "رويترز",
    "مصدر الخبر: ﺗﺎﺱ": "تاس",
    "الرباط / و م ع": "و م ع",
    "المنامة في 21 أبريل/ بنا /": "بنا",
    "نقلا عن صحيفة الميناء": "صحيفة الميناء",
    "المصدر: وكالة أنباء الواحة": "وكالة أنباء الواحة",
    "الجزيرة نت - خاص": "الجزيرة نت",
}


@pytest.mark.parametrize("line", DATELINES)
@pytest.mark.parametrize("place", ["above", "below"])
def test_the_source_comes_from_a_dateline_a_credit_or_a_label(line: str, place: str) -> None:
    article = article_of(f"{HEADLINE}\n{line}\n{BODY}" if place == "above" else f"{HEADLINE}\n{BODY}\n{line}")
    assert article.title == HEADLINE
    assert article.source == DATELINES[line]
    if article.source:
        assert article.body == BODY


BYLINES = {
    "كتب: أحمد علي": "أحمد علي",
    "كتب - أحمد علي:": "أحمد علي",
    "كتب أحمد علي": "أحمد علي",
    "كتبت سلمى حسن:": "سلمى حسن",
    "بقلم: د. أحمد علي": "د. أحمد علي",
    "بقلم / سلمى حسن": "سلمى حسن",
    "إعداد: ليلى عمر": "ليلى عمر",
    "تقرير - ليلى عمر": "ليلى عمر",
    "القاهرة – أحمد علي": "أحمد علي",
    "بيروت: رنا خليل": "رنا خليل",
    "الكاتب:\nأحمد علي": "أحمد علي",
    "Author: Layla Omar": "Layla Omar",
    "By: Layla Omar": "Layla Omar",
    "By Layla Omar": "Layla Omar",
    "أحمد علي – القاهرة": "أحمد علي",
    "محمد عبد الله - بغداد": "محمد عبد الله",
    "مراسلنا في بغداد: خالد عمر": "خالد عمر",
}


@pytest.mark.parametrize("line", BYLINES)
@pytest.mark.parametrize("first", [True, False])
def test_the_author_comes_from_a_line_above_or_below_the_headline(line: str, first: bool) -> None:
    lines = [line, HEADLINE] if first else [HEADLINE, line]
    article = article_of("\n".join([*lines, BODY]))
    assert (article.title, article.authors, article.body) == (HEADLINE, (BYLINES[line],), BODY)
    assert article.source == ""


@pytest.mark.parametrize(
    "line", ["21 أبريل 2025", "21/04/2025", "الإثنين 21 أبريل/نيسان 2025", "2025-04-21", "التاريخ: 21-4-2025"]
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_bare_date_line_is_the_date(line: str, place: int) -> None:
    lines = [HEADLINE, FIRST, SECOND]
    lines.insert(place, line)
    article = article_of("\n".join(lines))
    assert (article.title, article.published, article.body) == (HEADLINE, date(2025, 4, 21), BODY)


def test_several_labels_on_one_line() -> None:
    article = article_of(f"{HEADLINE}\n{BODY}\nالمصدر: تاس | الكاتب: أحمد علي | التاريخ: 21/4/2025")
    assert (article.source, article.authors, article.published) == ("تاس", ("أحمد علي",), date(2025, 4, 21))
    assert article.body == BODY


@pytest.mark.parametrize(("kicker", "topics"), [("رياضة", ("رياضة",)), ("عاجل", ()), ("في ختام المهرجان", ())])
def test_a_kicker_above_the_headline(kicker: str, topics: tuple[str, ...]) -> None:
    article = article_of(f"{kicker}\n{HEADLINE}\n{BODY}")
    assert (article.title, article.body, article.topic_names) == (HEADLINE, BODY, topics)


@pytest.mark.parametrize("caption", ["صورة أرشيفية", "(أرشيف)", "صورة تعبيرية", "لقطة من الأرشيف"])
def test_a_caption_is_an_image_credit(caption: str) -> None:
    article = article_of(f"{HEADLINE}\n{caption}\n{BODY}")
    assert (article.body, article.image_credit) == (BODY, caption.strip("()"))


def test_an_agency_inside_the_text() -> None:
    opening = article_of(f"{HEADLINE}\nعمان 21 نيسان (بترا)- {FIRST}\n{SECOND}")
    assert (opening.source, opening.body) == ("بترا", f"عمان 21 نيسان (بترا)- {FIRST}\n{SECOND}")
    closing = article_of(f"{HEADLINE}\n{FIRST}\n{SECOND} (رويترز)")
    assert (closing.source, closing.body) == ("رويترز", BODY)
    labelled = article_of(f"{HEADLINE}\nعمان (بترا) - {FIRST}\n{SECOND}\nالمصدر: تاس")
    assert labelled.source == "تاس"


def test_headings_may_end_with_a_colon() -> None:
    article = article_of(f"{HEADLINE}\n{FIRST}\nالملاعب والمكتبة:\n{SECOND}")
    assert article.headings == ("الملاعب والمكتبة:",)
    assert article_of(f"{HEADLINE}\n{FIRST}\nوقال الوزير:\n{SECOND}").headings == ()


@pytest.mark.parametrize(
    "headline",
    [
        "غزة - هدنة جديدة تدخل حيز التنفيذ",
        "روسيا - مصر: مباحثات في القاهرة",
        "رويترز: خفض الفائدة متوقع هذا الشهر",
        "نتائج انتخابات 21 أبريل 2025",
        "دمشق تنفي",
        "المصدر المفتوح يغزو الجامعات",
        "تاريخ - متحف جديد يروي حكاية المدينة",
        "كتب الأطفال تتصدر المبيعات",
        "تقرير دولي يحذر من الجفاف",
        "بيروت - دمشق",
        "صورة المدينة قبل قرن",
        "وكالة الفضاء تطلق مسبارا",
    ],
)
def test_headlines_that_look_like_furniture(headline: str) -> None:
    article = article_of(f"{headline}\n\n{BODY}")
    assert (article.title, article.body) == (headline, BODY)
    assert (article.source, article.authors, article.published, article.image_credit) == ("", (), None, "")


@pytest.mark.parametrize(
    "line",
    [
        "وقالت رويترز إن الحدائق ستفتح أبوابها غدا.",
        "زار الوفد القاهرة وبيروت",
        "بيروت - دمشق",
        "القاهرة - هدنة جديدة",
        "أحمد علي",
        "في 21 أبريل 2025 بدأ العمل",
    ],
)
def test_lines_that_are_no_credit(line: str) -> None:
    assert read_credit(line) == ()
    assert read_bylines(line) == ()


def test_credits_within_the_text_stay_there() -> None:
    article = article_of(f"{HEADLINE}\n{FIRST}\nبيروت - رويترز\n{SECOND}")
    assert article.body == f"{FIRST}\nبيروت - رويترز\n{SECOND}"
    assert article.source == ""


@pytest.mark.parametrize("above", [0, 1, 2])
def test_any_furniture_around_the_headline(above: int) -> None:
    for lines in itertools.permutations(["21 أبريل 2025", "كتب: أحمد علي", "دمشق - سانا"]):
        head = [*lines[:above], HEADLINE, *lines[above:]]
        for gap in ("\n", "\n\n"):
            article = article_of(gap.join([*head, FIRST, SECOND]))
            assert (article.title, article.source, article.authors) == (HEADLINE, "سانا", ("أحمد علي",))
            assert (article.published, article.body) == (date(2025, 4, 21), BODY)


def test_a_pair_of_bylines() -> None:
    assert read_bylines("الكاتب: زيد | القسم: محليات") == (Byline("author", "زيد"), Byline("topic", "محليات"))
    assert read_bylines("الكاتب: زيد | نص آخر لا صلة له") == (Byline("author", "زيد | نص آخر لا صلة له"),)


@pytest.mark.parametrize("line", ["أحمد سعيد", "د. سلمى حسن", "محمد عبد الرحمن"])
def test_a_name_alone_between_headline_and_text(line: str) -> None:
    article = article_of(f"{HEADLINE}\n21 أبريل 2025\n{line}\n{BODY}")
    assert (article.title, article.authors, article.body) == (HEADLINE, (line,), BODY)


@pytest.mark.parametrize(
    "line", ["أحمد علي يفتتح", "محمد صلاح نجما", "حدائق جديدة", "علي في", "سلمى تنتظر", "بيروت الجميلة"]
)
def test_a_short_line_that_is_no_name(line: str) -> None:
    assert article_of(f"{HEADLINE}\n{line}\n{BODY}").authors == ()


def test_a_name_is_not_taken_from_the_headline_or_the_text() -> None:
    assert article_of(f"محمد صلاح\n{HEADLINE}\n{BODY}").authors == ()
    assert article_of(f"أحمد سعيد\n{BODY}").authors == ()
    assert article_of(f"{HEADLINE}\n{FIRST}\nأحمد سعيد\n{SECOND}").authors == ()


def test_two_people_and_two_labels_on_a_line() -> None:
    article = article_of(f"{HEADLINE}\nإعداد: ليلى عمر وأحمد علي\n{BODY}")
    assert article.authors == ("ليلى عمر", "أحمد علي")
    article = article_of(f"{HEADLINE}\nإعداد: أحمد وليد\n{BODY}")
    assert article.authors == ("أحمد وليد",)
    article = article_of(f"{HEADLINE}\nتقرير: سلمى حسن، تصوير: خالد عمر\n{BODY}")
    assert (article.authors, article.image_credit, article.body) == (("سلمى حسن",), "خالد عمر", BODY)


def test_place_outlet_and_reporter() -> None:
    article = article_of(f"{HEADLINE}\nالقاهرة - «الخليج»: أحمد علي\n{BODY}")
    assert (article.source, article.authors, article.body) == ("الخليج", ("أحمد علي",), BODY)


@pytest.mark.parametrize(
    "headline",
    [
        "تقرير: نصف حدائق المدينة بحاجة إلى صيانة",
        "حوار: المهندسة التي صممت عشرين حديقة",
        "الصورة: كتاب يوثق حياة الحدائق القديمة",
        "إعداد: كيف تجهز حديقتك للشتاء",
    ],
)
def test_a_headline_that_begins_like_a_byline(headline: str) -> None:
    article = article_of(f"{headline}\n21 أبريل 2025\n{BODY}")
    assert (article.title, article.body, article.published) == (headline, BODY, date(2025, 4, 21))
    assert (article.source, article.authors, article.image_credit) == ("", (), "")


def test_a_byline_above_a_text_without_headline() -> None:
    for line in ("تقرير: سلمى حسن", "المصدر: وكالة أنباء الواحة الخضراء", "إعداد: ليلى عمر، أحمد علي"):
        assert article_of(f"{line}\n{BODY}").body == BODY


def test_an_agency_behind_a_dash() -> None:
    opening = article_of(f"{HEADLINE}\nبيروت - (رويترز) - {FIRST}\n{SECOND}")
    assert (opening.source, opening.body) == ("رويترز", f"بيروت - (رويترز) - {FIRST}\n{SECOND}")
    closing = article_of(f"{HEADLINE}\n{FIRST}\n{SECOND} — رويترز")
    assert (closing.source, closing.body) == ("رويترز", BODY)
    none = article_of(f"{HEADLINE}\n{FIRST}\n{SECOND} - انتهى")
    assert (none.source, none.body) == ("", f"{FIRST}\n{SECOND} - انتهى")


def test_a_label_without_a_colon_above_the_last_line() -> None:
    article = article_of(f"{HEADLINE}\n{BODY}\nالمصدر\nرويترز")
    assert (article.source, article.body) == ("رويترز", BODY)
    assert article_of(f"{HEADLINE}\n{FIRST}\nالمصدر\n{SECOND}").source == ""


@pytest.mark.parametrize("deck", ["موسم جديد للزوار", "الرياض - مباحثات", "سلمى تنتظر", "ثلاثة أعوام من العمل"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_below_the_headline_stays_in_the_text(deck: str, gap: str) -> None:
    article = article_of(gap.join([HEADLINE, deck, FIRST, SECOND]))
    assert (article.title, article.body) == (HEADLINE, f"{deck}\n{BODY}")
    assert (article.source, article.authors) == ("", ())


def test_wrapped_lines_without_a_headline_give_no_title() -> None:
    wrapped = "\n".join(FIRST[at : at + 40].strip() for at in range(0, len(FIRST), 40))
    assert article_of(wrapped).body == wrapped


@pytest.mark.parametrize(
    "line",
    [
        "كتبت منى سالم من صيدا",
        "متابعة: منى سالم - البصرة",
        "تقرير منى سالم (بيروت)",
        "إعداد: منى سالم - صيدا",
        "حاورته: منى سالم",
    ],
)
def test_the_place_is_no_part_of_a_name(line: str) -> None:
    article = article_of(f"{HEADLINE}\n{line}\n{BODY}")
    assert (article.authors, article.body) == (("منى سالم",), BODY)


def test_two_names_alone() -> None:
    article = article_of(f"{HEADLINE}\nمنى سالم ويوسف خالد\n{BODY}")
    assert (article.authors, article.body) == (("منى سالم", "يوسف خالد"), BODY)


def test_brackets_within_a_caption() -> None:
    assert article_of(f"{HEADLINE}\nصورة أرشيفية (رويترز)\n{BODY}").image_credit == "صورة أرشيفية (رويترز)"


@pytest.mark.parametrize("line", ["نقلا عن «النهار الجديد»", "عن «نيويورك تايمز»"])
def test_a_quoted_outlet(line: str) -> None:
    article = article_of(f"{HEADLINE}\n{BODY}\n{line}")
    assert article.source == line[line.index("«") + 1 : -1]
    assert article.body == BODY
