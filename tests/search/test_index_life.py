"""The life cycle of an index: updates, revisions, withdrawals, rebuilds, concurrent processes and crashes."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveError, ArticleNotFound, IndexMissing, IndexOutdated
from newsarchive.library import Library
from newsarchive.search import SearchRequest, SearchResults, Sort
from tests.libraries import append, filled, open_archive, withdraw
from tests.sample import ARTICLES, STORIES, WEATHER

NILE, DAM, LIBRARY = STORIES[0], STORIES[1], STORIES[3]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """The news articles, without the weather report."""
    with filled(tmp_path / "archive", STORIES) as library:
        yield library


def find(library: Library, text: str = "") -> SearchResults:
    return library.search(SearchRequest(text=text, limit=100))


def found(library: Library, text: str = "") -> set[str]:
    results = find(library, text)
    assert results.total == len(results.hits)
    return {hit.article.id for hit in results.hits}


def all_names() -> set[str]:
    return {article.id for article in STORIES}


# Updates


def test_an_empty_archive_can_be_searched(tmp_path: Path) -> None:
    with filled(tmp_path, []) as library:
        for text in ("", "نهر", "نهر النيل", "كتا*", "date:2020"):
            results = find(library, text)
            assert (results.total, results.hits, results.pages, results.notices) == (0, (), 1, ())
            assert results.facets.source == results.facets.topic == {}
        assert library.status().articles == 0
        append(library, NILE)
        library.update_index()
        assert found(library, "نهر") == {"nile"}


def test_updates_read_only_new_records(library: Library) -> None:
    assert library.update_index().indexed == 0
    append(library, *WEATHER[:3])
    assert found(library) == all_names()
    assert library.status().behind_bytes > 0
    counts: list[int] = []
    report = library.update_index(counts.append)
    assert (report.indexed, report.removed, report.damaged) == (3, 0, ())
    assert counts[-1] == 3
    assert found(library) == all_names() | {article.id for article in WEATHER[:3]}
    assert library.status().behind_bytes == 0


def test_progress_reports_the_articles_read(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, *ARTICLES)
        counts: list[int] = []
        assert library.update_index(counts.append).indexed == len(ARTICLES)
        assert counts[-1] == len(ARTICLES)
        assert all(before < after for before, after in pairwise(counts))


def test_revisions_replace_the_article(library: Library) -> None:
    append(library, replace(NILE, revision=2, body="تجري السفن في الدلتا.", source="رويترز"))
    library.update_index()
    assert found(library, "نهر") == {"dam", "football", "swimming"}
    results = find(library, "سفن")
    assert [(hit.article.id, hit.article.revision) for hit in results.hits] == [("nile", 2)]
    assert results.facets.source == {"رويترز": 1}
    assert find(library).total == library.status().articles == len(STORIES)


def test_the_last_of_several_revisions_is_indexed(library: Library) -> None:
    append(library, *(replace(NILE, revision=number, body=f"نص رقم {number}.") for number in (2, 3, 4)))
    library.update_index()
    assert found(library, "2") == found(library, "3") == set()
    assert found(library, "4") == {"nile"}
    assert library.status().articles == len(STORIES)


def test_withdrawals_remove_the_article(library: Library) -> None:
    withdraw(library, "nile")
    report = library.update_index()
    assert (report.indexed, report.removed) == (0, 1)
    assert "nile" not in found(library)
    assert found(library, "نهر") == {"dam", "football", "swimming"}
    assert find(library).facets.source["تاس"] == 3
    assert library.status().articles == len(STORIES) - 1
    with pytest.raises(ArticleNotFound):
        library.article("nile")
    assert [type(record).__name__ for record in library.history("nile")] == ["Article", "Withdrawal"]


def test_withdrawn_articles_are_not_hits_before_the_update(library: Library) -> None:
    withdraw(library, "nile")
    assert "nile" not in {hit.article.id for hit in find(library).hits}


def test_articles_withdrawn_before_the_update_are_never_indexed(library: Library) -> None:
    append(library, WEATHER[0])
    withdraw(library, WEATHER[0].id)
    library.update_index()
    assert found(library) == all_names()


def test_withdrawn_articles_can_return(library: Library) -> None:
    withdraw(library, "nile")
    library.update_index()
    append(library, replace(NILE, revision=3))
    library.update_index()
    assert found(library, "نهر النيل") == {"nile", "dam"}


def test_damaged_lines_are_reported_and_skipped(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, *STORIES)
        part = next((tmp_path / "articles").iterdir())
        part.write_bytes(part.read_bytes().replace("صيف".encode(), "شتا".encode(), 1))
        report = library.update_index()
        assert len(report.damaged) == 1
        assert part.name in report.damaged[0]
        assert found(library) == all_names() - {"nile"}


# Rebuilds


def ranking(library: Library, text: str, sort: Sort | None) -> list[tuple[str, float]]:
    """The dated hits in order. Undated hits with equal scores are ordered only by their position in the archive."""
    hits = library.search(SearchRequest(text=text, sort=sort, limit=100)).hits
    return [(hit.article.id, round(hit.score, 4)) for hit in hits if hit.article.published]


def test_many_updates_equal_one_build(tmp_path: Path) -> None:
    with filled(tmp_path, ARTICLES[:10]) as library:
        for start in range(10, len(ARTICLES), 6):
            append(library, *ARTICLES[start : start + 6])
            library.update_index()
        requests = [(text, sort) for text in ("", "نهر", "صيف حار", "كتا*", "«نهر النيل»") for sort in (None, *Sort)]
        updated = [ranking(library, text, sort) for text, sort in requests]
        library.search_service.rebuild()
        assert [ranking(library, text, sort) for text, sort in requests] == updated


def test_a_rebuild_after_revisions_and_withdrawals_changes_nothing(library: Library) -> None:
    append(library, replace(NILE, revision=2, body="تجري السفن في نهر الدلتا."), *WEATHER)
    library.update_index()
    withdraw(library, "dam")
    withdraw(library, "weather-05")
    library.update_index()
    texts = ("", "نهر", "نيل", "صيف حار", "«نهر النيل»", "topic:environment", "date:2024")
    before = [(found(library, text), find(library, text).facets) for text in texts]
    library.search_service.rebuild()
    assert [(found(library, text), find(library, text).facets) for text in texts] == before


# Missing and incompatible indexes


def test_search_without_an_index_raises_index_missing(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, NILE)
        with pytest.raises(IndexMissing):
            find(library)
        with pytest.raises(IndexMissing):
            library.status()
        with pytest.raises(IndexMissing):
            library.search_service.update()
        library.update_index()
        assert found(library) == {"nile"}


def test_a_deleted_index_is_missing_and_can_be_rebuilt(library: Library) -> None:
    shutil.rmtree(library.archive.folder / "index")
    with pytest.raises(IndexMissing):
        find(library)
    library.update_index()
    assert found(library) == all_names()


def test_an_index_of_another_format_is_outdated(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = [module for name, module in sys.modules.items() if name.startswith("newsarchive.search.")]
    users = [module for module in engine if hasattr(module, "INDEX_FORMAT")]
    assert users
    for module in users:
        monkeypatch.setattr(module, "INDEX_FORMAT", -1)
    with open_archive(library.archive.folder) as reopened:
        with pytest.raises(IndexOutdated):
            find(reopened)
        reopened.update_index()
        assert found(reopened) == all_names()


def test_the_index_of_another_archive_is_outdated(library: Library, tmp_path: Path) -> None:
    with filled(tmp_path / "other", WEATHER) as other:
        folder = other.archive.folder
    shutil.rmtree(folder / "index")
    shutil.copytree(library.archive.folder / "index", folder / "index")
    with open_archive(folder) as other:
        with pytest.raises(IndexOutdated):
            find(other)
        other.update_index()
        assert found(other) == {article.id for article in WEATHER}


def test_a_folder_without_an_archive_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        open_archive(tmp_path / "nowhere")


# Concurrent use


def test_another_library_sees_committed_updates(library: Library) -> None:
    with open_archive(library.archive.folder) as other:
        assert found(other) == all_names()
        append(library, WEATHER[0])
        assert found(other) == all_names()
        library.update_index()
        assert found(other) == all_names() | {"weather-00"}
        library.search_service.rebuild()
        append(library, WEATHER[1])
        library.update_index()
        assert found(other) == found(library) == all_names() | {"weather-00", "weather-01"}


def test_a_closed_library_can_be_reopened(library: Library) -> None:
    find(library)
    library.close()
    with open_archive(library.archive.folder) as again:
        assert found(again) == all_names()


def test_threads_search_while_the_index_grows(library: Library) -> None:
    """Every search sees one committed state: an article count that existed, never smaller than before."""
    done = threading.Event()

    def search() -> list[int]:
        totals = []
        while not done.is_set():
            results = find(library)
            assert len({hit.article.id for hit in results.hits}) == results.total
            assert sum(results.facets.source.values()) == results.total - 2
            totals.append(results.total)
        return totals

    with ThreadPoolExecutor(3) as threads:
        searches = [threads.submit(search) for _ in range(3)]
        try:
            for start in range(0, len(WEATHER), 8):
                append(library, *WEATHER[start : start + 8])
                library.update_index()
            library.search_service.rebuild()
        finally:
            done.set()
        for totals in (search.result() for search in searches):
            assert totals == sorted(totals)
            assert set(totals) <= {len(STORIES) + added for added in range(0, len(WEATHER) + 1, 8)}
    assert find(library).total == len(STORIES) + len(WEATHER)


# Crashes

_DIE = """
import os, signal, sys
from pathlib import Path
from newsarchive.config import Config
from newsarchive.library import open_library

