"""Small libraries: open, fill and change them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Record
from newsarchive.config import Config
from newsarchive.library import Library, open_library


def open_archive(folder: Path, *, create: bool = False, repairs: bool = False, **settings: Any) -> Library:
    """Open the library of a folder with default settings, overridden by `settings`."""
    return open_library(Config(archive=folder, **settings), create=create, repairs=repairs)


def append(library: Library, *records: Record) -> None:
    with ArchiveWriter(library.archive, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as writer:
        writer.append(records)


def withdraw(library: Library, name: str) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.withdraw(name, "طلب الناشر")


def filled(folder: Path, records: Sequence[Record]) -> Library:
    """A new, indexed library with these records."""
    library = open_archive(folder, create=True)
    append(library, *records)
    library.update_index()
    return library


def put_collection(folder: Path, *articles: str) -> None:
    """Write a table with one collection, `full`, as somebody would write it by hand."""
    (folder / "tables").mkdir(exist_ok=True)
    line = json.dumps({"id": "full", "title": "ملف القمح", "entries": list(articles)}, ensure_ascii=False)
    (folder / "tables" / "collections.jsonl").write_text(f"{line}\n", encoding="utf-8")
