"""The parameters of an export: parse a URL into what is asked for, and back."""

from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from newsarchive.i18n import Language
from newsarchive.search import Match, Notice, SearchRequest, SearchResults
from newsarchive.tables import Tables
from newsarchive.web.params import (
    DEFAULT_LIMIT,
    NO,
    SEARCH_PARAMETERS,
    YES,
    parse_choice,
    parse_count,
    parse_search,
    search_args,
)

_OF_SEARCH = tuple(name for name in SEARCH_PARAMETERS if name not in ("fold", "page", "limit"))
REVISIONS = ("latest", "all")
"""The values of `revisions`, the default first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is asked for. `most` is the number of articles, None for all."""

    search: SearchRequest = field(default_factory=SearchRequest)
    most: int | None = None
    all_revisions: bool = False
    has_texts: bool = True
    bom: bool = True


def parse_export(args: MultiDict[str, str], tables: Tables) -> Asked:
    """Parse the parameters of an export of a search. Page and folding don't matter. Raises InvalidParameter."""
    of_search = MultiDict((name, value) for name in _OF_SEARCH for value in args.getlist(name))
    is_looser = parse_choice(args, "looser", (NO, YES)) == YES
    search = replace(parse_search(of_search, tables=tables), looser=is_looser, fold=None)
    return replace(parse_giving(args), search=search, most=parse_count(args, "limit"))


def parse_giving(args: MultiDict[str, str]) -> Asked:
    """Parse the parameters that say how articles are given. Raises InvalidParameter."""
    return Asked(
        all_revisions=parse_choice(args, "revisions", REVISIONS) == "all",
        has_texts=parse_choice(args, "text", (YES, NO)) == YES,
        bom=parse_choice(args, "bom", (YES, NO)) == YES,
    )


def export_args(results: SearchResults, language: Language | None) -> dict[str, list[str]]:
    """The parameters of the export of all articles that these results are a page of."""
    request = replace(results.request, page=1, limit=DEFAULT_LIMIT, fold=None)
    args = search_args(request, language)
    looser = (Notice.ANY_INSTEAD_OF_ALL, Notice.PARTS_APART)
    is_looser = request.match is Match.ALL and any(notice in results.notices for notice in looser)
    return {**args, "looser": [YES]} if is_looser else args
