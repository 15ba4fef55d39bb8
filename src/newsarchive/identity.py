"""The identity of articles: canonical URLs, ids and digests of texts."""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urlsplit

from newsarchive.article import Article

RULES = 1
"""The version of the rules of `canonical_url`.

Increment it with every change: data derived by older rules is rebuilt. Stored ids never change with
the rules. The archive looks up a stored id by the canonical address that the current rules give to
the URL in its line.
"""
FORMER_RULES: tuple[Callable[[str], str], ...] = ()
"""Earlier versions of `canonical_url`. Add the old version here when the rules change: only the id
of a purged article is stored, not its address, so without the old rules the article could be
ingested again.
"""

_ID_BYTES = 10
_PLAIN_IN_URL = ":@!$'()*,;~-._"
_NEEDS_NO_ENCODING = re.compile(r"[A-Za-z0-9:@!$'()*,;~\-._]*")
_ENCODE_ERRORS = "backslashreplace"
"""UTF-8 can't encode a lone surrogate, as in a file name that isn't UTF-8. It is written as in JSON, `\\udce3`."""
_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "mtm_", "pk_", "hsa_")
_TRACKING_PARAMETERS = frozenset(
    {
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "ocid",
        "cmpid",
        "xtor",
        "_ga",
        "ref_src",
    }
)


_WEB_URL = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)


def is_web_url(text: str) -> bool:
    """Whether a text is an absolute http or https URL with a host, so that a page may link to it."""
    return _WEB_URL.match(text) is not None


def canonical_url(url: str) -> str:
    """Return one spelling for all URLs of a page, for comparison only.

    Scheme, `www.`, default ports, fragments, tracking parameters and a final slash are removed. The
    remaining query parameters keep their order. Percent-encoded and plain Arabic become equal. A
    fragment that is a route (`#!/…`, `#/…`) is kept, because only the route distinguishes such
    pages. An unparsable URL is only trimmed.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if not parts.hostname:
        return url
    host = parts.hostname.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    path = "/".join(map(_one_encoding, parts.path.split("/"))).rstrip("/")
    query = "&".join(_canonical_parameters(parts.query))
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return host + path + (f"?{query}" if query else "") + (f"#{_one_encoding(route)}" if route else "")


def _canonical_parameters(query: str) -> Iterator[str]:
    for parameter in query.split("&"):
        name, _, value = parameter.replace("+", "%20").partition("=")
        if parameter and not _is_tracking(name):
            yield f"{_one_encoding(name)}={_one_encoding(value)}"


def _one_encoding(text: str) -> str:
    """Percent-encode plain or percent-encoded text, as UTF-8 NFC or as the bytes of an older charset."""
    if _NEEDS_NO_ENCODING.fullmatch(text):
        return text
    encoded = unquote_to_bytes(text.encode(errors=_ENCODE_ERRORS))
    # Bytes that aren't UTF-8 stay unchanged: some pages have names in Windows-1256, for example.
    with suppress(UnicodeDecodeError):
        encoded = unicodedata.normalize("NFC", encoded.decode()).encode()
    return quote(encoded, safe=_PLAIN_IN_URL)


def _is_tracking(parameter: str) -> bool:
    name = parameter.lower()
    return name in _TRACKING_PARAMETERS or name.startswith(_TRACKING_PREFIXES)


def article_id(*, url: str = "", source: str = "", title: str = "", body: str = "") -> str:
    """Return a short, stable, URL-safe id: 16 characters of a-z and 2-7.

    The id is derived from the article's URL if there is one, so it survives changed guids, tracking
    parameters and corrections of the text. Otherwise the id is derived from the text.
    """
    address = article_address(url)
    return _id_of(f"url {address}" if address else f"text {_text_key(source, title, body)}")


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
    return address if any(mark in address for mark in "/?#") else ""


def _id_of(identity: str) -> str:
    return base64.b32encode(_sha256(identity)[:_ID_BYTES]).decode().lower()


def address_digest(address: str) -> bytes:
    """Return the sha256 of a canonical address, 32 bytes."""
    return _sha256(address)


def text_digest(article: Article) -> str:
    """Return the sha256, in hex, of source, non-derived title and body, ignoring differences in whitespace."""
    title = "" if article.title_derived else article.title
    return _sha256(_text_key(article.source, title, article.body)).hex()


def _text_key(source: str, title: str, body: str) -> str:
    return json.dumps([" ".join(part.split()) for part in (source, title, body)], ensure_ascii=False)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors=_ENCODE_ERRORS)).digest()
