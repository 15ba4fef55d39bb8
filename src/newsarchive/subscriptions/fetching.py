"""One round: fetches the feeds that are due, stores their articles, and notes what it learned."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from newsarchive.article import Article
from newsarchive.errors import FetchError, IngestError, SubscriptionsError, describe_fault
from newsarchive.ingest.deciding import FULL_TEXT, Verdict
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.masking import has_secrets
from newsarchive.ingest.locations import read_fetched
from newsarchive.ingest.pipeline import IngestReport
from newsarchive.ingest.readers.format import HEAD
from newsarchive.ingest.readers.registry import sniffed
from newsarchive.subscriptions.clock import Clock, Stopped, SystemClock
from newsarchive.subscriptions.feed_list import FeedList, find
from newsarchive.subscriptions.feed_secrets import FeedSecrets, has_placeholder
from newsarchive.subscriptions.feeds import Feed, feeds_of
from newsarchive.subscriptions.full_text import Entries, FullTexts
from newsarchive.subscriptions.hosts import HostBlocked, HostTurns, host_of, run_by_host
from newsarchive.subscriptions.options import FetchOptions, Transport
from newsarchive.subscriptions.reports import FeedResult, Outcome, RoundReport
from newsarchive.subscriptions.schedule import (
    SHORTEST_WAIT,
    Move,
    block_of_host,
    next_fetch,
    wait_after_failure,
)
from newsarchive.subscriptions.state import FeedState, FetchStates
from newsarchive.subscriptions.subscription import address_key
from newsarchive.wording import worded, words_of

FEED_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8,"
    " */*;q=0.5"
)

_UNANSWERED = 2
"""How many feeds of a host in a row may get no answer, before its other feeds wait for the next round."""
_RETRY_HOST = 900.0
_GONE = 410
_STOPPED = -1.0
"""The postponement of a feed that was not asked for because the run was stopped."""

Store = Callable[[Iterable[Article | IngestError]], IngestReport]
"""Stores articles, so that they are on the disk when it returns."""


@dataclass(frozen=True, slots=True)
class _Request:
    """A feed to fetch, with its secrets filled in. `problem` is why it can't be fetched at all."""

    feed: Feed
    url: str
    headers: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Response:
    """What came of a request: a response, an error, or a time before which the host must not be asked."""

    request: _Request
    fetched: Fetched | None = None
    error: IngestError | None = None
    postponed: float = 0.0


@dataclass(slots=True)
class _Read:
    """The articles of a response, and what could not be read of it."""

    articles: list[Article] = field(default_factory=list)
    refusals: list[IngestError] = field(default_factory=list)
    updated: dict[str, str] = field(default_factory=dict)

    @property
    def items(self) -> Iterator[Article | IngestError]:
        yield from self.articles
        yield from self.refusals


