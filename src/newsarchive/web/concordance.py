"""The page `/concordance`: every occurrence of the words of a query, with its context."""

from dataclasses import replace

from flask import Blueprint, render_template, request

from newsarchive.web.concordance_view import MOST_ARTICLES, ConcordanceView
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links
from newsarchive.web.params import parse_neighbour, parse_page_search

blueprint = Blueprint("concordance", __name__)


@blueprint.get("/concordance")
def page() -> str:
    """The occurrences in the first articles that a search finds."""
    language, by = chosen_language(), parse_neighbour(request.args)
    asked = replace(parse_page_search(request.args, current_library().tables), fold=None)
    links = Links(asked, language, own={"by": [by.value]} if by else None)
    view = ConcordanceView(current_library(), asked, by, language, current_interface())
    return render_template("concordance.html", view=view, links=links, most=MOST_ARTICLES)
