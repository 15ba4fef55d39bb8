"""The web pages: search results and articles."""

from flask import Blueprint, render_template, request

from newsarchive.article import Article
from newsarchive.errors import SearchError
from newsarchive.search import FURTHER_FACETS, SearchRequest, untranslated
from newsarchive.stories.reuse import MOST_WORDS
from newsarchive.web.article_view import ArticleText, ArticleView
from newsarchive.web.citing_view import CitationView
from newsarchive.web.comparison_view import ComparisonView, in_order_of_publication
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.copies_view import CopiesView
from newsarchive.web.invalid_parameter import InvalidParameter
from newsarchive.web.links import Links
from newsarchive.web.params import is_compact, parse_page_search, wants_highlights
from newsarchive.web.provenance import Provenance
from newsarchive.web.results_view import ResultsView
from newsarchive.web.reuse_view import SHOWN_ARTICLES, SHOWN_ON_ARTICLE, checked_text, quotation, shown
from newsarchive.web.story_view import story_link

blueprint = Blueprint("pages", __name__)


@blueprint.get("/", endpoint="start")
@blueprint.get("/search", endpoint="search")
def search() -> str:
    """The results of a search, or the newest articles if there is no query and no filter."""
    library, args = current_library(), request.args
    asked = parse_page_search(args, library.tables)
    links = Links(asked, chosen_language(), compact=is_compact(args))
    view = ResultsView(library.search(asked, FURTHER_FACETS), links, current_interface())
    return render_template("search.html", view=view, links=links)


@blueprint.get("/article/<article_id>")
def article(article_id: str) -> str:
    """An article. Search parameters in the URL are used for the link back to the results."""
    library = current_library()
    links = _links_back()
    stored = library.article(article_id)
    found = library.tables.renamed(stored)
    service, asked = library.search_service, links.request
    text = ArticleText(
        found,
        asked.text,
        highlight=wants_highlights(request.args),
        context=service.context_of_tables(),
        translate=service.translated if asked.translate else untranslated,
    )
    topics = library.tables.topics_of(found)
    view = ArticleView(found, library.history(article_id), links, current_interface(), text, topics)
    # Not as renamed: the digest is that of the text in the archive.
    cite = CitationView(
        stored, title=view.title, description=view.description, site_title=current_interface().site_title
    )
    copies = CopiesView(found, library, links, current_interface())
    return render_template(
        "article.html",
        view=view,
        article=found,
        links=links,
        cite=cite,
        related=_related(article_id),
        copies=copies,
        provenance=Provenance(found, stored, topics, current_interface()),
        story=story_link(library, article_id, current_interface()),
        quotations=_quotations(found),
    )


def _quotations(article: Article) -> list[tuple[Article, str]]:
    """The first articles that share passages with an article, each with the longest passage."""
    library = current_library()
    reused = library.passages_elsewhere(article.id, SHOWN_ON_ARTICLE)
    return [
        (library.tables.renamed(reuse.article), quotation(article.body, reuse) if reuse.passages else "")
        for reuse in reused.articles
    ]


@blueprint.get("/article/<article_id>/passages")
def passages(article_id: str) -> str:
    """The passages of an article that other articles have, next to each other."""
    library = current_library()
    links = _links_back()
    found = library.tables.renamed(library.article(article_id))
    reused = library.passages_elsewhere(article_id, SHOWN_ARTICLES)
    reuses = shown(found.body, reused, library.tables)
    return render_template("passages.html", article=found, links=links, reuses=reuses, total=reused.total)


@blueprint.get("/reuse")
def reuse() -> str:
    """The form to paste a text into."""
    return _reuse_page("")


@blueprint.post("/reuse", endpoint="reuse_found")
def reuse_found() -> str | tuple[str, int]:
    """The articles that have parts of a pasted text. Nothing of it is stored."""
    text = request.form.get("text", "")
    try:
        checked_text(text)
    except InvalidParameter as problem:  # the reader can correct it: the page has the text still
        return _reuse_page(text, problem=problem), 400
    library = current_library()
    reused = library.passages_in(text, SHOWN_ARTICLES)
    return _reuse_page(text, reuses=shown(text, reused, library.tables), total=reused.total)


def _reuse_page(text: str, **found: object) -> str:
    links = Links(SearchRequest(), chosen_language())
    return render_template("reuse.html", links=links, text=text, most=MOST_WORDS, **found)


def _related(article_id: str) -> tuple[Article, ...]:
    try:
        return current_library().related(article_id)
    except SearchError:  # show the article without related ones
        return ()


def _links_back() -> Links:
    """Links that keep the search that led to the page."""
    language = chosen_language()
    try:
        asked = parse_page_search(request.args, current_library().tables)
    except InvalidParameter:  # show the article without a link back
        return Links(SearchRequest(), language)
    return Links(asked, language, compact=is_compact(request.args))


@blueprint.get("/compare/<article_id>/<other_id>")
def compare(article_id: str, other_id: str) -> str:
    """How the texts of two articles differ, from the one that was published first to the other."""
    library = current_library()
    pair = (library.tables.renamed(library.article(found)) for found in (article_id, other_id))
    before, after = sorted(pair, key=in_order_of_publication)
    view = ComparisonView(before, after, current_interface())
    return render_template("compare.html", view=view, links=Links(SearchRequest(), chosen_language()))
