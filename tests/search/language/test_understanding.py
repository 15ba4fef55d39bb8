"""Any typed text is searched, and every change to it is reported."""

import pytest

from newsarchive.search.door import Match, Notice
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.query import Everything
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, understand


@pytest.mark.parametrize("match", Match)
def test_invalid_queries_are_searched_as_plain_words(match: Match) -> None:
    assert understand("نهر سد", match) == (parse("نهر سد", match), ())
    assert understand("(نهر سد", match) == (plain_words("نهر سد", match), (Notice.PLAIN_WORDS,))


@pytest.mark.parametrize("typed", ["😀", "؟!", "«»", "- ..."])
def test_queries_of_symbols_have_no_words(typed: str) -> None:
    assert understand(typed) == (Everything(), (Notice.NO_WORDS,))


def test_an_empty_query_has_no_notice() -> None:
    assert understand("  ") == (Everything(), ())


def test_long_queries_are_cut() -> None:
    read = "كتاب جديد " * (MAX_QUERY_LENGTH // 10)
    node, notices = understand(read + "وما وراءه")
    assert notices == (Notice.QUERY_CUT,)
    assert node == plain_words(read)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("متى ولد نجيب محفوظ", "ولد نجيب محفوظ"),
        ("من هو نجيب محفوظ؟", "نجيب محفوظ"),
        ("كم يبلغ طول النيل وأين ينبع", "يبلغ طول النيل وأين ينبع"),
        ("رواية أولاد حارتنا ما نشر منها", "رواية أولاد حارتنا ما نشر منها"),
        ("هل", "هل"),
        ("=متى ولد", "=متى ولد"),
        ('"من هو" الكاتب', '"من هو" الكاتب'),
    ],
)
def test_question_words_belong_to_the_question_not_the_answer(question: str, rest: str) -> None:
    assert understand(question)[0] == parse(rest)
