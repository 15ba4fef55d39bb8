"""The words of a build by number: each different spelling is looked up once, and folded and stemmed once.

A word of a text costs one look-up, that of its spelling. Folded words and stems are kept for each different word, so
those of a whole segment are taken from arrays when it is written.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import folded_words, spellings
from newsarchive.search.whoosh_index.storage.packing import AnyInts

LIMIT = 500_000
"""Different spellings that a wordbook holds before it starts over."""
BYTES_PER_SPELLING = 256
"""About how much memory one takes, with its word and its stem."""


class Numbers(dict[Any, int]):
    """Value -> its number, counted from 0 in the order in which the values first came."""

    def __missing__(self, value: Any) -> int:
        """The next number, for a new value."""
        number = self[value] = len(self)
        return number


class Wordbook:
    """Folded words and stems by number; `exact` and `stems` are their texts.

    The numbers hold until `make_room`, which forgets everything where there are more than `limit` spellings.
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
        """Forget everything where that is much. All numbers become void."""
        if len(self._spellings) > self._limit:
            self._clear()

    def read(self, text: str) -> list[int]:
        """The numbers of the folded words of a text, in order."""
        numbers = list(map(self._spellings.__getitem__, spellings(text)))
        return list(self._one_by_one(numbers)) if min(numbers, default=0) < 0 else numbers

    def _one_by_one(self, numbers: Sequence[int]) -> Iterator[int]:
        """The numbers of words, where those below 0 stand for several words, or none."""
        return chain.from_iterable((number,) if number >= 0 else self._several[~number] for number in numbers)

    def to_stems(self, numbers: AnyInts) -> AnyInts:
        """The numbers of the stems of the folded words of these numbers."""
        stems: AnyInts = np.asarray(self._stem_of)[numbers]
        return stems

    def number_of_spelling(self, spelling: str) -> int:
        """The number of the word that a spelling stands for; one below 0 where it stands for several, or none."""
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
    """Spelling -> what `number_of_spelling` says, asked once."""

    def __init__(self, wordbook: Wordbook) -> None:
        super().__init__()
        self._wordbook = wordbook

    def __missing__(self, spelling: str) -> int:
        """Ask for a new spelling."""
        number = self[spelling] = self._wordbook.number_of_spelling(spelling)
        return number
