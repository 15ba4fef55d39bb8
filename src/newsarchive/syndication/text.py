"""Clean values for feeds: text that every XML parser accepts, absolute URLs, language tags."""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit

_DIVIDERS = re.compile("[\t\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
_PLANE_ENDS = "".join(chr(plane + low) for plane in range(0x10000, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF))
_UNREADABLE = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_PLANE_ENDS}]")

_HOST = re.compile(r"[A-Za-z0-9\-._~:@\[\]]+")
_PLAIN = re.compile(r"https?://[a-z0-9.\-]*[a-z0-9](/[\w\-.~!$&'()*+,;=:@/]*)?(\?[\w\-.~!$&'()*+,;=:@/?]+)?", re.ASCII)
"""Most addresses, in which nothing needs to be encoded."""
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def readable_text(text: str) -> str:
    """The text without characters that make a feed unreadable. Separating controls become spaces.

    XML 1.0, section 2.2, forbids most control characters, lone surrogates, U+FFFE and U+FFFF. A
    single one makes a parser reject the whole feed. The section discourages the C1 controls and the
    other noncharacters. They have no meaning in text, so they are removed too.
    """
    return _UNREADABLE.sub("", _DIVIDERS.sub(" ", text))


def one_line(text: str) -> str:
    """The readable text on one line, with runs of whitespace collapsed and the ends trimmed."""
    return " ".join(readable_text(text).split())


def distinct_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts as single lines in the given order, without empty lines and duplicates."""
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def language_tag(language: str) -> str:
    """`language` if it looks like an RFC 5646 tag such as `ar` or `ar-EG`, else an empty string."""
    return language if _LANGUAGE_TAG.fullmatch(language) else ""


def absolute_uri(address: str) -> str:
    """The address as an absolute `http` or `https` URI in ASCII (RFC 3986), or "" if it is invalid.

    Arabic in the path and query is percent-encoded, and the host name becomes IDNA. Existing
    percent-encoding is kept. Relative addresses are not allowed in feeds, and a `javascript:`
    address must never reach a reader.
    """
    if _PLAIN.fullmatch(address):
        return address
    try:
        parts = urlsplit(readable_text(address).strip())
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # an invalid port or bracket, or a host name that IDNA cannot encode
        return ""
    if not usable or not _HOST.fullmatch(host):
        return ""
    path, query, fragment = (_percent_encoded(part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _percent_encoded(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe="/?:@!$&'()*+,;=-._~%")
