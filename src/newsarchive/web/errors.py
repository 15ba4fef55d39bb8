"""Error responses: each newsarchive error has a status and a code, shown as a page or, under `/api/`, as JSON."""

import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException

from newsarchive.errors import (
    AlertsError,
    ArchiveLocked,
    ArticleNotFound,
    ArticleWithdrawn,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    NewsArchiveError,
    PlaceLost,
    QuerySyntaxError,
)
from newsarchive.search import SearchRequest
from newsarchive.web.context import current_interface
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.params import InvalidParameter, parse_language, parse_search
from newsarchive.web.site_address import HOST_PROBLEM

_log = logging.getLogger(__name__)

_OF_ERROR: tuple[tuple[type[NewsArchiveError], int, str], ...] = (
    (InvalidParameter, 400, "invalid_parameter"),
    (QuerySyntaxError, 400, "bad_request"),
    (ArticleWithdrawn, 410, "article_withdrawn"),
    (ArticleNotFound, 404, "article_not_found"),
    (PlaceLost, 410, "place_lost"),
    (IndexMissing, 503, "index_missing"),
    (IndexOutdated, 503, "index_outdated"),
    (IndexDamaged, 503, "index_damaged"),
    (ArchiveLocked, 503, "unavailable"),
    (AlertsError, 503, "unavailable"),
    (NewsArchiveError, 500, "internal"),
)
_RETRY_AFTER = "30"
"""In seconds. An unusable index is most likely being rebuilt."""
_OF_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 503: "unavailable"}


@dataclass(frozen=True, slots=True)
class Failure:
    """What the client learns about an error, without details that belong only in the server's log."""

    status: int
    code: str
    parameter: InvalidParameter | None = None
    withdrawn_at: datetime | None = None

    @property
    def message(self) -> str:
        """The key of the message that explains the error; `values` fill its placeholders."""
        return self.parameter.message if self.parameter else f"error_{self.code}_text"

    def values(self, interface: Interface) -> dict[str, str]:
        """The values for the message's placeholders."""
        if self.withdrawn_at is not None:
            return {"date": interface.date(self.withdrawn_at)}
        return self.parameter.values if self.parameter else {}


def failure_of(error: NewsArchiveError | HTTPException) -> Failure:
    """Return the status and the code of an error."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        known = _OF_STATUS.get(status, "bad_request" if status < 500 else "internal")
        return Failure(status, known)
    parameter = error if isinstance(error, InvalidParameter) else None
    withdrawn_at = error.withdrawn_at if isinstance(error, ArticleWithdrawn) else None
    return next(
        Failure(status, code, parameter, withdrawn_at) for kind, status, code in _OF_ERROR if isinstance(error, kind)
    )


def register_error_handlers(app: Flask) -> None:
    """Turn every error into a response. Flask passes unexpected errors as InternalServerError, and logs them."""
    app.register_error_handler(NewsArchiveError, _answer_archive_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(BadHost, _answer_bad_host)
    app.before_request(_refuse_bad_host)


def _answer_archive_error(error: NewsArchiveError) -> Response:
    failure = failure_of(error)
    if failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Only unexpected errors get a traceback. For the others it adds nothing, and the error
        # repeats on every request until it is fixed.
        unforeseen = error if failure.status == HTTPStatus.INTERNAL_SERVER_ERROR else None
        _log.error("%s %s: %s", request.method, request.path, error, exc_info=unforeseen)
    return _answer(failure)


def _answer_http_error(error: HTTPException) -> Response:
    response = _answer(failure_of(error))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _refuse_bad_host() -> None:
    """Without a valid host, there are no absolute URLs, and feeds consist of absolute URLs."""
    if problem := request.environ[HOST_PROBLEM]:
        raise BadHost(problem)


def _answer_bad_host(error: BadHost) -> Response:
    # All error pages have links, which Flask can't generate here.
    return Response(f"400 Bad Request: {error.description}\n", 400, content_type="text/plain; charset=utf-8")


def _answer(failure: Failure) -> Response:
    response = _as_json(failure) if request.path.startswith("/api/") else _as_page(failure)
    response.status_code = failure.status
    if failure.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _as_json(failure: Failure) -> Response:
    english = Interface("en")
    error = {"code": failure.code, "message": english.text(failure.message, **failure.values(english))}
    if failure.parameter:
        error["parameter"] = failure.parameter.parameter
    if failure.withdrawn_at:
        error["withdrawn_at"] = failure.withdrawn_at.isoformat()
    return jsonify({"error": error})


def _as_page(failure: Failure) -> Response:
    interface = current_interface()
    return make_response(
        render_template(
            "error.html",
            title=interface.text(f"error_{failure.code}"),
            failure=failure,
            links=_links_without(failure.parameter.parameter if failure.parameter else None),
        )
    )


def _links_without(parameter: str | None) -> Links:
    """Links that keep the state of this page, without the invalid parameter."""
    args = request.args.copy()
    if parameter:
        args.poplist(parameter)
    try:
        return Links(parse_search(args), parse_language(args))
    except InvalidParameter:
        return Links(SearchRequest(), None)
