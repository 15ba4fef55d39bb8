"""The OpenAPI document of the API, from the descriptions of its operations."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request, url_for

import newsarchive
from newsarchive.web.api.description import (
    TAGS,
    TEXT,
    File,
    Json,
    Operation,
    Parameter,
    Shape,
    schema_of,
    shapes_in,
)
from newsarchive.web.api.routes import PREFIX, blueprint, by_tag
from newsarchive.web.api.shapes import PROBLEM
from newsarchive.web.errors import PROBLEM_TYPE, codes_of_api
from newsarchive.web.interface import Interface
from newsarchive.web.params import check_names

_VERSION = "3.1.0"
_OF_READERS = "The token of a reader, which shows full texts that not everybody may read. Nothing needs one."


@blueprint.get(f"{PREFIX}/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    check_names(request.args, ())
    return jsonify(openapi(url_for("pages.start", _external=True).rstrip("/")))


def openapi(site: str) -> Json:
    """The OpenAPI 3.1 document of the API at the address of a site."""
    shapes: dict[str, Shape] = shapes_in(PROBLEM)
    paths: dict[str, Any] = {}
    for one in by_tag():
        shapes |= shapes_in(one.answer)
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one)
    title = Interface("en").text("site_title")
    return {
        "openapi": _VERSION,
        "info": {
            "title": f"{title}: API",
            "version": newsarchive.__version__,
            "description": "Search and harvest the archive. Version 1 only ever gets more keys.",
            "license": {"name": "GNU General Public License v3.0 or later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": site}],
        "security": [{}, {"token": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": {name: _object(shape) for name, shape in sorted(shapes.items())},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _OF_READERS}},
        },
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
        "tags": [one.tag],
        "summary": one.summary.english,
        **({"description": one.text.english} if one.text else {}),
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "responses": {
            "200": _file(one.answer) if isinstance(one.answer, File) else _answer(one, one.answer),
            **({"304": {"description": _UNCHANGED}} if one.method == "GET" else {}),
            **_problems(one.errors),
            "default": _problem("Another error."),
        },
    }
    if one.bodies:
        content = {kind: {"schema": schema} for kind, schema in one.bodies.items()}
        form["requestBody"] = {"required": True, "content": content}
    return form


_UNCHANGED = "Nothing has changed since the `ETag` or the time that the request has."
_HEADERS: Json = {
    "ETag": {"description": "For `If-None-Match`.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "For `If-Modified-Since`.", "schema": {"type": "string"}},
    "Link": {"description": 'The address of the next page, with `rel="next"`.', "schema": {"type": "string"}},
}


def _answer(one: Operation, shape: Shape) -> Json:
    """The response with the object, and with the headers that it has."""
    names = [
        *(["ETag"] if one.method == "GET" else []),
        *(["Last-Modified"] if one.is_dated else []),
        *(["Link"] if "next" in shape.keys else []),
    ]
    headers = {name: _HEADERS[name] for name in names}
    return {**_json("The answer.", shape), **({"headers": headers} if headers else {})}


def _problems(codes: Collection[str]) -> Json:
    """The responses with errors, by status, each with the codes that it can have."""
    by_status: dict[int, list[str]] = {}
    for code, status in codes_of_api():
        if code in codes:
            by_status.setdefault(status, []).append(f"`{code}`")
    return {
        str(status): _problem(f"{HTTPStatus(status).phrase}: {', '.join(named)}", is_later=status == 503)
        for status, named in sorted(by_status.items())
    }


def _problem(text: str, *, is_later: bool = False) -> Json:
    form = _json(text, PROBLEM, PROBLEM_TYPE)
    return {**form, "headers": {"Retry-After": _RETRY_AFTER}} if is_later else form


_RETRY_AFTER: Json = {
    "description": "The seconds after which to try again.",
    "schema": {"type": "integer", "minimum": 0},
}


def _json(text: str, shape: Shape, media_type: str = "application/json") -> Json:
    return {"description": text, "content": {media_type: {"schema": schema_of(shape)}}}


def _file(file: File) -> Json:
    return {
        "description": "The file.",
        "headers": {
            name: {"description": key.text.english, "schema": schema_of(key.type), "required": not key.optional}
            for name, key in file.headers.items()
        },
        "content": {media_type: {} for media_type in file.bare_types},
    }


def _parameter(one: Parameter) -> Json:
    most = {"maxItems": one.most} if one.most else {}
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
