"""Folding: reduce all spellings of a word to one.

The folded word is the *exact form* in the index. It is the same with or without marks, with any
form of alef, with the letters and digits of any language in Arabic script, and with or without
Latin accents and capitals. The letters are in `letter_forms`. pyarabic's functions are not used:
`normalize_alef` also turns the final ى of مصطفى into ا, and they work one character at a time,
which is slow.
"""

import re
import unicodedata

from pyarabic import araby

from newsarchive.arabic.letter_forms import WRITTEN_AS

_SPLITS_WORDS = "\u200b"
"""The zero-width space: invisible, but written between words."""
_BLOCKS = ((0, 0x3400), (0xA000, 0xAC00), (0xFB00, 0x12000), (0x13000, 0x17000), (0x1B000, 0x1F000), (0xE0000, 0xE1000))
"""The parts of Unicode that have marks. Looking at all of it takes a fifth of a second."""
_MARKS = "".join(
    character
    for first, end in _BLOCKS
    for character in map(chr, range(first, end))
    if unicodedata.category(character) in ("Mn", "Me", "Cf") and character != _SPLITS_WORDS
)
_SMALL_LETTERS = araby.SMALL_WAW + araby.SMALL_YEH + "\u08c9"
"""Small waw and yeh above the line, as in the Quran."""
_TATWEELS = araby.TATWEEL + "\u0883\u0884\u0885"

IGNORABLE = _MARKS + _SMALL_LETTERS + _TATWEELS
"""Characters that may appear inside a word without changing which word it is: all nonspacing and enclosing
marks, format characters except the zero-width space, and tatweel."""

_HIGH_HAMZA = "\u0674"
_COMPOSING = araby.MADDA_ABOVE + araby.HAMZA_ABOVE + araby.HAMZA_BELOW
"""Madda and hamza above and below, which compose with ا, و and ي."""
_SPACING_MARKS = "".join(
    character
    for character in map(chr, range(0xFB50, 0xFF00))
    if unicodedata.normalize("NFKD", character).startswith(" ")
)
"""Presentation forms of isolated marks. They decompose to a space and the mark, but occur inside words."""

_ALEF_OF_GOD = re.compile("[اٱأ\ufe8d\ufe8e](?=\ufdf2)")
"""The alef of اﷲ. The ligature means الله, but fonts show it without its alef, so that writers add one: عبداﷲ."""

_LETTERS = {letter: plain for plain, written in WRITTEN_AS.items() for letter in written}
_LATIN = {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **dict(zip("øłđðħıŧŋĸƒəɛɔŀȷɓɗƙ", "olddhitnkfeeoljbdk", strict=True)),
}
"""Latin letters that Unicode doesn't decompose."""
_DIGITS = {digit: str(value) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(digits)}

_UNSPACED = str.maketrans(dict.fromkeys(_SPACING_MARKS, ""))
_BEFORE_COMPOSING = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE, ""),
        **{mark: mark for mark in _COMPOSING},
        _HIGH_HAMZA: araby.HAMZA_ABOVE,
        **{letter: plain for letter, plain in _LETTERS.items() if letter not in "آأإة"},
    }
)
_TABLE = str.maketrans({**dict.fromkeys(IGNORABLE, ""), **_LETTERS, **_LATIN, **_DIGITS})

_MADDA_AS_HAMZA_ALEF = araby.HAMZA + araby.ALEF
_MADDA = re.compile("(?<![\u0621-\u064a][اوي])ءا(?=[\u0621-\u064a])")
"""ءا that is a spelling of آ: قرءان. It isn't one in قراءات, or at the end of جزءا."""


def fold(text: str) -> str:
    """The folded form of a word or text.

    The text is NFKD-normalized first (for presentation forms and accents). Marks, tatweel, joiners,
    direction marks and Latin accents are dropped. Each letter becomes the one in `letter_forms`:
    all alefs ا, ى and Farsi ی ي, ة ه, ڤ ف. A hamza that is written as a mark composes with its
    letter, and ءا inside a word becomes ا like آ. Arabic-Indic and Farsi digits become ASCII, and
    letters become lowercase. Folding is idempotent.

    >>> fold("الكِتَابَــةُ")
    'الكتابه'
    >>> fold("Café")
    'cafe'
    """
    if _is_folded(text):
        return text
    folded = _fold_once(text)
    # Dropping a mark can leave two characters that compose, and lowercasing can decompose one.
    while not _is_folded(folded) and (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def folded_name(text: str) -> str:
    """The folded text with single spaces, for comparing names and labels."""
    return " ".join(fold(text).replace(_SPLITS_WORDS, " ").split())


def composed(text: str) -> str:
    """The text with each letter as one character, without marks and presentation forms, but not folded."""
    text = unicodedata.normalize("NFKC", text.translate(_UNSPACED))
    return text.translate(_UNMARKED)


def _is_folded(text: str) -> bool:
    """Whether the text is certainly folded."""
    return _FOLDED.fullmatch(text) is not None and _MADDA_AS_HAMZA_ALEF not in text


def _fold_once(text: str) -> str:
    if not _ORDINARY.fullmatch(text):
        text = unicodedata.normalize("NFKD", _ALEF_OF_GOD.sub("", text.translate(_UNSPACED)))
        text = unicodedata.normalize("NFC", text.translate(_BEFORE_COMPOSING)).casefold()
    folded = text.lower().translate(_TABLE)
    return _MADDA.sub("ا", folded) if _MADDA_AS_HAMZA_ALEF in folded else folded


_UNMARKED = str.maketrans(dict.fromkeys(IGNORABLE, ""))
_ORDINARY = re.compile(r"[ -~\n٠-٩،؛؟«»\u0621-\u0652]*")
"""Matches text that the table alone folds: no character composes with or decomposes into others."""
_PLAIN = (chr(code) for code in (*range(0x20, 0x7F), *range(0x0621, 0x064B)))
_FOLDED = re.compile(
    f"[{re.escape(''.join(character for character in _PLAIN if _fold_once(character) == character))}]*"
)
"""Matches text in which folding keeps each character by itself, and none of them compose. Only
ءا may still change."""
