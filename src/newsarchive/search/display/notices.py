"""The texts of notices, for the pages and the command line."""

from collections.abc import Mapping

from newsarchive.i18n import Message, message
from newsarchive.search.door import Notice, SearchResults
from newsarchive.search.listing import Counted

NOTICE_TEXTS: Mapping[Notice, Message] = {
    Notice.ANY_INSTEAD_OF_ALL: message(
        "notice_any_instead_of_all", "No article contains all of these words. These articles contain some of them."
    ),
    Notice.TRANSLATED_ANY: message(
        "notice_translated_any", "Your words were searched in Arabic, and any of them is enough."
    ),
    Notice.TRANSLATED_WEAKLY: message(
        "notice_translated_weakly",
        "Translations from French are less reliable than those from English, and some words have none.",
    ),
    Notice.PARTS_APART: message(
        "notice_parts_apart",
        "No article contains the parts of what you typed together. These articles contain them apart.",
    ),
    Notice.OR_WORD: message(
        "notice_or_word", "The Arabic word for “or” was read as OR: either of the words around it is enough."
    ),
    Notice.LETTERS_JOINED: message(
        "notice_letters_joined", "The letter that stands alone was read as part of the next word: {values}"
    ),
    Notice.STAR_IGNORED: message(
        "notice_star_ignored",
        "* works only at the end of a word: a leading * was ignored, and a * inside was moved to the end.",
    ),
    Notice.SIGNS_IGNORED: message(
        "notice_signs_ignored", "~ and ^ after a word were ignored: ~ works only after a quoted phrase."
    ),
    Notice.NO_WORDS: message("notice_no_words", "The query contains no words, so all articles are shown."),
    Notice.QUERY_CUT: message("notice_query_cut", "The query is too long, so only its beginning was searched for."),
    Notice.PLAIN_WORDS: message(
        "notice_plain_words", "The query could not be parsed, so it was searched as plain words."
    ),
    Notice.UNREADABLE_DATE: message(
        "notice_unreadable_date", "This date could not be read and was left out of the search: {values}"
    ),
    Notice.UNKNOWN_SOURCE: message("notice_unknown_source", "The archive has no such source: {values}"),
    Notice.UNKNOWN_TOPIC: message("notice_unknown_topic", "The archive has no such topic: {values}"),
    Notice.UNKNOWN_SECTION: message("notice_unknown_section", "The archive has no such section: {values}"),
    Notice.UNKNOWN_AUTHOR: message("notice_unknown_author", "The archive has no such author: {values}"),
    Notice.UNKNOWN_PUBLISHER: message("notice_unknown_publisher", "The archive has no such publisher: {values}"),
    Notice.UNKNOWN_LANGUAGE: message(
        "notice_unknown_language", "The archive has no article in this language: {values}"
    ),
    Notice.UNKNOWN_ADDRESS: message(
        "notice_unknown_address", "The archive has no article from this address or site: {values}"
    ),
}
"""Notice -> text. `{values}` stands for what the notice is about."""


def listed_subjects(results: SearchResults | Counted, notice: Notice, separator: str) -> str:
    """The values that a notice of these results is about."""
    return separator.join(results.subjects.get(notice, ()))
