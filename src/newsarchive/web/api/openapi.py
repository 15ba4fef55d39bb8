"""The OpenAPI document of the API, and the page for readers, both from the descriptions of its operations."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, render_template, request, url_for

import newsarchive
from newsarchive.search import SearchRequest
from newsarchive.web.api.description import (
    TEXT,
    Json,
    Operation,
    Parameter,
    Shape,
    rows_of,
    schema_of,
    shapes_in,
)
from newsarchive.web.api.routes import OPERATIONS, PREFIX, blueprint
from newsarchive.web.api.shapes import PROBLEM
from newsarchive.web.context import chosen_language, current_interface
from newsarchive.web.errors import PROBLEM_TYPE, codes_of_api
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.messages import MESSAGES
from newsarchive.web.params import check_names

_VERSION = "3.1.0"


@blueprint.get(f"{PREFIX}/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    check_names(request.args, ())
    return jsonify(openapi(url_for("pages.start", _external=True).rstrip("/")))


@blueprint.get(f"{PREFIX}/")
def page() -> str:
    """The page that describes the API to readers, in Arabic or English."""
    check_names(request.args, ("lang",))
    language = chosen_language()
    interface = current_interface()
    codes = [
        {"code": code, "status": status, "title": interface.text(f"error_{code}"), "text": _explained(code, interface)}
        for code, status in codes_of_api()
    ]
    return render_template(
        "api.html",
        operations=[_shown(one, interface) for one in OPERATIONS],
        codes=codes,
        prefix=PREFIX,
        links=Links(SearchRequest(), language),
    )


def _explained(code: str, interface: Interface) -> str:
    """What an error means, unless that depends on the request."""
    message = f"error_{code}_text"
    text = interface.text(message) if message in MESSAGES else ""
    return "" if "{" in text else text


def openapi(site: str) -> Json:
    """The OpenAPI 3.1 document of the API at the address of a site."""
    shapes: dict[str, Shape] = shapes_in(PROBLEM)
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        shapes |= shapes_in(one.answer)
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one)
    title = Interface("en").text("site_title")
    return {
        "openapi": _VERSION,
        "info": {
            "title": f"{title}: API",
            "version": newsarchive.__version__,
            "description": "Search and harvest the archive. Version 1 only ever gets more keys.",
        },
        "servers": [{"url": site}],
        "paths": paths,
        "components": {"schemas": {name: _object(shape) for name, shape in sorted(shapes.items())}},
    }


def _object(shape: Shape) -> Json:
    """The schema of a shape. Further keys may be added to any object, so none are ruled out."""
    properties = {name: _described(schema_of(key.type), key.text.english) for name, key in shape.keys.items()}
    required = {"required": shape.required} if shape.required else {}
    return {"type": "object", "properties": properties, **required}


def _described(schema: Json, text: str) -> Json:
    return {**schema, "description": text}


def _operation(one: Operation) -> Json:
    form: Json = {
        "operationId": one.name,
        "summary": one.summary.english,
        **({"description": one.text.english} if one.text else {}),
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "responses": {
            "200": _response("The answer.", "application/json", one.answer),
            **{str(status): _problem(HTTPStatus(status).phrase) for status in one.statuses},
            "default": _problem("Another error."),
        },
    }
    if one.bodies:
        content = {kind: {"schema": schema} for kind, schema in one.bodies.items()}
        form["requestBody"] = {"required": True, "content": content}
    return form


def _problem(text: str) -> Json:
    return _response(text, PROBLEM_TYPE, PROBLEM)


def _response(text: str, media_type: str, shape: Shape) -> Json:
    return {"description": text, "content": {media_type: {"schema": schema_of(shape)}}}


def _parameter(one: Parameter) -> Json:
    most = {} if one.joined else {"maxItems": one.most}
    schema = {"type": "array", "items": one.schema, **most} if one.repeated else one.schema
    form: Json = {
        "name": one.name,
        "in": "path" if one.in_path else "query",
        "required": one.in_path,
        "description": one.text.english,
        "schema": schema,
    }
    if not one.in_path and one.schema != TEXT:
        form["allowEmptyValue"] = True
    if one.joined:
        form |= {"style": "form", "explode": False}
    if one.example:
        form["example"] = one.example.split(",") if one.repeated else one.example
    return form


def _shown(one: Operation, interface: Interface) -> Json:
    """An operation as the page shows it."""
    language = interface.language
    return {
        "name": one.name,
        "method": one.method,
        "path": PREFIX + one.path,
        "summary": one.summary.in_language(language),
        "text": one.text.in_language(language) if one.text else "",
        "parameters": [
            {
                "name": parameter.name,
                "text": parameter.text.in_language(language),
                "values": _values(parameter),
                "default": parameter.schema.get("default", ""),
                "repeated": parameter.repeated,
            }
            for parameter in one.parameters
        ],
        "keys": [{"path": path, "text": key.text.in_language(language)} for path, key in rows_of(one.answer)],
        "statuses": one.statuses,
    }


def _values(one: Parameter) -> list[str]:
    """The values that a parameter can have, if they are few."""
    if one.name == "fields":
        return []
    if "enum" in one.schema:
        return [str(value) for value in one.schema["enum"]]
    if "maximum" in one.schema and not one.in_path:
        return [f"{one.schema['minimum']}–{one.schema['maximum']}"]
    return []
