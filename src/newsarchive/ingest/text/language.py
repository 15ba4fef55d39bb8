"""Which language a text is in, as far as its letters and its feed tell."""

import re

UNDETERMINED = "und"
"""ISO 639-2 for a language that is not known."""

_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")
_NAMES = {"arabic": "ar", "العربية": "ar", "عربي": "ar", "عربية": "ar", "english": "en", "french": "fr"}
_IN_ARABIC_LETTERS = frozenset({"azb", "ckb", "fa", "ku", "pnb", "prs", "ps", "sd", "ug", "ur"})
"""Written, or also written, with Arabic letters, so the letters alone would call them Arabic."""
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"
)
_SAMPLE = 500
"""Characters that are looked at: an article is in the language of its lead."""


def language_of(text: str, declared: str = "") -> str:
    """The ISO 639 code: `ar` where most letters are Arabic, else what was declared, else `und`.

    `declared` is a language tag such as `ar-EG`, or a name. A declared Persian, Urdu or another language in
    Arabic letters is believed; Arabic is not believed of a text in other letters.
    """
    code = _code(declared)
    if code in _IN_ARABIC_LETTERS:
        return code
    letters = len(_LETTER.findall(text, 0, _SAMPLE))
    if 2 * len(_ARABIC_LETTER.findall(text, 0, _SAMPLE)) > letters:
        return "ar"
    return code if code and code != "ar" else UNDETERMINED


def _code(declared: str) -> str:
    name = declared.strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    tag = _LANGUAGE_TAG.fullmatch(name)
    return tag.group(1) if tag else ""
