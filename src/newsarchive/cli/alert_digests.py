"""`newsarchive alerts preview` and `test`: digests of the last days, without the ledger."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from newsarchive.alerts.digest import Digest, Digests
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.mail import Envelope, make_message
from newsarchive.alerts.outcomes import Result
from newsarchive.alerts.planning import addresses_of, new_message
from newsarchive.alerts.preview import WEEK, preview
from newsarchive.alerts.records import PlannedDigest
from newsarchive.alerts.rendering import DigestView, as_html, as_text
from newsarchive.alerts.run import post_office
from newsarchive.alerts.saved_search import (
    SavedSearch,
    read_email,
)
from newsarchive.alerts.search_list import SearchList, find
from newsarchive.alerts.sending import Post
from newsarchive.alerts.smtp import Mailer, MailServer
from newsarchive.alerts.texts import text
from newsarchive.alerts.webhook import payload, post
from newsarchive.cli.common import (
    archive_option,
    counted,
    with_config,
)
from newsarchive.cli.translating import _, mark
from newsarchive.config import Config
from newsarchive.errors import AlertsError, IndexUnreachable, IndexUnusable
from newsarchive.ingest.fetching.fetch import user_agent_of
from newsarchive.ingest.fetching.masking import masked
from newsarchive.library import Library, open_library
from newsarchive.web.interface import Interface
from newsarchive.wording import mapped, worded

FAILED = 1

_OUTPUTS = ("text", "html", "eml", "json")


@click.command("preview")
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
        items = _(", {items} with copies folded").format(items=counted(len(planned.items), "item")) if copies else ""
        click.echo(f"{last_week(planned.articles, days)}{items}")
        for item in digest.items[:10] if digest else ():
            click.echo(f"  {item.title}")
    elif digest is not None:
        _print_digest(config, digest, planned, kind)
    else:
        click.echo(_("no digest: nothing arrived"), err=True)


def _digest_of(config: Config, library: Library, search: SavedSearch, planned: PlannedDigest) -> Digest | None:
    return Digests(library, SiteLinks(config.site_url), config.timezone).make(search, planned)


def _print_digest(config: Config, digest: Digest, planned: PlannedDigest, kind: str) -> None:
    view = _view(config, digest)
    if kind == "eml":
        sender = config.mail_from
        if sender is None:
            raise AlertsError(worded("a message needs a sender: set mail_from"))
        envelope = Envelope(sender, "reader@example.org", new_message(digest.search))
        sys.stdout.write(make_message(view, envelope, planned.planned).as_string())
    elif kind == "json":
        click.echo(payload(digest, planned.planned).decode())
    else:
        click.echo(as_html(view) if kind == "html" else as_text(view), nl=False)


def _view(config: Config, digest: Digest) -> DigestView:
    interface = Interface(digest.search.language, config.site_title, formats=config.formats)
    return DigestView(digest, interface, "", config.mail_from.address if config.mail_from else "")


def last_week(articles: int, days: int) -> str:
    """A number of articles, and the days in which they arrived: `37 articles last week`."""
    when = _("last week") if days == WEEK else _("in the last {days}").format(days=counted(days, "day"))
    return f"{counted(articles, 'article')} {when}"


@click.command()
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
        raise AlertsError(worded("{id} has no recipients; name one with --email", id=search.id))
    with open_library(config, folder=archive) as library:
        planned = preview(library, search, days, time.time())
        digest = _digest_of(config, library, search, planned)
    if digest is None:
        click.echo(_("nothing arrived in these days; look further back with --days"), err=True)
        return FAILED
    warn_of_settings(config, [search])
    office = post_office(archive, config)
    senders: dict[str, Callable[[str], str]] = {
        "email": lambda address: _test_mail(office, digest, planned, address),
        "webhook": lambda _: _test_webhook(office, digest, planned),
    }
    failed = False
    for channel, address in addresses_of(search):
        problem = senders[channel](address)
        failed = failed or bool(problem)
        said = mapped(problem, office.secrets.hide) if problem else mark("sent")
        click.echo(
            _("{address}: {said}").format(address=masked(address, mark=True), said=said if problem else _(said)),
            err=bool(problem),
        )
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


def how_many(library: Library, search: SavedSearch) -> str:
    """How much to expect of a search, as a part of a sentence; empty if it can't be searched now."""
    try:
        return _("; ") + last_week(preview(library, search, WEEK, time.time()).articles, WEEK)
    except (IndexUnusable, IndexUnreachable):  # the search is saved all the same
        return ""


def warn_of_settings(config: Config, searches: Sequence[SavedSearch]) -> None:
    """Say what is missing for e-mail, and why digests have no link for unsubscribing."""
    if not any(one.emails for one in searches):
        return
    if not config.smtp_host or config.mail_from is None:
        click.echo(_("warning: no e-mail can be sent without the settings smtp_host and mail_from"), err=True)
    if config.site_url is None:
        click.echo(
            _(
                "warning: without the setting site_url, digests have no links to this archive and none "
                "for unsubscribing; readers can only write to the sender"
            ),
            err=True,
        )
    elif config.site_url.scheme != "https":
        click.echo(_("warning: mail programs offer unsubscribing with one click only if site_url is https"), err=True)
