"""Forms that make and change collections. They need no script, and answer with a redirect to the page that they change.

Who may send them, `collection_access` decides.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound, ServiceUnavailable

from newsarchive.errors import CollectionNotFound, CollectionsError
from newsarchive.press_review import edits
from newsarchive.press_review.collection import Collection, clean_note, clean_title
from newsarchive.press_review.collection_table import new_collection, slug
from newsarchive.press_review.entry_state import accepted_entries, articles_named, entry_of
from newsarchive.search import SearchRequest
from newsarchive.web.collection_access import check_writer, current_table
from newsarchive.web.collections import article_page, collection_page, list_page
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links

blueprint = Blueprint("collection_writing", __name__)
_log = logging.getLogger(__name__)

Answer = Response | tuple[str, int]
SEE_OTHER = 303


@blueprint.before_request
def _check() -> None:
    check_writer()


@blueprint.post("/collections")
def create() -> Answer:
    """Make a collection, with an article if the form names one."""
    article = _field("article")

    def make(collection_id: str, now: datetime) -> Collection:
        made = new_collection(
            collection_id,
            now,
            title=clean_title(_field("title")),
            description=clean_note(_field("description")),
            language=current_interface().language,
            private="private" in request.form,
        )
        return _with_article(made, article) if article else made

    try:
        by_title = slug(clean_title(_field("title")))
        known = {one.id for one in current_table().load().collections}
        made = _stored(lambda: current_table().create(make, "" if by_title in known else by_title))
    except CollectionsError as error:
        return _refused(error, lambda problem: list_page(problem=problem))
    return _to(made, 1 if article else 0)


@blueprint.post("/article/<article_id>/collections")
def add_article(article_id: str) -> Answer:
    """Add an article to the collection that the form names."""
    try:
        chosen = current_table().find(_field("collection"))
        changed = _changed(chosen.id, lambda one: _with_article(one, article_id))
    except CollectionsError as error:
        return _refused(error, lambda problem: article_page(article_id, problem=problem))
    return _to(changed, edits.place_of(changed, article_id))


@blueprint.post("/collections/<collection_id>")
def change(collection_id: str) -> Answer:
    """Change a collection: `action` says how, and `article` which of its articles it is about."""
    action, article = _field("action"), _field("article")
    try:
        if action == "delete":
            return _delete(collection_id)
        edit = _ACTIONS.get(action)
        if edit is None:
            raise NotFound
        before = current_table().find(collection_id)
        at = edits.place_of(before, article) if before.has(article) else 0
        changed = _changed(collection_id, lambda one: edit(one, article))
    except CollectionsError as error:
        if isinstance(error, CollectionNotFound) and not _exists(collection_id):
            raise
        found = current_table().find(collection_id)
        return _refused(error, lambda problem: collection_page(found, problem=problem))
    return _to(changed, edits.place_of(changed, article) if changed.has(article) else min(at, len(changed.entries)))


def _delete(collection_id: str) -> Answer:
    table = current_table()
    found = table.find(collection_id)
    if _field("sure") != "yes":
        return collection_page(found, problem="collection_problem_sure"), 400
    _stored(lambda: table.delete(found.id))
    return redirect(_links().place("collections.listed"), SEE_OTHER)  # type: ignore[return-value]


def _add(collection: Collection, article: str) -> Collection:
    return _with_article(collection, article)


def _with_article(collection: Collection, name: str) -> Collection:
    (article,) = articles_named(current_library(), [name.strip()])
    entry = entry_of(article, clean_note(_field("note")), datetime.now(UTC).replace(microsecond=0))
    return edits.added(collection, [entry])


def _up(collection: Collection, article: str) -> Collection:
    return edits.moved(collection, article, edits.place_of(collection, article) - 1)


def _down(collection: Collection, article: str) -> Collection:
    return edits.moved(collection, article, edits.place_of(collection, article) + 1)


def _first(collection: Collection, article: str) -> Collection:
    return edits.moved(collection, article, 1)


def _last(collection: Collection, article: str) -> Collection:
    return edits.moved(collection, article, len(collection.entries))


def _note(collection: Collection, article: str) -> Collection:
    return edits.noted(collection, article, _field("note"))


def _rename(collection: Collection, _article: str) -> Collection:
    return edits.renamed(
        collection, title=_field("title"), description=_field("description"), private="private" in request.form
    )


def _accept(collection: Collection, _article: str) -> Collection:
    return edits.accepted(collection, accepted_entries(current_library(), collection))


_ACTIONS: dict[str, Callable[[Collection, str], Collection]] = {
    "add": _add,
    "up": _up,
    "down": _down,
    "first": _first,
    "last": _last,
    "note": _note,
    "remove": edits.without,
    "rename": _rename,
    "accept": _accept,
}
"""What `action` may be, besides `delete`."""


def _field(name: str) -> str:
    return request.form.get(name, "")


def _exists(collection_id: str) -> bool:
    return any(one.id == collection_id for one in current_table().load().collections)


def _changed(collection_id: str, edit: Callable[[Collection], Collection]) -> Collection:
    return _stored(lambda: current_table().change(collection_id, edit))


def _stored(write: Callable[[], Collection]) -> Collection:
    try:
        return write()
    except OSError as error:
        _log.error("the collections can't be written: %s", error)
        raise ServiceUnavailable from error


def _refused(error: CollectionsError, page: Callable[[str], str]) -> tuple[str, int]:
    """The page with the form again, and what was wrong. Raises the error if the form isn't what was wrong."""
    if error.reason == "busy":
        raise error
    return page(f"collection_problem_{error.reason}"), 400


def _links() -> Links:
    return Links(SearchRequest(), chosen_language())


def _to(collection: Collection, number: int) -> Response:
    """A redirect to a collection, and there to an article, whose number is 0 for none."""
    place = _links().place("collections.collection", collection_id=collection.id)
    response = redirect(f"{place}#entry-{number}" if number else place, SEE_OTHER)
    assert isinstance(response, Response)
    return response
