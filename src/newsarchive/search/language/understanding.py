"""From any typed text to a query tree: no input is an error, and every change is reported."""

from dataclasses import replace

from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.limits import NAME, cut_text
from newsarchive.search.door import Match, Notice, SearchRequest
from newsarchive.search.language.context import NO_CONTEXT, Context
from newsarchive.search.language.grammar import parse_with_notices, plain_words
from newsarchive.search.language.query import Node, Unreadable, leaves
from newsarchive.search.language.question_words import without_question_words

MAX_QUERY_LENGTH = 1000
"""The maximum length of a query in characters. Longer text would be expensive to search."""


def cut_query(text: str) -> str:
    """Cut a query to at most `MAX_QUERY_LENGTH` characters, between words.

    A run of spaces counts as one space.
    """
    if len(text) <= MAX_QUERY_LENGTH:
        return text
    text = " ".join(text.split())
    if len(text) <= MAX_QUERY_LENGTH:
        return text
    # The next character shows whether a word ends exactly here.
    parts = text[: MAX_QUERY_LENGTH + 1].rsplit(maxsplit=1)
    return parts[0] if len(parts) > 1 else text[:MAX_QUERY_LENGTH]


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_QUERY_LENGTH and len(" ".join(text.split())) > MAX_QUERY_LENGTH


NAMED = ("sources", "topics", "sections", "authors", "publishers", "languages")
"""The parts of a request that are names."""


def within_limits(request: SearchRequest) -> SearchRequest:
    """Return the request with everything cut that is too long; use it wherever the request is displayed or repeated.

    The query is cut to `MAX_QUERY_LENGTH`, and the names of sources, topics and so on are cut as they
    are in the articles.
    """
    text = cut_query(request.text)
    given: dict[str, tuple[str, ...]] = {part: getattr(request, part) for part in NAMED}
    names = {part: tuple(cut_text(name, NAME) for name in values) for part, values in given.items()}
    if text == request.text and names == given:
        return request
    is_cut = request.is_cut or _is_too_long(request.text)
    return replace(request, text=text, is_cut=is_cut, **names)  # type: ignore[arg-type]


def understand(text: str, match: Match = Match.ALL, context: Context = NO_CONTEXT) -> tuple[Node, tuple[Notice, ...]]:
    """Return the tree of a query and the notices for the user.

    A query that can't be parsed is read as its plain words, and a query that is too long is cut.
    `context` says what the archive has, and which day it is.
    """
    notices: tuple[Notice, ...] = ()
    if _is_too_long(text):
        notices += (Notice.QUERY_CUT,)
    text = cut_query(text)
    if text.strip() and not words(text):
        notices += (Notice.NO_WORDS,)
    try:
        node, found = parse_with_notices(text, match, context)
        notices += found
    except QuerySyntaxError:
        node = plain_words(text, match)
        notices += (Notice.PLAIN_WORDS,) if words(text) else ()
    if any(isinstance(leaf, Unreadable) for leaf in leaves(node)):
        notices += (Notice.UNREADABLE_DATE,)
    return without_question_words(node), notices
