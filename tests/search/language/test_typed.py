"""The typed text of a query: where its words are, and how only one of them is replaced."""

import pytest

from newsarchive.search.language.grammar import parse
from newsarchive.search.language.typed import exactly, with_ranges_replaced, word_ranges


@pytest.mark.parametrize(
    ("text", "words", "ranges"),
    [
        ("كوفيد 19", ("كوفيد",), ["كوفيد"]),
        ("كوفيد19", ("كوفيد",), ["كوفيد"]),
        ("كوفيد19", ("19",), ["19"]),
        ("كوفيد19 كوفيد", ("كوفيد",), ["كوفيد", "كوفيد"]),
        ("لقاح كوفيد19", ("لقاح", "كوفيد"), ["لقاح كوفيد"]),
        ("MBCمصر", ("مصر",), ["مصر"]),
        ("MBCمصر", ("mbc",), ["MBC"]),
        ("1,500", ("1500",), ["1,500"]),
        ("source:كوفيد19 كوفيد19", ("كوفيد",), ["كوفيد"]),
        ("«كوفيد 19»", ("كوفيد",), []),
        ("ﷺ", ("الله",), []),
    ],
)
def test_words_that_are_written_together_have_their_own_ranges(
    text: str, words: tuple[str, ...], ranges: list[str]
) -> None:
    assert [text[start:end] for start, end in word_ranges(text, words, parse)] == ranges


def test_only_one_of_the_words_written_together_is_replaced() -> None:
    text = "لقاح كوفد19"
    (place,) = word_ranges(text, ("كوفد",), parse)
    assert with_ranges_replaced(text, [(place, "كوفيد")]) == "لقاح كوفيد19"


def test_a_number_after_a_word_is_searched_exactly() -> None:
    text = "كوفيد19"
    assert parse(exactly(text, word_ranges(text, ("19",), parse))) == parse("كوفيد =19")
