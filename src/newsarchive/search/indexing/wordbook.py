"""The words of a build by number. Each distinct word is folded and stemmed once.

Each word of a text costs one lookup, of the characters between two spaces, such as «مصر،». Splitting
a text at its spaces is several times faster than finding the words in it, and no word has a space.
Folded words and stems are kept per distinct word, so a segment being written takes all of them from
arrays.
"""

from array import array
from typing import Any

import numpy as np

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Legible, folded_words, legible, spellings
from newsarchive.search.scoring.arrays import IntArray as AnyInts

LIMIT = 500_000
"""The number of distinct runs of characters between spaces that a wordbook holds before it starts over."""
BYTES_PER_RUN = 256
"""The approximate memory per run, with its word and its stem."""


class Numbers(dict[Any, int]):
    """Value -> its number, counted from 0 in the order of first use."""

    def __missing__(self, value: Any) -> int:
        """Give a new value the next number."""
        number = self[value] = len(self)
        return number


class Vocabulary:
    """Folded words and stems by number, and the number of the stem of each word. All of them only grow."""

    def __init__(self) -> None:
        self.exact: list[str] = []
        self.stems: list[str] = []
        self.stem_of = array("i")


class Wordbook:
    """Folded words and stems by number; `exact` and `stems` are their texts.

    The numbers are those of `vocabulary`. They are valid until `make_room`, which begins another one if there are more
    than `limit` runs.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self.vocabulary = Vocabulary()
        self.exact = self.vocabulary.exact
        self.stems = self.vocabulary.stems
        self._stem_of = self.vocabulary.stem_of
        self._words = _Words(self.vocabulary)
        self._several: list[list[int]] = []
        self._runs = _Runs(self)

    def make_room(self) -> None:
        """Clear everything if there are more than `limit` runs. All numbers become invalid."""
        if len(self._runs) > self._limit:
            self._clear()

    def read_lines(self, text: str) -> list[list[int]]:
        """The numbers of the folded words of each line of a text, in order."""
        # No word and no mark inside one reaches into another line.
        return [self.read(Legible(line)) for line in legible(text).split("\n")]

    def read(self, text: str) -> list[int]:
        """The numbers of the folded words of a text, in order."""
        numbers = list(map(self._runs.__getitem__, legible(text).split()))
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

    def number_of_run(self, run: str) -> int:
        """The number of the only word in a run of characters of a legible text; below 0 for several words, or none."""
        found = [word for spelling in spellings(Legible(run)) for word in folded_words(spelling)]
        if len(found) == 1:
            return self._words[found[0]]
        numbers = list(map(self._words.__getitem__, found))
        self._several.append(numbers)
        return ~(len(self._several) - 1)


class _Words(dict[str, int]):
    """Folded word -> its number in a vocabulary, which takes in the word on first access."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._stem_numbers: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        """Give a new word the next number, and its stem, if that is new."""
        vocabulary = self._vocabulary
        number = self[word] = len(vocabulary.exact)
        vocabulary.exact.append(word)
        found = stem(word)
        stem_number = self._stem_numbers.setdefault(found, len(vocabulary.stems))
        if stem_number == len(vocabulary.stems):
            vocabulary.stems.append(found)
        vocabulary.stem_of.append(stem_number)
        return number


class _Runs(dict[str, int]):
    """Run of characters -> the cached result of `number_of_run`."""

    def __init__(self, wordbook: Wordbook) -> None:
        super().__init__()
        self._number_of = wordbook.number_of_run

    def __missing__(self, run: str) -> int:
        """Look up a new run."""
        number = self[run] = self._number_of(run)
        return number
