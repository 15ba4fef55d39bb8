"""Lists the files to read in a folder, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

from newsarchive.errors import IngestError
from newsarchive.wording import worded


def files_in(folder: Path, is_readable: Callable[[Path], bool]) -> Iterator[Path | IngestError]:
    """Yield the files to read, sorted by name; the files of a folder come before its subfolders.

    `is_readable` decides by name whether a file is read. Hidden files are skipped. For a folder
    that can't be listed, or a link that leads out of `folder`, an error is yielded in its place.
    """
    return _files_in(folder, _Walk(folder.resolve(), is_readable))


class _Walk:
    """A walk through a folder and its subfolders. `top` is the resolved folder, `seen` the entered folders."""

    def __init__(self, top: Path, is_readable: Callable[[Path], bool]) -> None:
        self.top = top
        self.seen: set[Path] = set()
        self._is_readable = is_readable

    def enters(self, folder: Path) -> bool:
        """Return whether to enter a folder. Each folder is entered once, even if several links lead to it."""
        place = folder.resolve()
        is_new = place not in self.seen
        self.seen.add(place)
        return is_new

    def wants(self, path: Path) -> bool:
        """Return whether the path is a folder, a file to read, a link to either, or a broken link."""
        if path.name.startswith("."):
            return False
        is_file = path.is_file() or (path.is_symlink() and not path.exists())
        return path.is_dir() or (is_file and self._is_readable(path))

    def leads_out(self, path: Path) -> bool:
        """Return whether the path is a link to a target outside `top`, which could be any file of this machine."""
        try:
            return path.is_symlink() and not path.resolve(strict=True).is_relative_to(self.top)
        except (OSError, RuntimeError):  # A broken or circular link: reading it reports the error.
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
            yield IngestError(
                str(path), worded("a link that leads out of the folder; give the path of its target instead")
            )
        elif path.is_dir():
            folders.append(path)
        else:
            yield path
    for inner in folders:
        yield from _files_in(inner, walk)


def why_unreadable(error: OSError | ValueError) -> str:
    """Return a message on why a file or folder can't be read, with advice."""
    if isinstance(error, FileNotFoundError):
        return worded("no such file or folder")
    if isinstance(error, PermissionError):
        return worded("no permission to read it; change its permissions, or run as its owner")
    return worded("cannot be read ({error})", error=error)
