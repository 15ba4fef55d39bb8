"""Opening the library of a folder, with some settings."""

from pathlib import Path
from typing import Any

from newsarchive.config import Config
from newsarchive.library import Library, open_library


def open_archive(folder: Path, *, create: bool = False, repairs: bool = False, **settings: Any) -> Library:
    """The library in a folder, with the default settings except for `settings`."""
    return open_library(Config(archive=folder, **settings), create=create, repairs=repairs)
