"""The filters of a selection as queries of the cluster."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from newsarchive.search.door import Facet
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch.clauses import Query, any_of
from newsarchive.search.opensearch.mapping import ARRIVAL, DAY, PUBLISHER_KEY
from newsarchive.search.opensearch.terms import id_term, indexable
from newsarchive.search.scoring.tree import Field
from newsarchive.topics import TopicKind

DATE = "date"
"""The name of the filter by date, besides those of facets."""

FIELDS: Mapping[Facet, tuple[str, ...]] = {
    Facet.SOURCE: (Field.SOURCE.value,),
    Facet.TOPIC: (Field.TOPIC.value, Field.ASSIGNED_TOPIC.value),
    Facet.SECTION: (Field.SECTION.value,),
    Facet.AUTHOR: (Field.AUTHOR_KEY.value,),
    Facet.PUBLISHER: (PUBLISHER_KEY,),
    Facet.LANGUAGE: (Field.LANGUAGE.value,),
}
"""The fields with the values of a facet. No article has values in two of them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What all matches must be, and the filters that a facet can ignore, by name."""

    always: tuple[Query, ...]
    of_facets: Mapping[str, Query]

    def without(self, *names: str) -> list[Query]:
        """The filters of facets, except for those with these names."""
        return [query for name, query in self.of_facets.items() if name not in names]


def filters_of(selection: Selection, purged: Collection[str] = ()) -> Filters:
    """The filters of a selection, among the articles whose ids are not `purged`."""
    always = [*_purged(purged), *_arrived(selection), *_of_kind(selection.topic_kind)]
    chosen: Mapping[Facet, tuple[Sequence[str], Sequence[str]]] = {
        Facet.SOURCE: (FIELDS[Facet.SOURCE], selection.sources),
        Facet.TOPIC: (topic_fields(selection.topic_kind), selection.topics),
        Facet.SECTION: (FIELDS[Facet.SECTION], selection.sections),
        Facet.AUTHOR: (FIELDS[Facet.AUTHOR], selection.authors),
        Facet.PUBLISHER: (FIELDS[Facet.PUBLISHER], selection.publishers),
        Facet.LANGUAGE: (FIELDS[Facet.LANGUAGE], selection.languages),
    }
    of_facets = {facet.value: _having(fields, values) for facet, (fields, values) in chosen.items() if values}
    if selection.date_from is not None or selection.date_to is not None:
        of_facets[DATE] = _in_dates(selection.date_from, selection.date_to)
    return Filters(tuple(always), of_facets)


def topic_fields(kind: TopicKind) -> tuple[str, ...]:
    """The fields with the topics that count."""
    if kind is TopicKind.ANY:
        return FIELDS[Facet.TOPIC]
    return (Field.TOPIC.value,) if kind is TopicKind.GIVEN else (Field.ASSIGNED_TOPIC.value,)


def _having(fields: Sequence[str], values: Sequence[str]) -> Query:
    return any_of([{"terms": {field: list(map(indexable, values))}} for field in fields])


def _of_kind(kind: TopicKind) -> list[Query]:
    return [] if kind is TopicKind.ANY else [{"exists": {"field": topic_fields(kind)[0]}}]


def _purged(ids: Collection[str]) -> list[Query]:
    gone = {"terms": {Field.ID.value: sorted(map(id_term, ids))}}
    return [{"bool": {"must_not": [gone]}}] if ids else []


def _arrived(selection: Selection) -> list[Query]:
    bounds = {"lt": selection.arrived_before, "gt": selection.arrived_after}
    given = {sign: number for sign, number in bounds.items() if number is not None}
    return [{"range": {ARRIVAL: given}}] if given else []


def _in_dates(first: date | None, last: date | None) -> Query:
    bounds: dict[str, Any] = {}
    if first is not None:
        bounds["gte"] = first.toordinal()
    if last is not None:
        bounds["lte"] = last.toordinal()
    return {"range": {DAY: bounds}}
