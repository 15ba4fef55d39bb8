"""Addresses of pages, articles and feeds in the state that a reader is in."""

from dataclasses import replace
from typing import Any, cast

from flask import request as http_request
from flask import url_for

from newsarchive.arabic.date_format import Language
from newsarchive.search import SearchRequest
from newsarchive.web.params import DEFAULT_LIMIT, HIGHLIGHT_OFF, search_args


class Links:
    """Addresses that keep the state of the page: the search, and the language if the URL names one."""

    def __init__(self, request: SearchRequest, language: Language | None) -> None:
        self.request = request
        self.language = language

    def start(self) -> str:
        """The start page."""
        return address("pages.start", search_args(SearchRequest(), self.language))

    def results(self, request: SearchRequest) -> str:
        """The page of results for a request."""
        endpoint = "pages.search" if search_args(request) else "pages.start"
        return address(endpoint, search_args(request, self.language))

    def article(self, article_id: str, *, highlight: bool = True) -> str:
        """The page of an article, with the way back to where the reader came from."""
        args = search_args(self.request, self.language)
        if not highlight:
            args["highlight"] = [HIGHLIGHT_OFF]
        return address("pages.article", args, article_id=article_id)

    def feed(self, endpoint: str) -> str:
        """The feed of the newest articles of this search."""
        return address(endpoint, search_args(subscription(self.request), self.language))

    def here_in(self, language: Language) -> str:
        """This page in a language of the interface."""
        endpoint = http_request.endpoint if http_request.blueprint == "pages" else None
        return address(endpoint or "pages.start", search_args(self.request, language), **(http_request.view_args or {}))

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


def article_address(article_id: str) -> str:
    """The full address of an article's page, without any state."""
    return url_for("pages.article", article_id=article_id, _external=True)
