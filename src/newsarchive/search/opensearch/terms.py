"""Terms as the cluster can hold them."""

import hashlib
import json

MOST_BYTES = 32_766
"""The length of the longest term that Lucene can index, in UTF-8."""
SAFE_LENGTH = MOST_BYTES // 4
"""Characters of a word that can't be too long: none takes more than four bytes."""
_KEPT = 1_000
"""The first characters of a longer word, which a prefix can find."""
_MOST_BYTES_OF_PREFIX = 900


def indexable(text: str) -> str:
    """Return a term in place of any text: the text itself unless it is too long, which then ends in its digest.

    A lone surrogate can't be encoded as UTF-8, so it becomes a question mark.

    >>> indexable("نهر"), len(indexable("نهر" * 20_000))
    ('نهر', 1064)
    """
    if text.isascii() and len(text) <= MOST_BYTES:
        return text
    data = text.encode(errors="replace")
    if len(data) <= MOST_BYTES:
        return data.decode()
    return data.decode()[:_KEPT] + hashlib.sha256(data).hexdigest()


def prefix_of(text: str) -> str:
    """Return a prefix that the cluster can look up: it refuses those of about a thousand bytes.

    Words that have so much in common, but not the rest, are found too.
    """
    return text.encode(errors="replace")[:_MOST_BYTES_OF_PREFIX].decode(errors="ignore")


_ESCAPED = "~"
_MOST_BYTES_OF_KEY = 512


def id_term(article_id: str) -> str:
    """Return the term for the id of an article, from which `id_of` gives the id back.

    >>> id_term("k7"), id_term("~k"), id_of(id_term("~k"))
    ('k7', '~~k', '~k')
    """
    if not article_id.startswith(_ESCAPED) and indexable(article_id) == article_id:
        return article_id
    return _ESCAPED + json.dumps(article_id)[1:-1]


def id_of(term: str) -> str:
    """Return the id of an article, given its term."""
    if not term.startswith(_ESCAPED):
        return term
    found: str = json.loads(f'"{term.removeprefix(_ESCAPED)}"')
    return found


def document_key(article_id: str) -> str:
    """Return the key of the document of an article, which has at most 512 bytes."""
    term = id_term(article_id)
    data = term.encode()
    return term if len(data) <= _MOST_BYTES_OF_KEY else hashlib.sha256(data).hexdigest()
