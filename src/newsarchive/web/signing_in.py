"""The page on which a reader signs in with a token, and signs out."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from newsarchive.access import Scope
from newsarchive.i18n import Language
from newsarchive.search import SearchRequest
from newsarchive.web.collection_access import can_change_here
from newsarchive.web.context import chosen_language
from newsarchive.web.invalid_parameter import InvalidParameter
from newsarchive.web.links import Links
from newsarchive.web.origin import check_origin
from newsarchive.web.readers import COOKIE, current_gate, current_reader

blueprint = Blueprint("signing_in", __name__)
ENDPOINT = "signing_in.page"
_KEPT_SECONDS = 30 * 86_400
_SEE_OTHER = 303
_LONGEST_TARGET = 2_000
_ENCODED = "%&=+!$'()*,/:;?@~"
"""The characters of a query string that are encoded already, or needn't be."""


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="page")
def sign_in() -> Response:
    """The form for a token. A good one is kept in a cookie, which only this site gets and no script can read."""
    if request.method == "GET":
        return _page()
    check_origin()
    token = request.form.get("token", "").strip()
    if current_gate().tokens.reader_of(token) is None:
        return _page(is_refused=True)
    response = _leave()
    response.set_cookie(
        COOKIE,
        token,
        max_age=_KEPT_SECONDS,
        path=request.script_root + "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/sign-out", endpoint="out")
def sign_out() -> Response:
    """Forget the token in this browser."""
    check_origin()
    response = _leave()
    response.delete_cookie(COOKIE, path=request.script_root + "/", httponly=True, samesite="Lax")
    return response


def sign_in_address() -> str:
    """The address of the page for signing in, which leads back to the page of this request."""
    query = quote(request.query_string, safe=_ENCODED)
    path = quote(request.script_root + request.path) + (f"?{query}" if query else "")
    is_page = request.method in ("GET", "HEAD") and request.endpoint not in (None, ENDPOINT)
    target = path if is_page and len(path) <= _LONGEST_TARGET else None
    return url_for(ENDPOINT, next=target, lang=_language_of_link())


def _language_of_link() -> Language | None:
    """The language set by the URL; on the page of an error it may be a wrong one."""
    try:
        return chosen_language()
    except InvalidParameter:
        return None


def _page(*, is_refused: bool = False) -> Response:
    gate, reader, target = current_gate(), current_reader(), _next()
    links = Links(SearchRequest(), chosen_language(), own={"next": [target] if target else []})
    page = make_response(
        render_template(
            "sign_in.html",
            links=links,
            reader=reader,
            reads=reader.may(Scope.READ),
            writes=reader.may(Scope.COLLECTIONS) and can_change_here(),
            offers_texts=gate.is_active,
            offers_writing=gate.offers(Scope.COLLECTIONS) and can_change_here(),
            is_refused=is_refused,
            target=target or "",
        )
    )
    page.status_code = 400 if is_refused else 200
    page.headers["Cache-Control"] = "private, no-store"
    return page


def _leave() -> Response:
    response = make_response(redirect(_next() or url_for("pages.start", lang=chosen_language()), _SEE_OTHER))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _next() -> str | None:
    """The page of this site to go on to. An address of another site is ignored."""
    wanted = request.args.get("next") or request.form.get("next", "")
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    return wanted if is_path and not parts.scheme and not parts.netloc and "\\" not in wanted else None
