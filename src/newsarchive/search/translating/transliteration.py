"""Finds the words of an archive that a name in Latin letters may be, whatever its spelling.

Nothing is listed: each segment of the index has the skeletons of its Arabic words in order, and the words
that have one of the skeletons of the typed word are ranked by the edit distance.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from newsarchive.arabic.stem import stem
from newsarchive.search.engine import WordList
from newsarchive.search.language.foreign.sounds import (
    LONGEST,
    Skeletons,
    distances,
    nearby_skeletons,
    skeletons,
    sounds,
    variants,
)

MOST_FORMS = 4
"""The maximum number of words that one typed word is taken for."""
_MOST_COMPARED = 600
"""The maximum number of words that are compared letter by letter: those that may be the likeliest."""
_COST_PER_LETTER = 0.15
"""The least cost of a letter without a sound, and of a sound without a letter."""
_MOST_SILENT, _MOST_EXTRA = 5, 3
"""How many sounds may be without a letter, and how many letters without a sound."""
_LAST_KEY = (1 << 64) - 1
_READ_AT_ONCE = 1 << 17
_MOST_COST, _COST_PER_SOUND = 0.35, 0.14
_FEWEST = 2
"""The fewest sounds of a word that is looked for."""
_VARIANT_COST = 0.1
"""What it costs to read a word in another way than by its letters."""
_GOOD = 0.75
"""Words above this cost are no reason not to look further."""
_COST_WEIGHT = 5.0
_FREQUENCY = 0.15
"""The exponent of the number of articles that have a word."""
_MEMO_LIMIT = 20_000


class Form(NamedTuple):
    """A word of the archive, how likely it is meant compared with the others, its articles, and its distance."""

    word: str
    weight: float
    articles: int
    cost: float


class _Known:
    """The skeletons of the words of a segment, in order."""

    def __init__(self, listed: WordList) -> None:
        # The list itself is not stored: it refers to its identity, which would keep the weak key alive.
        self._skeletons = listed.skeletons() or _computed(listed)

    def having(self, key: int, length: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]:
        """The numbers of the words with a skeleton that have about this many letters, and how many they differ by."""
        keys, numbers, lengths = self._skeletons
        start, stop = np.searchsorted(keys, np.array([key, min(key + 1, _LAST_KEY)], dtype=np.uint64))
        near = lengths[start:stop].astype(np.intp)
        fits = (near + _MOST_SILENT >= length) & (near <= length + _MOST_EXTRA)
        return numbers[start:stop][fits], np.abs(near[fits] - length)


def _computed(listed: WordList) -> Skeletons:
    """The skeletons of a list that isn't stored with them, as in an index of an earlier version."""
    starts = range(0, len(listed), _READ_AT_ONCE)
    ends = [min(len(listed), start + _READ_AT_ONCE) for start in starts]
    return Skeletons.in_order([Skeletons.of(listed.terms(*part), part[0]) for part in zip(starts, ends, strict=True)])


_known: WeakKeyDictionary[object, _Known] = WeakKeyDictionary()


def _known_of(listed: WordList) -> _Known:
    """The skeletons of a list, read once and kept as long as the list is in use."""
    found = _known.get(listed.identity)
    if found is None:
        found = _known[listed.identity] = _Known(listed)
    return found


class Transliterator:
    """Finds the words of one generation of an index that a Latin word may be. Thread-safe."""

    def __init__(self, word_lists: Callable[[], Sequence[WordList]]) -> None:
        self._word_lists = word_lists
        self._lock = threading.Lock()
        self._lists: list[tuple[WordList, _Known]] | None = None
        self._found: dict[str, tuple[Form, ...]] = {}

    def prepare(self) -> None:
        """Read the skeletons of the segments."""
        with self._lock:
            if self._lists is None:
                self._lists = [(listed, _known_of(listed)) for listed in self._word_lists() if len(listed)]

    def forms(self, word: str) -> tuple[Form, ...]:
        """Return the Arabic words of the archive that a folded Latin word most likely is, best first; at most four."""
        found = self._found.get(word)
        if found is None:
            if len(self._found) >= _MEMO_LIMIT:
                self._found.clear()
            found = self._found[word] = tuple(self._find(word))
        return found

    def _find(self, word: str) -> list[Form]:
        self.prepare()
        count = len(sounds(word))
        most = _MOST_COST + _COST_PER_SOUND * count
        if not _FEWEST <= count <= LONGEST:
            return []
        costs: dict[str, float] = {}
        articles: Counter[str] = Counter()
        for number, read in enumerate(variants(word)):
            keys = skeletons(read)
            least = _VARIANT_COST if number else 0.0
            self._compare((read, least), keys, costs, articles)
            if min(costs.values(), default=math.inf) > _GOOD and count > MOST_FORMS:
                self._compare((read, least), nearby_skeletons(keys[0]), costs, articles)
        weights = {
            form: math.exp(-_COST_WEIGHT * cost) * articles[form] ** _FREQUENCY
            for form, cost in costs.items()
            if cost <= most
        }
        return list(_distinct(weights, articles, costs))

    def _compare(
        self, read: tuple[str, float], keys: Sequence[int], costs: dict[str, float], articles: Counter[str]
    ) -> None:
        """Add the words with any of these skeletons, each with its cost and its number of articles.

        `read` is how the typed word is read, and what reading it so costs.
        """
        word, least = read
        found: Counter[str] = Counter()
        count = len(sounds(word))
        if not keys:
            return
        for listed, known in self._lists or ():
            for number in _likeliest(listed, known, keys, count).tolist():
                if having := listed.document_frequency(number):
                    found[listed.term(number).decode()] += having
        forms = list(found)
        if not forms:
            return
        bare = [form.removeprefix("ال") if len(form) > 4 else form for form in forms]
        compared = np.minimum(distances(word, forms), distances(word, bare))
        for form, cost in zip(forms, compared.tolist(), strict=True):
            costs[form] = min(least + cost, costs.get(form, math.inf))
            articles[form] = found[form]


def _likeliest(listed: WordList, known: _Known, keys: Sequence[int], count: int) -> npt.NDArray[np.uint32]:
    """The numbers of the words with any of these skeletons that may be the likeliest for a word of `count` sounds.

    A name in the news of one day is as rare as misspelled words are, so they aren't chosen by their frequency alone:
    each letter too many or too few makes them less likely, whatever the others are.
    """
    found = [known.having(key, count) for key in keys]
    numbers, differences = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    # The smaller difference of a word that was found with and without the article.
    order = np.lexsort((differences, numbers))
    numbers, first = np.unique(numbers[order], return_index=True)
    if len(numbers) <= _MOST_COMPARED:
        return numbers
    frequencies = np.asarray(listed.document_frequencies(0, len(listed)))[numbers]
    bounds = np.maximum(frequencies, 1) ** _FREQUENCY * np.exp(
        -_COST_WEIGHT * _COST_PER_LETTER * differences[order][first]
    )
    likeliest: npt.NDArray[np.uint32] = numbers[np.argsort(-bounds, kind="stable")[:_MOST_COMPARED]]
    return likeliest


def _distinct(weights: dict[str, float], articles: Counter[str], costs: dict[str, float]) -> Iterator[Form]:
    """The best forms of different stems; the weight of the best is 1."""
    seen: set[str] = set()
    most = max(weights.values(), default=1.0)
    for form in sorted(weights, key=lambda form: (-weights[form], form)):
        if (own := stem(form)) not in seen:
            seen.add(own)
            yield Form(form, weights[form] / most, articles[form], costs[form])
        if len(seen) == MOST_FORMS:
            return
