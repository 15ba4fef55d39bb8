"""The query tree: what a query means, as plain values that any engine can translate.

Words are folded (`newsarchive.arabic.fold`). `grammar` builds these trees from text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Scope(StrEnum):
    """The part of an article that a word or phrase is searched in."""

    TEXT = "text"
    TITLE = "title"


class Attribute(StrEnum):
    """A property of an article that a query can filter by."""

    SOURCE = "source"
    TOPIC = "topic"
    """A topic, given or assigned."""
    ASSIGNED = "assigned"
    """A topic that the model assigned."""
    SECTION = "section"
    AUTHOR = "author"
    URL = "url"
    SITE = "site"
    ID = "id"


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


MAX_DISTANCE = 30
"""The largest distance of words that a query can ask for; a larger one counts as this."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more consecutive folded words: by their exact forms, or by their stems.

    `first` are other forms that the first word may have. If `is_strict`, it may have no others,
    not even the same word with particles before it.
    """

    words: tuple[str, ...]
    scope: Scope = Scope.TEXT
    form: Form = Form.EXACT
    first: tuple[str, ...] = ()
    is_strict: bool = False

    @property
    def parts(self) -> tuple[Word, ...]:
        """The words, each by itself."""
        return tuple(Word(word, self.form, self.scope) for word in self.words)


@dataclass(frozen=True, slots=True)
class Nearby:
    """Two or more folded words, by their stems, in any order, none more than `distance` words from another."""

    words: tuple[str, ...]
    distance: int
    scope: Scope = Scope.TEXT

    @property
    def parts(self) -> tuple[Word, ...]:
        """The words, each by itself."""
        return tuple(Word(word, Form.STEM, self.scope) for word in self.words)


@dataclass(frozen=True, slots=True)
class Named:
    """The article's source, topic, section, author, address, site or id; the value is as typed."""

    attribute: Attribute
    value: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The article's source, topic, section, site or id is one of these values, spelled as in the index."""

    attribute: Attribute
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedIn:
    """The day of publication is in this range; both ends are inclusive, None means open."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Undated:
    """The article has no date of publication."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A date that can't be read, as typed. Matches nothing, and is left out if anything else is searched for."""

    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """All articles that don't match the node."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Articles that match every node."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles that match at least one node."""

    nodes: tuple["Node", ...]


class Likeness(StrEnum):
    """How an alternative relates to what was typed; decides how much it counts (`scoring.weighing`)."""

    TYPED = "typed"
    """The typed word itself, in a form that is searched exactly because other words share its stem."""
    SPELLING = "spelling"
    NUMBER = "number"
    """The same noun in the other number: a broken plural or its singular."""


@dataclass(frozen=True, slots=True)
class Most:
    """Articles that match at least `count` of the nodes."""

    nodes: tuple["Node", ...]
    count: int


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Words for one thing, the typed one first. Matches any of them and scores as the best of them.

    `likenesses` says for each node after the first how it relates to the typed one; without it, all
    of them are spellings.
    """

    nodes: tuple["Node", ...]
    likenesses: tuple[Likeness, ...] = ()

    def likeness(self, place: int) -> Likeness:
        """How the node at this place relates to the typed one."""
        if not place:
            return Likeness.TYPED
        return self.likenesses[place - 1] if self.likenesses else Likeness.SPELLING


@dataclass(frozen=True, slots=True)
class Translated:
    """A word or phrase of another language. Matches any of its Arabic translations and the words as typed.

    It scores as the best of them. The translations are the likeliest first, each with its factor, by which its
    score is multiplied.
    """

    words: tuple[str, ...]
    """The folded words, as typed."""
    nodes: tuple["Leaf", ...]
    factors: tuple[float, ...]
    shown: tuple[str, ...]
    """The translations as articles write them."""
    literal: "Leaf | None" = None
    """The words as typed, if the archive has them."""
    literal_score: float = 0.0
    """What they score in addition."""
    is_guessed: bool = False
    """Whether no lexicon has the word, so that it was looked for by its sound only. It may be misspelled."""
    is_weaker: bool = False
    """Whether they are of a language whose translations are often wrong or missing."""
    literal_factor: float = 1.0
    """What the score of the words as typed is multiplied by."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article."""


Leaf = Word | Phrase | Nearby
Condition = Named | OneOf | PublishedIn | Undated | Unreadable
"""A property that every match has, and that isn't a word of its text."""
Node = Leaf | Condition | Not | AllOf | AnyOf | Most | Alternatives | Translated | Everything


def with_children(node: Node, change: Callable[["Node"], "Node"]) -> Node:
    """Return a node with its children changed; a leaf is returned as it is."""
    match node:
        case AllOf(nodes) | AnyOf(nodes) | Most(nodes) | Alternatives(nodes):
            return replace(node, nodes=tuple(map(change, nodes)))
        case Not(child):
            return Not(change(child))
        case _:
            return node


def as_typed(node: Node) -> Node:
    """Return the tree without the alternatives that were not typed."""
    match node:
        case Alternatives((first, *_)):
            return first
        case _:
            return with_children(node, as_typed)


def other_spellings(node: Node) -> dict[Leaf, tuple[Leaf, ...]]:
    """For each positive leaf of an `Alternatives` node, return all leaves of that node, the typed ones first."""
    match node:
        case Alternatives():
            leaves = tuple(positive_leaves(node))
            return dict.fromkeys(leaves, leaves)
        case Translated():
            own = tuple(positive_leaves(node))
            return dict.fromkeys(own, own)
        case AllOf(nodes) | AnyOf(nodes) | Most(nodes):
            return {leaf: same for child in nodes for leaf, same in other_spellings(child).items()}
        case _:
            return {}


def translations(node: Node) -> Iterator[Translated]:
    """Yield the translated words and phrases of a tree, left to right."""
    match node:
        case Translated():
            yield node
        case AllOf(nodes) | AnyOf(nodes) | Most(nodes) | Alternatives(nodes):
            for child in nodes:
                yield from translations(child)
        case _:
            pass


def positive_leaves(node: Node) -> Iterator[Leaf]:
    """Yield the words and phrases that a hit may have, left to right: ranking scores them, highlighting marks them."""
    match node:
        case Word() | Phrase() | Nearby():
            yield node
        case AllOf(nodes) | AnyOf(nodes) | Most(nodes) | Alternatives(nodes):
            for child in nodes:
                yield from positive_leaves(child)
        case Translated(_, nodes, literal=literal):
            yield from nodes if literal is None else (*nodes, literal)
        case _:
            pass


def leaves(node: Node) -> Iterator[Node]:
    """Yield every node without children, left to right."""
    match node:
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            for child in nodes:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case _:
            yield node
