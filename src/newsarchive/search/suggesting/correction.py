"""Finds the word of the archive that a misspelled word was meant to be.

The distance is Damerau-Levenshtein in its "optimal string alignment" variant, which swaps adjacent
letters at most once, with the costs of `newsarchive.arabic.confusion`. It is computed for many
words at once, one letter of the misspelled word at a time. Candidates are first filtered by length
and by their set of letters, which is stored as the bits of one number.

Candidates are ranked by a noisy channel model (Kernighan, Church and Gale, "A Spelling Correction
Program Based on a Noisy Channel Model", 1990): the logarithm of the word's frequency minus the cost
of the mistake.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from newsarchive.arabic.confusion import (
    ALPHABET,
    DOUBLED,
    LONG_VOWELS,
    SWAPPED,
    VOWEL,
    WRONG,
    substitution_costs,
)
from newsarchive.search.engine import WordList

Codes = npt.NDArray[np.uint8]
Costs = npt.NDArray[np.float32]

LONGEST = 24
"""The maximum length of compared words, in letters."""
SHORTEST = 3
COST_WEIGHT = 6.0
"""A wrong letter outweighs a frequency ratio of e to this power."""

CHEAPEST = min(DOUBLED, VOWEL, SWAPPED, *substitution_costs().values())
"""The lowest cost of any mistake."""

_READ_AT_ONCE = 1 << 17
"""Words per batch while reading. Reading takes ten times as much memory per word as the result."""
_OTHER_LETTERS = 2
"""The maximum number of distinct letters that only the candidate has, and that only the misspelled
word has; one less for short words."""
_BITS = np.uint64(1) << np.array([0, *(min(place, 63) for place in range(1, len(ALPHABET) + 1))], dtype=np.uint64)
"""One bit per code; the last letters, which are digits, share a bit."""


def _substitutions() -> Costs:
    table = np.full((len(ALPHABET) + 1, len(ALPHABET) + 1), WRONG, dtype=np.float32)
    np.fill_diagonal(table, 0)
    for (first, second), cost in substitution_costs().items():
        table[ALPHABET.index(first) + 1, ALPHABET.index(second) + 1] = cost
    return table


def _insertions() -> Costs:
    return np.array([WRONG, *(VOWEL if letter in LONG_VOWELS else WRONG for letter in ALPHABET)], dtype=np.float32)


def _codes() -> Codes:
    """The code of each character; 255 for one that can't be compared."""
    table = np.full(0x700, 255, dtype=np.uint8)
    table[0] = 0
    table[[ord(letter) for letter in ALPHABET]] = np.arange(1, len(ALPHABET) + 1)
    return table


_CODES = _codes()
_SUBSTITUTION = _substitutions()
_INSERTION = _insertions()


class _Words:
    """The comparable words of a field of a segment, most frequent first.

    They are stored as one row of codes per word, plus the data that filters them.
    """

    def __init__(self, listed: WordList) -> None:
        # The list itself is not stored: it refers to its identity, which would keep the weak key
        # alive.
        parts = [_read(listed, start) for start in range(0, len(listed), _READ_AT_ONCE)]
        codes, lengths, numbers, rarity = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.argsort(rarity, kind="stable")
        self._rarity: npt.NDArray[np.int32] = rarity[order]
        self._codes: Codes = codes[order]
        self._lengths: Codes = lengths[order]
        self._numbers: npt.NDArray[np.uint32] = numbers[order]
        self._letters = np.bitwise_or.reduce(_BITS[self._codes], axis=1, initial=0) & ~_BITS[0]

    def near(self, typed: Codes, most: float, least: float = 0) -> Iterator[tuple[int, float]]:
        """Yield the number and cost of each word whose cost is at most `most` and that `least` articles have."""
        # With a number of another type, numpy would convert the whole array before it searches.
        stop = int(np.searchsorted(self._rarity, np.int32(-math.ceil(least)), side="right"))
        rows = self._possible(typed, stop, most)
        if not len(rows):
            return
        costs = distances(typed, self._codes[rows], self._lengths[rows].astype(np.intp), most)
        is_near = np.isfinite(costs)
        for row, cost in zip(rows[is_near].tolist(), costs[is_near].tolist(), strict=True):
            yield int(self._numbers[row]), cost

    def _possible(self, typed: Codes, stop: int, cost: float) -> npt.NDArray[np.intp]:
        """The rows before `stop` of the words with about the same length and nearly the same letters.

        If no mistake may cost as much as any wrong letter, other letters are only those that cost less.
        """
        lengths, bits = self._lengths[:stop], self._letters[:stop]
        letters = np.bitwise_or.reduce(_BITS[typed]) & ~_BITS[0]
        most = _OTHER_LETTERS if len(typed) > 5 else _OTHER_LETTERS - 1
        longest = min(LONGEST, len(typed) + most)
        is_near = (lengths >= max(0, len(typed) - most)) & (lengths <= longest)
        is_near &= np.bitwise_count(bits & ~letters) <= most
        is_near &= np.bitwise_count(letters & ~bits) <= most
        if cost < WRONG:
            extra, missing = _cheap_letters(typed, cost)
            is_near &= (bits & ~(letters | extra)) | (letters & ~(bits | missing)) == 0
        return np.flatnonzero(is_near)


