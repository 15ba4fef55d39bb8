"""Folding: reduce all spellings of an Arabic word to one.

The folded word is the *exact form* in the index. It is the same with or without marks, with any
form of alef, and with Arabic or Farsi letters and digits. The letter classes come from pyarabic's
character tables. Its functions are not used: `normalize_alef` also turns the final ى of مصطفى into
ا, and they work one character at a time, which is slow.
"""

import re
import unicodedata

from pyarabic import araby

_QURANIC_MARKS = "".join(map(chr, (*range(0x0610, 0x061B), *range(0x06D6, 0x06EE))))
_JOINERS = "\u200c\u200d"
_BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\ufeff"
_MORE_HARAKAT = "".join(map(chr, range(0x064B, 0x0660))) + "\u0670"

IGNORABLE = "".join(
    dict.fromkeys(
        "".join(araby.TASHKEEL) + _MORE_HARAKAT + araby.TATWEEL + _QURANIC_MARKS + _JOINERS + _BIDI_MARKS + _INVISIBLE
    )
)
"""Characters that may appear inside a word without changing which word it is."""

_ALEFS = (araby.ALEF_HAMZA_BELOW, araby.ALEF_HAMZA_ABOVE, araby.ALEF_MADDA, araby.ALEF_WASLA)
_FARSI_YEH, _KEHEH, _GAF = "\u06cc", "\u06a9", "\u06af"
_ARABIC_INDIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_FARSI_DIGITS = "۰۱۲۳۴۵۶۷۸۹"

_TABLE = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE, ""),
        **dict.fromkeys(_ALEFS, araby.ALEF),
        araby.ALEF_MAKSURA: araby.YEH,
        _FARSI_YEH: araby.YEH,
        araby.TEH_MARBUTA: araby.HEH,
        _KEHEH: araby.KAF,
        _GAF: araby.KAF,
        **{digit: str(value) for value, digit in enumerate(_ARABIC_INDIC_DIGITS)},
        **{digit: str(value) for value, digit in enumerate(_FARSI_DIGITS)},
    }
)


def fold(text: str) -> str:
    """The folded form of a word or text.

    The text is NFKC-normalized first (for presentation forms and composed alefs). Marks, tatweel,
    joiners and bidi marks are dropped. All alefs become ا, ى and Farsi ی become ي, ة becomes ه, and
    ک and گ become ك. Arabic-Indic and Farsi digits become ASCII, and Latin letters become
    lowercase. Folding is idempotent.

    >>> fold("الكِتَابَــةُ")
    'الكتابه'
    """
    if _FOLDED.fullmatch(text):
        return text
    folded = _fold_once(text)
    # Dropping a mark can leave two characters that compose, and lowercasing can decompose one.
    while not _FOLDED.fullmatch(folded) and (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def folded_name(text: str) -> str:
    """The folded text with single spaces, for comparing names and labels."""
    return " ".join(fold(text).split())


def _fold_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_TABLE).lower()


_PLAIN = (chr(code) for code in (*range(0x20, 0x7F), *range(0x0621, 0x064B)))
_FOLDED = re.compile(
    f"[{re.escape(''.join(character for character in _PLAIN if _fold_once(character) == character))}]*"
)
"""Matches text that is certainly folded: folding keeps each character, and none of them compose."""
