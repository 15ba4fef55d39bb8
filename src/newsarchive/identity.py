"""Which addresses and which texts are one article: canonical URLs, ids and digests."""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urlsplit

from newsarchive.article import Article

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

    It comes from the canonical URL where there is one, so it survives changed guids, tracking parameters and
    corrections of the text; else from the text itself. An outlet's front page, which some feeds give as the link of
    every item, is no article's address.
    """
    address = canonical_url(url)
    identity = f"url {address}" if any(mark in address for mark in "/?#") else f"text {_text_key(source, title, body)}"
    return base64.b32encode(_sha256(identity)[:_ID_BYTES]).decode().lower()


def text_digest(article: Article) -> str:
    """The sha256, in hex, of what a reader reads: source, own title and body, however they are spaced."""
    title = "" if article.title_derived else article.title
    return _sha256(_text_key(article.source, title, article.body)).hex()


def _text_key(source: str, title: str, body: str) -> str:
    return json.dumps([" ".join(part.split()) for part in (source, title, body)], ensure_ascii=False)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors=_ENCODE_ERRORS)).digest()
