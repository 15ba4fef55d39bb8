"""Each article that arrives gets one number, whatever happens to its place in the archive."""

import shutil
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.alerts.arrivals import take_in
from newsarchive.alerts.ledger import Ledger
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Copy, Record
from tests.articles import NOW, make_article

_clock = count()


def write(archive: Archive, *records: Record, accept_loss: bool = False) -> None:
    now = NOW + timedelta(seconds=next(_clock))
    with ArchiveWriter(archive, clock=lambda: now, accept_loss=accept_loss) as writer:
        writer.append(records)


def purge(archive: Archive, article_id: str) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.purge(article_id, "طلب")


def arrived(ledger: Ledger, archive: Archive, after: int = 0) -> list[tuple[str, str]]:
    take_in(ledger, archive)
    return [(arrival.id, arrival.kind) for arrival in ledger.arrivals(after)]


def test_what_is_there_when_the_ledger_begins_is_no_news(archive: Archive) -> None:
    write(archive, make_article(1))
    with Ledger(archive.folder) as ledger:
        assert arrived(ledger, archive) == []
        write(archive, make_article(2), Copy(id="id1", url="https://copy.example/1"))
        assert arrived(ledger, archive) == [("id2", "new")]
        assert arrived(ledger, archive, 1) == []


def test_revisions_and_restored_articles_are_told_apart(archive: Archive) -> None:
    with Ledger(archive.folder) as ledger:
        assert arrived(ledger, archive) == []
        write(archive, make_article(1), make_article(1, revision=2))
        with ArchiveWriter(archive) as writer:
            writer.withdraw("id1", "طلب")
        write(archive, make_article(1, revision=4))
        assert arrived(ledger, archive) == [("id1", "new"), ("id1", "revised"), ("id1", "again")]


@pytest.mark.parametrize("purged", [1, 2, 3, 4])
def test_a_purge_hides_and_repeats_nothing(archive: Archive, purged: int) -> None:
    """Whether the purged line is before the place where reading ended, at it, or after it."""
    with Ledger(archive.folder) as ledger:
        write(archive, make_article(1, body="طويل " * 500), make_article(2))
        arrived(ledger, archive)
        write(archive, make_article(3))
        arrived(ledger, archive)
        write(archive, make_article(4), make_article(5))
        purge(archive, f"id{purged}")
        ids = [article_id for article_id, _ in arrived(ledger, archive)]
        assert ids == [f"id{number}" for number in (3, 4, 5) if number != purged or number == 3]
        write(archive, make_article(6))
        assert arrived(ledger, archive)[-1] == ("id6", "new")
        assert [one for one, _ in arrived(ledger, archive)].count("id5") == 1


def test_a_purge_of_all_that_was_read_hides_nothing(archive: Archive) -> None:
    with Ledger(archive.folder) as ledger:
        write(archive, make_article(1))
        arrived(ledger, archive)
        write(archive, make_article(2))
        purge(archive, "id1")
        assert [one for one, _ in arrived(ledger, archive)] == ["id2"]


def test_an_accepted_loss_hides_nothing_that_is_stored_later(archive: Archive) -> None:
    with Ledger(archive.folder) as ledger:
        write(archive, make_article(1))
        arrived(ledger, archive)
        path = archive.parts.path(archive.parts.names()[-1])
        size = path.stat().st_size
        write(archive, make_article(2, body="طويل " * 500))
        assert arrived(ledger, archive) == [("id2", "new")]
        with path.open("r+b") as file:
            file.truncate(size)
        write(archive, make_article(3), make_article(2), accept_loss=True)
        # The one that was told before arrives again, which a search that told it knows.
        assert arrived(ledger, archive, 1) == [("id3", "again"), ("id2", "again")]
        write(archive, make_article(4))
        assert arrived(ledger, archive, 3) == [("id4", "new")]


def test_a_restored_backup_goes_on_from_what_it_has(archive: Archive, tmp_path: Path) -> None:
    with Ledger(archive.folder) as ledger:
        write(archive, make_article(1))
        arrived(ledger, archive)
        copied = tmp_path / "backup"
        shutil.copytree(archive.folder, copied, ignore=shutil.ignore_patterns("alerts", "catalogue*"))
        write(archive, make_article(2), make_article(3))
        assert len(arrived(ledger, archive)) == 2
        for name in ("articles", "archive.json", "head.json"):
            place = archive.folder / name
            shutil.rmtree(place) if place.is_dir() else place.unlink()
            (shutil.copytree if (copied / name).is_dir() else shutil.copy)(copied / name, place)
        write(archive, make_article(4), make_article(5), make_article(6))
        assert [one for one, _ in arrived(ledger, archive, 2)] == ["id4", "id5", "id6"]


def test_another_archive_begins_anew_with_a_warning(tmp_path: Path) -> None:
    first, second = (Archive(tmp_path / name, create=True) for name in ("first", "second"))
    write(first, make_article(1))
    write(second, make_article(2))
    with Ledger(first.folder) as ledger:
        assert take_in(ledger, first) == ""
        assert "another one" in take_in(ledger, second)
        assert ledger.arrivals(0) == []
        write(second, make_article(3))
        assert arrived(ledger, second) == [("id3", "new")]


def test_many_months_are_read_in_order(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", create=True)
    with Ledger(archive.folder) as ledger:
        take_in(ledger, archive)
        for month in range(1, 7):
            with ArchiveWriter(archive, clock=lambda: NOW.replace(month=month)) as writer:  # noqa: B023
                writer.append([make_article(month)])
            if month % 2:
                take_in(ledger, archive)
        assert [one for one, _ in arrived(ledger, archive)] == [f"id{month}" for month in range(1, 7)]
        purge(archive, "id2")
        assert len(arrived(ledger, archive)) == 6


@given(st.lists(st.sampled_from(["write", "purge", "read", "revise"]), max_size=14))
def test_every_article_gets_one_number_in_any_order_of_events(
    tmp_path_factory: pytest.TempPathFactory, events: list[str]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"), create=True)
    written: list[Article] = []
    unread: list[str] = []
    with Ledger(archive.folder) as ledger:
        take_in(ledger, archive)
        told: list[str] = []
        for number, event in enumerate([*events, "read"]):
            if event == "write":
                written.append(make_article(number))
                unread.append(written[-1].id)
                write(archive, written[-1])
            elif event == "revise" and written:
                last = written[-1]
                revision = archive.catalogue.revisions(last.id)[-1].revision + 1
                write(archive, make_article(int(last.id[2:]), revision=revision, body=f"نصّ {number}"))
            elif event == "purge" and written:
                gone = written.pop(0)
                if gone.id in unread:
                    unread.remove(gone.id)
                purge(archive, gone.id)
            elif event == "read":
                take_in(ledger, archive)
                told += unread
                unread.clear()
        numbers = [arrival.id for arrival in ledger.arrivals(0) if arrival.kind != "revised"]
    assert numbers == told
    archive.close()
