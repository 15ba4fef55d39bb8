"""Detects the language of a text from its letters and its declared language."""

import re

UNDETERMINED = "und"
"""The ISO 639-2 code for an undetermined language."""

_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")
_NAMES = {"arabic": "ar", "العربية": "ar", "عربي": "ar", "عربية": "ar", "english": "en", "french": "fr"}
_IN_ARABIC_LETTERS = frozenset({"azb", "ckb", "fa", "ku", "pnb", "prs", "ps", "sd", "ug", "ur"})
"""Languages also written in Arabic script, which the letters alone would identify as Arabic."""
_LETTERS = re.compile(r"[^\W\d_]+")
_ARABIC_LETTERS = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+"
)
_SAMPLE = 500
"""Number of characters examined: an article is in the language of its lead."""


def language_of(text: str, declared: str = "") -> str:
    """Return the ISO 639 code: `ar` if most letters are Arabic, otherwise the declared language, otherwise `und`.

    `declared` is a language tag such as `ar-EG`, or a name. A declared language in Arabic script,
    such as Persian or Urdu, is trusted. Declared Arabic is ignored if most letters are not Arabic.
    """
    code = _code(declared)
    if code in _IN_ARABIC_LETTERS:
        return code
    arabic = 2 * _count(_ARABIC_LETTERS, text)
    # Most often there are more Arabic letters than half of all characters.
    if arabic > _SAMPLE or arabic > _count(_LETTERS, text):
        return "ar"
    return code if code and code != "ar" else UNDETERMINED


def _count(runs: re.Pattern[str], text: str) -> int:
    """The number of letters at the start of a text. Runs of letters are found several times faster than letters."""
    return sum(map(len, runs.findall(text, 0, _SAMPLE)))


def _code(declared: str) -> str:
    name = declared.strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    tag = _LANGUAGE_TAG.fullmatch(name)
    return tag.group(1) if tag else ""
