"""The impacts of many words are those of each."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.whoosh_index.ranking import IMPACT_STEPS, impact, impacts

places = st.tuples(st.integers(1, 500), st.integers(0, 3_000), st.integers(1, 5_000))


@given(st.lists(places, min_size=1, max_size=50))
def test_to_the_last_bit(words: list[tuple[int, int, int]]) -> None:
    frequencies, depths, lengths = (np.array(part) for part in zip(*words, strict=True))
    steps = impacts(frequencies, depths, lengths)
    assert (steps / IMPACT_STEPS).tolist() == [impact(*word) for word in words]
