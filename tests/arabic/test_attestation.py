"""What the lexicon says about a form, with the spellings of hamza combined."""

import pytest
from hypothesis import given

from newsarchive.arabic import endings
from newsarchive.arabic.attestation import ARTICLE, HAMZAS, articles, count, with_bare_hamza
from newsarchive.arabic.endings import without_endings
from newsarchive.arabic.lexicon import lexicon
from tests.arabic.strategies import lexicon_words, words


@given(words | lexicon_words)
def test_a_form_has_its_articles_and_those_with_the_article(form: str) -> None:
    assert articles(form) == count(form) + count(ARTICLE + form)


@given(lexicon_words)
def test_a_form_has_at_least_the_articles_of_its_own_spelling(form: str) -> None:
    assert count(form) >= lexicon()[form]


@pytest.mark.parametrize("form", ["شاطئ", "حلفاء", "مبادئ"])
def test_a_final_hamza_that_the_lexicon_lacks_counts_as_a_bare_one(form: str) -> None:
    bare = with_bare_hamza(form)
    assert count(bare) > 0
    others = [form[:-1] + hamza for hamza in HAMZAS if form[:-1] + hamza not in lexicon()]
    assert others
    assert {count(other) for other in others} == {count(bare)}


@pytest.mark.parametrize("form", ["", "xyz", "ككككك"])
def test_what_is_no_form_has_no_articles(form: str) -> None:
    assert count(form) == 0


def test_what_is_forgotten_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = [form for form in sorted(lexicon())[::997] for _ in range(2)]
    expected = [(without_endings(form, noun=True), without_endings(form, noun=False)) for form in forms]
    monkeypatch.setattr(endings, "_MEMO_LIMIT", 2)
    assert [(without_endings(form, noun=True), without_endings(form, noun=False)) for form in forms] == expected
