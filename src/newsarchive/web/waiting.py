"""What a node without the archive's folder answers before it has reached the cluster: that it can't, and when to ask.

It knows nothing of the archive then, not even which articles are restricted.
"""

import json
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from newsarchive.i18n import LANGUAGES, Language
from newsarchive.web.errors import PROBLEM_TYPE, RETRY_AFTER
from newsarchive.web.interface import Interface

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CODE = "index_unreachable"
_HEADERS = {
    "Retry-After": RETRY_AFTER,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def waiting_app() -> "WSGIApplication":
    """Create an application that answers every request with status 503, as JSON for programs, else as a page."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = Request(environ).path
        if path == "/healthz":
            content, kind = json.dumps({"status": "unavailable", "reason": _CODE}), "application/json"
        elif path.startswith("/api/"):
            content, kind = _problem(), PROBLEM_TYPE
        else:
            content, kind = _page(), "text/html; charset=utf-8"
        return Response(content, 503, _HEADERS, content_type=kind)(environ, start_response)

    return answer


def _problem() -> str:
    interface = Interface("en")
    message = interface.text(f"error_{_CODE}_text")
    problem = {"type": "about:blank", "title": interface.text(f"error_{_CODE}"), "status": 503, "detail": message}
    return json.dumps({**problem, "error": {"code": _CODE, "message": message}})


def _page() -> str:
    """The page in both languages: which one the reader wants may be a choice that only the archive's site knows."""
    parts = "".join(map(_part, LANGUAGES))
    title = escape(Interface(LANGUAGES[0]).text(f"error_{_CODE}"))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="{LANGUAGES[0]}"><head>{head}</head><body><main>{parts}</main></body></html>\n'


def _part(language: Language) -> str:
    interface = Interface(language)
    title, text = (escape(interface.text(name)) for name in (f"error_{_CODE}", f"error_{_CODE}_text"))
    return f'<section lang="{language}" dir="{interface.direction}"><h1>{title}</h1><p>{text}</p></section>'
