"""What a saved search would have sent: a digest of the last days, which the ledger doesn't know of."""

from bisect import bisect_left
from dataclasses import replace

from newsarchive.alerts.matching import folded
from newsarchive.alerts.records import PlannedDigest
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.library import Library
from newsarchive.search import Sort

WEEK = 7


def preview(library: Library, search: SavedSearch, days: int, now: float) -> PlannedDigest:
    """The digest of the articles that arrived in the last days. It may have none. Raises IndexUnusable."""
    since = now - days * 86_400
    request = replace(search.request(library.tables), sort=Sort.ARRIVED)
    ids = library.listing(request).ids
    # They come in order of arrival, the latest first, so only a few need to be read.
    count = bisect_left(ids, True, key=lambda article_id: _arrived(library, article_id) < since)
    recent = list(reversed(ids[:count]))
    return PlannedDigest(search.id, 0, 0, now, len(recent), folded(recent, library.groups)[: search.limit])


def _arrived(library: Library, article_id: str) -> float:
    """When the first revision of an article was archived, in seconds since 1970."""
    first = library.archive.history(article_id)[0]
    return first.archived_at.timestamp() if first.archived_at else 0.0
