"""The headers of every response. No page has an inline script or style, or an external resource."""

import time
from typing import TYPE_CHECKING

from flask import Response, current_app, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
"""The conditions that a request can have, as in a WSGI environment."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def add_security_headers(response: Response) -> Response:
    """Forbid everything this app doesn't need."""
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in _HEADERS.items() if name.lower() not in given])
    return response


def make_conditional(response: Response) -> Response:
    """Give every complete response to a GET an ETag, and answer 304 if the client already has it."""
    is_whole = not response.direct_passthrough and not response.is_streamed
    if request.method in ("GET", "HEAD") and response.status_code == 200 and is_whole:
        response.add_etag()
        environ = request.environ
        if any(name in environ for name in _CONDITIONS):
            response.make_conditional(_without_recent_date(environ, response))
    return response


def _without_recent_date(environ: "WSGIEnvironment", response: Response) -> "WSGIEnvironment":
    """The request without its date, if the response changed in this very second: it may change in it again."""
    changed = response.last_modified
    if changed is None or changed.timestamp() < int(time.time()):
        return environ
    return {name: value for name, value in environ.items() if name != "HTTP_IF_MODIFIED_SINCE"}


def set_cache_control(response: Response) -> Response:
    """Set who may cache a response: only the client, if it contains the host that the request named.

    Any client can name any host. A shared cache would serve such a response to other readers.
    """
    given = response.headers.get("Cache-Control")
    if not given:
        given = response.headers["Cache-Control"] = "no-cache" if response.status_code in (200, 304) else "no-store"
    if current_app.config["SITE_URL"] is None and "no-store" not in given.lower() and _contains_host(response):
        response.cache_control.public = False
        response.cache_control.private = True
    return response


def _contains_host(response: Response) -> bool:
    host = request.host.lower()  # Flask writes the host in lower case into URLs
    if response.is_streamed and not response.direct_passthrough:
        return True  # it may
    if response.direct_passthrough:  # a file is the same for every request
        return False
    in_headers = any(host in value.lower() for value in response.headers.values())
    return in_headers or host.encode() in response.get_data().lower()
