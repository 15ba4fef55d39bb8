"""The lexicons, and the words of a language."""

from importlib.resources import files

import pytest

from newsarchive.search.language.foreign import lexicon as module
from newsarchive.search.language.foreign.lexicon import FORM, LEMMA, Source, load_lexicons, parse

SMALL = """# a comment
@function the of
@endings s: ies:y ed: ed:e ing: ing:e our:or ours:or
@irregular sought:seek men:man
@forms ed: ed:e ing: ing:e
@cognates ique:ic ien:ian
plan\tdخطة|مخطط
city\twمدينة
prime minister\tdوزير أول\thرئيس الوزراء
WHO\thمنظمة الصحة العالمية
stop\tdتوقف
bake\tdخبز
seek\tdسعى
seeking\tdالسعي
color\tdاللون
war\tdالحرب\tsالقتال
warring\tdبضاعة
salah\tnصلاح
salahed\tdمصلح
trade war\tdحرب تجارية
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
        ("colours", ["اللون"]),
        # Irregular forms, and the other forms of a verb, which isn't one if its translation has the article.
        ("sought", ["سعى", "السعي"]),
        ("seeks", ["سعى", "السعي"]),
        ("seek", ["سعى", "السعي"]),
        ("seeking", ["السعي", "سعى"]),
        ("war", ["الحرب", "القتال"]),
        # Names are no verbs.
        ("salah", ["صلاح"]),
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


def test_other_forms_and_synonyms_count_less() -> None:
    (own, form), (meant, synonym) = (parse("xx", SMALL).of_word(word) for word in ("seek", "war"))
    assert form.weight == pytest.approx(own.weight * FORM)
    assert synonym.weight < meant.weight


@pytest.mark.parametrize(
    ("words", "arabic"),
    [
        ("trade war", ["حرب تجارية"]),
        ("trade wars", ["حرب تجارية"]),
        ("trades wars", ["حرب تجارية"]),
        ("prime ministers", ["رئيس الوزراء"]),
        ("war trade", []),
        ("the wars", []),
    ],
)
def test_phrases_are_found_with_endings(words: str, arabic: list[str]) -> None:
    assert [translation.arabic for translation in parse("xx", SMALL).of_phrase(words.split())] == arabic


def test_words_of_another_language_are_those_with_its_endings() -> None:
    lexicon = parse("xx", SMALL)
    assert "economic" in lexicon.words_elsewhere("economiques")
    assert list(lexicon.words_elsewhere("syrien")) == ["syrian"]
    assert list(lexicon.words_elsewhere("bien")) == []
    assert list(parse("yy", "@endings s:\n").words_elsewhere("economics")) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_function_word_has_a_translation_made_by_hand(language: str) -> None:
    """It would be searched for: only abbreviations in capitals may be both, such as WHO."""
    (lexicon,) = (one for one in load_lexicons() if one.language == language)
    by_hand = {
        word
        for word in lexicon.function_words
        if any(translation.source is Source.HAND for translation in lexicon.translations(word))
    }
    assert by_hand <= {"mais"}  # corn


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
        ("en", "interest rate", "أسعار الفائدة"),
        ("en", "travel bans", "حظر السفر"),
        ("en", "aristotle", "أرسطو"),
        ("en", "taught", "تدريس"),
        ("en", "oxygen", "الأكسجين"),
        ("fr", "presidentielle", "رئاسي"),
        ("fr", "suedoises", "سويدي"),
        ("fr", "otages", "رهائن"),
        ("fr", "elections legislatives", "الانتخابات التشريعية"),
        ("fr", "guerres civiles", "الحرب الأهلية"),
    ],
)
def test_the_lexicons_of_the_package_have_words_of_every_source(language: str, phrase: str, arabic: str) -> None:
    (lexicon,) = (one for one in load_lexicons() if one.language == language)
    words = phrase.split()
    found = lexicon.of_word(phrase) if len(words) == 1 else lexicon.of_phrase(words)
    assert any(arabic in translation.arabic for translation in found)


def test_every_source_of_the_lexicons_is_named_with_its_license() -> None:
    folder = files(module.__package__).joinpath("lexicons")
    told = folder.joinpath("SOURCES.md").read_text(encoding="utf8")
    parts = "FreeDict GPL-2.0-or-later ArWikiCats MIT arabnamer CC-BY-4.0 CLDR Unicode-3.0 WordNet"
    for part in parts.split():
        assert part in told
    assert "Princeton University" in folder.joinpath("LICENSE-WordNet.txt").read_text(encoding="utf8")
    sizes = [len(path.read_bytes()) for path in folder.iterdir() if path.name.endswith(".gz")]
    assert len(sizes) >= 2
    assert all(size < 1_300_000 for size in sizes)
