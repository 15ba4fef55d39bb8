"""How many articles queries find by day, week, month or year."""

from dataclasses import replace

from flask import request
from werkzeug.datastructures import MultiDict

from newsarchive.i18n import message
from newsarchive.research.periods import Per
from newsarchive.research.trends import Point, counts_by_period
from newsarchive.web.api.description import (
    COUNT,
    NUMBER,
    OF_INDEX,
    STRING,
    Json,
    ListOf,
    Operation,
    Shape,
    key,
    one_of,
)
from newsarchive.web.api.parameters import FILTERS, MATCH, PER, PERIODS, QUERIES, TRANSLATE, parse_per, parse_queries
from newsarchive.web.api.routes import operation
from newsarchive.web.api.shapes import COUNTED
from newsarchive.web.context import current_library
from newsarchive.web.params import parse_search

_PERIOD = key(
    STRING,
    message("api", "the day `2025-04-21`, the ISO week `2025-W17`, the month `2025-04` or the year `2025`"),
)
_TRENDS = Shape(
    "Trends",
    {
        "per": key(one_of(*PERIODS), message("api", "the period that is counted by")),
        "totals": key(
            ListOf(Shape("PeriodTotal", {"period": _PERIOD, "count": COUNTED})),
            message("api", "all articles that pass the filters, for each period that has any"),
        ),
        "series": key(
            ListOf(
                Shape(
                    "Trend",
                    {
                        "query": key(STRING, message("api", "a query")),
                        "total": key(COUNT, message("api", "how many dated articles it finds")),
                        "counts": key(
                            ListOf(
                                Shape(
                                    "PeriodCount",
                                    {
                                        "period": _PERIOD,
                                        "count": COUNTED,
                                        "share": key(
                                            NUMBER,
                                            message("api", "their share of all articles of the period, from 0 to 1"),
                                        ),
                                    },
                                )
                            ),
                            message("api", "the same periods as in `totals`"),
                        ),
                    },
                )
            ),
            message("api", "the counts of each query"),
        ),
    },
)


@operation(
    Operation(
        "trends",
        "/trends",
        message("api", "Numbers of articles over time"),
        _TRENDS,
        (QUERIES, MATCH, TRANSLATE, *FILTERS, PER),
        OF_INDEX,
        tag="names",
        text=message("api", "Up to 10 queries. Articles with a date are counted, by their day of publication."),
    )
)
def trends() -> Json:
    """Return the counts of queries by period, and their shares of all articles that pass the filters."""
    library, per, queries = current_library(), Per(parse_per()), parse_queries()
    filters = [(one.name, value) for one in (MATCH, TRANSLATE, *FILTERS) for value in request.args.getlist(one.name)]
    asked = parse_search(MultiDict(filters), tables=library.tables)
    totals = counts_by_period(library, asked, per)
    series = []
    for query in queries:
        counts = counts_by_period(library, replace(asked, text=query), per) if query else totals
        series.append(
            {
                "query": query,
                "total": sum(counts.values()),
                "counts": [_point(Point(period, counts.get(period, 0), total)) for period, total in totals.items()],
            }
        )
    return {
        "per": per.value,
        "totals": [{"period": period.key, "count": count} for period, count in totals.items()],
        "series": series,
    }


def _point(point: Point) -> Json:
    return {"period": point.period.key, "count": point.count, "share": round(point.share, 6)}
