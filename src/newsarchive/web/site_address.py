"""Where every full address that leaves the server gets its scheme, its host and the path in front.

It is decided once, before Flask sees the request, so that links, feeds, redirects and error pages cannot disagree.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import get_host

from newsarchive.errors import ConfigError
from newsarchive.site_url import SiteUrl
from newsarchive.syndication import absolute_uri

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST_PROBLEM = "newsarchive.host_problem"
"""The key of the WSGI environment that says what is wrong with the Host header; None where nothing is."""
_MAY_LACK_HOST = ("HTTP/0.9", "HTTP/1.0")


class SiteAddress:
    """WSGI middleware: checks the Host header, then puts the site's own address in its place, if there is one.

    With a site address, nothing of the request decides what is written into an answer. A reverse proxy may pass the
    path with the prefix of the site or without it.
    """

    def __init__(self, app: "WSGIApplication", site: SiteUrl | None) -> None:
        self._app = app
        self._site = site

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        environ[HOST_PROBLEM] = _host_problem(environ, self._site)
        # Nothing here speaks another protocol, and Werkzeug would write ws:// into addresses.
        environ.pop("HTTP_UPGRADE", None)
        if self._site is not None:
            _move_to(self._site, environ)
        return self._app(environ, start_response)


def set_site_address(app: Flask, site: SiteUrl | None) -> None:
    """Make all full addresses of an app with all its routes begin with `site`, or with the Host header if it is None.

    Raises ConfigError where the path of the site cannot be told from a path of the app.
    """
    if site is not None:
        first = site.prefix.split("/")[1] if site.prefix else None
        if first in {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}:
            raise ConfigError(f"site_url cannot be {str(site)!r}: the pages of the archive use /{first} themselves")
    app.config["SITE_URL"] = site
    app.wsgi_app = SiteAddress(app.wsgi_app, site)  # type: ignore[method-assign]


def _host_problem(environ: "WSGIEnvironment", site: SiteUrl | None) -> str | None:
    if "HTTP_HOST" not in environ:
        if environ["SERVER_PROTOCOL"] not in _MAY_LACK_HOST:
            return "HTTP/1.1 requires a Host header"
        if site is not None:
            return None
    return None if _is_host(get_host(environ)) else "the Host header is not a host"


def _is_host(host: str) -> bool:
    try:
        host.encode("idna")  # as Werkzeug does; it refuses labels that are empty or too long
    except UnicodeError:
        return False
    return bool(absolute_uri(f"http://{host}/"))


def _move_to(site: SiteUrl, environ: "WSGIEnvironment") -> None:
    environ["wsgi.url_scheme"] = site.scheme
    environ["HTTP_HOST"] = site.host
    environ["SCRIPT_NAME"] = site.prefix
    path = "/" + environ.get("PATH_INFO", "").lstrip("/")  # as Werkzeug reads it
    if site.prefix and (path == site.prefix or path.startswith(f"{site.prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(site.prefix) or "/"
