"""A chunk of a query: what was typed without a space, such as كوفيد-19, 3.5, #درع_الخليج or 20/4

Its parts belong together, so they are searched as a phrase: by their stems, or after `=` in exactly
these forms. A missing space after a comma or at the end of a sentence separates parts all the same.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsarchive.arabic.months import month_number
from newsarchive.arabic.tokens import words
from newsarchive.search.door import Notice
from newsarchive.search.language.particles import may_be_dropped, without_year_marks
from newsarchive.search.language.query import AllOf, Form, Node, Phrase, Scope, Word

_SEPARATOR = re.compile(r"[؛؟!…—;?]|(?<!\d)[،,]|[،,](?!\d)")
_RANKING_SIGN = re.compile(r"(?<=[\w*])[~^][\d.]*$")
_STAR_INSIDE = re.compile(r"(?<=\w)\*+(?=\w)")
_POSSESSIVE = re.compile(r"\w['’]s$", re.IGNORECASE)


@lru_cache(maxsize=5_000)
def chunk_nodes(chunk: str, scope: Scope) -> tuple[tuple[Node, ...], tuple[Notice, ...]]:
    """Return the nodes for a chunk, usually one, and what the user should know about its signs."""
    body, notices = _without_unknown_signs(chunk)
    is_prefix = body.endswith("*")
    form = Form.EXACT if body.startswith("=") else Form.STEM
    pieces = [piece for piece in _SEPARATOR.split(body) if words(piece)]
    nodes = [node for piece in pieces[: len(pieces) - is_prefix] for node in _piece(piece, form, scope)]
    if is_prefix and pieces:
        nodes.append(_prefix(pieces[-1], form, scope))
    return tuple(nodes), notices if nodes else ()


def _without_unknown_signs(chunk: str) -> tuple[str, tuple[Notice, ...]]:
    """The chunk without the signs of other query languages: *word, wo*rd, word~2, word^3."""
    notices = []
    body = _RANKING_SIGN.sub("", chunk)
    if body != chunk:
        notices.append(Notice.SIGNS_IGNORED)
    sign = "=" if body.startswith("=") else ""
    bare = body.removeprefix("=")
    inside = _STAR_INSIDE.search(bare)
    if inside is not None and not bare.startswith("*"):
        bare = bare[: inside.start()] + "*"
    starless = bare.lstrip("*")
    if inside is not None or starless != bare:
        notices.append(Notice.STAR_IGNORED)
    return sign + starless, tuple(notices)


def _prefix(piece: str, form: Form, scope: Scope) -> Node:
    """The last word by its beginning, the words before it as usual."""
    *before, last = words(piece)
    prefix = Word(last, Form.PREFIX, scope)
    return AllOf((_together(before, form, scope), prefix)) if before else prefix


def _piece(piece: str, form: Form, scope: Scope) -> Iterator[Node]:
    found = words(piece)
    if form is Form.STEM:
        if len(found) > 1 and all(map(_is_month, found)):
            # «مارس/آذار», as many newspapers print it, is one month.
            yield from (Word(word, form, scope) for word in found)
            return
        found = _without_additions(found, piece)
    yield _together(found, form, scope)


def _is_month(word: str) -> bool:
    return not word.isascii() and month_number(word) is not None


def _without_additions(found: list[str], piece: str) -> list[str]:
    """The words without what isn't part of them: الـ20, 1919م, Trump's."""
    found = without_year_marks(found)
    if len(found) > 1 and may_be_dropped(found[0], found[1], piece):
        found = found[1:]
    return found[:-1] if len(found) > 1 and _POSSESSIVE.search(piece) else found


def _together(found: Sequence[str], form: Form, scope: Scope) -> Word | Phrase:
    if len(found) == 1:
        return Word(found[0], form, scope)
    return Phrase(tuple(found), scope, form, is_strict=form is Form.EXACT)
