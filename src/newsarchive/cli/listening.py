"""Check that a server can listen on an address before it is started."""

import errno
import socket

from newsarchive.errors import ConfigError
from newsarchive.wording import worded

_REASONS = {
    errno.EADDRINUSE: worded("another program is listening there; choose another --port, or stop that program"),
    errno.EACCES: worded(
        "permission denied: ports below 1024 are reserved for the administrator; choose another --port"
    ),
    errno.EADDRNOTAVAIL: worded(
        "this machine does not have that address; use --host 127.0.0.1 to serve only this machine,"
        " or 0.0.0.0 to listen on all of its addresses"
    ),
}
_FATAL = frozenset({errno.EADDRINUSE, errno.EACCES})
"""Errors that make a host unusable even if only one of its addresses has them."""


def check_address(host: str, port: int) -> None:
    """Listen on a host's addresses for a moment. Raises ConfigError, with a remedy, if that fails."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError, OverflowError) as error:
        # getaddrinfo raises ValueError for a malformed name.
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            worded(
                "cannot listen on host {host!r} ({reason}); correct --host or the setting 'host'",
                host=host,
                reason=reason,
            )
        ) from error
    failures: list[OSError] = []
    for family, kind, protocol, _name, address in addresses:
        try:
            _bind(family, kind, protocol, address)
        except OSError as error:
            failures.append(error)
    for failure in failures:
        if failure.errno in _FATAL or len(failures) == len(addresses):
            reason = _REASONS.get(failure.errno or 0, failure.strerror or str(failure))
            raise ConfigError(
                worded("cannot listen on {host} port {port}: {reason}", host=host, port=port, reason=reason)
            ) from failure


def _bind(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> None:
    with socket.socket(family, kind, protocol) as listener:
        # Servers set this, too: connections that a stopped server left in TIME_WAIT must not block the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(1)
