"""Formats are registered in one place: a new entry works for files, folders and standard input."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.cli import main
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, Draft
from newsarchive.ingest.locations import read
from newsarchive.ingest.readers import registry
from newsarchive.ingest.readers.format import Format, Input

CARDS = b"%CARDS\nTitle one|Body of the first card\nno body\nTitle two|Body of the second card\n"


def read_cards(source: Input) -> Iterator[Draft | ParseError]:
    for number, line in enumerate(source.whole(1000).decode().splitlines()[1:], 2):
        title, bar, body = line.partition("|")
        item = f"{source.location}:{number}"
        yield Draft(origin=source.origin, item=item, title=title, body=body) if bar else ParseError(item, "no bar")


TOY = Format(
    name="cards",
    labels=("cards",),
    endings=(".cards",),
    looks_like=lambda head: head.startswith(b"%CARDS"),
    read=read_cards,
)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, TOY))


@pytest.mark.parametrize("place", ["file by ending", "file by content", "folder", "stdin", "named"])
def test_a_registered_format_is_read(tmp_path: Path, place: str) -> None:
    (tmp_path / "other.bin").write_bytes(b"not read from the folder")
    name = "cards" if place in {"file by content", "named"} else "news.cards"
    content = CARDS if place != "named" else CARDS.replace(b"%CARDS", b"#")
    path = tmp_path / name
    path.write_bytes(content)
    location = {"folder": str(tmp_path), "stdin": "-"}.get(place, str(path))
    found = list(read(location, Defaults(), stdin=io.BytesIO(CARDS), format="cards" if place == "named" else None))
    assert [item.title if isinstance(item, Article) else "failed" for item in found] == [
        "Title one",
        "failed",
        "Title two",
    ]
    assert {item.origin.kind for item in found if isinstance(item, Article)} == {"cards"}


def test_the_command_line_ingests_a_registered_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news.cards").write_bytes(CARDS)
    with pytest.raises(SystemExit) as ended:
        main(["ingest", str(tmp_path / "news.cards"), "--archive", str(tmp_path / "archive")])
    assert ended.value.code == 1
    assert "2 stored" in capsys.readouterr().out


def test_names_and_endings_are_unique() -> None:
    assert len(set(registry.names())) == len(registry.FORMATS)
    assert len(set(registry.endings())) == len(registry.endings())


def test_unknown_formats_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="text, jsonl, page, feed, csv, warc, cards"):
        read(str(tmp_path), Defaults(), format="pdf")
