"""The names in a pickled table of contents, and what happens when such a name no longer exists."""

import hashlib
import io
import logging
import pickle
import pickletools
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from newsarchive import index_repair
from newsarchive.errors import IndexDamaged
from newsarchive.search import SearchRequest
from newsarchive.search.whoosh_index.storage import segment
from newsarchive.search.whoosh_index.storage.contents import contents_file
from newsarchive.search.whoosh_index.storage.folder import Build, IndexFolder, _State, _state, _state_file
from newsarchive.search.whoosh_index.storage.schema import INDEX_FORMAT
from newsarchive.web import create_app
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, found, make_library, word

NAMES = {
    11: {
        "__builtin__ bytes",
        "__builtin__ long",
        "newsarchive.search.whoosh_index.storage.fields Words",
        "newsarchive.search.whoosh_index.storage.segment ArraySegment",
        "re _compile",
        "whoosh.analysis.tokenizers IDTokenizer",
        "whoosh.analysis.tokenizers RegexTokenizer",
        "whoosh.columns NumericColumn",
        "whoosh.columns RefBytesColumn",
        "whoosh.fields COLUMN",
        "whoosh.fields ID",
        "whoosh.fields KEYWORD",
        "whoosh.fields NUMERIC",
        "whoosh.fields STORED",
        "whoosh.fields Schema",
        "whoosh.formats Existence",
        "whoosh.formats Frequency",
        "whoosh.formats Positions",
    }
}
"""The names in an index of each format, as they are pickled: module and class."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The folder of an archive with an index of two segments, one of them with a deleted document."""
    with make_library(tmp_path, 10) as library:
        library.update_index()
        append(library, article(1, revision=2), article(10))
        library.update_index()
    return tmp_path


def _build(archive: Path) -> Build:
    return IndexFolder(archive / "index").latest()


def _contents_file(build: Build) -> Path:
    return contents_file(build.folder, build.generation)


def _replace_contents(archive: Path, content: bytes) -> None:
    """Replace the table of contents, and update the position file so that it matches."""
    build = _build(archive)
    state = _state(build)
    _contents_file(build).write_bytes(content)
    values = state.format, state.archive, state.archive_generation, state.position
    _state_file(build.folder, build.generation).write_bytes(
        _State(*values, hashlib.sha256(content).hexdigest()).to_json()
    )


def _pickles(content: bytes) -> Iterator[bytes]:
    """The pickles in a table of contents: all byte ranges that can be read as a pickle."""
    at = 0
    while (at := content.find(b"\x80", at)) >= 0:
        stream = io.BytesIO(content[at:])
        try:
            for _ in pickletools.genops(stream):
                pass
        except ValueError:
            at += 1
            continue
        yield content[at : at + stream.tell()]
        at += stream.tell()


def _names(pickled: bytes) -> Iterator[str]:
    """The names that a pickle refers to, found without unpickling it."""
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "GLOBAL":
            yield str(argument)
        elif opcode.name == "STACK_GLOBAL":
            yield " ".join(strings[-2:])
        elif isinstance(argument, str):
            strings.append(argument)


def test_an_index_has_exactly_the_names_of_its_format(archive: Path) -> None:
    pickles = list(_pickles(_contents_file(_build(archive)).read_bytes()))
    assert len(pickles) == 2
    names = {name for pickled in pickles for name in _names(pickled)}
    assert NAMES.get(INDEX_FORMAT) == names, (
        "the names in an index changed, so earlier indexes can't be read: raise INDEX_FORMAT in storage/schema.py,"
        " and list the names under the new number"
    )


def _of_a_missing_module(content: bytes) -> bytes:
    # The new name has the same length, because the pickle's length is stored before it.
    return content.replace(b"storage.fields", b"storage.felder")


def _of_a_missing_class(content: bytes) -> bytes:
    return content.replace(b"ArraySegment", b"SegmentArray")


