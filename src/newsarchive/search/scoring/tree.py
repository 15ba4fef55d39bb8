"""The scored tree: what must match and what a match is worth, for every engine to run.

A query tree (`search.language.query`) says what a person typed. `weighing` turns it into this one, in which each word
is a term of a field with its weight in this archive. A node is worth the sum of what its nodes are worth, unless it
says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """An indexed field."""

    TEXT = "text"
    """The stems of title, body and summary."""
    EXACT = "exact"
    """Their folded words as they are."""
    TITLE = "title"
    """The stems of the title."""
    TITLE_EXACT = "title_exact"
    """The folded words of the title."""
    SOURCE_WORDS = "source_words"
    AUTHOR_WORDS = "author_words"
    TOPIC = "topic"
    """The canonical names of the topics, each as one term."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a field. Worth `weight` times the impact of the term in the article."""

    field: Field
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Two or more terms of a field that follow each other. Worth 0."""

    field: Field
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any term of a field that begins like this. Worth 0."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """Published from the first to the last day, both included, as proleptic Gregorian ordinals. Worth 0."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these nodes matches."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these nodes matches."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Best:
    """At least one of these nodes matches. Worth what the most valuable of them is worth."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The node matches and `excluded` doesn't. Worth what the node is worth."""

    node: "Scored"
    excluded: "Scored"


@dataclass(frozen=True, slots=True)
class Boosted:
    """The node matches. Worth also what those of the bonuses are worth that match."""

    node: "Scored"
    bonuses: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """The node matches. Worth `score`, whatever the node is worth."""

    node: "Scored"
    score: float


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article. Worth 0."""


Scored = Term | Adjacent | Prefix | Days | All | Any | Best | Without | Boosted | Constant | Everything


def terms(node: Scored) -> Iterator[Term]:
    """All terms of a tree, from left to right."""
    match node:
        case Term():
            yield node
        case All(nodes) | Any(nodes) | Best(nodes):
            for child in nodes:
                yield from terms(child)
        case Without(child, other):
            yield from terms(child)
            yield from terms(other)
        case Boosted(child, bonuses):
            yield from terms(child)
            for bonus in bonuses:
                yield from terms(bonus)
        case Constant(child):
            yield from terms(child)
        case _:
            pass
