"""What was sent and received in one exchange of a fetch, for those who keep it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]
"""Names and values of headers, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedRecord:
    """One request and its response. A fetch with redirects has several, in order.

    `content` is as sent, before its content encoding is undone; `is_complete` is False if it wasn't
    read, as that of a redirect or an error, or wasn't read to its end. `has_credentials` is whether
    a password, a secret parameter or a header of the caller's own was sent, so that the response may
    be meant for the caller only. `request_headers` never contain credentials.
    """

    url: str
    fetched_at: datetime
    request_headers: Headers
    status: int
    reason: str
    headers: Headers
    content: bytes
    is_complete: bool
    has_credentials: bool


OnResponse = Callable[[FetchedRecord], None]
"""Called with each exchange of a fetch, in the thread that fetches, before `fetch` returns or raises."""
