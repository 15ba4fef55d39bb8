"""The page on which a reader signs in with a token, and signs out."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from newsarchive.search import SearchRequest
from newsarchive.web.context import chosen_language
from newsarchive.web.links import Links
from newsarchive.web.readers import COOKIE, current_gate, current_reader, is_same_origin

blueprint = Blueprint("signing_in", __name__)
_KEPT_SECONDS = 30 * 86_400
_SEE_OTHER = 303


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="page")
def sign_in() -> Response:
    """The form for a token. A good one is kept in a cookie, which only this site gets and no script can read."""
    if request.method == "GET":
        return _page()
    if not is_same_origin(request):
        abort(400)
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
    if not is_same_origin(request):
        abort(400)
    response = _leave()
    response.delete_cookie(COOKIE, path=request.script_root + "/", httponly=True, samesite="Lax")
    return response


def _page(*, is_refused: bool = False) -> Response:
    links = Links(SearchRequest(), chosen_language(), own={"next": [target] if (target := _next()) else []})
    page = make_response(
        render_template(
            "sign_in.html", links=links, reader=current_reader(), is_refused=is_refused, target=_next() or ""
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
