"""Names in Latin letters, looked for by their sound among Arabic words."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.search.language.foreign.sounds import (
    LONGEST,
    MOST_SKELETONS,
    distances,
    encoded,
    has_article,
    keys_of,
    skeletons,
    sounds,
)
from newsarchive.search.translating.transliteration import MOST_FORMS, Transliterator
from tests.search.language.foreign.listed_words import ListedWords

NAMES = {
    # Invented or rare persons and places, in several spelling traditions.
    "tchaikovsky": "تشايكوفسكي",
    "chopin": "شوبان",
    "zhukov": "جوكوف",
    "schubert": "شوبرت",
    "garibaldi": "غاريبالدي",
    "wagner": "فاغنر",
    "vivaldi": "فيفالدي",
    "ramanujan": "رامانوجان",
    "almutanabbi": "المتنبي",
    "elgamal": "الجمال",
    "khwarizmi": "الخوارزمي",
    "gorbachev": "غورباتشوف",
    "picasso": "بيكاسو",
    "quito": "كيتو",
    "dhofar": "ظفار",
    "ghardaia": "غرداية",
    "mozambique": "موزمبيق",
    "osman": "عثمان",
    "uruguay": "أوروغواي",
    "jimenez": "خيمينيز",
    "bellucci": "بيلوتشي",
    "hawija": "الحويجة",
    "max": "ماكس",
    "okinawa": "أوكيناوا",
    "tshisekedi": "تشيسيكيدي",
    "peshawar": "بيشاور",
    "scholz": "شولتس",
    "hochstein": "هوكشتاين",
    "chalamet": "شالاميه",
}
OTHERS = (
    *("كتاب", "مدرسة", "الحكومة", "القمح", "وزير", "زيارة", "مدينة", "في", "على", "من", "أسعار", "البترول"),
    *("خبير", "جامعة", "طريق", "سوق", "محكمة"),
)


def word_list(words: Sequence[str]) -> ListedWords:
    """A list of folded words, each in as many articles as it has bytes."""
    return ListedWords(map(fold, words), len)


def finder(*lists: Sequence[str]) -> Transliterator:
    listed = [word_list(words) for words in lists]
    return Transliterator(lambda: listed)


@pytest.mark.parametrize("name", NAMES)
def test_names_that_nobody_listed_are_found_by_their_sound(name: str) -> None:
    found = finder([*NAMES.values(), *OTHERS])
    assert fold(NAMES[name]) in [form.word for form in found.forms(name)]


def test_forms_are_the_best_four_of_all_segments() -> None:
    forms = finder(["ترامب", "ترمب"], ["ترامب", "طرب", "القمح"]).forms("trump")
    assert [form.word for form in forms][:2] == ["ترامب", "ترمب"]
    assert forms[0].articles == 20
    assert forms[0].weight == 1
    assert len(forms) <= MOST_FORMS


def test_a_rare_name_is_found_among_many_frequent_words_of_the_same_consonants() -> None:
    vowels = [*"اويعه", ""]
    others = ["".join((*parts, "ن")) for parts in product(vowels, repeat=4)]
    wanted = fold("ووهان")
    listed = ListedWords(
        [*(fold("ا" + word) for word in others), wanted], lambda term: 1 if term.decode() == wanted else 50
    )
    assert len(listed) > 600
    found = Transliterator(lambda: [listed]).forms("wuhan")
    assert wanted in [form.word for form in found]


@pytest.mark.parametrize("word", ["", "a", "o", "b", "x" * 300, "ßßß", "й", "123", "aeiou", "hhh"])
def test_any_word_may_be_asked_for(word: str) -> None:
    assert finder(OTHERS).forms(word) == finder(OTHERS).forms(word)


def test_an_archive_without_arabic_words_has_no_forms() -> None:
    assert finder(["fifa", "2018"], []).forms("fifa") == ()


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_words_keep_their_letters_and_have_few_skeletons(word: str) -> None:
    assert 1 <= len(skeletons(word)) <= MOST_SKELETONS
    assert len(sounds(word)) <= 2 * len(word)
    assert (distances(word, ["ترامب", "ا"]) >= 0).all()


@given(st.lists(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤ", min_size=1, max_size=LONGEST + 3), min_size=1))
def test_skeletons_of_many_words_are_those_of_each(words: list[str]) -> None:
    codes, known = encoded(words)
    assert known.tolist() == [len(word) <= LONGEST for word in words]
    alone = [int(keys_of(encoded([word])[0])[0]) for word in words]
    assert keys_of(codes).tolist() == alone
    assert has_article(codes).tolist() == [word.startswith("ال") and len(word) > 4 for word in words]
