"""A head identifies all lines of an archive, and is still contained in the archive after it grows."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, Head, head, why_not_contained, writer
from newsarchive.article import Article
from tests.articles import NOW

Make = Callable[..., Article]


@pytest.fixture
def filled(archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Two parts with two lines each."""
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([article(0), article(1)])
        opened.append([article(2), article(3)])
    return archive


def heads(archive: Archive, noted: Head) -> str | None:
    return why_not_contained(head.read_heads(archive.parts, noted.lines), noted)


def test_an_archive_contains_its_earlier_heads_after_it_grows(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PART_LIMIT", 700)
    noted = [head.read_heads(archive.parts).now]
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        for number in range(6):
            opened.append([article(number)])
            noted.append(head.read_heads(archive.parts).now)
    assert [one.lines for one in noted] == list(range(7))
    assert [heads(archive, one) for one in noted] == [None] * 7
    assert Head.parse(str(noted[3])) == noted[3]
    last = archive.parts.path(archive.parts.names()[-1])
    with last.open("ab") as file:
        file.write(b'{"sha256":"torn')
    assert head.read_heads(archive.parts).now == noted[-1]
    last.unlink()
    assert "its end is missing, or this is an older copy" in (heads(archive, noted[-1]) or "")


def test_a_head_has_the_sha256_of_the_lines(filled: Archive) -> None:
    paths = [filled.parts.path(name) for name in filled.parts.names()]
    printed = subprocess.run(
        ["sha256sum"], input=b"".join(map(Path.read_bytes, paths)), capture_output=True, check=True
    )
    assert head.read_heads(filled.parts).now.digest == printed.stdout[:16].decode()


def test_a_head_of_other_lines_is_not_contained(filled: Archive) -> None:
    noted = head.read_heads(filled.parts).now
    path = filled.parts.path(filled.parts.names()[1])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(reversed(lines)))
    assert "do not match the head" in (heads(filled, noted) or "")


def test_a_head_from_before_a_purge_is_reported_as_not_comparable(filled: Archive) -> None:
    noted = head.read_heads(filled.parts).now
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.purge("id2", "حكم قضائي")
    assert "can no longer be compared" in (heads(filled, noted) or "")
    later = head.read_heads(filled.parts).now
    assert heads(filled, later) is None
    assert "older copy" in (heads(filled, later._replace(generation=4)) or "")


@pytest.mark.parametrize(
    "text", ["", "0:1", "0:1:xyz", "-1:0:0123456789abcdef", "0:1:0123456789ABCDEF", "٠:1:" + "a" * 16]
)
def test_invalid_heads_are_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="is not a head"):
        Head.parse(text)
