"""The identity of articles: ids, and digests of addresses and texts."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from newsarchive.article import Article
from newsarchive.canonical_url import canonical_url, canonical_url_of_rules_1

RULES = 2
"""The version of the rules of `canonical_url`.

Increment it with every change: data derived by older rules is rebuilt. Stored ids never change with
the rules. The archive looks up a stored id by the canonical address that the current rules give to
the URL in its line.
"""
FORMER_RULES: tuple[Callable[[str], str], ...] = (canonical_url_of_rules_1,)
"""Earlier versions of `canonical_url`. Add the old version when the rules change: only the id
of a purged article is stored, not its address, so without the old rules the article could be
ingested again.
"""

URN = "urn:newsarchive:"
"""What the URN of an article begins with."""

_ID_BYTES = 10
_ENCODE_ERRORS = "backslashreplace"
"""UTF-8 can't encode a lone surrogate, as in a file name that isn't UTF-8. It is written as in JSON, `\\udce3`."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode
_WEB_URL = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)


def is_web_url(text: str) -> bool:
    """Whether a text is an absolute http or https URL with a host, so that a page may link to it."""
    return _WEB_URL.match(text) is not None


def article_id(*, url: str = "", source: str = "", title: str = "", body: str = "") -> str:
    """Return a short, stable, URL-safe id: 16 characters of a-z and 2-7.

    The id is derived from the article's URL if there is one, so it survives changed guids, tracking
    parameters and corrections of the text. Otherwise the id is derived from the text.
    """
    address = article_address(url)
    return _id_of(f"url {address}" if address else f"text {_text_key(source, title, body)}")


def article_urn(article_id: str) -> str:
    """The URN of an article: the same for all revisions, on every host."""
    return URN + quote(article_id.encode("utf-8", "surrogatepass"), safe="")


def id_of_urn(urn: str) -> str:
    """The id of the article with a URN. Empty if the text is no URN of an article."""
    return unquote(urn[len(URN) :]) if urn.startswith(URN) else ""


def id_of_day(article: Article) -> str:
    """Return the id of a short text without an address that its source had published before, on another day.

    It is derived from the text and the day. The text of the first day keeps the id from the text alone.
    """
    title = "" if article.title_derived else article.title
    return _id_of(f"text {_text_key(article.source, title, article.body)} on {article.published_day}")


def id_with_guid(address: str, key: str) -> str:
    """Return the id of an article that has the address of another one, and another guid.

    `address` is the canonical address, and `key` the guid in the form in which guids are compared.
    """
    return _id_of(f"url {address} guid {key}")


def article_address(url: str) -> str:
    """Return the canonical address of an article, or an empty string if `url` doesn't identify an
    article.

    A front page doesn't: some feeds link every item to the front page of the outlet.
    """
    return _identifying(canonical_url(url))


def former_ids(url: str) -> frozenset[str]:
    """Return the ids of the article at `url` under earlier rules."""
    addresses = (_identifying(rule(url)) for rule in FORMER_RULES)
    return frozenset(_id_of(f"url {address}") for address in addresses if address)


def _identifying(address: str) -> str:
    return address if "/" in address or "?" in address or "#" in address else ""


def _id_of(identity: str) -> str:
    return base64.b32encode(_sha256(identity)[:_ID_BYTES]).decode().lower()


def address_digest(address: str) -> bytes:
    """Return the sha256 of a canonical address, 32 bytes."""
    return _sha256(address)


def text_digest(article: Article) -> str:
    """Return the sha256, in hex, of source, non-derived title and body, ignoring differences in whitespace."""
    title = "" if article.title_derived else article.title
    return digest_of_text(article.source, title, article.body).hex()


def digest_of_text(source: str, title: str, body: str) -> bytes:
    """Return the same sha256, 32 bytes, of these texts; `title` is empty if it was derived."""
    return _sha256(_text_key(source, title, body))


def _text_key(source: str, title: str, body: str) -> str:
    return _as_json([" ".join(part.split()) for part in (source, title, body)])


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors=_ENCODE_ERRORS)).digest()
