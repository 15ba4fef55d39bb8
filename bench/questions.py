"""The data, queries and answers of all engines in `bench/speed.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Analysed:
    """An article as every engine gets it: its folded words, its stems and its facet values."""

    id: str
    exact: Sequence[Sequence[str]]
    stems: Sequence[Sequence[str]]
    has_title: bool
    source: str
    topic: str
    day: int

    @property
    def month(self) -> str:
        return f"{date.fromordinal(self.day):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Question:
    """A query. `kind` is how the words combine. Words are stems, except in phrases or prefixes."""

    kind: str
    words: tuple[str, ...] = ()
    source: str = ""
    first: int = 0
    last: int = 0
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that is compared between engines: the total and the three facets.

    `hits` is only the number of hits returned.
    """

    total: int
    hits: int
    sources: dict[str, int]
    topics: dict[str, int]
    months: dict[str, int]


class Engine(Protocol):
    """Builds an index in a folder, or opens one and answers queries.

    `ask` returns the engine's own result, with all ids and counts read, and is timed. `answer`
    converts this result to a comparable form and is not timed.
    """

    def add(self, articles: Iterable[Analysed]) -> None: ...

    def finish(self) -> None: ...

    def add_one(self, article: Analysed) -> None: ...

    def open(self) -> None: ...

    def ask(self, question: Question) -> Any: ...

    def answer(self, found: Any) -> Answer: ...
