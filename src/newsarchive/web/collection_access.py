"""Who may read and change collections on the web.

The check for writing is a parameter of `create_app`; without one, nobody may write. A check that goes by a cookie
needs more, because any site can make a browser send a form with it. So a form is taken only from a page of this site:
by its `Origin`, or by `Sec-Fetch-Site` where a browser hides the origin. A request with an `Authorization` header is
none of a form, so it needs neither. The cookie should be `SameSite=Lax` in any case.
"""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from flask import Request, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from newsarchive.errors import CollectionNotFound
from newsarchive.press_review.collection import Collection
from newsarchive.press_review.collection_table import CollectionTable

Check = Callable[[Request], bool]

_TABLE = "newsarchive.collections"
_CHECK = "newsarchive.collections.may_write"
_PORTS = {"http": 80, "https": 443}


def bind_collections(table: CollectionTable, check: Check | None) -> dict[str, object]:
    """The entries for `app.extensions` that this module reads."""
    return {_TABLE: table, _CHECK: check}


def current_table() -> CollectionTable:
    """The table of collections of this app."""
    return cast(CollectionTable, current_app.extensions[_TABLE])


def may_write(asked: Request) -> bool:
    """Whether who sent a request may change collections: nobody, unless a check was configured and says so."""
    check = cast("Check | None", current_app.extensions[_CHECK])
    return check is not None and check(asked)


def may_write_here() -> bool:
    """`may_write` of the current request, asked once. The response then depends on who asks."""
    if "may_write_collections" not in g:
        g.may_write_collections = may_write(request)
    return bool(g.may_write_collections)


def keep_private(response: Response) -> Response:
    """Let no cache give a page with forms to others, if the page depends on who asks."""
    if current_app.extensions[_CHECK] is None or "may_write_collections" not in g:
        return response
    response.vary.update(("Cookie", "Authorization"))
    if g.may_write_collections:
        response.cache_control.clear()
        response.cache_control.private = True
        response.cache_control.no_store = True
    return response


def check_writer() -> None:
    """Raise Forbidden if the current request may not change collections, or comes from a page of another site."""
    if not may_write_here() or not _is_from_here(request):
        raise Forbidden


def _is_from_here(asked: Request) -> bool:
    if asked.headers.get("Authorization", "").lower().startswith("bearer "):
        return True
    origin = asked.headers.get("Origin", "")
    if origin and origin != "null":
        return _is_own(origin, asked)
    # A page whose policy hides its address sends `null`, and so may a page of another site.
    return asked.headers.get("Sec-Fetch-Site") == "same-origin"


def _is_own(origin: str, asked: Request) -> bool:
    """Whether an origin is that of this site. A proxy may have taken HTTPS away, but doesn't add it."""
    own = [f"{asked.scheme}://{asked.host}"]
    if asked.scheme == "http":
        own.append(f"https://{asked.host}")
    return _normal(origin) in [_normal(one) for one in own]


def _normal(origin: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(origin.lower())
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None


def readable(found: Collection) -> bool:
    """Whether the collection is shown to who sent the current request."""
    return not found.private or may_write_here()


def readable_collections() -> tuple[Collection, ...]:
    """The collections that are shown, in the order of the table."""
    return tuple(filter(readable, current_table().load().collections))


def readable_collection(collection_id: str) -> Collection:
    """The collection with this id. Raises CollectionNotFound if there is none, or if it isn't shown."""
    for one in current_table().load().collections:
        if one.id == collection_id and readable(one):
            return one
    raise CollectionNotFound(f"no collection has the id {collection_id[:100]!r}")


def collections_with(article_id: str) -> tuple[Collection, ...]:
    """The collections that have an article and are shown."""
    return tuple(filter(readable, current_table().load().having(article_id)))
