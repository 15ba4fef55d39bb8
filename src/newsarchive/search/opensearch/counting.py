"""Count matches by the values of fields: for the facets, the histogram and the values of names."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

from newsarchive.search.door import Facet, Facets, Spread
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch.clauses import Query
from newsarchive.search.opensearch.filters import DATE, FIELDS, Filters, topic_fields
from newsarchive.search.opensearch.mapping import DAY, MONTH
from newsarchive.search.opensearch.point_in_time import PointInTime
from newsarchive.search.scoring.tree import Field
from newsarchive.topics import TopicKind
from newsarchive.wording import worded

MOST_VALUES = 5_000
"""Values of a field that are counted with the search. If there are more, all of them are counted page by page: the
cluster's default limit of buckets in one response is 65,535."""
_VALUES_OF_PAGE = 10_000
_VALUES = "values"
_ASSIGNED = "assigned"

Value = TypeVar("Value", str, int)
Counts = Mapping[str, int]


def matches_query(query: Query, *filters: Query) -> Query:
    """The query for what matches and passes all filters."""
    return {"bool": {"must": [query], "filter": list(filters)}} if filters else query


class FacetCounter:
    """Counts the facets of one search. Each ignores its own filter."""

    def __init__(self, point: PointInTime, query: Query, filters: Filters, selection: Selection) -> None:
        self._point = point
        self._query = query
        self._filters = filters
        self._selection = selection

    @cached_property
    def _counted(self) -> Mapping[str, tuple[str, str]]:
        """What is counted: the name of the count -> the field, and the name of the filter that it ignores."""
        kind = self._selection.topic_kind
        counted = {
            Facet.SOURCE.value: (Field.SOURCE.value, Facet.SOURCE.value),
            Facet.SECTION.value: (Field.SECTION.value, Facet.SECTION.value),
            MONTH: (MONTH, DATE),
        }
        if kind is not TopicKind.ASSIGNED:
            counted[Facet.TOPIC.value] = Field.TOPIC.value, Facet.TOPIC.value
        if kind is not TopicKind.GIVEN:
            counted[_ASSIGNED] = Field.ASSIGNED_TOPIC.value, Facet.TOPIC.value
        for facet in self._selection.facets:
            (field,) = FIELDS[facet]
            counted[facet.value] = field, facet.value
        return counted

    def request(self) -> Mapping[str, Any]:
        """The aggregations to ask for together with the search."""
        return {
            name: {
                "filter": {"bool": {"filter": self._filters.without(ignored)}},
                "aggs": {_VALUES: {"terms": {"field": field, "size": MOST_VALUES}}},
            }
            for name, (field, ignored) in self._counted.items()
        }

    def facets(self, aggregations: Mapping[str, Any]) -> Facets:
        """The facets, given what the cluster answered."""
        counts = {name: self._complete(name, aggregations[name]) for name in self._counted}
        return self._facets(counts.__getitem__)

    def deferred(self) -> Facets:
        """Facets that are counted when they are first used."""
        answered: list[Mapping[str, Counts]] = []

        def counts(name: str) -> Counts:
            if not answered:
                body = {"size": 0, "query": self._base, "aggs": self.request()}
                found = self._point.search(body)["aggregations"]
                answered.append({name: self._complete(name, found[name]) for name in self._counted})
            return answered[0][name]

        return self._facets(counts, LaterCounts)

    @cached_property
    def _base(self) -> Query:
        return matches_query(self._query, *self._filters.always)

    def _complete(self, name: str, answer: Mapping[str, Any]) -> Counts:
        buckets = answer[_VALUES]["buckets"]
        if len(buckets) < MOST_VALUES:
            return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
        field, ignored = self._counted[name]
        query = matches_query(self._query, *self._filters.always, *self._filters.without(ignored))
        return count_values(self._point, query, field)

    def _facets(
        self,
        counts: Callable[[str], Counts],
        when: "Callable[[Callable[[], Counts]], Counts]" = lambda count: count(),
    ) -> Facets:
        selection = self._selection
        chosen = {
            Facet.SOURCE: selection.sources,
            Facet.SECTION: selection.sections,
            Facet.AUTHOR: selection.authors,
            Facet.PUBLISHER: selection.publishers,
            Facet.LANGUAGE: selection.languages,
        }

        def of(facet: Facet) -> Counts:
            return when(lambda: by_frequency(counts(facet.value), chosen[facet]))

        def topics() -> Counts:
            named = [name for name in (Facet.TOPIC.value, _ASSIGNED) if name in self._counted]
            return by_frequency(added_up(map(counts, named)), selection.topics)

        return Facets(
            source=of(Facet.SOURCE),
            topic=when(topics),
            section=of(Facet.SECTION),
            month=when(lambda: dict(sorted(counts(MONTH).items()))),
            assigned=when(lambda: dict(sorted(counts(_ASSIGNED).items()))) if _ASSIGNED in self._counted else {},
            # Few pages show days, and an archive of many years has thousands.
            day=LaterCounts(self._days),
            **{facet.value: of(facet) for facet in selection.facets},
        )

    def _days(self) -> Counts:
        query = matches_query(self._query, *self._filters.always, *self._filters.without(DATE))
        return {day.isoformat(): count for day, count in count_days(self._point, query).items()}


