"""Folding: all spellings of a word become one."""

import sys
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic import fold as fold_module
from newsarchive.arabic.fold import IGNORABLE, fold, folded_name
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
        ("﷼", "ريال"),
        ("café", "cafe"),
        ("CAFE\u0301", "cafe"),
        ("Éden", "eden"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("ıstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Œuvre", "oeuvre"),
        ("Ægir", "aegir"),
        ("Sørensen", "sorensen"),
        ("Łódź", "lodz"),
        ("Đoković", "dokovic"),
        ("España", "espana"),
        ("Zürich", "zurich"),
        ("Erdoğan", "erdogan"),
        ("Çağlayan", "caglayan"),
        ("Škoda", "skoda"),
        ("Reykjavík", "reykjavik"),
        ("Þór", "thor"),
        ("Ёлка", "елка"),
        ("Ελλάδα", "ελλαδα"),
        ("ＢＢＣ", "bbc"),
        ("ﬁn", "fin"),
    ],
)
def test_spellings(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_decomposed_letters_fold_like_composed_ones() -> None:
    for word in ("أحمد", "إيران", "آسيا", "مؤتمر", "رئيس", "كتابة"):
        assert fold(unicodedata.normalize("NFD", word)) == fold(word)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize(
    "word", ["أَحْمَدُ", "إِيرَانُ", "آسِيَا", "مُؤْتَمَرٌ", "رَئِيسٌ", "شُؤُونٌ", "مَسْؤُولِيَّة", "Éden", "İstanbul", "ﻵن", "ۓ"]
)
def test_normalization_forms_fold_alike(word: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert fold(unicodedata.normalize(form, word)) == fold(word)


def test_ignorable_characters_are_all_marks_and_format_characters() -> None:
    marks = {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in ("Mn", "Me", "Cf")}
    assert marks - set(IGNORABLE) == {"\u200b"}
    assert not {c for c in set(IGNORABLE) - marks if unicodedata.category(c) not in ("Lm", "Lo")}


@pytest.mark.parametrize(
    "name", ["كرة_القدم", "كرة القدم", "كره  القدم", " كرة\u00a0القدم\u200f", "كرة\u200bالقدم\u200b"]
)
def test_names_are_compared_without_spaces_and_marks(name: str) -> None:
    assert folded_name(name.replace("_", " ")) == "كره القدم"


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
