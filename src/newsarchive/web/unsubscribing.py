"""The page on which a reader unsubscribes from the digests of a saved search.

Programs that look for malware follow every link in a mail, so a GET only asks; a POST unsubscribes, at once and
without a cookie, as mail programs do with one click (RFC 8058).
"""

from typing import Protocol, cast

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from newsarchive.i18n import LANGUAGES
from newsarchive.search import SearchRequest
from newsarchive.web.context import interface_in, use_interface
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links

blueprint = Blueprint("unsubscribing", __name__)

EXTENSION = "newsarchive.unsubscribing"


class Unsubscribing(Protocol):
    """Knows who gets digests. `alerts.unsubscribing.Unsubscriber` is one."""

    def name_of(self, token: str) -> tuple[str, str] | None:
        """The name of the saved search of a token and its language; None if the token isn't valid."""
        ...

    def unsubscribe(self, token: str) -> bool:
        """Unsubscribe the recipient of a token. Returns whether the token is valid."""
        ...


@blueprint.get("/unsubscribe/<token>", endpoint="ask")
def ask(token: str) -> Response:
    """Ask whether to unsubscribe. Nothing changes."""
    return _page(token, is_done=False)


@blueprint.post("/unsubscribe/<token>", endpoint="done")
def done(token: str) -> Response:
    """Unsubscribe. The body doesn't matter: mail programs send `List-Unsubscribe=One-Click`, the page nothing."""
    if not _unsubscribing().unsubscribe(token):
        abort(404)
    return _page(token, is_done=True)


def _page(token: str, *, is_done: bool) -> Response:
    found = _unsubscribing().name_of(token)
    if found is None:
        abort(404)
    name, language = found
    interface = _interface(language)
    use_interface(interface)
    page = make_response(render_template("unsubscribe.html", name=name, is_done=is_done, links=_links(interface)))
    # The address is a secret of the reader.
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store"
    return page


def _interface(language: str) -> Interface:
    """The interface in the language of the digest, unless the address names another one."""
    wanted = request.args.get("lang", language)
    return interface_in(next((one for one in LANGUAGES if one == wanted), LANGUAGES[0]))


def _links(interface: Interface) -> Links:
    return Links(SearchRequest(), interface.language)


def _unsubscribing() -> Unsubscribing:
    return cast(Unsubscribing, current_app.extensions[EXTENSION])
