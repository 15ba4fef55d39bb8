"""Record which parts of an archive are read."""

from collections.abc import Iterator

import pytest

from newsarchive.archive import Archive, Stored


def parts_read_by(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list to which the name of each part is appended when the catalogue reads a record of it."""
    names: list[str] = []
    read_part = archive.read_part

    def read(name: str, offset: int) -> Iterator[Stored]:
        for stored in read_part(name, offset):
            names.append(name)
            yield stored

    monkeypatch.setattr(archive, "read_part", read)
    return names
