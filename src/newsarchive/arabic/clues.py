"""Clues: find the words of a text that may have a given stem without stemming every word.

A results page highlights a handful of words in whole articles, so stemming every word would be
slow. Most letters of a stem appear in the word itself, in the same order and at the same distances.
The exceptions are ا, which may replace another letter or be added (قال is the stem of يقول), and a
final ه, which may replace ت (مدينه is the stem of مدينتهم). Folding leaves most letters unchanged
too, except that ا, ه and ي have several written forms. So a word can have the stem only if it
contains the stem's other letters at these distances, or an unusual character. The word may be only
a part of a spelling, such as كوفيد19. A regular expression
finds such words about as fast as a substring search.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.tokens import Legible, Span, legible, span_around

_LEAST_LETTERS = 2
"""A clue with fewer fixed letters would match too many words."""
_MOST_CLUES = 20
"""With more clues than this, looking at every word is faster."""
_OTHER_FORMS = "اهيءؤئ"
_LAST_OF_LEGIBLE = "\uffff"
"""`legible` replaces the ignorable characters after this one."""
_UNUSUAL = re.compile(
    "ءا|"  # may be one letter: آ
    f"[{re.escape(''.join(character for character in IGNORABLE if character <= _LAST_OF_LEGIBLE))}"
    "\u0620\u063b-\u063f\u066e\u066f\u0671-\u06d5\u06e5\u06e6\u06ee-\u06ff"
    "\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff\U00010ec0-\U00010eff\U0001ee00-\U0001eeff]"
)
"""Characters that folding drops or turns into another letter. A word with one may have any stem."""


class Clues:
    """Patterns for the words that may have one of several stems. Created by `Clues.of`."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._patterns = (*patterns, _UNUSUAL)

    @classmethod
    def of(cls, stems: Iterable[str]) -> "Clues | None":
        """The clues to words whose stem is one of `stems` or starts with one of them.

        None if the stems have too few letters, or if there are too many stems.
        """
        patterns = {_pattern(stem) for stem in stems}
        if len(patterns) > _MOST_CLUES or None in patterns:
            return None
        return cls(pattern for pattern in patterns if pattern is not None)

    def follow(self, text: str) -> list[Span]:
        """The ranges of the candidate words, in order. No other word has any of the stems."""
        readable = legible(text)
        return sorted({span for pattern in self._patterns for span in _words_with(pattern, readable)})


def _words_with(pattern: re.Pattern[str], text: Legible) -> Iterator[Span]:
    at = 0
    while match := pattern.search(text, at):
        span = span_around(text, match.start())
        if span is None:
            return
        yield span
        at = max(span[1], match.end())


@lru_cache(maxsize=4096)
def _pattern(stem: str) -> re.Pattern[str] | None:
    """A pattern found in every word with this stem, unless the word has an unusual character.

    None if the stem has too few fixed letters.
    """
    if not is_arabic_word(stem):
        return None
    letters = stem.strip(_OTHER_FORMS)
    known = sum(letter not in _OTHER_FORMS for letter in letters)
    if known < _LEAST_LETTERS:
        return None
    return re.compile("".join(r"\w" if letter in _OTHER_FORMS else letter for letter in letters))
