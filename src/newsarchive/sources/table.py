"""Sources: the names of each outlet, and its display names in Arabic and English.

The archive and the index keep the name of a source as given. Names are grouped when a search runs,
so a change of the table needs no new index. An archive can add to the built-in table with its file
`sources.txt`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from newsarchive.arabic.names import name_key

SEPARATOR = re.compile("[,،]")
"""Separates the other names of a source."""

_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")


@dataclass(slots=True)
class _Source:
    """One outlet. `is_assigned` is whether an archive's own table lists it."""

    names: list[str]
    is_assigned: bool
    _labels: dict[bool, str] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """The first name in the letters of the language `ar` or `en`, else the first name."""
        is_arabic = language == "ar"
        found = self._labels.get(is_arabic)
        if found is None:
            fitting = (name for name in self.names if bool(_ARABIC.search(name)) is is_arabic)
            found = self._labels[is_arabic] = next(fitting, self.names[0])
        return found


def other_names(text: str) -> list[str]:
    """The names in the right side of a line of the table."""
    return [name for part in SEPARATOR.split(text) if (name := part.strip())]


class SourceTable:
    """The built-in sources, and those of an archive.

    `assigned` has the names of each source of the archive, the canonical name first. Names are
    compared by `name_key`. An assigned source that shares a name with a built-in source takes over
    the built-in names that no other assigned source has; its own names come first.
    """

    def __init__(self, assigned: Iterable[Sequence[str]] = ()) -> None:
        self._by_key: dict[str, _Source] = {}
        for names in assigned:
            self._add(names, is_assigned=True)
        for names in _built_in():
            self._add(names, is_assigned=False)

    def _add(self, names: Sequence[str], *, is_assigned: bool) -> None:
        known = (self._by_key.get(name_key(name)) for name in names)
        source = None if is_assigned else next(filter(None, known), None)
        if source is None:
            source = _Source([], is_assigned)
        for name in names:
            if name_key(name) not in self._by_key:
                self._by_key[name_key(name)] = source
                source.names.append(name)

    def __contains__(self, name: str) -> bool:
        """Whether the table lists this name."""
        return name_key(name) in self._by_key

    def key(self, name: str) -> str:
        """A key that all names of a source share, and no name of another source has."""
        source = self._by_key.get(name_key(name))
        return name_key(name if source is None else source.names[0])

    def names(self, name: str) -> tuple[str, ...]:
        """All names of the source with this name; only the given name if it isn't in the table."""
        source = self._by_key.get(name_key(name))
        return (name,) if source is None else tuple(source.names)

    def canonical(self, name: str) -> str:
        """The canonical name of a source of the archive's table. Any other name is returned unchanged."""
        source = self._by_key.get(name_key(name))
        return source.names[0] if source is not None and source.is_assigned else name

    def canonical_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The canonical names in the given order, each source once."""
        canonical: dict[str, str] = {}
        for name in names:
            canonical.setdefault(self.key(name), self.canonical(name))
        return tuple(canonical.values())

    def label(self, name: str, language: str) -> str:
        """The display name of a source in the language `ar` or `en`; the given name if it isn't in the table."""
        source = self._by_key.get(name_key(name))
        return name if source is None else source.name_in(language)


def _parsed(text: str) -> Iterator[tuple[str, ...]]:
    for line in text.splitlines():
        name, equals, others = line.partition("#")[0].partition("=")
        if equals:
            yield name.strip(), *other_names(others)


@cache
def _built_in() -> tuple[tuple[str, ...], ...]:
    return tuple(_parsed(files(__package__).joinpath("sources.txt").read_text(encoding="utf-8")))


BUILT_IN = SourceTable()
"""The table without sources of an archive."""
