"""Near-copy detection: reprints by other outlets, and earlier and later versions of a report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsarchive.arabic.tokens import words
from newsarchive.article import Article

SHINGLE = 3
"""Consecutive words compared as one unit: "shingles" in Broder, "On the resemblance and containment
of documents", 1997."""
CONTAINED = 0.5
"""The share of the shorter text's shingles that the other text must contain to be a near copy."""
COMPARED_LENGTH = 1500
"""The number of characters compared from the start of a text, about 250 words."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of an article that are compared: the folded words of its title, and the shingles of its text."""

    title: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, article: Article) -> "Outline":
        """Return the outline of an article."""
        text = words(article.body[:COMPARED_LENGTH])
        runs = zip(*(text[start:] for start in range(SHINGLE)), strict=False) if len(text) > SHINGLE else [tuple(text)]
        return cls(tuple(words(article.title)), frozenset(runs))

    def resembles(self, other: "Outline") -> bool:
        """Whether the titles are equal or half of the shorter text's shingles are in the other text, in any order."""
        if self.title and self.title == other.title:
            return True
        shorter = min(len(self.shingles), len(other.shingles))
        return len(self.shingles & other.shingles) >= CONTAINED * shorter


def distinct(articles: Iterable[Article], known: Article) -> Iterator[Article]:
    """Yield the articles that resemble neither `known` nor an earlier article, in order. Each is read on demand."""
    outlines = [Outline.of(known)]
    for article in articles:
        outline = Outline.of(article)
        if not any(outline.resembles(other) for other in outlines):
            outlines.append(outline)
            yield article
