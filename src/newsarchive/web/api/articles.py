"""Articles: one of them, its revisions, several by id or address, and the changes of the archive."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote

from flask import Response, request, url_for
from werkzeug.exceptions import NotFound

from newsarchive.archive.changes import read_changes
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.i18n import message
from newsarchive.identity import article_address as canonical_address
from newsarchive.identity import is_web_url
from newsarchive.web.api.description import (
    ADDRESS,
    COUNT,
    FLAG,
    MOMENT,
    OF_ARTICLE,
    OF_REQUEST,
    STRING,
    Json,
    ListOf,
    Operation,
    Shape,
    key,
    one_of,
)
from newsarchive.web.api.forms import Fields, full_form, select
from newsarchive.web.api.parameters import (
    ARTICLE_ID,
    IDS,
    LANG,
    MANY,
    REVISION,
    SINCE,
    URL,
    fields_parameter,
    only_one,
    parse_fields,
    parse_ids,
    parse_many,
    parse_since,
)
from newsarchive.web.api.routes import json_response, next_address, operation
from newsarchive.web.api.shapes import ARTICLE, ID, NEXT
from newsarchive.web.context import current_library
from newsarchive.web.links import article_address
from newsarchive.web.params import parse_text

_WITHDRAWN = {
    "withdrawn": key(FLAG, message("api", "that the article was withdrawn; there is no text"), optional=True),
    "withdrawn_at": key(MOMENT, message("api", "when it was withdrawn"), optional=True),
}
CHANGE = Shape(
    "Change",
    {
        **ARTICLE.keys,
        "change": key(
            one_of("new", "revised", "withdrawn"),
            message("api", "among changes: whether the article is new, revised or withdrawn"),
        ),
        **_WITHDRAWN,
    },
    selectable=True,
)
_ALWAYS = ("id", "revision", "change", *_WITHDRAWN)
"""The keys of a change that are always there: without them, a client can't apply it."""
_LIST = Shape(
    "Articles",
    {
        "articles": key(ListOf(CHANGE), message("api", "the articles")),
        "next": NEXT,
        "cursor": key(
            STRING,
            message("api", "the cursor after this page, to go on with `since`, now or later"),
            optional=True,
        ),
        "damaged": key(
            ListOf(
                Shape(
                    "DamagedLine",
                    {
                        "part": key(STRING, message("api", "a file of the archive")),
                        "line": key(COUNT, message("api", "the number of the line that can't be read")),
                        "reason": key(STRING, message("api", "what is wrong with it")),
                    },
                )
            ),
            message("api", "lines of the archive that can't be read"),
            optional=True,
        ),
        "missing": key(
            ListOf(STRING),
            message("api", "the ids that the archive doesn't have, or that were withdrawn"),
            optional=True,
        ),
    },
)


@operation(
    Operation(
        "articles",
        "/articles",
        message("api", "Changes in the order of the archive, or certain articles"),
        _LIST,
        (SINCE, URL, IDS, MANY, fields_parameter(CHANGE), LANG),
        (*OF_REQUEST, "cursor_gone", "unavailable"),
        tag="articles",
        text=message(
            "api",
            "Without `url` and `ids`: every article that is new, revised or withdrawn, exactly once. Follow "
            "`next` until it is null, and keep `cursor` to come back with it later as `since`. A page can "
            "be shorter than the limit. A cursor that can't be followed is refused with status 410.",
        ),
        fields_of=CHANGE,
    )
)
def articles() -> Json:
    """Return changes since a cursor or a moment, or the articles with some ids or at an address."""
    fields, limit = parse_fields(CHANGE), parse_many()
    since, url, ids = parse_text(request.args, "since"), parse_text(request.args, "url"), parse_ids()
    only_one({"since": since, "url": url, "ids": ids})
    if url or ids:
        wanted = ids or tuple(dict.fromkeys(_ids_at(url)))
        found = current_library().archive.get_many(wanted)
        return {
            "articles": [full_form(found[one], fields) for one in wanted if one in found],
            "next": None,
            **({"missing": [one for one in ids if one not in found]} if ids else {}),
        }
    changes = read_changes(current_library().archive, parse_since(since), limit)
    cursor = str(changes.cursor)
    return {
        "articles": [_change(record, fields) for record in changes.records],
        "next": next_address({"since": cursor}) if changes.is_more else None,
        "cursor": cursor,
        "damaged": [damage._asdict() for damage in changes.damaged],
    }


