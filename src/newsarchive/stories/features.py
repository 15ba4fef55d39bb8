"""What the derived store of groups compares: the words of an article as numbers.

A word is the first eight bytes of a digest of its folded form (`arabic.tokens`), so it has the same
number in every process and version. Stems likewise. Whole batches are read at once, because numpy
is fast on long arrays only.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from hashlib import blake2b
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.arabic.names import name_key
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Legible, folded_words, legible, spellings
from newsarchive.article import Article

Hashes = NDArray[np.uint64]
"""One 64-bit number per word or stem."""
Places = NDArray[np.int64]

RULES = 2
"""Rises when the same article gets other features."""
_MEMO_LIMIT = 500_000
"""The number of distinct spellings that are remembered before all are forgotten: about 100 MB."""


class Features(NamedTuple):
    """The features of one revision of an article.

    `words` and `stems` are parallel: those of the body, in the order of `tokens.words`. Paragraph `i`, which
    has at least one word, is `words[bounds[i] : bounds[i + 1]]`. A title that was made from the text is left
    out. `source` and `outlet` are keys of names (`arabic.names.name_key`); the outlet is the publisher, or
    the source if no other is known. `day` is the ordinal of the day of publication and `published` its moment
    in seconds since 1970 (midnight if only the day is known); both are None for an undated article.

    The arrays are parts of those of a whole batch: copy what is kept for longer.
    """

    id: str
    source: str
    outlet: str
    day: int | None
    published: int | None
    title: Hashes
    title_stems: Hashes
    words: Hashes
    stems: Hashes
    bounds: Places

    @property
    def paragraphs(self) -> Iterator[Hashes]:
        """The words of each paragraph."""
        bounds = self.bounds.tolist()
        return (self.words[start:end] for start, end in pairwise(bounds))


def stable_hash(text: str) -> int:
    """The first eight bytes of a digest of the text, as a number."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class FeatureReader:
    """Reads the features of articles. Remembers the spellings that it has seen, up to a limit."""

    def __init__(self) -> None:
        self._known = _Known()

    def read(self, articles: Sequence[Article]) -> list[Features]:
        """Return the features of articles, in order. Reading many at once is faster."""
        if not articles:
            return []
        found: list[list[str]] = []
        lines: list[int] = []  # the number of lines of each article; its title is the first
        for article in articles:
            before = len(found)
            found.append([] if article.title_derived else spellings(article.title))
            body = legible(article.body)
            found.extend(filter(None, (spellings(Legible(line)) for line in body.split("\n"))))
            lines.append(len(found) - before)
        words, stems, lengths = self._known.look_up(found)
        ends = np.concatenate((NONE, np.cumsum(lengths)))
        firsts = np.concatenate((NONE, np.cumsum(np.array(lines, np.int64)))).tolist()
        return [
            features_between(article, words, stems, ends[first : last + 1])
            for article, first, last in zip(articles, firsts, firsts[1:], strict=False)
        ]


NONE = np.zeros(1, np.int64)
"""The end of no lines."""


def features_between(article: Article, words: Hashes, stems: Hashes, ends: Places) -> Features:
    """The features of an article whose lines, the title first, lie between `ends` in the arrays of a batch."""
    if not np.all(ends[2:] > ends[1:-1]):  # a line of nothing but tatweel
        ends = np.concatenate((ends[:1], np.unique(ends[1:])))
    title = slice(int(ends[0]), int(ends[1]))
    body = slice(int(ends[1]), int(ends[-1]))
    day = article.published_day
    return Features(
        id=article.id,
        source=name_key(article.source) if article.source else "",
        outlet=name_key(article.publisher or article.source) if article.publisher or article.source else "",
        day=day.toordinal() if day else None,
        published=_seconds(article),
        title=words[title],
        title_stems=stems[title],
        words=words[body],
        stems=stems[body],
        bounds=ends[1:] - ends[1],
    )


def _seconds(article: Article) -> int | None:
    moment = article.published
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, UTC)
    return (moment - _EPOCH) // _SECOND


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC) - _EPOCH


class _Known:
    """The spellings seen so far. Each stands for a run of words, nearly always one, in the arrays of all words.

    The lists have those that aren't in the arrays yet.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._numbers = _Numbers(self)
        self._hashes = _StableHashes()
        self._runs: list[tuple[int, int]] = []
        self._words: list[int] = []
        self._stems: list[int] = []
        self._arrays = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.uint64))

    def add(self, spelling: str) -> int:
        """Take in a new spelling and return its number."""
        words = folded_words(spelling)
        first, _, hashes, _ = self._arrays
        self._runs.append((len(hashes) + len(self._words), len(words)))
        self._words.extend(map(self._hashes.__getitem__, words))
        self._stems.extend(self._hashes[stem(word)] for word in words)
        return len(first) + len(self._runs) - 1

    def look_up(self, lines: Sequence[Sequence[str]]) -> tuple[Hashes, Hashes, Places]:
        """The words and stems of all lines, one after the other, and the number of words of each line."""
        lengths = np.fromiter(map(len, lines), np.int64, len(lines))
        if len(self._numbers) > _MEMO_LIMIT:
            self._forget()
        total = int(lengths.sum())
        numbers = np.fromiter(map(self._numbers.__getitem__, chain.from_iterable(lines)), np.int64, total)
        self._grow()
        first, count, words, stems = self._arrays
        places, counts = first[numbers], count[numbers]
        if not np.all(counts == 1):
            ends = np.concatenate((NONE, np.cumsum(counts)))
            borders = ends[np.concatenate((NONE, np.cumsum(lengths)))]
            lengths = np.diff(borders)
            places = np.repeat(places - ends[:-1], counts) + np.arange(ends[-1])
        return words[places], stems[places], lengths

    def _grow(self) -> None:
        """Move what was added to the arrays. Adding to them word by word would copy them each time."""
        if self._runs:
            first, count, words, stems = self._arrays
            fresh = np.array(self._runs, np.int64)
            self._arrays = (
                np.concatenate((first, fresh[:, 0])),
                np.concatenate((count, fresh[:, 1])),
                np.concatenate((words, np.array(self._words, np.uint64))),
                np.concatenate((stems, np.array(self._stems, np.uint64))),
            )
            self._runs, self._words, self._stems = [], [], []


class _StableHashes(dict[str, int]):
    """Word -> its `stable_hash`. Several spellings fold to one word, and many words have the same stem."""

    def __missing__(self, word: str) -> int:
        number = self[word] = stable_hash(word)
        return number


class _Numbers(dict[str, int]):
    """Spelling -> its number, given on first access."""

    def __init__(self, known: _Known) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, spelling: str) -> int:
        number = self[spelling] = self._known.add(spelling)
        return number
