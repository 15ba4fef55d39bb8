"""The web pages: search results and articles."""

from flask import Blueprint, render_template, request

from newsarchive.article import Article
from newsarchive.errors import SearchError
from newsarchive.search import SearchRequest
from newsarchive.web.article_view import ArticleText, ArticleView
from newsarchive.web.comparison_view import ComparisonView
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.copies_view import CopiesView
from newsarchive.web.links import Links
from newsarchive.web.params import InvalidParameter, parse_page_search, wants_highlights
from newsarchive.web.results_view import ResultsView
from newsarchive.web.story_view import story_link

blueprint = Blueprint("pages", __name__)


@blueprint.get("/", endpoint="start")
@blueprint.get("/search", endpoint="search")
def search() -> str:
    """The results of a search, or the newest articles if there is no query and no filter."""
    links = Links(parse_page_search(request.args, current_library().tables), chosen_language())
    view = ResultsView(current_library().search(links.request), links, current_interface())
    return render_template("search.html", view=view, links=links)


@blueprint.get("/article/<article_id>")
def article(article_id: str) -> str:
    """An article. Search parameters in the URL are used for the link back to the results."""
    language = chosen_language()
    library = current_library()
    links = Links(_search_to_go_back_to(), language)
    found = library.tables.renamed(library.article(article_id))
    context = library.search_service.context_of_tables()
    text = ArticleText(found, links.request.text, highlight=wants_highlights(request.args), context=context)
    topics = library.tables.topics_of(found)
    view = ArticleView(found, library.history(article_id), links, current_interface(), text, topics)
    copies = CopiesView(found, library, links, current_interface())
    return render_template(
        "article.html",
        view=view,
        article=found,
        links=links,
        related=_related(article_id),
        copies=copies,
        story=story_link(library, article_id, current_interface()),
    )


def _related(article_id: str) -> tuple[Article, ...]:
    try:
        return current_library().related(article_id)
    except SearchError:  # show the article without related ones
        return ()


def _search_to_go_back_to() -> SearchRequest:
    try:
        return parse_page_search(request.args, current_library().tables)
    except InvalidParameter:  # show the article without a link back
        return SearchRequest()


@blueprint.get("/compare/<article_id>/<other_id>")
def compare(article_id: str, other_id: str) -> str:
    """How the texts of two articles differ, from the one that was published first to the other."""
    library = current_library()
    pair = (library.tables.renamed(library.article(found)) for found in (article_id, other_id))
    before, after = sorted(pair, key=_published_first)
    view = ComparisonView(before, after, current_interface())
    return render_template("compare.html", view=view, links=Links(SearchRequest(), chosen_language()))


def _published_first(article: Article) -> tuple[bool, str]:
    """Sorts by the day of publication. Undated articles come last, and the order of two of a day is kept."""
    day = article.published_day
    return day is None, day.isoformat() if day else ""
