"""Cases not covered by the comparison with Whoosh: prefixes of many words, failed searches, unsupported queries."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from whoosh import query as q

from newsarchive.errors import IndexDamaged
from newsarchive.search.whoosh_index.querying import rules
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.querying.segment_query import SegmentQuery
from newsarchive.search.whoosh_index.storage.packing import IntArray
from tests.search.whoosh_index.library import index_of

WORDS = ("كتاب", "كتب", "كاتب", "مكتبه", "قلم")


@pytest.fixture
def segment(tmp_path: Path) -> Iterator[OpenSegment]:
    def words(number: int) -> list[str]:
        return ["نص", *(word for place, word in enumerate(WORDS) if number % (place + 2) == 0)]

    with index_of(tmp_path, [[words(number) for number in range(40)]]) as index:
        (only,) = index.segments
        yield only


@pytest.mark.parametrize("at_once", [1, 7, 21, 1000])
def test_a_prefix_of_many_words_is_evaluated_in_chunks(
    segment: OpenSegment, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # DIVERGENCES.md, 10
    monkeypatch.setattr(rules, "POSTINGS_AT_ONCE", at_once)
    found = SegmentQuery(segment, rules.documents_rule).documents(q.Prefix("exact", "ك"))
    assert found.tolist() == [number for number in range(40) if not (number % 2 and number % 3 and number % 4)]
    field = segment.field("exact")
    assert field is not None
    ranges = list(field.chunks(0, len(field), at_once))
    assert [start for start, _ in ranges] == [0, *(stop for _, stop in ranges[:-1])]
    assert ranges[-1][1] == len(field)
    for start, stop in ranges:
        assert stop - start == 1 or field.first[stop] - field.first[start] <= at_once


def test_an_interrupted_search_leaves_no_marks(segment: OpenSegment) -> None:
    def damaged() -> Iterator[IntArray]:
        yield np.arange(20)
        raise IndexDamaged("a list")

    context = SegmentQuery(segment, rules.documents_rule)
    with pytest.raises(IndexDamaged):
        context.distinct(damaged())
    assert context.distinct([np.array([39]), np.array([3, 1])]).tolist() == [1, 3, 39]


def test_an_unsupported_query_class_is_an_error(segment: OpenSegment) -> None:
    # DIVERGENCES.md, 13
    context = SegmentQuery(segment, rules.documents_rule)
    query = q.Wildcard("exact", "ك*ب")
    with pytest.raises(TypeError, match="no rule"):
        context.documents(query)
    with pytest.raises(TypeError, match="no rule"):
        rules.scores_rule(type(query))(query, context, rules.Scored(np.arange(3)))
