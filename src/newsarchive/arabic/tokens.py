"""Split text into folded words, each with its offsets in the original text.

Marks, tatweel and joiners are part of a word. So a fully vocalized word is one token, and its
offsets cover the whole original word including the marks. An underscore separates words, because
hashtags join words with underscores.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsarchive.arabic.fold import IGNORABLE, fold

_COMBINING_LATIN = "\u0300-\u036f"
_WORD = re.compile(rf"\w[\w{re.escape(IGNORABLE)}{_COMBINING_LATIN}]*")
"""Underscores must be replaced by spaces first. Excluding `_` here is several times slower."""
_JOINS = frozenset(IGNORABLE + "".join(map(chr, range(0x0300, 0x0370))))
"""Characters that may appear inside a word, other than letters and digits."""
_MEMO_LIMIT = 500_000
"""The number of distinct spellings the memo holds before it is cleared: about 100 MB."""


Span = tuple[int, int]
"""A half-open range `[start, end)` of characters."""


class Token(NamedTuple):
    """One folded word, and its half-open character range `[start, end)` in the original text."""

    text: str
    start: int
    end: int


class _FoldedWords(dict[str, str]):
    """Original spelling -> its folded words, joined by spaces.

    Nearly every spelling folds to one word. A ligature such as ﷺ folds to several words, and a run
    of tatweel to none.
    """

    def __missing__(self, spelling: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        folded = self[spelling] = " ".join(_WORD.findall(fold(spelling)))
        if not folded or " " in folded:
            _not_one_word.add(folded)
        return folded


_folded_words = _FoldedWords()
_not_one_word: set[str] = set()
"""The folded forms of spellings that don't fold to exactly one word."""


def tokenize(text: str) -> Iterator[Token]:
    """The folded words of `text` in order, with their offsets."""
    for match in _WORD.finditer(text.replace("_", " ")):
        for word in _folded_words[match.group()].split():
            yield Token(word, match.start(), match.end())


def spellings(text: str) -> list[str]:
    """The words of `text` in order, in their original spelling.

    Nearly every spelling folds to one word, a ligature to several, and some to none.
    """
    return _WORD.findall(text.replace("_", " "))


def spans(text: str, start: int = 0) -> Iterator[Span]:
    """The ranges of `spellings`, beginning at `start`, which must not be inside a word."""
    return (match.span() for match in _WORD.finditer(text.replace("_", " "), start))


def span_around(text: str, place: int) -> Span | None:
    """The range of the word at `place`, else of the next word. None after the last word.

    Underscores in `text` must already be replaced by spaces.
    """
    while place and (text[place - 1].isalnum() or text[place - 1] in _JOINS):
        place -= 1
    match = _WORD.search(text, place)
    return match.span() if match else None


def folded_words(spelling: str) -> list[str]:
    """The folded words of one of the `spellings`."""
    return _folded_words[spelling].split()


def words(text: str) -> list[str]:
    """The folded words of `text` in order: the texts of `tokenize`, several times faster.

    Repeated words are the same object, so looking them up in a dictionary needs no new hash or
    character-by-character comparison.
    """
    folded = list(map(_folded_words.__getitem__, _WORD.findall(text.replace("_", " "))))
    return folded if _not_one_word.isdisjoint(folded) else " ".join(folded).split()
