"""Arrays round-trip through a file, and damage anywhere in the file is detected."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import IndexDamaged
from newsarchive.search.whoosh_index.storage import array_file
from newsarchive.search.whoosh_index.storage.array_file import ArrayFile, ArrayFileWriter


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(array_file, "_BLOCK", 128)
    path = tmp_path / "segment.arr"
    with ArrayFileWriter(path) as out:
        out.add("numbers", np.arange(100, dtype=np.uint16))
        out.add("nothing", np.zeros(0, dtype=np.int64))
        out.add_parts("parts", np.uint8, (np.arange(start, start + 30) for start in (0, 30, 60)))
    return path


def test_arrays_round_trip(path: Path) -> None:
    file = ArrayFile(path)
    assert file["numbers"].tolist() == list(range(100))
    assert file["nothing"].tolist() == []
    assert file.run("parts", 20, 40).tolist() == list(range(20, 40))
    assert "parts" in file
    assert "others" not in file
    assert [name for name in path.parent.iterdir() if name != path] == []


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    def write() -> None:
        with ArrayFileWriter(tmp_path / "segment.arr") as out:
            out.add("numbers", np.arange(10))
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_every_changed_byte_is_detected(path: Path) -> None:
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(IndexDamaged):
            ArrayFile(path).check()


@pytest.mark.parametrize("kept", [0, 1, 20, 300])
def test_a_truncated_file_is_detected(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(IndexDamaged):
        ArrayFile(path)


def test_only_blocks_that_are_read_are_checked(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[150] ^= 1
    path.write_bytes(content)
    file = ArrayFile(path)
    assert file.run("numbers", 0, 64).tolist() == list(range(64))
    with pytest.raises(IndexDamaged, match="byte 128 to 256"):
        file.run("numbers", 0, 65)


@given(st.lists(st.binary(max_size=600), max_size=6))
def test_arrays_of_all_sizes_round_trip(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("arrays") / "segment.arr"
    with ArrayFileWriter(path) as out:
        for number, part in enumerate(parts):
            out.add(str(number), np.frombuffer(part, dtype=np.uint8))
    file = ArrayFile(path)
    file.check()
    assert [file[str(number)].tobytes() for number in range(len(parts))] == parts
