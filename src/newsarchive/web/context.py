"""The context of a request: the open library, and the interface in the reader's language."""

from contextlib import suppress
from datetime import tzinfo
from functools import lru_cache
from typing import cast

from flask import current_app, g, request

from newsarchive.errors import SearchError
from newsarchive.i18n import LANGUAGES, Formats, Language
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.sources import SourceTable
from newsarchive.web.interface import Interface
from newsarchive.web.invalid_parameter import InvalidParameter
from newsarchive.web.params import parse_language
from newsarchive.web.preferences import FORMATS, Preferences, current_preferences
from newsarchive.web.readers import current_gate, current_reader

STARTED = "STARTED"
"""The key in `app.config` of the time when the app was created: settings and tables don't change after it."""


def current_library() -> Library:
    """The library as the reader of this request sees it: nothing that is read from it has to be hidden."""
    return current_gate().library_of(current_reader())


def chosen_language() -> Language | None:
    """The language set by the URL, or None. Raises InvalidParameter."""
    return parse_language(request.args)


def current_interface() -> Interface:
    """The interface in the URL's language, else the one that the reader chose, else the browser's, else Arabic.

    An unsupported language in the URL is ignored here, because the error page needs an interface
    too.
    """
    if "interface" not in g:
        wanted = current_preferences()
        language = _language_of_url() or wanted.language or _language_of_browser()
        g.interface = interface_in(language, wanted)
    return cast(Interface, g.interface)


def use_interface(interface: Interface) -> None:
    """Give this request another interface than `current_interface` would choose."""
    g.interface = interface


def interface_in(language: Language, preferences: Preferences | None = None) -> Interface:
    """The interface of this site in the given language, as the site writes dates and numbers unless a reader chose."""
    library = current_library()
    chosen = preferences or Preferences(current_app.config[FORMATS])
    zone = chosen.zone or library.search_service.timezone
    return _interface(language, current_app.config["SITE_TITLE"], library.tables.sources, zone, chosen.formats)


@lru_cache(maxsize=64)
def _interface(
    language: Language, title: str | None, sources: SourceTable, zone: tzinfo, formats: Formats
) -> Interface:
    """An interface, made once for all requests of readers with the same choices."""
    return Interface(language, title, sources=sources, zone=zone, formats=formats)


def archive_is_empty() -> bool:
    """Whether the archive has no article to show. False if there is no index to ask."""
    with suppress(SearchError):
        return not current_library().count(SearchRequest()).total
    return False


def _language_of_url() -> Language | None:
    try:
        return chosen_language()
    except InvalidParameter:
        return None


def _language_of_browser() -> Language:
    # Not best_match: for `ar-EG,en;q=0.8` it prefers the exact match `en` to `ar`.
    for tag, quality in request.accept_languages:
        for language in LANGUAGES:
            if quality > 0 and tag.partition("-")[0].lower() == language:
                return language
    return LANGUAGES[0]
