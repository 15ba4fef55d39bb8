"""Let the vocabulary of generated articles grow as that of the corpus does.

Generated articles (`bench/corpus.py`) are mixed from those of the corpus, so they have no word that it lacks. Here each
gets new words in place of some of its own: as many as the corpus would get with so many articles, by the power law
(Heaps' law) through the numbers of different words in a tenth of its articles and in all of them. A new word is the
first half of a word of the corpus and the second half of another, so its letters, affixes and length are usual. The
article also gets as many words that were new in earlier ones, so about half of the new words occur once.
"""

import math
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from newsarchive.arabic.tokens import words
from newsarchive.article import Article

_TENTH = 10
_LETTERS = 4
"""The fewest letters of words whose halves are joined."""
_SEED = 11
_ARABIC = re.compile("[\u0621-\u064a]+")


class Vocabulary:
    """The law of a corpus, and its words in halves."""

    def __init__(self, texts: Sequence[str]) -> None:
        known = _different(texts)
        self._articles = len(texts)
        self._size = len(known)
        part = texts[::_TENTH]
        few = len(_different(part))
        self.exponent = math.log(self._size / few) / math.log(len(texts) / len(part)) if len(texts) > len(part) else 0.0
        usable = sorted(word for word in known if len(word) >= _LETTERS and _ARABIC.fullmatch(word))
        self._starts = [word[: len(word) // 2] for word in usable]
        self._ends = [word[len(word) // 2 :] for word in usable]

    @classmethod
    def of(cls, rows: Iterable[dict[str, Any]]) -> "Vocabulary":
        """The vocabulary of the rows of a corpus."""
        return cls([f"{row['title']} {row['body']}" for row in rows])

    def size(self, articles: int) -> int:
        """The number of different words in so many articles, of which those of the corpus are the first."""
        times = max(articles, self._articles) / self._articles
        return round(self._size * float(times**self.exponent))

    def word(self, number: int) -> str:
        """The new word with this number."""
        choice = random.Random(_SEED << 40 | number)
        return choice.choice(self._starts) + choice.choice(self._ends)

    def renewed(self, article: Article, number: int) -> Article:
        """The article that has this number among all, with new words if it was generated."""
        first, end = self.size(number) - self._size, self.size(number + 1) - self._size
        if first == end and not first:
            return article
        choice = random.Random(_SEED << 41 | number)
        added = [self.word(one) for one in range(first, end)]
        added += [self.word(choice.randrange(end)) for _ in added]
        pieces = re.split(r"(\s+)", article.body)
        places = [place for place, piece in enumerate(pieces) if len(piece) >= _LETTERS]
        for place, word in zip(choice.sample(places, min(len(added), len(places))), added, strict=False):
            pieces[place] = word
        return replace(article, body="".join(pieces))


def _different(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        found.update(words(text))
    return found
