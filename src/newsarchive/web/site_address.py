"""Sets the scheme, host and path prefix of every absolute URL that the server sends.

This happens once, before Flask sees the request, so that links, feeds, redirects and error pages
always agree.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import get_host

from newsarchive.errors import ConfigError
from newsarchive.site_url import SiteUrl
from newsarchive.syndication import absolute_uri
from newsarchive.wording import worded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST_PROBLEM = "newsarchive.host_problem"
"""The WSGI environment key for what is wrong with the Host header; its value is None for a valid
header."""
_MAY_LACK_HOST = ("HTTP/0.9", "HTTP/1.0")
_LONGEST_HOST = 300
"""Names have up to 253 characters, and a port may follow."""


class SiteAddress:
    """WSGI middleware that checks the Host header and then replaces it with the site's own host, if configured.

    With a site URL, nothing in the request influences the URLs in a response. A reverse proxy may
    pass the path with or without the prefix of the site.
    """

    def __init__(self, app: "WSGIApplication", site: SiteUrl | None) -> None:
        self._app = app
        self._site = site

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a request."""
        environ[HOST_PROBLEM] = _host_problem(environ, self._site)
        # The app supports no other protocol, and Werkzeug would generate ws:// URLs.
        environ.pop("HTTP_UPGRADE", None)
        if self._site is not None:
            _move_to(self._site, environ)
        return self._app(environ, start_response)


def set_site_address(app: Flask, site: SiteUrl | None) -> None:
    """Make all absolute URLs of an app start with `site`, or with the Host header if it is None.

    Call this after all routes are registered. Raises ConfigError if the path of the site conflicts
    with a path of the app.
    """
    if site is not None:
        first = site.prefix.split("/")[1] if site.prefix else None
        if first in {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}:
            raise ConfigError(
                worded("site_url cannot be {site!r}: pages of the archive use /{first}", site=str(site), first=first)
            )
    app.config["SITE_URL"] = site
    app.wsgi_app = SiteAddress(app.wsgi_app, site)  # type: ignore[method-assign]


def _host_problem(environ: "WSGIEnvironment", site: SiteUrl | None) -> str | None:
    if "HTTP_HOST" not in environ:
        if environ["SERVER_PROTOCOL"] not in _MAY_LACK_HOST:
            return "HTTP/1.1 requires a Host header"
        if site is not None:
            return None
    return None if _is_host(get_host(environ)) else "the Host header is not valid"


@lru_cache(maxsize=256)
def _is_host(host: str) -> bool:
    if len(host) > _LONGEST_HOST:
        return False
    try:
        host.encode("idna")  # as Werkzeug does; rejects labels that are empty or too long
    except UnicodeError:
        return False
    return bool(absolute_uri(f"http://{host}/"))


def _move_to(site: SiteUrl, environ: "WSGIEnvironment") -> None:
    environ["wsgi.url_scheme"] = site.scheme
    environ["HTTP_HOST"] = site.host
    environ["SCRIPT_NAME"] = site.prefix
    path = "/" + environ.get("PATH_INFO", "").lstrip("/")  # as Werkzeug does
    if site.prefix and (path == site.prefix or path.startswith(f"{site.prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(site.prefix) or "/"
