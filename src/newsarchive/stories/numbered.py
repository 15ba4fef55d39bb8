"""The features of articles whose words another derived store has read already, by number.

Splitting a text into words, folding and stemming them takes most of the time of reading an article.
The search index has done it, so what is left is one digest per word of the vocabulary.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from newsarchive.article import Article
from newsarchive.stories.features import NONE, Features, Hashes, features_between, stable_hash


class Vocabulary(Protocol):
    """Folded words and stems by number, and the number of each word's stem. All of them only grow."""

    @property
    def exact(self) -> list[str]:
        """The folded words by number."""
        ...

    @property
    def stems(self) -> list[str]:
        """The stems by number."""
        ...

    @property
    def stem_of(self) -> "array[int]":
        """The number of the stem of each folded word."""
        ...


class NumberedWords(NamedTuple):
    """The numbers of an article's words in a vocabulary: those of each line of its title and of its body.

    The title has no lines if it was made from the text.
    """

    vocabulary: Vocabulary
    title: Sequence[Sequence[int]]
    body: Sequence[Sequence[int]]


class NumberedFeatures:
    """Makes the same features as `FeatureReader`, for articles whose words are numbers of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._words = _Hashes()
        self._stems = _Hashes()

    def read(self, articles: Sequence[Article], words_of: Sequence[NumberedWords]) -> list[Features]:
        """Return the features of articles with these words, in order."""
        if not articles:
            return []
        lengths: list[int] = []
        lines: list[int] = []  # as in `FeatureReader.read`
        for found in words_of:
            present = [length for line in found.body if (length := len(line))]
            lengths.append(sum(map(len, found.title)))
            lengths.extend(present)
            lines.append(1 + len(present))
        ends = np.concatenate((NONE, np.cumsum(lengths)))
        numbers = np.fromiter(chain.from_iterable(_lines(words_of)), np.intp, int(ends[-1]))
        words = self._words.of(self.vocabulary.exact, numbers)
        stem_of: NDArray[np.intc] = (
            np.frombuffer(self.vocabulary.stem_of, np.intc)[numbers] if len(numbers) else _NO_STEM
        )
        stems = self._stems.of(self.vocabulary.stems, stem_of)
        firsts = np.concatenate((NONE, np.cumsum(lines))).tolist()
        return [
            features_between(article, words, stems, ends[first : last + 1])
            for article, first, last in zip(articles, firsts, firsts[1:], strict=False)
        ]


_NO_STEM = np.zeros(0, np.intc)


def _lines(words_of: Sequence[NumberedWords]) -> Iterator[Sequence[int]]:
    for found in words_of:
        yield from found.title
        yield from found.body


class _Hashes:
    """The stable hashes of texts by number."""

    def __init__(self) -> None:
        self._count = 0
        self._hashes: Hashes = np.empty(0, np.uint64)

    def of(self, texts: Sequence[str], numbers: NDArray[np.intp] | NDArray[np.intc]) -> Hashes:
        """The hashes of texts, given by their numbers. `texts` are those of the last call, and more."""
        new = [stable_hash(text) for text in texts[self._count :]]
        if self._count + len(new) > len(self._hashes):
            grown = np.empty(2 * (self._count + len(new)), np.uint64)
            grown[: self._count] = self._hashes[: self._count]
            self._hashes = grown
        self._hashes[self._count : self._count + len(new)] = new
        self._count += len(new)
        return self._hashes[numbers]
