"""Which addresses and which texts are one article: canonical URLs, ids and digests."""

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
"""The version of the rules of `canonical_url`. Raise it with every change: data derived under older rules is rebuilt.

Stored ids never change with the rules. The archive finds them by today's canonical address of their lines.
"""
FORMER_RULES: tuple[Callable[[str], str], ...] = ()
"""Earlier versions of `canonical_url`. A purged article has no address left, only its id, so a change of the rules adds
the version that it replaces here: otherwise a purged article would return.
"""

_ID_BYTES = 10
_PLAIN_IN_URL = ":@!$'()*,;~-._"
_NEEDS_NO_ENCODING = re.compile(r"[A-Za-z0-9:@!$'()*,;~\-._]*")
_ENCODE_ERRORS = "backslashreplace"
"""A lone surrogate, as in a file's name that is not UTF-8, has no UTF-8: it is written as JSON writes it, `\\udce3`."""
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
    """One spelling for all the addresses of one page, for comparing only.

    Scheme, `www.`, default ports, fragments, tracking parameters and a final slash go; the rest of the query keeps
    its order; percent-encoded and plain Arabic are the same. A fragment that is a route (`#!/…`, `#/…`) stays, for it
    is all that tells such pages apart. An address that cannot be parsed is only trimmed.
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
    """The text percent-encoded, whether it was before or not, in UTF-8 NFC or in the bytes of an older charset."""
    if _NEEDS_NO_ENCODING.fullmatch(text):
        return text
    encoded = unquote_to_bytes(text.encode(errors=_ENCODE_ERRORS))
    # What is not UTF-8, but Windows-1256, say, is the name of the page as it is.
    with suppress(UnicodeDecodeError):
        encoded = unicodedata.normalize("NFC", encoded.decode()).encode()
    return quote(encoded, safe=_PLAIN_IN_URL)


def _is_tracking(parameter: str) -> bool:
    name = parameter.lower()
    return name in _TRACKING_PARAMETERS or name.startswith(_TRACKING_PREFIXES)


def article_id(*, url: str = "", source: str = "", title: str = "", body: str = "") -> str:
    """A short, stable, URL-safe id: 16 characters of a-z and 2-7.

    It comes from the address of the article if it has one, so it survives changed guids, tracking parameters and
    corrections of the text. Otherwise it comes from the text itself.
    """
    address = article_address(url)
    return _id_of(f"url {address}" if address else f"text {_text_key(source, title, body)}")


def article_address(url: str) -> str:
    """The canonical address of an article, or an empty string if `url` doesn't identify an article.

    Some feeds give the outlet's front page as the link of every item; that identifies none of them.
    """
    return _identifying(canonical_url(url))


def former_ids(url: str) -> frozenset[str]:
    """The ids that articles at `url` have under earlier rules."""
    addresses = (_identifying(rule(url)) for rule in FORMER_RULES)
    return frozenset(_id_of(f"url {address}") for address in addresses if address)


def _identifying(address: str) -> str:
    return address if any(mark in address for mark in "/?#") else ""


def _id_of(identity: str) -> str:
    return base64.b32encode(_sha256(identity)[:_ID_BYTES]).decode().lower()


def address_digest(address: str) -> bytes:
    """The sha256 of a canonical address, 32 bytes."""
    return _sha256(address)


def text_digest(article: Article) -> str:
    """The sha256, in hex, of what a reader reads: source, own title and body, however they are spaced."""
    title = "" if article.title_derived else article.title
    return _sha256(_text_key(article.source, title, article.body)).hex()


def _text_key(source: str, title: str, body: str) -> str:
    return json.dumps([" ".join(part.split()) for part in (source, title, body)], ensure_ascii=False)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors=_ENCODE_ERRORS)).digest()
