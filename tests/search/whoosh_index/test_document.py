"""The data of an article in the index other than its words."""

from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter, Position
from newsarchive.archive.parts import arrival_number
from newsarchive.article import Topic
from newsarchive.library import Library
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR
from newsarchive.search.whoosh_index.storage.segment import SegmentData
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, engine_of

FIRST = replace(
    article(1),
    publisher="صحيفة المدينة",
    authors=("ليلى حسن", "John Smith"),
    topics=(Topic("الشرق الأوسط", "feed"), Topic("sport", "text")),
    language="ar",
)


def segments(library: Library) -> list[SegmentData]:
    with engine_of(library).snapshot() as snapshot:
        return [segment.data for segment in snapshot._segments]


def column(data: SegmentData, name: str) -> list[str]:
    values = data.values(name)
    return [values[ordinal].decode() for ordinal in data.ordinals(name).tolist()]


def test_facet_columns_have_the_original_values(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, FIRST, article(2))
        library.update_index()
        (data,) = segments(library)
        assert column(data, "publisher") == ["صحيفة المدينة", ""]
        assert column(data, "authors") == [TOPIC_SEPARATOR.join(FIRST.authors), ""]
        assert column(data, "sections") == ["middle-east", ""]
        assert column(data, "topics") == ["sport", "sport"]
        assert column(data, "assigned_topics") == ["", ""]
        assert column(data, "language") == ["ar", "ar"]
        assert data.numbers("group").tolist() == [0, 0]


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("publisher_key", "صحيفه المدينه"),
        ("author_key", "ليلي حسن"),
        ("author_key", "john smith"),
        ("source_key", "صحيفه"),
    ],
)
def test_names_are_found_in_any_spelling(tmp_path: Path, field: str, key: str) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, FIRST)
        library.update_index()
        (data,) = segments(library)
        postings = data.field(field)
        assert postings is not None
        assert postings.find(key.encode()) is not None


def test_the_arrival_number_comes_from_the_first_revision(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, FIRST, article(2))
        library.update_index()
        (data,) = segments(library)
        first, second = data.numbers("arrival").tolist()
        append(library, replace(FIRST, revision=2, title="عنوان آخر"), article(3))
        library.update_index()
        arrivals = {
            article_id: number
            for data in segments(library)
            for article_id, number in zip(
                data.stored("id", range(len(data.numbers("arrival")))), data.numbers("arrival").tolist(), strict=True
            )
        }
        assert arrivals[FIRST.id] == first < arrivals[article(2).id] == second < arrivals[article(3).id]
        library.search_service.rebuild()
        (rebuilt,) = segments(library)
        assert sorted(rebuilt.numbers("arrival").tolist()) == sorted(arrivals.values())


def test_arrival_numbers_grow_with_month_part_and_offset() -> None:
    positions = [
        Position("2025-12.999.jsonl", 1 << 31),
        Position("2026-01.001.jsonl", 0),
        Position("2026-01.001.jsonl", 70_000_000),
        Position("2026-01.002.jsonl", 0),
        Position("2026-01.1000.jsonl", 5),
        Position("2026-02.001.jsonl", 0),
    ]
    numbers = list(map(arrival_number, positions))
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0
    assert arrival_number(Position("2730-01.65535.jsonl", (1 << 32) - 1)) < 1 << 63


def test_indexing_does_not_need_the_catalogue(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library, ArchiveWriter(library.archive) as writer:
        writer.append([FIRST])
        assert library.archive.first_position(FIRST.id) == Position(library.archive.parts.names()[0], 0)
        assert library.archive.first_position("unknown") is None
