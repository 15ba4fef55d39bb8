"""Settings of a fetch: the networks it may reach, the proxy it uses, and its limits."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one fetch, including redirects.

    `seconds` is the total time, `idle_seconds` the longest wait for the next byte. `wire_bytes`
    counts everything the server sends: headers, framing and compressed content. `content_bytes`
    counts the content after decompression. `header_bytes` and `headers` apply to each response,
    `redirects` to the whole fetch.
    """

    seconds: float = 30.0
    idle_seconds: float = 10.0
    wire_bytes: int = 32 * 2**20
    content_bytes: int = 64 * 2**20
    header_bytes: int = 64 * 2**10
    headers: int = 200
    redirects: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Where and how to fetch.

    `allow_networks` are networks that may be reached although they are not public. `proxy` is the
    URL of an HTTP proxy, which then resolves names and decides what may be reached; its own host is
    not checked. `obey_robots` is whether a web page that its site's robots.txt forbids is left alone.
    """

    allow_networks: tuple[Network, ...] = ()
    proxy: str | None = field(default=None, repr=False)
    """The URL may contain a password, so it is never printed."""
    limits: Limits = Limits()
    obey_robots: bool = True
