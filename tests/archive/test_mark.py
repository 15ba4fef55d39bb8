"""The high-water mark: a missing end is detected, and a crash never causes a false alarm."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter, verify, writer
from newsarchive.archive.mark import Mark, measured
from newsarchive.archive.store import leave_out
from newsarchive.article import Article
from newsarchive.errors import ArchiveError, ArchiveShortened
from tests.archive.reading import parts_read_by
from tests.articles import NOW, make_article, start_python

Make = Callable[..., Article]


def open_writer(archive: Archive, *, accept_loss: bool = False) -> ArchiveWriter:
    return ArchiveWriter(archive, clock=lambda: NOW, accept_loss=accept_loss)


def mark_of(archive: Archive) -> Mark:
    mark = archive.mark()
    assert mark is not None
    return mark


def assert_mark_is_exact(archive: Archive) -> None:
    assert mark_of(archive) == Mark(archive.identity.archive, archive.identity.generation, measured(archive.parts))
    assert archive.missing() == ()
    assert verify(archive).is_sound


@pytest.fixture
def filled(archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Three parts with two lines each."""
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    with open_writer(archive) as opened:
        for number in (0, 2, 4):
            opened.append([article(number), article(number + 1)])
    return archive


def part(archive: Archive, number: int) -> Path:
    return archive.parts.path(f"2025-04.00{number}.jsonl")


def test_the_mark_is_exact_after_each_batch(archive: Archive, article: Make) -> None:
    with open_writer(archive) as opened:
        assert mark_of(archive).extents == ()
        for number in range(3):
            opened.append([article(number), article(number, revision=2)])
            assert_mark_is_exact(archive)
            assert mark_of(archive).extents[0].lines == 2 * (number + 1)
        opened.withdraw("id1", "طلب الناشر")
        assert_mark_is_exact(archive)
        opened.purge("id1", "حكم قضائي")
        assert_mark_is_exact(archive)


def lose_last_part(archive: Archive) -> None:
    part(archive, 3).unlink()


def lose_middle_part(archive: Archive) -> None:
    part(archive, 2).unlink()


def lose_all_parts(archive: Archive) -> None:
    shutil.rmtree(archive.parts.articles)


def cut_last_line(archive: Archive) -> None:
    path = part(archive, 3)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def cut_last_part_inside_a_line(archive: Archive) -> None:
    os.truncate(part(archive, 3), part(archive, 3).stat().st_size - 10)


def empty_last_part(archive: Archive) -> None:
    os.truncate(part(archive, 3), 0)


def cut_middle_part(archive: Archive) -> None:
    os.truncate(part(archive, 2), 100)


def other_lines_of_more_bytes(archive: Archive) -> None:
    other = Archive(archive.folder / "other", create=True)
    with open_writer(other) as opened:
        opened.append([make_article(90, body="نص آخر " * 200)])
    part(archive, 3).write_bytes(other.parts.path(other.parts.names()[0]).read_bytes() * 2)


LOSSES: list[tuple[Callable[[Archive], None], str]] = [
    (lose_last_part, r"2025-04.003.jsonl is missing \(2 lines, [\d,]+ bytes\)"),
    (lose_middle_part, "2025-04.002.jsonl is missing"),
    (lose_all_parts, "001.jsonl is missing .*002.jsonl is missing .*003.jsonl is missing"),
    (cut_last_line, "2025-04.003.jsonl lacks its last line"),
    (cut_last_part_inside_a_line, r"2025-04.003.jsonl lacks its last line \(10 bytes\)"),
    (empty_last_part, "2025-04.003.jsonl lacks its last 2 lines"),
    (cut_middle_part, "2025-04.002.jsonl lacks its last 2 lines"),
    (other_lines_of_more_bytes, "2025-04.003.jsonl has different lines"),
]


