import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, verify, writer
from newsarchive.archive.parts import Parts
from newsarchive.article import Article, Withdrawal
from newsarchive.errors import ArchiveError, ArchiveLocked, ArticleNotFound
from tests.articles import NOW, start_python

Make = Callable[..., Article]


def test_a_batch_is_on_disk_and_visible_to_other_readers_when_append_returns(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Archive(archive.folder)
    synced: list[int] = []

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)

    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        monkeypatch.setattr(os, "fsync", sync)
        kept = opened.append([article(1), article(2)])
        path = archive.parts.path("2025-04.001.jsonl")
        assert path.stat().st_size in synced
        assert kept == [replace(article(number), archived_at=NOW) for number in (1, 2)]
        assert [stored.record for stored in reader.read()] == kept
        assert reader.get("id2") == kept[1]
        opened.append([article(3)])
        assert reader.get("id3").title == "العنوان 3"
    reader.close()


def test_appending_nothing_creates_no_file(archive: Archive) -> None:
    with ArchiveWriter(archive) as opened:
        assert opened.append([]) == []
    assert archive.parts.names() == []


def test_the_latest_revision_is_shown_and_all_are_kept(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        first, second = opened.append([article(1), replace(article(1), revision=2, title="تصحيح")])
        opened.append([article(2)])
    assert archive.get("id1") == second
    assert archive.history("id1") == (first, second)
    assert list(archive.get_many(["id2", "no", "id1"])) == ["id2", "id1"]
    assert archive.catalogue.counts() == (2, 0, 3)


def test_a_withdrawn_article_is_not_shown_but_its_lines_stay(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([article(1), article(2)])
        withdrawal = opened.withdraw("id1", "طلب الناشر")
        with pytest.raises(ArticleNotFound):
            opened.withdraw("id1", "مرة أخرى")
        with pytest.raises(ArticleNotFound):
            opened.withdraw("no", "لا شيء")
    assert withdrawal == Withdrawal(id="id1", revision=2, reason="طلب الناشر", archived_at=NOW)
    with pytest.raises(ArticleNotFound):
        archive.get("id1")
    assert list(archive.get_many(["id1", "id2"])) == ["id2"]
    assert archive.history("id1")[1] == withdrawal
    assert archive.catalogue.counts() == (1, 1, 3)
    assert verify(archive).is_sound


def test_a_new_part_starts_when_a_part_is_full(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([article(1)])
        monkeypatch.setattr(writer, "PART_LIMIT", archive.parts.size() + 1)
        for number in range(2, 6):
            opened.append([article(number)])
    assert archive.parts.names() == ["2025-04.001.jsonl", "2025-04.002.jsonl", "2025-04.003.jsonl"]
    assert [stored.record.id for stored in archive.read()] == [f"id{number}" for number in range(1, 6)]


def test_each_month_has_its_own_parts_even_if_the_clock_is_set_back(archive: Archive, article: Make) -> None:
    times = iter([NOW, NOW + timedelta(days=40), NOW, datetime(2026, 1, 1, tzinfo=UTC), NOW])
    with ArchiveWriter(archive, clock=lambda: next(times)) as opened:
        for number in range(5):
            opened.append([article(number)])
    places = [(stored.record.id, stored.part) for stored in archive.read()]
    assert places == [
        ("id0", "2025-04.001.jsonl"),
        ("id1", "2025-05.001.jsonl"),
        ("id2", "2025-05.001.jsonl"),
        ("id3", "2026-01.001.jsonl"),
        ("id4", "2026-01.001.jsonl"),
    ]


HOLD = """
import os, sys, time
from pathlib import Path
from newsarchive.archive import Archive, ArchiveWriter
with ArchiveWriter(Archive(Path(sys.argv[1]))):
    print(os.getpid(), flush=True)
    time.sleep(60)
"""


def test_only_one_process_writes_and_its_lock_ends_with_it(archive: Archive, article: Make) -> None:
    with start_python(HOLD, archive.folder) as holder:
        assert holder.stdout is not None
        pid = holder.stdout.readline().strip()
        try:
            with pytest.raises(ArchiveLocked, match=rf"\(number {pid}\)"), ArchiveWriter(archive):
                pass
            assert list(archive.read()) == []
        finally:
            os.kill(int(pid), signal.SIGKILL)
        holder.wait()
    with ArchiveWriter(archive) as opened:
        opened.append([article()])
        with pytest.raises(ArchiveLocked, match=str(os.getpid())), ArchiveWriter(Archive(archive.folder)):
            pass
    with ArchiveWriter(archive):
        pass


def test_the_lock_is_released_if_opening_fails(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ArchiveWriter, "_heal", lambda self, known: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"), ArchiveWriter(archive):
            pass
    with ArchiveWriter(archive) as opened:
        opened.append([article()])


FILL = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.errors import ArchiveError
from tests.articles import NOW, make_article
archive = Archive(Path(sys.argv[1]))
with ArchiveWriter(archive, clock=lambda: NOW) as writer:
    writer.append([make_article(1)])
    size = archive.parts.size()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(sys.argv[2]), hard))
    try:
        writer.append([make_article(number, body="نص طويل " * 2000) for number in range(2, 9)])
    except ArchiveError as error:
        print("refused:", error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(archive.parts.size() == size)
    writer.append([make_article(9)])
print([stored.record.id for stored in archive.read()], verify(archive).is_sound)
"""


@pytest.mark.parametrize("room", [0, 1, 40_000])
def test_a_batch_that_cannot_be_written_is_rolled_back(archive: Archive, room: int) -> None:
    with start_python(FILL, archive.folder, room, stderr=subprocess.PIPE) as child:
        printed, errors = child.communicate()
    assert errors == ""
    refused, is_as_before, rest = printed.splitlines()
    assert refused.startswith(f"refused: {archive.folder}")
    assert (is_as_before, rest) == ("True", "['id1', 'id9'] True")


def test_an_interrupted_append_leaves_nothing_torn(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([article(1)])
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                opened.append([article(2)])
        opened.append([article(3)])
    assert [stored.record.id for stored in archive.read()] == ["id1", "id3"]


def test_threads_read_while_one_writes(archive: Archive, article: Make) -> None:
    kept: list[str] = []
    is_done = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not is_done.is_set():
                sure = kept[:]
                if sure:
                    assert archive.get(sure[-1]).id == sure[-1]
                    assert len(archive.get_many(sure[-20:])) == len(sure[-20:])
                    assert [stored.record.id for stored in archive.read()][: len(sure)] == sure
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    with ArchiveWriter(Archive(archive.folder)) as opened:
        for batch in range(15):
            kept += [record.id for record in opened.append([article(batch * 4 + at) for at in range(4)])]
    is_done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert archive.catalogue.counts() == (60, 0, 60)


def test_concurrent_creation_gives_a_single_identity(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from newsarchive.archive import Archive"
    code += "; print(Archive(Path(sys.argv[1]), create=True).identity.archive)"
    children = [start_python(code, tmp_path / "new") for _ in range(3)]
    printed = {child.communicate()[0] for child in children}
    assert printed == {Archive(tmp_path / "new").identity.archive + "\n"}


def test_append_needs_the_lock(archive: Archive, article: Make) -> None:
    with pytest.raises(AssertionError, match="inside 'with'"):
        ArchiveWriter(archive).append([article()])


def test_a_part_that_cannot_be_opened_is_an_archive_error(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        (archive.folder / "articles").rmdir()
        with pytest.raises(ArchiveError, match="could not be written"):
            opened.append([article()])


def test_a_waiting_writer_gets_the_released_lock(archive: Archive, article: Make) -> None:
    holder = ArchiveWriter(Archive(archive.folder))
    holder.__enter__()
    release = threading.Timer(0.2, holder.__exit__, (None, None, None))
    release.start()
    with ArchiveWriter(archive, wait=60) as opened:
        opened.append([article()])
    release.join()
    assert len(list(archive.read())) == 1


def test_a_writer_can_take_the_lock_again(archive: Archive, article: Make) -> None:
    writer = ArchiveWriter(archive)
    for number in range(2):
        with writer:
            writer.append([article(number)])
        with ArchiveWriter(Archive(archive.folder)):
            pass
    assert len(list(archive.read())) == 2


def test_an_archive_that_another_process_creates_meanwhile_is_used(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False])
    exists = Parts.exists
    monkeypatch.setattr(Parts, "exists", lambda parts: next(answers, None) is None and exists(parts))
    Archive(archive.folder, create=True).close()
    assert next(answers, None) is None
