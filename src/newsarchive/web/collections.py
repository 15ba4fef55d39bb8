"""The pages of collections, which are press reviews, and their downloads. `collection_writing` has what changes them.

/collections                     the collections
/collections/<id>                one of them
/collections/<id>/export.docx    as a document, or in the format of another program
/article/<article_id>/collections   the collections that have an article, and forms to add it to one
"""

from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, count

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import NotFound

from newsarchive.errors import ExportTooLarge, ExportUnavailable
from newsarchive.export.format import ExportContext, ExportFormat
from newsarchive.exporting import ExportedArticles, Giving
from newsarchive.press_review.collection import MAX_DESCRIPTION, MAX_NOTE, MAX_TITLE, Collection
from newsarchive.press_review.contents import Extent, document_of, exported_ids
from newsarchive.press_review.documents import DocumentFormat, document_format
from newsarchive.search import SearchRequest
from newsarchive.web.collection_access import (
    collections_with,
    may_write_here,
    readable_collection,
    readable_collections,
)
from newsarchive.web.collection_view import CollectionView
from newsarchive.web.context import chosen_language, current_interface, current_library, interface_in
from newsarchive.web.export_slots import current_slots
from newsarchive.web.exports import MOST_ROWS, offered
from newsarchive.web.file_names import attachment, file_name
from newsarchive.web.links import Links, address, article_addresses
from newsarchive.web.params import parse_choice
from newsarchive.web.public_article import public_article
from newsarchive.web.readers import gives_full_text

blueprint = Blueprint("collections", __name__)
LIMITS = {"title": MAX_TITLE, "description": MAX_DESCRIPTION, "note": MAX_NOTE}
_YES_NO = ("yes", "no")


@blueprint.get("/collections")
def listed() -> str:
    """The collections, those that were changed last first."""
    return list_page()


@blueprint.get("/collections/<collection_id>")
def collection(collection_id: str) -> str:
    """One collection."""
    return collection_page(readable_collection(collection_id))


@blueprint.get("/article/<article_id>/collections")
def of_article(article_id: str) -> str:
    """The collections that have an article; for who may write, with forms to add it."""
    return article_page(article_id)


def list_page(*, problem: str = "") -> str:
    """The page with the collections. `problem` is the key of a message about the form."""
    shown = sorted(readable_collections(), key=_changed, reverse=True)
    return render_template(
        "collections.html",
        collections=shown,
        is_editable=may_write_here(),
        limits=LIMITS,
        problem=problem,
        links=Links(SearchRequest(), chosen_language()),
    )


def _changed(one: Collection) -> datetime:
    return one.changed or one.created or datetime.min.replace(tzinfo=UTC)


def collection_page(found: Collection, *, problem: str = "") -> str:
    """The page of a collection. `problem` is the key of a message about a form."""
    links = Links(SearchRequest(), chosen_language())
    view = CollectionView(found, current_library(), links, current_interface(), is_editable=may_write_here())
    return render_template("collection.html", view=view, links=links, limits=LIMITS, problem=problem)


def article_page(article_id: str, *, problem: str = "") -> str:
    """The page of the collections of an article. `problem` is the key of a message about a form."""
    library = current_library()
    having = collections_with(article_id)
    return render_template(
        "article_collections.html",
        article=library.tables.renamed(library.article(article_id)),
        having=having,
        offered_title=offered_title(),
        others=[one for one in readable_collections() if one not in having],
        is_editable=may_write_here(),
        limits=LIMITS,
        problem=problem,
        links=Links(SearchRequest(), chosen_language()),
    )


def offered_title() -> str:
    """A title for a collection that is begun today, which no other has: "Press review, 21 April 2025"."""
    interface = current_interface()
    first = interface.text("collection_title_today", date=interface.date(current_library().search_service.today()))
    taken = {one.title for one in readable_collections()}
    titles = chain([first], (f"{first} ({interface.number(number)})" for number in count(2)))
    return next(title for title in titles if title not in taken)


@blueprint.get("/collections/<collection_id>/export.<ending>")
def export(collection_id: str, ending: str) -> Response:
    """A collection as a file.

    Raises InvalidParameter, CollectionNotFound, ExportsBusy, ExportTooLarge and ExportUnavailable.
    """
    found = readable_collection(collection_id)
    form = _with_ending(ending)
    extent = Extent(parse_choice(request.args, "text", tuple(Extent)))
    bom = parse_choice(request.args, "bom", _YES_NO) == "yes"
    most = current_app.config[MOST_ROWS]
    if most and len(found.entries) > most:
        raise ExportTooLarge(len(found.entries), most)
    giving = Giving(
        language=chosen_language() or found.language,
        has_texts=extent is not Extent.NONE and gives_full_text(),
        page_url=article_addresses(),
        shown=public_article,
    )
    with current_slots().take():
        content = _written(found, form, giving, extent, bom=bom)
    response = Response(content, content_type=form.media_type)
    name = file_name(found.title, (found.changed or datetime.now(UTC)).date(), form.ending)
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.cache_control.no_store = True
    return response


def _with_ending(ending: str) -> ExportFormat | DocumentFormat:
    """The format with this ending. Raises NotFound, and ExportUnavailable if it needs something that isn't there."""
    document = document_format(ending)
    if document is not None and current_slots().count:
        return document
    for form in offered():
        if form.ending == ending:
            if not form.is_available:
                raise ExportUnavailable(form.name, form.needs)
            return form
    raise NotFound


def _written(
    found: Collection, form: ExportFormat | DocumentFormat, giving: Giving, extent: Extent, *, bom: bool
) -> bytes:
    library, site_title = current_library(), interface_in(giving.language).site_title
    if isinstance(form, DocumentFormat):
        page = address("collections.collection", {}, external=True, collection_id=found.id)
        return form.write(document_of(library, found, giving, extent=extent, site_title=site_title, page_url=page))
    context = ExportContext(
        archive_folder=library.archive.folder,
        language=giving.language,
        site_title=site_title,
        has_texts=giving.has_texts,
        bom=bom,
    )
    out = BytesIO()
    form.write(ExportedArticles(library, exported_ids(library, found), giving).items(), out, context)
    return out.getvalue()
