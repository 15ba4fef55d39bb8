"""`newsarchive fetch`."""

import json
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path

import click

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli.common import (
    ProgressLine,
    archive_option,
    describe,
    page_keeper,
    refuse_if_shortened,
    say_damage,
    say_repairs,
    say_why_rebuilt,
    wait_option,
    with_config,
)
from newsarchive.cli.durations import Duration
from newsarchive.cli.ingest_report import SOME_FAILED
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _, in_words
from newsarchive.config import Config
from newsarchive.errors import ArticleNotFound, CorruptArchive, FetchRunning, IndexUnreachable, IngestError
from newsarchive.ingest.fetching.fetch import fetch as fetch_address
from newsarchive.ingest.fetching.fetch import user_agent_of
from newsarchive.ingest.fetching.robots import allows
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.pipeline import IngestReport, Pipeline
from newsarchive.library import Library, open_library
from newsarchive.subscriptions.clock import SystemClock
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.feeds import feeds_of
from newsarchive.subscriptions.fetching import Round
from newsarchive.subscriptions.full_text import FullTexts
from newsarchive.subscriptions.hosts import PAUSE, WORKERS
from newsarchive.subscriptions.options import FEED_LIMITS, FetchOptions, Transport
from newsarchive.subscriptions.reports import FeedResult, RoundReport, moment
from newsarchive.subscriptions.robots import RobotsFiles
from newsarchive.subscriptions.schedule import INTERVAL
from newsarchive.subscriptions.service import Service, only_fetcher
from newsarchive.subscriptions.state import FetchStates
from newsarchive.subscriptions.status import secrets_of
from newsarchive.wording import worded

RUNNING = 3
"""The exit code if another process is fetching."""


@click.command()
@click.argument("feeds", nargs=-1, metavar="[URL|TITLE]...")
@archive_option
@click.option("--every", type=Duration(), help="Run as a service, and fetch each feed this often, such as 15m.")
@click.option("--full-text", is_flag=True, help="Fetch the page of each entry of all feeds, once.")
@click.option("--all", "all_feeds", is_flag=True, help="Fetch also feeds that aren't due.")
@click.option(
    "--parallel",
    type=click.IntRange(1, 64),
    default=WORKERS,
    show_default=True,
    help="Number of hosts that are asked at the same time.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    default=PAUSE,
    show_default="1",
    help="Time between two requests to a host.",
)
@click.option("--no-index", is_flag=True, help="Don't update the index; a later run updates it.")
@click.option("--quiet", is_flag=True, help="Print only errors that end the command; for cron.")
@click.option("--json", "as_json", is_flag=True, help="Print the report of each round as JSON.")
@wait_option
@with_config
def fetch(  # noqa: PLR0913 - one parameter per option
    config: Config,
    feeds: tuple[str, ...],
    archive: Path,
    every: float | None,
    full_text: bool,
    all_feeds: bool,
    parallel: int,
    pause: float,
    no_index: bool,
    quiet: bool,
    as_json: bool,
    wait: float,
) -> int:
    """Fetch the feeds that are due, or those named, and store their articles.

    Times are stored, so this can run every minute. With --every it runs until it is stopped.
    """
    options = FetchOptions(
        interval=every or INTERVAL,
        pause=pause,
        workers=parallel,
        all_feeds=all_feeds,
        full_text=full_text,
        user_agent=user_agent_of(config.contact),
        zone=config.timezone,
        keeper=page_keeper(config, archive),
    )
    with (
        Interruptions() as interruptions,
        open_library(config, folder=archive, create=True) as library,
        ExitStack() as held,
        FetchStates(archive / FOLDER) as states,
    ):
        try:
            held.enter_context(only_fetcher(archive))
        except FetchRunning:
            if quiet:
                # Cron would send a mail for each run beside a long one.
                return RUNNING
            raise
        refuse_if_shortened(library.archive)
        says = _Says.JSON if as_json else _Says.NOTHING if quiet else _Says.LINES
        run = _Run(
            config,
            library,
            states,
            options,
            interruptions,
            says=says,
            indexes=not no_index,
            wait=wait,
            is_service=every is not None,
        )
        if every is None:
            return SOME_FAILED if run.round(feeds).has_failures else 0
        run.serve(every, feeds)
    return 0


class _Says(StrEnum):
    """What a run prints."""

    LINES = "lines"
    JSON = "json"
    NOTHING = "nothing"