@pytest.mark.parametrize(("lose", "message"), LOSSES)
def test_a_loss_is_reported_and_writers_refuse_until_it_is_accepted(
    filled: Archive, article: Make, lose: Callable[[Archive], None], message: str
) -> None:
    filled.get("id0")
    lose(filled)
    report = verify(filled)
    assert not report.is_sound
    assert len(report.missing) in {1, 3}
    # Even if a crash has left a torn line at the end.
    for _ in range(2):
        with pytest.raises(ArchiveShortened, match=f"{message}.*--accept-loss"), open_writer(filled):
            pass
    left = [stored.record.id for stored in filled.read(on_damage=leave_out)]
    assert all(filled.get(article_id).id == article_id for article_id in left)
    generation = filled.identity.generation
    with open_writer(filled, accept_loss=True) as opened:
        assert opened.accepted == report.missing
        opened.append([article(9)])
    # Positions in the old parts are void.
    assert filled.identity.generation == generation + 2
    assert filled.parts.rewritten_since(generation) is None
    assert filled.missing() == ()
    assert filled.get("id9").id == "id9"
    assert [stored.record.id for stored in filled.read(on_damage=leave_out)] == [*left, "id9"]
    with open_writer(filled) as opened:
        assert opened.accepted == ()


@pytest.mark.parametrize(("lose", "message"), LOSSES)
def test_restored_files_are_accepted_again(
    filled: Archive, article: Make, tmp_path: Path, lose: Callable[[Archive], None], message: str
) -> None:
    backup = shutil.copytree(filled.parts.articles, tmp_path / "backup")
    filled.catch_up()
    lose(filled)
    assert filled.catalogue.counts().lines < 7
    shutil.copytree(backup, filled.parts.articles, dirs_exist_ok=True)
    with open_writer(filled) as opened:
        opened.append([article(9)])
    assert_mark_is_exact(filled)
    assert filled.catalogue.counts().lines == 7


@pytest.mark.parametrize(
    ("lose", "lines", "read"),
    [(lose_last_part, 4, []), (cut_last_line, 5, ["2025-04.003.jsonl"]), (lose_all_parts, 0, [])],
)
def test_a_lost_end_does_not_cause_a_full_reread(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, lose: Callable[[Archive], None], lines: int, read: list[str]
) -> None:
    filled.catch_up()
    lose(filled)
    names = parts_read_by(filled, monkeypatch)
    assert filled.catalogue.counts().lines == lines
    assert names == read


@pytest.mark.parametrize("number", [1, 3])
def test_a_missing_newline_is_not_a_loss(filled: Archive, article: Make, number: int) -> None:
    os.truncate(part(filled, number), part(filled, number).stat().st_size - 1)
    assert filled.missing() == ()
    with open_writer(filled) as opened:
        assert (opened.healed is not None) == (number == 3)
        opened.append([article(9)])
    assert len(list(filled.read())) == 7
    assert filled.missing() == ()


def test_an_archive_without_a_mark_gets_one_at_its_next_write(filled: Archive, article: Make) -> None:
    filled.parts.mark_file.unlink()
    assert verify(filled).is_sound
    with open_writer(filled) as opened:
        opened.append([article(9)])
    assert_mark_is_exact(filled)
    assert sum(extent.lines for extent in mark_of(filled).extents) == 7


@pytest.mark.parametrize("harm", [b"", b"[]", b"{}", b"null", b"\xff" * 40, None])
def test_a_damaged_mark_loses_no_articles_and_is_replaced(filled: Archive, article: Make, harm: bytes | None) -> None:
    content = filled.parts.mark_file.read_bytes()
    filled.parts.mark_file.write_bytes(content.replace(b"3", b"4", 1) if harm is None else harm)
    report = verify(filled)
    assert not report.is_sound
    assert "This loses no articles" in report.mark_problem
    assert (report.missing, report.damaged) == ((), ())
    with open_writer(filled) as opened:
        assert "head.json is damaged" in opened.mark_problem
        opened.append([article(9)])
    assert_mark_is_exact(filled)


