"""Clues find every word with the stem, in any spelling."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.arabic.clues import Clues, Searchable
from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import folded_words, legible, span_around, spans
from tests.arabic.strategies import lexicon_words, marked, respelt, texts, words


def follow(stems: list[str], text: str) -> list[str]:
    clues = Clues.of(stems)
    assert clues.are_few
    return [text[start:end] for start, end in clues.follow(Searchable.of(text))]


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
def test_stems_with_too_few_letters_are_in_many_words(stem: str) -> None:
    assert not Clues.of([stem, "حكوم"]).are_few


def test_too_many_stems_are_in_many_words() -> None:
    assert not Clues.of([f"حكوم{letter}" for letter in "بتثجحخدذرزسشصضطظعغفقكلمن"]).are_few


@pytest.mark.parametrize(
    ("stem", "words", "others"),
    [
        ("حكم", "حكمت والحُكم سيحكمونها لحكمهم يحكم", "محكمة تحكيم حكومة أيضاً مستحكم حكمدار"),
        ("قال", "يقولون قالت وستقول", "مقال قائل قالب اعتقال"),
        ("مدين", "مدينتهم والمدينة", "مدينر مدينغ"),
        ("هيء", "هيئته وهيّأت", "بهيج هيروين"),
        ("2010", "2010 ٢٠١٠ و2010م", "20101 2019 عام"),
        ("cnn", "CNN لـcnn", "cnns الأمن"),
    ],
)
def test_only_words_with_affixes_around_the_letters_may_have_a_stem(stem: str, words: str, others: str) -> None:
    clues = Clues.of([stem])
    assert [word for word in words.split() if not clues.may_have(word)] == []
    assert [word for word in others.split() if clues.may_have(word)] == []


def test_every_lexicon_word_is_found_by_its_stem() -> None:
    for word in lexicon():
        clues = Clues.of([stem(word)])
        assert clues.may_have(word), word
        assert not clues.are_few or clues.follow(Searchable.of(word)) == [(0, len(word))], word


@given(st.one_of(lexicon_words, words), st.integers(1, 6))
def test_words_with_a_beginning_are_found(word: str, length: int) -> None:
    folded = next(iter(folded_words(word)), "")
    for begin in (folded[:length], stem(folded)[:length]) if folded else ():
        clues = Clues.of([], [begin])
        assert clues.may_have(word), begin
        assert not clues.are_few or clues.follow(Searchable.of(word)) == [(0, len(word))], begin


@given(st.one_of(lexicon_words, words).flatmap(respelt).flatmap(marked), texts, texts)
@example("يقولون", "", "")
@example("للاجئين", "لل ", "")
def test_words_with_the_stem_are_found_in_any_context(word: str, before: str, after: str) -> None:
    text = before + word + after
    clues = Clues.of(stems := [stem(folded) for folded in folded_words(word)][:1])
    led = set(clues.follow(Searchable.of(text)))
    for start, end in spans(text):
        if any(stem(folded) in stems for folded in folded_words(text[start:end])):
            assert clues.may_have(text[start:end]), text[start:end]
            assert not clues.are_few or (start, end) in led, text[start:end]


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
