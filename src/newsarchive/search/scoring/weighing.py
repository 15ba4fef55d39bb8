"""Turns the query tree into the scored tree: which terms must match, and the weight of each in this archive.

    weight = boost * ln(1 + (N - n + .5) / (n + .5))

N is the number of live articles and n the number of them that have the term (see `impact` for the
source). An exact form or a title word occurs only in articles whose text has its stem, so their
bonuses can be attached to the query as a whole.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.search.language import query
from newsarchive.search.language.query import Attribute, Form, Likeness, Node, Not, Scope, Word
from newsarchive.search.scoring.tree import (
    Adjacent,
    All,
    Any,
    Best,
    Boosted,
    Constant,
    Days,
    Everything,
    Field,
    Most,
    Near,
    Prefix,
    Scored,
    Term,
    Without,
)

EXACT_WEIGHT = 0.2
"""The weight of a word's exact form, relative to its stem."""
TITLE_WEIGHT = 0.5
"""The weight of a word in the title, relative to the text."""
OTHER_SPELLING = 0.6
"""The weight of a spelling that was not typed, relative to the typed spelling.

People type what they read, so the typed spelling carries information. On the development sets, 1
lowers MRR@10 by up to .009, and .6 by almost nothing.
"""
OTHER_NUMBER = 0.8
"""The weight of a noun in the other number, كتب for كتاب, relative to the typed one."""
PREFIX_SCORE = 1.0
"""The score of a match of `word*`, which has too many terms to weigh each of them."""

_LIKENESS_FACTORS = {Likeness.TYPED: 1.0, Likeness.SPELLING: OTHER_SPELLING, Likeness.NUMBER: OTHER_NUMBER}
_STEMS = {Scope.TEXT: Field.TEXT, Scope.TITLE: Field.TITLE}
_EXACT = {Scope.TEXT: Field.EXACT, Scope.TITLE: Field.TITLE_EXACT}
_VALUES = {
    Attribute.SOURCE: (Field.SOURCE,),
    Attribute.TOPIC: (Field.TOPIC, Field.ASSIGNED_TOPIC),
    Attribute.ASSIGNED: (Field.ASSIGNED_TOPIC,),
    Attribute.SECTION: (Field.SECTION,),
    Attribute.SITE: (Field.SITE,),
    Attribute.ID: (Field.ID,),
}
_NOTHING = Any(())
_DATED = Days(date.min.toordinal(), date.max.toordinal())

Idf = Callable[[Field, str], float]
"""The inverse document frequency of a term."""


def weigh(node: Node, idf: Idf) -> Scored:
    """Return the scored tree of a query tree."""
    return _Weigher(idf).weigh(node)


def term_of(leaf: Word) -> tuple[Field, str]:
    """Return the term for a word that is searched by its stem or its exact form."""
    if leaf.form is Form.STEM:
        return _STEMS[leaf.scope], stem(leaf.text)
    return _EXACT[leaf.scope], leaf.text


def scored_terms(node: Node) -> Iterator[tuple[Field, str]]:
    """Yield the terms whose idf `weigh` needs, so that an engine can look all of them up at once."""
    asked: dict[tuple[Field, str], None] = {}

    def note(field: Field, text: str) -> float:
        asked[field, text] = None
        return 1.0

    weigh(node, note)
    yield from asked


