"""Which files of a folder are read, and in which order."""

from collections.abc import Callable, Iterator
from pathlib import Path

from newsarchive.errors import IngestError


def files_in(folder: Path, is_readable: Callable[[Path], bool]) -> Iterator[Path | IngestError]:
    """The files to read in the order of their names, those of each folder before those of the folders in it.

    `is_readable` tells from its name whether a file is read. Hidden files are left out. An error stands for a folder
    that cannot be listed, and for a link that leads out of `folder`.
    """
    return _files_in(folder, _Walk(folder.resolve(), is_readable))


class _Walk:
    """A walk through a folder and the folders in it. `top` is the resolved folder, `seen` are the entered folders."""

    def __init__(self, top: Path, is_readable: Callable[[Path], bool]) -> None:
        self.top = top
        self.seen: set[Path] = set()
        self._is_readable = is_readable

    def enters(self, folder: Path) -> bool:
        """Whether to enter a folder: only once, whichever links lead to it."""
        place = folder.resolve()
        is_new = place not in self.seen
        self.seen.add(place)
        return is_new

    def wants(self, path: Path) -> bool:
        """Whether it is a folder, a file to read, a link to either, or a broken link."""
        if path.name.startswith("."):
            return False
        is_file = path.is_file() or (path.is_symlink() and not path.exists())
        return path.is_dir() or (is_file and self._is_readable(path))

    def leads_out(self, path: Path) -> bool:
        """Whether it is a link to a place outside. Such a link could name any file of this computer."""
        try:
            return path.is_symlink() and not path.resolve(strict=True).is_relative_to(self.top)
        except (OSError, RuntimeError):  # a broken or circular link: reading it says so
            return False


def _files_in(folder: Path, walk: _Walk) -> Iterator[Path | IngestError]:
    if not walk.enters(folder):
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield IngestError(str(folder), why_unreadable(error))
        return
    folders: list[Path] = []
    for path in filter(walk.wants, paths):
        if walk.leads_out(path):
            yield IngestError(str(path), "a link that leads out of the folder; to take in what it leads to, name that")
        elif path.is_dir():
            folders.append(path)
        else:
            yield path
    for inner in folders:
        yield from _files_in(inner, walk)


def why_unreadable(error: OSError | ValueError) -> str:
    """Why a file or folder cannot be read, and what to do about it."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its permissions, or run as its owner"
    return f"cannot be read ({error})"
