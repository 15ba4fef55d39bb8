"""`Subscription`: one feed that is fetched regularly, and its JSON form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from newsarchive.cleaning import clean_line
from newsarchive.errors import SubscriptionsError
from newsarchive.identity import is_web_url
from newsarchive.wording import listed, worded

SHORTEST_INTERVAL = 60.0
LONGEST_INTERVAL = 30 * 86_400.0
"""Seconds between two fetches of a feed, at least and at most."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_INTERVAL = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?", re.IGNORECASE)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed and what is known of it.

    `address` and the values of `headers` may have placeholders, such as `${FEED_KEY}`, for secrets.
    `title` is shown in lists. `source`, `topics` and `language` are for articles: the source and
    the language of those that name none, and topics of all. `interval` is in seconds; None means
    that of the run. `folder` is where OPML nests the feed, its parts separated by slashes.
    """

    address: str
    title: str = ""
    source: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    interval: float | None = None
    full_text: bool = False
    ignore_robots: bool = False
    paused: bool = False
    folder: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Raise SubscriptionsError if the address, the interval or a header can't be used."""
        if not is_web_url(self.address) or _CONTROL.search(self.address) or " " in self.address:
            raise SubscriptionsError(worded("{address!r} is not an http or https address", address=self.address[:200]))
        if self.interval is not None and not SHORTEST_INTERVAL <= self.interval <= LONGEST_INTERVAL:
            raise SubscriptionsError(
                worded("the interval must be from 1m to 30d, not {interval}", interval=interval_text(self.interval))
            )
        for name, value in self.headers:
            if not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value) or not value.isascii():
                raise SubscriptionsError(worded("{name!r} can't be sent as a header with its value", name=name[:100]))

    @property
    def key(self) -> str:
        """The address in the form in which addresses of feeds are compared."""
        return address_key(self.address)


def address_key(address: str) -> str:
    """One spelling for the addresses of a feed that differ in case of the host, default port or fragment only.

    >>> address_key("HTTPS://Example.ORG:443#x")
    'https://example.org/'
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return address.strip()
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    at = "" if port in {None, _DEFAULT_PORTS.get(scheme)} else f":{port}"
    return urlunsplit((scheme, f"{user}{host}{at}", parts.path or "/", parts.query, ""))


def parse_interval(text: str) -> float:
    """The seconds that a duration such as `90s`, `15m`, `1h30m` or `2d` means. Raises SubscriptionsError.

    >>> parse_interval("1h30m")
    5400.0
    """
    match = _INTERVAL.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise SubscriptionsError(worded("{text!r} is not a duration; write it as 90s, 15m, 6h or 1d", text=text[:50]))
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)


def interval_text(seconds: float) -> str:
    """A duration as `parse_interval` reads it.

    >>> interval_text(5400)
    '1h30m'
    """
    rest, parts = int(seconds), []
    for unit, size in sorted(_UNITS.items(), key=lambda item: -item[1]):
        count, rest = divmod(rest, size)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts) or "0s"


def subscription_to_json(subscription: Subscription) -> dict[str, Any]:
    """The JSON form, without fields that have their default."""
    form: dict[str, Any] = {
        "url": subscription.address,
        "title": subscription.title,
        "source": subscription.source,
        "topics": list(subscription.topics),
        "language": subscription.language,
        "interval": interval_text(subscription.interval) if subscription.interval is not None else "",
        "full_text": subscription.full_text,
        "ignore_robots": subscription.ignore_robots,
        "paused": subscription.paused,
        "folder": subscription.folder,
        "headers": dict(subscription.headers),
    }
    return {key: value for key, value in form.items() if value}


def subscription_from_json(form: Any) -> Subscription:
    """The subscription of a JSON form, as people write it. Raises SubscriptionsError, naming the key."""
    if not isinstance(form, Mapping):
        raise SubscriptionsError(worded('a line must be an object such as {{"url": "https://example.org/feed"}}'))
    unknown = sorted(set(form) - _READERS.keys())
    if unknown:
        raise SubscriptionsError(
            worded("unknown key {unknown!r}; the keys are {readers}", unknown=unknown[0], readers=listed(_READERS))
        )
    if not form.get("url"):
        raise SubscriptionsError(worded("the key 'url' is missing"))
    values: dict[str, Any] = {}
    for key, value in form.items():
        try:
            values["address" if key == "url" else key] = _READERS[key](value)
        except (TypeError, ValueError) as error:
            raise SubscriptionsError(worded("{key}: {error}", key=key, error=error)) from error
    return Subscription(**values)


def _line(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(worded("it must be text"))
    return clean_line(value)


def _address(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(worded("it must be text"))
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(worded("it must be true or false"))
    return value


def _names(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise TypeError(worded('it must be a list such as ["اقتصاد"]'))
    return tuple(dict.fromkeys(filter(None, map(_line, listed))))


def _interval(value: Any) -> float | None:
    if not isinstance(value, str):
        raise TypeError(worded('it must be text such as "15m"'))
    return parse_interval(value) if value else None


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise TypeError(worded('it must be an object such as {{"Authorization": "Bearer ${{FEED_TOKEN}}"}}'))
    return tuple(value.items())


_READERS = {
    "url": _address,
    "title": _line,
    "source": _line,
    "topics": _names,
    "language": _line,
    "interval": _interval,
    "full_text": _flag,
    "ignore_robots": _flag,
    "paused": _flag,
    "folder": _line,
    "headers": _headers,
}
"""The reader of each key, in the order in which the documentation lists them."""
