"""The query language works as its documentation page says."""

import re
from datetime import date
from pathlib import Path

import pytest

from newsarchive.errors import QuerySyntaxError
from newsarchive.search.display.snippets import Highlighter
from newsarchive.search.language.context import Context
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.lexemes import FIELD_NAMES
from newsarchive.search.language.query import Node
from tests.search.language.trees import render

PAGE = (Path(__file__).parents[3] / "docs" / "query-language.md").read_text()
ENGLISH, ARABIC = PAGE.split('<div dir="rtl" lang="ar">')

MEANINGS = {
    "انتخابات تونس": "(انتخابات & تونس)",
    "«مجلس الأمن»": '"مجلس الامن"',
    "=«مجلس الأمن»": '="مجلس الامن"',
    "«سد النهضة»~5": '"سد النهضه"~5',
    "سد NEAR/5 النهضة": '"سد النهضه"~5',
    "كوفيد-19": "كوفيد+19",
    "#كرة_القدم": "كره+القدم",
    "=3.5": '="3 5"',
    "الـ20": "20",
    "=كتب": "=كتب",
    "كتا*": "كتا*",
    "مصر OR السودان": "(مصر | السودان)",
    "مصر | السودان": "(مصر | السودان)",
    "نهر النيل OR نهر الفرات": "((نهر & النيل) | (نهر & الفرات))",
    "سد مصر أو السودان": "(سد & (مصر | السودان))",
    "نهر النيل أو نهر الفرات": "((نهر & النيل) | (نهر & الفرات))",
    "مصر =أو السودان": "(مصر & =او & السودان)",
    "سد (مصر OR السودان)": "(سد & (مصر | السودان))",
    "مصر -كرة": "(مصر & !كره)",
    "مصر NOT «كرة القدم»": '(مصر & !"كره القدم")',
    "مصر -(كرة OR سباحة)": "(مصر & !(كره | سباحه))",
    "مصر -كوفيد-19": "(مصر & !كوفيد+19)",
    "العنوان:ترامب": "title:ترامب",
    "title:(مصر OR السودان)": "(title:مصر | title:السودان)",
    "title:«مجلس الأمن»": 'title:"مجلس الامن"',
    "المصدر:تاس": "source:[تاس]",
    "source:سكاي نيوز القمح": "(source:[سكاي نيوز] & القمح)",
    "source:«وكالة الأنباء»": "source:[وكالة الأنباء]",
    "source:(تاس OR رويترز)": "(source:[تاس] | source:[رويترز])",
    "الموضوع:اقتصاد": "topic:[اقتصاد]",
    "topic:مال وأعمال": "topic:[مال وأعمال]",
    "assigned:رياضة": "assigned:[رياضة]",
    "القسم:العالم": "section:[العالم]",
    "الكاتب:محفوظ": "author:[محفوظ]",
    "author:فرانس برس": "author:[فرانس برس]",
    "-source:تاس": "!source:[تاس]",
    "https://example.org/a/1": "url:[https://example.org/a/1]",
    "url:example.org/a/1": "url:[example.org/a/1]",
    "site:example.org": "site:[example.org]",
    "site:(example.org OR example.com)": "(site:[example.org] | site:[example.com])",
    "date:2025": "date:2025-01-01..2025-12-31",
    "التاريخ:٢٠٢٥-٠٤": "date:2025-04-01..2025-04-30",
    "date:2025-04-21": "date:2025-04-21..2025-04-21",
    "التاريخ:21 أبريل 2025": "date:2025-04-21..2025-04-21",
    "التاريخ: نيسان 2025": "date:2025-04-01..2025-04-30",
    "التاريخ:رمضان 1445": "date:2024-03-11..2024-04-09",
    "date:2025-04-01..2025-04-30": "date:2025-04-01..2025-04-30",
    "date:2020-2022": "date:2020-01-01..2022-12-31",
    "date:2020..": "date:2020-01-01..",
    "التاريخ: قبل 2020": "date:..2019-12-31",
    "date: after 2021-05": "date:2021-06-01..",
    "التاريخ: من 2020 إلى 2022": "date:2020-01-01..2022-12-31",
    "التاريخ: من 14 إلى 15 أبريل 2025": "date:2025-04-14..2025-04-15",
    "قمة date:2020": "(قمه & date:2020-01-01..2020-12-31)",
    "date:أمس": "date:2025-04-20..2025-04-20",
    "date:الجمعة": "date:2025-04-18..2025-04-18",
    "date:الجمعة الماضية": "date:2025-04-18..2025-04-18",
    "date:هذا الأسبوع": "date:2025-04-19..2025-04-25",
    "date:last week": "date:2025-04-12..2025-04-18",
    "date:الشهر الماضي": "date:2025-03-01..2025-03-31",
    "date:آخر 7 أيام": "date:2025-04-15..2025-04-21",
    "date:قبل ثلاثة أيام": "date:2025-04-18..2025-04-18",
    "date: منذ أمس": "date:2025-04-20..",
    "التاريخ:بلا": "undated",
    "«مجلس الأمن": "refused: (مجلس & الامن)",
    "(مصر السودان": "refused: (مصر & السودان)",
    "مصر OR": "refused: مصر",
}