class Round:
    """Fetches each feed that is due once.

    `store` stores articles; only then is a response noted, so that a crash in between costs a
    fetch and no article. `on_result` is called with the result of each feed. `clock`, `chance` and
    `transport` stand for the world, so that tests can play another one.
    """

    def __init__(  # noqa: PLR0913 - the parts of the world
        self,
        feeds: FeedList,
        states: FetchStates,
        store: Store,
        transport: Transport,
        *,
        options: FetchOptions | None = None,
        secrets: FeedSecrets | None = None,
        full_texts: FullTexts | None = None,
        clock: Clock | None = None,
        chance: Random | None = None,
        stop: threading.Event | None = None,
        on_result: Callable[[FeedResult], None] | None = None,
    ) -> None:
        self._feeds = feeds
        self._states = states
        self._store = store
        self._transport = transport
        self._options = options or FetchOptions()
        self._secrets = secrets or FeedSecrets(environment={})
        self._full_texts = full_texts
        self._clock = clock or SystemClock()
        self._chance = chance or Random()  # noqa: S311 - jitter
        self._stop = stop or threading.Event()
        self._on_result = on_result
        self._unanswered: Counter[str] = Counter()
        self._started = self._clock.now()
        self._turns = HostTurns(self._clock, self._options.pause, states.blocked(self._started))
        self.report = RoundReport(started=self._started)

    def run(self, only: Iterable[str] = ()) -> RoundReport:
        """Fetch the feeds that are due, or those named by address or title. Returns the report.

        Raises SubscriptionsError if the list can't be used, and what `store` raises.
        """
        due = self._due(tuple(only))
        # Those that failed come last, so that one feed with too many requests can't starve its host's others.
        requests = [self._request(feed) for feed in sorted(due, key=lambda feed: (feed.state.failures, feed.state.due))]
        try:
            responses = run_by_host(
                requests, lambda request: host_of(request.url), self._fetch, self._options.workers, self._stop
            )
            for response in responses:
                self._take(response)
            self._fetch_pages()
        finally:
            self._turns.stop()
            self._finish(due)
        return self.report

    def _due(self, only: tuple[str, ...]) -> list[Feed]:
        subscriptions = self._feeds.load()
        chosen = {one.key for name in only for one in find(subscriptions, name)}
        feeds = feeds_of(subscriptions, self._states, self._options)
        self.report.feeds = len(feeds)
        if self._full_texts is not None:
            self._full_texts.begin(feeds)
        if chosen:
            return [feed for feed in feeds if feed.key in chosen]
        now = self._clock.now()
        return [feed for feed in feeds if not feed.state.gone and (self._options.all_feeds or feed.due_at(now) <= now)]

    def _request(self, feed: Feed) -> _Request:
        try:
            url = self._secrets.fill_address(feed.address)
            return _Request(feed, url, {name: self._secrets.fill(value) for name, value in feed.headers})
        except SubscriptionsError as error:
            return _Request(feed, feed.address, {}, words_of(error))

    # In the threads that fetch

    def _fetch(self, request: _Request) -> _Response:
        host = host_of(request.url)
        if request.problem:
            return _Response(request, error=FetchError(request.feed.address, request.problem))
        if until := self._leave_until(host):
            return _Response(request, postponed=until)
        try:
            response = _Response(request, fetched=self._ask(request))
            self._unanswered[host] = 0
        except FetchError as error:
            self._unanswered[host] = 0 if error.status else self._unanswered[host] + 1
            self._block(host, error)
            response = _Response(request, error=error)
        except HostBlocked as error:
            until = self._turns.blocked_until(str(error)) or self._clock.now() + _RETRY_HOST
            response = _Response(request, postponed=until)
        except Stopped:
            response = _Response(request, postponed=_STOPPED)
        except Exception as error:
            response = _Response(request, error=FetchError(request.feed.address, describe_fault(error)))
        return response

    def _leave_until(self, host: str) -> float:
        """Until when a host is to be left alone: it asked for it, or it didn't answer. 0 if it isn't."""
        until = self._turns.blocked_until(host)
        return self._clock.now() + _RETRY_HOST if not until and self._unanswered[host] >= _UNANSWERED else until

    def _ask(self, request: _Request) -> Fetched:
        state = request.feed.state
        with self._turns.turn(request.url) as turn:
            return self._transport(
                request.url,
                user_agent=self._options.user_agent,
                accept=FEED_ACCEPT,
                etag=state.etag,
                last_modified=state.last_modified,
                headers=request.headers,
                on_redirect=turn.move,
                on_response=self._options.on_response,
            )

    def _block(self, host: str, error: FetchError) -> None:
        now = self._clock.now()
        seconds = block_of_host(error.status, error.retry_after, now)
        if seconds is not None:
            self._turns.block(host, now + seconds)

    # In the thread that stores

    def _take(self, response: _Response) -> None:
        feed = response.request.feed
        if response.postponed == _STOPPED:
            return
        if response.postponed:
            self._postponed(feed, response.postponed)
        elif response.error is not None:
            self._failed(feed, response.error, host_of(response.request.url))
        elif response.fetched is not None:
            self._received(feed, response.fetched)

    def _received(self, feed: Feed, fetched: Fetched) -> None:
        state = feed.state
        fetched = replace(fetched, url=self._secrets.hide(fetched.url))
        if fetched.not_modified:
            if not (state.etag or state.last_modified):
                self._failed(
                    feed, FetchError(feed.address, worded("status 304 (Not Modified), although everything is new"))
                )
                return
            kept = replace(fetched, etag=fetched.etag or state.etag, last_modified=state.last_modified)
            self._succeeded(feed, kept, state.digest)
            return
        digest = hashlib.sha256(fetched.content).hexdigest()
        if digest == state.digest:
            self._succeeded(feed, fetched, digest)
            return
        try:
            read = self._read(feed, fetched)
        except IngestError as error:
            self._failed(feed, error)
            return
        if read.refusals and not read.articles:
            self._failed(feed, read.refusals[0])
            return
        if _is_cut(fetched.content):
            # What was cut off is only sent again if the next request isn't conditional.
            fetched, digest = replace(fetched, etag="", last_modified=""), ""
        if feed.full_text and self._full_texts is not None:
            self._full_texts.expect(Entries(feed, fetched, digest, read.articles, read.refusals, read.updated))
        else:
            self._succeeded(feed, fetched, digest, self._store(read.items))

    def _read(self, feed: Feed, fetched: Fetched) -> _Read:
        """Read the articles. Raises ParseError if the content is no feed."""
        found = _Read()

        def note(draft: Draft) -> None:
            # Readers list the date of an update last. An entry with one date tells of changes by that.
            dates = (draft.published_raw, *draft.more_dates)
            if draft.url and dates[-1]:
                found.updated[draft.url] = dates[-1]

        # The reader of feeds says what a page is, instead of taking an error page for an article.
        is_page = sniffed(fetched.content[:HEAD]).name == FULL_TEXT
        defaults = feed.defaults(self._options.zone)
        for item in read_fetched(fetched, defaults, format="feed" if is_page else None, on_draft=note):
            if isinstance(item, Article):
                found.articles.append(item)
            else:
                found.refusals.append(item)
        return found

    def _fetch_pages(self) -> None:
        if self._full_texts is None:
            return
        for entries, stored in self._full_texts.run(self._turns, self._store, self._stop):
            self._succeeded(entries.feed, entries.fetched, entries.digest, stored)
        self.report.pages = self._full_texts.counts

    def _succeeded(self, feed: Feed, fetched: Fetched, digest: str, stored: IngestReport | None = None) -> None:
        now = self._clock.now()
        new = stored.counts[Verdict.STORED] if stored else 0
        move = Move(feed.state.moved_to, feed.state.moved_count).after(self._moved_to(feed, fetched))
        state = replace(
            feed.state,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            digest=digest,
            due=next_fetch(self._started, now, feed.interval),
            tried=now,
            succeeded=now,
            failures=0,
            gone=False,
            moved_to=move.to,
            moved_count=move.count,
            newest=now if new else feed.state.newest,
            since=feed.state.since or now,
        )
        with self._states.together():
            self._states.save(state)
            if new:
                self._states.count(feed.key, now, new)
        note = self._adopt(feed, move) if move.is_settled else ""
        outcome = Outcome.UNCHANGED if stored is None else Outcome.FETCHED
        self._tell(feed, FeedResult(outcome=outcome, due=state.due, counts=_counts(stored), note=note))

    def _moved_to(self, feed: Feed, fetched: Fetched) -> str:
        return fetched.moved_to if fetched.moved_to and address_key(fetched.moved_to) != feed.key else ""

    def _adopt(self, feed: Feed, move: Move) -> str:
        """Adopt the new address of a feed, unless its address has secrets. Returns what to say about it."""
        shown = self._secrets.hide(move.to)
        if has_placeholder(feed.address) or has_secrets(feed.address) or has_secrets(move.to) or feed.headers:
            return worded("it has moved to {shown}; its address has secrets, so change it yourself", shown=shown)
        try:
            self._feeds.move(feed.address, move.to)
        except (SubscriptionsError, OSError) as error:
            return worded(
                "it has moved to {shown}, but the list of feeds could not be changed: {error}", shown=shown, error=error
            )
        with self._states.together():
            self._states.rename(feed.key, address_key(move.to))
            state = self._states.feed(address_key(move.to))
            self._states.save(replace(state, moved_to="", moved_count=0))
        return worded("it has moved permanently to {shown}, which is its address from now on", shown=shown)

    def _failed(self, feed: Feed, error: IngestError, host: str = "") -> None:
        now = self._clock.now()
        status, header = (error.status, error.retry_after) if isinstance(error, FetchError) else (0, "")
        blocked = block_of_host(status, header, now)
        if blocked is not None and host:
            self._states.block(host, now + blocked)
        failures = feed.state.failures + 1
        state = replace(
            feed.state,
            due=now + wait_after_failure(failures, feed.interval, blocked, self._chance),
            tried=now,
            error=self._secrets.hide(error.reason),
            error_at=now,
            failures=failures,
            gone=status == _GONE,
            moved_to="",
            moved_count=0,
            since=feed.state.since or now,
        )
        self._states.save(state)
        outcome = Outcome.GONE if state.gone else Outcome.FAILED
        self._tell(feed, FeedResult(outcome=outcome, due=state.due, error=state.error))

    def _postponed(self, feed: Feed, until: float) -> None:
        """Leave a feed alone whose host asked for it, or doesn't answer. That isn't a failure of the feed."""
        due = max(until, self._clock.now() + SHORTEST_WAIT)
        self._states.save(replace(feed.state, due=due))
        self._tell(feed, FeedResult(outcome=Outcome.POSTPONED, due=due))

    def _tell(self, feed: Feed, result: FeedResult) -> None:
        named = replace(result, address=self._secrets.hide(feed.address), title=feed.title)
        self.report.add(named)
        if self._on_result is not None:
            self._on_result(named)

    def _finish(self, due: list[Feed]) -> None:
        """Note the round. A feed whose next time passed while it lasted is due a little later."""
        now = self._clock.now()
        self.report.seconds = now - self._started
        with self._states.together():
            for feed in due:
                state: FeedState = self._states.feed(feed.key)
                if state.tried is not None and state.tried >= self._started and state.due <= now and not state.gone:
                    self._states.save(replace(state, due=now + min(SHORTEST_WAIT, feed.interval)))
            self._states.forget_old_pages(now)
            self._states.add_to(self.report.totals())
            self._states.set_total("last_round", now)


def _is_cut(content: bytes) -> bool:
    """Whether XML ends before its last tag does."""
    return content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and not content[-100:].rstrip().endswith(b">")


def _counts(report: IngestReport | None) -> Counter[str]:
    if report is None:
        return Counter()
    counts = Counter({verdict.value: count for verdict, count in report.counts.items() if count})
    return counts + Counter({"refused": report.refused})
