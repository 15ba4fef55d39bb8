"""`newsarchive alerts`: saved searches, and the digests that they send."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.run import RunReport, begin, run
from newsarchive.alerts.saved_search import (
    DEFAULT_LIMIT,
    DEFAULT_SECRET,
    MAX_LIMIT,
    SavedSearch,
    read_email,
    read_zone,
)
from newsarchive.alerts.schedules import DAILY, Schedule
from newsarchive.alerts.search_list import SearchList, find
from newsarchive.alerts.status import RecipientStatus, SearchStatus, load_statuses
from newsarchive.alerts.unsubscribing import code_in, load_key
from newsarchive.cli.alert_digests import how_many, preview_search, test, warn_of_settings
from newsarchive.cli.common import (
    NOT_FOUND,
    archive_option,
    counted,
    say_damage,
    say_why_rebuilt,
    wait_option,
    with_config,
)
from newsarchive.cli.filters import Period, is_given
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import print_json
from newsarchive.cli.translating import _, in_words
from newsarchive.config import Config
from newsarchive.errors import AlertsError, AlertsRunning
from newsarchive.i18n import LANGUAGES
from newsarchive.ingest.fetching.masking import masked
from newsarchive.library import open_library
from newsarchive.search import Match
from newsarchive.subscriptions.reports import moment
from newsarchive.topics import TopicKind
from newsarchive.web.params import NO
from newsarchive.wording import worded

FAILED = 1
RUNNING = 3
"""The exit code if another process is sending."""


@click.group()
def alerts() -> None:
    """Save searches, and send what arrives for them as e-mail digests and signed webhooks."""


alerts.add_command(preview_search)
alerts.add_command(test)


@alerts.command()
@click.argument("name")
@click.argument("words", nargs=-1)
@archive_option
@click.option("--id", "search_id", default="", help="Id in commands and in the table.  [default: a random one]")
@click.option("--match", type=click.Choice([match.value for match in Match]), default=Match.ALL.value)
@click.option("--no-translate", is_flag=True, help="Search words of other languages only as typed.")
@click.option("--source", multiple=True, help="Only this source; may be given several times.")
@click.option("--topic", multiple=True, help="Only this topic; may be given several times.")
@click.option("--section", multiple=True, help="Only this section; may be given several times.")
@click.option("--author", multiple=True, help="Only this author; may be given several times.")
@click.option("--publisher", multiple=True, help="Only this publisher; may be given several times.")
@click.option("--topics", type=click.Choice([kind.value for kind in TopicKind]), default=TopicKind.ANY.value)
@click.option("--from", "first", type=Period(), help="Only articles published on or after this day.")
@click.option("--to", "last", type=Period(), help="Only articles published on or before this day.")
@click.option("--email", "emails", multiple=True, metavar="ADDRESS", help="Who gets it; may be given several times.")
@click.option("--webhook", default="", metavar="URL", help="Address that gets signed webhooks.")
@click.option("--webhook-secret", default=DEFAULT_SECRET, metavar="SECRET", help="Placeholder of the signing secret.")
@click.option("--schedule", default=str(DAILY), help="run, hourly, daily 07:00 or weekly sunday 07:00.")
@click.option("--zone", default="", help="Time zone of the schedule.  [default: the setting timezone]")
@click.option("--language", type=click.Choice(LANGUAGES), default="ar", help="Language of the digests.")
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=DEFAULT_LIMIT, help="Articles in a digest.")
@click.option("--corrections", is_flag=True, help="Tell also of articles that were revised.")
@click.option("--token", default="", metavar="NAME", help="Name of the token of who gets it.")
@with_config
def add(  # noqa: PLR0913 - one parameter per option
    config: Config,
    name: str,
    words: tuple[str, ...],
    archive: Path,
    search_id: str,
    match: str,
    no_translate: bool,
    topics: str,
    first: tuple[date, date] | None,
    last: tuple[date, date] | None,
    emails: tuple[str, ...],
    schedule: str,
    zone: str,
    source: tuple[str, ...],
    topic: tuple[str, ...],
    section: tuple[str, ...],
    author: tuple[str, ...],
    publisher: tuple[str, ...],
    **values: Any,
) -> None:
    """Save a search under a name. It tells of what arrives from now on.

    WORDS are in the language of queries, as for `newsarchive search`.
    """
    given = {
        "q": (" ".join(words),),
        "match": (match,) if match != Match.ALL.value or is_given("match") else (),
        "translate": (NO,) if no_translate else (),
        "source": source,
        "topic": topic,
        "section": section,
        "author": author,
        "publisher": publisher,
        "topics": (topics,) if topics != TopicKind.ANY.value else (),
        "from": (first[0].isoformat(),) if first else (),
        "to": (last[1].isoformat(),) if last else (),
    }
    search = SavedSearch(
        id=search_id or secrets.token_hex(4),
        name=" ".join(name.split()),
        parameters=tuple((key, found) for key, texts in given.items() if (found := tuple(filter(None, texts)))),
        emails=tuple(dict.fromkeys(map(read_email, emails))),
        schedule=Schedule.parse(schedule),
        zone=read_zone(zone),
        **values,
    )
    with open_library(config, folder=archive) as library:
        SearchList(archive, config.tables).add(search)
        try:
            begin(library, search, config, time.time())
        except AlertsRunning as error:
            click.echo(
                _("{error}; the search begins with what arrives after its next run").format(error=error), err=True
            )
        feed = SiteLinks(config.site_url).feed_path(search, search.request(library.tables))
        click.echo(
            _("added: {id} ({name}), {schedule}{search}").format(
                id=search.id, name=search.name, schedule=search.schedule, search=how_many(library, search)
            )
        )
        click.echo(_("feed: {feed}").format(feed=feed))
    warn_of_settings(config, [search])


@alerts.command("list")
@archive_option
@click.option("--check", is_flag=True, help="Print only searches with failing recipients; exit with 1 if any.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_config
def list_searches(config: Config, archive: Path, check: bool, as_json: bool) -> int:
    """List the saved searches with their feeds, and what became of the last digests."""
    searches = SearchList(archive, config.tables).load()
    with open_library(config, folder=archive) as library:
        links, tables = SiteLinks(config.site_url), library.tables
        listed = load_statuses(archive, [(one, links.feed_path(one, one.request(tables))) for one in searches])
    problems = [one for one in listed if one.is_failing]
    shown = problems if check else listed
    if as_json:
        print_json([one.as_json() for one in shown])
    else:
        _show(shown, quiet=check)
        if not check:
            warn_of_settings(config, searches)
    return FAILED if check and problems else 0


def _show(listed: Sequence[SearchStatus], *, quiet: bool) -> None:
    if not listed and not quiet:
        click.echo(
            _("there are no saved searches yet; add one with: newsarchive alerts add NAME WORDS --email ADDRESS")
        )
    for one in listed:
        paused = _(", paused") if one.search.paused else ""
        click.echo(f"{one.search.id}  {one.search.name}  ({one.search.schedule}{paused})")
        click.echo(_("    feed: {feed}").format(feed=one.feed))
        for recipient in one.recipients:
            click.echo(f"    {recipient.address}: {_described(recipient)}")


def _described(one: RecipientStatus) -> str:
    if one.stopped:
        return _("stopped: {stopped}").format(stopped=one.stopped)
    sent = one.as_json()["last_sent"]
    parts = [_("last digest {sent}").format(sent=moment(sent)) if sent else _("no digest yet")]
    parts += [_("{waiting} to send").format(waiting=counted(one.waiting, "digest"))] if one.waiting else []
    parts += [_("last error: {error}").format(error=one.error)] if one.error else []
    return _("; ").join(parts)


@alerts.command()
@click.argument("named", nargs=-1, required=True, metavar="ID|NAME...")
@archive_option
@with_config
def remove(config: Config, named: tuple[str, ...], archive: Path) -> None:
    """Remove saved searches. What they haven't sent yet isn't sent."""
    listed = SearchList(archive, config.tables)
    for name in named:
        click.echo(_("removed: {id}").format(id=listed.remove(name).id))


@alerts.command()
@click.argument("named", nargs=-1, required=True, metavar="ID|NAME...")
@archive_option
@click.option("--resume", is_flag=True, help="Send again, from where it stopped.")
@click.option("--recipient", default="", metavar="ADDRESS", help="With --resume: one who unsubscribed.")
@with_config
def pause(config: Config, named: tuple[str, ...], archive: Path, resume: bool, recipient: str) -> int:
    """Send nothing of saved searches for now. Nothing is lost: what arrives meanwhile comes later."""
    listed = SearchList(archive, config.tables)
    if recipient and not resume:
        raise click.UsageError(_("--recipient needs --resume; 'newsarchive alerts unsubscribe' stops one recipient"))
    if recipient:
        with Ledger(archive) as ledger:
            searches = [find(listed.load(), name) for name in named]
            found = sum(ledger.resume(search.id, recipient) for search in searches)
        click.echo(_("resumed: {found}").format(found=counted(found, "recipient")))
        return 0 if found else NOT_FOUND
    for name in named:
        changed = listed.update(name, lambda one: replace(one, paused=not resume))
        click.echo((_("resumed: {name}") if resume else _("paused: {name}")).format(name=changed.id))
    return 0


@alerts.command()
@click.argument("token", metavar="TOKEN|ADDRESS")
@archive_option
@with_config
def unsubscribe(_config: Config, token: str, archive: Path) -> int:
    """Unsubscribe a reader who wrote to the sender: by the token in the subject, or an address from all searches."""
    if not Ledger.is_in(archive):
        raise AlertsError(worded("no digest was ever planned in this archive, so there is nobody to unsubscribe"))
    with Ledger(archive) as ledger:
        code = code_in(token, load_key(archive))
        found = [ledger.recipient_of_code(code)] if code else ledger.recipients_with(token.strip())
        recipients = [one for one in found if one is not None]
        for one in recipients:
            ledger.stop(one.code, "unsubscribed", time.time())
            click.echo(
                _("unsubscribed: {address} from {search}").format(address=masked(one.address), search=one.search)
            )
    if not recipients:
        click.echo(_("nobody has this token or this address"), err=True)
    return 0 if recipients else NOT_FOUND


@alerts.command()
@click.argument("named", nargs=-1, metavar="[ID|NAME]...")
@archive_option
@click.option("--all", "all_searches", is_flag=True, help="Also searches that aren't due.")
@click.option("--quiet", is_flag=True, help="Print only errors that end the command; for cron.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@wait_option
@with_config
def send(  # noqa: PLR0913 - one parameter per option
    config: Config,
    named: tuple[str, ...],
    archive: Path,
    all_searches: bool,
    quiet: bool,
    as_json: bool,
    wait: float,
) -> int:
    """Send the digests that are due, or of the searches named. Run this from cron, as often as every minute.

    What couldn't be sent is tried again by later runs, with the same Message-ID.
    """
    listed = SearchList(archive, config.tables)
    wanted = {find(listed.load(), name).id for name in named}
    with Interruptions(), open_library(config, folder=archive) as library:

        def update() -> None:
            say_damage(library.update_index(on_rebuild=say_why_rebuilt, wait=wait))

        try:
            report = run(
                library,
                listed.load,
                config,
                only=lambda one: not wanted or one.id in wanted,
                all_searches=all_searches,
                update_index=update,
            )
        except AlertsRunning:
            if quiet:
                # Cron would send a mail for each run beside a long one.
                return RUNNING
            raise
    _say(report, as_json=as_json, quiet=quiet)
    return FAILED if report.sent.has_failures or report.is_behind else 0


def _say(report: RunReport, *, as_json: bool, quiet: bool) -> None:
    counts = {name: report.sent.counts[name] for name in ("sent", "later", "failed", "cancelled")}
    if as_json:
        problems = [*report.warnings, *report.sent.problems]
        print_json({"planned": report.planned, **counts, "problems": problems})
        return
    for warning in report.warnings:
        click.echo(_("warning: {warning}").format(warning=warning), err=True)
    if quiet:
        return
    for problem in report.sent.problems:
        click.echo(in_words(problem), err=True)
    said = _(", ").join(f"{count:,} {_(name)}" for name, count in counts.items() if count)
    click.echo(
        _("{planned} planned{said}").format(
            planned=counted(report.planned, "digest"), said=_("; ") + said if said else ""
        )
    )
