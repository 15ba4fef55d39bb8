"""The page that describes the API to readers, from the descriptions of its operations."""

from urllib.parse import unquote

from flask import render_template, request

from newsarchive.i18n import catalogue
from newsarchive.search import SearchRequest
from newsarchive.web.api.description import File, Json, Operation, Parameter, rows_of
from newsarchive.web.api.parameters import MAX_PAGE
from newsarchive.web.api.routes import PREFIX, blueprint, by_tag
from newsarchive.web.context import chosen_language, current_interface
from newsarchive.web.errors import codes_of_api
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.messages import MESSAGES
from newsarchive.web.params import check_names


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
        operations=[_shown(one, interface) for one in by_tag()],
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
        "keys": [{"path": path, "text": said(key.text)} for path, key in rows_of(one.answer)],
        "errors": [code for code, _ in codes_of_api() if code in one.errors],
        "media_types": one.answer.bare_types if isinstance(one.answer, File) else (),
        "headers": [{"name": name, "text": said(key.text)} for name, key in one.answer.headers.items()]
        if isinstance(one.answer, File)
        else [],
    }


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
