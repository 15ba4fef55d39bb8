"""`SiteUrl`: the public URL of the site, from the setting `site_url`."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Self
from urllib.parse import SplitResult, quote, urlsplit

from newsarchive.wording import worded

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True)
class SiteUrl:
    """The public URL of the start page, such as `https://news.example.org/archive/`.

    `host` is lower-case ASCII, with the port unless it is the scheme's default. `prefix` is the
    path without its last slash: empty, or `/archive`.
    """

    scheme: str
    host: str
    prefix: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a URL. Raises ValueError with the reason if it can't be used."""
        if not text.isprintable() or " " in text:
            raise ValueError(worded("it must not contain spaces or control characters"))
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise ValueError(worded("it is not a valid URL: {error}", error=error)) from error
        if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
            raise ValueError(
                worded("it must begin with http:// or https:// and a host, as in https://news.example.org/")
            )
        if "@" in parts.netloc:
            raise ValueError(worded("it must not contain a user name or a password"))
        if "?" in text or "#" in text:
            raise ValueError(worded("it must not contain a query (?) or a fragment (#)"))
        host = _host(parts)
        if port == 0:
            raise ValueError(worded("its port must be from 1 to 65535"))
        if port not in (None, _DEFAULT_PORTS[parts.scheme]):
            host += f":{port}"
        return cls(parts.scheme, host, _prefix(parts.path))

    def article(self, article_id: str) -> str:
        """The address of the page of an article."""
        return f"{self}article/{path_segment(article_id)}"

    def __str__(self) -> str:
        """The full URL, with a slash at the end."""
        return f"{self.scheme}://{self.host}{self.prefix}/"


def path_segment(text: str) -> str:
    """The text as one part of a path, encoded as Flask does in its own addresses, so that each page has one address."""
    return quote(text, safe="!$&'()*+,:;=@")


def _host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    try:
        if parts.netloc.startswith("[") and "%" not in name:
            return f"[{IPv6Address(name).compressed}]"
        host = name.encode("idna").decode("ascii").lower()
    except ValueError as error:  # including UnicodeError
        raise ValueError(worded("{name!r} is not a host name", name=name)) from error
    if not _NAME.fullmatch(host):
        raise ValueError(worded("{name!r} is not a host name", name=name))
    return host


def _prefix(path: str) -> str:
    prefix = path.removesuffix("/")
    for segment in prefix.split("/")[1:]:
        if not _SEGMENT.fullmatch(segment) or segment in (".", ".."):
            raise ValueError(
                worded(
                    "each part of its path may contain only letters a-z, digits and . _ ~ -, as in "
                    "https://example.org/news/"
                )
            )
    return prefix
