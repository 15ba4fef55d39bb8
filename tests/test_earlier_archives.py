"""Archives of earlier versions can be opened and verified, and ingesting their input again adds
nothing.

The tests also simulate future changes of the rules for canonical URLs and for cleaning.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarchive import cleaning, identity
from newsarchive.archive import verify
from newsarchive.canonical_url import canonical_url
from newsarchive.cli import main
from newsarchive.search import SearchRequest
from tests.libraries import open_archive

DATA = Path(__file__).parent / "data"
INPUTS = ("news.jsonl", "clipping.txt", "feed.xml", "corrections.jsonl")


@pytest.fixture(params=["archive-1"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of an earlier archive, and the folder of the input files it was ingested from."""
    archive = tmp_path / "archive"
    shutil.copytree(DATA / request.param / "archive", archive)
    return archive, DATA / request.param / "input"


def _lines(archive: Path, *, with_copies: bool = False) -> list[bytes]:
    """All lines; those with the address of a copy only on request."""
    lines = (line for path in sorted((archive / "articles").iterdir()) for line in path.read_bytes().splitlines(True))
    return [line for line in lines if with_copies or b'"type":"copy"' not in line]


def test_an_earlier_archive_can_be_verified_and_searched(earlier: tuple[Path, Path]) -> None:
    archive, _ = earlier
    with open_archive(archive) as library:
        report = verify(library.archive)
        assert (report.is_sound, report.lines, report.articles) == (True, 18, 13)
        library.update_index()
        assert library.search(SearchRequest(text="السكك الحديدية")).total == 1
        assert library.search(SearchRequest()).total == 13


def _ingest(archive: Path, path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["ingest", str(path), "--archive", str(archive), "--no-index"])
    assert end.value.code == 0


@pytest.mark.parametrize("names", [INPUTS, INPUTS[::-1]])
def test_ingesting_the_input_again_adds_nothing(earlier: tuple[Path, Path], names: tuple[str, ...]) -> None:
    archive, inputs = earlier
    before = _lines(archive)
    for name in names:
        _ingest(archive, inputs / name)
    assert _lines(archive) == before
    # The earlier version didn't keep the addresses of copies.
    everything = _lines(archive, with_copies=True)
    assert len(everything) == len(before) + 1
    for name in names:
        _ingest(archive, inputs / name)
    assert _lines(archive, with_copies=True) == everything


_todays_rule = canonical_url


def _with_scheme(url: str) -> str:
    """A rule that changes every canonical URL, so that every article would get another id."""
    return f"{urlsplit(url).scheme}://{_todays_rule(url)}"


def _without_query(url: str) -> str:
    """A rule that gives some different articles the same canonical URL."""
    return _todays_rule(url).partition("?")[0]


def _host_and_page(url: str) -> str:
    return "/".join((urlsplit(url).hostname or "", _todays_rule(url).rpartition("/")[2]))


@pytest.mark.parametrize("rule", [_with_scheme, _without_query, _host_and_page, str.strip])
def test_ingesting_again_adds_nothing_under_other_url_rules(
    earlier: tuple[Path, Path], rule: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, inputs = earlier
    before = _lines(archive)
    _ingest(archive, inputs / INPUTS[0])
    monkeypatch.setattr(identity, "canonical_url", rule)
    monkeypatch.setattr(identity, "RULES", 1_000)
    for name in INPUTS:
        _ingest(archive, inputs / name)
    assert _lines(archive) == before


def test_ingesting_again_adds_nothing_under_other_cleaning_rules(
    earlier: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulated cleaning also removes diacritics and replaces some dashes and quotation marks."""
    archive, inputs = earlier
    before = _lines(archive)
    better = str.maketrans({"\u064b": None, "\u064f": None, "\u0651": None, "«": '"', "»": '"', "–": "-"})
    assert any(chr(mark) in line.decode() for line in before for mark in better)
    plain = cleaning._plain
    monkeypatch.setattr(cleaning, "_plain", lambda text: plain(text).translate(better))
    monkeypatch.setattr(cleaning, "_is_clean", lambda _line: False)
    monkeypatch.setattr(cleaning, "RULES", 1_000)
    for name in INPUTS:
        _ingest(archive, inputs / name)
    assert _lines(archive) == before


def test_ingesting_again_after_rereading_adds_nothing(earlier: tuple[Path, Path]) -> None:
    archive, inputs = earlier
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            main(["reread", "--archive", str(archive)])
        assert end.value.code == 0
    before = _lines(archive)
    for name in INPUTS:
        _ingest(archive, inputs / name)
    assert _lines(archive) == before
