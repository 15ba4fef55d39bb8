"""The headers that every answer carries. No page has an inline script or style, a cookie or a foreign resource."""

from flask import Response, current_app, request

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
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def add_security_headers(response: Response) -> Response:
    """Forbid what no answer of this app needs."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def make_conditional(response: Response) -> Response:
    """Give every complete answer to a GET an ETag, and answer 304 to a client that has it already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.direct_passthrough:
        response.add_etag()
        response.make_conditional(request)
    return response


def set_cache_control(response: Response) -> Response:
    """Say who may keep an answer: only its reader's own browser, where it contains the host that the request named.

    Whoever asks can name any host. A shared cache that kept such an answer would hand it to other readers.
    """
    if not response.cache_control:
        response.headers["Cache-Control"] = "no-cache" if response.status_code in (200, 304) else "no-store"
    if current_app.config["SITE_URL"] is None and not response.cache_control.no_store and _contains_host(response):
        response.cache_control.public = False
        response.cache_control.private = True
    return response


def _contains_host(response: Response) -> bool:
    host = request.host.lower()  # Flask writes it in lower case into addresses
    if response.direct_passthrough:  # a file, which is the same for every request
        return False
    return host.encode() in response.get_data().lower() or host in str(response.headers).lower()
