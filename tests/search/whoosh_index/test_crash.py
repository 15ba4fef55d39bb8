"""A process killed during an update leaves the last commit intact; the next update finishes its work."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsarchive.archive import START
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.whoosh_index.storage.folder import IndexFolder
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, engine_of, found, make_library, word

CHILD = """
import sys
from pathlib import Path
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.search.whoosh_index.updating import merging
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, use_buffer
merging.SMALL = 4
library = open_archive(Path(sys.argv[1]))
use_buffer(library, 4_000)
print("ready", flush=True)
for number in range(int(sys.argv[2]), 1_000_000, 3):
    append(library, article(number), article(number + 1), article(number % 50, revision=2, text="منقح"))
    library.update_index()
"""
ROOT = Path(__file__).parents[3]


def _run_and_kill(folder: Path, first: int, seconds: float) -> None:
    command = [sys.executable, "-c", CHILD, str(folder), str(first)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)


def _expected(library: Library) -> set[str]:
    """The ids of the articles up to the archive position of the index."""
    _, position = engine_of(library)._folder.current(library.archive.identity)
    latest = {}
    for stored in library.archive.read(START):
        latest[stored.record.id] = stored.record
        if stored.end == position:
            break
    return {record.id for record in latest.values() if isinstance(record, Article)}


@pytest.mark.parametrize("seed", range(4))
def test_an_update_killed_at_any_moment_is_completed_later(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    with make_library(tmp_path, 50) as library:
        library.update_index()
    for number in range(3):
        _run_and_kill(tmp_path, 100 + 10_000 * number, choice.uniform(0, 0.4))
        with open_archive(tmp_path) as library:
            expected = _expected(library)
            assert library.search(SearchRequest(text="الأرشيف")).total == len(expected)
            assert library.status().articles == len(expected)
            # The last line may be torn; the next writer heals it.
            append(library, article(9_000 + number))
            library.update_index()
            assert found(library, word(9_000 + number)) == {article(9_000 + number).id}
            assert library.search(SearchRequest(text="الأرشيف")).total == len(_expected(library)) > len(expected)
            assert library.status().behind_bytes == 0
    names = [path.name for path in (tmp_path / "index" / "000001").iterdir()]
    left = {name for name in names if ".staged" in name or ".merged" in name}
    assert left == set()


def test_a_killed_rebuild_is_resumed(tmp_path: Path) -> None:
    with make_library(tmp_path, 400) as library:
        library.update_index()
    child = CHILD.partition("for number")[0] + "library.search_service.rebuild()"
    with subprocess.Popen(
        [sys.executable, "-c", child, str(tmp_path), "0"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15)
        process.kill()
    with open_archive(tmp_path) as library:
        assert library.search(SearchRequest(text="الأرشيف")).total == 400
        library.search_service.rebuild()
        assert library.search(SearchRequest(text="الأرشيف")).total == 400


def test_old_builds_are_deleted_after_a_rebuild_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old build may have the text of purged articles, and uses disk space."""

    def builds() -> list[str]:
        return sorted(path.name for path in tmp_path.glob("index/*/"))

    with make_library(tmp_path, 4) as library:
        library.update_index()
        with monkeypatch.context() as patch:
            patch.setattr(IndexFolder, "remove_others", lambda self: ())
            library.search_service.rebuild()
        begun = IndexFolder(tmp_path / "index").start_build(library.archive.identity).folder.name
        assert builds() == ["000001", "000002", begun]
        with IndexFolder(tmp_path / "index").rebuilding():
            library.update_index()
        assert builds() == ["000001", "000002", begun]
        library.update_index()
        # The unfinished build can be resumed.
        assert builds() == ["000002", begun]
        assert found(library, "الأرشيف") == {article(number).id for number in range(4)}