changes = 0

def count(event, arguments):
    "Counts changes of the index's folder, and dies at one of them as in a power cut."
    global changes
    writing = event in ("os.rename", "os.remove", "os.truncate", "os.mkdir") or (
        event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    )
    if writing and isinstance(arguments[0], (str, os.PathLike)) and index in str(arguments[0]):
        changes += 1
        if changes == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

def update(folder):
    with open_library(Config(archive=Path(folder))) as library:
        library.update_index()

index = os.sep + "index" + os.sep
sys.addaudithook(count)
folders = sys.argv[1:]
die_at = 0
update(folders.pop(0))
total = changes
print(total)
for number, folder in enumerate(folders):
    if os.fork() == 0:
        changes, die_at = 0, 1 + number * (total - 1) // (len(folders) - 1)
        update(folder)
        os._exit(1)
    assert os.wait()[1] == signal.SIGKILL
"""
_DEATHS = 8


def copies(folder: Path) -> list[Path]:
    paths = [folder.with_name(f"copy-{number}") for number in range(_DEATHS + 1)]
    for path in paths:
        shutil.copytree(folder, path)
    return paths


def die_while_updating(folders: list[Path]) -> None:
    """Count the steps of an update in the first folder, and crash updates of the others at different steps."""
    done = subprocess.run([sys.executable, "-c", _DIE, *map(str, folders)], check=True, capture_output=True, text=True)
    assert int(done.stdout) >= 3


def test_a_crash_during_an_update_leaves_the_last_good_index(tmp_path: Path) -> None:
    with filled(tmp_path / "archive", STORIES) as library:
        append(library, *WEATHER, replace(NILE, revision=2, body="تجري السفن."))
        withdraw(library, "dam")
    old, new = all_names(), {article.id for article in (*STORIES, *WEATHER)} - {"dam"}
    folders = copies(tmp_path / "archive")
    die_while_updating(folders)
    for folder in folders:
        with open_archive(folder) as library:
            assert {hit.article.id for hit in find(library).hits} in (new, old - {"dam"})
            library.update_index()
            assert found(library) == new
            assert found(library, "يفيض") == set()
            assert found(library, "سفن") == {"nile"}
            assert library.status().behind_bytes == 0
            assert library.update_index().indexed == 0


def test_a_crash_during_the_first_build_leaves_no_partial_index(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True) as library:
        append(library, *STORIES)
    folders = copies(tmp_path / "archive")
    die_while_updating(folders)
    for folder in folders:
        with open_archive(folder) as library:
            with suppress(IndexMissing):
                assert found(library) == all_names()
            library.update_index()
            assert found(library) == all_names()
            assert library.update_index().indexed == 0
