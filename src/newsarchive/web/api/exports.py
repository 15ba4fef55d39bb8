"""Exports of searches and of single articles, as the pages offer them (`web.exports`)."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from newsarchive.export.format import ExportFormat
from newsarchive.export.formats import FORMATS
from newsarchive.i18n import message
from newsarchive.web.api.description import COUNT, OF_ARTICLE, OF_INDEX, STRING, File, Operation, key
from newsarchive.web.api.parameters import (
    ARTICLE_ID,
    BOM,
    FILTERS,
    FORMAT,
    LANG,
    LOOSER,
    MATCH,
    REVISIONS,
    ROWS,
    SORT,
    TRANSLATE,
    WITH_TEXT,
    Q,
)
from newsarchive.web.api.routes import operation
from newsarchive.web.exports import COUNT_HEADER, export_of_article, export_of_search, offered
from newsarchive.web.params import parse_choice

_MEDIA_TYPES = tuple(form.media_type for form in FORMATS if form.is_served)
_NAME = {
    "Content-Disposition": key(STRING, message("api", "the name of the file")),
}
_COUNT = {
    COUNT_HEADER: key(
        COUNT,
        message("api", "the number of articles, or of revisions where it is known"),
        optional=True,
    )
}


@operation(
    Operation(
        "export",
        "/export",
        message("api", "Download all results of a search as a file"),
        File(_MEDIA_TYPES, _NAME | _COUNT),
        (FORMAT, Q, MATCH, TRANSLATE, *FILTERS, SORT, ROWS, REVISIONS, WITH_TEXT, BOM, LOOSER, LANG),
        (*OF_INDEX, "export_too_large", "exports_busy", "export_unavailable", "not_found"),
        tag="exports",
        text=message(
            "api",
            "All results are sent in the order that was asked for, while they are written. If that fails on "
            "the way, the connection is cut off.",
        ),
    )
)
def export() -> Response:
    """Return all articles that a search finds, in a format."""
    return export_of_search(_asked_format())


@operation(
    Operation(
        "export_article",
        "/articles/{article_id}/export",
        message("api", "Download an article as a file"),
        File(_MEDIA_TYPES, _NAME),
        (ARTICLE_ID, FORMAT, REVISIONS, WITH_TEXT, BOM, LANG),
        (*OF_ARTICLE, "export_unavailable", "not_found"),
        tag="exports",
    )
)
def export_article(article_id: str) -> Response:
    """Return one article in a format."""
    return export_of_article(article_id, _asked_format())


def _asked_format() -> ExportFormat:
    """The format that the request names. Raises InvalidParameter, or NotFound if the server has no exports."""
    formats = {form.name: form for form in offered()}
    if not formats:
        raise NotFound
    return formats[parse_choice(request.args, FORMAT.name, tuple(formats), default=FORMAT.schema["default"])]
