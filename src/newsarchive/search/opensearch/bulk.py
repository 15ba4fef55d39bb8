"""Writing many documents with one request."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsarchive.errors import IndexOutdated, IndexUnreachable, RequestRefused
from newsarchive.search.opensearch.connection import Connection
from newsarchive.wording import worded

_CONFLICT = 409
_TOO_MANY = 429
_ANSWERED_WITH_ERROR = 500
_NOT_FOUND = 404


def send(
    connection: Connection, lines: Sequence[Mapping[str, Any]], *, repeatable: bool = True
) -> Sequence[Mapping[str, Any]]:
    """Send actions, each followed by its document unless it deletes one, and return the result of each.

    If the answer gets lost, all are sent again, unless they aren't `repeatable`. A conflict of versions means that the
    cluster has the document already, or a later one. Raises IndexOutdated if the index is gone, IndexUnreachable if the
    cluster has no room or too much to do, and RequestRefused if it refuses a document.
    """
    items = connection.bulk(lines, repeatable=repeatable)
    for item in items:
        status, error = item["status"], item.get("error")
        # What is to be deleted may be gone already; that isn't an error.
        if error is None or status == _CONFLICT:
            continue
        if status == _NOT_FOUND:
            raise IndexOutdated(worded("the index was replaced by a new one during the update"))
        reason = f"{error.get('type', '')}: {error.get('reason', '')}"
        if status >= _ANSWERED_WITH_ERROR or status == _TOO_MANY:
            raise IndexUnreachable(
                worded("the OpenSearch cluster can't take in articles now ({reason})", reason=reason)
            )
        raise RequestRefused(
            worded("the document {name!r}", name=item.get("_id")), status, error.get("type", ""), reason
        )
    return items
