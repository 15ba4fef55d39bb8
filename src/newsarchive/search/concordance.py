"""Concordances: every occurrence of the words of a query, each on a line with its context."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.search.display.matching import Occurrence, Reading
from newsarchive.search.display.snippets import Highlighter
from newsarchive.search.listing import Listing

WIDTH = 60
"""The default length of the context on each side, in characters."""
MOST_WIDTH = 1_000
_KEY_LENGTH = 8


class Neighbour(StrEnum):
    """What the lines of a concordance are sorted by, read away from the occurrence."""

    BEFORE = "before"
    """The words before it, the nearest first."""
    WORD = "word"
    """Its own words, then those after it."""
    AFTER = "after"
    """The words after it, the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcordanceLine:
    """One occurrence: `match` is the text `[start, end)` of the title or the body, as written.

    `before` and `after` are its context in whole words, on one line.
    """

    article: Article
    is_title: bool
    start: int
    end: int
    before: str
    match: str
    after: str

    def key(self, neighbour: Neighbour) -> str:
        """The folded words to sort by, at most the nearest `_KEY_LENGTH`; a space comes before every letter."""
        match neighbour:
            case Neighbour.BEFORE:
                nearest = words(self.before)[: -_KEY_LENGTH - 1 : -1]
            case Neighbour.AFTER:
                nearest = words(self.after)[:_KEY_LENGTH]
            case Neighbour.WORD:
                nearest = [*words(self.match), *words(self.after)[:_KEY_LENGTH]]
        return " ".join(nearest)


@dataclass(frozen=True, slots=True)
class Concordance:
    """The occurrences of a query in the articles that it finds, in the order of these."""

    listing: Listing
    highlighter: Highlighter

    @property
    def has_words(self) -> bool:
        """Whether the query has any word that can occur; filters and exclusions have none."""
        return self.highlighter.has_words

    def lines(self, width: int = WIDTH) -> Iterator[ConcordanceLine]:
        """The lines, with up to `width` characters of context on each side, as they are read.

        The title of an article comes before its text, unless it was made from the text.
        Of occurrences within each other, such as a word of a phrase that is searched too, only the longest counts.
        """
        for article in self.listing.articles():
            if article.title and not article.title_derived:
                yield from _lines(article, self.highlighter.read_title(article.title), width, is_title=True)
            yield from _lines(article, self.highlighter.read(article.body), width, is_title=False)


def _lines(article: Article, reading: Reading, width: int, *, is_title: bool) -> Iterator[ConcordanceLine]:
    text = reading.text
    for occurrence in _longest(reading):
        start, end = occurrence.start, occurrence.end
        yield ConcordanceLine(
            article=article,
            is_title=is_title,
            start=start,
            end=end,
            before=_before(text, start, width),
            match=" ".join(text[start:end].split()),
            after=_after(text, end, width),
        )


def _longest(reading: Reading) -> Iterator[Occurrence]:
    reached = 0
    for occurrence in sorted(reading.occurrences, key=lambda one: (one.start, -one.end)):
        if occurrence.end > reached:
            reached = occurrence.end
            yield occurrence


def _before(text: str, end: int, width: int) -> str:
    start = max(0, end - width)
    context = text[start:end]
    if start and not (text[start - 1].isspace() or context[:1].isspace()):
        context = context.partition(" ")[2]  # the first word is cut
    return " ".join(context.split())


def _after(text: str, start: int, width: int) -> str:
    end = start + width
    context = text[start:end]
    if end < len(text) and not (text[end].isspace() or context[-1:].isspace()):
        context = context.rpartition(" ")[0]
    return " ".join(context.split())
