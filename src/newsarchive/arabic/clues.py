"""Clues: find the words of a text that may have a given stem without stemming every word.

A results page highlights a handful of words in whole articles, so stemming every word would be
slow. Most letters of a stem appear in the word itself, in the same order and at the same distances.
The exceptions are ا, which may replace another letter or be added (قال is the stem of يقول), and a
final ه, which may replace ت (مدينه is the stem of مدينتهم). Folding leaves most letters unchanged
too, except that ا, ه and ي have several written forms. So a word can have the stem only if it
contains the stem's other letters at these distances, or an unusual character. The word may be only
a part of a spelling, such as كوفيد19. A regular expression
finds such words about as fast as a substring search.

Few of the words found have the stem, and stemming one that wasn't seen before takes long. So each
is looked at once more, folded: around the letters of the stem there are only those of clitics,
prefixes and endings. محكمة is no form of حكم, because no prefix has a م.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.tokens import Legible, Span, folded_words, legible, span_around

_LEAST_LETTERS = 2
"""A clue with fewer fixed letters would match too many words."""
_MOST_CLUES = 20
"""With more clues than this, looking at every word is faster."""
_OTHER_FORMS = "اهيءؤئ"
_BEFORE = _OTHER_FORMS + "وفبلكستن"
"""The letters that may be before those of a stem in a folded word: of clitics and prefixes."""
_BEHIND = _OTHER_FORMS + "تونمك"
"""The letters that may be behind them: of endings and pronouns."""
_OTHER_FORM = re.compile(f"[{_OTHER_FORMS}]")
_LAST_OF_LEGIBLE = "\uffff"
"""`legible` replaces the ignorable characters after this one."""
_UNUSUAL = re.compile(
    "ءا|"  # may be one letter: آ
    f"[{re.escape(''.join(character for character in IGNORABLE if character <= _LAST_OF_LEGIBLE))}"
    "\u0620\u063b-\u063f\u066e\u066f\u0671-\u06d5\u06e5\u06e6\u06ee-\u06ff"
    "\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff\U00010ec0-\U00010eff\U0001ee00-\U0001eeff]"
)
"""Characters that folding drops or turns into another letter. A word with one may have any stem."""


class _Clue:
    """What is known of the words with a stem, or of those that begin with it.

    `is_telling` is whether their letters are worth searching for in texts.
    """

    def __init__(self, stem: str, *, begins: bool) -> None:
        self._stem = stem
        self._begins = begins
        self._is_arabic = is_arabic_word(stem)
        self._letters = stem.strip(_OTHER_FORMS) if self._is_arabic else stem
        known = sum(letter not in _OTHER_FORMS for letter in self._letters)
        self.is_telling = self._is_arabic and known >= _LEAST_LETTERS
        is_literal = not self._is_arabic or known == len(self._letters)
        self._pattern = None if is_literal else re.compile(_OTHER_FORM.sub(r"\\w", self._letters))

    def places(self, text: str) -> Iterator[int]:
        """The places where the letters of the stem are in a text, ascending."""
        at = self._find(text, 0)
        while at >= 0:
            yield at
            at = self._find(text, at + 1)

    def _find(self, text: str, start: int) -> int:
        if self._pattern is None:
            return text.find(self._letters, start)
        match = self._pattern.search(text, start)
        return match.start() if match else -1

    def fits(self, word: str) -> bool:
        """Whether a folded word may have the stem. A word that isn't Arabic is its own stem."""
        if not self._is_arabic:
            return word.startswith(self._stem) if self._begins else word == self._stem
        if self._pattern is None and self._letters not in word:
            return False  # the answer for most
        length = len(self._letters)
        for at in self.places(word):
            if not word[:at].strip(_BEFORE) and (self._begins or not word[at + length :].strip(_BEHIND)):
                return True
        return False


class Clues:
    """Patterns for the words that may have one of several stems. Created by `Clues.of`.

    `are_few` is whether `follow` finds few words. Else, every word must be asked about (`may_have`).
    """

    def __init__(self, clues: Iterable[_Clue]) -> None:
        self._clues = tuple(clues)
        self.are_few = len(self._clues) <= _MOST_CLUES and all(clue.is_telling for clue in self._clues)

    @classmethod
    def of(cls, stems: Iterable[str], beginnings: Iterable[str] = ()) -> "Clues":
        """The clues to words whose stem is one of `stems`, and to those that start with one of `beginnings`.

        Of the latter, the stem may start with it, too.
        """
        ends = dict.fromkeys(stems, False) | dict.fromkeys(beginnings, True)
        return cls(_kept_clue(stem, begins=begins) for stem, begins in ends.items())

    def follow(self, text: "Searchable") -> list[Span]:
        """The ranges of the words to ask about, in order. If `are_few`, no other word has any of the stems."""
        spans = set(text.unusual)
        for clue in self._clues:
            spans.update(_words_at(clue.places(text.text), text.text))
        return sorted(spans)

    def may_have(self, spelling: str) -> bool:
        """Whether one of the words of a spelling may have one of the stems."""
        # As `any` it takes twice as long, and it is asked for thousands of words per page.
        for word in folded_words(spelling):
            for clue in self._clues:
                if clue.fits(word):
                    return True
        return False


class Searchable(NamedTuple):
    """A text to search for many stems, with the ranges of its words whose letters folding drops or changes."""

    text: Legible
    unusual: tuple[Span, ...]

    @classmethod
    def of(cls, text: str) -> "Searchable":
        """Prepare a text."""
        readable = legible(text)
        places = (match.start() for match in _UNUSUAL.finditer(readable))
        return cls(readable, tuple(_words_at(places, readable)))


def _words_at(places: Iterable[int], text: Legible) -> Iterator[Span]:
    """The ranges of the words at some places, ascending; each once."""
    end = 0
    for place in places:
        if place >= end and (span := span_around(text, place)):
            yield span
            end = span[1]


_kept_clue = lru_cache(maxsize=4096)(_Clue)
