"""The page about the subscriptions and the metrics, which settings turn on."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, render_template, request

from newsarchive.errors import NewsArchiveError
from newsarchive.search import SearchRequest
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.status import FeedStatus, Health, load_statuses, load_totals, stalled
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.links import Links
from newsarchive.web.params import check_names
from newsarchive.web.subscriptions_view import SubscriptionsView

page = Blueprint("subscriptions", __name__)
metrics = Blueprint("metrics", __name__)

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@page.get("/subscriptions")
def subscriptions() -> str:
    """The feeds with their health, last success, last error, next time and articles per week."""
    check_names(request.args, ("lang",))
    language = chosen_language()
    now = time.time()
    listed = _statuses(now)
    stall = stalled(listed, load_totals(current_library().archive.folder), now)
    view = SubscriptionsView(listed, current_interface(), is_stalled=bool(stall))
    return render_template("subscriptions.html", view=view, links=Links(SearchRequest(), language))


@metrics.get("/metrics")
def prometheus() -> Response:
    """Counts for Prometheus, in its text format."""
    check_names(request.args, ())
    return Response("".join(_lines()), content_type=_METRICS_TYPE)


def _statuses(now: float) -> tuple[FeedStatus, ...]:
    # Addresses keep their placeholders, and errors are stored without secrets, so none is needed here.
    return load_statuses(current_library().archive.folder, FeedSecrets(environment={}), now)


def _lines() -> Iterator[str]:
    library = current_library()
    try:
        articles, works = library.status().articles, 1
    except NewsArchiveError:
        articles, works = 0, 0
    yield from _metric("index_up", "gauge", "Whether searches can be answered.", {"": works})
    yield from _metric("articles", "gauge", "Articles in the index.", {"": articles})
    totals = load_totals(library.archive.folder)
    health = Counter(one.health for one in _statuses(time.time()))
    by_health = {f'{{health="{kind.value}"}}': health[kind] for kind in Health}
    yield from _metric("feeds", "gauge", "Subscriptions by how they are doing.", by_health)
    last = totals.get("last_round", 0)
    yield from _metric("fetch_last_round_timestamp_seconds", "gauge", "When the last round ended.", {"": last})
    yield from _metric("fetch_rounds_total", "counter", "Rounds of fetching.", {"": totals.get("rounds", 0)})
    for prefix, name, label, text in _COUNTERS:
        values = {
            f'{{{label}="{key.removeprefix(prefix)}"}}': value
            for key, value in totals.items()
            if key.startswith(prefix)
        }
        yield from _metric(name, "counter", text, values)


_COUNTERS = (
    ("feeds_", "feed_fetches_total", "outcome", "Fetches of feeds by outcome."),
    ("articles_", "feed_articles_total", "verdict", "Articles of feeds by what became of them."),
    ("pages_", "page_failures_total", "outcome", "Pages of entries without a full text."),
    ("full_", "page_texts_total", "outcome", "Pages of entries with a full text."),
)
"""What totals begin with, the metric that they are, its label, and its description."""


def _metric(name: str, kind: str, text: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP newsarchive_{name} {text}\n# TYPE newsarchive_{name} {kind}\n"
    for labels, value in values.items():
        yield f"newsarchive_{name}{labels} {value:.15g}\n"
