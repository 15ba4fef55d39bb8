"""Read from the database of groups which group articles are in."""

import sqlite3
from collections import Counter
from collections.abc import Collection
from typing import Literal, NamedTuple

from newsarchive.stories.numbers import id_of, key_of, rows_of

Kind = Literal["copies", "stories"]
"""A kind of group that an article can be in."""


class GroupInfo(NamedTuple):
    """The group of an article: the id of its first article, and how many articles and known sources it has.

    `elsewhere` is the number of known sources of the articles other than this one.
    """

    group: str
    members: int
    sources: int
    elsewhere: int


_TABLES: dict[Kind, tuple[str, str]] = {"copies": ("copies_groups", "first"), "stories": ("stories_members", "story")}
"""Kind -> its table of members, and the column that all members of a group share."""


def read_groups(
    database: sqlite3.Connection, kind: Kind, ids: Collection[str], hidden: Collection[str]
) -> dict[str, GroupInfo]:
    """The groups of articles that are in one with others, without hidden articles. Raises sqlite3.Error."""
    table, column = _TABLES[kind]
    joined = f"FROM {table} JOIN articles USING (number) WHERE"
    keys = rows_of(database, f"SELECT id, {column}, source {joined} id", list(map(key_of, ids)))
    groups = {group for _, group, _ in keys}
    members: dict[int, list[tuple[int, str, str]]] = {}
    for group, *member in rows_of(database, f"SELECT {column}, number, id, source {joined} {column}", groups):
        if id_of(member[1]) not in hidden:
            members.setdefault(group, []).append((member[0], member[1], member[2]))
    counted = {group: _counted(found) for group, found in members.items() if len(found) > 1}
    return {id_of(key): _info(*counted[group], source) for key, group, source in keys if group in counted}


def _counted(members: Collection[tuple[int, str, str]]) -> tuple[str, int, Counter[str]]:
    """The id of a group's first article, the number of articles, and how many each known source has."""
    _, first, _ = min(members)
    return id_of(first), len(members), Counter(source for _, _, source in members if source)


def _info(group: str, members: int, sources: Counter[str], own: str) -> GroupInfo:
    return GroupInfo(group, members, len(sources), len(sources) - (sources[own] == 1))
