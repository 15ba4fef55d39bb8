"""The table of contents of a commit: the schema and the segments, as Whoosh pickles them into a file.

A pickle names the modules and classes of its objects, so those names are part of the index
(`tests/search/whoosh_index/test_pickled_names.py` lists them). Any error while reading it counts as damage.
"""

from pathlib import Path

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from newsarchive.errors import IndexDamaged
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME, ArraySegment
from newsarchive.wording import worded


def contents_file(folder: Path, generation: int) -> Path:
    """The file of a generation."""
    name: str = TOC._filename(INDEX_NAME, generation)  # noqa: SLF001 - there is no public API for it
    return folder / name


def last_generation(folder: Path) -> int:
    """The last generation in a folder; -1 if there is none. Raises FileNotFoundError."""
    names = [path.name for path in folder.iterdir()]
    generation: int = TOC._latest_generation(names, INDEX_NAME)  # noqa: SLF001 - the public API is slower
    return generation


def read_contents(folder: Path, generation: int) -> TOC:
    """The table of contents of a generation. Raises FileNotFoundError, and IndexDamaged if it can't be read."""
    path = contents_file(folder, generation)
    # From memory: Whoosh doesn't close a file that it can't read to its end.
    storage = RamStorage()
    storage.files[path.name] = path.read_bytes()
    try:
        contents = TOC.read(storage, INDEX_NAME, generation)
        if not all(isinstance(segment, ArraySegment) for segment in contents.segments):
            raise TypeError(worded("its segments have another type"))
    except MemoryError:
        raise
    except Exception as error:
        # Unpickling can raise any error: a module or class may be gone, or a class may raise its own error.
        raise IndexDamaged(
            worded("this version can't read the index in {folder} ({error})", folder=folder, error=_said(error))
        ) from error
    return contents


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
