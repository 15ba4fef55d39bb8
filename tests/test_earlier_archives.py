"""Archives that earlier versions wrote open, verify and stay as they are, whatever has changed since."""

import shutil
from pathlib import Path

import pytest

from newsarchive.archive import verify
from newsarchive.cli import main
from newsarchive.library import Library
from newsarchive.search import SearchRequest

DATA = Path(__file__).parent / "data"
INPUTS = ("news.jsonl", "clipping.txt", "feed.xml", "corrections.jsonl")


@pytest.fixture(params=["archive-1"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of an archive, and the folder of the input that it was made from."""
    archive = tmp_path / "archive"
    shutil.copytree(DATA / request.param / "archive", archive)
    return archive, DATA / request.param / "input"


def _lines(archive: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((archive / "articles").iterdir())]


def test_it_verifies_and_can_be_searched(earlier: tuple[Path, Path]) -> None:
    archive, _ = earlier
    with Library.open(archive) as library:
        report = verify(library.archive)
        assert (report.is_sound, report.lines, report.articles) == (True, 18, 13)
        library.update_index()
        assert library.search(SearchRequest(text="السكك الحديدية")).total == 1
        assert library.search(SearchRequest()).total == 13


@pytest.mark.parametrize("names", [INPUTS, INPUTS[::-1]])
def test_its_input_adds_nothing(earlier: tuple[Path, Path], names: tuple[str, ...]) -> None:
    archive, inputs = earlier
    before = _lines(archive)
    for name in names:
        with pytest.raises(SystemExit) as end:
            main(["ingest", str(inputs / name), "--archive", str(archive)])
        assert end.value.code == 0
    assert _lines(archive) == before