class _Weigher:
    def __init__(self, idf: Idf) -> None:
        self._idf = idf

    def weigh(self, node: Node) -> Scored:
        required = self._required(node)
        bonuses = self._bonuses(node)
        return Boosted(required, tuple(bonuses)) if bonuses else required

    def _term(self, field: Field, text: str, boost: float = 1.0) -> Term:
        return Term(field, text, boost * self._idf(field, text))

    def _bonuses(self, node: Node, factor: float = 1.0) -> list[Scored]:
        """The bonuses of words and phrases. A phrase adds the bonuses of its words, even if it is optional."""
        match node:
            case query.Phrase(scope=Scope.TEXT) | query.Nearby(scope=Scope.TEXT):
                return [
                    bonus
                    for word in node.words
                    for bonus in (self._term(Field.TEXT, stem(word), factor), *self._word_bonuses(word, factor))
                ]
            case Word(text, Form.STEM, Scope.TEXT):
                return self._word_bonuses(text, factor)
            case query.AllOf(nodes) | query.AnyOf(nodes) | query.Most(nodes):
                return [bonus for child in nodes for bonus in self._bonuses(child, factor)]
            case _:
                return []

    def _word_bonuses(self, word: str, factor: float) -> list[Scored]:
        return [
            self._term(Field.EXACT, word, EXACT_WEIGHT * factor),
            self._term(Field.TITLE, stem(word), TITLE_WEIGHT * factor),
        ]

    def _required(self, node: Node, factor: float = 1.0) -> Scored:  # noqa: C901, PLR0911 - one for each kind of node
        match node:
            case Word():
                return self._word(node, factor)
            case query.Phrase() | query.Nearby():
                return self._together(node, factor)
            case query.Named() | query.OneOf() | query.PublishedIn() | query.Undated() | query.Unreadable():
                return _condition(node)
            case query.AllOf(nodes):
                return self._all_of(nodes, factor)
            case query.AnyOf(nodes):
                return Any(tuple(self._required(child, factor) for child in nodes))
            case query.Most(nodes, count):
                return Most(tuple(self._required(child, factor) for child in nodes), count)
            case query.Alternatives():
                return self._best_of(node, factor)
            case query.Translated():
                return self._translated(node, factor)
            case Not():
                return self._all_of((node,), factor)
            case query.Everything():
                return Everything()

    def _all_of(self, nodes: tuple[Node, ...], factor: float) -> Scored:
        wanted = tuple(self._required(node, factor) for node in nodes if not isinstance(node, Not))
        unwanted = tuple(self._required(node.node) for node in nodes if isinstance(node, Not))
        positive = All(wanted) if wanted else Everything()
        return Without(positive, Any(unwanted)) if unwanted else positive

    def _word(self, word: Word, factor: float) -> Scored:
        if word.form is not Form.PREFIX:
            return self._term(*term_of(word), factor)
        # Words with this prefix, as written or without their own clitics: كتا* finds الكتاب.
        fields = _EXACT[word.scope], _STEMS[word.scope]
        return Constant(Any(tuple(Prefix(field, word.text) for field in fields)), PREFIX_SCORE * factor)

    def _together(self, leaf: query.Phrase | query.Nearby, factor: float) -> Scored:
        together = adjacent(leaf) if isinstance(leaf, query.Phrase) else _near(leaf)
        if leaf.scope is Scope.TEXT:
            return together
        return Boosted(together, tuple(self._term(*term_of(word), factor) for word in leaf.parts))

    def _best_of(self, alternatives: query.Alternatives, factor: float) -> Scored:
        """Each alternative with its own bonuses, so that only the best one's bonuses count.

        The first is the typed one. None weighs more than the typed one; with its own idf, the
        rarest would win.
        """
        idfs = [
            self._idf(*term_of(node)) if isinstance(node, Word) and node.form is not Form.PREFIX else None
            for node in alternatives.nodes
        ]
        typed = idfs[0]
        parts = []
        for place, (node, idf) in enumerate(zip(alternatives.nodes, idfs, strict=True)):
            share = factor * _LIKENESS_FACTORS[alternatives.likeness(place)]
            if typed is not None and idf is not None:
                share *= min(1.0, typed / idf)
            is_exact = isinstance(node, Word) and node.form is Form.EXACT and node.scope is Scope.TEXT
            # The bonus of an exact form is for the same term, so it is one term.
            required = self._required(node, share * (1 + EXACT_WEIGHT) if is_exact else share)
            bonuses = self._alternative_bonuses(node, share)
            parts.append(Boosted(required, tuple(bonuses)) if bonuses else required)
        return Best(tuple(parts))

    def _translated(self, translated: query.Translated, factor: float) -> Scored:
        """Each translation with its bonus for the title, and the words as typed with all of their bonuses."""
        parts = [
            self._translation(node, factor * own)
            for node, own in zip(translated.nodes, translated.factors, strict=True)
        ]
        if translated.literal is not None:
            own = factor * translated.literal_factor
            required = self._required(translated.literal, own)
            literal: Scored = Boosted(required, tuple(self._alternative_bonuses(translated.literal, own)))
            if translated.literal_score:
                literal = All((literal, Constant(required, translated.literal_score)))
            parts.append(literal)
        return Best(tuple(parts))

    def _translation(self, leaf: query.Leaf, factor: float) -> Scored:
        """A translation. The words of a phrase count less each, but more together."""
        words = (leaf.text,) if isinstance(leaf, Word) else leaf.words
        share = factor / math.sqrt(len(words))
        bonuses: list[Scored] = [self._term(Field.TITLE, stem(word), TITLE_WEIGHT * share) for word in words]
        if not isinstance(leaf, Word):
            bonuses += [self._term(Field.TEXT, stem(word), share) for word in words]
        return Boosted(self._required(leaf, factor), tuple(bonuses))

    def _alternative_bonuses(self, node: Node, factor: float) -> list[Scored]:
        match node:
            case Word(text, Form.EXACT, Scope.TEXT):
                return [self._term(Field.TITLE_EXACT, text, TITLE_WEIGHT * factor)]
            case query.Phrase() | query.Nearby():
                return self._bonuses(node, factor / len(node.words))
            case _:
                return self._bonuses(node, factor)


def adjacent(phrase: query.Phrase) -> Adjacent:
    """Return the scored node of a phrase."""
    if phrase.form is Form.EXACT:
        return Adjacent(_EXACT[phrase.scope], phrase.words, phrase.first)
    first, *others = map(stem, phrase.words)
    other_stems = tuple(dict.fromkeys(found for word in phrase.first if (found := stem(word)) != first))
    return Adjacent(_STEMS[phrase.scope], (first, *others), other_stems)


def _near(leaf: query.Nearby) -> Scored:
    stems = tuple(dict.fromkeys(map(stem, leaf.words)))
    field = _STEMS[leaf.scope]
    return Near(field, stems, leaf.distance) if len(stems) > 1 else Constant(Term(field, stems[0]), 0.0)


def _condition(node: query.Condition) -> Scored:
    """A property that every match has; it scores nothing."""
    match node:
        case query.Named(Attribute.AUTHOR, value):
            return Constant(All(tuple(Term(Field.AUTHOR_WORDS, word) for word in words(value))), 0.0)
        case query.Named() | query.Unreadable():
            # A source, a topic or an address that the archive doesn't have.
            return _NOTHING
        case query.OneOf(attribute, values):
            return Constant(Any(tuple(Term(field, value) for field in _VALUES[attribute] for value in values)), 0.0)
        case query.PublishedIn(first, last):
            return Days((first or date.min).toordinal(), (last or date.max).toordinal())
        case query.Undated():
            return Without(Everything(), _DATED)
