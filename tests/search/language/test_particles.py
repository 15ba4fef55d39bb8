"""Particles before words, and how they are told from letters of the word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.language.particles import (
    PARTICLES,
    is_year_mark,
    joined,
    may_be_dropped,
    with_particles,
    without_year_marks,
)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("مجلس", "ومجلس فمجلس بمجلس لمجلس كمجلس وبمجلس فلمجلس"),
        ("الامم", "والامم فالامم بالامم للامم كالامم وبالامم وللامم"),
        ("اللاجئين", "للاجئين وللاجئين باللاجئين"),
        ("الله", "لله ولله بالله والله"),
        ("بوتين", "وبوتين لبوتين"),
        ("حقوق", "لحقوق وحقوق"),
        ("رئاسه", "برئاسه"),
    ],
)
def test_particles_may_precede_a_word(word: str, forms: str) -> None:
    assert set(forms.split()) <= set(with_particles(word))
    assert word not in with_particles(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("مال", "كمال"),
        ("ماذا", "لماذا"),
        ("ذلك", "كذلك"),
        ("اله", "وكاله"),
        ("زير", "وزير"),
        ("لد", "بلد"),
        ("احد", "واحد"),
        ("ادي", "وادي"),
        ("انت", "فكانت"),
        ("قاء", "لقاء"),
    ],
)
def test_other_words_are_no_forms(word: str, other: str) -> None:
    assert other not in with_particles(word)


@pytest.mark.parametrize("word", ["2020", "bbc", "f16"])
def test_only_arabic_words_have_forms(word: str) -> None:
    assert with_particles(word) == ()


@given(st.sampled_from(sorted(PARTICLES)), st.text("ابتمل", min_size=1, max_size=5))
def test_joined_words_end_like_the_word(particle: str, word: str) -> None:
    form = joined(particle, word)
    assert form.startswith(particle[:-1])
    assert form.endswith(word.removeprefix("ال"))


@pytest.mark.parametrize(
    ("particle", "following", "typed", "dropped"),
    [
        ("ال", "20", "الـ20", True),
        ("ال", "20", "ال20", True),
        ("و", "2010", "و2010", True),
        ("ل", "6", "لـ6", True),
        ("بال", "20", "بالـ20", True),
        ("ال", "bbc", "الـBBC", True),
        ("و", "mbc", "وMBC", True),
        ("ب", "bbc", "بBBC", True),
        ("ب", "12", "ب12", False),
        ("ك", "9", "ك9", False),
        ("كوفيد", "19", "كوفيد19", False),
        ("ال", "كتاب", "ال-كتاب", False),
        ("اف", "16", "إف-16", False),
    ],
)
def test_what_is_dropped_before_a_number(particle: str, following: str, typed: str, dropped: bool) -> None:
    assert may_be_dropped(particle, following, typed) is dropped


@pytest.mark.parametrize(
    ("number", "mark", "is_mark"),
    [
        ("1919", "م", True),
        ("622", "م", True),
        ("1446", "ه", True),
        ("12", "ه", True),
        ("100", "م", False),
        ("400", "م", False),
        ("5", "م", False),
        ("5000", "م", False),
        ("2500", "ه", False),
        ("1919", "كم", False),
        ("عام", "م", False),
    ],
)
def test_letters_that_mark_years(number: str, mark: str, is_mark: bool) -> None:
    assert is_year_mark(mark, number) is is_mark
    assert without_year_marks([number, mark]) == ([number] if is_mark else [number, mark])
