"""Rows of many numbers or ids at once, and how an id is stored."""

import json
import sqlite3
from collections.abc import Collection
from typing import Any


def rows_of(database: sqlite3.Connection, select: str, wanted: Collection[int] | Collection[str]) -> list[Any]:
    """The rows of a `SELECT` that ends with `WHERE` and a column, whose value must be one of those wanted."""
    if not wanted:
        return []
    statement = f"{select} IN (SELECT value FROM json_each(?))"  # noqa: S608 - no part is from outside
    return database.execute(statement, (json.dumps(list(wanted)),)).fetchall()


_HEX = "hex:"


def key_of(article_id: str) -> str:
    """The form in which an id is stored: the id itself, unless it has characters that SQLite's texts can't have."""
    try:
        article_id.encode()
    except UnicodeEncodeError:
        is_text = False
    else:
        is_text = "\0" not in article_id and not article_id.startswith(_HEX)
    return article_id if is_text else _HEX + article_id.encode("utf-8", "surrogatepass").hex()


def id_of(key: str) -> str:
    """The id that is stored in a form that `key_of` returned."""
    return bytes.fromhex(key[len(_HEX) :]).decode("utf-8", "surrogatepass") if key.startswith(_HEX) else key