def test_a_mark_of_another_archive_is_not_a_loss(filled: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other", create=True)
    shutil.copy(filled.parts.mark_file, other.parts.mark_file)
    assert "belongs to another archive" in verify(other).mark_problem
    with open_writer(other):
        pass
    assert verify(other).is_sound


def test_a_mark_that_lags_is_brought_up_to_date(filled: Archive, article: Make) -> None:
    before = filled.parts.mark_file.read_bytes()
    with open_writer(filled) as opened:
        opened.append([article(8)])
        opened.append([article(9)])
    filled.parts.mark_file.write_bytes(before)
    assert verify(filled).is_sound
    with open_writer(filled):
        pass
    assert_mark_is_exact(filled)


def test_a_folder_with_only_a_mark_is_not_a_new_archive(filled: Archive) -> None:
    lose_all_parts(filled)
    (filled.folder / "archive.json").unlink()
    with pytest.raises(ArchiveError, match="restore it from a backup"):
        Archive(filled.folder, create=True)


def test_parts_from_before_a_purge_are_detected_even_with_their_identity(filled: Archive, tmp_path: Path) -> None:
    backup = shutil.copytree(filled.folder, tmp_path / "backup")
    with open_writer(filled) as opened:
        opened.purge("id2", "حكم قضائي")
    shutil.copytree(backup / "articles", filled.parts.articles, dirs_exist_ok=True)
    shutil.copy(backup / "archive.json", filled.folder)
    with pytest.raises(ArchiveShortened, match="before a purge"), open_writer(filled):
        pass


def test_a_batch_whose_mark_cannot_be_written_is_kept_and_reported(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError("no room")

    with open_writer(archive) as opened:
        opened.append([article(1)])
        with monkeypatch.context() as patch:
            patch.setattr(writer, "write_mark", refuse)
            with pytest.raises(
                ArchiveError, match=r"the batch was stored, but .*head.json could not be written: no room"
            ):
                opened.append([article(2)])
        opened.append([article(3)])
    assert_mark_is_exact(archive)
    assert archive.catalogue.counts().lines == 3


@pytest.fixture(scope="module")
def two_lines(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("two"), create=True)
    with open_writer(archive) as opened:
        opened.append([make_article(1), make_article(2)])
    return archive


@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_last_line_is_damage_not_a_loss(two_lines: Archive, data: st.DataObject) -> None:
    """Whatever bytes are changed, even the newline: the line stays and is reported, and the next line follows it."""
    first, second = two_lines.read()
    end = second.offset + second.length
    at = st.integers(second.offset, end - 1)
    changes = data.draw(st.dictionaries(at, st.integers(1, 255), min_size=1, max_size=5))
    if data.draw(st.booleans()):
        changes[end - 1] = 7
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(shutil.copytree(two_lines.folder, Path(folder) / "copy")))
        path = archive.parts.path(first.part)
        content = bytearray(path.read_bytes())
        for position, change in changes.items():
            content[position] ^= change
        path.write_bytes(content + data.draw(st.sampled_from([b"", b'{"sha256":"torn'])))
        report = verify(archive)
        assert report.missing == ()
        assert min(damage.line for damage in report.damaged) == 2
        with open_writer(archive) as opened:
            opened.append([make_article(3)])
        assert path.stat().st_size > end
        records = [stored.record.id for stored in archive.read(on_damage=leave_out)]
        assert records in (["id1", "id3"], ["id1", "id2", "id3"])
        archive.close()


class Stopped(BaseException):
    """A crash: nothing after it is executed."""


def stopping_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Make the given disk change, counted from 1, and all later disk changes fail."""
    count = 0

    def counted(do: Callable[..., object]) -> Callable[..., object]:
        def change(*arguments: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count >= step:
                raise Stopped
            return do(*arguments, **options)

        return change

    for place, name in [(Path, "replace"), (Path, "unlink"), (os, "fsync")]:
        monkeypatch.setattr(place, name, counted(getattr(place, name)))
    return lambda: count


def break_off(archive: Archive, do: Callable[[ArchiveWriter], object], step: int) -> bool:
    """Do something that is interrupted at a step; returns whether it was interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        stopping_at(step, patch)
        try:
            with open_writer(archive) as opened:
                do(opened)
        except Stopped:
            return True
    return False


def purge_secret(opened: ArchiveWriter) -> object:
    return opened.purge("secret", "حكم قضائي")


def crashes(folder: Path, archive: Archive, do: Callable[[ArchiveWriter], object]) -> Iterator[Archive]:
    """Copies of an archive, each interrupted at another step of an operation; the last isn't interrupted."""
    is_stopped, step = True, 0
    while is_stopped:
        step += 1
        copy = Archive(Path(shutil.copytree(archive.folder, folder / f"crash-{step}")))
        is_stopped = break_off(copy, do, step)
        yield copy
        copy.close()
    assert step > 5


def test_a_purge_interrupted_at_any_step_leaves_a_consistent_mark(filled: Archive, tmp_path: Path) -> None:
    secret = make_article(0, id="secret", body="نص سري")
    with open_writer(filled) as opened:
        opened.append([secret])
        opened.append([replace(secret, revision=2, body="نص سري آخر"), make_article(9)])
    others = [f"id{number}" for number in (0, 1, 2, 3, 4, 5, 9)]
    filled.catch_up()
    filled.close()
    for crashed in crashes(tmp_path, filled, purge_secret):
        assert crashed.missing() == ()
        assert list(crashed.get_many(others)) == others
        reader = Archive(crashed.folder)
        assert list(reader.get_many(others)) == others
        with open_writer(crashed) as opened:
            assert opened.accepted == ()
        assert crashed.identity.is_settled
        assert_mark_is_exact(crashed)
        assert list(reader.get_many(others)) == others
        assert reader.catalogue.counts() == crashed.catalogue.counts()
        reader.close()


def test_a_part_lost_during_an_interrupted_purge_is_detected(filled: Archive, tmp_path: Path) -> None:
    with open_writer(filled) as opened:
        opened.append([make_article(0, id="secret", body="نص سري")])
    noticed = 0
    for crashed in crashes(tmp_path, filled, purge_secret):
        os.truncate(part(crashed, 2), 50)
        noticed += bool(crashed.missing())
        with pytest.raises(ArchiveShortened), open_writer(crashed):
            pass
        with open_writer(crashed, accept_loss=True):
            pass
        assert crashed.missing() == ()
        assert crashed.identity.is_settled
    assert noticed > 5


def test_an_append_interrupted_at_any_step_leaves_no_mark_ahead_of_the_parts(
    filled: Archive, tmp_path: Path, article: Make
) -> None:
    for crashed in crashes(tmp_path, filled, lambda opened: opened.append([article(8), article(9)])):
        assert crashed.missing() == ()
        with open_writer(crashed):
            pass
        assert_mark_is_exact(crashed)


APPEND_FOREVER = """
import sys
from pathlib import Path
from newsarchive.archive import Archive, ArchiveWriter, writer
from tests.articles import make_article
writer.PART_LIMIT = 20_000
with ArchiveWriter(Archive(Path(sys.argv[1]))) as opened:
    for number in range(int(sys.argv[2]), 1_000_000_000):
        opened.append([make_article(number), make_article(number, revision=2)])
        if number % 7 == 3:
            opened.purge(f"id{number}", "reason")
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_a_sound_archive(archive: Archive) -> None:
    random_times = random.Random(5)
    for first in (0, 1000, 2000):
        with start_python(APPEND_FOREVER, archive.folder, first, stderr=subprocess.DEVNULL) as child:
            assert child.stdout is not None
            for _ in range(random_times.randrange(1, 40)):
                assert child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        assert archive.missing() == ()
        with ArchiveWriter(archive):
            pass
        assert_mark_is_exact(archive)
        with ArchiveWriter(archive, accept_loss=True) as opened:
            assert opened.accepted == ()


def test_the_mark_file_is_readable_json(filled: Archive) -> None:
    form = json.loads(filled.parts.mark_file.read_bytes())
    assert (form["lines"], form["bytes"]) == (6, filled.parts.size())
    assert [row[:3] for row in form["parts"]] == [
        [name, 2, filled.parts.path(name).stat().st_size] for name in filled.parts.names()
    ]
