"""The values of the ledger: arrivals, recipients, digests and deliveries."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

ArrivalKind = Literal["new", "again", "revised"]
"""What arrived: an article, one that was in the archive before (restored, or after a loss), or a revision."""
Channel = Literal["email", "webhook"]


class State(StrEnum):
    """What became of a delivery."""

    PLANNED = "planned"
    """Not sent yet, or to be tried again."""
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or given up."""
    CANCELLED = "cancelled"
    """Not needed any more: unsubscribed, removed, or all of its articles were withdrawn."""


class Arrival(NamedTuple):
    """An arrival, with its number."""

    number: int
    id: str
    kind: ArrivalKind


class Progress(NamedTuple):
    """How far a search has been told: the last arrival, and the moment that its last digest was due at."""

    number: int
    slot: float


class PartRead(NamedTuple):
    """How far a part was read, and the keys of the lines read (`arrivals.line_key`), 8 bytes each."""

    name: str
    end: int
    lines: bytes


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets digests of a search. `code` identifies the pair of both in addresses for unsubscribing."""

    code: str
    search: str
    channel: Channel
    address: str
    name: str
    language: str
    stopped: float | None = None
    reason: str = ""


Items = tuple[tuple[str, ...], ...]
"""The articles of a digest: the id of each item, followed by those of its near copies."""


@dataclass(frozen=True, slots=True)
class PlannedDigest:
    """What a digest tells: the listed items, and how many articles it has, including those that it only counts."""

    search: str
    first: int
    last: int
    planned: float
    articles: int
    items: Items


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest on its way to one recipient. `message` is the left part of its Message-ID, and its webhook-id."""

    message: str
    digest: int
    search: str
    channel: Channel
    address: str
    state: State = State.PLANNED
    attempts: int = 0
    due: float = 0.0
    tried: float | None = None
    error: str = ""
    done: float | None = None
