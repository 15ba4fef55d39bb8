"""Whatever happens to the catalogue file, every lookup returns the same result, and the file is valid afterwards."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.archive.catalogue import Counts
from newsarchive.archive.digests import short_digest
from newsarchive.errors import ArticleNotFound
from tests.articles import NOW, make_article

ARTICLES = 400
"""Enough articles for B-trees of more than one level."""
LINES = ARTICLES + 45 + 8
"""With revisions and withdrawals."""
TEXTS = [short_digest(make_article(number)) for number in range(0, ARTICLES + 40, 3)]
NAME = "catalogue.sqlite3"
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with revisions and withdrawals, and its catalogue."""
    archive = Archive(tmp_path_factory.mktemp("whole") / "archive", create=True)
    articles = [
        make_article(number, url=f"https://example.com/{number}", guid=f"post {number}") for number in range(ARTICLES)
    ]
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append(articles)
        writer.append([replace(article, revision=2, body="نص آخر") for article in articles[::9]])
        for number in range(1, ARTICLES, 50):
            writer.withdraw(f"id{number}", "طلب الناشر")
    archive.catch_up()
    archive.close()
    return archive


@pytest.fixture
def copy(whole: Archive, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(Path(shutil.copytree(whole.folder, tmp_path / "archive")))
    yield archive
    archive.close()


def answers(archive: Archive) -> list[object]:
    """The results of the catalogue: by id, by text, by address, for missing entries, and for everything."""
    ids = [f"id{number}" for number in range(-20, ARTICLES + 20)]
    latest = archive.catalogue.latest_of(ids)
    texts = [archive.catalogue.ids_with_text(text) for text in TEXTS]
    addresses = [archive.catalogue.id_at_address(f"example.com/{number}") for number in range(1, ARTICLES + 40, 3)]
    guids = [archive.catalogue.ids_with_guid(f"post {number}") for number in range(1, ARTICLES + 40, 3)]
    revisions = [archive.catalogue.revisions(article_id) for article_id in ids[::40]]
    articles = archive.get_many(ids[::25])
    return [latest, texts, addresses, guids, revisions, articles, archive.catalogue.counts()]


@pytest.fixture(scope="module")
def right(whole: Archive) -> list[object]:
    found = answers(whole)
    whole.close()
    assert found[-1] == Counts(ARTICLES - 8, 8, LINES)
    return found


def flip_a_byte(path: Path, random: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content))] ^= random.randrange(1, 256)
    path.write_bytes(content)


def flip_a_byte_of_the_header(path: Path, random: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[random.randrange(100)] ^= random.randrange(1, 256)
    path.write_bytes(content)


def flip_a_byte_where_a_page_begins(path: Path, random: random.Random) -> None:
    """The flipped byte is in the cell count, the cell offsets or the pointers to child pages."""
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content) // PAGE) * PAGE + random.randrange(16)] ^= random.randrange(1, 256)
    path.write_bytes(content)


def write_junk_into_a_page(path: Path, random: random.Random) -> None:
    content = bytearray(path.read_bytes())
    start, length = random.randrange(len(content)), random.randrange(1, 200)
    content[start : start + length] = random.randbytes(length)
    path.write_bytes(content)


