"""URLs of pages, articles and feeds that keep the reader's current state."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import quote_plus, urlencode

from flask import request as http_request
from flask import url_for
from markupsafe import escape

from newsarchive.article import MAX_ID_LENGTH
from newsarchive.export.format import ExportFormat
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.identity import article_urn
from newsarchive.search import SearchRequest
from newsarchive.site_url import path_segment
from newsarchive.web.params import DEFAULT_LIMIT, HIGHLIGHT_OFF, SEARCH_PARAMETERS, VIEWS, page_args, search_args
from newsarchive.web.paths import PathOf, article_path, paths_of_request

PAGE_BLUEPRINTS = frozenset(
    {"pages", "stories", "concordance", "revisions", "advanced", "trends", "browsing", "collections"}
    | {"signing_in", "preferences"}
)
"""The blueprints whose pages are in every interface language."""
API_PAGE = "api.page"
"""The page that describes the API, which is in every interface language too."""
_SHORTEST_MONTH = 28
_PLACES = {name: place for place, name in enumerate(SEARCH_PARAMETERS)}
"""The places of the parameters of a search in addresses; others come after them."""
_OF_START = frozenset({"lang", "view"})
"""The parameters of the start page."""
_SAFE = "!$'()*,/:;?@"
"""Characters that `url_for` doesn't percent-encode in a query string; this module does the same."""
_ENCODED = re.compile(r"\W+")


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
        return self._path("pages.start") + self._of_language

    def results(self, request: SearchRequest) -> str:
        """The URL of the results page for a search request."""
        if self._is_own(request):
            return self._path("pages.start" if self._args.keys() <= _OF_START else "pages.search") + self._state
        return self._results(self._page_args(request))

    def results_varied(self, request: SearchRequest) -> "Varied":
        """What returns the URL of the first page of a search with other values of one parameter."""
        args = _without(self._args if self._is_own(request) else self._page_args(request), "page")
        return Varied(args, self._path("pages.start"), self._path("pages.search"))

    def results_in_view(self, *, compact: bool) -> str:
        """The URL of this page of results as a compact or a full list."""
        return self._results(_without(self._args, "view") | _view(compact=compact))

    def _results(self, args: Mapping[str, list[str]]) -> str:
        return self._path("pages.start" if args.keys() <= _OF_START else "pages.search") + _query(args)

    def results_of_days(self, request: SearchRequest) -> "AddressOfDays":
        """What makes the URLs of the first page of a search within days. Charts have a hundred of them."""
        if self._is_own(request):
            args = _without(self._args, "page", "from", "to", "view")
        else:
            args = page_args(replace(request, page=1, date_from=None, date_to=None), self.language)
        return AddressOfDays(self._path("pages.search") + (_query(args) + "&" if args else "?"))

    def article(self, article_id: str, *, highlight: bool = True) -> str:
        """The URL of an article's page. It includes the search, so that the page can link back."""
        path = article_path("pages.article", article_id, self._path)
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
        return self._path("advanced.page") + _query(_without(self._args, "page", "view"))

    def story(self, story_id: str) -> str:
        """The URL of the page of a story."""
        return url_for("stories.story", story_id=story_id) + _query(self._in_language({}))

    def stories(self, period: str, day: date) -> str:
        """The URL of the page with the largest stories of a day or week."""
        return self._path("stories.largest") + _query(
            self._in_language({"period": [str(period)], "date": [day.isoformat()]})
        )

    def stories_feed(self, endpoint: str, period: str) -> str:
        """The URL of the feed of the largest stories of the last day or week."""
        return self._path(endpoint) + _query(self._in_language({"period": [str(period)]}))

    def in_language(self, endpoint: str) -> str:
        """The URL of an endpoint without parameters, in the language of the page if the URL sets one."""
        return self._path(endpoint) + self._of_language

    def story_feed(self, endpoint: str, story_id: str) -> str:
        """The URL of the feed of the reports of a story."""
        return url_for(endpoint, story_id=story_id) + _query(self._in_language({}))

    def _in_language(self, args: dict[str, list[str]]) -> dict[str, list[str]]:
        return {**args, "lang": [self.language]} if self.language else args

    def reuse(self) -> str:
        """The URL of the page that finds reused texts."""
        return self._path("pages.reuse") + self._of_language

    def concordance(self) -> str:
        """The URL of the concordance of this search."""
        return self._path("concordance.page") + _query(_without(self._args, "page", "fold", "view"))

    def trends(self) -> str:
        """The URL of the page that counts what this search finds over time."""
        return self._path("trends.page") + _query(self._subscribed)

    def passages(self, article_id: str) -> str:
        """The URL of the page with the passages that an article shares with others."""
        return url_for("pages.passages", article_id=article_id) + self._state

    def place(self, endpoint: str, args: Mapping[str, list[str]] | None = None, **path: str) -> str:
        """The URL of a page that isn't one of a search, in the language of the page if the URL sets one."""
        at = url_for(endpoint, **path) if path else self._path(endpoint)  # type: ignore[arg-type]
        return at + _query(self._in_language(dict(args or {})))

    def of_search(self, endpoint: str, args: Mapping[str, list[str]] | None = None, **path: str) -> str:
        """The URL of another page about this search, such as that of a facet. `path` must have few combinations."""
        at = self._path(endpoint, **path)
        return at + (_query({**_without(self._args, "page"), **args}) if args else self._unpaged)

    def feed_of(self, endpoint: str, request: SearchRequest) -> str:
        """The URL of the feed of another search."""
        return self._path(endpoint) + _for_programs(search_args(subscription(request), self.language))

    def feed(self, endpoint: str) -> str:
        """The URL of the feed with the newest articles of this search."""
        return self._path(endpoint) + self._of_feed

    def exports(self, forms: Iterable[ExportFormat], args: dict[str, list[str]]) -> Iterator[tuple[ExportFormat, str]]:
        """Formats, each with the URL of an export with these parameters."""
        query = _for_programs(args)
        for form in forms:
            yield form, self._path("exports.search", ending=form.ending) + query

    def export_article(self, article_id: str, form: ExportFormat, language: Language) -> str:
        """The URL of the export of an article, with labels in the language of the page."""
        args = {"lang": [language]} if language != LANGUAGES[0] else {}
        return url_for("exports.article", article_id=article_id, ending=form.ending) + _query(args)

    def _is_own(self, request: SearchRequest) -> bool:
        return request is self.request or request == self.request

    @cached_property
    def _path(self) -> PathOf:
        return paths_of_request()

    @cached_property
    def _args(self) -> dict[str, list[str]]:
        """The parameters of this page, in the order of addresses."""
        return self._page_args(self.request)

    @cached_property
    def _of_language(self) -> str:
        return _query(self._in_language({}))

    @cached_property
    def _state(self) -> str:
        return _query(self._args)

    def _page_args(self, request: SearchRequest) -> dict[str, list[str]]:
        return page_args(request, self.language) | _view(compact=self.compact)

    @cached_property
    def _subscribed(self) -> dict[str, list[str]]:
        return _without(self._args, "sort", "page", "limit", "fold", "looser", "view")

    @cached_property
    def _of_feed(self) -> str:
        return _for_programs(self._subscribed)

    @cached_property
    def _unpaged(self) -> str:
        return _query(_without(self._args, "page"))

    def here_in(self, language: Language) -> str:
        """The URL of this page in another interface language."""
        is_page = http_request.blueprint in PAGE_BLUEPRINTS or http_request.endpoint == API_PAGE
        endpoint = http_request.endpoint if is_page else None
        place = http_request.view_args or {}
        if endpoint is None or any(len(str(value)) > MAX_ID_LENGTH for value in place.values()):
            # No page of ours, so there is none in another language either, and its address may be of any length.
            return address("pages.start", page_args(self.request, language))
        args = {**self._own, **self._args_in(language)}
        return address(endpoint, args, **place) if place else self._path(endpoint) + _query(args)

    def _args_in(self, language: Language) -> dict[str, list[str]]:
        if self.language is not None:
            return {**self._args, "lang": [language]}
        return page_args(self.request, language) | _view(compact=self.compact)

    def hidden_fields(self, *shown: str) -> list[tuple[str, str]]:
        """Hidden form fields that keep the state, except the `shown` fields and the page number.

        A new query may have looser readings again.
        """
        left_out = (*shown, "page", "looser") if "q" in shown else (*shown, "page")
        return [(name, value) for name, values in self._args.items() if name not in left_out for value in values]


