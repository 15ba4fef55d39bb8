"""Which articles had parts of a text: the passages that they share, as ranges of characters in both texts.

Search finds candidates by the hashes of their words. Here the texts themselves are compared, so nothing
is shown that isn't in both.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from newsarchive.arabic.tokens import Span, Token, tokenize, words
from newsarchive.article import Article
from newsarchive.stories.alignment import Passage, with_few_edits
from newsarchive.stories.features import Hashes, stable_hash
from newsarchive.stories.numbers import id_of, key_of, rows_of
from newsarchive.stories.passage_search import Found, search
from newsarchive.stories.passage_segment import SegmentDamaged
from newsarchive.stories.passages import SegmentReader
from newsarchive.wording import worded

MOST_WORDS = 5_000
"""Words of the longest text that is looked up; the rest of a longer one is ignored."""
MOST_ARTICLES = 100
"""Articles that are returned unless another limit is given."""


class SharedPassage(NamedTuple):
    """A passage in two texts, as half-open ranges of characters of the texts as they are.

    `in_text` and `in_article` reach from its first to its last word. `equal` pairs the runs of words
    that are equal but for what folding ignores; the words between them differ. `words` counts the
    equal words.
    """

    in_text: Span
    in_article: Span
    equal: tuple[tuple[Span, Span], ...]
    words: int


class Reuse(NamedTuple):
    """An article that shares passages with a text, in the order of the text.

    `copy_of` is the id of the first article before it in the list of which it is a near copy, or None. `hidden` is the
    number of equal words in passages that the reader may not see, which are left out.
    """

    article: Article
    passages: tuple[SharedPassage, ...]
    copy_of: str | None
    hidden: int = 0

    @property
    def words(self) -> int:
        """The number of equal words in all passages."""
        return self.hidden + sum(passage.words for passage in self.passages)


class Reused(NamedTuple):
    """The articles that share passages with a text, the earliest first and undated ones last.

    `total` also counts those beyond the limit, a few of which may have too many edits on a closer look.
    """

    articles: tuple[Reuse, ...]
    total: int


def word_count(text: str) -> int:
    """The number of words of a text, as they are compared."""
    return len(words(text))


NOTHING_REUSED = Reused((), 0)


class Candidate(NamedTuple):
    """An article that most likely shares passages; `copies` is the number of its group of near copies, or None."""

    id: str
    copies: int | None
    found: Found


class Articles(Protocol):
    """Where the texts are: an archive."""

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions of articles. Withdrawn ones are left out."""
        ...


class TextToLookUp:
    """A text with its folded words, as far as they are asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def hashes(self) -> Hashes:
        """The hashes of the words, by which candidates are found."""
        return _hashes(words(self.text)[:MOST_WORDS])

    @cached_property
    def tokens(self) -> list[Token]:
        """The words with their places, by which texts are compared."""
        return list(islice(tokenize(self.text), MOST_WORDS))


def _hashes(text: Sequence[str]) -> Hashes:
    known = {word: stable_hash(word) for word in set(text)}
    return np.fromiter(map(known.__getitem__, text), np.uint64, len(text))


class PassageFinder:
    """Looks texts up in the index of passages of a store of groups, in whose folder `folder` is."""

    def __init__(self, folder: Path) -> None:
        self._reader = SegmentReader(folder)

    def candidates(
        self, database: sqlite3.Connection, text: TextToLookUp, *, without: Collection[str] = ()
    ) -> list[Candidate]:
        """The articles that share passages, the earliest first, except some and their near copies.

        Undated ones come last, and of one moment those that were archived first come first. Raises
        sqlite3.Error.
        """
        left_out = self._with_copies(database, without)
        try:
            segments = self._reader.segments(database)
            found = {each.number: each for each in search(segments, text.hashes, without=left_out)}
        except (
            OSError,
            IndexError,
            ValueError,
        ) as error:  # changed bytes, which the checksums find when segments are merged
            raise SegmentDamaged(worded("a segment of passages is damaged: {error}", error=error)) from error
        rows = rows_of(
            database, "SELECT number, id, published FROM articles WHERE NOT withdrawn AND number", list(found)
        )
        copies = dict(rows_of(database, "SELECT number, first FROM copies_groups WHERE number", list(found)))
        ordered = sorted(rows, key=lambda row: (row[2] is None, row[2] or 0, row[0]))
        return [Candidate(id_of(key), copies.get(number), found[number]) for number, key, _ in ordered]

    def _with_copies(self, database: sqlite3.Connection, ids: Collection[str]) -> frozenset[int]:
        numbers = [
            number for (number,) in rows_of(database, "SELECT number FROM articles WHERE id", list(map(key_of, ids)))
        ]
        firsts = [first for (first,) in rows_of(database, "SELECT first FROM copies_groups WHERE number", numbers)]
        copies = rows_of(database, "SELECT number FROM copies_groups WHERE first", firsts)
        return frozenset(numbers).union(number for (number,) in copies)


def compare(articles: Articles, text: TextToLookUp, candidates: Sequence[Candidate], limit: int) -> Reused:
    """Compare a text with the texts of the candidates, of the first `limit` that do share passages with it."""
    reused: list[Reuse] = []
    firsts: dict[int, str] = {}
    total = len(candidates)
    remaining = iter(candidates)
    while len(reused) < limit and (chunk := [each for each, _ in zip(remaining, range(limit - len(reused)))]):  # noqa: B905 (the shorter one ends it)
        texts = articles.get_many([each.id for each in chunk])
        for candidate in chunk:
            article = texts.get(candidate.id)
            passages = _compared(text, article, candidate.found.passages) if article else ()
            if article is None or not passages:
                total -= 1
                continue
            earlier = firsts.setdefault(candidate.copies, article.id) if candidate.copies is not None else article.id
            reused.append(Reuse(article, passages, earlier if earlier != article.id else None))
    return Reused(tuple(reused), total)


def _compared(text: TextToLookUp, article: Article, passages: Iterable[Passage]) -> tuple[SharedPassage, ...]:
    tokens = list(tokenize(article.body))
    shared: list[SharedPassage] = []
    for passage in passages:
        if not _is_equal(text.tokens, tokens, passage):
            continue
        edits = [
            max(
                _words_between(text.text, text.tokens, before.start + before.length, after.start),
                _words_between(article.body, tokens, before.place + before.length, after.place),
            )
            for before, after in pairwise(passage.runs)
        ]
        shared.extend(_shared(text.tokens, tokens, part) for part in with_few_edits(passage.runs, edits))
    return tuple(shared)


def _is_equal(text: Sequence[Token], article: Sequence[Token], passage: Passage) -> bool:
    """Whether the words of the runs are really equal, and still in the article."""
    return all(
        [token.text for token in text[start : start + length]]
        == [token.text for token in article[place : place + length]]
        for start, place, length in passage.runs
    )


def _words_between(text: str, tokens: Sequence[Token], first: int, end: int) -> int:
    """The number of words, as a reader sees them, that some tokens are in: «3.5» has two tokens."""
    return len(text[tokens[first].start : tokens[end - 1].end].split()) if first < end else 0


def _shared(text: Sequence[Token], article: Sequence[Token], passage: Passage) -> SharedPassage:
    """A passage in characters."""
    equal = []
    for start, place, length in passage.runs:
        ours, theirs = text[start : start + length], article[place : place + length]
        equal.append(((ours[0].start, ours[-1].end), (theirs[0].start, theirs[-1].end)))
    return SharedPassage(
        (equal[0][0][0], equal[-1][0][1]), (equal[0][1][0], equal[-1][1][1]), tuple(equal), passage.equal
    )
