"""The impacts of many words are those of each, and no weight is below 0."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search import SearchRequest
from newsarchive.search.scoring.impact import IMPACT_STEPS, impact, impacts
from tests.libraries import append
from tests.search.whoosh_index.library import article, make_library

places = st.tuples(st.integers(1, 500), st.integers(0, 3_000), st.integers(1, 5_000))


@given(st.lists(places, min_size=1, max_size=50))
def test_to_the_last_bit(words: list[tuple[int, int, int]]) -> None:
    frequencies, depths, lengths = (np.array(part) for part in zip(*words, strict=True))
    steps = impacts(frequencies, depths, lengths)
    assert (steps / IMPACT_STEPS).tolist() == [impact(*word) for word in words]


def test_the_bonus_ends_where_it_is_nothing() -> None:
    depths = [0, 1, 400, 14_000, 15_000, 15_001, 40_000, 3_000_000]
    ones = np.ones(len(depths), dtype=np.intp)
    found = impacts(ones, np.array(depths), ones * 500)
    assert (found / IMPACT_STEPS).tolist() == [impact(1, depth, 500) for depth in depths]


def test_no_word_counts_against_an_article_that_was_revised(tmp_path: Path) -> None:
    """Deleted documents are still in posting lists: the best stay the best, before and after they are gone."""
    with make_library(tmp_path) as library:
        append(library, *(article(number, text="كلمة " * (number % 7)) for number in range(40)))
        library.update_index()
        append(library, *(article(number, revision=2, text="كلمة " * (number % 7)) for number in range(0, 40, 3)))
        library.update_index()
        request = SearchRequest(text="كلمة الأرشيف", limit=5)
        before = library.search(request).hits
        assert min(hit.score for hit in before) > 0
        library.search_service.rebuild()
        assert [hit.article.id for hit in library.search(request).hits] == [hit.article.id for hit in before]
