"""The page `/trends`: how much was written over time, as a chart, a table and a CSV file."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from newsarchive.export.cells import cell
from newsarchive.research.periods import Per
from newsarchive.research.trends import MOST_QUERIES, MOST_STORY_ARTICLES, Measure, Trends, days_within, trends
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.file_names import attachment, file_name
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.links import Links
from newsarchive.web.params import parse_choice, parse_search, parse_texts
from newsarchive.web.trends_view import AUTO, BY, PERS, Asked, TrendsView

blueprint = Blueprint("trends", __name__)

_BOM = "\ufeff"
COLUMNS = ("query", "source", "period", "from", "to", "articles", "all_articles", "share", "stories")
"""The columns of the CSV file."""
_FILTERS = ("match", "translate", "source", "topic", "section", "topics", "from", "to")


@blueprint.get("/trends")
def page() -> str:
    """The chart and the table, with the form to change them."""
    language, asked = chosen_language(), _asked()
    links = Links(asked.filters, language, own=asked.own_args)
    view = TrendsView(_counted(asked), asked, links, current_interface(), language)
    counted = current_library().count(replace(asked.filters, sources=(), topics=()))
    return render_template(
        "trends.html",
        view=view,
        links=links,
        facets=counted.facets,
        pers=PERS,
        measures=Measure,
        most_stories=MOST_STORY_ARTICLES,
    )


@blueprint.get("/trends.csv")
def table() -> Response:
    """The numbers of the chart, one row for each series and period."""
    asked = _asked()
    out = StringIO()
    out.write(_BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(_counted(asked)))
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    about = current_interface().text("trends_title", queries=current_interface().text("comma").join(asked.queries))
    response.headers["Content-Disposition"] = attachment(file_name(about, datetime.now(UTC).date(), "csv"))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _rows(counted: Trends) -> Iterator[tuple[str, ...]]:
    for series in counted.series:
        for point in series.points:
            first, last = days_within(series.request, point.period)
            yield (
                cell(series.query),
                cell(series.source or ""),
                point.period.key,
                first.isoformat(),
                last.isoformat(),
                str(point.count),
                str(point.all),
                f"{point.share:.6f}".rstrip("0").rstrip(".") if point.is_known(Measure.SHARE) else "",
                "" if point.stories is None else str(point.stories),
            )


def _asked() -> Asked:
    """What the URL asks for. Raises InvalidParameter."""
    args = request.args
    queries = tuple(dict.fromkeys(parse_texts(args, "q")))
    if len(queries) > MOST_QUERIES:
        raise InvalidParameter("q", str(len(queries)), Problem.VALUES, [str(MOST_QUERIES)])
    given = MultiDict((name, value) for name in _FILTERS for value in args.getlist(name))
    return Asked(
        queries,
        parse_search(given, tables=current_library().tables),
        parse_choice(args, "per", PERS),
        Measure(parse_choice(args, "measure", tuple(Measure))),
        bool(parse_choice(args, "by", BY)),
    )


def _counted(asked: Asked) -> Trends:
    return trends(
        current_library(),
        asked.filters,
        asked.queries or ("",),
        per=None if asked.per == AUTO else Per(asked.per),
        measure=asked.measure,
        by_source=asked.by_source,
    )
