"""Reads robots.txt by RFC 9309: which addresses of a site a program may fetch, and how fast.

The parser of the standard library ends a group at a blank line, takes the first rule that matches
instead of the longest, and knows no `*` and `$`. This one is pure: fetching is the caller's.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

ROBOTS_PATH = "/robots.txt"
_SIZE_LIMIT = 500 * 1024
"""Bytes that are read, as the RFC requires. What is cut off doesn't count."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_DELAY = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DISALLOW = re.compile(r"diss?all?ow")
_USER_AGENT = re.compile(r"user[ -]?agent")
"""As site owners spell them."""
_TOO_MANY_REQUESTS = 429


class Permission(NamedTuple):
    """Whether an address may be fetched, and the seconds to wait between two fetches, if the site names any."""

    allowed: bool
    crawl_delay: float | None = None


class _Group:
    def __init__(self) -> None:
        self.rules: list[tuple[str, bool]] = []
        self.delay: float | None = None


def robots_address(url: str) -> str:
    """The address of the robots.txt of a site.

    >>> robots_address("https://nahr.example:8080/news/1?x=2")
    'https://nahr.example:8080/robots.txt'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], ROBOTS_PATH, "", ""))


def allows(robots: bytes | int, user_agent: str, url: str) -> Permission:
    """Whether a program with the User-Agent header `user_agent` may fetch `url`.

    `robots` is the content of the robots.txt of the site, or the status of the response if there is
    no content: 4xx allows everything, as there is no such file. 429, 5xx, and 0 for a site that can't
    be reached allow nothing, because the rules are unknown.

    >>> allows(b"User-agent: *\\nDisallow: /private", "newsarchive/1.0", "https://nahr.example/private/1")
    Permission(allowed=False, crawl_delay=None)
    """
    path = _path_of(url)
    if path == ROBOTS_PATH:
        return Permission(allowed=True)
    if isinstance(robots, int):
        return Permission(allowed=300 <= robots < 500 and robots != _TOO_MANY_REQUESTS)
    group = _group_for(robots, user_agent)
    longest, allowed = -1, True
    for pattern, is_allowed in group.rules:
        length = len(pattern)
        # Of two rules of the same length, the one that allows wins.
        if (length > longest or (length == longest and is_allowed)) and _matches(pattern, path):
            longest, allowed = length, is_allowed
    return Permission(allowed, group.delay)


def _group_for(content: bytes, user_agent: str) -> _Group:
    """The rules of all groups for the program together, otherwise of those for `*`."""
    named = _TOKEN.match(user_agent.strip())
    token = named.group().lower() if named else ""
    own, others, is_named = _Group(), _Group(), False
    current: list[_Group] = []
    in_agents = False
    for key, value in _lines(content):
        if key == "user-agent":
            current = current if in_agents else []
            in_agents = True
            agent = _TOKEN.match(value)
            if value.startswith("*"):
                current.append(others)
            elif agent and agent.group().lower() == token:
                current.append(own)
                is_named = True
        elif key in {"allow", "disallow", "crawl-delay"}:
            in_agents = False
            for group in current:
                _add(group, key, value)
    return own if is_named else others


def _lines(content: bytes) -> list[tuple[str, str]]:
    content = content[:_SIZE_LIMIT].removeprefix(b"\xef\xbb\xbf")
    found = []
    for line in _LINE_END.split(content):
        key, separator, value = line.partition(b"#")[0].decode("utf-8", "replace").partition(":")
        if separator:
            found.append((_key(key.strip().lower()), value.strip()))
    return found


def _key(written: str) -> str:
    if _DISALLOW.fullmatch(written):
        return "disallow"
    return "user-agent" if _USER_AGENT.fullmatch(written) else written


def _add(group: _Group, key: str, value: str) -> None:
    if key == "crawl-delay":
        if _DELAY.fullmatch(value) and group.delay is None:
            group.delay = float(value.replace(",", "."))
    elif value:  # an empty rule forbids and allows nothing
        pattern = _normal(value)
        group.rules.append((pattern if pattern.startswith(("/", "*")) else f"/{pattern}", key == "allow"))


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches the start of a path, or with `$` at its end the whole path, in linear time."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not is_whole or path == first
    place = len(first)
    *middle, last = others
    for part in middle:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return (len(path) - place >= len(last) and path.endswith(last)) if is_whole else path.find(last, place) >= 0


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return _normal(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")


def _normal(path: str) -> str:
    """The path with one spelling of each character: Arabic letters encoded, letters and digits of ASCII plain."""
    encoded = "".join(
        char if ord(char) < 128 else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in path
    )
    return _ENCODED.sub(_decoded, encoded.encode("ascii", "replace")).decode("ascii")


def _decoded(match: re.Match[bytes]) -> bytes:
    byte = unquote_to_bytes(match.group())
    return byte if byte[0] in _UNRESERVED else match.group().upper()
