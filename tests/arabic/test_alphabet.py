"""Lists of names are in alphabetical order, and each letter has its names together."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.alphabet import LATIN_LETTERS, LETTERS, OTHER, alphabetical, first_letter

NAMES = st.text(st.one_of(st.sampled_from("ابةتثآأإئؤءىيپگوهن كل24aZé-ـَ«"), st.characters()), max_size=12)


@given(st.lists(NAMES))
def test_names_with_the_same_letter_are_together_and_letters_are_in_order(names: list[str]) -> None:
    letters = [letter for letter, _ in groupby(map(first_letter, sorted(names, key=alphabetical)))]
    assert letters == [letter for letter in (*LETTERS, *LATIN_LETTERS, OTHER) if letter in letters]


@given(
    st.permutations(["إبراهيم", "أمل", "باسم", "پاولا", "ثريا", "جابر", "چنار", "مؤمن", "موسى", "ڤيولا", "هدى", "ياسر"])
)
def test_the_order_is_that_of_the_alphabet(names: list[str]) -> None:
    assert sorted(names, key=alphabetical) == [
        *("إبراهيم", "أمل", "باسم", "پاولا", "ثريا", "جابر", "چنار", "ڤيولا", "موسى", "مؤمن", "هدى", "ياسر")
    ]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("سعد بدر", "سعدون أحمد"),  # word by word
        ("عبد الله", "عبدالله"),
        ("يوسف", "Adam"),
        ("Zoë", "24 ساعة"),
        ("Émile", "Emma"),
        ("إدريس", "آدم"),
    ],
)
def test_pairs_of_names(earlier: str, later: str) -> None:
    assert alphabetical(earlier) < alphabetical(later)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("ٱلياس", "ا"),
        ("ئێران", "ي"),
        ("ىوسف", "ي"),
        ("«گلنار»", "ك"),
        ("ـَلمى", "ل"),
        ("émile", "E"),
        ("٢٤", OTHER),
        ("", OTHER),
    ],
)
def test_the_letter_of_a_name(name: str, letter: str) -> None:
    assert first_letter(name) == letter
