"""Texts, dates and numbers in the language of the reader.

A text is declared once, in English, where it is used: `message("page_next", "Next")`. Its translations are in
the gettext catalogues in `locales/`, one folder per language. A language is one catalogue: the folder is all
that has to be added.
"""

from newsarchive.i18n.catalogue import LANGUAGES, Catalogue, catalogue
from newsarchive.i18n.formats import DIGITS, MONTH_NAMES, Calendar, Formats
from newsarchive.i18n.messages import Counted, Language, Message, counted, message, table

__all__ = [
    "DIGITS",
    "LANGUAGES",
    "MONTH_NAMES",
    "Calendar",
    "Catalogue",
    "Counted",
    "Formats",
    "Language",
    "Message",
    "catalogue",
    "counted",
    "message",
    "table",
]
