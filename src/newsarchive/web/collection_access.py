"""Who may read and change collections on the web: those with a token for it may change them, see `readers`."""

from typing import cast

from flask import current_app, g
from werkzeug.exceptions import Forbidden

from newsarchive.access import Scope
from newsarchive.errors import CollectionNotFound
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.web.readers import current_gate, may_here
from newsarchive.wording import worded

_TABLE = "newsarchive.collections"
_MAY_CHANGE = "newsarchive.collections.may_change"


def bind_collections(table: CollectionTable, *, may_change: bool) -> dict[str, object]:
    """The entries for `app.extensions`: the table of this app, and whether it can be changed on this node."""
    return {_TABLE: table, _MAY_CHANGE: may_change}


def current_table() -> CollectionTable:
    """The table of collections of this app."""
    return cast(CollectionTable, current_app.extensions[_TABLE])


def can_change_here() -> bool:
    """Whether collections can be changed on this node."""
    return bool(current_app.extensions[_MAY_CHANGE])


def may_write_here() -> bool:
    """Whether who sent the current request may change collections here. The response then depends on who asks."""
    return _is_writer() and can_change_here()


def _is_writer() -> bool:
    """Whether who sent the current request may change collections, on the node where that is possible."""
    if "writes_collections" not in g:
        g.writes_collections = may_here(Scope.COLLECTIONS)
    return bool(g.writes_collections)


def may_sign_in_to_write() -> bool:
    """Whether a page should say that collections can be changed with a token: there is one, but not here."""
    return not _is_writer() and can_change_here() and current_gate().offers(Scope.COLLECTIONS)


def check_writer() -> None:
    """Raise Forbidden if the current request may not change collections."""
    if not may_write_here():
        raise Forbidden


def readable(found: Collection) -> bool:
    """Whether the collection is shown to who sent the current request."""
    return not found.private or _is_writer()


def readable_collections() -> tuple[Collection, ...]:
    """The collections that are shown, in the order of the table."""
    # Asked in any case: without a private collection now, a stored response must not outlast the first one.
    _is_writer()
    return tuple(filter(readable, current_table().load().collections))


def readable_collection(collection_id: str) -> Collection:
    """The collection with this id. Raises CollectionNotFound if there is none, or if it isn't shown."""
    for one in readable_collections():
        if one.id == collection_id:
            return one
    raise CollectionNotFound(worded("no collection has the id {collection_id!r}", collection_id=collection_id[:100]))


def collections_with(article_id: str) -> tuple[Collection, ...]:
    """The collections that have an article and are shown."""
    _is_writer()
    return tuple(filter(readable, current_table().load().having(article_id)))