class LaterCounts(Mapping[str, int]):
    """Counts that are made when they are first used."""

    def __init__(self, count: Callable[[], Counts]) -> None:
        self._count = count

    @cached_property
    def _counts(self) -> Counts:
        return self._count()

    def __getitem__(self, name: str) -> int:
        """The count of a value."""
        return self._counts[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the values, in order."""
        return iter(self._counts)

    def __len__(self) -> int:
        """The number of values."""
        return len(self._counts)


def by_frequency(counted: Counts, chosen: Sequence[str] = ()) -> dict[str, int]:
    """Sort by frequency, highest first, then by name. Chosen values are always included."""
    in_order = dict(sorted({**dict.fromkeys(chosen, 0), **counted}.items()))
    return dict(sorted(in_order.items(), key=itemgetter(1), reverse=True))


def added_up(parts: "Iterator[Counts] | map[Counts]") -> Counts:
    """The sums of counts."""
    counter: Counter[str] = Counter()
    for part in parts:
        counter.update(part)
    return counter


def count_values(point: PointInTime, query: Query, field: str) -> dict[str, int]:
    """The number of matches with each value of a field."""
    return {bucket["key"]["value"]: bucket["doc_count"] for bucket in _pages(point, query, [_source("value", field)])}


def count_days(point: PointInTime, query: Query) -> dict[date, int]:
    """The number of matches by day of publication, in order of the days."""
    buckets = _pages(point, query, [_source("value", DAY)])
    return {date.fromordinal(bucket["key"]["value"]): bucket["doc_count"] for bucket in buckets}


def spreads(point: PointInTime, query: Query, facet: Facet) -> dict[str, Spread]:
    """How the matches spread over time, by value of a facet."""
    found: dict[str, Spread] = {}
    for field in FIELDS[facet]:
        for name, spread in _spreads_of_field(point, query, field).items():
            found[name] = Spread.sum([found[name], spread]) if name in found else spread
    return found


def _spreads_of_field(point: PointInTime, query: Query, field: str) -> dict[str, Spread]:
    found: dict[str, list[Spread]] = {}
    sources = [_source("value", field), _source("month", MONTH, missing=True)]
    days = {"first": {"min": {"field": DAY}}, "last": {"max": {"field": DAY}}}
    for bucket in _pages(point, query, sources, days):
        month, count = bucket["key"]["month"], bucket["doc_count"]
        spread = Spread(count)
        if month is not None:
            first, last = (date.fromordinal(round(bucket[name]["value"])) for name in ("first", "last"))
            spread = Spread(count, first, last, {month: count})
        found.setdefault(bucket["key"]["value"], []).append(spread)
    return {name: Spread.sum(parts) for name, parts in found.items()}


def _source(name: str, field: str, *, missing: bool = False) -> Mapping[str, Any]:
    return {name: {"terms": {"field": field, **({"missing_bucket": True} if missing else {})}}}


def _pages(
    point: PointInTime, query: Query, sources: Sequence[Mapping[str, Any]], inner: Mapping[str, Any] | None = None
) -> Iterator[Mapping[str, Any]]:
    """All combinations of values of the sources, in order, each as a bucket."""
    after: Mapping[str, Any] | None = None
    while True:
        composite = {"size": _VALUES_OF_PAGE, "sources": sources, **({"after": after} if after else {})}
        counted: dict[str, Any] = {"composite": composite, **({"aggs": inner} if inner else {})}
        answer = point.search({"size": 0, "track_total_hits": False, "query": query, "aggs": {_VALUES: counted}})
        found = answer["aggregations"][_VALUES]
        yield from found["buckets"]
        after = found.get("after_key")
        if after is None or len(found["buckets"]) < _VALUES_OF_PAGE:
            return


def value_counts(point: PointInTime, query: Query, field: Field) -> Mapping[str, int]:
    """The values of a field of names, each with its number of articles. Raises ValueError for other fields."""
    fields = _NAMES.get(field)
    if fields is None:
        raise ValueError(worded("{value} has no values that can be listed", value=field.value))
    return added_up(count_values(point, query, name) for name in fields)


_NAMES: Mapping[Field, Sequence[str]] = {
    **{field: (field.value,) for field in (Field.SOURCE, Field.ASSIGNED_TOPIC, Field.SECTION)},
    **{field: (field.value,) for field in (Field.AUTHORS, Field.PUBLISHER, Field.LANGUAGE)},
    Field.TOPIC: topic_fields(TopicKind.ANY),
}