def _cheap_letters(typed: Codes, most: float) -> tuple[np.uint64, np.uint64]:
    """The letters that a word may have instead of, or besides, those of a typed one, and those that it may lack.

    Each is the bits of letters for which a single mistake costs `most` at most. A doubled letter is no other letter.
    """
    distinct = np.flatnonzero(np.bincount(typed))
    is_cheap = (_SUBSTITUTION[distinct] <= most) & (_SUBSTITUTION[distinct] > 0)
    is_vowel = most >= _INSERTION
    extra = np.bitwise_or.reduce(_BITS[is_cheap.any(axis=0) | is_vowel], initial=0)
    missing = np.bitwise_or.reduce(_BITS[distinct[is_cheap.any(axis=1) | is_vowel[distinct]]], initial=0)
    return np.uint64(extra), np.uint64(missing)


def _read(listed: WordList, start: int) -> tuple[Codes, Codes, npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """The codes, lengths, numbers and negative document frequencies of the next words."""
    stop = min(len(listed), start + _READ_AT_ONCE)
    codes, lengths, known = _encode(list(map(bytes.decode, listed.terms(start, stop))))
    numbers = np.flatnonzero(known) + start
    rarity = -np.asarray(listed.document_frequencies(start, stop)).astype(np.int32)
    return codes[known], lengths[known].astype(np.uint8), numbers.astype(np.uint32), rarity[known]


_known_words: WeakKeyDictionary[object, _Words] = WeakKeyDictionary()


def _words_of(listed: WordList) -> _Words:
    """The words of a list, encoded once and cached as long as the list is in use."""
    words = _known_words.get(listed.identity)
    if words is None:
        words = _known_words[listed.identity] = _Words(listed)
    return words


class Neighbor(NamedTuple):
    """A word, the cost of the mistake that leads from it to the typed word, and its document frequency."""

    word: str
    cost: float
    articles: int


class Corrector:
    """Finds the most likely words of an index for misspelled words. Thread-safe.

    The words are read on first use.
    """

    def __init__(self, word_lists: Callable[[], Sequence[WordList]]) -> None:
        self._word_lists = word_lists
        self._lock = threading.Lock()
        self._read: list[tuple[WordList, _Words]] | None = None

    @property
    def _words(self) -> list[tuple[WordList, _Words]]:
        with self._lock:
            if self._read is None:
                self._read = [(listed, _words_of(listed)) for listed in self._word_lists() if len(listed)]
            return self._read

    def best(self, word: str) -> str | None:
        """Return the most likely correction of a folded word that the index lacks; None if no word is near enough.

        Words of one or two letters, numbers, and words with characters outside `ALPHABET` are not
        corrected.
        """
        found = self._likeliest(word)
        return None if found is None else found.word

    def commoner(self, word: str, least: float, most: float = WRONG) -> Neighbor | None:
        """Return the most likely correction of a folded word among the other words that about `least` articles have.

        The mistake costs `most` at most, and never more than `WRONG`: at most one letter is wrong in a correction.
        With several segments, its document frequency may be too low.
        """
        return self._likeliest(word, least, min(most, WRONG))

    def _likeliest(self, word: str, least: float = 0, most: float = math.inf) -> Neighbor | None:
        codes, lengths, known = _encode([word])
        if not known[0] or len(word) < SHORTEST or word.isdecimal():
            return None
        typed = codes[0, : lengths[0]]
        costs: dict[bytes, float] = {}
        usage: Counter[bytes] = Counter()
        lists = self._words
        for listed, words in lists:
            # A word that so many articles have must be this frequent in one of the segments.
            for number, cost in words.near(typed, min(most, _most_cost(len(typed))), least / len(lists)):
                articles = listed.document_frequency(number)
                if articles and cost:
                    term = listed.term(number)
                    costs[term] = cost
                    usage[term] += articles
        if not costs:
            return None
        best = min(costs, key=lambda term: (COST_WEIGHT * costs[term] - math.log(usage[term]), term))
        return Neighbor(best.decode(), costs[best], usage[best])


def _most_cost(length: int) -> float:
    """The maximum cost of a mistake in a word of this length."""
    return 0.7 if length <= 3 else 1.0 if length <= 5 else 1.5 if length <= 8 else 2.0


def _encode(words: list[str]) -> tuple[Codes, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The codes of the letters, one row per word padded with 0; the lengths; and which words can be compared."""
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    points = np.array(words, dtype=f"U{LONGEST}").view(np.uint32).reshape(len(words), LONGEST)
    codes = _CODES[np.minimum(points, 0x6FF)]
    return codes, lengths, (lengths <= LONGEST) & (codes != 255).all(axis=1)


def distances(typed: Codes, words: Codes, lengths: npt.NDArray[np.int64], most: float = np.inf) -> Costs:
    """Return the costs between one encoded word and each of many, one row per word; infinite above `most`."""
    result = np.full(len(words), np.inf, dtype=np.float32)
    numbers = np.arange(len(words))
    words = words[:, : int(lengths.max(initial=0))]
    insertion = _insertion_costs(words).T
    deletion = _insertion_costs(typed[None])[0]
    row = np.zeros((words.shape[1] + 1, len(words)), dtype=np.float32)
    row[1:] = np.cumsum(insertion, axis=0)
    before = np.full_like(row, np.inf)
    for i in range(len(typed)):
        before, row = row, _next_row(typed, i, words, insertion, deletion, row, before)
        hopeful = np.minimum(row, before).min(axis=0) <= most
        left = np.count_nonzero(hopeful)
        if not left:
            return result
        if left * 2 < len(numbers):
            # Costs never decrease from row to row, and a swap looks back two rows.
            words, numbers, insertion = words[hopeful], numbers[hopeful], insertion[:, hopeful]
            row, before = row[:, hopeful], before[:, hopeful]
    costs = row[lengths[numbers], np.arange(len(numbers))]
    result[numbers] = np.where(costs <= most, costs, np.inf)
    return result


def _next_row(  # noqa: PLR0913 - the state of the recurrence
    typed: Codes, i: int, words: Codes, insertion: Costs, deletion: Costs, row: Costs, before: Costs
) -> Costs:
    """The costs for the first `i + 1` letters, from the rows for `i` and `i - 1` letters."""
    following = np.empty_like(row)
    following[0] = row[0] + deletion[i]
    following[1:] = np.minimum(row[:-1] + _SUBSTITUTION[typed[i]][words].T, row[1:] + deletion[i])
    if i:
        crossed = (words[:, 1:] == typed[i - 1]) & (words[:, :-1] == typed[i])
        swapped = np.where(crossed.T, before[:-2] + np.float32(SWAPPED), np.float32(np.inf))
        following[2:] = np.minimum(following[2:], swapped)
    for j in range(len(insertion)):
        following[j + 1] = np.minimum(following[j + 1], following[j] + insertion[j])
    return following


def _insertion_costs(words: Codes) -> Costs:
    """The cost of each extra letter: lower for a long vowel and for a letter equal to the one before it."""
    costs = _INSERTION[words]
    doubled = words[:, 1:] == words[:, :-1]
    costs[:, 1:][doubled] = np.minimum(costs[:, 1:][doubled], DOUBLED)
    return costs
