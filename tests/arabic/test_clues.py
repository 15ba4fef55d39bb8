"""Clues find every word with the stem, in any spelling."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.arabic.clues import Clues
from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import folded_words, legible, span_around, spans
from tests.arabic.strategies import lexicon_words, marked, respelt, texts, words


def follow(stems: list[str], text: str) -> list[str]:
    clues = Clues.of(stems)
    assert clues is not None
    return [text[start:end] for start, end in clues.follow(text)]


@pytest.mark.parametrize(
    ("stem", "text", "found"),
    [
        ("انتخاب", "قبل الانتخابات_وبعد انتخابهم، والمنتخب", ["الانتخابات", "انتخابهم"]),
        ("مدين", "مدينتهم (والمدينة) والدين", ["مدينتهم", "والمدينة"]),
        ("حكوم", "حكـومة، كتابًا ﷺ قال", ["حكـومة", "كتابًا", "ﷺ"]),
        ("حكوم", "والحكومة2018 BBCحكومة محكمة", ["والحكومة2018", "BBCحكومة"]),
        ("قران", "القرءان والقريتان", ["القرءان"]),
        ("حكوم", "", []),
    ],
)
def test_follow_returns_only_candidate_words(stem: str, text: str, found: list[str]) -> None:
    assert follow([stem], text) == found


@pytest.mark.parametrize("stem", ["في", "سي", "2010", "cnn", "", "ب" * 40])
def test_stems_with_too_few_letters_give_no_clues(stem: str) -> None:
    assert Clues.of([stem, "حكوم"]) is None


def test_too_many_stems_give_no_clues() -> None:
    assert Clues.of([f"حكوم{letter}" for letter in "بتثجحخدذرزسشصضطظعغفقكلمن"]) is None


def test_every_lexicon_word_is_found_by_its_stem() -> None:
    for word in lexicon():
        clues = Clues.of([stem(word)])
        assert clues is None or clues.follow(word) == [(0, len(word))], word


@given(st.one_of(lexicon_words, words).flatmap(respelt).flatmap(marked), texts, texts)
@example("يقولون", "", "")
@example("للاجئين", "لل ", "")
def test_words_with_the_stem_are_found_in_any_context(word: str, before: str, after: str) -> None:
    text = before + word + after
    found = Clues.of(stems := [stem(folded) for folded in folded_words(word)][:1])
    if found is None:
        return
    led = set(found.follow(text))
    for start, end in spans(text):
        if any(stem(folded) in stems for folded in folded_words(text[start:end])):
            assert (start, end) in led, text[start:end]


def test_words_with_unusual_characters_are_candidates() -> None:
    plain = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
    for character in map(chr, range(sys.maxunicode + 1)):
        if character.isalnum() and character not in plain and any(letter in plain for letter in fold(character)):
            assert follow(["حكوم"], character) == [character], hex(ord(character))


@given(texts)
def test_span_around_returns_the_word_at_each_position(text: str) -> None:
    text = legible(text)
    for start, end in spans(text):
        assert {span_around(text, place) for place in range(start, end)} == {(start, end)}
