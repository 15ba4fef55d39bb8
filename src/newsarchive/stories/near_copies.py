"""Articles that say nearly the same: copies in another outlet, earlier and later versions of one report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsarchive.arabic.tokens import words
from newsarchive.article import Article

SHINGLE = 3
"""Words in a row that are compared as one: as "shingles" in Broder, "On the resemblance and containment of documents",
1997."""
CONTAINED = 0.5
"""The share of the shorter text's shingles that a near copy has."""
COMPARED_LENGTH = 1500
"""Characters from the beginning of a text that are looked at, some 250 words."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is compared of an article: the folded words of its title, and the runs of folded words of its text."""

    title: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, article: Article) -> "Outline":
        """The outline of an article."""
        text = words(article.body[:COMPARED_LENGTH])
        runs = zip(*(text[start:] for start in range(SHINGLE)), strict=False) if len(text) > SHINGLE else [tuple(text)]
        return cls(tuple(words(article.title)), frozenset(runs))

    def resembles(self, other: "Outline") -> bool:
        """Whether the titles are the same, or half of the shorter text is in the other, in any order."""
        if self.title and self.title == other.title:
            return True
        shorter = min(len(self.shingles), len(other.shingles))
        return len(self.shingles & other.shingles) >= CONTAINED * shorter


def distinct(articles: Iterable[Article], known: Article) -> Iterator[Article]:
    """The articles that resemble neither `known` nor one before them, in order; each is looked at when asked for."""
    outlines = [Outline.of(known)]
    for article in articles:
        outline = Outline.of(article)
        if not any(outline.resembles(other) for other in outlines):
            outlines.append(outline)
            yield article
