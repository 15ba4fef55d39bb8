"""Queries as the fields of a form: what is written means what the fields say, and reading back keeps the meaning."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.i18n import Language
from newsarchive.search.language.grammar import parse
from newsarchive.search.language.query import (
    AllOf,
    AnyOf,
    Attribute,
    Named,
    Node,
    Not,
    Phrase,
    PublishedIn,
    Scope,
    Word,
    leaves,
)
from newsarchive.search.language.query_form import QueryForm, read_back, written

SIGNS = ["(", ")", "|", "-", "=", "~", "*", "«", "»", '"', ":", " :", "OR", "AND", "NOT", "NEAR/3", "أو", "،", "#", "."]
NAMES = ["title:", "المصدر:", "date:", "site:", "author:", "الموضوع:", "url:"]
WORDS = ["مصر", "القمح", "كوفيد-19", "2025", "BBC", "و", "سكاي", "20/4", "نيوز", "قبل", "https://a.example/1"]
typed = st.lists(st.sampled_from([*SIGNS, *NAMES, *WORDS]), max_size=8).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])
)
PARTS = [
    *("«مجلس الأمن»", '="سعر الخبز"', "«سد النهضة»~5", "-كرة", "NOT 5", "-«كرة القدم»", "=كتب", "كتا*"),
    *("(مصر OR السودان)", "(مصر السودان)", "((مصر) -كرة)", "OR", "AND", "أو", "NEAR/4"),
    *("title:قمح", "title:(قمح خبز)", "-title:قمح", "العنوان:=كتب", "source:تاس", "source:سكاي", 'source:"BBC News"'),
    *("المصدر:(تاس OR رويترز)", "topic:رياضة", "author:«ليلى حسن»", "site:a.example", "site:(a.example OR b.example)"),
    *("date:2025", "date:2025-01..2025-03", "date:..2020", "date:none", "date:21 أبريل 2025"),
    *("url:a.example/1", "assigned:رياضة"),
]
queries = st.lists(st.sampled_from([*WORDS, *PARTS]), max_size=6).map(" ".join)
languages: st.SearchStrategy[Language] = st.sampled_from(["ar", "en"])


def meaning(node: Node) -> str:
    """A query tree as a text that doesn't depend on the order of what must all match."""
    match node:
        case AllOf(nodes):
            return f"all{sorted(map(meaning, nodes))}"
        case AnyOf(nodes):
            return f"any{sorted(map(meaning, nodes))}"
        case Not(child):
            return f"not {meaning(child)}"
        case _:
            return repr(node)


@given(text=queries, language=languages)
def test_a_query_that_is_read_back_and_written_means_the_same(text: str, language: Language) -> None:
    try:
        before = parse(text)
    except QuerySyntaxError:
        assert read_back(text) == QueryForm(rest=text)
        return
    assert meaning(parse(written(read_back(text), language))) == meaning(before)


@given(text=queries, language=languages)
def test_reading_back_what_was_written_changes_nothing(text: str, language: Language) -> None:
    once = written(read_back(text), language)
    assert written(read_back(once), language) == once


@given(typed, typed, typed, typed, typed, languages)
def test_whatever_is_typed_into_the_fields_can_be_parsed(
    all_of: str, phrase: str, any_of: str, none_of: str, name: str, language: Language
) -> None:
    form = QueryForm(
        all_of=all_of,
        phrase=phrase,
        any_of=any_of,
        none_of=none_of,
        title=all_of,
        source=name,
        author=name,
        site=name,
        first=date(2025, 1, 1),
    )
    node = parse(written(form, language))
    nodes = node.nodes if isinstance(node, AllOf) else (node,)
    assert PublishedIn(date(2025, 1, 1)) in nodes
    assert {leaf.attribute for leaf in leaves(node) if isinstance(leaf, Named)} <= {
        *(Attribute.SOURCE, Attribute.AUTHOR, Attribute.SITE),
        Attribute.URL,  # an address among the words
    }


def one(form: QueryForm) -> Node:
    return parse(written(form))


def test_words_of_a_field_are_no_operators() -> None:
    assert one(QueryForm(all_of="مصر OR NOT (-title:x")) == AllOf(
        tuple(Word(word) for word in ("مصر", "or", "not", "title", "x"))
    )
    assert one(QueryForm(all_of="مصر أو ليبيا")) == parse("مصر =أو ليبيا")


def test_each_field_is_searched_as_it_says() -> None:
    assert one(QueryForm(phrase="مجلس «الأمن")) == Phrase(("مجلس", "الامن"))
    assert one(QueryForm(any_of="مصر السودان «مجلس الأمن»")) == AnyOf(
        (Word("مصر"), Word("السودان"), Phrase(("مجلس", "الامن")))
    )
    assert one(QueryForm(all_of="مصر", none_of="كرة 5")) == AllOf((Word("مصر"), Not(Word("كره")), Not(Word("5"))))
    assert one(QueryForm(title="القمح")) == Word("القمح", scope=Scope.TITLE)
    assert one(QueryForm(source="سكاي نيوز | تاس")) == AnyOf(
        (Named(Attribute.SOURCE, "سكاي نيوز"), Named(Attribute.SOURCE, "تاس"))
    )
    assert one(QueryForm(site="https://News.example/a?b, ")) == Named(Attribute.SITE, "news.example")
    assert one(QueryForm(first=date(2025, 4, 1), last=date(2025, 4, 30))) == PublishedIn(
        date(2025, 4, 1), date(2025, 4, 30)
    )


def test_alternatives_in_the_rest_stay_apart_from_the_fields() -> None:
    assert one(QueryForm(all_of="القمح", rest="مصر OR السودان")) == parse("(مصر OR السودان) القمح")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("مصر -كرة «مجلس الأمن»", QueryForm(all_of="مصر", none_of="كرة", phrase="مجلس الأمن")),
        ("(مصر OR السودان) title:قمح", QueryForm(any_of="مصر السودان", title="قمح")),
        ('source:"BBC News" date:2025', QueryForm(source="BBC News", first=date(2025, 1, 1), last=date(2025, 12, 31))),
        ("المصدر:(تاس OR رويترز) site:a.example", QueryForm(source="تاس | رويترز", site="a.example")),
        ("مصر OR السودان", QueryForm(rest="مصر OR السودان")),
        ("القمح -source:تاس", QueryForm(all_of="القمح", rest="-source:تاس")),
        ("date:أمس", QueryForm(rest="date:أمس")),
        ("", QueryForm()),
    ],
)
def test_a_query_fills_the_fields_that_can_show_it(text: str, form: QueryForm) -> None:
    assert read_back(text) == form


def test_fields_in_english() -> None:
    form = QueryForm(title="wheat", author="John Smith", last=date(2020, 1, 1))
    assert written(form, "en") == 'title:wheat author:"John Smith" date:..2020-01-01'
    assert words(written(QueryForm(all_of="()«»", source="|"))) == []
