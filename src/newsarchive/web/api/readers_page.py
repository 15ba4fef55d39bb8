"""The page that describes the API to readers, from the descriptions of its operations."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from flask import render_template, request

from newsarchive.i18n import catalogue
from newsarchive.search import SearchRequest
from newsarchive.web.api.description import File, Json, ListOf, Operation, OrNull, Parameter, Shape, Type
from newsarchive.web.api.parameters import MAX_PAGE
from newsarchive.web.api.routes import PREFIX, blueprint, by_tag
from newsarchive.web.api.shapes import ARTICLE, BRIEF
from newsarchive.web.context import chosen_language, current_interface
from newsarchive.web.errors import codes_of_api
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.messages import MESSAGES
from newsarchive.web.params import check_names

_LISTED_AT = {"article": ARTICLE, "related": BRIEF}
"""The operations that list the keys of articles. Others would repeat them, which were half of the page."""


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
    operations = [_shown(one, interface) for one in by_tag()]
    return render_template(
        "api.html",
        operations=operations,
        summaries={one["name"]: one["summary"] for one in operations},
        codes=codes,
        readable=unquote,
        links=Links(SearchRequest(), language),
    )


def _explained(code: str, interface: Interface) -> str:
    """What an error means, unless that depends on the request."""
    message = f"error_{code}_text"
    text = interface.text(message) if message in MESSAGES else ""
    return "" if "{" in text else text


def _shown(one: Operation, interface: Interface) -> Json:
    """An operation as the page shows it."""
    said = catalogue(interface.language).text
    return {
        "name": one.name,
        "method": one.method,
        "path": PREFIX + one.path,
        "summary": said(one.summary),
        "text": said(one.text) if one.text else "",
        "example": _example(one),
        "parameters": [
            {
                "name": parameter.name,
                "text": said(parameter.text),
                "values": _values(parameter),
                "default": parameter.schema.get("default", ""),
                "repeated": parameter.repeated,
            }
            for parameter in one.parameters
        ],
        "keys": [
            {**row, "text": said(row["key"].text)} if "key" in row else row
            for row in _rows(one.answer, {at: shape for at, shape in _LISTED_AT.items() if at != one.name})
        ],
        "errors": [code for code, _ in codes_of_api() if code in one.errors],
        "media_types": one.answer.bare_types if isinstance(one.answer, File) else (),
        "headers": [{"name": name, "text": said(key.text)} for name, key in one.answer.headers.items()]
        if isinstance(one.answer, File)
        else [],
    }


def _rows(type_: Type | File, listed: Mapping[str, Shape], path: str = "") -> Iterator[Json]:
    """The keys in a type, each with its path; but those of a listed shape as the name of where they are listed."""
    match type_:
        case ListOf(item):
            yield from _rows(item, listed, f"{path}[]")
        case OrNull(value):
            yield from _rows(value, listed, path)
        case Shape(keys=keys):
            where = next((at for at, shape in listed.items() if shape.keys.items() <= keys.items()), None)
            if where:
                yield {"path": path, "listed_at": where}
            for name, one in keys.items():
                if not where or name not in listed[where].keys:
                    below = f"{path}.{name}" if path else name
                    yield from list(_rows(one.type, listed, below)) or [{"path": below, "key": one}]


def _example(one: Operation) -> dict[str, list[str]] | None:
    """The parameters of a request to try; None if it takes the id of an article or a body."""
    if one.method != "GET" or any(parameter.in_path for parameter in one.parameters):
        return None
    return {parameter.name: [parameter.example] for parameter in one.parameters if parameter.example}


def _values(one: Parameter) -> list[str]:
    """The values that a parameter can have, if they are few."""
    if one.name == "fields":
        return []
    if "enum" in one.schema:
        return [str(value) for value in one.schema["enum"]]
    if "maximum" in one.schema and not one.in_path:
        least, most = one.schema["minimum"], one.schema["maximum"]
        return [f"{least}–{most}" if most <= MAX_PAGE else f"≥ {least}"]
    return []
