"""Stems: properties of every word. `test_word_pairs.py` tests which words share a stem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic import stem as stem_module
from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem, stems
from tests.arabic.strategies import lexicon_words, marked, respelt, texts, words


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("والانتخابات", "انتخاب"),
        ("لندن", "لندن"),
        ("وزير", "وزير"),
        ("بغداد", "بغداد"),
        ("لحكومتهم", "حكوم"),
        ("يستخدمون", "استخدم"),
        ("سيكتبون", "كتب"),
        ("قالوا", "قال"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize("word", ["2018", "covid19", "ب2", "newsarchive", "москва", ""])
def test_word_with_other_characters_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@given(st.data(), lexicon_words)
def test_marks_and_tatweel_do_not_change_the_stem(data: st.DataObject, word: str) -> None:
    assert stem(fold(data.draw(marked(word)))) == stem(word)


@given(st.data(), lexicon_words)
def test_spelling_variants_do_not_change_the_stem(data: st.DataObject, word: str) -> None:
    assert stem(fold(data.draw(respelt(word)))) == stem(word)


@given(words)
def test_stem_keeps_at_least_two_letters(word: str) -> None:
    folded = fold(word)
    assert len(stem(folded)) >= min(2, len(folded))


@given(texts)
def test_every_string_has_a_stem(text: str) -> None:
    assert bool(stem(text)) == bool(text)


@given(st.lists(words))
def test_stems_equals_stem_of_each_word(several: list[str]) -> None:
    assert stems(several) == [stem(word) for word in several]


def test_memo_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stem_module, "_MEMO_LIMIT", 10)
    memo = stem_module._Stems()
    some = sorted(lexicon())[:100]
    assert [memo[word] for word in some] == stems(some)
    assert len(memo) <= 10
