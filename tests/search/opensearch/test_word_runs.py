"""Runs of words: blocks keep their words, runs add up, and there are few of them."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import IndexDamaged
from newsarchive.search.opensearch.state import Run
from newsarchive.search.opensearch.terms import MOST_BYTES, document_key, id_of, id_term, indexable, prefix_of
from newsarchive.search.opensearch.word_runs import _decode, _encode, added_up, runs_to_merge
from newsarchive.search.opensearch.words import ClusterWords

words = st.text("ابتكلمنa1é", min_size=1, max_size=6).map(str.encode)
runs = st.dictionaries(words, st.integers(-5, 5)).map(lambda counts: sorted(counts.items()))


@given(st.dictionaries(words, st.integers(-(2**31), 2**31 - 1), min_size=1))
def test_blocks_keep_words_and_counts(counts: dict[bytes, int]) -> None:
    block = sorted(counts.items())
    assert list(_decode("index", {"block": _encode(block)})) == block


@pytest.mark.parametrize("source", [{}, {"block": "!"}, {"block": "AAAA"}, {"block": "eJwDAAAAAAE="}])
def test_damaged_blocks_are_noticed(source: dict[str, str]) -> None:
    with pytest.raises(IndexDamaged, match="block of words"):
        list(_decode("index", source))


@given(st.lists(runs, max_size=4))
def test_runs_add_up(several: list[list[tuple[bytes, int]]]) -> None:
    expected: Counter[bytes] = Counter()
    for run in several:
        for word, change in run:
            expected[word] += change
    assert list(added_up(several)) == sorted((word, total) for word, total in expected.items() if total)


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=200))
def test_there_are_few_runs(sizes: Sequence[int]) -> None:
    kept: list[Run] = []
    for size in sizes:
        kept.append(Run("new", size, 1))
        if count := runs_to_merge(kept):
            kept[-count:] = [Run("merged", sum(run.words for run in kept[-count:]), 1)]
        assert all(first.words >= 2 * second.words for first, second in pairwise(kept))
    assert len(kept) <= 1 + sum(sizes).bit_length()


@given(st.dictionaries(words, st.integers(1, 9)), st.text("ابa", max_size=2), st.integers(0, 5))
def test_the_most_frequent_words_come_first(counts: dict[bytes, int], prefix: str, count: int) -> None:
    listed = ClusterWords(sorted(counts.items()))
    found = sorted((-articles, word) for word, articles in counts.items() if word.startswith(prefix.encode()))
    assert listed.most_frequent(prefix, count) == [(word.decode(), -articles) for articles, word in found[:count]]
    for word, articles in counts.items():
        assert listed.articles_with(word.decode()) == articles
    assert listed.articles_with("غائب") == 0


@given(st.text(st.characters(codec=None), min_size=1, max_size=200))
def test_any_id_is_kept(article_id: str) -> None:
    assert id_of(id_term(article_id)) == article_id
    id_term(article_id).encode()
    assert 0 < len(document_key(article_id).encode()) <= 512


@given(st.text("اa\ud800𐍈", min_size=1, max_size=9), st.sampled_from((1, 1_000, 9_000, 20_000)))
def test_any_word_fits_into_the_index(text: str, times: int) -> None:
    term = indexable(text * times)
    assert len(term.encode()) <= MOST_BYTES
    assert term.startswith(prefix_of(text * times))
    assert indexable(text * times + "b") != term
