"""What a query means, as a tree of plain values that every engine can turn into its own.

Words are folded (`newsarchive.arabic.fold`). The grammar that makes these trees is in `grammar`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Scope(StrEnum):
    """Which part of an article a word or phrase is looked for in."""

    TEXT = "text"
    TITLE = "title"


class Attribute(StrEnum):
    """A named property of an article that a query may ask for."""

    SOURCE = "source"
    TOPIC = "topic"
    AUTHOR = "author"


class Form(StrEnum):
    """How a word matches: by its stem, by its exact (folded) form, or by its beginning."""

    STEM = "stem"
    EXACT = "exact"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word."""

    text: str
    form: Form = Form.STEM
    scope: Scope = Scope.TEXT


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more folded words that stand one behind the other, in exactly these forms."""

    words: tuple[str, ...]
    scope: Scope = Scope.TEXT


@dataclass(frozen=True, slots=True)
class Named:
    """The article's source, topic or author, as it was typed."""

    attribute: Attribute
    value: str


@dataclass(frozen=True, slots=True)
class PublishedIn:
    """The day of publication is in this range; both ends are included, None is open."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One thing in several spellings, the typed one first: at least one of these, worth what the best is worth."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article."""


Node = Word | Phrase | Named | PublishedIn | Not | AllOf | AnyOf | Alternatives | Everything


def as_typed(node: Node) -> Node:
    """The tree without the spellings that were not typed."""
    match node:
        case Alternatives((first, *_)):
            return first
        case AllOf(nodes) | AnyOf(nodes):
            return type(node)(tuple(map(as_typed, nodes)))
        case Not(child):
            return Not(as_typed(child))
        case _:
            return node


def other_spellings(node: Node) -> dict[Word | Phrase, tuple[Word | Phrase, ...]]:
    """For each leaf of `Alternatives` that a hit may have, all the leaves that say the same, the typed ones first."""
    match node:
        case Alternatives():
            leaves = tuple(positive_leaves(node))
            return dict.fromkeys(leaves, leaves)
        case AllOf(nodes) | AnyOf(nodes):
            return {leaf: same for child in nodes for leaf, same in other_spellings(child).items()}
        case _:
            return {}


def positive_leaves(node: Node) -> Iterator[Word | Phrase]:
    """The words and phrases that a hit may have, left to right: what ranking scores and highlighting marks."""
    match node:
        case Word() | Phrase():
            yield node
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            for child in nodes:
                yield from positive_leaves(child)
        case _:
            pass
