"""The door to search, the query language, and what stands behind the door."""

from newsarchive.search.door import (
    MAX_LIMIT,
    FacetCount,
    Facets,
    Highlighted,
    Hit,
    IndexStatus,
    Match,
    Notice,
    Progress,
    SearchIndex,
    SearchRequest,
    SearchResults,
    Sort,
    UpdateReport,
)

__all__ = [
    "MAX_LIMIT",
    "FacetCount",
    "Facets",
    "Highlighted",
    "Hit",
    "IndexStatus",
    "Match",
    "Notice",
    "Progress",
    "SearchIndex",
    "SearchRequest",
    "SearchResults",
    "Sort",
    "UpdateReport",
]
