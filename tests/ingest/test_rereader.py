import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article
from newsarchive.errors import ArchiveLocked
from newsarchive.ingest import rereader
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import Pipeline
from newsarchive.ingest.rereader import Rereader
from newsarchive.ingest.rereading import Change, Kind
from tests.articles import NOW, make_article

UNDATED = {"published_raw": "21 أبريل 2025"}


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Undated articles: 1 was revised, 2 was dated by its revision, 3 is withdrawn, 4 needs no change."""
    undated = [make_article(number, **UNDATED) for number in range(7)]
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append(undated)
        writer.append([replace(undated[1], revision=2, body="نص مصحح.")])
        writer.append([replace(undated[2], revision=2, published=date(2025, 4, 21))])
        writer.append([make_article(4, revision=2)])
        writer.withdraw("id3", "طلب الناشر")
    return archive


def rereader_of(archive: Archive, changes: list[tuple[str, Change]] | None = None) -> Rereader:
    changes = [] if changes is None else changes
    return Rereader(archive, UTC, on_change=lambda article_id, change: changes.append((article_id, change)))


def lines_of(archive: Archive) -> int:
    return sum(1 for _ in archive.read())


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_latest_revisions_that_are_read_differently_become_new_revisions(
    filled: Archive, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereader, "BATCH", batch)
    before = lines_of(filled)
    changes: list[tuple[str, Change]] = []
    report = rereader_of(filled, changes).run(ArchiveWriter(filled, clock=lambda: NOW))
    assert (report.articles, report.revised, report.changes) == (6, 4, {Kind.DATE_READ: 4})
    assert sorted(article_id for article_id, _ in changes) == ["id0", "id1", "id5", "id6"]
    assert changes[0][1] == Change(Kind.DATE_READ, "published", "", "2025-04-21", "21 أبريل 2025")
    assert lines_of(filled) == before + 4
    assert verify(filled).is_sound
    article = filled.get("id1")
    assert (article.revision, article.published, article.body) == (3, date(2025, 4, 21), "نص مصحح.")
    assert article.origin == make_article(1).origin
    assert [filled.get(f"id{number}").revision for number in (2, 4)] == [2, 2]
    assert rereader_of(filled).run(ArchiveWriter(filled)).revised == 0
    assert lines_of(filled) == before + 4


def test_a_dry_run_finds_the_same_and_writes_nothing(filled: Archive) -> None:
    filled.catch_up()
    before = {path: path.read_bytes() for path in filled.folder.rglob("*") if path.is_file()}
    foreseen: list[tuple[str, Change]] = []
    report = rereader_of(filled, foreseen).dry_run()
    assert {path: path.read_bytes() for path in filled.folder.rglob("*") if path.is_file()} == before
    changes: list[tuple[str, Change]] = []
    ran = rereader_of(filled, changes).run(ArchiveWriter(filled))
    assert (foreseen, report.revised, report.changes) == (changes, ran.revised, ran.changes)


def test_concurrent_writes_of_another_process_are_respected(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive is locked for each batch, after its articles were read."""
    found = Rereader._rereadings

    def interfered(self: Rereader) -> Iterator[object]:
        yield from list(found(self))
        with ArchiveWriter(Archive(filled.folder), clock=lambda: NOW) as other:
            other.append([make_article(0, body="نص أحدث.", revision=2, **UNDATED)])
            other.withdraw("id5", "طلب الناشر")
            other.purge("id6", "طلب الناشر")

    monkeypatch.setattr(Rereader, "_rereadings", interfered)
    report = rereader_of(filled).run(ArchiveWriter(filled))
    assert report.revised == 2
    assert (filled.get("id0").body, filled.get("id0").revision) == ("نص أحدث.", 3)
    assert filled.catalogue.counts().withdrawn == 3
    assert verify(filled).is_sound


def test_damaged_lines_are_reported_and_the_others_are_reread(filled: Archive) -> None:
    path = filled.parts.path(filled.parts.names()[0])
    path.write_bytes(path.read_bytes().replace("العنوان 5".encode(), "العنوان 7".encode()))
    named: list[str] = []
    report = Rereader(filled, UTC, on_damage=lambda damage: named.append(str(damage))).run(ArchiveWriter(filled))
    assert (report.revised, report.damaged) == (3, 1)
    assert f"{path}:6" in named[0]


def test_a_run_that_cannot_get_the_lock_changes_nothing(filled: Archive) -> None:
    before = lines_of(filled)
    run = rereader_of(filled)
    with ArchiveWriter(Archive(filled.folder)), pytest.raises(ArchiveLocked):
        run.run(ArchiveWriter(filled))
    assert (run.report.revised, lines_of(filled)) == (0, before)


def test_ingesting_the_input_again_after_rereading_adds_nothing(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    forms = [
        {"url": "https://a.example/1", "title": "عنوان", "body": "نص &amp; نص.", "date": "21 أبريل 2025"},
        {"title": "عنوان آخر", "body": "نص  ثان.\nفقرة.", "authors": ["123e4567-e89b-12d3-a456-426614174000"]},
        {"url": "https://a.example/3", "body": "نص ثالث بلا عنوان."},
    ]
    path.write_text("".join(json.dumps(form) + "\n" for form in forms))
    items = [item for item in read(str(path), Defaults()) if isinstance(item, Article)]
    # As stored by an older version.
    stored = [
        replace(items[0], body="نص &amp; نص.", published=None),
        replace(items[1], body="نص  ثان.\n\nفقرة.\x00", authors=("123e4567-e89b-12d3-a456-426614174000",)),
        replace(items[2], title="نص ثالث", language="und"),
    ]
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append(stored)
    assert rereader_of(archive).run(ArchiveWriter(archive)).revised == 3
    assert Pipeline(ArchiveWriter(archive)).run(items).counts == {"duplicate": 3}
    assert [archive.get(item.id) for item in items] == [
        replace(item, revision=2, archived_at=archive.get(item.id).archived_at) for item in items
    ]
