"""Serve what `description.Operation` describes: check the parameters, answer as JSON, link the next page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.http import generate_etag

from newsarchive.web.api.description import TAGS, Json, Operation
from newsarchive.web.context import STARTED, chosen_language
from newsarchive.web.links import address
from newsarchive.web.params import check_counts, check_names, check_visible

PREFIX = "/api/v1"

blueprint = Blueprint("api", __name__)
OPERATIONS: list[Operation] = []
"""All operations of the API."""


def by_tag() -> list[Operation]:
    """All operations, those of one tag after each other."""
    tags = list(TAGS)
    return sorted(OPERATIONS, key=lambda one: tags.index(one.tag))


View = Callable[..., Json | Response]


def operation(described: Operation) -> Callable[[View], View]:
    """Serve a view, which returns the object to answer with, at the address of an operation."""
    OPERATIONS.append(described)

    def register(view: View) -> View:
        @wraps(view)
        def answer(**path: str) -> Response:
            check_names(request.args, described.query_names)
            check_counts(request.args, described.most_values)
            check_visible(request.args, described.exact_names)
            if "lang" in described.query_names:
                chosen_language()  # rejects an unsupported language, as pages do
            form = view(**path)
            return form if isinstance(form, Response) else json_response(form)

        rule = PREFIX + described.path.replace("{", "<").replace("}", ">")
        blueprint.add_url_rule(rule, described.name, answer, methods=[described.method])
        return view

    return register


def json_response(form: Json, *, changed: datetime | None = None) -> Response:
    """An object as a response, with a link to its next page. `changed` is when it last changed.

    The ETag ignores `took_ms`. It is weak then, because the bytes do differ.
    """
    response = jsonify(form)
    if "took_ms" in form:
        untimed = jsonify({key: value for key, value in form.items() if key != "took_ms"})
        response.set_etag(generate_etag(untimed.get_data()), weak=True)
    if form.get("next"):
        response.headers["Link"] = f'<{form["next"]}>; rel="next"'
    if changed is not None:
        # The answer also depends on settings and tables, which are read when the server starts.
        response.last_modified = max(changed, current_app.config[STARTED])
    return response


def next_address(changed: Mapping[str, Any]) -> str:
    """The address of this request with other values of some parameters; those that are empty are left out."""
    args = dict(request.args.lists())
    args |= {name: [str(value)] for name, value in changed.items()}
    args = {name: values for name, values in args.items() if any(values)}
    return address(str(request.endpoint), args, external=True, **(request.view_args or {}))
