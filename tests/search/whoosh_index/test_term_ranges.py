"""Ranges of terms cover all terms of all segments, and don't exceed the limit of postings."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.whoosh_index.updating.term_ranges import term_ranges
from tests.search.whoosh_index.test_vocabulary import segments_of

words = st.sampled_from(("ا", "اب", "ابت", "ب", "بت", "ت", "a", "ab", "b", "z"))
archives = st.lists(st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(archives, st.integers(1, 12))
def test_ranges(tmp_path_factory: pytest.TempPathFactory, texts: list[list[list[str]]], most: int) -> None:
    fields = [
        field for segment in segments_of(tmp_path_factory.mktemp("index"), texts) if (field := segment.field("exact"))
    ]
    listed: list[list[bytes]] = []
    for ranges in term_ranges(fields, most):
        count: Counter[bytes] = Counter()
        for field, (start, stop) in zip(fields, ranges, strict=True):
            for number in range(start, stop):
                count[field.term(number)] += field.document_frequency(number)
        assert len(count) == 1 or sum(count.values()) <= most
        listed.append(sorted(count))
    assert all(before[-1] < behind[0] for before, behind in pairwise(listed))
    expected = {word.encode() for articles in texts for article in articles for word in article}
    assert [term for terms in listed for term in terms] == sorted(expected)
