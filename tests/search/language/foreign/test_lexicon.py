"""The lexicons, and the words of a language."""

from importlib.resources import files

import pytest

from newsarchive.search.language.foreign import lexicon as module
from newsarchive.search.language.foreign.lexicon import LEMMA, Source, load_lexicons, parse

SMALL = """# a comment
@function the of
@endings s: ies:y ing: ing:e
plan\tdخطة|مخطط
city\twمدينة
prime minister\tdوزير أول\thرئيس الوزراء
WHO\thمنظمة الصحة العالمية
stop\tdتوقف
bake\tdخبز
"""


def found(phrase: str, *left_out: Source) -> list[str]:
    return [translation.arabic for translation in parse("xx", SMALL, frozenset(left_out)).of_word(phrase)]


@pytest.mark.parametrize(
    ("word", "arabic"),
    [
        ("plan", ["خطة", "مخطط"]),
        ("plans", ["خطة", "مخطط"]),
        ("cities", ["مدينة"]),
        ("stopping", ["توقف"]),
        ("baking", ["خبز"]),
        ("WHO", ["منظمة الصحة العالمية"]),
        ("who", []),
        ("unknown", []),
        ("", []),
    ],
)
def test_words_are_found_with_and_without_their_endings(word: str, arabic: list[str]) -> None:
    assert found(word) == arabic


def test_a_word_without_its_ending_counts_less() -> None:
    (whole, *_), (lemma, *_) = (parse("xx", SMALL).of_word(word) for word in ("plan", "plans"))
    assert lemma.weight == pytest.approx(whole.weight * LEMMA)


def test_what_is_listed_by_hand_decides_unless_it_is_left_out() -> None:
    assert found("prime minister") == ["رئيس الوزراء"]
    assert found("prime minister", Source.HAND) == ["وزير أول"]


@pytest.mark.parametrize(
    ("language", "phrase", "arabic"),
    [
        ("en", "world cup", "كأس العالم"),
        ("en", "trump", "ترامب"),
        ("en", "wheat", "قمح"),
        ("en", "kazakhstan", "كازاخستان"),
        ("fr", "tremblement de terre", "زلزال"),
        ("fr", "kazakhstan", "كازاخستان"),
        ("fr", "ble", "قمح"),
    ],
)
def test_the_lexicons_of_the_package_have_words_of_every_source(language: str, phrase: str, arabic: str) -> None:
    (lexicon,) = (one for one in load_lexicons() if one.language == language)
    assert any(arabic in translation.arabic for translation in lexicon.of_word(phrase))


def test_every_source_of_the_lexicons_is_named_with_its_license() -> None:
    folder = files(module.__package__).joinpath("lexicons")
    told = folder.joinpath("SOURCES.md").read_text(encoding="utf8")
    for part in ("FreeDict", "GPL-2.0-or-later", "ArWikiCats", "MIT", "arabnamer", "CC-BY-4.0", "CLDR", "Unicode-3.0"):
        assert part in told
    sizes = [len(path.read_bytes()) for path in folder.iterdir() if path.name.endswith(".gz")]
    assert len(sizes) >= 2
    assert all(size < 1_300_000 for size in sizes)
