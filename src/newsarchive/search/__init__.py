"""The door to search, the query language, and what stands behind the door."""

from newsarchive.search.concordance import MOST_WIDTH, WIDTH, Concordance, ConcordanceLine, Neighbour
from newsarchive.search.display.json_form import (
    article_to_json,
    assigned_to_json,
    results_to_json,
    reused_to_json,
)
from newsarchive.search.display.notices import NOTICE_TEXTS, listed_subjects
from newsarchive.search.display.snippets import Translate, highlight_article, untranslated
from newsarchive.search.door import (
    FURTHER_FACETS,
    MAX_LIMIT,
    Arrival,
    Completion,
    Expansion,
    Facet,
    FacetCounts,
    Facets,
    Fold,
    Folded,
    Hit,
    Match,
    Notice,
    Reason,
    SearchRequest,
    SearchResults,
    Sort,
    Spread,
    TranslatedForm,
    TranslatedWord,
)
from newsarchive.search.highlighted import Highlighted
from newsarchive.search.index_reports import PATIENCE, IndexStatus, Progress, UpdateReport
from newsarchive.search.language.context import NO_CONTEXT, Context
from newsarchive.search.language.date_ranges import parse_period
from newsarchive.search.language.query_form import QueryForm, can_be_parsed, read_back, written
from newsarchive.search.language.spellings import load_spellings
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, within_limits
from newsarchive.search.listing import Counted, Listing
from newsarchive.search.service import SearchService

__all__ = [
    "FURTHER_FACETS",
    "MAX_LIMIT",
    "MAX_QUERY_LENGTH",
    "MOST_WIDTH",
    "NOTICE_TEXTS",
    "NO_CONTEXT",
    "PATIENCE",
    "WIDTH",
    "Arrival",
    "Completion",
    "Concordance",
    "ConcordanceLine",
    "Context",
    "Counted",
    "Expansion",
    "Facet",
    "FacetCounts",
    "Facets",
    "Fold",
    "Folded",
    "Highlighted",
    "Hit",
    "IndexStatus",
    "Listing",
    "Match",
    "Neighbour",
    "Notice",
    "Progress",
    "QueryForm",
    "Reason",
    "SearchRequest",
    "SearchResults",
    "SearchService",
    "Sort",
    "Spread",
    "Translate",
    "TranslatedForm",
    "TranslatedWord",
    "UpdateReport",
    "article_to_json",
    "assigned_to_json",
    "can_be_parsed",
    "highlight_article",
    "listed_subjects",
    "load_spellings",
    "parse_period",
    "read_back",
    "results_to_json",
    "reused_to_json",
    "untranslated",
    "within_limits",
    "written",
]
