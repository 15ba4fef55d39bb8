import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, catalogue_file, catching_up, store
from newsarchive.archive.catalogue import Catalogue
from newsarchive.archive.checked_rows import CheckedRows, Row
from newsarchive.archive.digests import short_digest
from newsarchive.article import Article
from newsarchive.errors import ArchiveError, ArticleNotFound
from tests.articles import NOW, start_python

Make = Callable[..., Article]


@pytest.fixture
def filled(archive: Archive, article: Make) -> Archive:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(number) for number in range(5)])
        writer.withdraw("id4", "طلب الناشر")
    archive.get("id1")
    return archive


def file_of(archive: Archive) -> Path:
    return archive.folder / "catalogue.sqlite3"


def assert_whole(archive: Archive) -> None:
    assert archive.catalogue.counts() == (4, 1, 6)
    assert [archive.get(f"id{number}").id for number in range(4)] == ["id0", "id1", "id2", "id3"]


def test_entries_have_positions_and_texts(filled: Archive, article: Make) -> None:
    opened = filled.catalogue
    entry = opened.latest("id3")
    assert entry is not None
    assert filled.load(entry) == replace(article(3), archived_at=NOW)
    assert entry.text == short_digest(article(3))
    assert opened.ids_with_text(short_digest(article(3))) == ["id3"]
    assert opened.ids_with_text(short_digest(article(9))) == []
    assert opened.latest("no") is None
    unknown = [f"no{number}" for number in range(1200)]
    assert [one.id for one in opened.latest_of(["id3", *unknown, "id4", "id0", "id3"])] == ["id3", "id4", "id0"]
    assert opened.latest_of(["id4"])[0].withdrawn
    assert [one.withdrawn for one in opened.revisions("id4")] == [False, True]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000, None])
def test_a_missing_or_damaged_file_is_recreated(filled: Archive, content: bytes | None) -> None:
    filled.close()
    if content is None:
        file_of(filled).unlink()
    else:
        file_of(filled).write_bytes(content)
    assert_whole(filled)
    filled.close()
    with closing(sqlite3.connect(file_of(filled))) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT count(*) FROM revisions").fetchone() == (6,)


@pytest.mark.parametrize("part", [b"INDEX by_text", b"ON revisions (text)", b"WHERE text"])
def test_a_schema_with_damaged_text_is_replaced(filled: Archive, part: bytes) -> None:
    """SQLite quotes the damaged text in its message, which Python can't decode."""
    filled.close()
    content = file_of(filled).read_bytes()
    assert part in content
    file_of(filled).write_bytes(content.replace(part, b"\xde" + part[1:]))
    assert_whole(filled)


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_a_file_with_a_damaged_page_is_recreated(filled: Archive, article: Make, page: int) -> None:
    filled.close()
    content = bytearray(file_of(filled).read_bytes())
    content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    file_of(filled).write_bytes(content)
    with ArchiveWriter(filled) as writer:
        writer.append([article(1, revision=2)])
    assert filled.catalogue.counts() == (4, 1, 7)
    assert filled.get("id1").revision == 2


def test_a_file_in_an_earlier_format_is_recreated(filled: Archive) -> None:
    filled.close()
    file_of(filled).unlink()
    with closing(sqlite3.connect(file_of(filled))) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        file.execute("CREATE TABLE revisions (id TEXT NOT NULL, withdrawn INTEGER NOT NULL, text BLOB)")
        file.commit()
    assert_whole(filled)


