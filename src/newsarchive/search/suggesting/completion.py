"""Completes a word from its typed prefix, using the words of the archive and its titles."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.engine import Snapshot
from newsarchive.search.scoring.tree import Field
from newsarchive.search.suggesting.misspelling import Misspellings

CONSIDERED = 60
"""The number of most frequent words with a prefix that are considered."""

RARE = 300

_ARTICLE = "ال"


def likely_words(  # noqa: PLR0913 - all are independent
    snapshot: Snapshot,
    beginning: str,
    before: Sequence[str],
    count: int,
    misspellings: Misspellings,
    offers: Callable[[str], bool] = lambda _: True,
) -> list[str]:
    """Return up to `count` folded words with this prefix, with or without ال before it; no two share a stem.

    Words that occur in a title together with all words in `before` are sorted by the number of such
    titles. If there are none, or `before` is empty, words are sorted by their document frequency. A
    word that is more than `RARE` times rarer than the most frequent one is left out: it is more
    likely a typo. So is a word that is one mistake away from a far more frequent one with the same
    prefix, which is offered anyway. `offers` says which words may be told.
    """
    frequency: Counter[str] = Counter()
    for word, articles in _candidates(snapshot, beginning):
        if word not in STOP_WORDS and word not in before:
            frequency[word] += articles
    least = max(frequency.values(), default=0) / RARE
    together = _together(snapshot, [word for word in frequency if frequency[word] >= least], before) or frequency
    bare = {word.removeprefix(_ARTICLE) for word in frequency}

    def is_misspelled(word: str) -> bool:
        rival = misspellings.rival(word)
        return misspellings.meant(word) is not None or (rival is not None and rival.removeprefix(_ARTICLE) in bare)

    by_stem: dict[str, str] = {}
    for word in sorted(together, key=lambda word: (-together[word], -frequency[word], word)):
        if len(by_stem) == count:
            break
        if frequency[word] >= least and stem(word) not in by_stem and not is_misspelled(word) and offers(word):
            by_stem[stem(word)] = word
    return list(by_stem.values())


def _candidates(snapshot: Snapshot, beginning: str) -> Iterator[tuple[str, int]]:
    """Words with their document frequencies.

    A word that occurs only with ال counts as the word without it, unless ال was typed.
    """
    yield from snapshot.frequent_words(beginning, CONSIDERED)
    if _ARTICLE.startswith(beginning[:2]):
        return
    definite = snapshot.frequent_words(_ARTICLE + beginning, CONSIDERED)
    bare_words = [word.removeprefix(_ARTICLE) for word, _ in definite]
    frequencies = snapshot.frequencies([(Field.EXACT, bare) for bare in bare_words])
    for (word, articles), bare, frequency in zip(definite, bare_words, frequencies, strict=True):
        yield (bare if frequency else word), articles


def _together(snapshot: Snapshot, words: Sequence[str], before: Sequence[str]) -> dict[str, int]:
    """The number of titles that have a word and all words in `before`; words without such titles are left out."""
    if not before:
        return {}
    required = [(Field.TITLE, stem(word)) for word in before]
    counts = snapshot.counts_with(required, [(Field.TITLE_EXACT, word) for word in words])
    return {word: count for word, count in zip(words, counts, strict=True) if count}
