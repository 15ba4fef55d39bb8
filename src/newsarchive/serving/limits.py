"""How much a client may send, and how long it may take."""

from dataclasses import dataclass
from typing import Self

from newsarchive.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one process. Times are in seconds, sizes in bytes."""

    connections: int
    """Open connections. Where all are taken, the one that has kept the server waiting longest makes room."""
    head_timeout: float
    """From the connection, or from the first byte of a later request, until its head is complete."""
    head_limit: int
    body_timeout: float
    """From the end of `head_timeout` until the body is complete."""
    body_limit: int
    keep_alive: float
    """How long a connection stays open between two requests."""
    send_timeout: float
    """How long a client may take nothing of an answer."""
    stop_timeout: float
    """How long a server that was told to stop goes on with the requests that it has."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """The limits that the settings give."""
        return cls(
            connections=config.max_connections,
            head_timeout=config.head_timeout,
            head_limit=config.head_limit,
            body_timeout=config.body_timeout,
            body_limit=config.body_limit,
            keep_alive=config.keep_alive,
            send_timeout=config.send_timeout,
            stop_timeout=config.stop_timeout,
        )