KNOWN = ("سكاي نيوز", "مال وأعمال", "فرانس برس")
CONTEXT = Context(date(2025, 4, 21), lambda _attribute, value: value in KNOWN)
"""A Monday, and an archive with these names."""


def examples(half: str) -> list[tuple[str, str]]:
    """The first cell of each table row, without backquotes, and the second cell as written."""
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", half, re.MULTILINE)
    return [(query.replace(r"\|", "|"), meaning) for query, meaning in rows]


@pytest.mark.parametrize("half", [ENGLISH, ARABIC], ids=["English", "Arabic"])
def test_both_languages_have_all_examples_in_order(half: str) -> None:
    assert [query for query, _ in examples(half)] == list(MEANINGS)


def tree(query: str) -> tuple[Node, bool]:
    try:
        return parse(query, context=CONTEXT), False
    except QuerySyntaxError:
        return plain_words(query), True


@pytest.mark.parametrize(("query", "meaning"), MEANINGS.items(), ids=list(MEANINGS))
def test_each_example_parses_as_documented(query: str, meaning: str) -> None:
    node, refused = tree(query)
    assert ("refused: " if refused else "") + render(node) == meaning


@pytest.mark.parametrize("half", [ENGLISH, ARABIC], ids=["English", "Arabic"])
def test_invalid_queries_fall_back_as_documented(half: str) -> None:
    refused = [(query, said) for query, said in examples(half) if MEANINGS[query].startswith("refused")]
    assert len(refused) == 3
    for query, said in refused:
        assert tree(query)[0] == parse(said.strip("`"))


@pytest.mark.parametrize(
    ("query", "text", "is_marked"),
    [
        ("انتخابات تونس", "وبالانتخابات لتونس", True),
        ("=كتب", "الكتب", False),
        ("كتا*", "كتابان الكتاتيب", True),
    ],
)
def test_the_words_listed_with_the_examples_match(query: str, text: str, is_marked: bool) -> None:
    assert text in PAGE.replace(", ", " ").replace("، ", " ")
    assert len(Highlighter(parse(query)).whole(text).marks) == (len(text.split()) if is_marked else 0)


@pytest.mark.parametrize("half", [ENGLISH, ARABIC], ids=["English", "Arabic"])
def test_all_field_names_are_documented(half: str) -> None:
    listed = re.search(r"^(?:The names are|والأسماء هي:) (.+?)\.$", half, re.MULTILINE | re.DOTALL)
    assert listed is not None
    names = re.split(r"[,؛;،]\s*", listed[1].replace("`", ""))
    assert len(names) == len(FIELD_NAMES)
    for name in names:
        assert render(parse(f"{name}:2020")) != render(parse(f"x{name}:2020"))
