"""Evaluate a Whoosh query on a segment, on whole posting lists.

`documents` returns the numbers of the matching documents, ascending. `add_scores` adds the query's scores
to given documents. Both dispatch on the class of the query. There are rules for the classes that
`translation` produces; any other query is a TypeError. The result of `documents` may include deleted
documents; the caller filters them out.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, reduce, singledispatch
from itertools import chain, starmap
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from whoosh import query as q

from newsarchive.search.whoosh_index.querying.segment_query import NOTHING, RuleOf, SegmentQuery
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import FieldPostings

ScoreArray = npt.NDArray[np.float64]
AnyNumbers = npt.NDArray[Any]

POSTINGS_AT_ONCE = 1 << 20
_DENSE = 4
"""If all lists together are less than this many times longer than the documents to score, add them up in full."""


# Which documents match


@singledispatch
def documents(query: q.Query, context: SegmentQuery) -> IntArray:  # noqa: ARG001 - all rules are called alike
    """The documents of a segment that match, ascending."""
    raise TypeError(f"there is no rule for the documents of {query!r}")


@documents.register(q.Term)
def _(query: q.Term, context: SegmentQuery) -> IntArray:
    postings = context.postings(query.fieldname, query.text)
    return NOTHING if postings is None else postings.ids


@documents.register(q.And)
def _(query: q.And, context: SegmentQuery) -> IntArray:
    lists: list[IntArray] = []
    ranges: list[tuple[int, int]] = []
    for child in query.subqueries:
        days = _days(child)
        if days is not None:
            ranges.append(days)
            continue
        lists.append(context.documents(child))
        if not len(lists[-1]):
            return NOTHING
    if not lists:
        return reduce(context.common, map(context.documents, query.subqueries)) if ranges else NOTHING
    ids = reduce(context.common, sorted(lists, key=len))
    # Look the remaining documents up in the column: unpacking the postings of each day would take longer.
    return reduce(context.within_days, ranges, ids)


def _days(query: q.Query) -> tuple[int, int] | None:
    """The first and last day of a date range query; None for any other query."""
    if isinstance(query, q.ConstantScoreQuery):
        return _days(query.child)
    return (query.start, query.end) if isinstance(query, q.NumericRange) else None


@documents.register(q.Or)
def _(query: q.Or, context: SegmentQuery) -> IntArray:
    return context.union([context.documents(child) for child in query.subqueries])


@documents.register(q.AndNot)
def _(query: q.AndNot, context: SegmentQuery) -> IntArray:
    wanted, unwanted = context.documents(query.a), context.documents(query.b)
    return context.without(wanted, unwanted) if len(wanted) and len(unwanted) else wanted


@documents.register(q.AndMaybe)
def _(query: q.AndMaybe, context: SegmentQuery) -> IntArray:
    return context.documents(query.a)


@documents.register(q.ConstantScoreQuery)
def _(query: q.ConstantScoreQuery, context: SegmentQuery) -> IntArray:
    return context.documents(query.child)


@documents.register(q.Every)
def _(query: q.Every, context: SegmentQuery) -> IntArray:  # noqa: ARG001 - all rules are called alike
    return context.segment.everything


@documents.register(q.Prefix)
def _(query: q.Prefix, context: SegmentQuery) -> IntArray:
    prefix, field = context.segment.term(query.fieldname, query.text), context.segment.field(query.fieldname)
    return _of_terms(context, field, *field.with_prefix(prefix)) if field is not None and prefix else NOTHING


@documents.register(q.NumericRange)
def _(query: q.NumericRange, context: SegmentQuery) -> IntArray:
    """The index stores numbers in order, so the terms of a range are consecutive."""
    field = context.segment.field(query.fieldname)
    if field is None or query.start > query.end:
        return NOTHING
    to_bytes = context.segment.schema[query.fieldname].to_bytes
    start, stop = field.at_or_after(to_bytes(query.start)), field.at_or_after(to_bytes(query.end) + b"\0")
    return _of_terms(context, field, start, stop)


def _of_terms(context: SegmentQuery, field: FieldPostings, start: int, stop: int) -> IntArray:
    """The documents that have any of a range of terms."""
    if stop - start == 1:
        return field.ids(start)
    # In a large archive, the words that start with one letter have more postings than should be in memory at once.
    chunks = field.chunks(start, stop, POSTINGS_AT_ONCE)
    return context.distinct(chain.from_iterable(starmap(field.ids_in_no_order, chunks)))


# Scores of the matches


class Scored:
    """Documents, ascending, and their scores so far."""

    def __init__(self, ids: IntArray) -> None:
        self.ids = ids
        self._scores: ScoreArray | None = None

    @property
    def scores(self) -> ScoreArray:
        """The score of each document; 0 if nothing was added."""
        if self._scores is None:
            self._scores = np.zeros(len(self.ids))
        return self._scores

    def add(self, added: ScoreArray) -> None:
        """Add to the score of each document. The first array is kept and modified, so callers must not reuse it."""
        if self._scores is None:
            self._scores = added
        else:
            self._scores += added

    def add_at(self, rows: IntArray, added: ScoreArray | float) -> None:
        """Add to the scores of the documents at the given rows."""
        # By far the fastest way to add at indices in numpy.
        np.add.at(self.scores, rows, added)


@singledispatch
def add_scores(query: q.Query, context: SegmentQuery, scored: Scored) -> None:  # noqa: ARG001 - all rules are called alike
    """Add the query's score to each of the scored documents that match it."""
    raise TypeError(f"there is no rule for the scores of {query!r}")


