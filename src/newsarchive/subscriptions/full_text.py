"""Full texts: fetches the page of each entry of a feed, once.

If a page can't be read, the teaser is stored, and the page is tried twice more. A full text that
comes later is a revision of the teaser.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from newsarchive.article import Article
from newsarchive.errors import FetchError, IngestError, SubscriptionsError, describe_fault
from newsarchive.identity import article_address
from newsarchive.ingest.deciding import FULL_TEXT
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.record import FetchedRecord
from newsarchive.ingest.locations import read_fetched
from newsarchive.ingest.pipeline import IngestReport
from newsarchive.limits import bounded
from newsarchive.subscriptions.clock import Clock, Stopped
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.feeds import Feed
from newsarchive.subscriptions.hosts import HostBlocked, HostTurns, host_of, run_by_host
from newsarchive.subscriptions.options import FetchOptions, Transport
from newsarchive.subscriptions.robots import RobotsFiles
from newsarchive.subscriptions.schedule import SHORTEST_WAIT, block_of_host
from newsarchive.subscriptions.state import FetchStates, PageState
from newsarchive.wording import worded

PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
TRIES = 3
"""How often a page is tried."""
MAX_PAGES = 100
"""Pages of a feed that are fetched in one round; the others follow in the next ones."""

_RETRY = 3_600.0
_NEVER = 1e12
_SEEN_AGAIN = 86_400.0
_LONGEST_SUMMARY = 1_000

Store = Callable[[Iterable[Article | IngestError]], IngestReport]
Stored = Callable[[str], Article | None]
"""Returns the latest revision of a stored article, None if there is none."""


@dataclass(slots=True)
class Entries:
    """The entries of a feed whose pages are to be fetched, with the response to note when that is done."""

    feed: Feed
    fetched: Fetched
    digest: str
    articles: list[Article]
    refusals: list[IngestError]
    updated: dict[str, str]
    left: int = 0
    stored: IngestReport = field(default_factory=IngestReport)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page to fetch: for an entry of a response, or again for a stored article."""

    state: PageState
    feed: Feed
    url: str
    entry: Article | None = None
    entries: Entries | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    page: _Page
    fetched: Fetched | None = None
    problem: str = ""
    is_final: bool = False
    waits: bool = False
    exchanges: tuple[FetchedRecord, ...] = ()


