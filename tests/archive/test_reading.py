import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import START, Archive, ArchiveWriter, Position, verify
from newsarchive.archive.parts import part_name, part_order
from newsarchive.article import Article
from newsarchive.errors import ArchiveError, ArticleNotFound, CorruptArchive
from tests.articles import NOW, make_article

Make = Callable[..., Article]


def ids(archive: Archive, since: Position = START) -> list[str]:
    return [stored.record.id for stored in archive.read(since)]


def test_a_folder_without_an_archive_is_reported_and_not_changed(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive in"):
        Archive(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    assert not Archive.is_in(tmp_path / "none")


def test_a_new_archive_is_empty(archive: Archive) -> None:
    assert Archive.is_in(archive.folder)
    assert ids(archive) == []
    assert archive.end() == START
    assert archive.catalogue.counts() == (0, 0, 0)
    assert verify(archive).is_sound
    with pytest.raises(ArticleNotFound):
        archive.get("id1")
    with pytest.raises(ArticleNotFound):
        archive.history("id1")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"archive": "x", "generation": 0, "format": 2}', b"[]"])
def test_an_unusable_identity_is_an_error(archive: Archive, content: bytes) -> None:
    (archive.folder / "archive.json").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"damaged|format 2"):
        Archive(archive.folder)


def test_a_changed_byte_in_the_identity_is_an_error_but_a_missing_digest_is_not(
    archive: Archive, article: Make
) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2)])
        writer.purge("id1", "حكم قضائي")
    path = archive.folder / "archive.json"
    content = path.read_bytes()
    end_of_values = content.index(b'"sha256"')
    for position, byte in enumerate(content[:end_of_values]):
        if chr(byte).isalnum():
            path.write_bytes(content[:position] + (b"3" if byte != ord("3") else b"4") + content[position + 1 :])
            with pytest.raises(ArchiveError, match=r"archive\.json is damaged .* restore it from a backup"):
                Archive(archive.folder)
    path.write_bytes(content[:end_of_values].rstrip(b", ") + b"}\n")
    assert Archive(archive.folder).identity.generation == 2


def test_parts_without_an_identity_are_not_a_new_archive(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article()])
    (archive.folder / "archive.json").unlink()
    for create in (True, False):
        with pytest.raises(ArchiveError, match=r"archive\.json is missing, but the parts are there: restore it"):
            Archive(archive.folder, create=create)


def test_creating_an_existing_archive_keeps_its_identity(archive: Archive) -> None:
    assert Archive(archive.folder, create=True).identity == archive.identity


def test_reading_starts_after_any_position(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([article(number) for number in range(4)])
    with ArchiveWriter(archive, clock=lambda: NOW.replace(month=6)) as writer:
        writer.append([article(number) for number in range(4, 6)])
    stored = list(archive.read())
    assert [one.part for one in stored] == ["2025-04.001.jsonl"] * 4 + ["2025-06.001.jsonl"] * 2
    for number, one in enumerate(stored):
        assert ids(archive, one.end) == [f"id{later}" for later in range(number + 1, 6)]
        assert archive.parts.holds(one.end)
    assert archive.end() == stored[-1].end
    assert archive.parts.bytes_since(stored[3].end) == archive.parts.path("2025-06.001.jsonl").stat().st_size
    assert archive.parts.size() == sum(one.length for one in stored)


def test_a_position_in_a_restored_file_is_void(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2)])
    end = archive.end()
    assert archive.parts.holds(START)
    assert not archive.parts.holds(Position(end.part, end.offset + 1))
    assert not archive.parts.holds(Position(end.part, end.offset - 1))
    assert not archive.parts.holds(Position("2199-01.001.jsonl", 0))


def test_parts_sort_by_number_beyond_three_digits() -> None:
    names = [part_name("2025-05", 1), *(part_name("2025-04", number) for number in (1000, 2, 999, 1))]
    assert [name[:-6] for name in sorted(names, key=part_order)] == [
        "2025-04.001",
        "2025-04.002",
        "2025-04.999",
        "2025-04.1000",
        "2025-05.001",
    ]
    with pytest.raises(ValueError, match="not a part"):
        part_order("notes.txt")


def test_other_files_are_ignored(archive: Archive, article: Make) -> None:
    (archive.folder / "articles" / "README.txt").write_text("مرحبا")
    with ArchiveWriter(archive) as writer:
        writer.append([article()])
    assert ids(archive) == ["id1"]


@pytest.fixture(scope="module")
def three_lines(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("three"), create=True)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append([make_article(number) for number in range(3)])
    return archive


