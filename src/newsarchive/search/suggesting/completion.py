"""Which words a typed beginning may be meant to become, by the words of the archive and of its titles."""

from collections import Counter
from collections.abc import Iterator, Sequence

from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.engine import Snapshot
from newsarchive.search.scoring.tree import Field

CONSIDERED = 60
"""How many of the most frequent words with a beginning are looked at."""

RARE = 300

_ARTICLE = "ال"


def likely_words(snapshot: Snapshot, beginning: str, before: Sequence[str], count: int) -> list[str]:
    """At most `count` folded words that begin so, with ال before them or without; no two of one stem.

    Those that stand in a title together with the words before, by the number of such titles; where there are none, and
    where nothing stands before, by the number of articles that use the word. A word that is rarer than the most
    frequent one by `RARE` is left out: it is a slip of somebody's pen more often than what is meant.
    """
    frequency: Counter[str] = Counter()
    for word, articles in _candidates(snapshot, beginning):
        if word not in STOP_WORDS and word not in before:
            frequency[word] += articles
    least = max(frequency.values(), default=0) / RARE
    together = _together(snapshot, [word for word in frequency if frequency[word] >= least], before) or frequency
    by_stem: dict[str, str] = {}
    for word in sorted(together, key=lambda word: (-together[word], -frequency[word], word)):
        if frequency[word] >= least:
            by_stem.setdefault(stem(word), word)
    return list(by_stem.values())[:count]


def _candidates(snapshot: Snapshot, beginning: str) -> Iterator[tuple[str, int]]:
    """Words with their frequencies. What only occurs with ال counts without it, unless ال was typed."""
    yield from snapshot.frequent_words(beginning, CONSIDERED)
    if _ARTICLE.startswith(beginning[:2]):
        return
    definite = snapshot.frequent_words(_ARTICLE + beginning, CONSIDERED)
    bare_words = [word.removeprefix(_ARTICLE) for word, _ in definite]
    frequencies = snapshot.frequencies([(Field.EXACT, bare) for bare in bare_words])
    for (word, articles), bare, frequency in zip(definite, bare_words, frequencies, strict=True):
        yield (bare if frequency else word), articles


def _together(snapshot: Snapshot, words: Sequence[str], before: Sequence[str]) -> dict[str, int]:
    """How many titles have a word and all words before it; only words that have such titles."""
    if not before:
        return {}
    required = [(Field.TITLE, stem(word)) for word in before]
    counts = snapshot.counts_with(required, [(Field.TITLE_EXACT, word) for word in words])
    return {word: count for word, count in zip(words, counts, strict=True) if count}
