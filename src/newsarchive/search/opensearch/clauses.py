"""Turn the scored tree into a query of the cluster, and compute exact scores from what it answers.

The cluster adds up scores in 32 bits. So every leaf has a name, the cluster says which leaves each hit matched, and
with which score, and from this the impact of the leaf, which has two bytes, and the exact score of the hit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsarchive.search.opensearch.mapping import DAY, WORDS, places_of
from newsarchive.search.opensearch.terms import id_term, indexable, prefix_of
from newsarchive.search.scoring import tree
from newsarchive.search.scoring.impact import IMPACT_STEPS
from newsarchive.search.scoring.tree import Field, Scored

Query = Mapping[str, Any]
"""A query in the cluster's language."""
Matched = Mapping[str, float]
"""The names of the leaves that a hit matched, with their scores."""
Worth = Callable[[Matched], float | None]
"""Returns the exact score of a hit for a node; None if the node doesn't match."""

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class Clause:
    """The query for a node, and the exact score of a hit for it.

    `is_constant` is whether it adds only constants to scores. Then hits to which the cluster gives the same score have
    the same score.
    """

    query: Query
    worth: Worth
    is_constant: bool = True


def clause_of(node: Scored) -> Clause:
    """The clause for a scored tree."""
    return _Compiler().clause(node)


class _Compiler:
    def __init__(self) -> None:
        self._names = 0

    def clause(self, node: Scored) -> Clause:  # noqa: PLR0911 - one for each kind of node
        match node:
            case tree.Term(field, text, weight):
                return self._term(field, text, weight)
            case tree.All(nodes):
                return self._all(nodes)
            case tree.Any(nodes):
                return self._at_least(nodes, 1)
            case tree.Most(nodes, count):
                return self._at_least(nodes, count)
            case tree.Best(nodes):
                return self._best(nodes)
            case tree.Without(child, excluded):
                return self._without(child, excluded)
            case tree.Boosted(child, bonuses):
                return self._boosted(child, bonuses)
            case tree.Constant(child, score):
                return self._leaf(unscored(child), score)
            case _:
                return self._leaf(unscored(node), 0.0)

    def _name(self) -> str:
        self._names += 1
        return str(self._names)

    def _leaf(self, query: Query, score: float) -> Clause:
        if query is NOTHING:
            return Clause(NOTHING, lambda _: None)
        name = self._name()
        return Clause(
            {"constant_score": {"filter": query, "boost": score, "_name": name}},
            lambda matched: score if name in matched else None,
        )

    def _term(self, field: Field, text: str, weight: float) -> Clause:
        # A point in time that is renewed during a search can have more articles with a word than were counted in all.
        weight = max(weight, 0.0)
        if field not in WORDS or not weight:
            return self._leaf(term_query(field, text), weight)
        name, sent = self._name(), float(np.float32(weight))

        def worth(matched: Matched) -> float | None:
            if name not in matched:
                return None
            return round(matched[name] / sent * IMPACT_STEPS) * (weight / IMPACT_STEPS)

        query = {"term": {field.value: {"value": indexable(text), "boost": sent, "_name": name}}}
        return Clause(query, worth, is_constant=False)

    def _all(self, nodes: Sequence[Scored]) -> Clause:
        if not nodes:
            return Clause(NOTHING, lambda _: None)
        clauses = list(map(self.clause, nodes))

        def worth(matched: Matched) -> float | None:
            total = 0.0
            for clause in clauses:
                found = clause.worth(matched)
                if found is None:
                    return None
                total += found
            return total

        return Clause({"bool": {"must": [one.query for one in clauses]}}, worth, _are_constant(clauses))

    def _at_least(self, nodes: Sequence[Scored], count: int) -> Clause:
        if len(nodes) < count:
            return Clause(NOTHING, lambda _: None)
        clauses = list(map(self.clause, nodes))

        def worth(matched: Matched) -> float | None:
            found = [worth for one in clauses if (worth := one.worth(matched)) is not None]
            return sum(found) if len(found) >= count else None

        query = {"bool": {"should": [one.query for one in clauses], "minimum_should_match": count}}
        return Clause(query, worth, _are_constant(clauses))

    def _best(self, nodes: Sequence[Scored]) -> Clause:
        if not nodes:
            return Clause(NOTHING, lambda _: None)
        clauses = list(map(self.clause, nodes))

        def worth(matched: Matched) -> float | None:
            return max((worth for one in clauses if (worth := one.worth(matched)) is not None), default=None)

        return Clause({"dis_max": {"queries": [one.query for one in clauses]}}, worth, _are_constant(clauses))

    def _without(self, node: Scored, excluded: Scored) -> Clause:
        clause, unwanted = self.clause(node), self._leaf(unscored(excluded), 0.0)
        return Clause(
            {"bool": {"must": [clause.query], "must_not": [unwanted.query]}},
            lambda matched: clause.worth(matched) if unwanted.worth(matched) is None else None,
            clause.is_constant,
        )

    def _boosted(self, node: Scored, bonuses: Sequence[Scored]) -> Clause:
        clause, extra = self.clause(node), list(map(self.clause, bonuses))

        def worth(matched: Matched) -> float | None:
            found = clause.worth(matched)
            return None if found is None else found + sum(one.worth(matched) or 0.0 for one in extra)

        query = {"bool": {"must": [clause.query], "should": [one.query for one in extra]}}
        return Clause(query, worth, _are_constant([clause, *extra]))


