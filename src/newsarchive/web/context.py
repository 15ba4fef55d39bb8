"""What a request is answered with: the open library, and the interface in the language that the reader wants."""

from typing import cast

from flask import current_app, g, request

from newsarchive.library import Library
from newsarchive.web.messages import LANGUAGES, Interface, Language
from newsarchive.web.params import InvalidParameter, parse_language

_EXTENSION = "newsarchive"


def bind_library(library: Library) -> dict[str, object]:
    """The entry of `app.extensions` that `current_library` reads."""
    return {_EXTENSION: library}


def current_library() -> Library:
    """The library that the app was made for."""
    return cast(Library, current_app.extensions[_EXTENSION])


def chosen_language() -> Language | None:
    """The language that the URL names, None where it names none. Raises InvalidParameter."""
    return parse_language(request.args)


def current_interface() -> Interface:
    """The interface in the URL's language, else the browser's, else Arabic.

    A language in the URL that there is no interface for does not count here: the error page needs one, too.
    """
    if "interface" not in g:
        g.interface = interface_in(_language_of_url() or _language_of_browser())
    return cast(Interface, g.interface)


def interface_in(language: Language) -> Interface:
    """The interface of this site in a language."""
    return Interface(language, current_app.config["SITE_TITLE"])


def _language_of_url() -> Language | None:
    try:
        return chosen_language()
    except InvalidParameter:
        return None


def _language_of_browser() -> Language:
    return cast(Language, request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0]))