def empty_a_page(path: Path, random: random.Random) -> None:
    content = bytearray(path.read_bytes())
    start = random.randrange(len(content) // PAGE) * PAGE
    content[start : start + PAGE] = bytes(PAGE)
    path.write_bytes(content)


def swap_two_pages(path: Path, random: random.Random) -> None:
    content = path.read_bytes()
    pages = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    one, other = random.sample(range(1, len(pages)), 2)
    pages[one], pages[other] = pages[other], pages[one]
    path.write_bytes(b"".join(pages))


def cut(path: Path, random: random.Random) -> None:
    os.truncate(path, random.randrange(path.stat().st_size))


def replace_by_junk(path: Path, random: random.Random) -> None:
    path.write_bytes(random.randbytes(random.randrange(1, 20_000)))


def put_junk_as_journal(path: Path, random: random.Random) -> None:
    path.with_name(f"{NAME}-journal").write_bytes(random.randbytes(random.randrange(1, 5000)))


def put_a_journal_of_other_pages(path: Path, random: random.Random) -> None:
    """A valid SQLite journal with pages from an earlier time."""
    other = path.with_name("other.sqlite3")
    shutil.copy(path, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as file:
        file.execute("PRAGMA cache_size = 1")
        file.execute("BEGIN")
        file.execute("DELETE FROM revisions WHERE part = 0")
        shutil.copy(other.with_name(f"{other.name}-journal"), path.with_name(f"{NAME}-journal"))
        file.execute("ROLLBACK")
    other.unlink()
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as file:
        assert file.execute("SELECT count(*) FROM revisions").fetchone() == (LINES,)


def delete_rows(path: Path, random: random.Random) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM revisions WHERE id = ?", (f"id{random.randrange(ARTICLES)}".encode(),))
        file.commit()


def change_a_row(path: Path, random: random.Random) -> None:
    column = random.choice(["part", "offset", "length", "revision", "text", "id", "hash"])
    value = random.choice([None, "x", 5, -1, 2.5, b"", b"id3", 1 << 62])
    with closing(sqlite3.connect(path)) as file:
        statement = f"UPDATE OR IGNORE revisions SET {column} = ? WHERE id = ?"
        try:
            file.execute(statement, (value, f"id{random.randrange(ARTICLES)}".encode()))
        except sqlite3.IntegrityError:
            file.execute("UPDATE revisions SET offset = offset + 1 WHERE id = ?", (b"id9",))
        file.commit()


def change_the_state(path: Path, random: random.Random) -> None:
    statement = random.choice(
        [
            "UPDATE state SET value = '[3, 4'",
            "UPDATE state SET value = 'null'",
            "UPDATE state SET value = NULLIF(value, value) || x'ff'",
            "DELETE FROM state WHERE key = 'size'",
            "DELETE FROM state WHERE key = 'read'",
            "DELETE FROM state",
            "DELETE FROM sums WHERE bucket = 3",
            "DELETE FROM sums",
            "UPDATE sums SET number = number + 1 WHERE bucket = 5",
            "DROP TABLE sums",
            "DROP TABLE state",
            "DROP INDEX by_text",
            "ALTER TABLE revisions RENAME COLUMN text TO texts",
        ]
    )
    with closing(sqlite3.connect(path)) as file:
        try:
            file.execute(statement)
        except sqlite3.IntegrityError:
            file.execute("DELETE FROM state")
        file.commit()


def put_a_folder_in_its_place(path: Path, random: random.Random) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()


def remove(path: Path, random: random.Random) -> None:
    path.unlink()


HARMS: list[tuple[Callable[[Path, random.Random], None], int]] = [
    (flip_a_byte, 8),
    (flip_a_byte_of_the_header, 8),
    (flip_a_byte_where_a_page_begins, 12),
    (write_junk_into_a_page, 8),
    (empty_a_page, 6),
    (swap_two_pages, 5),
    (cut, 4),
    (replace_by_junk, 2),
    (put_junk_as_journal, 2),
    (put_a_journal_of_other_pages, 1),
    (delete_rows, 2),
    (change_a_row, 6),
    (change_the_state, 8),
    (put_a_folder_in_its_place, 1),
    (remove, 1),
]


@pytest.mark.parametrize(("harm", "number"), HARMS, ids=[harm.__name__ for harm, _ in HARMS])
def test_lookups_are_correct_after_any_damage(
    whole: Archive, copy: Archive, right: list[object], harm: Callable[[Path, random.Random], None], number: int
) -> None:
    path = copy.folder / NAME
    for seed in range(number):
        harm(path, random.Random(seed))
        assert answers(copy) == right, seed
        copy.close()
        if path.is_file():
            # Other processes find a valid file, or one whose damage doesn't affect results.
            assert copy.catalogue.counts() == right[-1]
            copy.close()
            shutil.copy(whole.folder / NAME, path)


@pytest.mark.parametrize("harm", [flip_a_byte_where_a_page_begins, empty_a_page, cut, replace_by_junk, remove])
def test_damage_to_an_open_catalogue_is_repaired_for_writers_too(
    copy: Archive, right: list[object], harm: Callable[[Path, random.Random], None]
) -> None:
    path = copy.folder / NAME
    for seed in range(2):
        assert answers(copy) == right
        harm(path, random.Random(seed))
        assert answers(copy) == right
    harm(path, random.Random(2))
    with ArchiveWriter(copy, clock=lambda: NOW) as writer:
        writer.append([make_article(ARTICLES)])
        assert copy.get(f"id{ARTICLES}").revision == 1
    assert copy.catalogue.counts().lines == LINES + 1


def test_a_replaced_catalogue_file_is_noticed(copy: Archive, right: list[object]) -> None:
    other = Archive(copy.folder)
    for archive in (copy, other):
        assert answers(archive) == right
    copy.catalogue.rebuild()
    assert copy.catalogue._file._inode != other._catalogue._file._inode  # type: ignore[union-attr]
    with ArchiveWriter(other, clock=lambda: NOW) as writer:
        writer.append([make_article(ARTICLES)])
        assert copy.get(f"id{ARTICLES}") == other.get(f"id{ARTICLES}")
    assert copy.catalogue._file._inode == other.catalogue._file._inode
    other.close()


def test_a_full_disk_does_not_break_lookups_or_the_catalogue(copy: Archive) -> None:
    connection = copy.catalogue._file._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with ArchiveWriter(copy, clock=lambda: NOW) as writer:
        writer.append([make_article(ARTICLES + number) for number in range(900)])
    assert copy.get(f"id{ARTICLES + 899}").revision == 1
    assert copy.catalogue.counts().lines == LINES + 900
    with closing(sqlite3.connect(copy.folder / NAME)) as file:
        assert file.execute("SELECT count(*) FROM revisions").fetchone() == (LINES,)


def test_outdated_positions_are_looked_up_again(copy: Archive) -> None:
    """The parts were restored from another copy, with the same number of bytes and different lines."""
    assert copy.get("id3").id == "id3"
    path = copy.parts.path(copy.parts.names()[0])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[5:100], *lines[:5], *lines[100:]]))
    assert copy.get("id3").id == "id3"
    with pytest.raises(ArticleNotFound):
        copy.get("none")
