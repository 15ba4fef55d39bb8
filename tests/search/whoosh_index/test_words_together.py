"""Words near each other and parts of a query that match, on an index, against brute force."""

import tempfile
from collections.abc import Sequence
from itertools import pairwise, product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.engine import Selection
from newsarchive.search.scoring.analysis import PARAGRAPH_GAP
from newsarchive.search.scoring.tree import Adjacent, Constant, Field, Near
from tests.articles import make_article
from tests.search.whoosh_index.library import ArrangedIndex

WORDS = ("alpha", "beta", "gamma", "delta", "other")
paragraphs = st.lists(st.sampled_from((*WORDS, "x", "x", "y")), min_size=1, max_size=12)
texts = st.lists(paragraphs, min_size=1, max_size=3)
nears = st.builds(
    Near,
    st.just(Field.TEXT),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=4, unique=True).map(tuple),
    st.integers(1, PARAGRAPH_GAP - 1),
)


def is_near(text: Sequence[Sequence[str]], near: Near) -> bool:
    """Whether any choice of one place per word lies within the distance, in one paragraph."""
    return any(
        max(chosen) - min(chosen) <= near.distance
        for words in text
        for chosen in product(*([at for at, word in enumerate(words) if word == wanted] for wanted in near.words))
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, min_size=1, max_size=8), st.lists(nears, min_size=4, max_size=8))
def test_near_words_are_found_in_any_order_within_the_distance(
    bodies: list[list[list[str]]], asked: list[Near]
) -> None:
    articles = [
        make_article(number, title="", body="\n".join(map(" ".join, body))) for number, body in enumerate(bodies)
    ]
    with tempfile.TemporaryDirectory() as folder, ArrangedIndex(Path(folder)) as index:
        index.take_in(articles)
        snapshot = index.snapshot()
        for near in asked:
            ranking = snapshot.rank(Constant(near, 0.0), Selection(depth=100))
            found = set(snapshot.ids(ranking.documents.tolist()))
            assert found == {f"id{number}" for number, body in enumerate(bodies) if is_near(body, near)}


many = tuple(f"w{chr(97 + number)}" for number in range(24))
followed = st.lists(st.sampled_from((*many, "rare", "x")), min_size=1, max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(followed, min_size=1, max_size=6))
def test_any_of_many_words_before_another(bodies: list[list[str]]) -> None:
    articles = [make_article(number, title="", body=" ".join(body)) for number, body in enumerate(bodies)]
    with tempfile.TemporaryDirectory() as folder, ArrangedIndex(Path(folder)) as index:
        index.take_in(articles)
        snapshot = index.snapshot()
        for first in (many, many[:3], many):  # the second time, as they were kept
            tree = Adjacent(Field.EXACT, (first[0], "rare"), first[1:])
            ranking = snapshot.rank(Constant(tree, 0.0), Selection(depth=100))
            expected = {f"id{number}" for number, body in enumerate(bodies) if _is_before(body, first, "rare")}
            assert set(snapshot.ids(ranking.documents.tolist())) == expected
            assert snapshot.finds(tree) == bool(expected)


def _is_before(body: Sequence[str], first: Sequence[str], second: str) -> bool:
    return any(before in first and after == second for before, after in pairwise(body))