def _add(context: SegmentQuery, scored: Scored, listed: IntArray, worth: AnyNumbers | None, factor: float) -> None:
    """Add `worth` times `factor` to the scores of the listed documents; without `worth`, add `factor` to each."""
    in_ids, in_listed = context.rows(scored.ids, listed)
    if in_ids is not None:
        scored.add_at(in_ids, factor if worth is None else worth[in_listed] * factor)
    elif worth is None:
        scored.add(np.full(len(scored.ids), factor))
    else:
        scored.add((worth if in_listed is None else worth[in_listed]) * factor)


@add_scores.register(q.Term)
def _(query: q.Term, context: SegmentQuery, scored: Scored) -> None:
    found = context.postings(query.fieldname, query.text)
    if found is not None:
        _add(context, scored, found.ids, found.weights, found.unit * query.boost)


@add_scores.register(q.Or)
def _(query: q.Or, context: SegmentQuery, scored: Scored) -> None:
    lists = [found for child in query.subqueries if (found := _weighted(child, context)) is not None]
    if len(lists) == len(query.subqueries) and sum(len(ids) for ids, _ in lists) < _DENSE * len(scored.ids):
        _add_densely(context, scored, lists)
        return
    _add_each(query.subqueries, context, scored)


def _weighted(query: q.Query, context: SegmentQuery) -> tuple[IntArray, AnyNumbers] | None:
    """The documents of a term with their scores; None if the query is not a term."""
    if type(query) is not q.Term:
        return None
    found = context.postings(query.fieldname, query.text)
    if found is None:
        return NOTHING, np.zeros(0)
    factor = found.unit * query.boost
    return found.ids, np.full(len(found.ids), factor) if found.weights is None else found.weights * factor


def _add_densely(context: SegmentQuery, scored: Scored, lists: Sequence[tuple[IntArray, AnyNumbers]]) -> None:
    """Add up lists that together cover most documents, in an array with a sum for every document of the segment."""
    sums = context.segment.sums
    for ids, worth in lists:
        np.add.at(sums, ids, worth)
    scored.add(sums[scored.ids])
    context.reset(sums, [ids for ids, _ in lists])


@add_scores.register(q.And)
def _(query: q.And, context: SegmentQuery, scored: Scored) -> None:
    add_where_all_match(query, query.subqueries, context, scored)


@add_scores.register(q.AndMaybe)
def _(query: q.AndMaybe, context: SegmentQuery, scored: Scored) -> None:
    add_where_all_match(query, (query.a, query.b), context, scored)


@add_scores.register(q.AndNot)
def _(query: q.AndNot, context: SegmentQuery, scored: Scored) -> None:
    add_where_all_match(query, (query.a,), context, scored)


def add_where_all_match(query: q.Query, parts: Sequence[q.Query], context: SegmentQuery, scored: Scored) -> None:
    """Add the scores of the parts to the documents that match the whole query."""
    rows, _ = context.rows(scored.ids, context.documents(query))
    if rows is None:
        _add_each(parts, context, scored)
        return
    inner = Scored(scored.ids[rows])
    _add_each(parts, context, inner)
    scored.add_at(rows, inner.scores)


def _add_each(parts: Iterable[q.Query], context: SegmentQuery, scored: Scored) -> None:
    for part in parts:
        scores_rule(type(part))(part, context, scored)


@add_scores.register(q.ConstantScoreQuery)
def _(query: q.ConstantScoreQuery, context: SegmentQuery, scored: Scored) -> None:
    if query.score:
        _add(context, scored, context.documents(query), None, query.score)


# Cache the rule of each query class: a lookup by `singledispatch` takes as long as some rules.
documents_rule = cast(RuleOf, cache(documents.dispatch))
scores_rule = cast(
    Callable[[type[q.Query]], Callable[[q.Query, SegmentQuery, Scored], None]], cache(add_scores.dispatch)
)
