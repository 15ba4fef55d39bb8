"""Decides which addresses a fetch may connect to: public addresses, and those that a setting allows.

A feed or a page can contain any URL. Without a check, it could make this program request pages from
this machine, the local network or a cloud platform's metadata service. The check is on the IP
address of the actual connection, so the notation of the URL and earlier DNS answers don't matter.
"""

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from newsarchive.ingest.fetching.settings import Network
from newsarchive.wording import listed, worded

Address = IPv4Address | IPv6Address

Resolve = Callable[[str, int], Sequence[str]]
"""Resolves a host name and a port to IP addresses, in order of preference. Raises OSError if there
are none."""

_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for what, networks in {
        worded("the unspecified address"): "0.0.0.0/32 ::/128",
        worded("the broadcast address"): "255.255.255.255/32",
        worded("a loopback address"): "127.0.0.0/8 ::1/128",
        worded("a private address"): "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
        worded("a link-local address"): "169.254.0.0/16 fe80::/10",
        worded("an address inside a provider's network"): "100.64.0.0/10",
        # Azure serves each virtual machine its settings from this address, which is registered as
        # public.
        worded("an internal address of a cloud platform"): "168.63.129.16/32",
        worded("a multicast address"): "224.0.0.0/4 ff00::/8",
        worded("an address for documentation"): "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        worded("an address for benchmarks"): "198.18.0.0/15",
        # Tunnels with an embedded IPv4 address: their relay could lead back into a private network.
        worded("an address of a 6to4 tunnel"): "2002::/16 192.88.99.0/24",
        worded("an address of a Teredo tunnel"): "2001::/32",
        worded("a reserved address"): "0.0.0.0/8 192.0.0.0/24 240.0.0.0/4 2001::/23 64:ff9b:1::/48",
    }.items()
    for network in networks.split()
)
"""IANA's special-purpose registries, more specific networks first. Python's own tables vary between
versions."""

_PUBLIC_IPV6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)


class NotAllowed(Exception):
    """The guard refuses an address. The message says which one, why, and how to allow it."""


class NotAHost(ValueError):
    """The host part of a URL is neither a name nor an IP address."""


def why_refused(address: Address) -> str:
    """Return the kind of a non-public address, such as "a private address"; "" for a public one."""
    address = _inner(address)
    for network, what in _SPECIAL:
        if address in network:
            return what
    is_public = address.is_global and (address.version == 4 or address in _PUBLIC_IPV6 or address in _NAT64)
    return "" if is_public else worded("a reserved address")


def check(host: str, addresses: Iterable[str], allowed: Sequence[Network]) -> tuple[Address, ...]:
    """Check and return the addresses that `host` resolved to. Raises NotAllowed if any of them is refused.

    One refused address refuses the whole host: otherwise chance, or the attacker, would decide
    which address is used.
    """
    found = tuple(dict.fromkeys(map(ip_address, addresses)))
    for address in map(_inner, found):
        why = why_refused(address)
        if why and not any(address in network for network in allowed):
            raise NotAllowed(_refusal(host, address, why, allowed))
    return found


def check_unresolved(host: str, allowed: Sequence[Network]) -> None:
    """Check what can be checked without DNS: IP addresses in any notation, and localhost.

    Raises NotAllowed, and NotAHost if the text can't be a host.
    """
    name = host.rstrip(".")
    if ":" not in host and not _NAME.fullmatch(host):
        raise NotAHost(worded("{host!r} is not a host name", host=host))
    numeric = _numeric(name)
    if numeric:
        check(host, numeric, allowed)
    elif ":" in host or _ENDS_IN_NUMBER.search(name):
        raise NotAHost(worded("{host!r} is not an IP address", host=host))
    elif name.lower().rpartition(".")[2] == "localhost":
        _check_localhost(host, allowed)


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses from the system's resolver, in its order. Raises OSError (gaierror) if there are none."""
    # As bytes, because Python would encode text as IDNA and reject some valid names.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def _numeric(host: str) -> list[str]:
    """The IP address that `host` denotes, including old notations such as 127.1, 0x7f000001 and 2130706433."""
    if "%" in host:  # A zone id refers to a network interface of this machine.
        return []
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(place[0]) for *_, place in found]


def _check_localhost(host: str, allowed: Sequence[Network]) -> None:
    """Check a name under localhost, which means this machine (RFC 6761) even if the resolver doesn't know it."""
    loopback = ("127.0.0.1", "::1")
    if not any(ip_address(address) in network for address in loopback for network in allowed):
        check(host, loopback, allowed)


def _inner(address: Address) -> Address:
    """The embedded IPv4 address of an IPv6 address that routes to it (IPv4-mapped and NAT64)."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64:
        embedded = IPv4Address(int(address) & 0xFFFFFFFF)
        # A public address stays IPv6: it is reachable only through the translator.
        return embedded if why_refused(embedded) else address
    return address


def _refusal(host: str, address: Address, why: str, allowed: Sequence[Network]) -> str:
    plain = str(address).partition("%")[0]  # Without the zone id, which is not valid in a network.
    networks = [*map(str, allowed), f"{plain}/{address.max_prefixlen}"]
    quoted = ", ".join(f'"{network}"' for network in networks)
    which = (
        worded("{address} is {why}", address=address, why=why)
        if host == str(address)
        else worded("{host} is at {address}, {why}", host=host, address=address, why=why)
    )
    return worded(
        "{which}; only public addresses are allowed. If you trust it, add this line to "
        "newsarchive.toml: allow_networks = [{listed}] (or set "
        "NEWSARCHIVE_ALLOW_NETWORKS={networks})",
        which=which,
        listed=quoted,
        networks=listed(networks, ","),
    )