def _change(record: Article | Withdrawal, fields: Fields) -> Json:
    if isinstance(record, Withdrawal):
        return {**_withdrawal(record), "change": "withdrawn"}
    kind = "new" if record.revision == 1 else "revised"
    return {**full_form(record, None if fields is None else {*fields, *_ALWAYS}), "change": kind}


def _withdrawal(record: Withdrawal) -> Json:
    """What is left of a withdrawn article. The reason can name persons, so it isn't public."""
    return {
        "id": record.id,
        "revision": record.revision,
        "withdrawn": True,
        "withdrawn_at": record.archived_at.isoformat(),
    }


def _ids_at(url: str) -> Iterable[str]:
    """The ids of the articles at an address or with a copy there; it can be that of a page of this site."""
    catalogue = current_library().archive.catalogue
    whole = url if is_web_url(url) else f"https://{url.removeprefix('//')}"
    for typed in dict.fromkeys((whole, whole.partition("#")[0])):
        if address := canonical_address(typed):
            yield from catalogue.ids_at_address(address)
            if copied := catalogue.id_of_copy_at(address):
                yield copied
    page = whole.partition("#")[0].partition("?")[0].rstrip("/")
    shown = unquote(page.rpartition("/")[2])
    if canonical_address(page) == canonical_address(article_address(shown)):
        yield shown


@operation(
    Operation(
        "article",
        "/articles/{article_id}",
        message("api", "An article as it was archived, with its topics"),
        ARTICLE,
        (ARTICLE_ID, fields_parameter(ARTICLE), LANG),
        OF_ARTICLE,
        tag="articles",
        is_dated=True,
        fields_of=ARTICLE,
    )
)
def article(article_id: str) -> Response:
    """Return the latest revision of an article."""
    found = current_library().article(article_id)
    return _answer(found)


def _answer(found: Article) -> Response:
    return json_response(full_form(found, parse_fields(ARTICLE)), changed=found.archived_at)


_REVISIONS = Shape(
    "Revisions",
    {
        "id": ID,
        "revisions": key(
            ListOf(
                Shape(
                    "Revision",
                    {
                        "revision": key(COUNT, message("api", "the number of a revision")),
                        "title": key(STRING, message("api", "its title"), optional=True),
                        "archived_at": key(MOMENT, message("api", "when it was archived"), optional=True),
                        "url": key(ADDRESS, message("api", "its address in this API"), optional=True),
                        **_WITHDRAWN,
                    },
                )
            ),
            message("api", "the revisions, the oldest first"),
        ),
    },
)


@operation(
    Operation(
        "revisions",
        "/articles/{article_id}/revisions",
        message("api", "The revisions of an article"),
        _REVISIONS,
        (ARTICLE_ID,),
        OF_ARTICLE,
        tag="articles",
        is_dated=True,
        text=message("api", "A withdrawal that was taken back is an entry among the revisions."),
    )
)
def revisions(article_id: str) -> Response:
    """Return the revisions of an article, the oldest first."""
    history = _history(article_id)
    form = {"id": article_id, "revisions": [_revision_form(one) for one in history]}
    return json_response(form, changed=_last_change(history))


def _history(article_id: str) -> tuple[Record, ...]:
    library = current_library()
    library.article(article_id)  # raises an error if the article is unknown or withdrawn
    return library.history(article_id)


def _last_change(history: Iterable[Record]) -> datetime | None:
    return max((one.archived_at for one in history if one.archived_at), default=None)


def _revision_form(record: Record) -> Json:
    if isinstance(record, Withdrawal):
        return select(_withdrawal(record), ("revision", *_WITHDRAWN))
    form: Json = {"revision": record.revision}
    if isinstance(record, Article):
        form["title"] = record.title
        if record.archived_at:
            form["archived_at"] = record.archived_at.isoformat()
        address = url_for("api.revision", article_id=record.id, revision=record.revision, _external=True)
        form["url"] = address
    return form


@operation(
    Operation(
        "revision",
        "/articles/{article_id}/revisions/{revision}",
        message("api", "A revision of an article as it was archived"),
        ARTICLE,
        (ARTICLE_ID, REVISION, fields_parameter(ARTICLE), LANG),
        (*OF_ARTICLE, "not_found"),
        tag="articles",
        is_dated=True,
        fields_of=ARTICLE,
    )
)
def revision(article_id: str, revision: str) -> Response:
    """Return one revision of an article."""
    for record in _history(article_id):
        if isinstance(record, Article) and str(record.revision) == revision:
            return _answer(record)
    raise NotFound
