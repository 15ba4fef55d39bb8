"""Folding: all spellings of a word become one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic import fold as fold_module
from newsarchive.arabic.fold import IGNORABLE, fold
from tests.arabic.strategies import lexicon_words, marked, respelt, texts


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("كِتَابٌ", "كتاب"),
        ("القــــاهرة", "القاهره"),
        ("إأآٱا", "ااااا"),
        ("مصطفى", "مصطفي"),
        ("ایران", "ايران"),
        ("کرکوک", "كركوك"),
        ("گردستان", "كردستان"),
        ("قرآن", "قران"),
        ("٢٠١٨", "2018"),
        ("۲۰۱۸", "2018"),
        ("Twitter", "twitter"),
        ("ﻻ", "لا"),
        ("شؤون مسائل", "شؤون مسائل"),
        ("می\u200cخواهم", "ميخواهم"),
    ],
)
def test_spellings(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_decomposed_letters_fold_like_composed_ones() -> None:
    for word in ("أحمد", "إيران", "آسيا", "مؤتمر", "رئيس", "كتابة"):
        assert fold(unicodedata.normalize("NFD", word)) == fold(word)


def test_hamza_on_waw_and_ya_is_kept() -> None:
    assert fold("ؤئء") == "ؤئء"


@given(texts)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(texts, st.from_regex(fold_module._FOLDED, fullmatch=True)))
def test_text_that_matches_the_folded_pattern_is_folded(text: str) -> None:
    if fold_module._FOLDED.fullmatch(text):
        assert fold_module._fold_once(text) == text


@given(texts)
def test_folding_removes_all_ignorable_characters(text: str) -> None:
    assert not set(fold(text)) & set(IGNORABLE)


@given(st.data(), lexicon_words)
def test_marks_do_not_change_the_folded_word(data: st.DataObject, word: str) -> None:
    assert fold(data.draw(marked(word))) == word


@given(st.data(), lexicon_words)
def test_spelling_variants_fold_to_the_same_word(data: st.DataObject, word: str) -> None:
    assert fold(data.draw(respelt(word))) == word