class _Run:
    """The rounds of one command, with what they share."""

    def __init__(  # noqa: PLR0913 - the options
        self,
        config: Config,
        library: Library,
        states: FetchStates,
        options: FetchOptions,
        interruptions: Interruptions,
        *,
        says: _Says,
        indexes: bool,
        wait: float,
        is_service: bool,
    ) -> None:
        self._config = config
        self._library = library
        self._states = states
        self._options = options
        self._interruptions = interruptions
        self._says = says
        self._indexes = indexes
        self._wait = wait
        self._is_service = is_service
        self._progress = ProgressLine()
        self._stop = threading.Event()
        self._clock = SystemClock(self._stop)
        self._list = FeedList(library.archive.folder)
        settings = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy, limits=FEED_LIMITS)
        self._transport: Transport = partial(fetch_address, settings=settings)
        self._robots = RobotsFiles(self._transport, self._clock, options, allows)
        self._done = 0

    def serve(self, every: float, only: Iterable[str]) -> None:
        """Fetch until SIGTERM or Ctrl-C, which end the current write first. Both are a normal end."""
        service = Service(
            lambda: self.round(only),
            self._next_due,
            every=every,
            clock=self._clock,
            stop=self._stop,
            on_error=lambda error: click.echo(
                _("newsarchive: {error}; the next round tries again").format(error=describe(error)), err=True
            ),
        )
        try:
            service.run()
        except KeyboardInterrupt:
            self._stop.set()
            click.echo(_("stopped"), err=True)

    def round(self, only: Iterable[str]) -> RoundReport:
        """Run one round and report it."""
        self._done = 0
        secrets = secrets_of(self._library.archive.folder, self._config.feed_secrets)
        one = Round(
            self._list,
            self._states,
            self._store,
            self._transport,
            options=self._options,
            secrets=secrets,
            full_texts=self._full_texts(secrets),
            clock=self._clock,
            stop=self._stop,
            on_result=self._show,
        )
        try:
            report = one.run(only)
            self._update_index(report)
        except BaseException:
            self._stop.set()
            raise
        finally:
            self._progress.clear()
            self._say(one.report)
        if self._options.keeper is not None:
            self._options.keeper.expire()
        return report

    def _store(self, items: Iterable[Article | IngestError]) -> IngestReport:
        pipeline = Pipeline(
            ArchiveWriter(self._library.archive, wait=self._wait),
            on_refusal=self._refused,
            uninterrupted=self._interruptions.held_back,
        )
        report = pipeline.run(items)
        say_repairs(report.healed, report.mark_problem)
        return report

    def _full_texts(self, secrets: FeedSecrets) -> FullTexts:
        return FullTexts(
            self._states,
            self._transport,
            self._stored,
            options=self._options,
            secrets=secrets,
            clock=self._clock,
            robots=self._robots,
            on_problem=lambda page, problem: self._log(worded("{page}: {problem}", page=page, problem=problem)),
        )

    def _stored(self, article_id: str) -> Article | None:
        try:
            return self._library.archive.get(article_id)
        except (ArticleNotFound, CorruptArchive):
            return None

    def _update_index(self, report: RoundReport) -> None:
        if self._indexes and (report.counts or report.pages):
            try:
                say_damage(self._library.update_index(on_rebuild=say_why_rebuilt, wait=self._wait))
            except IndexUnreachable as error:
                # What was fetched is stored. A service goes on fetching while the cluster is down.
                if not self._is_service:
                    raise
                click.echo(
                    _("newsarchive: {error}; a later round indexes what was stored").format(error=describe(error)),
                    err=True,
                )

    def _next_due(self) -> float | None:
        feeds = feeds_of(self._list.load(), self._states, self._options)
        now = self._clock.now()
        return min((feed.due_at(now) for feed in feeds if not feed.state.gone), default=None)

    def _show(self, result: FeedResult) -> None:
        self._done += 1
        self._log(result.line())
        self._progress.show(_("{done} feeds fetched").format(done=self._done))

    def _refused(self, refusal: IngestError) -> None:
        self._log(worded("refused: {refusal}", refusal=refusal))

    def _log(self, line: str) -> None:
        if self._says is _Says.LINES:
            self._progress.clear()
            # With the time, because a service's output may go to a file. That is a log, which is always in English.
            click.echo(f"{moment(self._clock.now())} {line if self._is_service else in_words(line)}", err=True)

    def _say(self, report: RoundReport) -> None:
        if self._says is _Says.JSON:
            if self._is_service:
                click.echo(json.dumps(report.as_json()))
            else:
                print_json(report.as_json())
        elif self._says is _Says.LINES and not self._list.load():
            click.echo(_("there are no feeds yet; add one with: newsarchive feeds add URL"))
        elif self._says is _Says.LINES and (report.outcomes or not self._is_service):
            click.echo(report.line() if self._is_service else in_words(report.line()))
