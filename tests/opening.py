"""A helper that opens the library of a folder."""

from pathlib import Path
from typing import Any

from newsarchive.config import Config
from newsarchive.library import Library, open_library


def open_archive(folder: Path, *, create: bool = False, repairs: bool = False, **settings: Any) -> Library:
    """Open the library of a folder with default settings, overridden by `settings`."""
    return open_library(Config(archive=folder, **settings), create=create, repairs=repairs)
