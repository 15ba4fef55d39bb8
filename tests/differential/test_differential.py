"""The index gives the same documents, scores, totals, order and facets as stock Whoosh, after any commits."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.scoring.tree import Field, Scored
from newsarchive.search.whoosh_index import BUFFER_BYTES
from newsarchive.search.whoosh_index.building import inversion
from newsarchive.search.whoosh_index.querying import evaluation, rules
from newsarchive.search.whoosh_index.querying import segment_query as run
from newsarchive.search.whoosh_index.querying import top_documents as selection
from newsarchive.search.whoosh_index.querying.snapshot import WhooshSnapshot
from newsarchive.search.whoosh_index.storage import columns
from newsarchive.search.whoosh_index.updating import merging
from newsarchive.search.whoosh_index.updating.merging import CHUNK_POSTINGS
from tests.differential.oracle import Commit, StockIndex, slips_set_right
from tests.differential.strategies import FOLDED, STEMS, TOPICS, commits, requests, selection_of, trees
from tests.search.whoosh_index.library import ArrangedIndex


@pytest.fixture(autouse=True, scope="module")
def _slips_set_right() -> Iterator[None]:
    with slips_set_right():
        yield


THRESHOLDS: dict[tuple[ModuleType, str], tuple[int, ...]] = {
    (columns, "FEW"): (columns.FEW, 0),
    (columns, "MOST_COMBINATIONS"): (columns.MOST_COMBINATIONS, 1, 30),
    (inversion, "_RUN"): (inversion._RUN, 1),
    (merging, "CHUNK_DOCUMENTS"): (merging.CHUNK_DOCUMENTS, 1),
    (evaluation, "_FEW"): (evaluation._FEW, 0),
    (run, "SHORT"): (run.SHORT, 0),
    (run, "MUCH_SHORTER"): (run.MUCH_SHORTER, 1),
    (run, "MANY"): (run.MANY, 0, 1000),
    (rules, "_DENSE"): (rules._DENSE, 0, 1000),
    (rules, "POSTINGS_AT_ONCE"): (rules.POSTINGS_AT_ONCE, 1),
    (selection, "MANY"): (selection.MANY, 0),
    (selection, "_PER_GROUP"): (selection._PER_GROUP, 1),
}
"""Thresholds for the code paths of large archives; with low values, small archives use these paths, too."""
buffers = st.sampled_from((BUFFER_BYTES, BUFFER_BYTES, 4_000))
"""With little memory, a batch becomes several segments."""
chunks = st.sampled_from((1, 7, CHUNK_POSTINGS))
thresholds = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in THRESHOLDS.items()})


@pytest.mark.long
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commits, st.lists(st.tuples(trees, requests), min_size=8, max_size=16), thresholds, chunks, buffers)
def test_the_index_gives_the_same_results_as_stock_whoosh(
    changes: list[Commit],
    asked: list[tuple[Scored, SearchRequest]],
    set_to: dict[tuple[ModuleType, str], int],
    chunk: int,
    buffer_bytes: int,
) -> None:
    with (
        tempfile.TemporaryDirectory() as stock_folder,
        tempfile.TemporaryDirectory() as array_folder,
        pytest.MonkeyPatch.context() as patch,
        ArrangedIndex(Path(array_folder), buffer_bytes=buffer_bytes) as arrays,
    ):
        # Syncing is slow, and crashes have their own tests (`search/whoosh_index/test_crash.py`).
        patch.setattr(os, "fsync", lambda file: None)
        for (module, name), value in set_to.items():
            patch.setattr(module, name, value)
        stock = StockIndex(Path(stock_folder))
        for change in changes:
            stock.commit(change)
            arrays.take_in(change.records)
            arrays.merge(change.merged, chunk)
        snapshot = arrays.snapshot()
        _compare_frequencies(snapshot, stock)
        for tree, request in asked:
            _compare(snapshot, stock, tree, request)


def _compare_frequencies(snapshot: WhooshSnapshot, stock: StockIndex) -> None:
    assert snapshot.articles == len(stock.documents)
    words = [(field, text) for field in (Field.EXACT, Field.TITLE_EXACT) for text in FOLDED]
    stems = [(field, text) for field in (Field.TEXT, Field.TITLE) for text in STEMS]
    terms = [*words, *stems, *((Field.TOPIC, text) for text in TOPICS)]
    assert snapshot.frequencies(terms) == [stock.frequency(field.value, text) for field, text in terms]


def _compare(snapshot: WhooshSnapshot, stock: StockIndex, tree: Scored, request: SearchRequest) -> None:
    expected = stock.search(tree, request)
    ranking = snapshot.rank(tree, selection_of(request))
    everything = SearchRequest(limit=100, sort=Sort.BEST)
    whole = snapshot.rank(tree, selection_of(everything))
    found = dict(zip(snapshot.ids(whole.documents.tolist()), whole.scores.tolist(), strict=True))
    assert found == pytest.approx(stock.search(tree, everything).scores, abs=1e-5)
    assert ranking.total == expected.total
    assert ranking.facets.source == expected.source
    assert ranking.facets.topic == expected.topic
    assert ranking.facets.month == expected.month
    assert ranking.facets.section == expected.section
    assert ranking.facets.assigned == expected.assigned
    first = (request.page - 1) * request.limit
    shown = snapshot.ids(ranking.documents[first:].tolist())
    assert set(shown) <= set(expected.scores)
    assert len(shown) == len(set(shown)) == len(expected.order)
    assert ranking.scores[first:].tolist() == pytest.approx([found[article_id] for article_id in shown], abs=1e-5)
    if request.order is Sort.BEST:
        listed = [expected.scores[article_id] for article_id in shown]
        assert listed == pytest.approx([-score for score, _ in expected.order], abs=1e-4)
    else:
        assert ranking.moments[first:].tolist() == [
            moment if request.order is Sort.OLDEST else -moment for _, moment in expected.order
        ]
