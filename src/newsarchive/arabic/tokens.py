"""Split text into folded words, each with its offsets in the original text.

Two things are told apart. A *spelling* is a run of letters, digits and marks, as a reader sees a
word: «و2010» is one, and highlights cover all of it. A *word* is what is indexed and searched: a
spelling is split into several words where its script changes, and between letters and digits, so
«و2010» is و and 2010, and a search for 2010 finds it. The words of a spelling follow each other
like those of two spellings.

Marks, tatweel and joiners are part of a word. So a fully vocalized word is one token, and its
offsets cover the whole original word including the marks. An underscore separates words, because
hashtags join words with underscores, and so does a tatweel between numbers. Marks between
thousands, as in 1,500, and the dots of U.S., are part of the word.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from pyarabic import araby

from newsarchive.arabic.fold import IGNORABLE, fold

_RIYAL = "\ufdfc"
"""The only sign that is a word: ﷼ is a symbol to Unicode, and folds to ريال."""
_COMMON = "0-9a-zA-Z\u0620-\u064a"
"""Listed only because a lookup of a listed character is faster than `\\w`."""
_INSIDE = "".join(character for character in IGNORABLE if character <= "\uffff")
_WORD = re.compile(rf"[\w{_RIYAL}][\w{_COMMON}{_RIYAL}{re.escape(_INSIDE)}]*")
"""A spelling in a `legible` text. Excluding `_` here is several times slower."""
_JOINS = frozenset(_INSIDE + _RIYAL)
"""Characters that may appear inside a word, other than letters and digits."""

_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\u0870-\u08c9"
_LATIN = "a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ee\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua787\ua78b-\ua7ff"
_ONE_SCRIPT = re.compile(rf"\d+|[{_ARABIC}]+|[{_LATIN}]+|[^\W\d_{_ARABIC}{_LATIN}]+")
"""A word in a folded text: digits, or letters of one script."""
_ARABIC_WORD = re.compile("[\u0621-\u064a]+")
"""A word of letters that folding keeps, as nearly all words are. A match needs no closer look."""

_JOIN = "\u2060"
"""The word joiner, which stands for any character that is inside a word."""
_HINTS = tuple(re.compile(hint) for hint in (r",\d{3}", r"\u066c\d{3}", r"\u060c\d{3}"))
"""What a number with separated thousands contains. Three searches for one character are faster than one search
for a set."""
_THOUSANDS = re.compile(
    r"(?<!\d)(?<![\d][.,\u066b\u066c\u060c])(?![0\u0660\u06f0])\d{1,3}([,\u066c\u060c])\d{3}(?:\1\d{3})*"
    r"(?!\d)(?![,\u066c\u060c]\d)"
)
"""1,500 and ١٬٥٠٠ and 1،500, but not the years 2018,2019 or the decimal 0,125. 1.500 is mostly a decimal too."""
_ACRONYM_HINT = re.compile(r"\.[A-Za-z](?![A-Za-z])")
_ACRONYM = re.compile(r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]\.)[A-Za-z](?:\.[A-Za-z])+(?![A-Za-z0-9])(?!\.[A-Za-z0-9])")
"""U.S. and a.m., but not www.a.com or J.K.Rowling."""
_DASH = re.compile(rf"(?<=\d){araby.TATWEEL}+(?=\d)")
"""A tatweel between two numbers is a dash: 2ـ0, 2018ـ2019."""
_RARE_MARKS = str.maketrans(dict.fromkeys((character for character in IGNORABLE if character > "\uffff"), _JOIN))

_MEMO_LIMIT = 500_000
"""The number of distinct spellings the memo holds before it is cleared: about 100 MB."""


Span = tuple[int, int]
"""A half-open range `[start, end)` of characters."""


class Token(NamedTuple):
    """One folded word, and its half-open character range `[start, end)` in the original text.

    The words of «و2010» have the ranges of و and 2010. Only words that can't be told apart in the
    text, such as the four of ﷺ, share a range.
    """

    text: str
    start: int
    end: int


class Legible(str):
    """A text that `legible` returned."""

    __slots__ = ()


def legible(text: str) -> Legible:
    """The text, unchanged in length, with each spelling as one run of word characters.

    Underscores, and tatweels that are dashes, become spaces. What may be inside a word but is common
    outside becomes a joiner: the marks of 1,500 and the dots of U.S.
    """
    if isinstance(text, Legible):
        return text
    text = text.replace("_", " ")
    if araby.TATWEEL in text:
        text = _DASH.sub(_blank, text)
    if any(hint.search(text) for hint in _HINTS):
        text = _THOUSANDS.sub(_joined, text)
    if _ACRONYM_HINT.search(text):
        text = _ACRONYM.sub(_joined, text)
    # Longer in UTF-16 than two bytes a character: this is the fastest test for rare characters.
    if not text.isascii() and len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):
        text = text.translate(_RARE_MARKS)
    return Legible(text)


def _joined(match: re.Match[str]) -> str:
    return "".join(character if character.isalnum() else _JOIN for character in match.group())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


class _FoldedWords(dict[str, str]):
    """Original spelling -> its folded words, joined by spaces.

    Nearly every spelling folds to one word. One of several scripts, or a ligature such as ﷺ, folds
    to several words, and a run of tatweel to none.
    """

    def __missing__(self, spelling: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        folded = fold(spelling)
        if not _ARABIC_WORD.fullmatch(folded):
            folded = " ".join(_ONE_SCRIPT.findall(legible(fold(legible(spelling)))))
        self[spelling] = folded
        return folded


_folded_words = _FoldedWords()


def tokenize(text: str) -> Iterator[Token]:
    """The folded words of `text` in order, with their offsets."""
    readable = legible(text)
    for match in _WORD.finditer(readable):
        spelling, start = match.group(), match.start()
        folded = _folded_words[spelling]
        if " " not in folded:
            if folded:
                yield Token(folded, start, match.end())
            continue
        found = folded.split()
        for word, (first, last) in zip(found, _ranges(spelling, tuple(found)), strict=True):
            yield Token(word, start + first, start + last)


@lru_cache(maxsize=10_000)
def _ranges(spelling: str, found: tuple[str, ...]) -> tuple[Span, ...]:
    """The range of each word of a spelling; that of the spelling for all if they can't be told apart."""
    ranges: list[Span] = []
    kind = 0
    for place, character in enumerate(spelling):
        match = _ONE_SCRIPT.match(fold(character))
        kind_here = _kind(match.group()) if match else kind
        if ranges and (kind_here == kind or not kind):
            ranges[-1] = (ranges[-1][0], place + 1)
        else:
            ranges.append((place, place + 1))
        kind = kind_here
    if tuple(_folded_words[spelling[start:end]] for start, end in ranges) == found:
        return tuple(ranges)
    return ((0, len(spelling)),) * len(found)


