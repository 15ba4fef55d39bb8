"""The archive as a search engine of a browser: its OpenSearch description and suggestions."""

import json
import xml.etree.ElementTree as ET

from flask import Blueprint, Response, request, url_for

from newsarchive.i18n import LANGUAGES
from newsarchive.syndication import ATOM_TYPE, RSS_TYPE
from newsarchive.web.context import chosen_language, current_library, interface_in
from newsarchive.web.params import check_names, parse_suggest

OPENSEARCH_TYPE = "application/opensearchdescription+xml"
"""The media type, for the Content-Type header and for links."""
SUGGESTIONS_TYPE = "application/x-suggestions+json"
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_LONGEST_SHORT_NAME = 16
_LONGEST_LONG_NAME = 48
_ICON_SIZE = "32"

blueprint = Blueprint("search_engine", __name__)


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """The description of the search, in Arabic or English."""
    language = chosen_language()
    interface = interface_in(language or LANGUAGES[0])
    root = ET.Element("OpenSearchDescription", {"xmlns": _NAMESPACE})

    def add(tag: str, text: str = "", **attributes: str) -> None:
        ET.SubElement(root, tag, attributes).text = text or None

    def template(endpoint: str) -> str:
        # The place of the words must not be percent-encoded.
        address = url_for(endpoint, lang=language, _external=True)
        return f"{address}{'&' if '?' in address else '?'}q={{searchTerms}}"

    add("ShortName", interface.site_title[:_LONGEST_SHORT_NAME].strip())
    add("LongName", interface.site_title[:_LONGEST_LONG_NAME].strip())
    add("Description", interface.text("tagline"))
    add("Url", type="text/html", template=template("pages.search"))
    add("Url", type=SUGGESTIONS_TYPE, rel="suggestions", template=template("search_engine.suggestions"))
    add("Url", type=ATOM_TYPE, template=template("feeds.atom"))
    add("Url", type=RSS_TYPE, template=template("feeds.rss"))
    own = url_for("search_engine.description", lang=language, _external=True)
    add("Url", type=OPENSEARCH_TYPE, rel="self", template=own)
    icon = url_for("static", name="favicon.ico", _external=True)
    add("Image", icon, height=_ICON_SIZE, width=_ICON_SIZE, type="image/x-icon")
    add("Query", role="example", searchTerms="%D8%A7%D9%84%D9%82%D8%A7%D9%87%D8%B1%D8%A9")
    add("Language", "ar")
    add("Language", "en")
    add("InputEncoding", "UTF-8")
    add("OutputEncoding", "UTF-8")
    ET.indent(root)
    content = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Response(content + b"\n", content_type=f"{OPENSEARCH_TYPE}; charset=utf-8")


@blueprint.get("/suggestions.json")
def suggestions() -> Response:
    """What browsers ask for while a query is typed: the text, and completions of it."""
    check_names(request.args, ("q", "limit", "lang"))
    chosen_language()  # rejects an unsupported language, as the page does
    text, limit = parse_suggest(request.args)
    found = current_library().complete(text, limit) if text.strip() else ()
    form = [request.args.get("q", ""), [one.text for one in found if not one.article_id]]
    return Response(json.dumps(form, ensure_ascii=False), content_type=f"{SUGGESTIONS_TYPE}; charset=utf-8")
