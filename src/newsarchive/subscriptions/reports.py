"""What came of a round, for people and for machines."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from newsarchive.wording import listed, worded

MAX_LISTED = 5_000
"""The number of results that a report keeps."""
_NUMBERS = {
    "stored": worded("{count} stored", count=0),
    "revised": worded("{count} revised", count=0),
    "duplicate": worded("{count} duplicate", count=0),
    "withdrawn": worded("{count} withdrawn", count=0),
    "refused": worded("{count} refused", count=0),
    "fetched": worded("{count} fetched", count=0),
    "unchanged": worded("{count} unchanged", count=0),
    "failed": worded("{count} failed", count=0),
    "gone": worded("{count} gone", count=0),
    "postponed": worded("{count} postponed", count=0),
    "full texts": worded("{count} full texts", count=0),
    "pages failed": worded("{count} pages failed", count=0),
    "pages waiting": worded("{count} pages waiting", count=0),
}
"""How the numbers of a report are said."""


class Outcome(StrEnum):
    """What came of the fetch of one feed."""

    FETCHED = "fetched"
    """It had something that was not seen before, and its articles were taken in."""
    UNCHANGED = "unchanged"
    """The server said so, or its content is the same as before."""
    FAILED = "failed"
    """It could not be fetched, or what came is no feed; it is tried again."""
    GONE = "gone"
    """Its server says that it was removed permanently; it isn't fetched any more."""
    POSTPONED = "postponed"
    """Its host asked to be left alone, or doesn't answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """The result of one feed. `due` is when it is fetched next. Addresses and errors have no secrets."""

    outcome: Outcome
    due: float
    address: str = ""
    title: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    note: str = ""

    def line(self) -> str:
        """One line for a log."""
        next_time = moment(self.due)
        match self.outcome:
            case Outcome.FETCHED:
                what = listed(_numbers(self.counts)) or worded("no articles")
            case Outcome.UNCHANGED:
                what = worded("unchanged")
            case Outcome.GONE:
                what = worded(
                    "gone: {error}; it isn't fetched any more, until 'newsarchive feeds pause --resume'",
                    error=self.error,
                )
            case Outcome.POSTPONED:
                what = worded(
                    "postponed until {next_time}: its host asked for it, or doesn't answer", next_time=next_time
                )
            case _:
                what = worded("failed: {error}; next try {next_time}", error=self.error, next_time=next_time)
        said = [what, self.note] if self.note else [what]
        return worded("{address}: {what}", address=self.address, what=listed(said, "; "))

    def as_json(self) -> dict[str, Any]:
        """The JSON form, without empty fields."""
        form = {
            "url": self.address,
            "title": self.title,
            "outcome": self.outcome.value,
            "next": moment(self.due) if self.outcome is not Outcome.GONE else "",
            **{name: count for name, count in self.counts.items() if count},
            "error": self.error,
            "note": self.note,
        }
        return {key: value for key, value in form.items() if value}


@dataclass(slots=True)
class RoundReport:
    """The result of a round: `feeds` are all that aren't paused, `results` those that were due."""

    started: float
    feeds: int = 0
    seconds: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    results: list[FeedResult] = field(default_factory=list)

    def add(self, result: FeedResult) -> None:
        """Count the result of a feed."""
        self.outcomes[result.outcome] += 1
        self.counts += result.counts
        if len(self.results) < MAX_LISTED:
            self.results.append(result)

    @property
    def has_failures(self) -> bool:
        """Whether a feed failed or is gone."""
        return bool(self.outcomes[Outcome.FAILED] + self.outcomes[Outcome.GONE])

    def line(self) -> str:
        """A summary."""
        outcomes = Counter({outcome.value: count for outcome, count in self.outcomes.items()})
        parts = [*_numbers(outcomes), *_numbers(self.counts), *_numbers(self.pages)]
        done = sum(self.outcomes.values())
        return worded(
            "{done} of {feeds} feeds in {seconds:.1f} s: {parts}",
            done=done,
            feeds=self.feeds,
            seconds=self.seconds,
            parts=listed(parts) or worded("none was due"),
        )

    def totals(self) -> dict[str, float]:
        """What to add to the totals over all rounds."""
        totals: dict[str, float] = {"rounds": 1, "seconds": self.seconds}
        totals |= {f"feeds_{outcome.value}": self.outcomes[outcome] for outcome in Outcome}
        totals |= {f"articles_{name}": count for name, count in self.counts.items()}
        return totals | {name.replace(" ", "_"): count for name, count in self.pages.items()}

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "started": moment(self.started),
            "seconds": round(self.seconds, 3),
            "feeds": self.feeds,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "articles": dict(self.counts),
            "pages": dict(self.pages),
            "results": [result.as_json() for result in self.results],
        }


def _numbers(counts: Counter[str]) -> list[str]:
    return [worded(_NUMBERS[name].template, count=count) for name, count in counts.items() if count]


def moment(seconds: float) -> str:
    """A time as text, in UTC.

    >>> moment(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
