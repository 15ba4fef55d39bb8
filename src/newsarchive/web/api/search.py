"""Search and completions."""

from flask import request

from newsarchive.i18n import message
from newsarchive.search import SearchResults, results_to_json
from newsarchive.web.api.description import OF_INDEX, STRING, Json, ListOf, Operation, Shape, key
from newsarchive.web.api.forms import brief
from newsarchive.web.api.parameters import BEFORE, LANG, SEARCH, SUGGESTED, Q, fields_parameter, parse_fields
from newsarchive.web.api.routes import next_address, operation
from newsarchive.web.api.shapes import HIT, PAGE_ADDRESS, RESULTS
from newsarchive.web.context import current_interface, current_library
from newsarchive.web.links import article_address
from newsarchive.web.params import parse_search, parse_suggest, with_place

_COMPLETIONS = Shape(
    "Completions",
    {
        "words": key(ListOf(STRING), message("api", "whole queries with the last word completed")),
        "titles": key(
            ListOf(
                Shape(
                    "CompletedTitle",
                    {
                        "id": key(STRING, message("api", "the id of an article with the typed words")),
                        "title": key(STRING, message("api 2", "its title")),
                        "page_url": PAGE_ADDRESS,
                    },
                )
            ),
            message("api", "articles whose titles contain the typed words"),
        ),
    },
)


@operation(
    Operation(
        "search",
        "/search",
        message("api", "Search the articles"),
        RESULTS,
        (*SEARCH, BEFORE, fields_parameter(HIT), LANG),
        (*OF_INDEX, "cursor_gone"),
        text=message(
            "api",
            "The results are exactly what was asked for, without looser readings. Each facet ignores its "
            "own filter. With `sort=arrived` and without `fold`, `next` goes on from the last article of "
            "the page: following it gives every article once while others arrive. `total` and the facets "
            "then count what is left.",
        ),
        fields_of=HIT,
    )
)
def search() -> Json:
    """Return a page of results, with the same parameters as the HTML page.

    A hit's `url` is empty if it isn't a web URL; `page_url` is its page on this site.
    """
    library, fields = current_library(), parse_fields(HIT)
    results = library.search(with_place(parse_search(request.args, tables=library.tables), request.args))
    form = results_to_json(results, current_interface().language, library.tables)
    form["hits"] = [brief(hit, found.article, fields) for hit, found in zip(form["hits"], results.hits, strict=True)]
    for facet in form["facets"]["topic"]:
        facet["name"] = facet["value"]
    form["next"] = _next(results)
    return form


def _next(results: SearchResults) -> str | None:
    """The address of the next page. In order of arrival, it goes on from the last article, so that nothing shifts."""
    if not results.continues:
        return None
    if results.last_arrival is not None:
        return next_address({"before": results.last_arrival, "page": ""})
    return next_address({"page": results.request.page + 1})


@operation(
    Operation(
        "suggest",
        "/suggest",
        message("api", "Complete what was typed"),
        _COMPLETIONS,
        (Q, SUGGESTED),
        OF_INDEX,
    )
)
def suggest() -> Json:
    """Return completions of `q`, the text typed so far: up to `limit` queries and `limit` titles."""
    text, limit = parse_suggest(request.args)
    completions = current_library().complete(text, limit) if text.strip() else ()
    return {
        "words": [item.text for item in completions if not item.article_id],
        "titles": [
            {"id": item.article_id, "title": item.text, "page_url": article_address(item.article_id)}
            for item in completions
            if item.article_id
        ],
    }
