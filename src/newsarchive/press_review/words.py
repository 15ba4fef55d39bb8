"""The words of the documents, in every language of the interface."""

import unicodedata
from collections import Counter
from functools import cache

from newsarchive.arabic.direction import text_direction
from newsarchive.i18n import Language, message, table
from newsarchive.i18n.catalogue import translated

_WORDS = table(
    message("review_kind", "Press review"),
    message("review_contents", "Contents"),
    message("review_note", "Note"),
    message("review_source", "Source"),
    message("review_publisher", "Publisher"),
    message("review_authors", "Author"),
    message("review_published", "Published"),
    message("review_undated", "Undated"),
    message("review_untitled", "Untitled"),
    message("review_comma", ", "),
    message("review_cite", "Citation"),
    message("review_original", "Original"),
    message("review_archived", "In the archive"),
    message("review_corrected", "The text was corrected after the article was added. This is the text as it is now."),
    message("review_withdrawn", "This article was withdrawn from the archive on {date}."),
    message("review_withdrawn_title", "Withdrawn article"),
    message("review_missing", "This article is no longer in the archive."),
    message("review_missing_title", "Missing article"),
    message("review_withheld", "The text of this article is not given here."),
    message("review_changed", "Last changed: {date}"),
    message("review_articles", "Articles: {count}"),
    message("review_page", "Page"),
    message("review_empty", "There are no articles in this review yet."),
)


@cache
def _words(language: Language) -> dict[str, str]:
    return {key.removeprefix("review_"): text for key, text in translated(_WORDS, language).items()}


def word(key: str, language: Language, **values: object) -> str:
    """A text in a language. Raises KeyError for an unknown key."""
    text = _words(language)[key]
    return text.format(**values) if values else text


def is_rtl(text: str, language: str) -> bool:
    """Whether a paragraph reads from right to left.

    It does as its letters do. With letters of both directions, it does as its language; if that isn't known, as most
    of its letters.

    >>> is_rtl("COP28: قمة المناخ", "ar"), is_rtl("The word قمح means wheat", "en"), is_rtl("2025", "ar")
    (True, False, True)
    """
    kinds = Counter(map(unicodedata.bidirectional, text))
    rtl, ltr = kinds["R"] + kinds["AL"], kinds["L"]
    direction = text_direction(language)
    if direction == "auto" or not (rtl and ltr):
        return rtl > ltr or (rtl == ltr and direction == "rtl")
    return direction == "rtl"
