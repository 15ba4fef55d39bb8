"""A file of named arrays: written once from front to back, then read through the memory map.

    arrays, each starting on a multiple of 64 bytes
    one CRC-32 for each 64 KiB block of the arrays
    the directory: name -> dtype, offset, length, as JSON
    the trailer: CRC-32 of block sums and directory, their lengths, and a magic word

A block is checked against its sum on first access, so a damaged byte is detected before it is used, and
opening a file of any size reads only its last bytes.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from newsarchive.durable import sync_folder
from newsarchive.errors import IndexDamaged
from newsarchive.wording import worded

Array = npt.NDArray[Any]

_MAGIC = b"newsarr1"
_TRAILER = struct.Struct("<IQII8s")
"""CRC-32 of sums and directory, bytes of arrays, bytes of sums, bytes of directory, magic."""
_BLOCK = 1 << 16
_ALIGNMENT = 64


class ArrayFileWriter:
    """A context manager that writes a file of named arrays.

    The file has a name that starts with a dot until all of it is on disk. After an exception it is deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fresh = path.with_name(f".{path.name}")
        self._file = self._fresh.open("wb")
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._at = 0
        self._sum = 0
        self._sums: list[int] = []

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Finish the file, or delete it after an exception."""
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()
            if kind is not None:
                self._fresh.unlink(missing_ok=True)
        if kind is None:
            self._fresh.replace(self._path)
            sync_folder(self._path.parent)

    def add(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.add_parts(name, array.dtype, (array,))

    def add_parts(self, name: str, dtype: npt.DTypeLike, parts: Iterable[Array]) -> None:
        """Write an array that comes in parts, in order."""
        with self._array(name, np.dtype(dtype)):
            for part in parts:
                self._write(np.ascontiguousarray(part, dtype=dtype).data.cast("B"))

    @contextmanager
    def _array(self, name: str, dtype: np.dtype[Any]) -> Iterator[None]:
        self._write(memoryview(bytes(-self._at % _ALIGNMENT)))
        start = self._at
        yield
        assert name not in self._directory
        self._directory[name] = dtype.str, start, (self._at - start) // dtype.itemsize

    def _write(self, data: memoryview) -> None:
        if not data.nbytes:
            return
        self._file.write(data)
        while data.nbytes:
            piece = data[: _BLOCK - self._at % _BLOCK]
            self._sum = zlib.crc32(piece, self._sum)
            self._at += piece.nbytes
            data = data[piece.nbytes :]
            if self._at % _BLOCK == 0:
                self._sums.append(self._sum)
                self._sum = 0

    def _finish(self) -> None:
        if self._at % _BLOCK:
            self._sums.append(self._sum)
        sums = np.array(self._sums, dtype="<u4").tobytes()
        directory = json.dumps(self._directory).encode()
        self._file.write(sums + directory)
        trailer = zlib.crc32(directory, zlib.crc32(sums)), self._at, len(sums), len(directory), _MAGIC
        self._file.write(_TRAILER.pack(*trailer))
        self._file.flush()
        os.fsync(self._file.fileno())


def fingerprint(path: Path) -> bytes:
    """The trailer of a file of arrays. It identifies the content, because it has a checksum of all block sums."""
    with path.open("rb") as file:
        file.seek(-_TRAILER.size, os.SEEK_END)
        return file.read()


class ArrayFile:
    """A file of named arrays, open for reading. The arrays are read-only views of the file.

    Raises FileNotFoundError, and IndexDamaged if the file is damaged. Threads may share one object: at worst, two
    threads check the same block and get the same result.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except IsADirectoryError as error:
            raise IndexDamaged(worded("{path} must be a file, but is a folder", path=path)) from error
        self.nbytes = size
        self._length, self._sums, self._directory = self._read_directory(size)
        self._whole = bytearray(len(self._sums))
        self.fingerprint = bytes(self._map[-_TRAILER.size :])

    def _read_directory(
        self, size: int
    ) -> tuple[int, npt.NDArray[np.uint32], dict[str, tuple[np.dtype[Any], int, int]]]:
        at = size - _TRAILER.size
        if at < 0:
            raise IndexDamaged(worded("{path} is cut off", path=self.path))
        expected, length, sums_length, directory_length, magic = _TRAILER.unpack(self._map[at:])
        if magic != _MAGIC or length + sums_length + directory_length != at:
            raise IndexDamaged(worded("{path} is cut off, or not a file of arrays", path=self.path))
        if zlib.crc32(self._map[length:at]) != expected:
            raise IndexDamaged(worded("{path} is damaged: the checksum of its directory is wrong", path=self.path))
        sums = np.frombuffer(self._map, dtype="<u4", count=sums_length // 4, offset=length)
        directory = json.loads(self._map[length + sums_length : at])
        arrays = {name: (np.dtype(dtype), start, count) for name, (dtype, start, count) in directory.items()}
        return length, sums, arrays

    def __contains__(self, name: str) -> bool:
        """Whether there is an array with this name."""
        return name in self._directory

    def names(self) -> list[str]:
        """The names of the arrays."""
        return list(self._directory)

    def __getitem__(self, name: str) -> Array:
        """A whole array. Raises KeyError, and IndexDamaged if the array is damaged."""
        return self.run(name, 0, self._directory[name][2])

    def length(self, name: str) -> int:
        """The number of entries of an array."""
        return self._directory[name][2]

    def run(self, name: str, start: int, stop: int) -> Array:
        """The entries `[start, stop)` of an array; raises like `[]`."""
        return self.runs(name)(start, stop)

    def runs(self, name: str) -> Callable[[int, int], Array]:
        """A function that returns the entries `[start, stop)` of an array that is read often; raises like `[]`."""
        kind, offset, length = self._directory[name]
        whole = np.frombuffer(self._map, dtype=kind, count=length, offset=offset)
        next_unchecked, size, check = self._whole.find, kind.itemsize, self._check

        def run(start: int, stop: int) -> Array:
            first, last = offset + start * size, offset + stop * size
            if next_unchecked(0, first // _BLOCK, (last - 1) // _BLOCK + 1) >= 0:
                check(first, last)
            return whole[start:stop]

        return run

    def runs_of_bytes(self, name: str, spans: Iterable[tuple[int, int]]) -> list[bytes]:
        """Copies of the entries `[start, stop)` of an array of bytes, one per span; raises like `[]`."""
        _, at, length = self._directory[name]
        listed = [(at + start, at + stop) for start, stop in spans]
        if not self._is_checked(at, at + length):
            for start, stop in listed:
                self._check(start, stop)
        data = self._map
        return [data[start:stop] for start, stop in listed]

    def let_go(self) -> None:
        """Release the memory of pages that were read. The next access to an array in use reads from disk again."""
        if isinstance(self._map, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Read the whole file; raises IndexDamaged if it is damaged."""
        self._check(0, self._length)

    def _is_checked(self, start: int, stop: int) -> bool:
        return self._whole.find(0, start // _BLOCK, (stop - 1) // _BLOCK + 1) < 0

    def _check(self, start: int, stop: int) -> None:
        if start == stop:
            return
        first, last = start // _BLOCK, (stop - 1) // _BLOCK + 1
        block = self._whole.find(0, first, last)
        while block >= 0:
            at = block * _BLOCK
            if zlib.crc32(self._map[at : min(at + _BLOCK, self._length)]) != self._sums[block]:
                raise IndexDamaged(
                    worded("{path} is damaged at byte {start} to {end}", path=self.path, start=at, end=at + _BLOCK)
                )
            self._whole[block] = 1
            block = self._whole.find(0, block, last)
