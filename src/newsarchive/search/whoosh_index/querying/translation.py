"""From the query tree to Whoosh's query objects."""

from datetime import date

from whoosh import query as whoosh_query

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.search.language.query import (
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
from newsarchive.search.scoring.impact import EXACT_WEIGHT, TITLE_WEIGHT
from newsarchive.search.whoosh_index.querying.best_of import BestOf
from newsarchive.topics import canonical_topic

_STEMS = {Scope.TEXT: "text", Scope.TITLE: "title"}
_EXACT = {Scope.TEXT: "exact", Scope.TITLE: "title_exact"}
_NAMED_WORDS = {Attribute.SOURCE: "source_words", Attribute.AUTHOR: "author_words"}


def translate(node: Node) -> whoosh_query.Query:
    """The query for a tree: what must match, and what only adds to the score.

    An exact form or a word of the title only occurs where its stem occurs in the text, so what they add can be
    joined to the whole query at once.
    """
    required = _required(node)
    bonuses = _bonuses(node)
    return whoosh_query.AndMaybe(required, whoosh_query.Or(bonuses)) if bonuses else required


def _bonuses(node: Node) -> list[whoosh_query.Query]:
    """What words and phrases add to what matches. A phrase counts as its words do, also where it is not needed."""
    match node:
        case Phrase(phrase_words, Scope.TEXT):
            return [
                bonus
                for word in phrase_words
                for bonus in (whoosh_query.Term("text", stem(word)), *_word_bonuses(word))
            ]
        case Word(text, Form.STEM, Scope.TEXT):
            return _word_bonuses(text)
        case AllOf(nodes) | AnyOf(nodes):
            return [bonus for child in nodes for bonus in _bonuses(child)]
        case _:
            return []


def _word_bonuses(word: str) -> list[whoosh_query.Query]:
    return [
        whoosh_query.Term("exact", word, boost=EXACT_WEIGHT),
        whoosh_query.Term("title", stem(word), boost=TITLE_WEIGHT),
    ]


def _required(node: Node) -> whoosh_query.Query:  # noqa: PLR0911 - one for each kind of node
    match node:
        case Word():
            return _word(node)
        case Phrase(phrase_words, scope):
            phrase = whoosh_query.Phrase(_EXACT[scope], list(phrase_words))
            return _unscored(phrase) if scope is Scope.TEXT else phrase
        case Named(attribute, value):
            return _unscored(_named(attribute, value))
        case Published(first, last):
            return _unscored(_published(first, last))
        case AllOf(nodes):
            return _all_of(nodes)
        case AnyOf(nodes):
            return whoosh_query.Or([_required(child) for child in nodes])
        case Alternatives(nodes):
            return _best_of(nodes)
        case Not():
            return _all_of((node,))
        case Everything():
            return _everything()


def _all_of(nodes: tuple[Node, ...]) -> whoosh_query.Query:
    wanted = [_required(node) for node in nodes if not isinstance(node, Not)]
    unwanted = [_required(node.node) for node in nodes if isinstance(node, Not)]
    positive = whoosh_query.And(wanted) if wanted else _everything()
    return whoosh_query.AndNot(positive, whoosh_query.Or(unwanted)) if unwanted else positive


def _best_of(nodes: tuple[Node, ...]) -> whoosh_query.Query:
    """Each spelling with its own bonuses, so that they count once, with the best spelling."""
    spellings, terms = [], []
    for node in nodes:
        required, bonuses, share = _required(node), _bonuses(node), 1.0
        match node:
            case Word(text, Form.EXACT, Scope.TEXT):
                bonuses = [
                    whoosh_query.Term("exact", text, boost=EXACT_WEIGHT),
                    whoosh_query.Term("title_exact", text, boost=TITLE_WEIGHT),
                ]
            case Phrase(phrase_words):
                share = 1 / len(phrase_words)
        extra = whoosh_query.Or(bonuses, boost=share)
        spellings.append(whoosh_query.AndMaybe(required, extra) if bonuses else required)
        terms.append(required if isinstance(required, whoosh_query.Term) else None)
    return BestOf(spellings, terms)


def _word(word: Word) -> whoosh_query.Query:
    if word.form is Form.STEM:
        return whoosh_query.Term(_STEMS[word.scope], stem(word.text))
    if word.form is Form.EXACT:
        return whoosh_query.Term(_EXACT[word.scope], word.text)
    return _prefix(word)


def _prefix(word: Word) -> whoosh_query.Query:
    """The words that begin so, as they stand or without their own prefixes: كتا* finds الكتاب."""
    fields = _EXACT[word.scope], _STEMS[word.scope]
    return whoosh_query.ConstantScoreQuery(
        whoosh_query.Or([whoosh_query.Prefix(field, word.text) for field in fields]), 1.0
    )


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
