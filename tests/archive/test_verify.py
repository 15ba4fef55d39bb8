from collections.abc import Callable
from dataclasses import replace

import pytest

from newsarchive.archive import Archive, ArchiveWriter, verify, writer
from newsarchive.article import Article
from tests.articles import NOW

Make = Callable[..., Article]


def test_a_missing_revision_is_reported(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as opened:
        opened.append([article(1), replace(article(1), revision=3), replace(article(2), revision=2)])
    report = verify(archive)
    assert not report.is_sound
    assert report.gaps == ("id1: revision 3 comes after 1", "id2: revision 2 comes after none")
    assert (report.articles, report.lines, report.parts) == (2, 3, 1)


def test_a_missing_part_is_reported(archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        for number in range(4):
            opened.append([article(number)])
    assert verify(archive).is_sound
    archive.parts.path("2025-04.002.jsonl").unlink()
    report = verify(archive)
    assert report.lost_parts == ("2025-04.002.jsonl",)
    assert not report.is_sound


def test_a_withdrawal_after_a_purge_is_not_a_gap(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as opened:
        opened.append([article(1), article(2)])
        opened.append([replace(article(1), revision=2, title="تصحيح")])
        opened.withdraw("id1", "طلب الناشر")
        opened.append([replace(article(1), revision=4)])
        opened.purge("id1", "حكم قضائي")
    report = verify(archive)
    assert report.is_sound
    assert (report.articles, report.lines) == (1, 3)
