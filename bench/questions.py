"""What every engine of `bench/speed.py` is given and asked, and what it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Analysed:
    """One article as every engine gets it: its words, folded and as stems, and what it is counted by."""

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
    """One search. `kind` says how the words combine; words are stems, but for phrases and prefixes."""

    kind: str
    words: tuple[str, ...] = ()
    source: str = ""
    first: int = 0
    last: int = 0
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared between engines: the number of hits and the three counts; `hits` only says how many came."""

    total: int
    hits: int
    sources: dict[str, int]
    topics: dict[str, int]
    months: dict[str, int]


class Engine(Protocol):
    """Builds an index in a folder, or opens one and answers.

    `ask` gives what the engine gives, with all ids and counts in hand, and is timed; `answer` puts that into words
    that can be compared, and is not.
    """

    def add(self, articles: Iterable[Analysed]) -> None: ...

    def finish(self) -> None: ...

    def add_one(self, article: Analysed) -> None: ...

    def open(self) -> None: ...

    def ask(self, question: Question) -> Any: ...

    def answer(self, found: Any) -> Answer: ...