FORMAT_4 = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sums (
    kind INTEGER NOT NULL, bucket INTEGER NOT NULL, number INTEGER NOT NULL, sum INTEGER NOT NULL,
    PRIMARY KEY (kind, bucket)
) WITHOUT ROWID;
CREATE TABLE revisions (
    hash BLOB NOT NULL, id BLOB NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    revision INTEGER NOT NULL, text BLOB,
    PRIMARY KEY (hash, id, part, offset)
) WITHOUT ROWID;
CREATE INDEX by_text ON revisions (text) WHERE text IS NOT NULL;
"""


def test_a_file_without_addresses_is_rebuilt(filled: Archive) -> None:
    filled.close()
    file_of(filled).unlink()
    with closing(sqlite3.connect(file_of(filled))) as file:
        file.executescript(FORMAT_4)
    assert_whole(filled)


def test_the_oldest_line_with_a_url_gives_the_id(archive: Archive, article: Make) -> None:
    page, other = "https://www.example.com/1/", "http://example.com/2"
    with ArchiveWriter(archive) as writer:
        writer.append([article(9, url=page), article(1, url=f"{page}?utm_source=rss"), article(2), article(3, url="x")])
        writer.append([article(2, url=other, revision=2), article(9, url=other, revision=2)])
        writer.withdraw("id2", "طلب الناشر")
    find = archive.catalogue.id_at_address
    assert [find("example.com/1"), find("example.com/2"), find("example.com/3")] == ["id9", "id2", None]
    # Empty URLs and front pages don't identify articles.
    assert [find(""), find("x")] == [None, None]
    with ArchiveWriter(archive) as writer:
        writer.purge("id2", "طلب الناشر")
    assert archive.catalogue.id_at_address("example.com/2") == "id9"
    with ArchiveWriter(archive) as writer:
        writer.purge("id9", "طلب الناشر")
    assert [archive.catalogue.id_at_address(f"example.com/{page}") for page in (1, 2)] == ["id1", None]


def test_a_file_of_another_archive_is_recreated(filled: Archive, tmp_path: Path) -> None:
    filled.close()
    other = Archive(tmp_path / "other", create=True)
    file_of(other).write_bytes(file_of(filled).read_bytes())
    assert other.catalogue.counts() == (0, 0, 0)
    other.close()


def test_an_older_copy_of_the_parts_is_detected(filled: Archive, article: Make) -> None:
    path = filled.parts.path(filled.parts.names()[0])
    older = path.read_bytes()
    with ArchiveWriter(filled, clock=lambda: NOW) as writer:
        writer.append([article(7)])
    assert filled.get("id7").id == "id7"
    path.write_bytes(older)
    assert_whole(filled)
    with pytest.raises(ArticleNotFound):
        filled.get("id7")


def test_it_catches_up_in_several_transactions(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "_BATCH", 3)
    with ArchiveWriter(archive) as writer:
        for count in (6, 7, 1):
            writer.append([article(number, revision=count) for number in range(count)])
            assert archive.get("id0").revision == count
    assert archive.catalogue.counts() == (7, 0, 14)


def test_an_up_to_date_catalogue_reads_nothing(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled.parts.path(filled.parts.names()[0])
    with path.open("ab") as file:
        file.write(b'{"sha256":"torn')
    filled.get("id1")
    monkeypatch.setattr(filled, "read_part", lambda *args, **kwargs: pytest.fail("the parts were read again"))
    assert_whole(filled)


def test_readers_share_one_file(filled: Archive, article: Make) -> None:
    other = Archive(filled.folder)
    with ArchiveWriter(filled) as writer:
        for number in range(10, 14):
            writer.append([article(number)])
            assert other.get(f"id{number}") == filled.get(f"id{number}")
    other.close()


def test_latest_entries_are_kept_until_the_archive_changes(
    filled: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    of_id = CheckedRows.of_id

    def noted(rows: CheckedRows, article_id: str) -> list[Row]:
        asked.append(article_id)
        return of_id(rows, article_id)

    monkeypatch.setattr(CheckedRows, "of_id", noted)
    wanted = ["id0", "nobody", "id2"]
    first = filled.catalogue.latest_of(wanted)
    assert filled.catalogue.latest_of([*wanted, "id0"]) == first
    assert asked == wanted
    other = Archive(filled.folder)
    with ArchiveWriter(other) as writer:
        writer.withdraw("id0", "an error")
        writer.append([article(12, id="nobody")])
    entries = {entry.id: entry for entry in filled.catalogue.latest_of(wanted)}
    assert entries["id0"].withdrawn
    assert entries["nobody"] == other.catalogue.latest("nobody")
    assert entries["id2"] == first[1]
    other.close()


@pytest.mark.parametrize("most", [1, 2])
def test_few_entries_are_kept(filled: Archive, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("newsarchive.archive.catalogue._MOST_KEPT", most)
    assert [entry.id for entry in filled.catalogue.latest_of(["id0", "id1", "id2"])] == ["id0", "id1", "id2"]
    assert len(filled.catalogue._kept[1]) <= most
    assert [entry.id for entry in filled.catalogue.latest_of(["id2", "id0"])] == ["id2", "id0"]


def test_a_locked_catalogue_is_an_archive_error(filled: Archive, article: Make) -> None:
    opened = filled.catalogue
    opened._file._connection.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(file_of(filled), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveError, match="locked"):
            opened.revisions("id1")
        with ArchiveWriter(filled, clock=lambda: NOW) as writer:
            writer.append([article(9)])
        with pytest.raises(ArchiveError, match="locked"):
            opened.catch_up()
        other.execute("ROLLBACK")
    assert filled.catalogue.counts() == (5, 1, 7)


def test_a_writer_that_locks_the_catalogue_too_long_is_an_archive_error(
    filled: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = filled.catalogue
    monkeypatch.setattr(catalogue_file, "PATIENCE", 0.05)
    with ArchiveWriter(filled, clock=lambda: NOW) as writer:
        writer.append([article(9)])
    with opened._file._locked(), pytest.raises(ArchiveError, match="locked"):
        Archive(filled.folder).get("id9")
    assert filled.get("id9").id == "id9"


def test_the_catalogue_is_temporary_if_its_file_cannot_be_created(filled: Archive, tmp_path: Path) -> None:
    temporary = Catalogue(tmp_path / "no folder" / "catalogue.sqlite3", filled)
    temporary.catch_up()
    assert temporary.counts() == (4, 1, 6)
    temporary.close()


READ_ONLY = """
import sys
from pathlib import Path
from newsarchive.archive import Archive
folder = Path(sys.argv[1])
try:
    (folder / "probe").touch()
