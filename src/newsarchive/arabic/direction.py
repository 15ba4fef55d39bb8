"""The direction of a text: the `dir` attribute of HTML."""

import unicodedata

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def text_direction(language: str) -> str:
    """The `dir` attribute for a text in `language`.

    For an unknown language it is `auto`: the browser goes by the first letter.
    """
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RTL_LANGUAGES else "ltr"


def name_direction(name: str) -> str:
    """The `dir` attribute for a name.

    A name such as `CNN بالعربية` is right-to-left although it starts with Latin letters.
    """
    return "rtl" if any(unicodedata.bidirectional(letter) in ("AL", "R") for letter in name) else "auto"
