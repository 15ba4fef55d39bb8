"""`/healthz`, for load balancers."""

import time

from flask import Response, jsonify

from newsarchive.errors import IndexUnreachable, NewsArchiveError
from newsarchive.subscriptions.status import fetching_health
from newsarchive.web.api.routes import blueprint
from newsarchive.web.context import current_library


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
    except IndexUnreachable:
        return jsonify({"status": "unavailable", "reason": "index_unreachable"}), 503
    except NewsArchiveError:
        return jsonify({"status": "unavailable"}), 503
