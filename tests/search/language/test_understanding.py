"""Whatever a person types is searched, and the person is told what was made of it."""

import pytest

from newsarchive.search.door import Match, Notice
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.query import Everything
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, understand


@pytest.mark.parametrize("match", Match)
def test_whatever_is_typed_is_understood(match: Match) -> None:
    assert understand("نهر سد", match) == (parse("نهر سد", match), ())
    assert understand("(نهر سد", match) == (plain_words("نهر سد", match), (Notice.PLAIN_WORDS,))


@pytest.mark.parametrize("typed", ["😀", "؟!", "«»", "- ..."])
def test_signs_alone_are_no_words(typed: str) -> None:
    assert understand(typed) == (Everything(), (Notice.NO_WORDS,))


def test_nothing_typed_needs_no_notice() -> None:
    assert understand("  ") == (Everything(), ())


def test_a_text_is_read_up_to_its_limit() -> None:
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
def test_question_words_ask_and_are_not_asked_for(question: str, rest: str) -> None:
    assert understand(question)[0] == parse(rest)
