"""Addresses of pages, articles and feeds in the state that a reader is in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from flask import request as http_request
from flask import url_for

from newsarchive.arabic.date_format import Language
from newsarchive.article import MAX_ID_LENGTH
from newsarchive.search import SearchRequest
from newsarchive.web.params import DEFAULT_LIMIT, HIGHLIGHT_OFF, search_args

_SAFE = "!$'()*,/:;?@"
"""What a query may hold as it is, for `url_for` and for here."""


class Links:
    """Addresses that keep the state of the page: the search, and the language if the URL names one.

    A page has dozens of them, so each part of an address is worked out once; it is for one HTTP request only.
    """

    def __init__(self, request: SearchRequest, language: Language | None) -> None:
        self.request = request
        self.language = language
        self._paths: dict[str, str] = {}

    def start(self) -> str:
        """The start page."""
        return self._path("pages.start") + _query(search_args(SearchRequest(), self.language))

    def results(self, request: SearchRequest) -> str:
        """The page of results for a request."""
        args = search_args(request, self.language)
        is_start = not args or args.keys() == {"lang"}
        return self._path("pages.start" if is_start else "pages.search") + _query(args)

    def article(self, article_id: str, *, highlight: bool = True) -> str:
        """The page of an article, with the way back to where the reader came from."""
        path = url_for("pages.article", article_id=article_id)
        if highlight:
            return path + self._state
        return path + _query({**search_args(self.request, self.language), "highlight": [HIGHLIGHT_OFF]})

    def feed(self, endpoint: str) -> str:
        """The feed of the newest articles of this search."""
        return self._path(endpoint) + self._subscription

    @cached_property
    def _state(self) -> str:
        return _query(search_args(self.request, self.language))

    @cached_property
    def _subscription(self) -> str:
        return _query(search_args(subscription(self.request), self.language))

    def _path(self, endpoint: str) -> str:
        path = self._paths.get(endpoint)
        if path is None:
            path = self._paths[endpoint] = url_for(endpoint)
        return path

    def here_in(self, language: Language) -> str:
        """This page in a language of the interface."""
        endpoint = http_request.endpoint if http_request.blueprint == "pages" else None
        place = http_request.view_args or {}
        if endpoint is None or any(len(str(value)) > MAX_ID_LENGTH for value in place.values()):
            # No page of ours, so there is none in another language either, and its address may be of any length.
            return address("pages.start", search_args(self.request, language))
        return address(endpoint, search_args(self.request, language), **place)

    def hidden_fields(self, *shown: str) -> list[tuple[str, str]]:
        """What a form sends along so that the state stays, beside the fields that it shows. Paging starts anew."""
        args = search_args(replace(self.request, page=1), self.language)
        return [(name, value) for name, values in args.items() if name not in shown for value in values]


def subscription(request: SearchRequest) -> SearchRequest:
    """What can be followed of a search: its words and filters, not the order and the page that a reader looks at."""
    return replace(request, sort=None, page=1, limit=DEFAULT_LIMIT)


def address(endpoint: str, args: dict[str, list[str]], *, external: bool = False, **path: Any) -> str:
    """The address of an endpoint with these parameters, `external` with scheme and host."""
    return url_for(endpoint, _external=external, **cast(dict[str, Any], args), **path)


def _query(args: Mapping[str, Sequence[str]]) -> str:
    """The same as `url_for` writes behind a path."""
    parameters = [_parameter(name, value) for name, values in args.items() for value in values]
    return "?" + "&".join(parameters) if parameters else ""


@lru_cache(maxsize=512)
def _parameter(name: str, value: str) -> str:
    return urlencode([(name, value)], safe=_SAFE)


def article_address(article_id: str) -> str:
    """The full address of an article's page, without any state."""
    return url_for("pages.article", article_id=article_id, _external=True)
