"""The revisions of an article: the list, each of them as a page, and any two of them compared.

An article that was withdrawn or purged shows no revision at all.
"""

from flask import Blueprint, render_template, request

from newsarchive.article import Article, Record
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.topics import ArticleTopics
from newsarchive.web.article_view import ArticleText
from newsarchive.web.comparison_view import ComparisonView
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.history import changed_fields, listed_revisions
from newsarchive.web.links import Links, article_address
from newsarchive.web.params import parse_text
from newsarchive.web.provenance import Provenance

blueprint = Blueprint("revisions", __name__)


@blueprint.get("/article/<article_id>/revisions")
def listed(article_id: str) -> str | tuple[str, int]:
    """The revisions, the newest first, with a form to compare any two. The form leads here, and on from here."""
    history = _Revisions(current_library(), article_id)
    first, second = parse_text(request.args, "before"), parse_text(request.args, "after")
    if first and second:
        return _compared(history, first, second)
    return _list(history)


@blueprint.get("/article/<article_id>/revisions/<number>")
def revision(article_id: str, number: str) -> str | tuple[str, int]:
    """One revision as it was archived."""
    history = _Revisions(current_library(), article_id)
    shown = history.numbered(number)
    if shown is None:
        return _list(history, missing=number), 404
    links, interface = Links(SearchRequest(), chosen_language()), current_interface()
    entries = listed_revisions(history.records, shown.revision, interface, links)
    return render_template(
        "revision.html",
        article=shown,
        current=history.current,
        newer=history.next_to(shown, 1),
        older=history.next_to(shown, -1),
        entries=entries,
        note=next((entry.note for entry in entries if entry.number == shown.revision), ""),
        text=ArticleText(shown, "", highlight=False),
        canonical=article_address(article_id),
        provenance=Provenance(shown, history.stored(shown), history.topics(shown), interface),
        links=links,
    )


@blueprint.get("/article/<article_id>/compare/<before>/<after>")
def compare(article_id: str, before: str, after: str) -> str | tuple[str, int]:
    """How one revision differs from another, in the order of the address."""
    return _compared(_Revisions(current_library(), article_id), before, after)


class _Revisions:
    """The readable revisions of an article. Raises ArticleNotFound and ArticleWithdrawn."""

    def __init__(self, library: Library, article_id: str) -> None:
        self._library = library
        self.current = library.tables.renamed(library.article(article_id))
        self.records: tuple[Record, ...] = library.history(article_id)
        self._stored = {one.revision: one for one in self.records if isinstance(one, Article)}
        self.articles = [library.tables.renamed(one) for one in self._stored.values()]

    def numbered(self, number: str) -> Article | None:
        """The revision with a number, as an address has it."""
        return next((one for one in self.articles if str(one.revision) == number), None)

    def next_to(self, shown: Article, step: int) -> Article | None:
        """The revision after another, or before it with a step of -1."""
        at = self.articles.index(shown) + step
        return self.articles[at] if 0 <= at < len(self.articles) else None

    def stored(self, shown: Article) -> Article:
        """The revision as the archive has it."""
        return self._stored[shown.revision]

    def topics(self, shown: Article) -> ArticleTopics:
        """The topics of a revision by the current tables."""
        return self._library.tables.topics_of(shown)


def _list(history: _Revisions, *, missing: str = "") -> str:
    links = Links(SearchRequest(), chosen_language())
    current = history.current
    return render_template(
        "revisions.html",
        article=current,
        entries=listed_revisions(history.records, current.revision, current_interface(), links),
        revisions=history.articles,
        missing=missing,
        links=links,
    )


def _compared(history: _Revisions, before: str, after: str) -> str | tuple[str, int]:
    first, second = history.numbered(before), history.numbered(after)
    if first is None or second is None:
        return _list(history, missing=before if first is None else after), 404
    interface = current_interface()
    return render_template(
        "compare_revisions.html",
        view=ComparisonView(first, second, interface, exactly=True),
        fields=changed_fields(first, second, interface),
        current=history.current,
        revisions=history.articles,
        links=Links(SearchRequest(), chosen_language()),
    )
