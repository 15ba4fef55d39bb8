"""The vectors by which stories are found: the strongest stems of an article with their tf-idf weights.

`tf` is the square root of how often the article has the stem; the title counts three times. `idf`
is that of the texts read before. So it depends on the order of the archive alone, not on where
updates begin and end: texts are counted in groups of `GROUP`, by their number since the beginning.
The counts start with those of the frozen lexicon, so that the first articles have sensible weights.

Stems are counted in `BUCKETS` by their hash, which bounds the memory. Two stems in one bucket count
as one, which makes the rarer one weaker.

Weights are whole numbers, and so are all sums of products of them: no result depends on the order of
summation, or on when an article is added and removed.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem
from newsarchive.stories.features import Features, stable_hash

TITLE = 3
"""How many times the title counts."""
STRONGEST = 40
"""The maximum number of stems in a vector. The rest adds time and no precision."""
UNIT = 4096
"""The length of a vector, so that weights can be whole numbers."""
GROUP = 256
"""The number of texts after which their stems are added to the counts."""
BUCKETS = 1 << 18
PRIOR = 3000
"""As how many texts the lexicon counts."""
PRIOR_FILE = "prior.zlib"
"""The counts of the lexicon's stems, which don't change: `bench/build_prior.py` writes them."""
_LEXICON_TEXTS = 20_910

_STEM_BITS = 32
_STEM_MASK = (1 << _STEM_BITS) - 1
_WEIGHT_BITS = 24
_WEIGHT_LIMIT = (1 << _WEIGHT_BITS) - 1
_FINE = 1 << 12
"""The precision to which stems are ordered by weight."""


class Vector(NamedTuple):
    """The strongest stems of an article, strongest first, as 32-bit numbers, and their weights."""

    stems: list[int]
    weights: list[int]


class DocumentCounts:
    """In how many texts each stem occurs: `settled` for all full groups, and the texts after them."""

    def __init__(
        self, texts: int, settled: NDArray[np.uint32], waiting: NDArray[np.uint32], waiting_texts: int
    ) -> None:
        self.texts = texts
        self.settled = settled
        self.waiting = waiting
        self.waiting_texts = waiting_texts

    @classmethod
    def initial(cls) -> "DocumentCounts":
        """The counts before the first text: those of the lexicon, scaled to `PRIOR` texts."""
        return cls(PRIOR, _prior(), np.empty(0, np.uint32), 0)

    @property
    def room(self) -> int:
        """The number of texts until the group is full."""
        return GROUP - self.waiting_texts

    def idf(self, buckets: NDArray[np.int64]) -> NDArray[np.float64]:
        """The inverse document frequencies of stems by bucket; 0 for a stem that nearly every text has."""
        found = np.log((self.texts + 1) / (self.settled[buckets] + 0.5))
        return np.maximum(found, 0.0)

    def add(self, buckets: NDArray[np.int64], texts: int) -> bool:
        """Count texts, at most `room`; `buckets` has those of each text once. Returns whether the group became full."""
        self.waiting = np.concatenate((self.waiting, buckets.astype(np.uint32)))
        self.waiting_texts += texts
        if self.waiting_texts < GROUP:
            return False
        self.settled = self.settled + np.bincount(self.waiting, minlength=BUCKETS).astype(np.uint32)
        self.texts += self.waiting_texts
        self.waiting, self.waiting_texts = np.empty(0, np.uint32), 0
        return True


@cache
def _prior() -> NDArray[np.uint32]:
    return unpacked_counts(files(__package__).joinpath(PRIOR_FILE).read_bytes())


def unpacked_counts(content: bytes) -> NDArray[np.uint32]:
    """The counts of a file that `bench/build_prior.py` wrote."""
    counts: NDArray[np.uint32] = np.frombuffer(zlib.decompress(content), "<u2").astype(np.uint32)
    return counts


def counts_of_lexicon() -> NDArray[np.uint32]:
    """What the file of the prior has. Takes a second or two, because all words of the lexicon are stemmed."""
    of_stems: Counter[str] = Counter()
    for form, texts in lexicon().items():
        of_stems[stem(form)] += texts
    buckets = np.array([(stable_hash(found) >> _STEM_BITS) % BUCKETS for found in of_stems], np.int64)
    summed = np.bincount(buckets, np.fromiter(of_stems.values(), np.int64), BUCKETS)
    scaled: NDArray[np.float64] = np.minimum(np.rint(summed * (PRIOR / _LEXICON_TEXTS)), PRIOR)
    return scaled.astype(np.uint32)


def vectors(texts: Sequence[tuple[Features, int]], counts: DocumentCounts) -> tuple[list[Vector], bool]:
    """The vectors of texts, at most `counts.room`, each with the number of paragraphs that count.

    Also counts the texts; the second value is what `DocumentCounts.add` returns.
    """
    numbers, stems, times = _frequencies(texts)
    buckets = stems % BUCKETS
    weights = np.sqrt(times) * counts.idf(buckets)
    is_full = counts.add(buckets, len(texts))
    rounded = np.minimum(np.rint(weights * _FINE).astype(np.int64), _WEIGHT_LIMIT)
    order = np.argsort(numbers << _WEIGHT_BITS | (_WEIGHT_LIMIT - rounded), kind="stable")
    numbers, stems, weights = numbers[order], stems[order], weights[order]
    starts = np.searchsorted(numbers, np.arange(len(texts) + 1))
    kept = (np.arange(len(numbers)) - starts[numbers] < STRONGEST) & (weights > 0)
    numbers, stems, weights = numbers[kept], stems[kept], weights[kept]
    length = np.sqrt(np.bincount(numbers, weights * weights, len(texts)))
    whole = np.rint(weights * UNIT / length[numbers]).astype(np.int64).tolist()
    bounds = np.searchsorted(numbers, np.arange(len(texts) + 1)).tolist()
    listed = stems.tolist()
    found = [Vector(listed[start:end], whole[start:end]) for start, end in pairwise(bounds)]
    return found, is_full


_Whole = NDArray[np.int64]


def _frequencies(texts: Sequence[tuple[Features, int]]) -> tuple[_Whole, _Whole, _Whole]:
    """Each text's stems: the place of the text, the stem, and how often the text has it; by text and stem."""
    parts: list[NDArray[np.uint64]] = []
    lengths: list[int] = []
    for features, paragraphs in texts:
        body = features.stems[: features.bounds[paragraphs]]
        parts.append(body)
        parts.extend([features.title_stems] * TITLE)
        lengths.append(len(body) + TITLE * len(features.title_stems))
    places = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    together = np.sort(places << np.uint64(_STEM_BITS) | np.concatenate(parts) >> np.uint64(_STEM_BITS))
    firsts = np.flatnonzero(np.concatenate((np.ones(min(1, len(together)), bool), together[1:] != together[:-1])))
    times = np.diff(np.append(firsts, len(together)))
    found = together[firsts].astype(np.int64)
    return found >> _STEM_BITS, found & _STEM_MASK, times.astype(np.int64)
