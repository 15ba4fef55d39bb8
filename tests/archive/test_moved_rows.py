"""After a purge, the rows of the catalogue are moved instead of read again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.archive.catalogue import Entry
from newsarchive.archive.checked_rows import Row
from newsarchive.archive.moved_rows import has_lines, without_texts
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound
from tests.articles import NOW

Make = Callable[..., Article]


def fill(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(number, url=f"https://example.com/{number}") for number in range(6)])
        writer.append([article(3, revision=2, body="نص آخر."), article(0, revision=2, body="نص جديد.")])
    archive.catch_up()


def entry_of(archive: Archive) -> Callable[[int], Entry]:
    def find(number: int) -> Entry:
        entry = archive.catalogue.latest(f"id{number}")
        assert entry is not None
        return entry

    return find


def rows_of(archive: Archive) -> list[tuple[object, ...]]:
    archive.catch_up()
    archive.catalogue.counts()  # reads and checks all rows
    with closing(sqlite3.connect(archive.folder / "catalogue.sqlite3")) as file:
        return sorted(file.execute("SELECT id, part, offset, length, revision, text, address, guid FROM revisions"))


def assert_same_as_rebuilt(archive: Archive) -> None:
    moved = rows_of(archive)
    archive.catalogue.rebuild()
    assert moved == rows_of(archive)


@pytest.mark.parametrize("purged", [["id0"], ["id3"], ["id5"], ["id1", "id2"], [f"id{number}" for number in range(6)]])
def test_moved_rows_equal_those_of_a_new_catalogue(archive: Archive, article: Make, purged: list[str]) -> None:
    fill(archive, article)
    for article_id in purged:
        with ArchiveWriter(archive, clock=lambda: NOW) as writer:
            writer.purge(article_id, "طلب الناشر")
        assert_same_as_rebuilt(archive)
    for number in range(6):
        if f"id{number}" in purged:
            with pytest.raises(ArticleNotFound):
                archive.get(f"id{number}")
        else:
            assert archive.get(f"id{number}").id == f"id{number}"


def test_several_purges_are_followed_at_once(archive: Archive, article: Make) -> None:
    fill(archive, article)
    other = Archive(archive.folder)
    for article_id in ("id0", "id4"):
        with ArchiveWriter(other, clock=lambda: NOW) as writer:
            writer.append([article(int(article_id[2:]) + 10)])
            writer.archive.catch_up = lambda: None  # type: ignore[method-assign]
            writer.purge(article_id, "طلب الناشر")
    other.close()
    assert_same_as_rebuilt(archive)


def test_a_part_with_a_damaged_line_is_read_again(archive: Archive, article: Make) -> None:
    fill(archive, article)
    archive.close()
    (archive.folder / "catalogue.sqlite3").unlink()
    part = next((archive.folder / "articles").iterdir())
    part.write_bytes(part.read_bytes().replace("العنوان 1".encode(), "العنوان 7".encode()))
    damaged = Archive(archive.folder)
    damaged.catch_up()
    with ArchiveWriter(damaged, clock=lambda: NOW) as writer:
        writer.purge("id4", "طلب الناشر")
    assert_same_as_rebuilt(damaged)
    damaged.close()


def test_the_old_version_of_a_part_does_not_have_the_rows_left(archive: Archive, article: Make) -> None:
    """All lines have the same length, so only the ids differ."""
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(number) for number in range(4)])
    (part,) = (archive.folder / "articles").iterdir()
    rows = [Row(entry.id, 0, entry.offset, entry.length, 1, b"x" * 16) for entry in map(entry_of(archive), range(4))]
    assert len({row.length for row in rows}) == 1
    assert has_lines(part, rows)
    left = without_texts(rows, {"id1"}, archive.end().offset)
    assert left is not None
    assert not has_lines(part, left)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50), st.booleans())), st.sets(st.integers(0, 3)))
def test_the_rows_left_are_contiguous(lines: list[tuple[int, int, bool]], purged: set[int]) -> None:
    rows, end = [], 0
    for number, length, is_article in lines:
        rows.append(Row(f"id{number}", 0, end, length, 1, b"x" * 16 if is_article else None))
        end += length
    left = without_texts(rows, {f"id{number}" for number in purged}, end)
    assert left is not None
    assert [(row.id, row.length) for row in left] == [
        (row.id, row.length) for row in rows if row.text is None or int(row.id[2:]) not in purged
    ]
    assert [row.offset for row in left] == [sum(row.length for row in left[:place]) for place in range(len(left))]
    assert without_texts(rows, set(), end + 1) is None
    if rows:
        assert without_texts(rows[1:], set(), end) is None
