"""What a process that prepares articles keeps: a bounded part of what it has met, however many ranges it gets."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import START, Archive, ArchiveWriter
from newsarchive.search.indexing.archive_ranges import archive_of_worker, cut
from newsarchive.search.opensearch import preparing
from newsarchive.search.opensearch.builds import Build
from newsarchive.topics import Topics
from tests.search.opensearch.engines import random_articles


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    archive = Archive(tmp_path / "archive", create=True)
    with ArchiveWriter(archive) as writer:
        writer.append(random_articles(3, 40))
    archive.close()
    yield archive.folder
    archive_of_worker(archive.folder).close()
    archive_of_worker.cache_clear()
    preparing._builder_of_worker.cache_clear()


def open_catalogues() -> int:
    links = Path("/proc/self/fd").iterdir()
    return sum(link.is_symlink() and "catalogue.sqlite3" in str(link.readlink()) for link in links)


def test_a_worker_opens_its_archive_once(folder: Path) -> None:
    """Each archive that is open has a cache of 16 MB and a file, and garbage is collected rarely here."""
    ranges = list(cut(Archive(folder).parts, START, 2_000))
    assert len(ranges) > 5
    before = open_catalogues()
    gc.disable()
    try:
        prepared = [preparing._prepare(folder, one, Build("x-1"), Topics(), with_lines=True) for one in ranges]
        assert open_catalogues() == before + 1
    finally:
        gc.enable()
    assert sum(one.records for one in prepared) == 40
