"""`newsarchive alerts`: saved searches, and the digests that they send."""

import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from newsarchive.alerts.digest import Digest, Digests
from newsarchive.alerts.ledger import Ledger, PlannedDigest
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.mail import Envelope, make_message
from newsarchive.alerts.outcomes import Result
from newsarchive.alerts.planning import addresses_of, new_message
from newsarchive.alerts.preview import WEEK, preview
from newsarchive.alerts.rendering import DigestView, as_html, as_text
from newsarchive.alerts.run import RunReport, begin, post_office, run
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
from newsarchive.alerts.sending import Post
from newsarchive.alerts.smtp import Mailer, MailServer
from newsarchive.alerts.status import RecipientStatus, SearchStatus, load_statuses
from newsarchive.alerts.texts import text
from newsarchive.alerts.unsubscribing import code_in, load_key
from newsarchive.alerts.webhook import payload, post
from newsarchive.cli.common import (
    NOT_FOUND,
    archive_option,
    counted,
    say_damage,
    say_why_rebuilt,
    wait_option,
    with_config,
)
from newsarchive.cli.filters import Period
from newsarchive.cli.signals import Interruptions
from newsarchive.cli.streams import print_json
from newsarchive.config import Config
from newsarchive.errors import AlertsError, AlertsRunning, IndexUnusable
from newsarchive.ingest.fetching.fetch import user_agent_of
from newsarchive.ingest.fetching.masking import masked
from newsarchive.library import Library, open_library
from newsarchive.search import Match
from newsarchive.subscriptions.reports import moment
from newsarchive.topics import TopicKind
from newsarchive.web.interface import Interface

FAILED = 1
RUNNING = 3
"""The exit code if another process is sending."""

_OUTPUTS = ("text", "html", "eml", "json")


@click.group()
def alerts() -> None:
    """Save searches, and send what arrives for them as e-mail digests and signed webhooks."""


