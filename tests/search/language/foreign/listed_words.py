"""Lists of words without an index."""

from collections.abc import Callable, Iterable

import numpy as np

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.scoring.arrays import IntArray


class ListedWords:
    """The words of an index, as a `WordList`, each in as many articles as `frequency` says of it."""

    def __init__(self, words: Iterable[str], frequency: Callable[[bytes], int] = lambda _: 1) -> None:
        self._terms = sorted({word.encode() for word in words})
        self._frequency = frequency

    @property
    def identity(self) -> object:
        return self

    def __len__(self) -> int:
        return len(self._terms)

    def terms(self, start: int, stop: int) -> list[bytes]:
        return self._terms[start:stop]

    def term(self, number: int) -> bytes:
        return self._terms[number]

    def skeletons(self) -> Skeletons | None:
        """None: they are computed."""
        return None

    def document_frequency(self, number: int) -> int:
        return self._frequency(self._terms[number])

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        return np.array([self._frequency(term) for term in self._terms[start:stop]], dtype=np.int32)