class Around(NamedTuple):
    """The address of a search without a parameter, and what comes before and after it in an address with it."""

    bare: str
    before: str
    after: str

    def address(self, name: str, values: Sequence[str]) -> str:
        """The address with values of the parameter, or without it."""
        return self.before + _encoded(name, values) + self.after if values else self.bare


class Varied:
    """Makes the URLs of the first page of a search with other values of one parameter: a page has dozens of them."""

    def __init__(self, args: Mapping[str, list[str]], start: str, search: str) -> None:
        self._names = args.keys()
        self._parts = [(_PLACES.get(name, len(_PLACES)), _encoded(name, values)) for name, values in args.items()]
        self._start = start
        self._search = search
        self._known: dict[str, Around] = {}

    def __call__(self, name: str, values: Sequence[str]) -> str:
        """The URL with these values of one of `SEARCH_PARAMETERS`; without values for the default."""
        return self.around(name).address(name, values)

    def around(self, name: str) -> Around:
        """What the addresses with one of `SEARCH_PARAMETERS` have in common."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._around(name)
        return found

    def _around(self, name: str) -> Around:
        at = _PLACES[name]
        before = "&".join([part for place, part in self._parts if place < at])
        after = "&".join([part for place, part in self._parts if place > at])
        others = f"{before}&{after}" if before and after else before or after
        path = self._start if self._names <= {name, *_OF_START} else self._search
        beginning = f"{self._search}?{before}&" if before else f"{self._search}?"
        return Around(path + ("?" + others if others else ""), beginning, f"&{after}" if after else "")


@dataclass(frozen=True, slots=True)
class AddressOfDays:
    """Makes the URLs of the first page of a search within days; they all have the same beginning."""

    beginning: str

    def __call__(self, first: date, last: date) -> str:
        """The URL of the search within the days from `first` to `last`."""
        return self.beginning + dates_in_address(first, last)


def dates_in_address(first: date, last: date) -> str:
    """The parameters of the days from `first` to `last`."""
    begin, end = _short_dates(first, last)
    return f"from={begin}&to={end}"


def _without(args: Mapping[str, list[str]], *names: str) -> dict[str, list[str]]:
    return {name: values for name, values in args.items() if name not in names}


def _view(*, compact: bool) -> dict[str, list[str]]:
    return {"view": [VIEWS[1]]} if compact else {}


def subscription(request: SearchRequest) -> SearchRequest:
    """The part of a search that a feed follows: words and filters, but not the order, the folding and the page."""
    return replace(request, sort=None, page=1, limit=DEFAULT_LIMIT, fold=None)


def address(endpoint: str, args: dict[str, list[str]], *, external: bool = False, **path: Any) -> str:
    """The URL of an endpoint with these parameters. If `external`, it includes scheme and host."""
    return url_for(endpoint, _external=external, **cast(dict[str, Any], args), **path)


def _query(args: Mapping[str, Sequence[str]]) -> str:
    """The query string of a link on a page."""
    parameters = [_parameter(name, value) for name, values in args.items() for value in values]
    return "?" + "&".join(parameters) if parameters else ""


def _for_programs(args: Mapping[str, Sequence[str]]) -> str:
    """The query string of an address that is given to other programs, encoded as by `url_for`."""
    parameters = [(name, value) for name, values in args.items() for value in values]
    return "?" + urlencode(parameters, safe=_SAFE) if parameters else ""


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
    return "&".join([_parameter(name, value) for value in values])


@lru_cache(maxsize=1024)
def _parameter(name: str, value: str) -> str:
    """A parameter of a link on a page, in which letters of all scripts stay: encoded, Arabic is three times as long.

    Browsers encode the rest.
    """
    return f"{name}={_ENCODED.sub(_encode, value)}"


@lru_cache(maxsize=4096)
def escaped_parameter(name: str, value: str) -> str:
    """A parameter of a link as HTML."""
    return str(escape(_parameter(name, value)))


def _encode(found: re.Match[str]) -> str:
    return quote_plus(found[0], safe=_SAFE)


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