_KINDS = tuple(re.compile(f"[{letters}]") for letters in (r"\d", _ARABIC, _LATIN))


def _kind(word: str) -> int:
    """The number of the script of a folded word."""
    return next((number for number, letters in enumerate(_KINDS, 1) if letters.match(word)), len(_KINDS) + 1)


def spellings(text: str) -> list[str]:
    """The spellings in `text`, in order. Nearly every one folds to one word, some to several, and some to none."""
    return _WORD.findall(legible(text))


def spans(text: str, start: int = 0) -> Iterator[Span]:
    """The ranges of `spellings`, beginning at `start`, which must not be inside a word.

    If this is called for many places of one text, the text should be `legible`.
    """
    return (match.span() for match in _WORD.finditer(legible(text), start))


def chosen_spans(text: Legible, chosen: Iterable[bool]) -> Iterator[Span]:
    """The ranges of those `spellings` that are chosen, one flag each."""
    return (match.span() for match in compress(_WORD.finditer(text), chosen))


def span_around(text: Legible, place: int) -> Span | None:
    """The range of the spelling at `place`, else of the next one. None after the last one."""
    while place and (text[place - 1].isalnum() or text[place - 1] in _JOINS):
        place -= 1
    match = _WORD.search(text, place)
    return match.span() if match else None


def folded_words(spelling: str) -> list[str]:
    """The folded words of one of the `spellings`."""
    return _folded_words[spelling].split()


def folded_spelling(spelling: str) -> str:
    """The folded words of one of the `spellings`, joined by spaces. Nearly every one is a single word."""
    return _folded_words[spelling]


def words(text: str) -> list[str]:
    """The folded words of `text` in order: the texts of `tokenize`, several times faster.

    If each spelling is one word, repeated words are the same object, so looking them up in a
    dictionary needs no new hash or character-by-character comparison.
    """
    folded = list(map(_folded_words.__getitem__, spellings(text)))
    joined = " ".join(folded)
    return folded if all(folded) and joined.count(" ") == len(folded) - 1 else joined.split()
