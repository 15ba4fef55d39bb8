"""The words of an article as `newsarchive.arabic` analyzes them, for indexing and scoring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsarchive.arabic.stem import stems
from newsarchive.arabic.tokens import words
from newsarchive.article import Article

PARAGRAPH_GAP = 32
"""Unused positions after each paragraph, title and summary, so that no phrase spans two of them.

It is also more than the largest distance that a query can ask for (`language.query.MAX_DISTANCE`).
"""

Paragraph = Sequence[str]
"""The words of a paragraph, in order."""
Section = Sequence[Paragraph]
"""The paragraphs of a title, a body or a summary, in order."""


@dataclass(slots=True)
class WordPlaces:
    """The occurrences of a word: its smallest depth in a section, in words, and all positions, ascending."""

    depth: int
    positions: list[int]


def word_places(value: Sequence[Section]) -> dict[str, WordPlaces]:
    """Return the places of each word."""
    places: dict[str, WordPlaces] = {}
    for word, depth, position in _placed(value):
        place = places.get(word)
        if place is None:
            places[word] = WordPlaces(depth, [position])
        else:
            place.positions.append(position)
            place.depth = min(place.depth, depth)
    return places


def _placed(value: Sequence[Section]) -> Iterator[tuple[str, int, int]]:
    """Each word with its depth in its section and its position in the article."""
    position = 0
    for section in value:
        depth = 0
        for paragraph in section:
            for word in paragraph:
                yield word, depth, position
                depth += 1
                position += 1
            position += PARAGRAPH_GAP


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


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text: its lines."""
    return text.split("\n")


def has_title(article: Article) -> bool:
    """Whether the article has a title that isn't derived from the text, which is then the first searched text."""
    return bool(article.title) and not article.title_derived


def sections(article: Article) -> list[Section]:
    """Return the folded words of each paragraph of each searched text."""
    return [[words(paragraph) for paragraph in paragraphs(part)] for part in searched_texts(article)]


def stemmed(exact: Sequence[Section]) -> list[Section]:
    """Return the same sections with each word replaced by its stem."""
    return [[stems(paragraph) for paragraph in section] for section in exact]
