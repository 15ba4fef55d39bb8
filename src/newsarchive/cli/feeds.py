"""`newsarchive feeds`: the list of feeds that `newsarchive fetch` fetches."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from newsarchive.archive import Archive
from newsarchive.cli.common import archive_option, counted, with_config
from newsarchive.cli.durations import Duration
from newsarchive.cli.output import opened, output_option
from newsarchive.cli.streams import print_json, standard_input
from newsarchive.cli.translating import _, in_words
from newsarchive.config import Config
from newsarchive.errors import IngestError, SubscriptionsError
from newsarchive.ingest.fetching.fetch import Fetched, user_agent_of
from newsarchive.ingest.fetching.fetch import fetch as fetch_address
from newsarchive.ingest.fetching.masking import MASK, masked
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.subscriptions.discovery import FoundFeed, find_feeds
from newsarchive.subscriptions.feed_list import FOLDER, FeedList, find, read_json_lines, write_json_lines
from newsarchive.subscriptions.feed_secrets import has_placeholder
from newsarchive.subscriptions.fetching import FEED_ACCEPT
from newsarchive.subscriptions.opml import OpmlList, read_opml, write_opml
from newsarchive.subscriptions.options import FEED_LIMITS
from newsarchive.subscriptions.reports import moment
from newsarchive.subscriptions.state import FetchStates
from newsarchive.subscriptions.status import (
    PROBLEMS,
    FeedStatus,
    load_statuses,
    load_totals,
    secrets_of,
    stalled,
)
from newsarchive.subscriptions.subscription import Subscription
from newsarchive.wording import mapped, worded

FAILED = 1

_SHOWN_ERROR = 200
_PAGE_ACCEPT = f"text/html, {FEED_ACCEPT}"


@click.group()
def feeds() -> None:
    """Add, list, remove and pause the feeds that `newsarchive fetch` fetches, and exchange lists of them."""


@feeds.command()
@click.argument("addresses", nargs=-1, required=True, metavar="URL...")
@archive_option
@click.option("--title", default="", help="Title of the feed in lists.  [default: its own]")
@click.option("--source", default="", help="Source of articles that name none.  [default: the feed's title]")
@click.option("--topic", "topics", multiple=True, help="Topic of all its articles; may be given several times.")
@click.option("--language", default="", help="Language of articles whose language cannot be detected.")
@click.option("--interval", type=Duration(), help="Time between two fetches, such as 15m or 6h.")
@click.option("--full-text", is_flag=True, help="Fetch the page of each entry, once.")
@click.option("--ignore-robots", is_flag=True, help="Fetch pages although robots.txt forbids it.")
@click.option("--header", "headers", multiple=True, help="Header to send, such as 'X-Key: ${FEED_KEY}'.")
@click.option("--all", "add_all", is_flag=True, help="Add all feeds that a page names, not only the first.")
@click.option("--no-check", is_flag=True, help="Add the addresses as they are, without fetching them.")
@with_config
def add(  # noqa: PLR0913 - one parameter per option
    config: Config,
    addresses: tuple[str, ...],
    archive: Path,
    topics: tuple[str, ...],
    headers: tuple[str, ...],
    add_all: bool,
    no_check: bool,
    **values: Any,
) -> int:
    """Add feeds by their addresses, or by that of a page, whose feeds are found."""
    _check_archive(archive)
    wanted = partial(Subscription, topics=topics, headers=tuple(map(_header, headers)), **values)
    failed = False
    for address in addresses:
        first = wanted(address=address)
        if no_check:
            _add(archive, [first])
            continue
        try:
            found = _find(config, archive, first)
        except IngestError as error:
            click.echo(_("not added: {error}").format(error=in_words(error)), err=True)
            failed = True
            continue
        chosen = found if add_all else found[:1]
        _add(archive, [_described(first, feed) for feed in chosen])
        for other in found[len(chosen) :]:
            click.echo(
                _("also there: {address} ({title})").format(
                    address=masked(other.address), title=other.title or _("untitled")
                )
            )
    return FAILED if failed else 0


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise click.BadParameter(_("write it as 'Name: value'"), param_hint="--header")
    return name.strip(), value.strip()


def _check_archive(folder: Path) -> None:
    """Create the archive if its folder is missing or empty. Raises ArchiveError for a folder with other files."""
    with closing(Archive(folder, create=True)):
        pass


def _find(config: Config, archive: Path, wanted: Subscription) -> Sequence[FoundFeed]:
    secrets = secrets_of(archive, config.feed_secrets)
    settings = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy, limits=FEED_LIMITS)
    headers = {name: secrets.fill(value) for name, value in wanted.headers}
    address = secrets.fill_address(wanted.address)

    def get(url: str) -> Fetched:
        is_same = url.startswith(address)
        fetched = fetch_address(
            url,
            settings,
            user_agent=user_agent_of(config.contact),
            accept=_PAGE_ACCEPT,
            headers=headers if is_same else None,
        )
        return replace(fetched, url=secrets.hide(fetched.url))

    try:
        found = find_feeds(address, get)
    except IngestError as error:
        raise IngestError(secrets.hide(error.origin), mapped(error.reason, secrets.hide)) from error
    # The address as the person wrote it, with its placeholders.
    return [replace(feed, address=wanted.address) if feed.address == address else feed for feed in found]


def _described(wanted: Subscription, feed: FoundFeed) -> Subscription:
    return replace(wanted, address=feed.address, title=wanted.title or feed.title)


def _add(archive: Path, wanted: Iterable[Subscription]) -> None:
    added, known = FeedList(archive).add(wanted)
    for one in added:
        click.echo(
            _("added: {address}{title}").format(
                address=masked(one.address), title=f" ({one.title})" if one.title else ""
            )
        )
    for one in known:
        click.echo(_("already there: {address}").format(address=masked(one.address)))


@feeds.command("list")
@archive_option
@click.option("--check", is_flag=True, help="Exit with 1 if a feed fails, is gone or silent, or fetching stalls.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_config
def list_feeds(config: Config, archive: Path, check: bool, as_json: bool) -> int:
    """List the feeds: last success, last error, next time, articles per week, and whether they are silent.

    With --check only problems are printed, so that cron sends mail only if there are any.
    """
    now = time.time()
    listed = load_statuses(archive, secrets_of(archive, config.feed_secrets), now)
    stall = stalled(listed, load_totals(archive), now)
    problems = [one for one in listed if one.health in PROBLEMS]
    if as_json:
        print_json([one.as_json() for one in (problems if check else listed)])
    else:
        _show(problems if check else listed, stall, quiet=check)
    return FAILED if check and (problems or stall) else 0


def _show(listed: Sequence[FeedStatus], stall: str, *, quiet: bool) -> None:
    if not listed and not quiet:
        click.echo(_("there are no feeds yet; add one with: newsarchive feeds add URL"))
    for one in listed:
        title = f" {one.subscription.title}" if one.subscription.title else ""
        click.echo(f"{_(one.health.value):<8} {one.address}{title}")
        click.echo(f"         {_('; ').join(_facts(one))}")
    if stall:
        click.echo(_("stalled  {stall}").format(stall=stall))


def _facts(one: FeedStatus) -> Iterable[str]:
    state = one.state
    yield (
        _("last success {succeeded}").format(succeeded=moment(state.succeeded))
        if state.succeeded
        else _("never fetched successfully")
    )
    if one.is_scheduled:
        yield _("next {due}").format(due=moment(state.due))
    if one.per_week is not None:
        yield _("{per_week:.1f} articles per week").format(per_week=one.per_week)
    if one.health.value == "silent" and state.newest:
        yield _("nothing new since {newest}, which is unusually long").format(newest=moment(state.newest))
    if state.error_at:
        tries = (
            _("{failures} in a row").format(failures=counted(state.failures, "failure"))
            if state.failures
            else _("since overcome")
        )
        yield _("last error {error_at} ({tries}): {shown_error}").format(
            error_at=moment(state.error_at), tries=tries, shown_error=state.error[:_SHOWN_ERROR]
        )


@feeds.command()
@click.argument("named", nargs=-1, required=True, metavar="URL|TITLE...")
@archive_option
@with_config
def remove(_config: Config, named: tuple[str, ...], archive: Path) -> None:
    """Remove feeds by their addresses or titles. Their articles stay."""
    feed_list = FeedList(archive)
    for name in named:
        removed = feed_list.remove(name)
        with FetchStates(archive / FOLDER) as states, states.together():
            for one in removed:
                states.forget(one.key)
        for one in removed:
            click.echo(_("removed: {address}").format(address=masked(one.address)))


@feeds.command()
@click.argument("named", nargs=-1, required=True, metavar="URL|TITLE...")
@archive_option
@click.option("--resume", is_flag=True, help="Fetch them again, also if they were gone.")
@with_config
def pause(_config: Config, named: tuple[str, ...], archive: Path, resume: bool) -> None:
    """Don't fetch feeds for now, or, with --resume, fetch them again."""
    feed_list = FeedList(archive)
    for name in named:
        changed = feed_list.update(name, lambda one: replace(one, paused=not resume))
        if resume:
            with FetchStates(archive / FOLDER) as states, states.together():
                for one in changed:
                    states.save(replace(states.feed(one.key), gone=False, failures=0, due=0.0))
        for one in changed:
            done = _("resumed: {name}") if resume else _("paused: {name}")
            click.echo(done.format(name=masked(one.address)))


