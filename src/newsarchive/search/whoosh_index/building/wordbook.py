"""The words of a build by number. Each distinct spelling is folded and stemmed once.

Each word of a text costs one lookup, of its spelling. Folded words and stems are kept per distinct word,
so a segment being written takes all of them from arrays.
"""

from array import array
from typing import Any

import numpy as np

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import folded_words, spellings
from newsarchive.search.whoosh_index.storage.packing import AnyInts

LIMIT = 500_000
"""The number of distinct spellings that a wordbook holds before it starts over."""
BYTES_PER_SPELLING = 256
"""The approximate memory per spelling, with its word and its stem."""


class Numbers(dict[Any, int]):
    """Value -> its number, counted from 0 in the order of first use."""

    def __missing__(self, value: Any) -> int:
        """Give a new value the next number."""
        number = self[value] = len(self)
        return number


class Wordbook:
    """Folded words and stems by number; `exact` and `stems` are their texts.

    The numbers are valid until `make_room`, which clears everything if there are more than `limit` spellings.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self.exact: list[str] = []
        self.stems: list[str] = []
        self._stem_of = array("i")
        self._words = Numbers()
        self._stem_numbers = Numbers()
        self._several: list[list[int]] = []
        self._spellings = _Spellings(self)

    def make_room(self) -> None:
        """Clear everything if there are more than `limit` spellings. All numbers become invalid."""
        if len(self._spellings) > self._limit:
            self._clear()

    def read(self, text: str) -> list[int]:
        """The numbers of the folded words of a text, in order."""
        numbers = list(map(self._spellings.__getitem__, spellings(text)))
        return self._one_by_one(numbers) if min(numbers, default=0) < 0 else numbers

    def _one_by_one(self, numbers: list[int]) -> list[int]:
        """The numbers of words. Each number below 0 is replaced by the several words it stands for, or by none."""
        found: list[int] = []
        copied = 0
        for place in [place for place, number in enumerate(numbers) if number < 0]:
            found += numbers[copied:place]
            found += self._several[~numbers[place]]
            copied = place + 1
        found += numbers[copied:]
        return found

    def to_stems(self, numbers: AnyInts) -> AnyInts:
        """The numbers of the stems of folded words, given by number."""
        stems: AnyInts = np.asarray(self._stem_of)[numbers]
        return stems

    def number_of_spelling(self, spelling: str) -> int:
        """The number of the word that a spelling stands for; below 0 if it stands for several words, or none."""
        numbers = [self._number(word) for word in folded_words(spelling)]
        if len(numbers) == 1:
            return numbers[0]
        self._several.append(numbers)
        return ~(len(self._several) - 1)

    def _number(self, word: str) -> int:
        number = self._words[word]
        if number == len(self.exact):
            self.exact.append(word)
            stem_number = self._stem_numbers[stem(word)]
            if stem_number == len(self.stems):
                self.stems.append(stem(word))
            self._stem_of.append(stem_number)
        return number


class _Spellings(dict[str, int]):
    """Spelling -> the cached result of `number_of_spelling`."""

    def __init__(self, wordbook: Wordbook) -> None:
        super().__init__()
        self._wordbook = wordbook

    def __missing__(self, spelling: str) -> int:
        """Look up a new spelling."""
        number = self[spelling] = self._wordbook.number_of_spelling(spelling)
        return number
