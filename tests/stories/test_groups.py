"""The store of groups: updates, rebuilds, purges, damage, several processes."""

import os
import signal
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.archive.locks import take_lock
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.errors import GroupsError
from newsarchive.stories import reading
from newsarchive.stories.copies import NearCopies
from newsarchive.stories.group_queries import GroupInfo
from newsarchive.stories.groups import Copy, Groups
from tests.articles import start_python
from tests.sample import article

WORDS = [
    *("قال", "اعلن", "زار", "وصل", "رئيس", "وزير", "مدينة", "شركة", "اتفاق", "لقاء"),
    *("صباح", "مساء", "امس", "اليوم", "كبير", "جديد", "سوق", "نهر", "جبل", "بحر"),
]


def text(seed: int, length: int = 30) -> str:
    """A text of as many words, which has no shingle in common with that of another seed."""
    return " ".join(f"{WORDS[(seed + place * (seed % 7 + 1)) % len(WORDS)]}{seed}" for place in range(length))


def news(name: str, body: str, day: int = 1, source: str = "تاس", **fields: object) -> Article:
    return article(name, f"خبر {name}", body, source, **{"published": date(2024, 1, 1) + timedelta(day), **fields})


def write(archive: Archive, *records: Record) -> None:
    with ArchiveWriter(archive, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as writer:
        for record in records:
            if isinstance(record, Withdrawal):
                writer.withdraw(record.id, record.reason)
            else:
                writer.append([record])


def withdrawal(name: str) -> Withdrawal:
    return Withdrawal(id=name, revision=9, reason="طلب", archived_at=datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "news", create=True)
    yield archive
    archive.close()


@pytest.fixture
def groups(archive: Archive) -> Iterator[Groups]:
    groups = Groups(archive)
    yield groups
    groups.close()


def rows(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the database in use, by table, but for segments of passages, which depend on the batches."""
    (path,) = (archive.folder / "groups").glob("*.sqlite3")
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("passage_segments")
        return {table: sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


COPIES = (
    news("first", text(1), 2),
    news("other", text(2), 2),
    news("reprint", text(1) + " نهاية جديدة", 1, "رويترز"),
    news("late", text(1), 9, "رويترز"),
)


def test_copies_are_in_order_of_publication_and_groups_are_counted(archive: Archive, groups: Groups) -> None:
    third = news("third", "مقدمة " + text(1), 3, "أ ف ب")
    write(archive, *COPIES, third)
    assert groups.update() == 5
    midnight = int(datetime(2024, 1, 2, tzinfo=UTC).timestamp())
    assert groups.copies_of("first") == (
        Copy("reprint", "رويترز", midnight),
        Copy("third", "ا ف ب", midnight + 2 * 86_400),
    )
    assert groups.copies_of("other") == groups.copies_of("none") == ()
    info = GroupInfo("first", 3, 3, 2)
    assert groups.groups_of(["reprint", "other", "third", "late"]) == {"reprint": info, "third": info}


def test_sources_are_those_of_the_other_articles_that_name_one(archive: Archive, groups: Groups) -> None:
    sources = {"a": "تاس", "b": "", "c": "رويترز", "d": "تاس"}
    write(archive, *(news(name, text(1), 2, source) for name, source in sources.items()))
    groups.update()
    found = groups.groups_of("abcd")
    assert {(info.members, info.sources) for info in found.values()} == {(4, 2)}
    assert [found[name].elsewhere for name in "abcd"] == [2, 2, 1, 2]


def test_nothing_is_known_without_a_database(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES)
    assert groups.copies_of("first") == ()
    assert groups.groups_of(["first"]) == {}
    assert groups.status() is None
    assert not (archive.folder / "groups").exists()


def test_an_update_reads_only_what_is_new(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES[:2])
    assert groups.update() == 2
    assert groups.update() == 0
    write(archive, *COPIES[2:])
    assert groups.update() == 2
    assert groups.copies_of("first")[0].id == "reprint"
    status = groups.status()
    assert status is not None
    assert (status.articles, status.copied, status.copy_groups) == (4, 2, 1)
    assert (status.told, status.stories) == (2, 1)


def test_a_withdrawn_article_and_a_revision_leave_their_groups(archive: Archive, groups: Groups) -> None:
    third = news("third", text(1) + " خاتمة أخرى للنص", 2)
    write(archive, *COPIES, third)
    groups.update()
    assert {copy.id for copy in groups.copies_of("third")} == {"first", "reprint"}
    write(archive, withdrawal("first"))
    groups.update()
    assert groups.groups_of(["third"])["third"].group == "reprint"
    assert groups.copies_of("first") == ()
    write(archive, replace(third, revision=2, body=text(5)))
    groups.update()
    assert groups.groups_of(["third", "reprint"]) == {}


@pytest.mark.parametrize("name", ["groups-1.sqlite3", "CURRENT"])
@pytest.mark.parametrize("content", [b"", b"damaged" * 999, None])
def test_a_damaged_or_missing_file_means_no_groups_until_the_next_update(
    archive: Archive, groups: Groups, name: str, content: bytes | None
) -> None:
    write(archive, *COPIES)
    groups.update()
    groups.close()
    file = archive.folder / "groups" / name
    file.unlink() if content is None else file.write_bytes(content)
    assert groups.copies_of("first") == ()
    groups.update()
    assert groups.copies_of("first")[0].id == "reprint"


def test_other_rules_rebuild(archive: Archive, groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    write(archive, *COPIES)
    groups.update()
    assert groups.update() == 0
    monkeypatch.setattr(NearCopies, "rules", 99)
    assert groups.update() == 4


def test_a_restored_older_archive_rebuilds(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES[:2])
    (part,) = archive.parts.names()
    before = archive.parts.path(part).read_bytes()
    write(archive, *COPIES[2:])
    groups.update()
    archive.parts.path(part).write_bytes(before)
    groups.update()
    assert groups.copies_of("first") == ()


def test_a_purge_hides_the_article_at_once_and_leaves_no_trace(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES, news("third", text(1) + " خاتمة أخرى للنص", 2))
    groups.update()
    with ArchiveWriter(archive) as writer:
        writer.purge("reprint", "حكم")
    assert [copy.id for copy in groups.copies_of("first")] == ["third"]
    assert groups.groups_of(["first", "reprint"]) == {"first": GroupInfo("first", 2, 1, 1)}
    groups.update()
    assert [copy.id for copy in groups.copies_of("first")] == ["third"]
    assert not any(b"reprint" in file.read_bytes() for file in (archive.folder / "groups").rglob("*") if file.is_file())


def test_only_one_process_updates(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES)
    groups.update()
    write(archive, news("more", text(9)))
    with (
        take_lock(archive.folder / "groups" / ".lock"),
        pytest.raises(GroupsError, match=f"process {os.getpid()} is updating"),
    ):
        groups.update()


def test_an_unwritable_folder_is_an_error_for_updates_only(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES)
    groups.update()
    groups.close()
    (archive.folder / "groups" / ".lock").unlink()
    (archive.folder / "groups" / ".lock").mkdir()
    assert groups.update() == 0
    write(archive, news("more", text(9)))
    with pytest.raises(GroupsError, match="can't be written"):
        groups.update()
    assert groups.copies_of("first")[0].id == "reprint"


def test_a_read_only_folder_can_be_read(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES)
    groups.update()
    groups.close()
    folder = archive.folder / "groups"
    modes = {path: path.stat().st_mode for path in (*folder.iterdir(), folder)}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
        assert groups.copies_of("first")[0].id == "reprint"
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_reader_follows_what_another_process_writes(archive: Archive, groups: Groups) -> None:
    write(archive, *COPIES)
    other = Groups(archive)
    other.update()
    assert groups.copies_of("first")[0].id == "reprint"
    write(archive, withdrawal("reprint"))
    other.update()
    assert groups.copies_of("first") == ()
    write(archive, news("again", text(1), 2))
    other.rebuild()
    assert groups.copies_of("first")[0].id == "again"
    assert len(list((archive.folder / "groups").glob("*.sqlite3*"))) == 1
    other.close()


UPDATE = """
import os, signal, sys
from pathlib import Path
from newsarchive.archive import Archive
from newsarchive.stories import groups, reading
reading.BATCH = 1
kill_at = int(sys.argv[2])
class Dying(groups.NearCopies):
    flushes = 0
    def flush(self, database, texts):
        super().flush(database, texts)
        Dying.flushes += 1
        if Dying.flushes == kill_at:
            database.execute("PRAGMA cache_spill = 1")
            database.execute("PRAGMA cache_size = 1")
            database.execute("CREATE TABLE half (content)")
            database.executemany("INSERT INTO half VALUES (?)", [("x" * 4000,)] * 500)
            os.kill(os.getpid(), signal.SIGKILL)
groups.Groups(Archive(Path(sys.argv[1])), (Dying, *groups.KINDS[1:])).update()
"""


@pytest.mark.parametrize("built_before", [False, True])
@pytest.mark.parametrize("kill_at", [1, 2, 4])
def test_an_update_that_is_killed_heals(archive: Archive, groups: Groups, kill_at: int, built_before: bool) -> None:
    if built_before:
        write(archive, news("before", text(1), 2))
        groups.update()
        groups.close()
    write(archive, *COPIES)
    process = start_python(UPDATE, archive.folder, kill_at)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    # In a new build, nothing is known until it is complete.
    known = {copy.id for copy in groups.copies_of("reprint")}
    assert known == ({"before", "first"} if built_before and kill_at == 4 else set())
    groups.update()
    assert groups.copies_of("first")
    healed = rows(archive)
    assert "half" not in healed
    groups.rebuild()
    assert rows(archive) == healed
    assert len(list((archive.folder / "groups").glob("*.sqlite3*"))) == 1


SENTENCES = [text(seed, 12) for seed in range(4)]
articles = st.builds(
    lambda name, parts, day, source: (
        news(f"n{name}", "\n".join(parts), day, source, published=None)
        if day == 9
        else news(f"n{name}", "\n".join(parts), day, source)
    ),
    st.integers(0, 12),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    st.integers(0, 9),
    st.sampled_from(["تاس", "رويترز", ""]),
)


def history(drawn: list[Article | int]) -> list[Record]:
    """The records of an archive: a number withdraws an article, and an id that comes again is a revision."""
    revisions: dict[str, int] = {}
    withdrawn: set[str] = set()
    records: list[Record] = []
    for one in drawn:
        name = f"n{one}" if isinstance(one, int) else one.id
        if name in withdrawn or (isinstance(one, int) and name not in revisions):
            continue
        if isinstance(one, int):
            withdrawn.add(name)
            records.append(withdrawal(name))
        else:
            revisions[name] = revisions.get(name, 0) + 1
            records.append(replace(one, revision=revisions[name]))
    return records


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.one_of(articles, articles, st.integers(0, 12)), max_size=9), max_size=5), st.integers(1, 7))
def test_updates_give_the_same_rows_as_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Article | int]], size: int
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"), create=True)
    groups = Groups(archive)
    groups.update()
    records = history([one for batch in batches for one in batch])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BATCH", size)
        for batch in batches:
            write(archive, *records[: len(batch)])
            records = records[len(batch) :]
            groups.update()
        updated = rows(archive)
    groups.rebuild()
    assert rows(archive) == updated
    groups.close()
    archive.close()
