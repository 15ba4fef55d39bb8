"""From the query tree to Whoosh's query objects."""

import heapq
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import zip_longest

from whoosh import query as whoosh_query
from whoosh.reading import IndexReader

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.search.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Attribute,
    Everything,
    Form,
    Named,
    Node,
    Not,
    Phrase,
    Published,
    Scope,
    Word,
)
from newsarchive.search.whoosh_index.best_of import BestOf
from newsarchive.search.whoosh_index.ranking import EXACT_WEIGHT, TITLE_WEIGHT, inverse_document_frequency
from newsarchive.topics import canonical_topic

PREFIX_LIMIT = 1000
"""The most words that one `word*` is looked up as."""

_STEMS = {Scope.TEXT: "text", Scope.TITLE: "title"}
_EXACT = {Scope.TEXT: "exact", Scope.TITLE: "title_exact"}
_NAMED_WORDS = {Attribute.SOURCE: "source_words", Attribute.AUTHOR: "author_words"}


@dataclass(frozen=True, slots=True)
class Translated:
    """A query for Whoosh; `prefix_cut` says that some `word*` stands for more words than were looked up."""

    query: whoosh_query.Query
    prefix_cut: bool


def translate(node: Node, reader: IndexReader) -> Translated:
    """The query for a tree: what must match, and what only adds to the score.

    An exact form or a word of the title only occurs where its stem occurs in the text, so what they add can be
    joined to the whole query at once.
    """
    translation = _Translation(reader)
    required = translation.required(node)
    bonuses = translation.bonuses(node)
    query = whoosh_query.AndMaybe(required, whoosh_query.Or(bonuses)) if bonuses else required
    return Translated(query, translation.prefix_cut)


class _Translation:
    """One walk over a tree. `reader` expands prefixes."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self.prefix_cut = False

    def required(self, node: Node) -> whoosh_query.Query:  # noqa: PLR0911 - one for each kind of node
        match node:
            case Word():
                return self._word(node)
            case Phrase(phrase_words, scope):
                return whoosh_query.Phrase(_EXACT[scope], list(phrase_words))
            case Named(attribute, value):
                return _unscored(_named(attribute, value))
            case Published(first, last):
                return _unscored(_published(first, last))
            case AllOf(nodes):
                return self._all_of(nodes)
            case AnyOf(nodes):
                return whoosh_query.Or([self.required(child) for child in nodes])
            case Alternatives(nodes):
                return self._best_of([self.required(child) for child in nodes])
            case Not():
                return self._all_of((node,))
            case Everything():
                return _everything()

    def _all_of(self, nodes: tuple[Node, ...]) -> whoosh_query.Query:
        wanted = [self.required(node) for node in nodes if not isinstance(node, Not)]
        unwanted = [self.required(node.node) for node in nodes if isinstance(node, Not)]
        positive = whoosh_query.And(wanted) if wanted else _everything()
        return whoosh_query.AndNot(positive, whoosh_query.Or(unwanted)) if unwanted else positive

    def _word(self, word: Word) -> whoosh_query.Query:
        if word.form is Form.STEM:
            return whoosh_query.Term(_STEMS[word.scope], stem(word.text))
        if word.form is Form.EXACT:
            return whoosh_query.Term(_EXACT[word.scope], word.text)
        return self._prefix(word)

    def bonuses(self, node: Node) -> list[whoosh_query.Query]:
        """What exact forms and words of the title add, each part on its own."""
        match node:
            case Word(text, Form.STEM, Scope.TEXT):
                return _bonuses(text, whoosh_query.Term("title", stem(text)))
            case AllOf(nodes) | AnyOf(nodes):
                return [bonus for child in nodes for bonus in self.bonuses(child)]
            case Alternatives((first, *others)):
                # Of each part the best spelling counts, so that no article gains by having several.
                alike = [_bonuses_of_other(other) for other in others]
                parts = zip_longest(self.bonuses(first), *alike)
                return [self._best_of([part for part in spellings if part is not None]) for spellings in parts]
            case _:
                return []

    def _best_of(self, spellings: list[whoosh_query.Query]) -> whoosh_query.Query:
        """The spellings of one thing, each weighing as much as the most frequent of them does.

        Their own idf would have an article win by the rarest spelling.
        """
        terms = [query for query in spellings if isinstance(query, whoosh_query.Term)]
        least = min(map(self._idf, terms), default=0.0)
        for term in terms:
            term.boost *= least / self._idf(term)
        different = list(dict.fromkeys(spellings))
        return BestOf(different) if len(different) > 1 else different[0]

    def _idf(self, term: whoosh_query.Term) -> float:
        having = self._reader.doc_frequency(term.fieldname, term.text)
        return inverse_document_frequency(self._reader.doc_count(), having)

    def _prefix(self, word: Word) -> whoosh_query.Query:
        """The words that begin so, as they stand or without their own prefixes: كتا* finds الكتاب."""
        terms: list[whoosh_query.Query] = []
        for field in (_EXACT[word.scope], _STEMS[word.scope]):
            found = list(self._reader.expand_prefix(field, word.text))
            if len(found) > PREFIX_LIMIT:
                self.prefix_cut = True
                by_frequency = partial(self._reader.doc_frequency, field)
                found = heapq.nlargest(PREFIX_LIMIT, found, key=by_frequency)
            terms.extend(whoosh_query.Term(field, term.decode()) for term in found)
        return whoosh_query.ConstantScoreQuery(whoosh_query.Or(terms), 1.0) if terms else whoosh_query.NullQuery


def _bonuses(exact: str, in_title: whoosh_query.Term) -> list[whoosh_query.Query]:
    in_title.boost = TITLE_WEIGHT
    return [whoosh_query.Term("exact", exact, boost=EXACT_WEIGHT), in_title]


def _bonuses_of_other(other: Node) -> list[whoosh_query.Query]:
    """What another spelling adds; one that is only looked for as it stands is looked for so in the title, too."""
    match other:
        case Word(text, Form.STEM, Scope.TEXT):
            return _bonuses(text, whoosh_query.Term("title", stem(text)))
        case Word(text, Form.EXACT, Scope.TEXT):
            return _bonuses(text, whoosh_query.Term("title_exact", text))
        case _:
            return []


def _named(attribute: Attribute, value: str) -> whoosh_query.Query:
    if attribute is Attribute.TOPIC:
        return whoosh_query.Term("topic", canonical_topic(value))
    field = _NAMED_WORDS[attribute]
    return whoosh_query.And([whoosh_query.Term(field, word) for word in words(value)])


def _published(first: date | None, last: date | None) -> whoosh_query.Query:
    """Days are stored as ordinals, counted from 1; an article without a date has none and is in no range."""
    return whoosh_query.NumericRange(
        "day", (first or date.min).toordinal(), (last or date.max).toordinal(), constantscore=True
    )


def _everything() -> whoosh_query.Query:
    return _unscored(whoosh_query.Every())


def _unscored(query: whoosh_query.Query) -> whoosh_query.Query:
    return whoosh_query.ConstantScoreQuery(query, 0.0)