except PermissionError:
    print(Archive(folder).catalogue.counts()[:], Archive(folder).get("id3").id)
else:
    print("writable")
"""
# Root can write anywhere, unless it drops the capability.
AS_ANYONE = """
import ctypes, os, sys
DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS = 24, 1
ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""


@pytest.mark.parametrize("state", ["current", "behind", "missing", "damaged"])
def test_an_archive_in_a_read_only_folder_can_be_read(filled: Archive, article: Make, state: str) -> None:
    filled.close()
    if state == "behind":
        with ArchiveWriter(filled) as writer:
            writer.append([article(9)])
    elif state == "missing":
        file_of(filled).unlink()
    elif state == "damaged":
        file_of(filled).write_bytes(b"no database" * 1000)
    folders = [filled.folder, filled.folder / "articles"]
    files = [path for path in filled.folder.rglob("*") if path.is_file()]
    for path in (*files, *folders):
        path.chmod(0o555)
    try:
        with start_python(AS_ANYONE, READ_ONLY, filled.folder, stderr=subprocess.PIPE) as child:
            printed, errors = child.communicate()
    finally:
        for path in (*folders, *files):
            path.chmod(0o755)
    if printed == "writable\n":
        pytest.skip("this user can write to read-only folders")
    assert errors == ""
    assert printed == ("(5, 1, 7) id3\n" if state == "behind" else "(4, 1, 6) id3\n")


def test_ids_may_have_characters_that_sqlite_cannot_store(filled: Archive, article: Make) -> None:
    odd = "half \udcff pair"
    assert filled.catalogue.latest(odd) is None
    with pytest.raises(ArticleNotFound):
        filled.history(odd)
    with ArchiveWriter(filled) as writer:
        writer.append([article(7, id=odd)])
    assert filled.get(odd).id == odd
    assert filled.get_many([odd, "id1"]).keys() == {odd, "id1"}
    assert filled.catalogue.ids_with_text(short_digest(article(7))) == [odd]
    assert filled.catalogue.revisions(odd)[0].id == odd


FULL_DISK = """
import resource, sys
from pathlib import Path
from newsarchive.archive import Archive
archive = Archive(Path(sys.argv[1]))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
print(archive.catalogue.counts().articles)
"""


@pytest.mark.parametrize("room", [0, 5_000])
def test_a_full_disk_leaves_the_catalogue_unchanged(archive: Archive, article: Make, room: int) -> None:
    """Readers use a temporary catalogue meanwhile."""
    with ArchiveWriter(archive) as writer:
        writer.append([article(number) for number in range(200)])
    with start_python(FULL_DISK, archive.folder, room, stderr=subprocess.PIPE) as child:
        printed, errors = child.communicate()
    assert (printed, errors) == ("200\n", "")
    assert archive.catalogue.counts().articles == 200


def test_lookups_in_one_transaction_find_the_same(filled: Archive, article: Make) -> None:
    opened = filled.catalogue
    with opened.held():
        assert [one.id for one in opened.latest_of(["id3", "no", "id4"])] == ["id3", "id4"]
        assert opened.ids_with_text(short_digest(article(3))) == ["id3"]
        with ArchiveWriter(filled, clock=lambda: NOW) as writer:
            writer.append([article(7)])
        assert opened.latest("id7") is None
        assert filled.catalogue.latest("id7") is not None
    assert opened.latest("id7") is not None


def test_others_can_write_after_lookups_in_one_transaction(filled: Archive, article: Make) -> None:
    with filled.catalogue.held():
        assert filled.catalogue.latest("id1") is not None
    with closing(Archive(filled.folder)) as other, ArchiveWriter(other, clock=lambda: NOW) as writer:
        writer.append([article(8)])
        assert other.catalogue.latest("id8") is not None


def test_damage_found_in_one_transaction_is_repaired(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = filled.catalogue
    with opened.held():
        with closing(sqlite3.connect(":memory:")) as empty:
            held = opened._held
            assert held is not None
            monkeypatch.setattr(held[1], "_connection", empty)
            latest = opened.latest("id2")
        assert latest is not None
        assert filled.load(latest).id == "id2"
        assert opened.latest("id1") is not None
    assert_whole(filled)


def test_lines_just_written_are_not_decoded_again(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(1), article(2)])
    with monkeypatch.context() as patch:
        patch.setattr(store, "decode_line", lambda line: pytest.fail("a line was decoded again"))
        entry = archive.catalogue.latest("id2")
    assert entry is not None
    archive.catalogue.rebuild()
    assert archive.catalogue.latest("id2") == entry


def test_a_line_that_changed_since_it_was_written_is_not_trusted(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(1), article(2)])
    (part,) = archive.parts.articles.glob("*.jsonl")
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(lines[0].replace(b'"revision":1', b'"revision":2') + lines[1])
    assert archive.catalogue.latest("id1") is None
    assert archive.catalogue.latest("id2") is not None
