"""The words of an article, worked out once by `newsarchive.arabic`, for indexing and for scoring."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.arabic.stem import stems
from newsarchive.arabic.tokens import words
from newsarchive.article import Article

SECTION_GAP = 16
"""Positions left free between title, body and summary, so that no phrase spans two of them."""

Section = Sequence[str]
"""The words of a title, a body or a summary, in order."""


@dataclass(slots=True)
class WordPlaces:
    """Where a word stands: how deep in its section at the earliest, in words, and all its positions, ascending."""

    depth: int
    positions: list[int]


def word_places(value: Sequence[Section]) -> dict[str, WordPlaces]:
    """The places of each word."""
    places: dict[str, WordPlaces] = {}
    start = 0
    for section in value:
        for depth, word in enumerate(section):
            place = places.get(word)
            if place is None:
                places[word] = WordPlaces(depth, [start + depth])
            else:
                place.positions.append(start + depth)
                place.depth = min(place.depth, depth)
        start += len(section) + SECTION_GAP
    return places


def searched_texts(article: Article) -> list[str]:
    """The parts of an article that are searched: its title if it is its own, its body, and a summary of its own."""
    parts = [article.body]
    if has_title(article):
        parts.insert(0, article.title)
    if article.summary and article.summary not in article.body:
        parts.append(article.summary)
    return parts


def has_title(article: Article) -> bool:
    """Whether the title is the article's own, and so the first of the texts that are searched."""
    return bool(article.title) and not article.title_derived


def sections(article: Article) -> list[Section]:
    """The exact forms of the parts of an article that are searched."""
    return [words(part) for part in searched_texts(article)]


def stemmed(exact: Sequence[Section]) -> list[Section]:
    """The same sections with each word's stem in its place."""
    return [stems(section) for section in exact]
