"""The field type of words, and which fields are derived from which."""

from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import analysis, fields

from newsarchive.search.scoring.analysis import Section, word_places
from newsarchive.search.scoring.impact import impact

STEMS_OF = {"text": "exact", "title": "title_exact"}
"""Fields of stems -> the fields of the exact forms that they are the stems of."""

CONDENSED_OF = {"condensed": "exact"}
"""Fields that store condensed words -> the fields of exact forms that they are made from."""


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
