"""Which words a typed beginning may be meant to become, by the words of the archive and of its titles."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

import numpy as np

from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.querying.vocabulary import Vocabulary, documents_with

CONSIDERED = 60
"""How many of the most frequent words with a beginning are looked at."""

RARE = 300

_ARTICLE = "ال"


def likely_words(
    leaves: Sequence[Leaf], vocabulary: Vocabulary, beginning: str, before: Sequence[str], count: int
) -> list[str]:
    """At most `count` folded words that begin so, with ال before them or without; no two of one stem.

    Those that stand in a title together with the words before, by the number of such titles; where there are none, and
    where nothing stands before, by the number of articles that use the word. A word that is rarer than the most
    frequent one by `RARE` is left out: it is a slip of somebody's pen more often than what is meant.
    """
    frequency: Counter[str] = Counter()
    for word, articles in _candidates(vocabulary, beginning):
        if word not in STOP_WORDS and word not in before:
            frequency[word] += articles
    least = max(frequency.values(), default=0) / RARE
    together = _together(leaves, [word for word in frequency if frequency[word] >= least], before) or frequency
    by_stem: dict[str, str] = {}
    for word in sorted(together, key=lambda word: (-together[word], -frequency[word], word)):
        if frequency[word] >= least:
            by_stem.setdefault(stem(word), word)
    return list(by_stem.values())[:count]


def _candidates(vocabulary: Vocabulary, beginning: str) -> Iterator[tuple[str, int]]:
    """Words with their frequencies. What is only met with ال counts without it, unless ال was typed."""
    yield from vocabulary.most_frequent(beginning, CONSIDERED)
    if not _ARTICLE.startswith(beginning[:2]):
        for word, articles in vocabulary.most_frequent(_ARTICLE + beginning, CONSIDERED):
            bare = word.removeprefix(_ARTICLE)
            yield (bare if vocabulary.frequency(bare) else word), articles


def _together(leaves: Sequence[Leaf], words: Iterable[str], before: Sequence[str]) -> dict[str, int]:
    """How many titles have a word beside all words before it; only words that have such titles."""
    if not before:
        return {}
    titles = reduce(np.intersect1d, (documents_with(leaves, "title", stem(word)) for word in before))
    counts = {word: len(np.intersect1d(titles, documents_with(leaves, "title_exact", word))) for word in words}
    return {word: count for word, count in counts.items() if count}
