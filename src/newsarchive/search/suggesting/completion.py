"""Completes a word from its typed prefix, using the words of the archive and its titles."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from newsarchive.arabic.confusion import LONG_VOWELS
from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.engine import Snapshot
from newsarchive.search.scoring.tree import Field
from newsarchive.search.suggesting.misspelling import Misspellings

CONSIDERED = 60
"""The number of most frequent words with a prefix that are considered."""

RARE = 300
LEAST_BEGINNING = 5
"""A shorter beginning is one mistake away from that of many words."""

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
    prefix, which is offered anyway. If all words with the prefix are that rare, and the prefix is one
    mistake away from that of a frequent word, the prefix is a typo, and nothing is offered. `offers`
    says which words may be told.
    """
    frequency: Counter[str] = Counter()
    for word, articles in _candidates(snapshot, beginning):
        if word not in STOP_WORDS and word not in before:
            frequency[word] += articles
    most = max(frequency.values(), default=0)
    if _is_misspelled_beginning(snapshot, beginning, most):
        return []
    least = most / RARE
    together = _together(snapshot, [word for word in frequency if frequency[word] >= least], before) or frequency
    bare = {word.removeprefix(_ARTICLE) for word in frequency}

    def is_misspelled(word: str) -> bool:
        if misspellings.is_misprint(word):
            return True
        rival = misspellings.rival(word)
        return misspellings.meant(word) is not None or (rival is not None and rival.removeprefix(_ARTICLE) in bare)

    by_stem: dict[str, str] = {}
    for word in sorted(together, key=lambda word: (-together[word], -frequency[word], word)):
        if len(by_stem) == count:
            break
        if frequency[word] >= least and stem(word) not in by_stem and not is_misspelled(word) and offers(word):
            by_stem[stem(word)] = word
    return list(by_stem.values())


def _is_misspelled_beginning(snapshot: Snapshot, beginning: str, most: int) -> bool:
    """Whether a far more frequent word begins with the same letters but for one mistake: الانتخبا for الانتخابات.

    `most` is the document frequency of the most frequent word that has this beginning.
    """
    least = RARE * max(1, most)
    if len(beginning.removeprefix(_ARTICLE)) < LEAST_BEGINNING or least > snapshot.articles:
        return False
    others = _with_one_mistake(beginning)
    if not _ARTICLE.startswith(beginning[:2]):
        others |= {_ARTICLE + other for other in others}
    return any(count >= least for other in others for _, count in snapshot.frequent_words(other, 1))


def _with_one_mistake(beginning: str) -> set[str]:
    """The beginnings of which this one has two letters in the wrong order, or lacks a long vowel."""
    start = len(_ARTICLE) if beginning.startswith(_ARTICLE) else 0
    swapped = {
        beginning[:at] + beginning[at + 1] + beginning[at] + beginning[at + 2 :]
        for at in range(start, len(beginning) - 1)
    }
    places = range(start + 1, len(beginning) + 1)
    lengthened = {beginning[:at] + vowel + beginning[at:] for at in places for vowel in LONG_VOWELS}
    return {other for other in swapped | lengthened if not other.startswith(beginning)}


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
