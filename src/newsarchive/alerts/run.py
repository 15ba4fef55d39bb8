"""One run of `newsarchive alerts send`: take in what arrived, plan, send, and forget what nobody needs any more.

Whatever step it is killed at, the next run goes on: arrivals are taken in once, planned once, and what was planned
is sent until it is known to have arrived.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newsarchive.alerts.arrivals import take_in
from newsarchive.alerts.ledger import FOLDER, Ledger
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.planning import Planner
from newsarchive.alerts.records import Progress
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.alerts.sending import Post, Sender, Sent
from newsarchive.alerts.unsubscribing import load_key
from newsarchive.archive.locks import Held, take_lock
from newsarchive.config import Config
from newsarchive.errors import AlertsError, AlertsRunning, SearchError, SubscriptionsError
from newsarchive.library import Library
from newsarchive.subscriptions.clock import Clock, SystemClock
from newsarchive.subscriptions.feed_secrets import SECRETS_FILE, FeedSecrets
from newsarchive.wording import worded, words_of

PREFIX = "ALERT_"
"""What the names of secrets begin with."""
_WAIT = 10.0
"""Seconds that a new search waits for a run."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: the digests planned, what came of deliveries, and warnings.

    `is_behind` is whether the index couldn't be searched, so that not all digests were planned that are due.
    """

    planned: int
    sent: Sent
    warnings: tuple[str, ...] = ()
    is_behind: bool = False


def secrets_of(archive: Path, config: Config) -> FeedSecrets:
    """The secrets of the alerts of an archive. Raises AlertsError if the file can't be used."""
    try:
        return FeedSecrets(config.alert_secrets or archive / FOLDER / SECRETS_FILE, prefix=PREFIX)
    except SubscriptionsError as error:
        raise AlertsError(words_of(error)) from error


def post_office(archive: Path, config: Config) -> Post:
    """What is needed to send. Raises AlertsError if a secret can't be read."""
    key = load_key(archive, create=True)
    return Post(config, secrets_of(archive, config), key, SiteLinks(config.site_url))


@contextmanager
def only_sender(archive: Path, wait: float = 0.0) -> Iterator[None]:
    """Keep other runs out meanwhile. Raises AlertsRunning if there still is one after `wait` seconds."""
    folder = archive / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = take_lock(folder / "sending.lock", wait)
    except Held as held:
        raise AlertsRunning(
            worded("{folder}: process {holder} is sending alerts", folder=folder, holder=held.holder)
        ) from held
    with lock:
        yield


def begin(library: Library, search: SavedSearch, config: Config, now: float) -> None:
    """Let a new search begin with what arrives from now on. Raises AlertsRunning and AlertsError.

    Without this, it begins with what arrives after the next run.
    """
    archive = library.archive.folder
    with only_sender(archive, _WAIT), Ledger(archive) as ledger:
        take_in(ledger, library.archive)
        slot = search.schedule.latest(now, search.zone or config.timezone)
        ledger.move(search.id, Progress(ledger.last_arrival(), slot))


def run(  # noqa: PLR0913 - the options of the command
    library: Library,
    load: Callable[[], Sequence[SavedSearch]],
    config: Config,
    *,
    clock: Clock | None = None,
    only: Callable[[SavedSearch], bool] = lambda _: True,
    all_searches: bool = False,
    update_index: Callable[[], object] | None = None,
) -> RunReport:
    """Send what is due of some saved searches. `load` returns all of them, `only` says which are meant.
    With `all_searches`, those that aren't due are sent, too.

    If the index can't be updated or searched, what was planned before is sent all the same. Raises AlertsRunning
    if another process is sending, and AlertsError if the ledger or a secret can't be used.
    """
    clock = clock or SystemClock()
    archive = library.archive.folder
    with only_sender(archive), Ledger(archive) as ledger:
        # Read here, because a search that was saved before must not be taken for one that was removed.
        searches = load()
        warning = take_in(ledger, library.archive)
        warnings = [warning] if warning else []
        planned, is_behind = 0, False
        try:
            # After taking in: the index then has at least what was taken in.
            (update_index or library.update_index)()
            planner = Planner(library, ledger, config.timezone)
            planned = planner.plan(searches, clock.now(), only, all_searches=all_searches)
        except SearchError as error:
            is_behind = True
            warnings.append(worded("{error}; what arrived is told of by a later run", error=error))
        office = post_office(archive, config)
        sent = Sender(library, ledger, office, clock, config.timezone).run(searches)
        with ledger.together():
            ledger.forget_others([one.id for one in searches], clock.now())
    return RunReport(planned, sent, tuple(warnings), is_behind)
