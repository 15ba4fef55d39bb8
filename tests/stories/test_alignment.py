"""Passages: at least twelve consecutive words, of which one in twelve may be changed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.stories.alignment import FEWEST, Passage, Seeds, Words, in_passages, passages_from
from newsarchive.stories.fingerprints import GRAM


def words(text: list[int]) -> Words:
    return np.array(text, np.uint16)


def run(length: int, first: int = 100) -> list[int]:
    return list(range(first, first + length))


def found(text: list[int], article: list[int]) -> list[Passage]:
    """The passages from the first n-gram that both texts have."""
    for start in range(len(text) - GRAM + 1):
        for place in range(len(article) - GRAM + 1):
            if text[start : start + GRAM] == article[place : place + GRAM]:
                seeds = Seeds(*(np.array([each]) for each in (start, place, 0, len(article))))
                if in_passages(words(text), words(article), seeds)[0]:
                    return list(passages_from(words(text), words(article), start, place))
    return []


def test_twelve_words_are_a_passage_and_ten_are_not() -> None:
    (passage,) = found([1, 2, *run(12), 3], [4, *run(12), 5, 6])
    assert (passage.span, passage.other_span, passage.equal) == ((2, 14), (1, 13), 12)
    assert found([1, *run(10), 2], [3, *run(10), 4]) == []


@pytest.mark.parametrize("place", range(12))
def test_any_of_twelve_words_may_be_changed(place: int) -> None:
    changed = run(12)
    changed[place] = 7
    (passage,) = found([1, *changed, 2], [3, *run(12), 4])
    assert passage.equal == 11


@pytest.mark.parametrize("place", range(1, 12))
def test_a_word_may_be_added_or_left_out(place: int) -> None:
    added = [*run(12)[:place], 7, *run(12)[place:]]
    (passage,) = found([1, *added, 2], [3, *run(12), 4])
    assert passage.equal == 12
    (passage,) = found([3, *run(12), 4], [1, *added, 2])
    assert passage.equal == 12
    left_out = [*run(12)[:place], *run(12)[place + 1 :]]
    (passage,) = found([1, *left_out, 2], [3, *run(12), 4])
    assert passage.equal == 11


def test_two_of_twelve_words_are_too_many() -> None:
    changed = run(12)
    changed[3] = changed[8] = 7
    assert found([1, *changed, 2], [3, *run(12), 4]) == []


def test_a_long_passage_may_have_an_edit_for_each_twelve_words() -> None:
    changed = run(60)
    for place in (5, 17, 29, 41, 53):
        changed[place] = 7
    (passage,) = found([1, 2, 3, *changed, 2], [5, *run(60), 4])
    assert (passage.span, passage.equal, len(passage.runs)) == ((3, 63), 55, 6)


def test_a_passage_ends_where_too_much_differs() -> None:
    text = [*run(20), 7, 8, 9, 10, 11, *run(5, 300)]
    (passage,) = found(text, [*run(20), 17, 18, 19, 20, 21, *run(5, 300)])
    assert passage.span == (0, 20)


texts = st.lists(st.integers(0, 3), max_size=12)


@given(texts, texts, texts, texts, st.integers(14, 60), st.data())
def test_runs_are_equal_and_in_order(
    before: list[int],
    after: list[int],
    other_before: list[int],
    other_after: list[int],
    length: int,
    data: st.DataObject,
) -> None:
    changed = run(length)
    for place in data.draw(st.sets(st.integers(0, length - 1), max_size=length // 12)):
        changed[place] = 3
    text, article = [*before, *changed, *after], [*other_before, *run(length), *other_after]
    for passage in found(text, article):
        assert passage.equal >= FEWEST
        for start, place, equal in passage.runs:
            assert text[start : start + equal] == article[place : place + equal]
        for first, second in pairwise(passage.runs):
            assert first.start + first.length <= second.start
            assert first.place + first.length <= second.place
        edits = sum(max(b.start - a.start, b.place - a.place) - a.length for a, b in pairwise(passage.runs))
        assert edits * FEWEST <= passage.equal + FEWEST * (len(passage.runs) - 1)


def test_an_article_ends_where_the_next_begins() -> None:
    both = words([*run(6), *run(6, 106)])
    seeds = Seeds(np.array([0]), np.array([0]), np.array([0]), np.array([6]))
    assert not in_passages(words(run(12)), both, seeds)[0]
    assert in_passages(words(run(12)), both, seeds._replace(ends=np.array([12])))[0]
