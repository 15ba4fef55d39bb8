"""Reading the API and the feeds from pages of other sites, where the setting `cors_origins` allows it (CORS).

Only reading is allowed, and never with what a browser sends by itself: the cookie, or a password. A page that has the
token of a reader may send it as `Authorization: Bearer`.
"""

from collections.abc import Collection

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

EVERY = "*"
_METHODS = "GET, HEAD"
_ASKED = "Authorization, If-None-Match, If-Modified-Since"
"""The headers that a page may send, besides those that need no permission."""
_SHOWN = "Content-Disposition, ETag, Link, Retry-After, X-Total-Count"
"""The headers that a page may read, besides those that it always may."""
_DAY = "86400"
_PAGE = "api.page"
"""The endpoint below `/api/` that is a page for readers."""


def allow_reading(app: Flask, origins: Collection[str], feeds: Collection[str]) -> None:
    """Let pages of some origins read the API and the feeds of some blueprints; `*` means all origins."""
    if origins:
        readers = _Readers(origins, feeds)
        app.before_request(readers.answer_preflight)
        app.after_request(readers.add_headers)


class _Readers:
    def __init__(self, origins: Collection[str], feeds: Collection[str]) -> None:
        self._origins = origins
        self._feeds = feeds

    def answer_preflight(self) -> Response | None:
        """The answer to the question of a browser whether a page may send a request to the API, or for a feed."""
        is_asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not is_asked or not self._is_readable():
            return None
        response = Response(status=204)
        if self._allowed():
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _ASKED
            response.headers["Access-Control-Max-Age"] = _DAY
        return response

    def add_headers(self, response: Response) -> Response:
        """Say which pages may read a response."""
        if not self._is_readable() or request.method not in ("GET", "HEAD", "OPTIONS"):
            return response
        if EVERY not in self._origins:
            response.vary.add("Origin")
        if origin := self._allowed():
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _SHOWN
        return response

    def _is_readable(self) -> bool:
        """Whether the address is one of the API or of a feed."""
        if request.method != "OPTIONS" or _is_of_api():
            return _is_of_api() or request.blueprint in self._feeds
        # No route takes OPTIONS, so the request has no blueprint.
        try:
            endpoint, _ = current_app.create_url_adapter(request).match(method="GET")  # type: ignore[union-attr]
        except HTTPException:
            return False
        return str(endpoint).rpartition(".")[0] in self._feeds

    def _allowed(self) -> str | None:
        """The origin that may read the response; None if that of the request may not."""
        if EVERY in self._origins:
            return EVERY
        origin = request.headers.get("Origin", "")
        return origin if origin.lower() in self._origins else None


def _is_of_api() -> bool:
    return request.path.startswith("/api/") and request.endpoint != _PAGE
