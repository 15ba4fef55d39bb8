"""Stems: properties of every word. `test_word_pairs.py` tests which words share a stem."""

import re

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
        # The accusative of a noun in و, but not verbs.
        ("عضوا", "عضو"),
        ("نموا", "نمو"),
        ("ليسوا", "ليس"),
        # The first letter is a clitic, or the word's own.
        ("بلقاء", "لقاء"),
        ("ووحدته", "وحده"),
        ("وافق", "وافق"),
        ("وجدت", "وجد"),
        # No form of رأي.
        ("يروي", "روي"),
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


def test_clitics_hardly_ever_change_the_stem() -> None:
    common = [word for word, articles in lexicon().items() if articles >= 100 and "ال" + word in lexicon()]
    nouns = [word for word in common if len(word) > 2 and lexicon()["ال" + word] >= 0.1 * lexicon()[word]]
    for prefix in ("ال", "و", "وال", "بال", "وبال"):
        changed = [word for word in nouns if stem(prefix + word) != stem(word)]
        assert len(changed) <= 0.02 * len(nouns), (prefix, changed)


def test_endings_hardly_ever_change_the_stem_of_relative_adjectives() -> None:
    adjectives = [
        word for word in lexicon() if word.endswith("ي") and "ال" + word + "ين" in lexicon() and len(word) > 4
    ]
    assert len(adjectives) > 100
    for ending in ("ه", "ين", "ون", "ات", "ا"):
        changed = [word for word in adjectives if stem(word + ending) != stem(word)]
        assert len(changed) <= 0.05 * len(adjectives), (ending, changed)


@given(st.text(st.sampled_from("حدرعقط"), min_size=2, max_size=4), st.sampled_from(["ها", "ه", "هم", "هما", "هن"]))
def test_pronouns_after_a_hamza_are_removed(beginning: str, pronoun: str) -> None:
    assert {stem(f"{beginning}ا{carrier}{pronoun}") for carrier in "ئؤ"} == {stem(f"{beginning}اء{pronoun}")} or (
        f"{beginning}اء{pronoun}" in lexicon()
    )


@given(lexicon_words.filter(lambda word: re.search("[ءؤئ]و(?!ي)", word)))
def test_carriers_before_waw_do_not_change_the_stem(word: str) -> None:
    assert len({stem(re.sub("[ءؤئ](?=و(?!ي))", carrier, word)) for carrier in "ءؤئ"}) == 1


def test_long_runs_of_clitics_are_stemmed_quickly() -> None:
    assert stem("و" * 29 + "ب")