@alerts.command()
@click.argument("name")
@click.argument("words", nargs=-1)
@archive_option
@click.option("--id", "search_id", default="", help="Id in commands and in the table.  [default: a random one]")
@click.option("--match", type=click.Choice([match.value for match in Match]), default=Match.ALL.value)
@click.option("--source", multiple=True, help="Only this source; may be given several times.")
@click.option("--topic", multiple=True, help="Only this topic; may be given several times.")
@click.option("--section", multiple=True, help="Only this section; may be given several times.")
@click.option("--topics", type=click.Choice([kind.value for kind in TopicKind]), default=TopicKind.ANY.value)
@click.option("--from", "first", type=Period(), help="Only articles published on or after this day.")
@click.option("--to", "last", type=Period(), help="Only articles published on or before this day.")
@click.option("--email", "emails", multiple=True, metavar="ADDRESS", help="Who gets it; may be given several times.")
@click.option("--webhook", default="", metavar="URL", help="Address that gets signed webhooks.")
@click.option("--webhook-secret", default=DEFAULT_SECRET, metavar="SECRET", help="Placeholder of the signing secret.")
@click.option("--schedule", default=str(DAILY), help="run, hourly, daily 07:00 or weekly sunday 07:00.")
@click.option("--zone", default="", help="Time zone of the schedule.  [default: the setting timezone]")
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", help="Language of the digests.")
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=DEFAULT_LIMIT, help="Articles in a digest.")
@click.option("--corrections", is_flag=True, help="Tell also of articles that were revised.")
@with_config
def add(  # noqa: PLR0913 - one parameter per option
    config: Config,
    name: str,
    words: tuple[str, ...],
    archive: Path,
    search_id: str,
    match: str,
    topics: str,
    first: tuple[date, date] | None,
    last: tuple[date, date] | None,
    emails: tuple[str, ...],
    schedule: str,
    zone: str,
    source: tuple[str, ...],
    topic: tuple[str, ...],
    section: tuple[str, ...],
    **values: Any,
) -> None:
    """Save a search under a name. It tells of what arrives from now on.

    WORDS are in the language of queries, as for `newsarchive search`.
    """
    given = {
        "q": (" ".join(words),),
        "match": (match,) if match != Match.ALL.value else (),
        "source": source,
        "topic": topic,
        "section": section,
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
            click.echo(f"{error}; the search begins with what arrives after its next run", err=True)
        feed = SiteLinks(config.site_url).feed_path(search, search.request(library.tables))
        click.echo(f"added: {search.id} ({search.name}), {search.schedule}{_how_many(library, search)}")
        click.echo(f"feed: {feed}")
    _warn_of_settings(config, [search])


def _how_many(library: Library, search: SavedSearch) -> str:
    try:
        return f"; {_last_week(preview(library, search, WEEK, time.time()).articles, WEEK)}"
    except IndexUnusable:  # the search is saved all the same
        return ""


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
            _warn_of_settings(config, searches)
    return FAILED if check and problems else 0


def _show(listed: Sequence[SearchStatus], *, quiet: bool) -> None:
    if not listed and not quiet:
        click.echo("there are no saved searches yet; add one with: newsarchive alerts add NAME WORDS --email ADDRESS")
    for one in listed:
        paused = ", paused" if one.search.paused else ""
        click.echo(f"{one.search.id}  {one.search.name}  ({one.search.schedule}{paused})")
        click.echo(f"    feed: {one.feed}")
        for recipient in one.recipients:
            click.echo(f"    {recipient.address}: {_described(recipient)}")


def _described(one: RecipientStatus) -> str:
    if one.stopped:
        return f"stopped: {one.stopped}"
    sent = one.as_json()["last_sent"]
    parts = [f"last digest {moment(sent)}" if sent else "no digest yet"]
    parts += [f"{counted(one.waiting, 'digest')} to send"] if one.waiting else []
    parts += [f"last error: {one.error}"] if one.error else []
    return "; ".join(parts)


def _warn_of_settings(config: Config, searches: Sequence[SavedSearch]) -> None:
    """Say what is missing for e-mail, and why digests have no link for unsubscribing."""
    if not any(one.emails for one in searches):
        return
    if not config.smtp_host or config.mail_from is None:
        click.echo("warning: no e-mail can be sent without the settings smtp_host and mail_from", err=True)
    if config.site_url is None:
        click.echo(
            "warning: without the setting site_url, digests have no links to this archive and none for unsubscribing;"
            " readers can only write to the sender",
            err=True,
        )
    elif config.site_url.scheme != "https":
        click.echo("warning: mail programs offer unsubscribing with one click only if site_url is https", err=True)


@alerts.command()
@click.argument("named", nargs=-1, required=True, metavar="ID|NAME...")
@archive_option
@with_config
def remove(config: Config, named: tuple[str, ...], archive: Path) -> None:
    """Remove saved searches. What they haven't sent yet isn't sent."""
    listed = SearchList(archive, config.tables)
    for name in named:
        click.echo(f"removed: {listed.remove(name).id}")


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
        raise click.UsageError("--recipient needs --resume; 'newsarchive alerts unsubscribe' stops one recipient")
    if recipient:
        with Ledger(archive) as ledger:
            searches = [find(listed.load(), name) for name in named]
            found = sum(ledger.resume(search.id, recipient) for search in searches)
        click.echo(f"resumed: {counted(found, 'recipient')}")
        return 0 if found else NOT_FOUND
    for name in named:
        changed = listed.update(name, lambda one: replace(one, paused=not resume))
        click.echo(f"{'resumed' if resume else 'paused'}: {changed.id}")
    return 0


@alerts.command()
@click.argument("token", metavar="TOKEN|ADDRESS")
@archive_option
@with_config
def unsubscribe(_config: Config, token: str, archive: Path) -> int:
    """Unsubscribe a reader who wrote to the sender: by the token in the subject, or an address from all searches."""
    if not Ledger.is_in(archive):
        raise AlertsError("no digest was ever planned in this archive, so there is nobody to unsubscribe")
    with Ledger(archive) as ledger:
        code = code_in(token, load_key(archive))
        found = [ledger.recipient_of_code(code)] if code else ledger.recipients_with(token.strip())
        recipients = [one for one in found if one is not None]
        for one in recipients:
            ledger.stop(one.code, "unsubscribed", time.time())
            click.echo(f"unsubscribed: {masked(one.address)} from {one.search}")
    if not recipients:
        click.echo("nobody has this token or this address", err=True)
    return 0 if recipients else NOT_FOUND


@alerts.command("preview")
@click.argument("named", metavar="ID|NAME")
@archive_option
@click.option("--days", type=click.IntRange(1, 3660), default=WEEK, help="How far back to look.")
@click.option("--format", "kind", type=click.Choice(_OUTPUTS), help="Print the whole digest.  [default: its numbers]")
@with_config
def preview_search(config: Config, named: str, archive: Path, days: int, kind: str | None) -> None:
    """Say how many articles a saved search would have told of in the last days, and show the digest."""
    search = find(SearchList(archive, config.tables).load(), named)
    now = time.time()
    with open_library(config, folder=archive) as library:
        planned = preview(library, search, days, now)
        digest = _digest_of(config, library, search, planned)
    if kind is None:
        copies = sum(len(item) for item in planned.items) - len(planned.items)
        items = f", {counted(len(planned.items), 'item')} with copies folded" if copies else ""
        click.echo(f"{_last_week(planned.articles, days)}{items}")
        for item in digest.items[:10] if digest else ():
            click.echo(f"  {item.title}")
    elif digest is not None:
        _print_digest(config, digest, planned, kind)
    else:
        click.echo("no digest: nothing arrived", err=True)


def _digest_of(config: Config, library: Library, search: SavedSearch, planned: PlannedDigest) -> Digest | None:
    return Digests(library, SiteLinks(config.site_url), config.timezone).make(search, planned)


def _print_digest(config: Config, digest: Digest, planned: PlannedDigest, kind: str) -> None:
    view = _view(config, digest)
    if kind == "eml":
        sender = config.mail_from
        if sender is None:
            raise AlertsError("a message needs a sender: set mail_from")
        envelope = Envelope(sender, "reader@example.org", new_message(digest.search))
        sys.stdout.write(make_message(view, envelope, planned.planned).as_string())
    elif kind == "json":
        click.echo(payload(digest, planned.planned).decode())
    else:
        click.echo(as_html(view) if kind == "html" else as_text(view), nl=False)


def _view(config: Config, digest: Digest) -> DigestView:
    interface = Interface(digest.search.language, config.site_title)
    return DigestView(digest, interface, "", config.mail_from.address if config.mail_from else "")


def _last_week(articles: int, days: int) -> str:
    when = "last week" if days == WEEK else f"in the last {counted(days, 'day')}"
    return f"{counted(articles, 'article')} {when}"


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
        click.echo(f"warning: {warning}", err=True)
    if quiet:
        return
    for problem in report.sent.problems:
        click.echo(problem, err=True)
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    click.echo(f"{counted(report.planned, 'digest')} planned{f'; {said}' if said else ''}")


@alerts.command()
@click.argument("named", metavar="ID|NAME")
@archive_option
@click.option("--email", default="", metavar="ADDRESS", help="Send it there, not to the recipients of the search.")
@click.option("--days", type=click.IntRange(1, 3660), default=WEEK, help="How far back to look.")
@with_config
def test(config: Config, named: str, archive: Path, email: str, days: int) -> int:
    """Send the digest of the last days now, marked as a test. The ledger doesn't count it."""
    search = find(SearchList(archive, config.tables).load(), named)
    if email:
        search = replace(search, emails=(read_email(email),), webhook="")
    if not search.has_recipients:
        raise AlertsError(f"{search.id} has no recipients; name one with --email")
    with open_library(config, folder=archive) as library:
        planned = preview(library, search, days, time.time())
        digest = _digest_of(config, library, search, planned)
    if digest is None:
        click.echo("nothing arrived in these days; look further back with --days", err=True)
        return FAILED
    _warn_of_settings(config, [search])
    office = post_office(archive, config)
    senders: dict[str, Callable[[str], str]] = {
        "email": lambda address: _test_mail(office, digest, planned, address),
        "webhook": lambda _: _test_webhook(office, digest, planned),
    }
    failed = False
    for channel, address in addresses_of(search):
        problem = senders[channel](address)
        failed = failed or bool(problem)
        click.echo(f"{masked(address, mark=True)}: {office.secrets.hide(problem) or 'sent'}", err=bool(problem))
    return FAILED if failed else 0


def _test_mail(office: Post, digest: Digest, planned: PlannedDigest, address: str) -> str:
    server, sender = MailServer.of(office.config, office.secrets), office.config.mail_from
    assert sender is not None
    view = _view(office.config, digest)
    envelope = Envelope(sender, address, new_message(digest.search))
    subject = text("test", digest.search.language, subject=view.subject)
    message = make_message(view, envelope, planned.planned, subject=subject)
    with Mailer(server) as mailer:
        return mailer.send(message, sender.address, address).reason


def _test_webhook(office: Post, digest: Digest, planned: PlannedDigest) -> str:
    message = new_message(digest.search)
    request = office.request(digest.search, message, payload(digest, planned.planned))
    outcome = post(request, office.fetching, now=time.time(), user_agent=user_agent_of(office.config.contact))
    return "" if outcome.result is Result.SENT else outcome.reason
