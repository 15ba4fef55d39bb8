"""The words of an article as `newsarchive.arabic` analyzes them, for indexing and scoring."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.arabic.stem import stems
from newsarchive.arabic.tokens import words
from newsarchive.article import Article

SECTION_GAP = 16
"""Unused positions between title, body and summary, so that no phrase spans two of them."""

Section = Sequence[str]
"""The words of a title, a body or a summary, in order."""


@dataclass(slots=True)
class WordPlaces:
    """The occurrences of a word: its smallest depth in a section, in words, and all positions, ascending."""

    depth: int
    positions: list[int]


def word_places(value: Sequence[Section]) -> dict[str, WordPlaces]:
    """Return the places of each word."""
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
    """Return the texts of an article that are searched: title, body and summary.

    A derived title and a summary that the body contains are left out.
    """
    parts = [article.body]
    if has_title(article):
        parts.insert(0, article.title)
    if article.summary and article.summary not in article.body:
        parts.append(article.summary)
    return parts


def has_title(article: Article) -> bool:
    """Whether the article has a title that isn't derived from the text, which is then the first searched text."""
    return bool(article.title) and not article.title_derived


def sections(article: Article) -> list[Section]:
    """Return the folded words of each searched text."""
    return [words(part) for part in searched_texts(article)]


def stemmed(exact: Sequence[Section]) -> list[Section]:
    """Return the same sections with each word replaced by its stem."""
    return [stems(section) for section in exact]