@feeds.command("import")
@click.argument("locations", nargs=-1, required=True, metavar="PATH|URL|-...")
@archive_option
@click.option("--with-secrets", is_flag=True, help="Accept placeholders for secrets: only from a list that you trust.")
@with_config
def import_feeds(config: Config, locations: tuple[str, ...], archive: Path, with_secrets: bool) -> int:
    """Add the feeds of an OPML file, or of one JSON object per line."""
    _check_archive(archive)
    skipped: list[str] = []
    for location in locations:
        found = _read_list(config, location)
        skipped += found.skipped
        usable = []
        for one in found.subscriptions:
            if reason := _why_not_imported(one, with_secrets=with_secrets):
                skipped.append(worded("{address}: {reason}", address=masked(one.address), reason=reason))
            else:
                usable.append(one)
        added, known = FeedList(archive).add(usable)
        click.echo(
            _("{location}: {added} added, {known} already there").format(
                location=masked(location), added=counted(len(added), "feed"), known=len(known)
            )
        )
    for reason in skipped:
        click.echo(_("skipped: {reason}").format(reason=reason), err=True)
    return FAILED if skipped else 0


def _why_not_imported(one: Subscription, *, with_secrets: bool) -> str:
    if MASK in one.address or any(MASK in value for _name, value in one.headers):
        return worded("its secrets were masked when it was exported; export it with --with-secrets")
    texts = (one.address, *(value for _name, value in one.headers))
    if not with_secrets and any(map(has_placeholder, texts)):
        return worded("it uses secrets of yours; if you trust this list, import it with --with-secrets")
    return ""


