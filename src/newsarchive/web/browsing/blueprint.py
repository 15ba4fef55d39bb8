"""The blueprint that the pages for browsing belong to, and what they have in common."""

from flask import Blueprint, render_template

from newsarchive.search import SearchRequest
from newsarchive.web.context import chosen_language
from newsarchive.web.links import Links

blueprint = Blueprint("browsing", __name__)


def missing(heading: str, text: str, offers: list[tuple[str, str]]) -> tuple[str, int]:
    """The page, with status 404, that says what there isn't, and offers what may have been meant: label, address."""
    links = Links(SearchRequest(), chosen_language())
    return render_template("browse_missing.html", links=links, heading=heading, text=text, offers=offers), 404
