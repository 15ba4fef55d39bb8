"""What came of sending something."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How sending ended."""

    SENT = "sent"
    LATER = "later"
    """This recipient can't be reached now."""
    DOWN = "down"
    """Nobody can be reached this way now, such as if the mail server doesn't answer."""
    REFUSED = "refused"
    """This will never be accepted."""
    GONE = "gone"
    """This recipient wants nothing any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result, with the reason of a failure, and after how many seconds to try again if the other side said so."""

    result: Result
    reason: str = ""
    retry_after: float | None = None


SENT = Outcome(Result.SENT)
