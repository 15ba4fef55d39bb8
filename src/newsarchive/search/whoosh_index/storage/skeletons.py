"""The skeletons of the words of a segment, by which names in Latin letters are looked up.

The arrays have an entry for each skeleton of a word, in ascending order of the skeletons:

    exact.skeleton   the skeletons (`language.foreign.sounds`)
    exact.of_word    the numbers of the words
    exact.letters    the numbers of letters

A segment of an earlier version has none of them.
"""

from collections.abc import Sequence

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import AnyInts
from newsarchive.search.whoosh_index.storage.segment import SegmentData

WITH_SKELETONS = "exact"
"""The field whose words have skeletons."""
_NAMES = tuple(f"{WITH_SKELETONS}.{name}" for name in ("skeleton", "of_word", "letters"))


def write_skeletons(out: ArrayFileWriter, parts: Sequence[Skeletons]) -> None:
    """Write the skeletons of all words of the field."""
    keys, numbers, lengths = Skeletons.in_order(parts)
    arrays: tuple[AnyInts, ...] = (keys, numbers, lengths)
    for name, array in zip(_NAMES, arrays, strict=True):
        out.add(name, array)


def read_skeletons(data: SegmentData) -> Skeletons | None:
    """The skeletons of the words; None if they aren't stored."""
    if _NAMES[0] not in data.file:
        return None
    return Skeletons(*(data.file[name] for name in _NAMES))