def _read_list(config: Config, location: str) -> OpmlList:
    if location == "-":
        stdin = standard_input()
        content = stdin.read() if stdin is not None else b""
    elif location.startswith(("http://", "https://")):
        settings = FetchSettings(allow_networks=config.allow_networks, proxy=config.proxy, limits=FEED_LIMITS)
        content = fetch_address(location, settings, user_agent=user_agent_of(config.contact)).content
    else:
        content = Path(location).read_bytes()
    where = masked(location)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_opml(content, where)
    try:
        return OpmlList(read_json_lines(content.decode("utf-8-sig"), where))
    except UnicodeDecodeError as error:
        raise SubscriptionsError(worded("{where}: neither OPML nor JSON Lines in UTF-8", where=where)) from error


@feeds.command("export")
@click.argument("named", nargs=-1, metavar="[URL|TITLE]...")
@archive_option
@click.option("--format", "kind", type=click.Choice(["opml", "jsonl"]), default="opml", help="Format of the list.")
@output_option
@click.option("--with-secrets", is_flag=True, help="Don't mask the secrets in addresses and headers.")
@with_config
def export(
    _config: Config, named: tuple[str, ...], archive: Path, kind: str, output: Path | None, with_secrets: bool
) -> None:
    """Write the list of feeds, or some of them, as OPML or JSON Lines."""
    listed = FeedList(archive).load()
    if named:
        chosen = {one for name in named for one in find(listed, name)}
        listed = tuple(one for one in listed if one in chosen)
    if not with_secrets:
        listed = tuple(map(_masked, listed))
    content = write_opml(listed) if kind == "opml" else write_json_lines(listed)
    with opened(output) as out:
        out.write(content)
    if output is not None:
        click.echo(_("{output}: {feeds}").format(output=output, feeds=counted(len(listed), "feed")), err=True)


def _masked(one: Subscription) -> Subscription:
    headers = tuple((name, value if has_placeholder(value) else MASK) for name, value in one.headers)
    return replace(one, address=masked(one.address, mark=True), headers=headers)
