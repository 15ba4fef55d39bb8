"""The nodes of a cluster, as opensearch-py reaches them: hosts, certificates, and no password over an open line.

opensearch-py is an optional dependency, so it is imported only when a cluster is used.
"""

import logging
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsarchive import __version__
from newsarchive.errors import ConfigError
from newsarchive.wording import worded

if TYPE_CHECKING:
    from opensearchpy import Transport

HOSTS = ("http://127.0.0.1:9200",)
"""Where `make search-server` listens."""

TESTED = "OpenSearch 2.19 or a later 2.x"
"""What a server must be. Features differ between major versions, so an untested one is refused."""

_PORT = 9200
_KEPT_OPEN = 16
"""Idle connections to each node: about as many as a process has threads."""
_REST = 5.0
"""Seconds that a node which failed is left alone; it doubles with each further failure, up to four times."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """Where a cluster is, and how to sign in to it.

    `hosts` are URLs of its nodes. `ca` is a file with the certificates of the authorities that may vouch for them;
    None means those of the system. `timeout` is for what a reader waits for, `write_timeout` for updates, in seconds.
    """

    hosts: tuple[str, ...] = HOSTS
    user: str | None = None
    password: str = field(default="", repr=False)
    ca: Path | None = None
    timeout: float = 10.0
    write_timeout: float = 120.0


class OpenLine(Exception):
    """A connection without TLS would leave the private network. The message names the address."""


def make_transport(settings: ClusterSettings) -> "Transport":
    """opensearch-py's transport over all hosts, which tries each request once and remembers which hosts failed.

    Raises ConfigError if opensearch-py isn't installed, or the file of authorities can't be read.
    """
    try:
        from opensearchpy import Transport  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise ConfigError(
            worded(
                "engine: opensearch needs the Python package opensearch-py, which isn't installed; "
                "run: pip install 'newsarchive[opensearch]'"
            )
        ) from error
    # It logs a warning with a traceback for every request that fails. Here each failure becomes one error.
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    authorities = _authorities(settings) if any(host.startswith("https:") for host in settings.hosts) else None
    return Transport(
        [_node(host, authorities) for host in settings.hosts],
        connection_class=_connection_class(),
        pool_maxsize=_KEPT_OPEN,
        max_retries=0,
        retry_on_timeout=True,  # that is: a host that doesn't answer is left alone for a while
        dead_timeout=_REST,
        timeout_cutoff=2,
        http_auth=(settings.user, settings.password) if settings.user else None,
        headers={"user-agent": f"newsarchive/{__version__}"},
        timeout=settings.timeout,
    )


def _node(host: str, authorities: ssl.SSLContext | None) -> dict[str, Any]:
    url = urlsplit(host)
    node: dict[str, Any] = {"host": url.hostname, "port": url.port or _PORT, "url_prefix": url.path}
    if url.scheme == "https":
        node |= {"use_ssl": True, "ssl_context": authorities, "port": url.port or 443}
    return node


def _authorities(settings: ClusterSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca)
    except ssl.SSLError as error:
        raise ConfigError(
            worded("opensearch_ca: {ca} has no certificate in the PEM format: {error}", ca=settings.ca, error=error)
        ) from error
    except OSError as error:
        raise ConfigError(
            worded("opensearch_ca: {ca}: {error}", ca=settings.ca, error=error.strerror or error)
        ) from error


def _connection_class() -> type[Any]:
    from opensearchpy import Urllib3HttpConnection  # noqa: PLC0415
    from urllib3 import HTTPConnectionPool  # noqa: PLC0415
    from urllib3.connection import HTTPConnection  # noqa: PLC0415

    class PrivateConnection(HTTPConnection):
        """Sends nothing in clear to a public address. The check is on the connection itself, so DNS can't fool it."""

        def connect(self) -> None:
            super().connect()
            address = str(self.sock.getpeername()[0])
            if not is_private(address):
                self.close()
                raise OpenLine(address)

    class NodeConnection(Urllib3HttpConnection):
        def _create_urllib3_pool(self) -> None:
            super()._create_urllib3_pool()
            pool: HTTPConnectionPool = self.pool
            if pool.scheme == "http":
                pool.ConnectionCls = PrivateConnection

        def _raise_warnings(self, warning_headers: Iterable[str]) -> None:
            # Python's warnings would reach the readers of a command's output.
            for warning in warning_headers:
                _log.info("%s: %s", self.host, warning)

    return NodeConnection


def is_private(address: str) -> bool:
    """Whether an IP address is of this machine or of a network that the internet can't reach.

    >>> [is_private(one) for one in ("127.0.0.1", "10.1.2.3", "fd00::1", "100.64.0.1", "9.9.9.9")]
    [True, True, True, True, False]
    """
    ip = ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return not (mapped or ip).is_global


def version_problem(info: Mapping[str, Any]) -> str:
    """Why a server can't be used, by its answer to `GET /`; empty if it can.

    >>> version_problem({"version": {"distribution": "opensearch", "number": "2.19.6"}})
    ''
    """
    version = info.get("version")
    version = version if isinstance(version, Mapping) else {}
    number = str(version.get("number", "unknown"))
    if version.get("distribution") != "opensearch":
        name = f"Elasticsearch {number}" if version else worded("no OpenSearch server")
        return worded("this is {name}; newsarchive needs {tested}", name=name, tested=TESTED)
    try:
        major, minor = map(int, number.split(".")[:2])
    except ValueError:
        return worded("its version is {number!r}; newsarchive needs {tested}", number=number, tested=TESTED)
    if (major, minor) >= (3, 0):
        return worded(
            "it is OpenSearch {number}, which newsarchive hasn't been tested with (3.x needs Java 21); use {tested}",
            number=number,
            tested=TESTED,
        )
    if (major, minor) < (2, 19):
        return worded(
            "it is OpenSearch {number}, which is too old; newsarchive needs {tested}", number=number, tested=TESTED
        )
    return ""
