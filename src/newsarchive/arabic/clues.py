"""Clues: which words of a text may have a given stem, told without looking at every word.

A page of results reads whole articles for a handful of words. A stem is a part of its word but for some letters: an ا
may stand for another letter or for none (قال is the stem of يقول), and a final ه for a ت (مدينه of مدينتهم). All its
other letters stand in the word, in the same places. And most words of a text are written in letters that are the same
in the folded word, but for ا, ه and ي, which have several forms. So what has neither these letters in these places nor
any unusual character cannot have the stem, and is passed over at the speed of a search for a string.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.tokens import Span, span_around

_LEAST_LETTERS = 2
"""With fewer letters a clue would lead to too many words."""
_MOST_CLUES = 20
"""With more clues it is quicker to look at every word."""
_OTHER_FORMS = "اهي"
_UNUSUAL = re.compile(
    f"[{re.escape(IGNORABLE)}"
    "\u0620\u063b-\u063f\u066e\u066f\u0671-\u06d5\u06e5\u06e6\u06ee-\u06ff"
    "\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff\U00010ec0-\U00010eff\U0001ee00-\U0001eeff]"
)
"""What may be dropped by folding, or become a letter that it is not: in each word that has it anything may stand."""


class Clues:
    """Where the words of some stems may be; `Clues.of` makes them."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._patterns = (*patterns, _UNUSUAL)

    @classmethod
    def of(cls, stems: Iterable[str]) -> "Clues | None":
        """The clues to words that have one of the stems, or one that begins so; None where there are no good ones."""
        patterns = {_pattern(stem) for stem in stems}
        if len(patterns) > _MOST_CLUES or None in patterns:
            return None
        return cls(pattern for pattern in patterns if pattern is not None)

    def follow(self, text: str) -> list[Span]:
        """The ranges of the words that may be among those looked for, in order. All others are not."""
        return sorted({span for pattern in self._patterns for span in _words_with(pattern, text.replace("_", " "))})


def _words_with(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    at = 0
    while match := pattern.search(text, at):
        span = span_around(text, match.start())
        if span is None:
            return
        yield span
        at = max(span[1], match.end())


@lru_cache(maxsize=4096)
def _pattern(stem: str) -> re.Pattern[str] | None:
    """What stands in every word of a stem that has no unusual character; None for too little."""
    if not is_arabic_word(stem):
        return None
    letters = stem.strip(_OTHER_FORMS)
    known = sum(letter not in _OTHER_FORMS for letter in letters)
    if known < _LEAST_LETTERS:
        return None
    return re.compile("".join(r"\w" if letter in _OTHER_FORMS else letter for letter in letters))
