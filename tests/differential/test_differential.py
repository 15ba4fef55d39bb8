"""The arrays find what stock Whoosh finds: documents, scores, totals, order and facets, whatever was committed how."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as q

from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.whoosh_index.querying import evaluation, rules
from newsarchive.search.whoosh_index.querying import segment_query as run
from newsarchive.search.whoosh_index.querying import top_documents as selection
from newsarchive.search.whoosh_index.querying.evaluation import evaluate
from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.querying.rules import Scored, add_scores, documents_rule
from newsarchive.search.whoosh_index.querying.segment_query import Run
from newsarchive.search.whoosh_index.storage import columns
from newsarchive.search.whoosh_index.updating.merging import CHUNK_POSTINGS
from tests.differential.oracle import ArrayIndex, Commit, StockIndex, slips_set_right
from tests.differential.strategies import commits, queries, requests


@pytest.fixture(autouse=True, scope="module")
def _slips_set_right() -> Iterator[None]:
    with slips_set_right():
        yield


def _scores_of(leaf: Leaf, query: q.Query) -> Iterator[tuple[int, float]]:
    work = Run(leaf, documents_rule)
    ids = leaf.live(work.documents(query))
    scored = Scored(ids)
    add_scores(query, work, scored, 1.0)
    return zip(ids.tolist(), scored.scores.tolist(), strict=True)


def _selection(request: SearchRequest) -> Selection:
    return Selection(
        sources=request.sources,
        topics=request.topics,
        date_from=request.date_from,
        date_to=request.date_to,
        order=request.order,
        depth=request.page * request.limit,
    )


THRESHOLDS: dict[tuple[ModuleType, str], tuple[int, ...]] = {
    (columns, "FEW"): (columns.FEW, 0),
    (columns, "MOST_COMBINATIONS"): (columns.MOST_COMBINATIONS, 1, 30),
    (evaluation, "_FEW"): (evaluation._FEW, 0),
    (run, "SHORT"): (run.SHORT, 0),
    (run, "MUCH_SHORTER"): (run.MUCH_SHORTER, 1),
    (run, "MANY"): (run.MANY, 0, 1000),
    (rules, "_DENSE"): (rules._DENSE, 0, 1000),
    (rules, "POSTINGS_AT_ONCE"): (rules.POSTINGS_AT_ONCE, 1),
    (selection, "MANY"): (selection.MANY, 0),
    (selection, "_PER_GROUP"): (selection._PER_GROUP, 1),
}
"""Where another way is taken for larger archives: with other values small ones go there, too."""
chunks = st.sampled_from((1, 7, CHUNK_POSTINGS))
thresholds = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in THRESHOLDS.items()})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commits(), st.lists(st.tuples(queries, requests), min_size=1, max_size=8), thresholds, chunks)
def test_the_arrays_answer_as_stock_whoosh_does(
    changes: list[Commit],
    asked: list[tuple[q.Query, SearchRequest]],
    set_to: dict[tuple[ModuleType, str], int],
    chunk: int,
) -> None:
    with (
        tempfile.TemporaryDirectory() as stock_folder,
        tempfile.TemporaryDirectory() as array_folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        for (module, name), value in set_to.items():
            patch.setattr(module, name, value)
        stock, arrays = StockIndex(Path(stock_folder)), ArrayIndex(Path(array_folder), chunk)
        for change in changes:
            stock.commit(change)
            arrays.commit(change)
        searcher, leaves = arrays.leaves()
        for query, request in asked:
            expected = stock.search(query, request)
            ranked = evaluate(leaves, query, _selection(request))
            everything = SearchRequest(limit=100, sort=Sort.BEST)
            all_expected = stock.search(query, everything)
            found = {
                searcher.stored_fields(docnum + leaf.offset)["id"]: score
                for leaf in leaves
                for docnum, score in _scores_of(leaf, query)
            }
            assert found == pytest.approx(all_expected.scores, abs=1e-5)
            assert ranked.total == expected.total
            assert ranked.facets.source == expected.source
            assert ranked.facets.topic == expected.topic
            assert ranked.facets.month == expected.month
            rows = ranked.documents[(request.page - 1) * request.limit :].tolist()
            shown = [searcher.stored_fields(docnum)["id"] for docnum in rows]
            assert set(shown) <= set(expected.scores)
            assert len(shown) == len(set(shown)) == len(expected.order)
            if request.order is Sort.BEST:
                listed = [expected.scores[article_id] for article_id in shown]
                assert listed == pytest.approx([-score for score, _ in expected.order], abs=1e-4)
            else:
                moments = {}
                for leaf in leaves:
                    for docnum, moment in enumerate(leaf.columns.moment.tolist()):
                        moments[docnum + leaf.offset] = moment
                assert [moments[docnum] for docnum in rows] == [
                    moment if request.order is Sort.OLDEST else -moment for _, moment in expected.order
                ]
