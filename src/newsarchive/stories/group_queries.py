"""Read from the database of groups which group articles are in."""

import sqlite3
from collections.abc import Collection
from typing import Literal, NamedTuple

from newsarchive.stories.numbers import id_of, key_of, rows_of

Kind = Literal["copies", "stories"]
"""A kind of group that an article can be in."""


class GroupInfo(NamedTuple):
    """A group: the id of its first article, and how many articles and how many different sources it has."""

    group: str
    members: int
    sources: int


_TABLES: dict[Kind, tuple[str, str]] = {"copies": ("copies_groups", "first"), "stories": ("stories_members", "story")}
"""Kind -> its table of members, and the column that all members of a group share."""


def read_groups(
    database: sqlite3.Connection, kind: Kind, ids: Collection[str], hidden: Collection[str]
) -> dict[str, GroupInfo]:
    """The groups of articles that are in one with others, without hidden articles. Raises sqlite3.Error."""
    table, column = _TABLES[kind]
    joined = f"FROM {table} JOIN articles USING (number) WHERE"
    keys = rows_of(database, f"SELECT id, {column} {joined} id", list(map(key_of, ids)))
    groups = {group for _, group in keys}
    members: dict[int, list[tuple[int, str, str]]] = {}
    for group, *member in rows_of(database, f"SELECT {column}, number, id, source {joined} {column}", groups):
        if id_of(member[1]) not in hidden:
            members.setdefault(group, []).append((member[0], member[1], member[2]))
    infos = {group: _info(found) for group, found in members.items() if len(found) > 1}
    return {id_of(key): infos[group] for key, group in keys if group in infos}


def _info(members: Collection[tuple[int, str, str]]) -> GroupInfo:
    _, first, _ = min(members)
    return GroupInfo(id_of(first), len(members), len({source for _, _, source in members}))
