"""URLs of pages, articles and feeds that keep the reader's current state."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from flask import request as http_request
from flask import url_for

from newsarchive.article import MAX_ID_LENGTH
from newsarchive.export.format import ExportFormat
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.identity import article_urn
from newsarchive.search import SearchRequest
from newsarchive.site_url import path_segment
from newsarchive.web.params import DEFAULT_LIMIT, HIGHLIGHT_OFF, SEARCH_PARAMETERS, VIEWS, page_args, search_args
from newsarchive.web.paths import article_path, path_of

PAGE_BLUEPRINTS = frozenset(
    {"pages", "stories", "concordance", "revisions", "advanced", "trends", "browsing", "collections"}
    | {"signing_in", "preferences"}
)
"""The blueprints whose pages are in every interface language."""
API_PAGE = "api.page"
"""The page that describes the API, which is in every interface language too."""
_SHORTEST_MONTH = 28
_SAFE = "!$'()*,/:;?@"
"""Characters that `url_for` doesn't percent-encode in a query string; this module does the same."""


class Links:
    """URLs that keep the state of the page: the search, and the language if the URL sets one.

    A page has dozens of links, so each part of a URL is computed only once. An instance serves one
    HTTP request. `own` has the parameters of this page that aren't part of a search. If `compact`, lists
    of results stay compact.
    """

    def __init__(
        self,
        request: SearchRequest,
        language: Language | None,
        *,
        own: Mapping[str, list[str]] | None = None,
        compact: bool = False,
    ) -> None:
        self.request = request
        self.language = language
        self.compact = compact
        self._own = dict(own or {})

    def start(self) -> str:
        """The URL of the start page."""
        return path_of("pages.start") + _query(search_args(SearchRequest(), self.language))

    def results(self, request: SearchRequest) -> str:
        """The URL of the results page for a search request."""
        return self._results(self._page_args(request))

    def results_varied(self, request: SearchRequest) -> Callable[[str, Sequence[str]], str]:
        """A function that returns the URL of the first page of a search with other values of one parameter.

        It gets the parameter's name, and no values for the default. A page has dozens of such links, which differ
        only in this.
        """
        args = self._page_args(replace(request, page=1))
        parts = {name: _encoded(name, args.get(name, ())) for name in (*SEARCH_PARAMETERS, *args)}
        start, search = path_of("pages.start"), path_of("pages.search")

        start, search = path_of("pages.start"), path_of("pages.search")

        def varied(name: str, values: Sequence[str]) -> str:
            given = {other: part for other, part in {**parts, name: _encoded(name, values)}.items() if part}
            path = start if given.keys() <= {"lang", "view"} else search
            return path + "?" + "&".join(given.values()) if given else path

        return varied

    def results_in_view(self, *, compact: bool) -> str:
        """The URL of this page of results as a compact or a full list."""
        args = page_args(self.request, self.language)
        return self._results(args | _view(compact=compact))

    def _results(self, args: Mapping[str, list[str]]) -> str:
        is_start = args.keys() <= {"lang", "view"}
        return path_of("pages.start" if is_start else "pages.search") + _query(args)

    def results_of_days(self, request: SearchRequest) -> Callable[[date, date], str]:
        """What makes the URLs of the first page of a search within days. Charts have a hundred of them."""
        args = page_args(replace(request, page=1, date_from=None, date_to=None), self.language)
        beginning = path_of("pages.search") + (_query(args) + "&" if args else "?")

        def address_of(first: date, last: date) -> str:
            begin, end = _short_dates(first, last)
            return f"{beginning}from={begin}&to={end}"

        return address_of

    def article(self, article_id: str, *, highlight: bool = True) -> str:
        """The URL of an article's page. It includes the search, so that the page can link back."""
        path = article_path("pages.article", article_id)
        if highlight:
            return path + self._state
        return path + _query({**self._page_args(self.request), "highlight": [HIGHLIGHT_OFF]})

    def revisions(self, article_id: str) -> str:
        """The URL of the list of an article's revisions."""
        return url_for("revisions.listed", article_id=article_id) + _query(self._in_language({}))

    def revision(self, article_id: str, number: int) -> str:
        """The URL of a revision of an article."""
        address_of = url_for("revisions.revision", article_id=article_id, number=number)
        return address_of + _query(self._in_language({}))

    def comparison(self, article_id: str, before: int, after: int) -> str:
        """The URL of the comparison of two revisions of an article."""
        path = url_for("revisions.compare", article_id=article_id, before=before, after=after)
        return path + _query(self._in_language({}))

    def advanced(self) -> str:
        """The URL of the advanced form, filled with this search."""
        return path_of("advanced.page") + _query(page_args(replace(self.request, page=1), self.language))

    def story(self, story_id: str) -> str:
        """The URL of the page of a story."""
        return url_for("stories.story", story_id=story_id) + _query(self._in_language({}))

    def stories(self, period: str, day: date) -> str:
        """The URL of the page with the largest stories of a day or week."""
        return path_of("stories.largest") + _query(
            self._in_language({"period": [str(period)], "date": [day.isoformat()]})
        )

    def stories_feed(self, endpoint: str, period: str) -> str:
        """The URL of the feed of the largest stories of the last day or week."""
        return path_of(endpoint) + _query(self._in_language({"period": [str(period)]}))

    def in_language(self, endpoint: str) -> str:
        """The URL of an endpoint without parameters, in the language of the page if the URL sets one."""
        return path_of(endpoint) + _query(self._in_language({}))

    def story_feed(self, endpoint: str, story_id: str) -> str:
        """The URL of the feed of the reports of a story."""
        return url_for(endpoint, story_id=story_id) + _query(self._in_language({}))

    def _in_language(self, args: dict[str, list[str]]) -> dict[str, list[str]]:
        return {**args, "lang": [self.language]} if self.language else args

    def reuse(self) -> str:
        """The URL of the page that finds reused texts."""
        return path_of("pages.reuse") + _query(search_args(SearchRequest(), self.language))

    def concordance(self) -> str:
        """The URL of the concordance of this search."""
        request = replace(self.request, page=1, fold=None)
        return path_of("concordance.page") + _query(page_args(request, self.language))

    def trends(self) -> str:
        """The URL of the page that counts what this search finds over time."""
        request = replace(self.request, page=1, fold=None, sort=None, limit=DEFAULT_LIMIT)
        return path_of("trends.page") + _query(search_args(request, self.language))

    def passages(self, article_id: str) -> str:
        """The URL of the page with the passages that an article shares with others."""
        return url_for("pages.passages", article_id=article_id) + self._state

    def place(self, endpoint: str, args: Mapping[str, list[str]] | None = None, **path: str) -> str:
        """The URL of a page that isn't one of a search, in the language of the page if the URL sets one."""
        at = url_for(endpoint, **path) if path else path_of(endpoint)  # type: ignore[arg-type]
        return at + _query(self._in_language(dict(args or {})))

    def of_search(self, endpoint: str, args: Mapping[str, list[str]] | None = None, **path: str) -> str:
        """The URL of another page about this search, such as that of a facet. `path` must have few combinations."""
        at = path_of(endpoint, **path)
        return at + _query({**self._page_args(replace(self.request, page=1)), **(args or {})})

    def feed_of(self, endpoint: str, request: SearchRequest) -> str:
        """The URL of the feed of another search."""
        return path_of(endpoint) + _query(search_args(subscription(request), self.language))

    def feed(self, endpoint: str) -> str:
        """The URL of the feed with the newest articles of this search."""
        return path_of(endpoint) + self._subscription

    def export(self, form: ExportFormat, args: dict[str, list[str]]) -> str:
        """The URL of an export with these parameters."""
        return path_of("exports.search", ending=form.ending) + _query(args)

    def export_article(self, article_id: str, form: ExportFormat, language: Language) -> str:
        """The URL of the export of an article, with labels in the language of the page."""
        args = {"lang": [language]} if language != LANGUAGES[0] else {}
        return url_for("exports.article", article_id=article_id, ending=form.ending) + _query(args)

    @cached_property
    def _state(self) -> str:
        return _query(self._page_args(self.request))

    def _page_args(self, request: SearchRequest) -> dict[str, list[str]]:
        return page_args(request, self.language) | _view(compact=self.compact)

    @cached_property
    def _subscription(self) -> str:
        return _query(search_args(subscription(self.request), self.language))

    def here_in(self, language: Language) -> str:
        """The URL of this page in another interface language."""
        is_page = http_request.blueprint in PAGE_BLUEPRINTS or http_request.endpoint == API_PAGE
        endpoint = http_request.endpoint if is_page else None
        place = http_request.view_args or {}
        if endpoint is None or any(len(str(value)) > MAX_ID_LENGTH for value in place.values()):
            # No page of ours, so there is none in another language either, and its address may be of any length.
            return address("pages.start", page_args(self.request, language))
        args = page_args(self.request, language) | _view(compact=self.compact)
        return address(endpoint, {**self._own, **args}, **place)

    def hidden_fields(self, *shown: str) -> list[tuple[str, str]]:
        """Hidden form fields that keep the state, except the `shown` fields and the page number.

        A new query may have looser readings again.
        """
        request = replace(self.request, page=1, looser=self.request.looser or "q" in shown)
        args = self._page_args(request)
        return [(name, value) for name, values in args.items() if name not in shown for value in values]


