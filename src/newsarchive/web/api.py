"""The API: what the page of results shows, as JSON. Version 1 only ever gets more keys."""

from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, jsonify, request

from newsarchive.article import to_json
from newsarchive.errors import NewsArchiveError
from newsarchive.search import FacetCount, Hit, SearchResults
from newsarchive.syndication import absolute_uri
from newsarchive.topics import canonical_topics
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import article_address
from newsarchive.web.params import parse_search

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """A page of results, with the parameters of the page for people."""
    chosen_language()  # a language that there is none of is refused here as it is on the page
    return jsonify(_results_json(current_library().search(parse_search(request.args))))


@blueprint.get("/api/v1/articles/<article_id>")
def article(article_id: str) -> Response:
    """An article in the form in which the archive keeps it."""
    form = to_json(current_library().article(article_id))
    # Where a file lay on the server is nobody's business; its name says enough.
    origin = form["origin"]
    if not absolute_uri(origin["location"]):
        origin["location"] = PurePath(origin["location"]).name
    return jsonify(form)


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Whether searches can be answered, for a load balancer; why they cannot is in the log."""
    try:
        return jsonify({"status": "ok", "articles": current_library().status().articles}), 200
    except NewsArchiveError:
        return jsonify({"status": "unavailable"}), 503


def _results_json(results: SearchResults) -> dict[str, Any]:
    interface = current_interface()
    facets = results.facets
    return {
        "total": results.total,
        "took_ms": round(results.took_ms, 3),
        "page": results.request.page,
        "pages": results.pages,
        "notices": [
            {"code": str(notice), "message": interface.text(f"notice_{notice}")} for notice in results.notices
        ],
        "hits": [_hit_json(hit) for hit in results.hits],
        "facets": {
            "source": [_facet_json(count, count.value) for count in facets.source],
            "topic": [_facet_json(count, interface.topic(count.value)) for count in facets.topic],
        },
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    """The address is empty where the article has none that a browser may be sent to."""
    article = hit.article
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url if absolute_uri(article.url) else "",
        "page_url": article_address(article.id),
        "source": article.source,
        "topics": list(canonical_topics(article.topic_names)),
        "published": article.published.isoformat() if article.published else None,
        "lang": article.language,
        "snippet": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
        "score": hit.score,
    }


def _facet_json(facet: FacetCount, label: str) -> dict[str, Any]:
    return {"value": facet.value, "label": label, "count": facet.count}
