"""Words of a text, folded, each with its place in the original.

Marks, tatweel and joiners may stand inside a word, so a word with full marks is one token and its offsets
cut the whole original word, marks and all. An underscore separates, because hash tags join words with it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsarchive.arabic.fold import IGNORABLE, fold

_COMBINING_LATIN = "\u0300-\u036f"
_WORD = re.compile(rf"\w[\w{re.escape(IGNORABLE)}{_COMBINING_LATIN}]*")
"""For a text in which each underscore is a space: a class without `_` would be several times slower."""
_JOINS = frozenset(IGNORABLE + "".join(map(chr, range(0x0300, 0x0370))))
"""What may stand inside a word beside letters and digits."""
_MEMO_LIMIT = 500_000
"""Distinct spellings that the memo holds before it starts over: some 100 MB."""


Span = tuple[int, int]
"""A half-open range `[start, end)` of characters."""


class Token(NamedTuple):
    """One folded word and the half-open range `[start, end)` of characters that it has in the original text."""

    text: str
    start: int
    end: int


class _FoldedWords(dict[str, str]):
    """Original spelling -> its folded words, joined by spaces.

    Nearly always one word. A ligature such as ﷺ stands for several; a run of tatweel alone stands for none.
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
"""What the spellings that do not stand for exactly one word were folded to."""


def tokenize(text: str) -> Iterator[Token]:
    """The folded words of `text` in order, with their offsets."""
    for match in _WORD.finditer(text.replace("_", " ")):
        for word in _folded_words[match.group()].split():
            yield Token(word, match.start(), match.end())


def spellings(text: str) -> list[str]:
    """The words of `text` in order as they stand there. Most are one folded word, a ligature several, some none."""
    return _WORD.findall(text.replace("_", " "))


def spans(text: str, start: int = 0) -> Iterator[Span]:
    """The ranges of `spellings`, from a place on that is not inside a word."""
    return (match.span() for match in _WORD.finditer(text.replace("_", " "), start))


def span_around(text: str, place: int) -> Span | None:
    """The range of the word at a place, else of the next word; None behind the last. Underscores are spaces already."""
    while place and (text[place - 1].isalnum() or text[place - 1] in _JOINS):
        place -= 1
    match = _WORD.search(text, place)
    return match.span() if match else None


def folded_words(spelling: str) -> list[str]:
    """The folded words of one of the `spellings`."""
    return _folded_words[spelling].split()


def words(text: str) -> list[str]:
    """The folded words of `text` in order: the texts of `tokenize`, several times faster.

    A word that comes again is the same object, so what is looked up by it next need not hash or compare it.
    """
    folded = list(map(_folded_words.__getitem__, _WORD.findall(text.replace("_", " "))))
    return folded if _not_one_word.isdisjoint(folded) else " ".join(folded).split()
