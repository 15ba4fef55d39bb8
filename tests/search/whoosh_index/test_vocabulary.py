"""Words and corrections are based on the texts of all segments."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.engine import WordList
from newsarchive.search.suggesting import correction
from newsarchive.search.suggesting.correction import Corrector
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.querying.vocabulary import SegmentWords, live_frequency, most_frequent
from tests.search.whoosh_index.library import index_of

Segments = Sequence[Sequence[Sequence[str]]]
"""The words of the articles of each segment."""


def segments_of(folder: Path, segments: Segments) -> tuple[OpenSegment, ...]:
    with index_of(folder, segments) as index:
        return index.segments


def word_lists(segments: Sequence[OpenSegment]) -> list[WordList]:
    return [SegmentWords(segment, found) for segment in segments if (found := segment.field("exact")) is not None]


words = st.sampled_from(("كتب", "كتاب", "كاتب", "مكتبه", "قلم", "ان", "كان", "ab"))
archives = st.lists(st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=4), min_size=1, max_size=3)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(archives, st.sampled_from(("", "ك", "كت", "كتب", "ز")))
def test_frequencies_are_summed_over_segments(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[list[str]]], prefix: str
) -> None:
    expected = Counter(word for articles in texts for article in articles for word in set(article))
    segments = segments_of(tmp_path_factory.mktemp("index"), texts)
    assert {word: sum(live_frequency(segment, "exact", word) for segment in segments) for word in expected} == expected
    assert sum(live_frequency(segment, "exact", "غائب") for segment in segments) == 0
    listed = sorted(((-count, word.encode()) for word, count in expected.items() if word.startswith(prefix)))
    found = most_frequent(segments, "exact", prefix, 20)
    assert found == [(word.decode(), -count) for count, word in listed]


def test_most_frequent_of_many_words(tmp_path: Path) -> None:
    segments = segments_of(tmp_path, [[["كتب", "كتاب"], ["كتب"], ["كاتب"], ["كتاب"]], [["كتاب", "كاتب"]]])
    assert most_frequent(segments, "exact", "ك", 2) == [("كتاب", 3), ("كاتب", 2)]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_corrections_use_frequencies_of_all_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """«كتابك» and «كتابه» are equally close to the typed word. «كتابه» is more frequent in one segment only."""
    monkeypatch.setattr(correction, "_READ_AT_ONCE", at_once)
    often, seldom = [["كتابه", "مدرسه"]] * 3, [["كتابك", "بعيد"]] * 2
    assert Corrector(lambda: word_lists(segments_of(tmp_path / "one", [often, seldom]))).best("كتابس") == "كتابه"
    assert (
        Corrector(lambda: word_lists(segments_of(tmp_path / "two", [often, seldom, seldom]))).best("كتابس") == "كتابك"
    )


def test_an_empty_index_has_no_corrections(tmp_path: Path) -> None:
    segments = segments_of(tmp_path, [])
    assert Corrector(lambda: word_lists(segments)).best("كتبا") is None
    assert most_frequent(segments, "exact", "ك", 3) == []
