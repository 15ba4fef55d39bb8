"""Whether an address can be listened on, before a server is started there."""

import errno
import socket

from newsarchive.errors import ConfigError

_REASONS = {
    errno.EADDRINUSE: "another program is listening there; choose another --port, or end that program",
    errno.EACCES: "no permission: ports below 1024 are for the system's administrator; choose another --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address; --host 127.0.0.1 is for this machine alone,"
    " 0.0.0.0 for all of its addresses",
}
_FATAL = frozenset({errno.EADDRINUSE, errno.EACCES})
"""What is wrong with one of several addresses of a host is wrong with the host."""


def check_address(host: str, port: int) -> None:
    """Listen at a host's addresses for a moment. Raises ConfigError, saying what to do, where that is not possible."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError, OverflowError) as error:
        # ValueError is what comes of a name that cannot be looked up at all.
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"there is no host {host!r} to listen on ({reason}); see --host, or the setting") from error
    failures: list[OSError] = []
    for family, kind, protocol, _, address in addresses:
        try:
            _bind(family, kind, protocol, address)
        except OSError as error:
            failures.append(error)
    for failure in failures:
        if failure.errno in _FATAL or len(failures) == len(addresses):
            reason = _REASONS.get(failure.errno or 0, failure.strerror or str(failure))
            raise ConfigError(f"cannot listen on {host} port {port}: {reason}") from failure


def _bind(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> None:
    with socket.socket(family, kind, protocol) as listener:
        # As servers do it: what an ended one left behind must not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(1)
