"""What the comparison with Whoosh does not reach: ranges of many words, and a search that breaks off."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from whoosh import query as q
from whoosh.index import FileIndex

from newsarchive.errors import IndexDamaged
from newsarchive.search.whoosh_index.querying import rules
from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.querying.segment_query import Run
from newsarchive.search.whoosh_index.querying.weighting import ImpactWeighting
from newsarchive.search.whoosh_index.storage.durable_storage import DurableStorage
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter

WORDS = ("كتاب", "كتب", "كاتب", "مكتبه", "قلم")


@pytest.fixture
def leaf(tmp_path: Path) -> Leaf:
    index = FileIndex.create(DurableStorage(tmp_path, lambda _generation, _contents: None), make_schema())
    writer = ArrayWriter(index)
    for number in range(40):
        words = [word for place, word in enumerate(WORDS) if number % (place + 2) == 0]
        writer.add_document(id=f"{number:02}", text=[words], exact=[words])
    writer.commit()
    ((searcher, offset),) = index.searcher(weighting=ImpactWeighting()).leaf_searchers()
    return Leaf(searcher, offset)


@pytest.mark.parametrize("at_once", [1, 7, 21, 1000])
def test_a_prefix_of_many_words_is_worked_out_in_pieces(
    leaf: Leaf, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "POSTINGS_AT_ONCE", at_once)
    found = Run(leaf, rules.documents_rule).documents(q.Prefix("exact", "ك"))
    assert found.tolist() == [number for number in range(40) if not (number % 2 and number % 3 and number % 4)]
    field = leaf.field("exact")
    assert field is not None
    ranges = list(field.chunks(0, len(field), at_once))
    assert [start for start, _ in ranges] == [0, *(stop for _, stop in ranges[:-1])]
    assert ranges[-1][1] == len(field)
    for start, stop in ranges:
        assert stop - start == 1 or field.first[stop] - field.first[start] <= at_once


def test_what_breaks_off_leaves_no_marks(leaf: Leaf) -> None:
    def damaged() -> Iterator[IntArray]:
        yield np.arange(20)
        raise IndexDamaged("a list")

    run = Run(leaf, rules.documents_rule)
    with pytest.raises(IndexDamaged):
        run.distinct(damaged())
    assert run.distinct([np.array([39]), np.array([3, 1])]).tolist() == [1, 3, 39]
