"""The headers that every answer carries. No page has an inline script or style, a cookie or a foreign resource."""

from flask import Response, request

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
    if not response.cache_control:
        response.headers["Cache-Control"] = "no-cache" if response.status_code in (200, 304) else "no-store"
    return response
