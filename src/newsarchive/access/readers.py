"""Readers: who asks, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token allows."""

    READ = "read"
    """To read full texts."""
    COLLECTIONS = "collections"
    """To write collections."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. `name` and `id` are those of a token, empty without one.

    `sources` are the names of the only sources that the scope `read` is for; empty means all.
    """

    name: str = ""
    id: str = ""
    scopes: frozenset[Scope] = frozenset()
    sources: tuple[str, ...] = ()

    def may(self, scope: Scope) -> bool:
        """Whether the reader has a scope."""
        return scope in self.scopes

    @property
    def reads_all(self) -> bool:
        """Whether no policy applies to the reader."""
        return self.may(Scope.READ) and not self.sources


ANONYMOUS = Reader()
"""A reader without a token."""
OWNER = Reader(name="owner", scopes=frozenset(Scope))
"""Who can use the command line, and so reads the files of the archive anyway."""
