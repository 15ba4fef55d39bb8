"""The scored tree: what must match and how a match scores, for any engine to evaluate.

A query tree (`search.language.query`) represents what the user typed. `weighing` turns it into a
scored tree, in which each word is a term of a field with its weight in this archive. A node scores
the sum of its child nodes' scores unless its class says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """An indexed field."""

    TEXT = "text"
    """The stems of title, body and summary."""
    EXACT = "exact"
    """The folded words of title, body and summary."""
    TITLE = "title"
    """The stems of the title."""
    TITLE_EXACT = "title_exact"
    """The folded words of the title."""
    SOURCE_WORDS = "source_words"
    AUTHOR_WORDS = "author_words"
    AUTHOR_KEY = "author_key"
    """The names of the authors, each as one term (`arabic.names.name_key`)."""
    SOURCE = "source"
    """The name of the source as given, as one term."""
    TOPIC = "topic"
    """The canonical names of the given topics, each as one term."""
    ASSIGNED_TOPIC = "assigned_topic"
    """The canonical names of the assigned topics, each as one term."""
    SECTION = "section"
    """The names of the sections, each as one term."""
    SITE = "site"
    """The host of the address, and its parent domains, each as one term."""
    ID = "id"
    AUTHORS = "authors"
    """The names of the authors as given. Only its values can be listed; so for the next two."""
    PUBLISHER = "publisher"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a field. Scores `weight` times the impact of the term in the article."""

    field: Field
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Two or more consecutive terms of a field; the first may also be one of `first`. Scores 0."""

    field: Field
    words: tuple[str, ...]
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more different terms of a field in any order, none more than `distance` words from another. Scores 0."""

    field: Field
    words: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any term of a field with this prefix. Scores 0."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """Published from the first to the last day, both inclusive, as proleptic Gregorian ordinals. Scores 0."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class All:
    """All of these nodes match."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these nodes matches."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Most:
    """At least `count` of these nodes match."""

    nodes: tuple["Scored", ...]
    count: int


@dataclass(frozen=True, slots=True)
class Best:
    """At least one of these nodes matches. Scores as the node with the highest score."""

    nodes: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The node matches and `excluded` doesn't. Scores as the node."""

    node: "Scored"
    excluded: "Scored"


@dataclass(frozen=True, slots=True)
class Boosted:
    """The node matches. The bonuses that match are added to its score."""

    node: "Scored"
    bonuses: tuple["Scored", ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """The node matches. Scores `score`, whatever the node's own score is."""

    node: "Scored"
    score: float


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article. Scores 0."""


Scored = Term | Adjacent | Near | Prefix | Days | All | Any | Most | Best | Without | Boosted | Constant | Everything


def terms(node: Scored) -> Iterator[Term]:
    """Yield all terms of a tree, left to right."""
    match node:
        case Term():
            yield node
        case All(nodes) | Any(nodes) | Most(nodes) | Best(nodes):
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
