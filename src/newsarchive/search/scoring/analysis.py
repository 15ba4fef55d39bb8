"""What Whoosh is given to index: the words of an article, worked out once by `newsarchive.arabic`.

The words of all fields come from one pass over the text, so Whoosh gets lists of words and analyses nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh import analysis, fields

from newsarchive.arabic.stem import stems
from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.search.scoring.impact import impact

SECTION_GAP = 16
"""Positions left free between title, body and summary, so that no phrase and no pair of words spans two of them."""

STEMS_OF = {"text": "exact", "title": "title_exact"}
"""Fields of stems -> the fields of the exact forms that they are the stems of."""

CONDENSED_OF = {"condensed": "exact"}
"""Fields that store condensed words -> the fields of exact forms that they are made from."""

Section = Sequence[str]


class Words(fields.TEXT):  # type: ignore[misc]
    """A text field that takes a list of sections, each a list of words, and analyses nothing itself."""

    def __init__(self) -> None:
        super().__init__(analyzer=analysis.IDAnalyzer(), phrase=True)

    def index(self, value: Sequence[Section], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """For each different word: its bytes, how often it occurs, its impact, and its encoded positions."""
        encode = self.format.encode
        length = sum(map(len, value))
        for word, places in word_places(value).items():
            frequency = len(places.positions)
            yield word.encode(), frequency, impact(frequency, places.depth, length), encode(places.positions)


@dataclass(slots=True)
class Places:
    """Where a word stands: how deep in its section at the earliest, in words, and all its positions, ascending."""

    depth: int
    positions: list[int]


def word_places(value: Sequence[Section]) -> dict[str, Places]:
    """The places of each word."""
    places: dict[str, Places] = {}
    start = 0
    for section in value:
        for depth, word in enumerate(section):
            place = places.get(word)
            if place is None:
                places[word] = Places(depth, [start + depth])
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
