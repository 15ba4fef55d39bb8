"""Tokens: folded words with offsets in the original text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import tokenize, words
from tests.arabic.strategies import lexicon_words, marked, texts


def cut(text: str) -> list[tuple[str, str]]:
    """Each token with the part of the text that its offsets cover."""
    return [(token.text, text[token.start : token.end]) for token in tokenize(text)]


def test_offsets_cover_the_whole_original_word() -> None:
    assert cut("قرأ كِتَابًا، «جديـــدًا» في ٢٠١٨!") == [
        ("قرا", "قرأ"),
        ("كتابا", "كِتَابًا"),
        ("جديدا", "جديـــدًا"),
        ("في", "في"),
        ("2018", "٢٠١٨"),
    ]


def test_underscores_in_hashtags_separate_words() -> None:
    assert words("#شريف_منير") == ["شريف", "منير"]


def test_marks_alone_are_not_words() -> None:
    assert words("ــــ ًٌ \u200f\u200d") == []


def test_ligature_of_several_words_gives_several_tokens_at_one_position() -> None:
    assert cut("قال ﷺ لهم") == [
        ("قال", "قال"),
        ("صلي", "ﷺ"),
        ("الله", "ﷺ"),
        ("عليه", "ﷺ"),
        ("وسلم", "ﷺ"),
        ("لهم", "لهم"),
    ]


@given(texts)
def test_folding_the_original_word_gives_the_token(text: str) -> None:
    for folded, original in cut(text):
        assert folded in words(fold(original))
        assert folded == fold(folded)


@given(texts)
def test_offsets_are_in_order_and_inside_the_text(text: str) -> None:
    tokens = list(tokenize(text))
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    for before, after in pairwise(tokens):
        assert before.end <= after.start or (before.start, before.end) == (after.start, after.end)


@given(texts)
def test_no_letter_or_digit_is_lost(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    lost = [c for place, c in enumerate(text) if c.isalnum() and place not in covered]
    assert not any(c.isalnum() for c in fold("".join(lost)))


@given(texts)
def test_words_equals_the_token_texts(text: str) -> None:
    assert words(text) == [token.text for token in tokenize(text)]


@given(st.data(), st.lists(lexicon_words, min_size=1, max_size=8))
def test_marked_words_give_the_same_tokens(data: st.DataObject, plain: list[str]) -> None:
    written = [data.draw(marked(word)) for word in plain]
    assert cut(" ".join(written)) == list(zip(plain, written, strict=True))
