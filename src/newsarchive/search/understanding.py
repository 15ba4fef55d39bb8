"""From whatever a person types to what is searched: nothing typed is an error, and what was changed is told."""

from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import Match, Notice
from newsarchive.search.grammar import parse, plain_words
from newsarchive.search.query import Node
from newsarchive.search.question_words import without_question_words

MAX_QUERY_LENGTH = 1000
"""Characters of a query that are read; beyond this it is a text, and costs what a text costs."""


def understand(text: str, match: Match = Match.ALL) -> tuple[Node, tuple[Notice, ...]]:
    """The tree of a query, and what a person should be told of how it was made.

    What is not of the language is read as its plain words, and a query that is too long up to its limit.
    """
    notices: tuple[Notice, ...] = ()
    if len(text) > MAX_QUERY_LENGTH:
        # Spaces do not count: they are not what makes a query long.
        text = " ".join(text.split())
    if len(text) > MAX_QUERY_LENGTH:
        text = text[: MAX_QUERY_LENGTH + 1].rsplit(maxsplit=1)[0][:MAX_QUERY_LENGTH]
        notices += (Notice.QUERY_CUT,)
    if text.strip() and not words(text):
        notices += (Notice.NO_WORDS,)
    try:
        node = parse(text, match)
    except QuerySyntaxError:
        node = plain_words(text, match)
        notices += (Notice.PLAIN_WORDS,) if words(text) else ()
    return without_question_words(node), notices
