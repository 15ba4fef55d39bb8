"""Error responses: each newsarchive error has a status and a code, shown as a page or, under `/api/`, as JSON."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from operator import itemgetter

from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadHost, HTTPException

from newsarchive.errors import (
    AlertsError,
    ArchiveLocked,
    ArticleNotFound,
    ArticleWithdrawn,
    CollectionNotFound,
    CollectionsBusy,
    CollectionsError,
    CursorGone,
    ExportError,
    ExportsBusy,
    ExportTooLarge,
    ExportUnavailable,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnreachable,
    NewsArchiveError,
    QuerySyntaxError,
    TokenInvalid,
)
from newsarchive.search import SearchRequest
from newsarchive.web.context import current_interface, current_library
from newsarchive.web.interface import Interface
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.links import PAGE_BLUEPRINTS, Links, address
from newsarchive.web.params import parse_dates, parse_language, parse_page_search
from newsarchive.web.site_address import HOST_PROBLEM

_DATES = ("from", "to")
PROBLEM_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

_OF_ERROR: tuple[tuple[type[NewsArchiveError], int, str], ...] = (
    (InvalidParameter, 400, "invalid_parameter"),
    (QuerySyntaxError, 400, "bad_request"),
    (TokenInvalid, 401, "token_invalid"),
    (ArticleWithdrawn, 410, "article_withdrawn"),
    (ArticleNotFound, 404, "article_not_found"),
    (CursorGone, 410, "cursor_gone"),
    (IndexMissing, 503, "index_missing"),
    (IndexOutdated, 503, "index_outdated"),
    (IndexDamaged, 503, "index_damaged"),
    (IndexUnreachable, 503, "index_unreachable"),
    (ExportsBusy, 503, "exports_busy"),
    (ExportTooLarge, 400, "export_too_large"),
    (ExportUnavailable, 501, "export_unavailable"),
    (ArchiveLocked, 503, "unavailable"),
    (AlertsError, 503, "unavailable"),
    (CollectionNotFound, 404, "not_found"),
    (CollectionsBusy, 503, "unavailable"),
    (CollectionsError, 400, "bad_request"),
    (NewsArchiveError, 500, "internal"),
)
RETRY_AFTER = "30"
"""In seconds. An unusable index is most likely being rebuilt, and a cluster that lost a node is about to answer."""
_OF_STATUS = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What the client learns about an error, without details that belong only in the server's log."""

    status: int
    code: str
    parameter: InvalidParameter | None = None
    withdrawn_at: datetime | None = None
    export: ExportError | None = None

    @property
    def message(self) -> str:
        """The key of the message that explains the error; `values` fill its placeholders."""
        return self.parameter.message if self.parameter else f"error_{self.code}_text"

    def values(self, interface: Interface) -> dict[str, str]:
        """The values for the message's placeholders."""
        if self.withdrawn_at is not None:
            return {"date": interface.date(self.withdrawn_at)}
        told = self.parameter or self.export
        return told.values if told else {}


def codes_of_api() -> list[tuple[str, int]]:
    """The codes of all errors of the API, each with its status."""
    of_errors = {code: status for _, status, code in _OF_ERROR}
    codes = of_errors | {code: status for status, code in _OF_STATUS.items() if code not in of_errors}
    return sorted(codes.items(), key=itemgetter(1))


