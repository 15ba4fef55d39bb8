"""The data that a segment can hold, where it differs from Whoosh's own segments."""

from pathlib import Path

import pytest
from whoosh import columns, fields

from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder, _OrdinalCollector
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.search.whoosh_index.storage.segment import SegmentData


def test_a_column_keeps_any_number_of_values(tmp_path: Path) -> None:
    # DIVERGENCES.md, 9
    values = [f"{number:05}" for number in range((1 << 16) + 1)]
    collector = _OrdinalCollector(make_schema()["source"])
    for docnum, value in enumerate(values):
        collector.add(docnum, value)
    with ArrayFileWriter(tmp_path / "segment") as out:
        collector.write(out, "source")
    data = SegmentData(tmp_path / "segment")
    kept = data.values("source")
    assert [kept[ordinal].decode() for ordinal in data.ordinals("source")] == values


@pytest.mark.parametrize(
    "field",
    [fields.TEXT(), fields.NGRAM(), fields.COLUMN(columns.VarBytesColumn()), fields.COLUMN(columns.BitColumn())],
)
def test_an_unsupported_field_type_is_rejected(field: fields.FieldType) -> None:
    # DIVERGENCES.md, 12
    schema = make_schema()
    schema.add("other", field)
    with pytest.raises(TypeError):
        SegmentBuilder(schema, Wordbook(1))
