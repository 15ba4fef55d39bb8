"""The JSON API. Within version 1, keys are only ever added."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.http import generate_etag

from newsarchive.article import to_json
from newsarchive.errors import ArticleNotFound, NewsArchiveError
from newsarchive.search import article_to_json, assigned_to_json, results_to_json, reused_to_json
from newsarchive.stories.reuse import MOST_ARTICLES, Reused
from newsarchive.stories.story_queries import StoryInfo
from newsarchive.subscriptions.status import fetching_health
from newsarchive.syndication import absolute_uri
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import article_address
from newsarchive.web.params import (
    SEARCH_PARAMETERS,
    check_names,
    parse_days_of_stories,
    parse_limit,
    parse_search,
    parse_suggest,
)
from newsarchive.web.reuse_view import checked_text

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def search() -> Response:
    """Return a page of results, with the same parameters as the HTML page.

    A hit's `url` is empty if it isn't a web URL; `page_url` is its page on this site.
    """
    check_names(request.args, (*SEARCH_PARAMETERS, "lang"))
    chosen_language()  # rejects an unsupported language, as the page does
    tables = current_library().tables
    results = current_library().search(parse_search(request.args, tables=tables))
    form = results_to_json(results, current_interface().language, tables)
    for hit in form["hits"]:
        _set_addresses(hit)
    return _answer_timed(form)


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Return completions of `q`, the text typed so far: up to `limit` queries and `limit` titles."""
    check_names(request.args, ("q", "limit"))
    text, limit = parse_suggest(request.args)
    completions = current_library().complete(text, limit) if text.strip() else ()
    return jsonify(
        {
            "words": [item.text for item in completions if not item.article_id],
            "titles": [
                {"id": item.article_id, "title": item.text, "page_url": article_address(item.article_id)}
                for item in completions
                if item.article_id
            ],
        }
    )


@blueprint.get("/api/v1/articles/<article_id>")
def article(article_id: str) -> Response:
    """Return an article in its archive form and its topics, without data that must not leave the server."""
    check_names(request.args, ())
    found = current_library().article(article_id)
    topics = current_library().tables.topics_of(found)
    form = {**to_json(found), "given_topics": list(topics.given), **assigned_to_json(topics)}
    if not _web_url(form.get("url", "")):
        form.pop("url", None)
    origin = form["origin"]
    if not _web_url(origin["location"]):
        # The path of a file on the server is private; its name is enough.
        origin["location"] = PurePath(origin["location"]).name
    return jsonify(form)


@blueprint.get("/api/v1/articles/<article_id>/related")
def related(article_id: str) -> Response:
    """Return the related articles of an article, most related first, with the article fields of a hit."""
    check_names(request.args, ())
    tables = current_library().tables
    listed = [article_to_json(found, tables) for found in current_library().related(article_id)]
    for form in listed:
        _set_addresses(form)
    return jsonify({"id": article_id, "related": listed})


@blueprint.get("/api/v1/articles/<article_id>/copies")
def copies(article_id: str) -> Response:
    """Return the articles with nearly the same text, in order of publication, with the article fields of a hit."""
    check_names(request.args, ())
    library = current_library()
    library.article(article_id)  # raises ArticleNotFound
    listed = _listed([copy.id for copy in library.groups.copies_of(article_id)])
    return jsonify({"id": article_id, "copies": listed})


@blueprint.get("/api/v1/stories")
def stories() -> Response:
    """Return the stories with most articles of the days from `from` to `to`, at most `limit`."""
    check_names(request.args, ("from", "to", "limit"))
    library, groups = current_library(), current_library().groups
    last = groups.last_day(library.search_service.today()) or library.search_service.today()
    first, last, limit = parse_days_of_stories(request.args, last)
    found = groups.stories(first, last, limit)
    return jsonify(
        {"from": first.isoformat(), "to": last.isoformat(), "stories": [_story_form(info) for info in found]}
    )


@blueprint.get("/api/v1/stories/<story_id>")
def story(story_id: str) -> Response:
    """Return a story with the article fields of its reports, in order of publication."""
    check_names(request.args, ())
    info = current_library().groups.story(story_id)
    if info is None:
        raise ArticleNotFound(story_id)
    return jsonify({**_story_form(info), "articles": _listed([report.id for report in info.reports])})


def _story_form(info: StoryInfo) -> dict[str, Any]:
    library = current_library()
    central = library.archive.get_many([info.central]).get(info.central)
    return {
        "id": info.id,
        "title": central.title if central else "",
        "count": len(info.reports),
        "sources": len(info.sources),
        "first": _moment(info.first.published),
        "last": _moment(info.last.published),
        "page_url": url_for("stories.story", story_id=info.id, _external=True),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _listed(ids: Sequence[str]) -> list[dict[str, Any]]:
    """The article fields of a hit, of the articles that can be shown."""
    library = current_library()
    found = library.archive.get_many(ids)
    listed = [article_to_json(library.tables.renamed(found[one]), library.tables) for one in ids if one in found]
    for form in listed:
        _set_addresses(form)
    return listed


@blueprint.post("/api/v1/reuse")
def reuse() -> Response:
    """Return the articles that have parts of a text, the earliest first.

    The text is the form field `text`, or the body if its type is `text/plain`. It isn't stored.
    """
    check_names(request.args, ("limit",))
    limit = parse_limit(request.args, MOST_ARTICLES)
    is_plain = request.mimetype == "text/plain"
    text = request.get_data().decode("utf-8", "replace") if is_plain else request.form.get("text", "")
    return jsonify(_reuse_form(current_library().groups.passages_in(checked_text(text), limit)))


@blueprint.get("/api/v1/articles/<article_id>/passages")
def passages(article_id: str) -> Response:
    """Return the articles that share passages with an article, the earliest first."""
    check_names(request.args, ("limit",))
    limit = parse_limit(request.args, MOST_ARTICLES)
    current_library().article(article_id)  # raises ArticleNotFound or ArticleWithdrawn
    return jsonify({"id": article_id, **_reuse_form(current_library().groups.passages_elsewhere(article_id, limit))})


def _reuse_form(reused: Reused) -> dict[str, Any]:
    form = reused_to_json(reused)
    for found in form["articles"]:
        _set_addresses(found)
    return form


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Report whether searches work, for a load balancer; `newsarchive stats` says why they don't.

    Stalled fetching is named, but it is no reason to send readers elsewhere.
    """
    library = current_library()
    try:
        articles = library.status().articles
        fetching = fetching_health(library.archive.folder, time.time())
        return jsonify({"status": "ok", "articles": articles, "fetching": fetching}), 200
    except NewsArchiveError:
        return jsonify({"status": "unavailable"}), 503


def _answer_timed(form: dict[str, Any]) -> Response:
    """A response whose ETag ignores `took_ms`. The ETag is weak, because the bytes do differ."""
    response = jsonify(form)
    untimed = jsonify({key: value for key, value in form.items() if key != "took_ms"})
    response.set_etag(generate_etag(untimed.get_data()), weak=True)
    return response


def _set_addresses(form: dict[str, Any]) -> None:
    form["url"] = _web_url(form["url"])
    form["page_url"] = article_address(form["id"])


def _web_url(url: str) -> str:
    return url if absolute_uri(url) else ""
