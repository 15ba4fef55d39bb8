"""unAPI, version 1: programs such as Zotero get the citations of all articles that a page lists.

A page names its articles in `abbr` elements of the class `unapi-id`, and this server in a link
`unapi-server`. The statuses are those of the specification: 300 for the formats of an article, 404
for an article that isn't there, 406 for a format that isn't.
"""

import xml.etree.ElementTree as ET
from io import BytesIO

from flask import Blueprint, Response, request

from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound
from newsarchive.export.citations import label_language
from newsarchive.export.format import ExportContext, ExportFormat
from newsarchive.export.formats import CITATIONS
from newsarchive.exporting import ExportedArticles, Giving
from newsarchive.identity import id_of_urn
from newsarchive.web.context import current_library, interface_in
from newsarchive.web.links import article_address
from newsarchive.web.public_article import public_article
from newsarchive.web.readers import gives_full_text

_DOCUMENTS = {
    "ris": "https://en.wikipedia.org/wiki/RIS_(file_format)",
    "bibtex": "https://www.bibtex.org/Format/",
    "csl": "https://github.com/citation-style-language/schema#csl-json-schema",
}
"""Where each format is described."""

blueprint = Blueprint("unapi", __name__)


@blueprint.get("/unapi")
def server() -> Response:
    """The formats of all articles, those of the article `id`, or the article in the format `format`."""
    urn, wanted = request.args.get("id", ""), request.args.get("format", "")
    if not urn:
        return _refusal(400, "unAPI needs an id with a format.") if wanted else _formats(200)
    try:
        article = current_library().article(id_of_urn(urn))
    except ArticleNotFound:
        return _refusal(404, "The archive has no article with this id, or the article was withdrawn.")
    if not wanted:
        return _formats(300, urn)
    form = _named(wanted)
    if form is None:
        return _refusal(406, f"The formats are {', '.join(form.name for form in CITATIONS)}.")
    return _answer(form, article)


def _answer(form: ExportFormat, article: Article) -> Response:
    """An article in a format, with names in its own language, whatever that of the browser is."""
    library, language = current_library(), label_language(article)
    giving = Giving(has_texts=gives_full_text(), language=language, page_url=article_address, shown=public_article)
    context = ExportContext(
        archive_folder=library.archive.folder,
        language=language,
        site_title=interface_in(language).site_title,
        has_texts=giving.has_texts,
    )
    out = BytesIO()
    form.write(ExportedArticles(library, [article.id], giving).items(), out, context)
    return Response(out.getvalue(), content_type=form.media_type)


def _named(name: str) -> ExportFormat | None:
    return next((form for form in CITATIONS if form.name == name), None)


def _formats(status: int, urn: str = "") -> Response:
    """The list of formats, of one article if it has an id."""
    listed = ET.Element("formats", {"id": urn} if urn else {})
    for form in CITATIONS:
        bare = form.media_type.partition(";")[0]
        ET.SubElement(listed, "format", name=form.name, type=bare, docs=_DOCUMENTS[form.name])
    content = ET.tostring(listed, encoding="utf-8", xml_declaration=True)
    return Response(content, status, content_type="application/xml; charset=utf-8")


def _refusal(status: int, message: str) -> Response:
    return Response(f"{message}\n", status, content_type="text/plain; charset=utf-8")
