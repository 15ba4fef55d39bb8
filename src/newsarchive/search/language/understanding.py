"""From whatever a person types to what is searched: nothing typed is an error, and what was changed is told."""

from dataclasses import replace

from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.limits import NAME, cut_text
from newsarchive.search.door import Match, Notice, SearchRequest
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.query import Node
from newsarchive.search.language.question_words import without_question_words

MAX_QUERY_LENGTH = 1000
"""Characters of a query that are read; beyond this it is a text, and costs what a text costs."""


def cut_query(text: str) -> str:
    """The beginning of a query that is read: all of it, or at most `MAX_QUERY_LENGTH` characters, cut between words.

    Runs of spaces don't count: they are not what makes a query long.
    """
    if len(text) <= MAX_QUERY_LENGTH:
        return text
    text = " ".join(text.split())
    if len(text) <= MAX_QUERY_LENGTH:
        return text
    # With the next character one sees whether a word ends just here.
    parts = text[: MAX_QUERY_LENGTH + 1].rsplit(maxsplit=1)
    return parts[0] if len(parts) > 1 else text[:MAX_QUERY_LENGTH]


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_QUERY_LENGTH and len(" ".join(text.split())) > MAX_QUERY_LENGTH


def within_limits(request: SearchRequest) -> SearchRequest:
    """The request with what is too long about it cut: all that shows or repeats a request shows this one.

    The query is cut to what is read of it, and sources and topics as they are in the articles.
    """
    text = cut_query(request.text)
    sources = tuple(cut_text(source, NAME) for source in request.sources)
    topics = tuple(cut_text(topic, NAME) for topic in request.topics)
    if (text, sources, topics) == (request.text, request.sources, request.topics):
        return request
    is_cut = request.is_cut or _is_too_long(request.text)
    return replace(request, text=text, is_cut=is_cut, sources=sources, topics=topics)


def understand(text: str, match: Match = Match.ALL) -> tuple[Node, tuple[Notice, ...]]:
    """The tree of a query, and what a person should be told of how it was made.

    What is not of the language is read as its plain words, and a query that is too long up to its limit.
    """
    notices: tuple[Notice, ...] = ()
    if _is_too_long(text):
        notices += (Notice.QUERY_CUT,)
    text = cut_query(text)
    if text.strip() and not words(text):
        notices += (Notice.NO_WORDS,)
    try:
        node = parse(text, match)
    except QuerySyntaxError:
        node = plain_words(text, match)
        notices += (Notice.PLAIN_WORDS,) if words(text) else ()
    return without_question_words(node), notices
