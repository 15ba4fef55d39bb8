"""Whether a request comes from a page of this site.

Any site can make a browser send a form here, and the browser adds the cookie, and a password of HTTP Basic that it
knows. So what changes something is taken only from a page of the site itself: by its `Origin`, or by `Sec-Fetch-Site`
where the browser hides the origin. No page of another site can say so.
"""

from urllib.parse import urlsplit

from flask import Request, request
from werkzeug.exceptions import Forbidden

_PORTS = {"http": 80, "https": 443}


def is_same_origin(asking: Request) -> bool:
    """Whether the browser says that a page of this site sent a request."""
    origin = asking.headers.get("Origin", "")
    if origin and origin != "null":
        return _is_own(origin, asking)
    # A page whose policy hides its address sends `null`, and so may a page of another site.
    return asking.headers.get("Sec-Fetch-Site") == "same-origin"


def check_origin() -> None:
    """Raise Forbidden if the current request doesn't come from a page of this site."""
    if not is_same_origin(request):
        raise Forbidden


def _is_own(origin: str, asking: Request) -> bool:
    """Whether an origin is that of this site. A proxy may have taken HTTPS away, but doesn't add it."""
    schemes = ("http", "https") if asking.scheme == "http" else (asking.scheme,)
    found = _parts(origin)
    return found is not None and any(_parts(f"{scheme}://{asking.host}") == found for scheme in schemes)


def _parts(origin: str) -> tuple[str, str, int | None] | None:
    """The scheme, host and port of an origin; None if it isn't one."""
    try:
        parts = urlsplit(origin.lower())
        return (parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)) if parts.hostname else None
    except ValueError:
        return None