def copy_of(archive: Archive, folder: str, content: bytes) -> Archive:
    """A copy of the archive with other bytes in its only part, and without a catalogue."""
    copy = Archive(Path(folder), create=True)
    copy.parts.path(archive.parts.names()[0]).write_bytes(content)
    return copy


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_is_reported_with_file_and_line_and_affects_only_that_line(
    three_lines: Archive, data: st.DataObject
) -> None:
    stored = list(three_lines.read())
    path = three_lines.parts.path(stored[0].part)
    content = bytearray(path.read_bytes())
    newlines = [one.end.offset - 1 for one in stored]
    position = data.draw(st.integers(0, len(content) - 1) | st.sampled_from(newlines))
    content[position] ^= data.draw(st.integers(1, 255))
    hit = next(number for number, one in enumerate(stored) if position < one.end.offset)
    with tempfile.TemporaryDirectory() as folder:
        damaged = copy_of(three_lines, folder, bytes(content))
        report = verify(damaged)
        assert not report.is_sound
        assert report.torn_bytes == 0
        first = report.damaged[0]
        assert (first.path, first.line) == (damaged.parts.path(path.name), hit + 1)
        assert str(first).startswith(f"{first.path}:{hit + 1}: ")
        with pytest.raises(CorruptArchive):
            ids(damaged)
        found: list[CorruptArchive] = []
        readable = [one.record for one in damaged.read(on_damage=found.append)]
        whole = [one.record for number, one in enumerate(stored) if number != hit]
        assert readable == whole
        assert {one.line for one in found} <= {hit + 1, hit + 2}
        assert damaged.get_many(["id0", "id1", "id2"]) == {one.id: one for one in whole}
        with ArchiveWriter(damaged):
            pass
        assert [one.record for one in damaged.read(on_damage=found.append) if one.record in whole] == whole
        damaged.close()


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_line_torn_anywhere_is_skipped_then_healed_and_reported(three_lines: Archive, data: st.DataObject) -> None:
    stored = list(three_lines.read())
    content = three_lines.parts.path(stored[0].part).read_bytes()
    kept = data.draw(st.integers(0, stored[2].length - 1) | st.just(stored[2].length - 1))
    with tempfile.TemporaryDirectory() as folder:
        torn = copy_of(three_lines, folder, content[: stored[2].offset + kept])
        assert ids(torn) == ["id0", "id1"]
        report = verify(torn)
        assert (report.is_sound, report.lines, report.torn_bytes) == (True, 2, kept)
        with ArchiveWriter(torn, clock=lambda: NOW) as writer:
            if kept == 0:
                assert writer.healed is None
            else:
                assert writer.healed is not None
                assert writer.healed.path == torn.parts.path(stored[0].part)
                # If only the newline is missing, nothing is lost.
                assert writer.healed.bytes_cut == (0 if kept == stored[2].length - 1 else kept)
            writer.append([make_article(7)])
        assert ids(torn) == (["id0", "id1", "id2", "id7"] if kept == stored[2].length - 1 else ["id0", "id1", "id7"])
        with ArchiveWriter(torn) as writer:
            assert writer.healed is None


def test_a_tail_of_many_empty_blocks_is_healed(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article()])
    path = archive.parts.path(archive.parts.names()[0])
    with path.open("ab") as file:
        file.write(bytes(200_000))
    with ArchiveWriter(archive) as writer:
        assert writer.healed is not None
        assert writer.healed.bytes_cut == 200_000
    assert ids(archive) == ["id1"]


def test_a_damaged_line_is_an_error_only_for_its_own_article(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2)])
    archive.get("id1")
    path = archive.parts.path(archive.parts.names()[0])
    path.write_bytes(path.read_bytes().replace("رقم 2".encode(), "رقم 3".encode()))
    assert archive.get("id1").title == "العنوان 1"
    with pytest.raises(CorruptArchive, match=r"jsonl:2: the line was changed"):
        archive.get("id2")


def test_a_damaged_line_is_skipped_by_get_many_and_logged_once(
    archive: Archive, article: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2), article(1, revision=2, body="نص آخر")])
    archive.catch_up()
    path = archive.parts.path(archive.parts.names()[0])
    path.write_bytes(path.read_bytes().replace("رقم".encode(), "رقن".encode()))
    for _ in range(2):
        assert archive.get_many(["id1", "id2"]).keys() == {"id1"}
    assert [record.revision for record in archive.history("id1")] == [2]
    (told,) = caplog.messages
    assert f"{path}:2: the line was changed" in told
    with pytest.raises(CorruptArchive, match="jsonl:2: "):
        archive.history("id2")


def test_an_intact_line_of_another_length_is_not_damage(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2, body="نص أطول من الأول بكثير"), article(3)])
    archive.catch_up()
    path = archive.parts.path(archive.parts.names()[0])
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(second + first + third)
    assert [archive.get(f"id{number}").id for number in (1, 2, 3)] == ["id1", "id2", "id3"]


def test_reading_ends_before_a_position(archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.archive.writer.PART_LIMIT", 1)
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        for number in range(3):
            writer.append([article(10 * number), article(10 * number + 1)])
    stored = list(archive.read())
    for last, end in enumerate([START, *(one.end for one in stored)][1:], start=1):
        assert list(archive.read(until=end)) == stored[:last]


def test_line_numbers_of_many_damaged_lines_are_counted_only_once(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(1), article(2)])
    first, second = archive.read()
    path = archive.parts.path(first.part)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"broken\n" * 20_000 + lines[1])
    found: list[CorruptArchive] = []
    whole = [one.record.id for one in archive.read(first.end, on_damage=found.append)]
    assert whole == [second.record.id]
    assert [damage.line for damage in found] == list(range(2, 20_002))
    told: list[CorruptArchive] = []
    report = verify(archive, told.append)
    assert (report.damaged_lines, len(report.damaged), len(told)) == (20_000, 1_000, 20_000)
    assert not report.is_sound
