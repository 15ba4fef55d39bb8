"""Translate the scored tree to Whoosh's query objects."""

from whoosh import query as whoosh_query

from newsarchive.search.scoring.tree import (
    Adjacent,
    All,
    Any,
    Best,
    Boosted,
    Constant,
    Days,
    Everything,
    Most,
    Near,
    Prefix,
    Scored,
    Term,
    Without,
)
from newsarchive.search.whoosh_index.querying.best_of import BestOf
from newsarchive.search.whoosh_index.querying.most_of import MostOf
from newsarchive.search.whoosh_index.querying.words_together import WordsNear, WordsTogether
from newsarchive.search.whoosh_index.storage.schema import DAY_FIELD


def translate(node: Scored) -> whoosh_query.Query:  # noqa: PLR0911 - one return per kind of node
    """The query for a tree."""
    match node:
        case Term(field, text, weight):
            return whoosh_query.Term(field.value, text, boost=weight)
        case All(nodes):
            return whoosh_query.And(list(map(translate, nodes)))
        case Any(nodes):
            return whoosh_query.Or(list(map(translate, nodes)))
        case Most(nodes, count):
            return MostOf(list(map(translate, nodes)), count)
        case Best(nodes):
            return BestOf(list(map(translate, nodes)))
        case Without(child, excluded):
            return whoosh_query.AndNot(translate(child), translate(excluded))
        case Boosted(child, bonuses):
            return whoosh_query.AndMaybe(translate(child), whoosh_query.Or(list(map(translate, bonuses))))
        case Constant(child, score):
            return whoosh_query.ConstantScoreQuery(_unscored(child), score)
        case _:
            return whoosh_query.ConstantScoreQuery(_unscored(node), 0.0)


def _unscored(node: Scored) -> whoosh_query.Query:  # noqa: PLR0911 - one return per kind of node
    """The query for a node that doesn't need scores."""
    match node:
        case Adjacent(field, words, first):
            return WordsTogether(field.value, ((words[0], *first), *((word,) for word in words[1:])))
        case Near(field, words, distance):
            return WordsNear(field.value, words, distance)
        case Prefix(field, text):
            return whoosh_query.Prefix(field.value, text)
        case Days(first, last):
            return whoosh_query.NumericRange(DAY_FIELD, first, last, constantscore=True)
        case Everything():
            return whoosh_query.Every()
        case Any(nodes):
            return whoosh_query.Or(list(map(_unscored, nodes)))
        case _:
            return translate(node)
