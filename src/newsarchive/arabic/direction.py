"""The direction of a text: the `dir` attribute of HTML."""

import unicodedata
from collections.abc import Iterator

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def text_direction(language: str) -> str:
    """The `dir` attribute for a text in `language`.

    For an unknown language it is `auto`: the browser goes by the first letter.
    """
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RTL_LANGUAGES else "ltr"


def marked(text: str, language: str) -> str:
    """A plain text whose direction is that of its language, for programs that go by the first letter.

    A title such as `COP28: قمة المناخ` gets a right-to-left mark before it: otherwise a reader program shows it from
    left to right, with its parts in the wrong order. A text all of whose letters have one direction stays as it is.
    """
    wanted = text_direction(language)
    directions = _directions(text)
    first = next(directions, None)
    if first is None or wanted in ("auto", first) or wanted not in directions:
        return text
    return _MARKS[wanted] + text


_MARKS = {"rtl": "\u200f", "ltr": "\u200e"}
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_ISOLATES = ("LRI", "RLI", "FSI")


def _directions(text: str) -> Iterator[str]:
    """The directions of the letters, without those in isolates, which don't decide (UAX #9, P2)."""
    depth = 0
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif not depth and kind in _STRONG:
            yield _STRONG[kind]


def name_direction(name: str) -> str:
    """The `dir` attribute for a name.

    A name such as `CNN بالعربية` is right-to-left although it starts with Latin letters.
    """
    return "rtl" if any(unicodedata.bidirectional(letter) in ("AL", "R") for letter in name) else "auto"