def _view(*, compact: bool) -> dict[str, list[str]]:
    return {"view": [VIEWS[1]]} if compact else {}


def subscription(request: SearchRequest) -> SearchRequest:
    """The part of a search that a feed follows: words and filters, but not the order, the folding and the page."""
    return replace(request, sort=None, page=1, limit=DEFAULT_LIMIT, fold=None)


def address(endpoint: str, args: dict[str, list[str]], *, external: bool = False, **path: Any) -> str:
    """The URL of an endpoint with these parameters. If `external`, it includes scheme and host."""
    return url_for(endpoint, _external=external, **cast(dict[str, Any], args), **path)


def _query(args: Mapping[str, Sequence[str]]) -> str:
    """The query string, encoded as by `url_for`."""
    parameters = [_parameter(name, value) for name, values in args.items() for value in values]
    return "?" + "&".join(parameters) if parameters else ""


@lru_cache(maxsize=2048)
def _short_dates(first: date, last: date) -> tuple[str, str]:
    """The shortest values of `from` and `to` that mean these days: 2025 for a whole year, 2025-04 for a month.

    >>> _short_dates(date(2025, 4, 1), date(2025, 5, 31))
    ('2025-04', '2025-05')
    """
    begin, end = first.isoformat(), last.isoformat()
    if first.day > 1 or last.day < _SHORTEST_MONTH or last.day != monthrange(last.year, last.month)[1]:
        return begin, end
    length = len("YYYY") if (first.month, last.month) == (1, 12) else len("YYYY-MM")
    return begin[:length], end[:length]


def _encoded(name: str, values: Sequence[str]) -> str:
    return "&".join(_parameter(name, value) for value in values)


@lru_cache(maxsize=512)
def _parameter(name: str, value: str) -> str:
    return urlencode([(name, value)], safe=_SAFE)


def article_addresses() -> Callable[[str], str]:
    """What returns `article_address` of an id, also when the request is over, and quickly for thousands."""
    beginning = article_address("0").removesuffix("0")
    return lambda article_id: beginning + path_segment(article_id)


def article_address(article_id: str) -> str:
    """The absolute URL of an article's page, without any state."""
    return url_for("pages.article", article_id=article_id, _external=True)


def unapi_address(article_id: str, form: str) -> str:
    """The URL of an article in a format of citations, for programs."""
    return url_for("unapi.server", id=article_urn(article_id), format=form)
