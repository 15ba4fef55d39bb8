"""Letters: every letter in Arabic script has a plain one, some have other readings, and the manual lists them."""

import unicodedata

import pytest

from newsarchive.arabic.fold import fold
from newsarchive.arabic.letter_forms import OTHER_READINGS, WRITTEN_AS
from newsarchive.arabic.letters import ambiguous_letters, indexed_forms, readings
from newsarchive.arabic.tokens import words
from tests.markdown import ROOT, Page

MANUAL = Page(ROOT / "docs" / "letters.md")
PLAIN = "ءؤئابتثجحخدذرزسشصضطظعغفقكلمنهوي"
BLOCKS = ((0x0620, 0x0700), (0x0750, 0x0780), (0x0870, 0x0890), (0x08A0, 0x0900))


def written_letters() -> list[str]:
    """All letters of the Arabic blocks that this version of Unicode has; not tatweels and parts of letters."""
    characters = [chr(code) for first, end in BLOCKS for code in range(first, end)]
    names = {character: unicodedata.name(character, "") for character in characters}
    letters = [letter for letter in characters if unicodedata.category(letter) == "Lo"]
    return [letter for letter in letters if names[letter].startswith("ARABIC LETTER")]


def cells(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of the manual."""
    lines = MANUAL.path.read_text("utf-8").partition(f" {heading}\n")[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_every_letter_in_arabic_script_folds_to_a_plain_letter() -> None:
    letters = written_letters()
    assert len(letters) > 250
    for letter in letters:
        assert len(fold(letter)) <= 1, unicodedata.name(letter)
        assert set(fold(letter)) <= set(PLAIN), unicodedata.name(letter)
    high_hamza = "\u0674"
    assert [letter for letter in letters if not fold(letter)] == [high_hamza]


def test_no_letter_is_in_two_rows() -> None:
    every = "".join(WRITTEN_AS.values())
    assert len(set(every)) == len(every)
    assert not set(every) & set(PLAIN)
    assert set(WRITTEN_AS) <= set(PLAIN)


def test_every_letter_in_the_table_folds_to_its_row() -> None:
    for plain, written in WRITTEN_AS.items():
        for letter in written:
            assert fold(letter) == plain, unicodedata.name(letter)


def test_the_manual_has_the_table_of_letters() -> None:
    assert cells("Arabic letters") == [[plain, " ".join(written)] for plain, written in WRITTEN_AS.items()]


def test_the_manual_has_the_other_readings() -> None:
    assert cells("Letters with several readings") == [
        [letter, fold(letter), " ".join(others)] for letter, others in OTHER_READINGS.items()
    ]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        # Farsi, Urdu and Kurdish keyboards
        *(("الاستھلاكي", "الاستهلاكي"), ("الھیئة", "الهيئة"), ("جامعۃ القاہرة", "جامعة القاهرة"), ("قەوە", "قهوة")),
        *(("کربلاء", "كربلاء"), ("شرڪة", "شركة"), ("علے", "على"), ("مدینۂ", "مدينة"), ("خانۀ", "خانة")),
        *(("ایراں", "ايران"), ("کوردستان", "كوردستان"), ("سۆران", "سوران"), ("هەولێر", "ههولير")),
        # Foreign sounds
        *(("ڤيينا", "فيينا"), ("ڥيتو", "فيتو"), ("پوتين", "بوتين"), ("چاكرتا", "جاكرتا"), ("ژاله", "زاله")),
        *(("نڨض", "نقض"), ("بڨابس", "بقابس"), ("گلف", "كلف"), ("أڭادير", "أكادير"), ("ݣرسيف", "كرسيف")),
        # Hamza and alef
        *(("ٳطالة ٲمد", "إطالة أمد"), ("ٱلحرب", "الحرب"), ("مسىٔول", "مسئول"), ("مسیٔول", "مسئول")),
        *(("قرءان", "قرآن"), ("والءان", "والآن"), ("ءامن", "آمن"), ("مرءاة", "مرآة"), ("وءاخرون", "وآخرون")),
        *(("شوٴون", "شؤون"), ("ٶن", "ؤن"), ("شا\u0654ن", "شأن"), ("ا\u0653سيا", "آسيا"), ("و\u0610\u0654", "ؤ")),
        # Maghribi and dotless letters
        *(("ڧال", "قال"), ("ڢاس", "فاس"), ("ٯال", "قال"), ("ڡاس", "فاس"), ("ٮاب", "باب")),
        # Presentation forms and signs
        *(("ﺳﯾﺎرﺗﮭم", "سيارتهم"), ("ﷲ", "الله"), ("﷼", "ريال"), ("ﻻجئ", "لاجئ"), ("مدرﹼسة", "مدرّسة")),
        *(("اﷲ", "الله"), ("عبداﷲ", "عبدالله"), ("وباﷲ", "وبالله"), ("ﺍﷲ", "الله")),
        *(("مدرﱠسة", "مدرسة"), ("ﭬيينا", "فيينا"), ("ﮔﻠﻒ", "كلف")),
        # Quranic signs
        *(("هٰذا", "هذا"), ("الرحمٰن", "الرحمن"), ("لهۥ", "له"), ("بهۦ", "به")),
    ],
)
def test_letters_of_a_word(written: str, plain: str) -> None:
    assert words(written) == words(plain)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("ساق", "ساك"), ("فتح", "قتح"), ("غرب", "عرب"), ("ذهب", "دهب"), ("زهر", "رهر"), ("ثوب", "توب")),
        *(("قراءات", "قراآت"), ("جزءا", "جزا"), ("إجراءات", "إجرات"), ("سوءات", "سوات"), ("مسؤول", "مسئول")),
        *(("رئيس", "رييس"), ("شأن", "شئن"), ("رحمان", "رحمٰن"), ("شيءا", "شيا"), ("هيءات", "هيات")),
    ],
)
def test_different_letters_stay_different(first: str, second: str) -> None:
    assert words(first) != words(second)


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("كتاب", ()),
        ("ھیئة", ()),
        ("پوتين", ()),
        ("ڤابس", ("قابس",)),
        ("نڨض", ("نغض", "نجض", "نكض")),
        ("چاد", ("تشاد",)),
        ("ﭼﺎد", ("تشاد",)),
        ("چِـاد", ("تشاد",)),
        ("بيژو", ("بيجو",)),
        ("گلف", ("قلف", "غلف", "جلف")),
        ("ٯلم", ("فلم",)),
    ],
)
def test_readings_of_ambiguous_letters(typed: str, others: tuple[str, ...]) -> None:
    assert readings(typed) == others


def test_a_letter_that_occurs_twice_is_first_read_the_same_way() -> None:
    assert readings("گوگل")[:3] == ("قوقل", "غوغل", "جوجل")
    assert "غوجل" in readings("گوگل")


def test_readings_are_limited_folded_and_do_not_include_the_indexed_form() -> None:
    many = readings("گ" * 20)
    assert 0 < len(many) < 40
    assert all(fold(form) == form != fold("گ" * 20) for form in many)


@pytest.mark.parametrize(
    ("typed", "written"), [("تشاد", "چاد"), ("بيجو", "بيژو"), ("غوغل", "گوگل"), ("قابس", "ڤابس"), ("غراج", "ڨراج")]
)
def test_a_word_may_be_indexed_in_ambiguous_letters(typed: str, written: str) -> None:
    assert fold(typed) in readings(written)
    assert fold(written) in set(indexed_forms(fold(typed)))


def test_a_word_of_letters_that_nothing_stands_for_is_indexed_in_one_form() -> None:
    assert list(indexed_forms("مدرسه")) == list(indexed_forms("كابس")) == []


def test_every_character_with_other_readings_shows_an_ambiguous_letter() -> None:
    """A text without any of them needs no further look, in whatever form Unicode has the letters."""
    characters = (chr(code) for code in (*range(0x0600, 0x0900), *range(0xFB50, 0xFF00), *range(0x1EE00, 0x1EF00)))
    ambiguous = {character for character in characters if readings(character)}
    assert OTHER_READINGS.keys() < ambiguous <= ambiguous_letters()
