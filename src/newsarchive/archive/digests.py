"""The digests of texts, canonical URLs and guids by which the catalogue finds articles.

They follow from the current rules for cleaning, limits and addresses, whatever rules an article was
stored under.
"""

from functools import lru_cache

from newsarchive import guid, identity
from newsarchive.article import Article, Copy, Record
from newsarchive.cleaning import clean_line, cleaned_text
from newsarchive.limits import fitting

_DIGEST_BYTES = 16
_REMEMBERED = 1_024
_MOST_CHARACTERS = 20_000
"""How many articles' digests are remembered, and the longest text of one. An ingest asks for each digest twice: to
decide about the article, and when the catalogue takes in its line."""


def short_digest(article: Article) -> bytes:
    """The catalogue's 16-byte digest of an article's text.

    It is computed after cleaning and cutting the article by the current rules. So a text that was
    stored under older rules has the same digest as a new copy of it.
    """
    text = article.source, article.title, article.title_derived, article.body
    is_short = len(article.body) + len(article.title) + len(article.source) <= _MOST_CHARACTERS
    return (_remembered_text_key if is_short else _text_key)(*text)


def digests_of(record: Record) -> tuple[bytes | None, bytes | None, bytes | None]:
    """The digests of a record's text, canonical URL and guid, None for each that it doesn't have."""
    if isinstance(record, Copy):
        address = identity.article_address(record.url)
        return None, address_key(address) if address else None, None
    if not isinstance(record, Article):
        return None, None, None
    address = identity.article_address(fitting("url", clean_line(record.url)))
    key = guid.guid_key(fitting("guid", clean_line(record.guid)))
    return short_digest(record), address_key(address) if address else None, address_key(key) if key else None


def _text_key(source: str, title: str, is_derived: bool, body: str) -> bytes:
    source, title, body = cleaned_text(source, title, body)
    title = "" if is_derived else fitting("title", title)
    return identity.digest_of_text(fitting("source", source), title, fitting("body", body))[:_DIGEST_BYTES]


_remembered_text_key = lru_cache(_REMEMBERED)(_text_key)


def address_key(address: str) -> bytes:
    """The 16-byte digest of a canonical URL, or of a guid in the form of `guid.guid_key`."""
    return identity.address_digest(address)[:_DIGEST_BYTES]