def _are_constant(clauses: Sequence[Clause]) -> bool:
    return all(clause.is_constant for clause in clauses)


def term_query(field: Field, text: str) -> Query:
    """The query for one term, whose score doesn't matter."""
    return {"term": {field.value: _value(field, text)}}


def _value(field: Field, text: str) -> str:
    return id_term(text) if field is Field.ID else indexable(text)


def unscored(node: Scored) -> Query:  # noqa: C901, PLR0911 - one for each kind of node
    """The query for a node whose score doesn't matter."""
    match node:
        case tree.Term(field, text):
            return term_query(field, text)
        case tree.Adjacent(field, words, first):
            return any_of([_phrase(field, (begun, *words[1:])) for begun in dict.fromkeys((words[0], *first))])
        case tree.Near(field, words, distance):
            return _near(field, words, distance)
        case tree.Prefix(field, text):
            return {"prefix": {field.value: {"value": prefix_of(text)}}} if text else NOTHING
        case tree.Days(first, last):
            return {"range": {DAY: {"gte": first, "lte": last}}}
        case tree.All(nodes):
            return {"bool": {"filter": list(map(unscored, nodes))}} if nodes else NOTHING
        case tree.Any(nodes) | tree.Best(nodes):
            return _any_of_nodes(nodes)
        case tree.Most(nodes, count):
            return {"bool": {"should": list(map(unscored, nodes)), "minimum_should_match": count}}
        case tree.Without(child, excluded):
            return {"bool": {"filter": [unscored(child)], "must_not": [unscored(excluded)]}}
        case tree.Boosted(child) | tree.Constant(child):
            return unscored(child)
        case tree.Everything():
            return EVERYTHING


def _any_of_nodes(nodes: Sequence[Scored]) -> Query:
    """The query for any of some nodes. Many terms of a field, such as the names of sources, are one clause."""
    of_field: dict[Field, list[str]] = {}
    others: list[Query] = []
    for node in nodes:
        match node:
            case tree.Term(field, text):
                of_field.setdefault(field, []).append(_value(field, text))
            case _:
                others.append(unscored(node))
    return any_of([*({"terms": {field.value: values}} for field, values in of_field.items()), *others])


def any_of(queries: Sequence[Query]) -> Query:
    """The query for what matches any of these."""
    if len(queries) < 2:
        return queries[0] if queries else NOTHING
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _phrase(field: Field, words: Sequence[str]) -> Query:
    return {"match_phrase": {places_of(field): " ".join(map(indexable, words))}}


def _near(field: Field, words: Sequence[str], distance: int) -> Query:
    """The words in any order. Lucene counts only the gaps between them, not the words, as the distance does."""
    gaps = distance - (len(words) - 1)
    if gaps < 0:
        return NOTHING
    clauses = [{"span_term": {places_of(field): indexable(word)}} for word in words]
    return {"span_near": {"clauses": clauses, "slop": gaps, "in_order": False}}
