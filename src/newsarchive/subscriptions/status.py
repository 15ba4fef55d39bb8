"""How the subscriptions are doing, for `feeds list`, pages, health checks and metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from newsarchive.errors import SubscriptionsError
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.feed_secrets import SECRETS_FILE, FeedSecrets
from newsarchive.subscriptions.reports import moment
from newsarchive.subscriptions.schedule import DAY, INTERVAL, is_silent
from newsarchive.subscriptions.state import COUNTED_DAYS, STATE_FILE, FeedState, FetchStates
from newsarchive.subscriptions.subscription import Subscription, interval_text
from newsarchive.wording import worded

STALLED = 3_600.0
"""Seconds after which fetching counts as stalled: something was due so long ago, and nobody fetched it."""
FAILING = 3
"""Failures in a row after which a feed counts as a problem."""

_WEEK = 7 * DAY


class Health(StrEnum):
    """How a subscription is doing."""

    NEW = "new"
    """It was never fetched."""
    OK = "ok"
    """The last fetch succeeded."""
    RETRYING = "retrying"
    """The last fetch failed, which happens."""
    FAILING = "failing"
    """Several fetches in a row failed."""
    SILENT = "silent"
    """It has had nothing new for unusually long."""
    GONE = "gone"
    """Its server says that it was removed."""
    PAUSED = "paused"
    """It was paused by a person."""


PROBLEMS = frozenset({Health.FAILING, Health.SILENT, Health.GONE})
"""What `feeds list --check` exits with 1 for."""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A subscription with its state. `per_week` is the number of new articles per week."""

    subscription: Subscription
    state: FeedState
    health: Health
    per_week: float | None
    address: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form, without empty fields and secrets."""
        one, state = self.subscription, self.state
        times = {"last_success": state.succeeded, "last_new": state.newest, "last_error_at": state.error_at}
        form: dict[str, Any] = {
            "url": self.address,
            "title": one.title,
            "source": one.source,
            "topics": list(one.topics),
            "language": one.language,
            "interval": interval_text(one.interval) if one.interval is not None else "",
            "full_text": one.full_text,
            "health": self.health.value,
            "last_error": state.error,
            "failures": state.failures,
            **{name: moment(value) for name, value in times.items() if value is not None},
            "next": moment(state.due) if self.is_scheduled else "",
            "per_week": None if self.per_week is None else round(self.per_week, 1),
        }
        return {key: value for key, value in form.items() if value not in ("", [], False, None)}

    @property
    def is_scheduled(self) -> bool:
        """Whether it will be fetched again, and was before."""
        return self.health not in {Health.PAUSED, Health.GONE, Health.NEW}


def secrets_of(archive: Path, file: Path | None) -> FeedSecrets:
    """The secrets of the feeds of an archive: from `file`, or from its usual place. Raises SubscriptionsError."""
    return FeedSecrets(file or archive / FOLDER / SECRETS_FILE)


def statuses(
    subscriptions: Iterable[Subscription], states: FetchStates, secrets: FeedSecrets, now: float
) -> tuple[FeedStatus, ...]:
    """How each subscription is doing."""
    return tuple(_status(one, states, secrets, now) for one in subscriptions)


def _status(one: Subscription, states: FetchStates, secrets: FeedSecrets, now: float) -> FeedStatus:
    state = states.feed(one.key)
    per_week, silent = None, False
    if state.since is not None:
        since = max(state.since, now - COUNTED_DAYS * DAY)
        weeks = max((now - since) / _WEEK, 1 / 7)
        per_week = states.arrived(one.key, since, now) / weeks
    if state.newest is not None and state.since is not None:
        start = max(state.since, state.newest - COUNTED_DAYS * DAY)
        articles = states.arrived(one.key, start, state.newest)
        silent = is_silent(now, state.newest, articles, (state.newest - start) / DAY)
    return FeedStatus(one, state, _health(one, state, silent=silent), per_week, secrets.hide(one.address))


def _health(one: Subscription, state: FeedState, *, silent: bool) -> Health:
    if one.paused:
        return Health.PAUSED
    if state.gone:
        return Health.GONE
    if state.failures:
        return Health.FAILING if state.failures >= FAILING else Health.RETRYING
    if state.succeeded is None:
        return Health.NEW
    return Health.SILENT if silent else Health.OK


def load_statuses(archive: Path, secrets: FeedSecrets, now: float) -> tuple[FeedStatus, ...]:
    """How the subscriptions of an archive are doing; none if it has none. Raises SubscriptionsError."""
    subscriptions = FeedList(archive).load()
    if not subscriptions:
        return ()
    with FetchStates(archive / FOLDER, read_only=True) as states:
        return statuses(subscriptions, states, secrets, now)


def load_totals(archive: Path) -> dict[str, float]:
    """The totals over all rounds; empty if there was none."""
    folder = archive / FOLDER
    if not (folder / STATE_FILE).exists():
        return {}
    with FetchStates(folder, read_only=True) as states:
        return states.totals()


def stalled(listed: Sequence[FeedStatus], totals: dict[str, float], now: float) -> str:
    """What is wrong if nobody fetches the feeds, though they are due; otherwise an empty string."""
    active = [one for one in listed if one.health not in {Health.PAUSED, Health.GONE}]
    last = totals.get("last_round")
    if not active or last is None:
        return ""
    overdue = [one for one in active if one.state.due + STALLED < now]
    if not overdue or now - last < STALLED + INTERVAL:
        return ""
    return worded(
        "no round of fetching since {last}; {overdue} of {active} feeds are overdue",
        last=moment(last),
        overdue=len(overdue),
        active=len(active),
    )


def fetching_health(archive: Path, now: float) -> str:
    """One word or line about fetching for a health check: `none`, `ok`, or what is wrong."""
    try:
        # Without secrets: nothing of addresses is shown.
        listed = load_statuses(archive, FeedSecrets(environment={}), now)
        problem = stalled(listed, load_totals(archive), now)
    except (SubscriptionsError, OSError) as error:
        return f"unknown: {error}"
    if problem:
        return f"stalled: {problem}"
    return "ok" if listed else "none"
