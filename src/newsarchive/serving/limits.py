"""Limits on how much a client may send and how long it may take."""

from dataclasses import dataclass
from typing import Self

from newsarchive.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one process. Times are in seconds, sizes in bytes."""

    connections: int
    """Maximum number of open connections. If all are taken, the client that has kept the server
    waiting longest is dropped."""
    head_timeout: float
    """From the start of the connection, or the first byte of a later request, until the head is
    complete."""
    head_limit: int
    body_timeout: float
    """From the end of `head_timeout` until the body is complete."""
    body_limit: int
    keep_alive: float
    """How long an idle connection stays open between two requests."""
    send_timeout: float
    """How long a client may go without reading any of a response."""
    stop_timeout: float
    """How long current requests may take after the server is told to stop."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the limits from the settings."""
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
