"""The sources, topics and sections of the archive."""

from flask import request

from newsarchive.i18n import message
from newsarchive.search import SearchRequest
from newsarchive.web.api.description import COUNT, OF_INDEX, STRING, Json, ListOf, Operation, Shape, key
from newsarchive.web.api.forms import topic_form
from newsarchive.web.api.parameters import LANG, MANY, PAGE, parse_many
from newsarchive.web.api.routes import next_address, operation
from newsarchive.web.api.shapes import COUNTED, NEXT, TOPIC
from newsarchive.web.context import current_interface, current_library
from newsarchive.web.params import parse_page

_SOURCES = Shape(
    "Sources",
    {
        "total": key(COUNT, message("api", "the number of sources")),
        "next": NEXT,
        "sources": key(
            ListOf(
                Shape(
                    "Source",
                    {
                        "name": key(STRING, message("api", "a source, in its commonest spelling")),
                        "label": key(STRING, message("api 2", "its name in the language of the response")),
                        "names": key(ListOf(STRING), message("api", "all of its names")),
                        "count": COUNTED,
                    },
                )
            ),
            message("api", "the sources, those with most articles first"),
        ),
    },
)


@operation(
    Operation(
        "sources",
        "/sources",
        message("api", "The sources of the archive"),
        _SOURCES,
        (PAGE, MANY, LANG),
        OF_INDEX,
        tag="names",
    )
)
def sources() -> Json:
    """Return the sources, those with most articles first, a page at a time."""
    library, page, limit = current_library(), parse_page(request.args), parse_many()
    counted = list(library.count(SearchRequest()).facets.source.items())
    names, language = library.tables.sources, current_interface().language
    shown = counted[(page - 1) * limit : page * limit]
    return {
        "total": len(counted),
        "next": next_address({"page": page + 1}) if len(counted) > page * limit else None,
        "sources": [
            {
                "name": name,
                "label": names.label(name, language),
                "names": list(dict.fromkeys((name, *names.names(name)))),
                "count": count,
            }
            for name, count in shown
        ],
    }


_NAMED = {name: TOPIC.keys[name] for name in ("name", "label", "id")}
_TOPICS = Shape(
    "Topics",
    {
        "topics": key(
            ListOf(
                Shape(
                    "CountedTopic",
                    {
                        **_NAMED,
                        "count": COUNTED,
                        "given": key(COUNT, message("api", "how many of these have the topic from the outlet")),
                        "assigned": key(COUNT, message("api", "how many have it by assignment")),
                    },
                )
            ),
            message("api", "the topics, those with most articles first"),
        ),
        "sections": key(
            ListOf(Shape("CountedSection", {**_NAMED, "count": COUNTED})),
            message("api", "the sections, those with most articles first"),
        ),
    },
)


@operation(
    Operation(
        "topics",
        "/topics",
        message("api", "The topics and sections of the archive"),
        _TOPICS,
        (LANG,),
        OF_INDEX,
        tag="names",
    )
)
def topics() -> Json:
    """Return the topics and sections, those with most articles first."""
    facets = current_library().count(SearchRequest()).facets
    return {
        "topics": [
            {
                **topic_form(name),
                "count": count,
                "given": count - facets.assigned.get(name, 0),
                "assigned": facets.assigned.get(name, 0),
            }
            for name, count in facets.topic.items()
        ],
        "sections": [{**topic_form(name), "count": count} for name, count in facets.section.items()],
    }