class FullTexts:
    """Fetches pages of entries, for a round or for several.

    `stored` finds the article that a page belongs to. `robots` says which pages may be fetched.
    `on_problem` is called with the address of a page and what is wrong with it.
    """

    def __init__(  # noqa: PLR0913 - the parts of the world
        self,
        states: FetchStates,
        transport: Transport,
        stored: Stored,
        *,
        options: FetchOptions,
        secrets: FeedSecrets,
        clock: Clock,
        robots: RobotsFiles,
        on_problem: Callable[[str, str], None] | None = None,
    ) -> None:
        self._states = states
        self._transport = transport
        self._stored = stored
        self._options = options
        self._secrets = secrets
        self._clock = clock
        self._robots = robots
        self._on_problem = on_problem
        self._feeds: list[Feed] = []
        self._expected: list[Entries] = []
        self.counts: Counter[str] = Counter()

    def begin(self, feeds: Iterable[Feed]) -> None:
        """Start a round."""
        self._feeds = [feed for feed in feeds if feed.full_text]
        self._expected = []
        self.counts = Counter()

    def expect(self, entries: Entries) -> None:
        """Take the entries of a feed."""
        self._expected.append(entries)

    def run(self, turns: HostTurns, store: Store, stop: threading.Event) -> Iterator[tuple[Entries, IngestReport]]:
        """Fetch and store the pages; yield each feed, with what was stored, when its entries are on the disk."""
        pages: list[_Page] = []
        for entries in self._expected:
            mine, others = self._sorted(entries)
            mine, later = mine[:MAX_PAGES], mine[MAX_PAGES:]
            teasers = [page.entry for page in later if page.entry is not None]
            _add(entries.stored, store([*others, *teasers, *entries.refusals]))
            for page in later:
                self._states.save_page(replace(page.state, due=self._clock.now() + SHORTEST_WAIT))
            entries.left = len(mine)
            pages += mine
            if not mine:
                yield entries, entries.stored
        pages += self._again({page.state.url for page in pages})
        results = run_by_host(
            pages,
            lambda page: host_of(page.url),
            lambda page: self._fetch(page, turns),
            self._options.workers,
            stop,
        )
        for result in results:
            if result.waits and (until := turns.blocked_until(host_of(result.page.url))):
                self._states.block(host_of(result.page.url), until)
            stored = self._take(result, store)
            entries_of = result.page.entries
            if entries_of is not None:
                _add(entries_of.stored, stored)
                entries_of.left -= 1
                if not entries_of.left:
                    yield entries_of, entries_of.stored

    def _sorted(self, entries: Entries) -> tuple[list[_Page], list[Article]]:
        """The pages to fetch, and the entries to store as they are."""
        now = self._clock.now()
        pages: dict[str, _Page] = {}
        others: list[Article] = []
        for article in entries.articles:
            url = article_address(article.url)
            if not url or url in pages:
                others.append(article)
                continue
            updated = "" if article.published_relative else entries.updated.get(article.url, "")
            known = self._states.page(url)
            if known is not None and now - known.seen > _SEEN_AGAIN:
                known = replace(known, seen=now)
                self._states.save_page(known)
            is_changed = known is not None and bool(updated) and known.updated != updated
            if known is None or (known.is_stored and is_changed):
                state = PageState(url=url, feed=entries.feed.key, updated=updated, article=article.id, seen=now)
                pages[url] = _Page(state, entries.feed, article.url, article, entries)
            elif not known.is_stored:
                others.append(article)
        return list(pages.values()), others

    def _again(self, taken: set[str]) -> Iterator[_Page]:
        """The pages that failed before and are due again."""
        for feed in self._feeds:
            for state in self._states.pages_due(feed.key, self._clock.now(), MAX_PAGES):
                article = self._stored(state.article) if state.url not in taken else None
                if article is not None and article.url:
                    yield _Page(state, feed, article.url)

    # In the threads that fetch

    def _fetch(self, page: _Page, turns: HostTurns) -> _Result:
        host = host_of(page.url)
        if turns.blocked_until(host):
            return _Result(page, waits=True)
        try:
            result = self._ask(page, turns)
        except FetchError as error:
            seconds = block_of_host(error.status, error.retry_after, self._clock.now())
            if seconds is not None:
                turns.block(host, self._clock.now() + seconds)
            result = _Result(page, problem=error.reason, is_final=error.status == 410, waits=seconds is not None)
        except (HostBlocked, Stopped):
            result = _Result(page, waits=True)
        except Exception as error:
            result = _Result(page, problem=describe_fault(error))
        return result

    def _ask(self, page: _Page, turns: HostTurns) -> _Result:
        pause = 0.0
        if not page.feed.ignores_robots:
            allowed, pause = self._robots.allows(page.url, turns)
            if not allowed:
                return _Result(page, problem=worded("its robots.txt forbids to fetch it"), is_final=True)
        exchanges: list[FetchedRecord] = []

        def note(exchange: FetchedRecord) -> None:
            if self._options.keeper is not None:
                exchanges.append(exchange)
            if self._options.on_response is not None:
                self._options.on_response(exchange)

        with turns.turn(page.url, pause) as turn:
            fetched = self._transport(
                page.url,
                user_agent=self._options.user_agent,
                accept=PAGE_ACCEPT,
                on_redirect=turn.move,
                on_response=note,
            )
        return _Result(page, fetched, exchanges=tuple(exchanges))

    # In the thread that stores

    def _take(self, result: _Result, store: Store) -> IngestReport:
        page = result.page
        problem, article = result.problem, None
        if result.fetched is not None:
            try:
                article = self._full(page, result.fetched, result.exchanges)
            except IngestError as error:
                problem = error.reason
        if article is not None:
            stored = store([article])
            self._states.save_page(replace(page.state, is_stored=True, tries=page.state.tries + 1))
            self.counts["full texts"] += 1
            return stored
        stored = IngestReport()
        if page.entry is not None and not self._has_full_text(page.entry.id):
            stored = store([page.entry])
        self._note_failure(page, problem, is_final=result.is_final, waits=result.waits)
        return stored

    def _note_failure(self, page: _Page, problem: str, *, is_final: bool, waits: bool) -> None:
        tries = page.state.tries if waits else TRIES if is_final else page.state.tries + 1
        due = _NEVER if tries >= TRIES else self._clock.now() + _RETRY * math.pow(4, max(tries - 1, 0))
        self._states.save_page(replace(page.state, tries=tries, due=due))
        self.counts["pages failed" if not waits else "pages waiting"] += 1
        if self._on_problem is not None and problem:
            self._on_problem(self._secrets.hide(page.url), self._secrets.hide(problem))

    def _has_full_text(self, article_id: str) -> bool:
        known = self._stored(article_id)
        return known is not None and known.origin.kind == FULL_TEXT

    def _full(self, page: _Page, fetched: Fetched, exchanges: Sequence[FetchedRecord]) -> Article:
        """The entry, or the stored article, with the text of its page. Raises IngestError if the page has none."""
        entry = page.entry or self._stored(page.state.article)
        if entry is None:
            raise SubscriptionsError(worded("{article}: the article is gone", article=page.state.article))
        fetched = replace(fetched, url=self._secrets.hide(fetched.url))
        keeper = self._options.keeper
        keep = partial(keeper.keep, exchanges) if keeper is not None else None
        for item in read_fetched(fetched, page.feed.defaults(self._options.zone), format=FULL_TEXT, keep=keep):
            if isinstance(item, IngestError):
                raise item
            return with_text_of(entry, item)
        raise IngestError(fetched.url, worded("no article in the page"))


def with_text_of(entry: Article, page: Article) -> Article:
    """The entry of a feed with the text of its page, if that is longer. What the entry says itself stays.

    The teaser becomes the summary.
    """
    if len(page.body) <= len(entry.body):
        return entry
    is_teaser = entry.body != entry.title and len(entry.body) <= _LONGEST_SUMMARY
    has_title = bool(entry.title) and not entry.title_derived
    full = replace(
        entry,
        title=entry.title if has_title else page.title,
        title_derived=False if has_title else page.title_derived,
        body=page.body,
        headings=page.headings,
        summary=entry.summary or (entry.body if is_teaser and entry.body not in page.body else ""),
        source=entry.source or page.source,
        publisher=entry.publisher or page.publisher,
        authors=entry.authors or page.authors,
        topics=entry.topics or page.topics,
        language=page.language,
        image_credit=entry.image_credit or page.image_credit,
        origin=page.origin,
    )
    if entry.published is None and page.published is not None:
        full = replace(
            full,
            published=page.published,
            published_raw=page.published_raw,
            published_relative=page.published_relative,
        )
    return bounded(full)


def _add(total: IngestReport, part: IngestReport) -> None:
    total.counts += part.counts
    total.refused += part.refused
