"""Canonical URLs: one spelling for all addresses of a page.

They are only compared, never shown or fetched. What can't be decided from the address alone is left
apart: two articles can be united later, but a united pair can't be separated. `docs/identity.md` has
the rules with examples.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

_PLAIN_IN_URL = ":@!$'()*,;~-._"
_NEEDS_NO_ENCODING = re.compile(r"[A-Za-z0-9:@!$'()*,;~\-._]*")
_ENCODE_ERRORS = "backslashreplace"
"""UTF-8 can't encode a lone surrogate, as in a file name that isn't UTF-8. It is written as in JSON, `\\udce3`."""
_PREFIXES_1 = ("utm_", "at_", "ns_", "mtm_", "pk_", "hsa_")
_NAMES_1 = frozenset(
    "fbclid gclid dclid msclkid yclid igshid mc_cid mc_eid ocid cmpid xtor _ga ref_src".split()  # noqa: SIM905
)
_PREFIXES = (*_PREFIXES_1, "matomo_", "piwik_", "oly_", "guce_", "vero_", "__cf_chl_", "aff_", "wt_", "stm_", "fb_")
_NAMES = _NAMES_1 | frozenset(
    "gclsrc gbraid wbraid twclid ttclid igsh li_fat_id mibextid sfnsn mkt_tok _hsenc _hsmi _gl _openstat "  # noqa: SIM905
    "__twitter_impression s_cid ncid cmp guccounter smid smtyp trk taid soc_src soc_trk ref_url amp_js_v".split()
)
_REMEMBERED = 4096
"""Addresses whose form is remembered: ingesting an article asks for it about ten times."""
_ORDINARY_HOST = re.compile(r"https?://[a-zA-Z0-9.-]+(?=[/?#])")
_AMP = "amp"
_AMP_PARAMETERS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_NOT_IN_ARTICLE = re.compile(
    r":~:.*|comments?|respond|disqus_thread|top|main|content|echobox=\d+|\.[\w-]+(?:\.\w+)*", re.IGNORECASE
)
"""Fragments that name no part of a page that could be an article of its own."""


@lru_cache(maxsize=_REMEMBERED)
def canonical_url(url: str) -> str:
    """Return one spelling for all URLs of a page, for comparison only.

    Scheme, `www.`, default ports, tracking parameters, doubled and final slashes, and the marks of
    an AMP page are removed. Query parameters are sorted by name; parameters of one name keep their
    order. Percent-encoded and plain Arabic become equal. A fragment is kept, because entries of a
    live blog and some applications' pages differ in it only, unless it can't name an article. An
    unparsable URL is only trimmed.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    segments = [_one_encoding(segment) for segment in parts.path.split("/") if segment]
    parameters = sorted(_canonical_parameters(parts.query, _is_left_out), key=lambda pair: pair[0])
    return _joined(
        _without_amp_host(_host(parts)),
        "".join(f"/{segment}" for segment in _without_amp(segments)),
        "&".join(f"{name}={value}" for name, value in parameters),
        _canonical_fragment(parts.fragment),
    )


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, without `www.`; empty if the URL has none."""
    # What follows an ordinary host doesn't matter, so the URLs of a site are one.
    beginning = _ORDINARY_HOST.match(url)
    return _host_of(beginning.group() if beginning else url)


@lru_cache(maxsize=_REMEMBERED)
def _host_of(url: str) -> str:
    parts = _split(url)
    return "" if parts is None else (parts.hostname or "").removeprefix("www.")


@lru_cache(maxsize=_REMEMBERED)
def canonical_url_of_rules_1(url: str) -> str:
    """The canonical URL by the first rules, under which the ids of older archives were made."""
    parts = _split(url)
    if parts is None:
        return url.strip()
    path = "/".join(map(_one_encoding, parts.path.split("/"))).rstrip("/")
    parameters = _canonical_parameters(parts.query, _is_left_out_by_rules_1)
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return _joined(_host(parts), path, "&".join(f"{name}={value}" for name, value in parameters), _one_encoding(route))


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, or None if it can't be parsed or has no host."""
    try:
        parts = urlsplit(url.strip())
        # Both are computed at each access; the port raises ValueError if it is none.
        return parts if parts.hostname and (parts.port or 0) >= 0 else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    host, port = (parts.hostname or "").removeprefix("www."), parts.port
    return host if port in (None, 80, 443) else f"{host}:{port}"


def _joined(host: str, path: str, query: str, fragment: str) -> str:
    return host + path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _without_amp_host(host: str) -> str:
    name = host.removeprefix(f"{_AMP}.")
    return name if "." in name else host


def _without_amp(segments: list[str]) -> list[str]:
    """The path without the marks of an AMP page: `/amp` at either end, or the ending `.amp`."""
    if len(segments) < 2:
        return segments
    if segments[-1] == _AMP:
        return segments[:-1]
    if segments[0] == _AMP:
        return segments[1:]
    return [*segments[:-1], segments[-1].removesuffix(f".{_AMP}")]


def _canonical_parameters(query: str, is_left_out: Callable[[str, str], bool]) -> Iterator[tuple[str, str]]:
    for parameter in query.split("&"):
        name, _, value = parameter.replace("+", "%20").partition("=")
        if parameter and not is_left_out(name.lower(), value.lower()):
            yield _one_encoding(name), _one_encoding(value)


def _is_left_out(name: str, value: str) -> bool:
    return name in _NAMES or name.startswith(_PREFIXES) or (name, value) in _AMP_PARAMETERS


def _is_left_out_by_rules_1(name: str, _value: str) -> bool:
    return name in _NAMES_1 or name.startswith(_PREFIXES_1)


def _canonical_fragment(fragment: str) -> str:
    """The fragment, or nothing if it doesn't name a part of a page, or if it is only there for tracking."""
    if not fragment or _NOT_IN_ARTICLE.fullmatch(fragment):
        return ""
    parameters = (parameter.lower().partition("=") for parameter in fragment.split("&"))
    if all(equals and _is_left_out(name, value) for name, equals, value in parameters):
        return ""
    return "/".join(map(_one_encoding, fragment.split("/")))


def _one_encoding(text: str) -> str:
    """Percent-encode plain or percent-encoded text, as UTF-8 NFC or as the bytes of an older charset."""
    if _NEEDS_NO_ENCODING.fullmatch(text):
        return text
    encoded = unquote_to_bytes(text.encode(errors=_ENCODE_ERRORS))
    # Bytes that aren't UTF-8 stay unchanged: some pages have names in Windows-1256, for example.
    with suppress(UnicodeDecodeError):
        encoded = unicodedata.normalize("NFC", encoded.decode()).encode()
    return quote(encoded, safe=_PLAIN_IN_URL)