def failure_of(error: NewsArchiveError | HTTPException) -> Failure:
    """Return the status and the code of an error."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        known = _OF_STATUS.get(status, "bad_request" if status < 500 else "internal")
        return Failure(status, known)
    parameter = error if isinstance(error, InvalidParameter) else None
    withdrawn_at = error.withdrawn_at if isinstance(error, ArticleWithdrawn) else None
    export = error if isinstance(error, ExportError) else None
    status, code = next((status, code) for kind, status, code in _OF_ERROR if isinstance(error, kind))
    return Failure(status, code, parameter, withdrawn_at, export)


def register_error_handlers(app: Flask) -> None:
    """Turn every error into a response. Flask passes unexpected errors as InternalServerError, and logs them."""
    app.register_error_handler(NewsArchiveError, _answer_archive_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(BadHost, _answer_bad_host)
    app.before_request(_refuse_bad_host)


def _answer_archive_error(error: NewsArchiveError) -> Response:
    failure = failure_of(error)
    if failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR and failure.export is None:
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
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": error.description}
        form = {**problem, "error": {"code": "bad_request", "message": error.description}}
        return Response(json.dumps(form), 400, content_type=PROBLEM_TYPE)
    return Response(f"400 Bad Request: {error.description}\n", 400, content_type="text/plain; charset=utf-8")


def _answer(failure: Failure) -> Response:
    response = _as_json(failure) if request.path.startswith("/api/") else _as_page(failure)
    response.status_code = failure.status
    if failure.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="newsarchive", error="invalid_token"'
    if failure.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _as_json(failure: Failure) -> Response:
    """The error as problem details (RFC 9457), and in the form that the API always had."""
    interface = Interface("en")
    message = interface.text(failure.message, **failure.values(interface))
    error = {"code": failure.code, "message": message}
    if failure.parameter:
        error["parameter"] = failure.parameter.parameter
    if failure.withdrawn_at:
        error["withdrawn_at"] = failure.withdrawn_at.isoformat()
    response = jsonify(
        {
            "type": url_for("api.page", _external=True, _anchor=failure.code),
            "title": interface.text(f"error_{failure.code}"),
            "status": failure.status,
            "detail": message,
            "error": error,
        }
    )
    response.content_type = PROBLEM_TYPE
    return response


def _as_page(failure: Failure) -> Response:
    interface = current_interface()
    kept, problems = _without_invalid(failure.parameter)
    repair = _Repair(kept, problems)
    return make_response(
        render_template(
            "error.html",
            title=interface.text("error_dates_reversed" if repair.is_reversed else f"error_{failure.code}"),
            failure=failure,
            others=problems[1:],
            repair=repair,
            links=_links_of(kept),
        )
    )


class _Repair:
    """What the reader can do about invalid parameters: leave them out, or correct the dates.

    `kept` are the parameters without the invalid ones.
    """

    def __init__(self, kept: MultiDict[str, str], problems: Sequence[InvalidParameter]) -> None:
        self._kept = kept
        self._problems = problems
        self.is_search = request.blueprint not in PAGE_BLUEPRINTS or request.blueprint == "pages"

    @property
    def has_dates(self) -> bool:
        """Whether the dates of a search have to be corrected."""
        return self.is_search and any(one.parameter in _DATES for one in self._problems)

    @property
    def is_reversed(self) -> bool:
        """Whether the first day is after the last one."""
        return any(one.problem is Problem.ORDER for one in self._problems)

    @property
    def offer(self) -> str:
        """The key of what the link to the page without the invalid parameters says."""
        if self.is_reversed and len(self._problems) == 1:
            return "error_without_start"
        return "error_without" if self.is_search else "error_page_without"

    @property
    def dates(self) -> list[tuple[str, str, bool]]:
        """Each parameter of a date, its day, or else its value as in the address, and whether it is no date."""
        return [(name, *self._day(name)) for name in _DATES]

    def _day(self, name: str) -> tuple[str, bool]:
        value = request.args.get(name, "")
        try:
            first, last = parse_dates(MultiDict({name: value}))
        except InvalidParameter:
            return value, True
        day = first or last
        return day.isoformat() if day else "", False

    @property
    def swapped(self) -> str:
        """The URL of this page with the dates swapped."""
        first, last = (request.args.getlist(name)[:1] for name in _DATES)
        return self._here({**self._kept.to_dict(flat=False), "from": last, "to": first})

    @property
    def without(self) -> str:
        """The URL of this page without the invalid parameters."""
        return self._here(self._kept.to_dict(flat=False))

    def _here(self, args: dict[str, list[str]]) -> str:
        endpoint = request.endpoint
        is_results = endpoint is None or request.blueprint not in PAGE_BLUEPRINTS or request.method != "GET"
        if is_results or endpoint in ("pages.start", "pages.search"):
            return address("pages.search" if args.keys() - {"lang"} else "pages.start", args)
        return address(str(endpoint), args, **(request.view_args or {}))


def _without_invalid(problem: InvalidParameter | None) -> tuple[MultiDict[str, str], list[InvalidParameter]]:
    """The parameters of the page without the invalid ones, and what is wrong with each of these."""
    args: MultiDict[str, str] = request.args.copy()
    problems = []
    while problem is not None:
        problems.append(problem)
        if not args.poplist(problem.parameter):
            break
        problem = _problem_of(args)
    if problem is not None:  # one of another part of the request, such as a form
        args.clear()
    return args, problems


def _problem_of(args: MultiDict[str, str]) -> InvalidParameter | None:
    try:
        parse_page_search(args, current_library().tables)
        parse_language(args)
    except InvalidParameter as problem:
        return problem
    return None


def _links_of(args: MultiDict[str, str]) -> Links:
    """Links that keep the state of this page."""
    try:
        return Links(parse_page_search(args, current_library().tables), parse_language(args))
    except InvalidParameter:
        return Links(SearchRequest(), None)
