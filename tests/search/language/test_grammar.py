"""The query language: typed text and the tree it is parsed into."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import Match
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.query import AllOf, AnyOf, Everything, Word
from tests.arabic.strategies import texts
from tests.search.language.trees import leaves, render

GOLDEN = """
# Words are folded, and all are required
كتاب
    كتاب
الكِتَابُ
    الكتاب
إلى أنقرة
    (الي & انقره)
انتخابات تونس ٢٠١٩
    (انتخابات & تونس & 2019)
مصر، وسوريا؟
    (مصر & وسوريا)
Reuters
    reuters
https://example.org/a?b=c
    url:[https://example.org/a?b=c]
مصر https://example.org/a(b)|c -HTTPS://example.org/d
    (مصر & url:[https://example.org/a(b)|c] & !url:[HTTPS://example.org/d])
الرابط: example.org/a
    url:[example.org/a]
example.org/a
    example+org+a
site:example.org مصر
    (site:[example.org] & مصر)
قال: نعم
    (قال & نعم)
قال:نعم
    قال+نعم
or and not
    (or & and & not)
أو لا
    (او & لا)
لا أو
    (لا & او)

# The parts of a chunk belong together
كوفيد-19
    كوفيد+19
#شريف_منير
    شريف+منير
@ben_gazi
    ben+gazi
الساعة 12:30
    (الساعه & 12+30)
3.5
    3+5
=3.5
    ="3 5"
2018-2019
    2018+2019
٢٠/٤
    20+4
AT&T
    at+t
U.S.
    us
أ.ف.ب
    ا+ف+ب
=#شريف_منير
    ="شريف منير"
مصر/السودان
    مصر+السودان
title:كوفيد-19
    title:كوفيد+19
كوفيد-19 لقاح
    (كوفيد+19 & لقاح)
Trump's
    trump
"كوفيد-19"
    "كوفيد 19"

# A missing space is no chunk
مصر،السودان
    (مصر & السودان)
مصر,السودان
    (مصر & السودان)
لماذا؟كيف
    (لماذا & كيف)
مارس/آذار
    (مارس & اذار)
21 أبريل/نيسان
    (21 & ابريل & نيسان)

# أو between two items
مصر أو السودان
    (مصر | السودان)
مصر أو السودان أو ليبيا
    (مصر | السودان | ليبيا)
سد مصر أو السودان
    (سد & (مصر | السودان))
نهر النيل أو نهر الفرات
    ((نهر & النيل) | (نهر & الفرات))
مياه نهر النيل أو نهر الفرات صيفا
    (مياه & ((نهر & النيل) | (نهر & الفرات)) & صيفا)
«كرة القدم» أو سباحة
    ("كره القدم" | سباحه)
title:مصر أو title:السودان
    (title:مصر | title:السودان)
title:(مصر أو السودان)
    (title:مصر | title:السودان)
مصر =أو السودان
    (مصر & =او & السودان)
«مصر أو السودان»
    "مصر او السودان"
أو أو أو
    (او & او & او)

# Words near each other
"سد النهضة"~5
    "سد النهضه"~5
«سد النهضة»~٣
    "سد النهضه"~3
"سد النهضة"~
    "سد النهضه"~10
"سد النهضة"~500
    "سد النهضه"~30
"سد"~5
    =سد
سد NEAR النهضة
    "سد النهضه"~10
سد NEAR/5 النهضة إثيوبيا
    ("سد النهضه"~5 & اثيوبيا)
سد NEAR/5 النهضة NEAR/5 إثيوبيا
    "سد النهضه اثيوبيا"~5
title:"سد النهضة"~5
    title:"سد النهضه"~5
-"سد النهضة"~5
    !"سد النهضه"~5
NEAR سد
    (near & سد)
سد near النهضة
    (سد & near & النهضه)
سد NEAR «النهضة الإثيوبي»
    refused
سد NEAR
    refused
سد NEAR/5 (مصر OR السودان)
    refused

# Signs that other query languages have
*كتاب
    كتاب
كت*ب
    كت*
*كتا*
    كتا*
كتاب~2
    كتاب
كتاب^3 مصر
    (كتاب & مصر)

# No words at all
؟!
    everything
😀
    everything
()
    everything
-
    everything
*
    everything
""
    everything
=
    everything

# Emoji and other symbols next to words
فوز 🇪🇬 مصر
    (فوز & مصر)
50٪
    50

# Exact forms, prefixes, phrases
=كتب
    =كتب
كتا*
    كتا*
=كتا*
    كتا*
كتا* =كتب مصر
    (كتا* & =كتب & مصر)
بي_بي*
    (بي & بي*)
بي_بي_سي*
    (بي+بي & سي*)
="مجلس الأمن"
    ="مجلس الامن"
=«مجلس الأمن» مصر
    (="مجلس الامن" & مصر)
=«القاهرة»
    =القاهره
-="مجلس الأمن"
    !="مجلس الامن"
source:="مجلس الأمن"
    source:[مجلس الأمن]
"مجلس الأمن"
    "مجلس الامن"
«مجلس الأمن»
    "مجلس الامن"
“مجلس الأمن”
    "مجلس الامن"
”مجلس الأمن“
    "مجلس الامن"
„مجلس الأمن“
    "مجلس الامن"
"مجلس الأمن”
    "مجلس الامن"
＂مجلس الأمن＂
    "مجلس الامن"
«مَجْلِسُ الأَمْنِ» الدولي
    ("مجلس الامن" & الدولي)
«القاهرة»
    =القاهره
«وكالة "تاس" الروسية»
    "وكاله تاس الروسيه"
"مجلس، الأمن"
    "مجلس الامن"

# Alternatives
مصر OR السودان
    (مصر | السودان)
مصر | السودان
    (مصر | السودان)
مصر|السودان
    (مصر | السودان)
نهر مصر OR نهر السودان
    ((نهر & مصر) | (نهر & السودان))
(مصر OR السودان) OR ليبيا
    (مصر | السودان | ليبيا)
سد (مصر OR السودان)
    (سد & (مصر | السودان))
مصر AND السودان AND ليبيا
    (مصر & السودان & ليبيا)
مصر AND (السودان OR ليبيا)
    (مصر & (السودان | ليبيا))
((مصر))
    مصر

# Exclusion
مصر -كرة
    (مصر & !كره)
مصر NOT كرة
    (مصر & !كره)
-كرة
    !كره
-«كرة القدم» مصر
    (!"كره القدم" & مصر)
مصر -(كرة OR سلة)
    (مصر & !(كره | سله))
مصر -كوفيد-19
    (مصر & !كوفيد+19)
NOT NOT مصر
    مصر
-(NOT مصر) سد
    (مصر & سد)
-title:مصر
    !title:مصر
-=كتب
    !=كتب
مصر OR -كرة
    (مصر | !كره)

# A hyphen that excludes nothing
-20
    20
-٢٠ درجة
    (20 & درجه)
مصر - السودان
    (مصر & السودان)
«القاهرة»-بيروت
    (=القاهره & بيروت)
-- مصر
    مصر
مصر–السودان
    مصر+السودان
مصر—السودان
    (مصر & السودان)

# Fields, by Arabic and English names
العنوان:ترامب
    title:ترامب
title:ترامب
    title:ترامب
TITLE:ترامب
    title:ترامب
عنوان: ترامب بوتين
    (title:ترامب & بوتين)
العُنوان:ترامب
    title:ترامب
العنـــوان:ترامب
    title:ترامب
العنوٰان:ترامب
    title:ترامب
العنوان : ترامب
    title:ترامب
العنوان：ترامب
    title:ترامب
title:"مجلس الأمن"
    title:"مجلس الامن"
title:=كتب title:كتا*
    (title:=كتب & title:كتا*)
title:(مصر OR السودان) سد
    ((title:مصر | title:السودان) & سد)
title:(مصر -كرة)
    (title:مصر & !title:كره)
title:-كرة
    !title:كره
title:title:مصر
    title:مصر
title:(مصر source:تاس)
    (title:مصر & source:[تاس])
المصدر:تاس
    source:[تاس]
مصدر:«وكالة الأنباء»
    source:[وكالة الأنباء]
source:(تاس OR رويترز)
    (source:[تاس] | source:[رويترز])
source:بي_بي_سي
    source:[بي_بي_سي]
-source:تاس
    !source:[تاس]
الموضوع:رياضة
    topic:[رياضة]
القسم:"الشرق الأوسط"
    section:[الشرق الأوسط]
الكاتب:محفوظ
    author:[محفوظ]
author:"Naguib Mahfouz" رواية
    (author:[Naguib Mahfouz] & روايه)
=title:مصر
    ="title مصر"
العنوانالآخر:مصر
    العنوانالاخر+مصر

# Dates
date:2025
    date:2025-01-01..2025-12-31
التاريخ:٢٠٢٥-٠٤
    date:2025-04-01..2025-04-30
date:2025-04-01..2025-04-30 مصر
    (date:2025-04-01..2025-04-30 & مصر)
date:2020..
    date:2020-01-01..
التاريخ: قبل 2020 مصر
    (date:..2019-12-31 & مصر)
date: after 2021-05
    date:2021-06-01..
date:>2020
    date:2021-01-01..
تاريخ:21 أبريل/نيسان 2025 موسكو
    (date:2025-04-21..2025-04-21 & موسكو)
التاريخ:"تموز 2024"
    date:2024-07-01..2024-07-31
التاريخ: من 1 يناير 2020 إلى 3 مارس 2021 قمة
    (date:2020-01-01..2021-03-03 & قمه)
date:(2020 OR 2022)
    (date:2020-01-01..2020-12-31 | date:2022-01-01..2022-12-31)
date:2020 2021
    (date:2020-01-01..2020-12-31 & 2021)
-date:2020
    !date:2020-01-01..2020-12-31

# Invalid queries, which are then searched as plain words
"مجلس الأمن
    refused
مجلس الأمن»
    refused
(مصر
    refused
مصر)
    refused
)مصر(
    refused
مصر OR
    refused
OR مصر
    refused
مصر OR OR ليبيا
    refused
مصر |
    refused
AND مصر
    refused
مصر AND
    refused
NOT
    refused
مصر NOT
    refused
title:
    refused
title:)
    refused
source:
    refused
source:؟
    refused
date:غدا
    unreadable:[غدا]
date:2025-13 مصر
    (unreadable:[2025-13] & مصر)
date: 31 فبراير 2025 مصر
    (unreadable:[31 فبراير 2025] & مصر)
-date:2025-02-30
    unreadable:[2025-02-30]
date:2022..2020
    unreadable:[2022..2020]
date:none
    undated
-التاريخ:بلا
    !undated
"""


def golden() -> list[tuple[str, str]]:
    lines = [line for line in GOLDEN.split("\n") if line and not line.startswith("# ")]
    assert all(line.startswith("    ") == bool(number % 2) for number, line in enumerate(lines))
    return [(query, tree.strip()) for query, tree in zip(lines[::2], lines[1::2], strict=True)]


def meaning(query: str, match: Match = Match.ALL) -> str:
    try:
        return render(parse(query, match))
    except QuerySyntaxError:
        return "refused"


@pytest.mark.parametrize(("query", "tree"), golden(), ids=[query for query, _ in golden()])
def test_queries_parse_to_the_expected_trees(query: str, tree: str) -> None:
    assert meaning(query) == tree


ANY = [
    ("مصر السودان", "(مصر | السودان)"),
    ("مصر", "مصر"),
    ("كوفيد-19 لقاح", "(كوفيد+19 | لقاح)"),
    ("مصر AND السودان ليبيا", "((مصر & السودان) | ليبيا)"),
    ("مصر OR السودان ليبيا", "(مصر | السودان | ليبيا)"),
    ("مصر source:تاس السودان", "((مصر | السودان) & source:[تاس])"),
    ("مصر السودان -كرة date:2020", "((مصر | السودان) & !كره & date:2020-01-01..2020-12-31)"),
    ("مصر ليبيا -كوفيد-19", "((مصر | ليبيا) & !كوفيد+19)"),
    ("مصر ليبيا -(كرة قدم)", "((مصر | ليبيا) & !(كره & قدم))"),
    ("source:تاس topic:رياضة", "(source:[تاس] & topic:[رياضة])"),
    ("title:(مصر السودان)", "(title:مصر | title:السودان)"),
    ("-كرة", "!كره"),
]


@pytest.mark.parametrize(("query", "tree"), ANY)
def test_match_any_makes_alternatives(query: str, tree: str) -> None:
    assert meaning(query, Match.ANY) == tree


@pytest.mark.parametrize("query", ["", "   ", "\n\t", "\u200f", "\ufeff"])
def test_an_empty_query_matches_everything(query: str) -> None:
    assert parse(query) == plain_words(query) == Everything()


@pytest.mark.parametrize(
    "query",
    [
        "\u200f-كرة title:مصر",
        "-\u200fكرة title:مصر",
        "\u202b-كرة\u202c \u2067title:\u2069مصر",
        "-كرة\u200b title\u200e:مصر",
    ],
)
def test_invisible_characters_do_not_hide_operators(query: str) -> None:
    assert meaning(query) == "(!كره & title:مصر)"


def test_a_zero_width_space_separates_words_as_in_articles() -> None:
    assert meaning("مجلس\u200bالأمن") == meaning("مجلس الأمن")


def test_nesting_beyond_the_maximum_depth_is_rejected() -> None:
    assert meaning("(" * 40 + "مصر" + ")" * 40) == "مصر"
    assert meaning("(" * 5000 + "مصر" + ")" * 5000) == "refused"
    assert meaning("NOT " * 5000 + "مصر") == "refused"


def test_syntax_errors_have_a_reason() -> None:
    with pytest.raises(QuerySyntaxError, match="OR needs a word on both sides"):
        parse("مصر OR")
    with pytest.raises(QuerySyntaxError, match="source: needs a value after it"):
        parse("source:؟")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("مصر OR", "مصر"),
        ("(مصر السودان", "(مصر & السودان)"),
        ("NOT «مصر AND (", "مصر"),
        ("OR", "or"),
        ("date:غدا", "(date & غدا)"),
        ("كتا* -قلم (", "(كتا & قلم)"),
        ("MAJOR NOTES", "(major & notes)"),
    ],
)
def test_plain_words_leave_out_operators(query: str, tree: str) -> None:
    assert render(plain_words(query)) == tree


def test_plain_words_with_match_any() -> None:
    assert render(plain_words("مصر السودان (", Match.ANY)) == "(مصر | السودان)"


_PIECES = st.sampled_from(
    [
        *("مصر", "السودان", "كِتَابٌ", "كوفيد-19", "#هاش_تاغ", "20", "-٢٠", "2025-04", "😀", "؟"),
        *("OR", "AND", "NOT", "|", "(", ")", "-", "=", "*", '"', "«", "»", "“", "”", " "),
        *("title:", "العنوان:", "source:", "topic:", "author:", "date:", "التاريخ:", "قبل", "من", "إلى", "..", ">"),
    ]
)
queries = st.one_of(
    texts,
    st.lists(_PIECES, max_size=14).map(" ".join),
    st.lists(_PIECES, max_size=14).map("".join),
)
"""Any text, and text that looks like a query."""


@given(queries, st.sampled_from(Match))
@example("date:0001-01-01", Match.ALL)
@example("date:before 0001-01-01", Match.ALL)
@example("date:after 9999-12-31", Match.ALL)
@example("date:رمضان 9999", Match.ANY)
def test_any_text_is_parsed_or_rejected_and_has_plain_words(text: str, match: Match) -> None:
    meaning(text, match)
    plain = list(leaves(plain_words(text, match)))
    assert all(isinstance(leaf, Word) for leaf in plain)


@given(queries)
def test_all_and_any_have_the_same_leaves(text: str) -> None:
    try:
        of_all = parse(text, Match.ALL)
    except QuerySyntaxError:
        with pytest.raises(QuerySyntaxError):
            parse(text, Match.ANY)
        return
    assert Counter(leaves(of_all)) == Counter(leaves(parse(text, Match.ANY)))


@given(queries)
def test_plain_words_do_not_depend_on_the_match_mode(text: str) -> None:
    assert Counter(leaves(plain_words(text, Match.ALL))) == Counter(leaves(plain_words(text, Match.ANY)))


@given(queries, st.sampled_from(Match))
def test_groups_have_several_children_and_are_flattened(text: str, match: Match) -> None:
    try:
        pending = [parse(text, match)]
    except QuerySyntaxError:
        return
    while pending:
        node = pending.pop()
        if isinstance(node, AllOf | AnyOf):
            assert len(node.nodes) > 1
            assert not any(isinstance(child, type(node)) for child in node.nodes)
            pending.extend(node.nodes)
