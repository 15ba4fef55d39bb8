"""Winnowed fingerprints: what two texts share is found wherever it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.stories.features import Hashes, Places, stable_hash
from newsarchive.stories.fingerprints import GRAM, GUARANTEED, gram_hashes, winnow

words = st.lists(st.integers(0, 6), max_size=30)


def hashes(numbers: list[int]) -> Hashes:
    return np.array([stable_hash(str(number)) for number in numbers], np.uint64)


def starts(texts: list[list[int]]) -> Places:
    return np.cumsum([0, *map(len, texts)])


@given(st.lists(words, min_size=1, max_size=5))
def test_texts_have_the_same_fingerprints_alone_and_among_others(texts: list[list[int]]) -> None:
    found, places = winnow(hashes([word for text in texts for word in text]), starts(texts))
    expected: list[tuple[int, int]] = []
    for start, text in zip(starts(texts).tolist(), texts, strict=False):
        alone, at = winnow(hashes(text), starts([text]))
        expected.extend(zip(alone.tolist(), (at + start).tolist(), strict=True))
    assert list(zip(found.tolist(), places.tolist(), strict=True)) == expected


@given(words, words, st.lists(st.integers(0, 6), min_size=GUARANTEED, max_size=12), words, words)
def test_a_shared_run_has_a_fingerprint_in_both_texts(
    before: list[int], after: list[int], run: list[int], other_before: list[int], other_after: list[int]
) -> None:
    one, other = [*before, *run, *after], [*other_before, *run, *other_after]
    found = set(winnow(hashes(one), starts([one]))[0].tolist())
    assert found & set(winnow(hashes(other), starts([other]))[0].tolist())


@given(words)
def test_a_text_of_an_n_gram_has_a_fingerprint_and_a_shorter_one_has_none(text: list[int]) -> None:
    found, places = winnow(hashes(text), starts([text]))
    assert bool(len(found)) == (len(text) >= GRAM)
    assert (gram_hashes(hashes(text))[places] == found).all()


def test_every_second_n_gram_of_a_long_text_is_a_fingerprint() -> None:
    text = list(range(10_000))
    assert 0.45 < len(winnow(hashes(text), starts([text]))[0]) / len(text) < 0.55


def test_texts_must_not_end_after_the_last_word() -> None:
    with pytest.raises(ValueError, match="after the last word"):
        winnow(hashes([1, 2, 3, 4]), np.array([0, 9]))
