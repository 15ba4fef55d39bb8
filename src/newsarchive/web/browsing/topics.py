"""The topics and sections of the archive."""

from collections.abc import Callable, Mapping

from flask import render_template

from newsarchive.search import Facet, FacetCounts, SearchRequest, Spread
from newsarchive.topics import media_topics
from newsarchive.web.browsing.bars import Months
from newsarchive.web.browsing.blueprint import blueprint
from newsarchive.web.browsing.rows import Row, bars_of, span_of
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links

_MOST = 100
"""The most topics of a group; the page of the facet has all of them."""


@blueprint.get("/topics")
def topics() -> str:
    """The IPTC topics, other topics, and sections, with the number of articles that have each."""
    library, interface = current_library(), current_interface()
    links = Links(SearchRequest(), chosen_language())
    of_topics = library.spreads(SearchRequest(), Facet.TOPIC)
    of_sections = library.spreads(SearchRequest(), Facet.SECTION)
    # The spreads don't tell given and assigned topics apart.
    assigned = library.count(SearchRequest()).facets.assigned
    rows = _rows(of_topics, links, interface, lambda name: SearchRequest(topics=(name,)), assigned)
    groups = (
        ("topics_iptc", "topic", [row for name, row in rows.items() if name in media_topics()]),
        ("topics_other", "topic", [row for name, row in rows.items() if name not in media_topics()]),
        (
            "topics_sections",
            "section",
            list(_rows(of_sections, links, interface, lambda name: SearchRequest(sections=(name,))).values()),
        ),
    )
    shown = [
        (title, shown[:_MOST], links.of_search("browsing.facet", facet=facet) if len(shown) > _MOST else "")
        for title, facet, shown in groups
        if shown
    ]
    return render_template("topics.html", groups=shown, links=links)


def _rows(
    spreads: Mapping[str, Spread],
    links: Links,
    interface: Interface,
    asked: Callable[[str], SearchRequest],
    assigned: FacetCounts | None = None,
) -> dict[str, Row]:
    span = Months.of(month for spread in spreads.values() for month in spread.months)
    rows = {}
    for name, spread in spreads.items():
        address = links.results(asked(name))
        count = (assigned or {}).get(name, 0)
        note = interface.text("facet_assigned", count=interface.number(count)) if count else ""
        rows[name] = Row(
            interface.topic(name),
            address,
            spread.total,
            address,
            links.feed_of("feeds.rss", asked(name)),
            span_of(spread, interface),
            bars_of(spread, span, interface),
            note,
        )
    return rows
