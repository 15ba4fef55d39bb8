"""The order of the alphabet, for lists of names: Arabic letters first, then Latin ones, then anything else."""

import unicodedata

from newsarchive.arabic.names import name_key

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
LATIN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER = "#"
"""Stands for names that begin with a digit or a letter of another script."""

# Letters that Arabic borrowed follow the letter that they were made from.
_BORROWED = {"پ": "ب", "چ": "ج", "ژ": "ز", "ڤ": "ف", "گ": "ك", "ڨ": "ق", "ڭ": "ك", "ڥ": "ف", "ڢ": "ف"}
_CARRIERS = {"ء": "ا", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "ه"}
_PLAIN = str.maketrans(_BORROWED | _CARRIERS)


def first_letter(name: str) -> str:
    """The letter under which a name is listed: one of `LETTERS` or `LATIN_LETTERS`, or `OTHER`.

    >>> first_letter("إيمان"), first_letter("«پاولا»"), first_letter("émile"), first_letter("24")
    ('ا', 'ب', 'E', '#')
    """
    first = _plain(name)[:1]
    if first in LETTERS or not first:
        return first or OTHER
    return first.upper() if first.upper() in LATIN_LETTERS else OTHER


def alphabetical(name: str) -> tuple[int, str, str]:
    """A key that sorts names word by word. Hamza, marks and case only decide between names that are else equal.

    >>> sorted(["يسرى", "Zeina", "أمل", "ثريا", "إبراهيم", "پاولا", "باسم"], key=alphabetical)
    ['إبراهيم', 'أمل', 'باسم', 'پاولا', 'ثريا', 'يسرى', 'Zeina']
    """
    letter = first_letter(name)
    script = 0 if letter in LETTERS else 1 if letter in LATIN_LETTERS else 2
    return script, _plain(name), name


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name_key(name).translate(_PLAIN))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_PLAIN)