def _with_a_piece_missing(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _of_something_else(content: bytes) -> bytes:
    (_, segments) = _pickles(content)
    return content.replace(segments, pickle.dumps(len, 2))


def _of_nothing(content: bytes) -> bytes:
    return b""


UNREADABLE = [_of_a_missing_module, _of_a_missing_class, _with_a_piece_missing, _of_something_else, _of_nothing]


@pytest.mark.parametrize("spoil", UNREADABLE)
def test_a_search_reports_an_unreadable_index(archive: Path, spoil: Callable[[bytes], bytes]) -> None:
    _replace_contents(archive, spoil(_contents_file(_build(archive)).read_bytes()))
    with open_archive(archive) as library:
        for _ in range(2):
            with pytest.raises(IndexDamaged, match=r"can't read the index in .*run 'newsarchive reindex'"):
                library.search(SearchRequest(text="الأرشيف"))


@pytest.mark.parametrize("spoil", UNREADABLE)
@pytest.mark.parametrize("is_new", [False, True])
def test_an_update_rebuilds_an_unreadable_index_and_says_why(
    archive: Path, spoil: Callable[[bytes], bytes], is_new: bool
) -> None:
    """Even if the archive has no new records, and there was no search before."""
    _replace_contents(archive, spoil(_contents_file(_build(archive)).read_bytes()))
    with open_archive(archive) as library:
        if is_new:
            append(library, article(20))
        reasons: list[str] = []
        report = library.update_index(on_rebuild=reasons.append)
        assert report.indexed == 11 + is_new
        assert len(reasons) == 1
        assert "can't read the index in" in reasons[0]
        assert library.search(SearchRequest(text="الأرشيف")).total == 11 + is_new
        assert found(library, word(3)) == {article(3).id}


def test_the_message_names_the_missing_module(archive: Path) -> None:
    _replace_contents(archive, _of_a_missing_module(_contents_file(_build(archive)).read_bytes()))
    with open_archive(archive) as library, pytest.raises(IndexDamaged, match=r"No module named '.*storage\.felder'"):
        library.status()


def test_a_renamed_class_makes_the_index_unreadable(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a newer version opened the index of an older version."""
    monkeypatch.delattr(segment, "ArraySegment")
    with open_archive(archive) as library, pytest.raises(IndexDamaged, match=r"AttributeError.*ArraySegment"):
        library.search(SearchRequest(text="الأرشيف"))


def test_running_out_of_memory_is_not_damage(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(pickle, "loads", fail)
    with open_archive(archive) as library, pytest.raises(MemoryError):
        library.search(SearchRequest(text="الأرشيف"))
    assert not (_build(archive).folder / "DAMAGED").exists()


def test_an_unreadable_unfinished_build_is_not_resumed(archive: Path) -> None:
    with open_archive(archive) as library:
        builds = IndexFolder(archive / "index")
        begun = builds.start_build(library.archive.identity)
        current = begun.folder.with_name("CURRENT")
        before = current.read_bytes()
        current.write_bytes(begun.folder.name.encode())
        _replace_contents(archive, _of_a_missing_module(_contents_file(begun).read_bytes()))
        current.write_bytes(before)
        assert builds.start_build(library.archive.identity).folder != begun.folder


def test_a_server_repairs_an_unreadable_index(
    archive: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index_repair, "GRACE", 0)
    caplog.set_level(logging.WARNING)
    _replace_contents(archive, _of_a_missing_module(_contents_file(_build(archive)).read_bytes()))
    with open_archive(archive, repairs=True) as library:
        client = create_app(library).test_client()
        assert client.get("/search?q=الأرشيف").status_code == 503
        assert library.repairer is not None
        library.repairer.wait()
        assert client.get("/search?q=الأرشيف").status_code == 200
    assert "can't read the index in" in caplog.text


def test_names_in_newer_pickle_protocols_are_found() -> None:
    """Whoosh writes pickles in protocol 2; later protocols encode names differently."""
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert set(_names(pickle.dumps(count, protocol))) == {"itertools count"}
