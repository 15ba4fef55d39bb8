"""What Whoosh is given to index: the words of an article, worked out once by `newsarchive.arabic`.

The words of all fields come from one pass over the text, so Whoosh gets lists of words and analyses nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import analysis, fields

from newsarchive.arabic.stem import stems
from newsarchive.arabic.tokens import words
from newsarchive.article import Article

SECTION_GAP = 16
"""Positions left free between title, body and summary, so that no phrase and no pair of words spans two of them."""

Section = Sequence[str]


class Words(fields.TEXT):  # type: ignore[misc]
    """A text field that takes a list of sections, each a list of words, and analyses nothing itself."""

    def __init__(self) -> None:
        super().__init__(analyzer=analysis.IDAnalyzer(), phrase=True)

    def index(self, value: Sequence[Section], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """For each different word: its bytes, how often it occurs, the same as a weight, and its encoded positions."""
        encode = self.format.encode
        for word, positions in word_positions(value).items():
            yield word.encode(), len(positions), float(len(positions)), encode(positions)


def word_positions(value: Sequence[Section]) -> dict[str, list[int]]:
    """Each word with its positions, ascending."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    start = 0
    for section in value:
        for position, word in enumerate(section, start):
            positions[word].append(position)
        start += len(section) + SECTION_GAP
    return positions


def sections(article: Article) -> list[Section]:
    """The exact forms of the parts of an article that are searched: own title, body, and a summary of its own."""
    parts = [article.body]
    if not article.title_derived and article.title:
        parts.insert(0, article.title)
    if article.summary and article.summary not in article.body:
        parts.append(article.summary)
    return [words(part) for part in parts]


def stemmed(exact: Sequence[Section]) -> list[Section]:
    """The same sections with each word's stem in its place."""
    return [stems(section) for section in exact]
