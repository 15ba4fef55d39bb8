"""Sends what is planned: each delivery once, and again with the same Message-ID until it is known to have arrived."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import tzinfo

from newsarchive.alerts.digest import Digest, Digests
from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.mail import Envelope, make_message
from newsarchive.alerts.outcomes import Outcome, Result
from newsarchive.alerts.planning import addresses_of
from newsarchive.alerts.records import Delivery, PlannedDigest, State
from newsarchive.alerts.rendering import DigestView
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.alerts.smtp import Mailer, MailServer
from newsarchive.alerts.unsubscribing import token_of
from newsarchive.alerts.webhook import LIMITS, Request, payload, post, signing_key
from newsarchive.config import Config
from newsarchive.errors import AlertsError, SubscriptionsError
from newsarchive.i18n import Language
from newsarchive.ingest.fetching.fetch import user_agent_of
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.library import Library
from newsarchive.subscriptions.clock import Clock
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.web.interface import Interface
from newsarchive.wording import worded, words_of

FIRST_WAIT = 300.0
LONGEST_WAIT = 12 * 3_600.0
"""Seconds to the next try after the first failure, which doubles with each, and at most."""
GIVEN_UP_AFTER = 30 * 86_400.0
"""Seconds after which a delivery that always failed is given up."""
_WEBHOOKS_AT_ONCE = 8


@dataclass(slots=True)
class Sent:
    """What came of a round of deliveries: how many were `sent`, put off, failed or cancelled, and the failures."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def has_failures(self) -> bool:
        """Whether any delivery wasn't sent although it should have been."""
        return bool(self.counts["later"] or self.counts["failed"])


@dataclass(frozen=True, slots=True)
class Post:
    """What is needed to send: the settings, their secrets, and the key of tokens for unsubscribing."""

    config: Config
    secrets: FeedSecrets
    key: bytes
    links: SiteLinks

    def request(self, search: SavedSearch, message: str, body: bytes) -> Request:
        """A webhook with its secrets. Raises AlertsError if one is missing."""
        try:
            url = self.secrets.fill_address(search.webhook)
            key = signing_key(self.secrets.fill(search.webhook_secret))
        except SubscriptionsError as error:
            raise AlertsError(words_of(error)) from error
        return Request(url, key, message, body)

    @property
    def fetching(self) -> FetchSettings:
        """Where webhooks may go."""
        return FetchSettings(allow_networks=self.config.allow_networks, proxy=self.config.proxy, limits=LIMITS)


class Sender:
    """One round of deliveries. Used by one thread."""

    def __init__(self, library: Library, ledger: Ledger, post_office: Post, clock: Clock, zone: tzinfo) -> None:
        self._library = library
        self._ledger = ledger
        self._post = post_office
        self._clock = clock
        self._digests = Digests(library, post_office.links, zone)
        self._interfaces: dict[Language, Interface] = {}
        self._sent = Sent()

    def run(self, searches: Sequence[SavedSearch]) -> Sent:
        """Send all that is due. No failure keeps another recipient from getting theirs."""
        by_id = {one.id: one for one in searches}
        due = [delivery for delivery in self._ledger.due(self._clock.now()) if self._is_wanted(delivery, by_id)]
        self._send_mails([one for one in due if one.channel == "email"], by_id)
        self._send_webhooks([one for one in due if one.channel == "webhook"], by_id)
        return self._sent

    def _is_wanted(self, delivery: Delivery, searches: Mapping[str, SavedSearch]) -> bool:
        """Whether a delivery is to be sent now. It is cancelled if its recipient was removed meanwhile."""
        search = searches.get(delivery.search)
        if search is None or (delivery.channel, delivery.address) not in addresses_of(search):
            self._cancel(delivery, worded("the recipient or the saved search was removed"))
            return False
        return not search.paused

    # E-mail

    def _send_mails(self, due: Sequence[Delivery], searches: Mapping[str, SavedSearch]) -> None:
        if not due:
            return
        try:
            server = MailServer.of(self._post.config, self._post.secrets)
        except AlertsError as error:
            self._put_off_all(due, words_of(error))
            return
        with Mailer(server) as mailer:
            for number, delivery in enumerate(due):
                outcome = self._mail(mailer, searches[delivery.search], delivery)
                if outcome is not None and outcome.result is Result.DOWN:
                    self._put_off_all(due[number:], outcome.reason)
                    return
                if outcome is not None:
                    self._note(searches[delivery.search], delivery, outcome)

    def _mail(self, mailer: Mailer, search: SavedSearch, delivery: Delivery) -> Outcome | None:
        """Send one digest by mail. None if it has nothing to tell any more."""
        planned = self._ledger.digest(delivery.digest)
        digest = self._digest(search, delivery, planned)
        if digest is None:
            return None
        sender = self._post.config.mail_from
        assert sender is not None
        token = self._token(search, delivery)
        view = DigestView(
            digest,
            self._interface(search.language),
            self._post.links.unsubscribe(token) if token else "",
            sender.address,
        )
        envelope = Envelope(sender, delivery.address, delivery.message, token)
        return mailer.send(make_message(view, envelope, planned.planned), sender.address, delivery.address)

    def _token(self, search: SavedSearch, delivery: Delivery) -> str:
        found = [one for one in self._ledger.recipients_with(delivery.address) if one.search == search.id]
        code = next((one.code for one in found if one.channel == delivery.channel), "")
        return token_of(code, self._post.key) if code and self._post.key else ""

    def _interface(self, language: Language) -> Interface:
        if language not in self._interfaces:
            config = self._post.config
            self._interfaces[language] = Interface(
                language, config.site_title, sources=self._library.tables.sources, formats=config.formats
            )
        return self._interfaces[language]

    # Webhooks

    def _send_webhooks(self, due: Sequence[Delivery], searches: Mapping[str, SavedSearch]) -> None:
        with ExitStack() as stack:
            pool = stack.enter_context(ThreadPoolExecutor(_WEBHOOKS_AT_ONCE))
            # Digests are made a few at a time, so that thousands needn't be in memory.
            for start in range(0, len(due), _WEBHOOKS_AT_ONCE):
                some = due[start : start + _WEBHOOKS_AT_ONCE]
                running = {
                    pool.submit(
                        post,
                        request,
                        self._post.fetching,
                        now=self._clock.now(),
                        user_agent=user_agent_of(self._post.config.contact),
                    ): delivery
                    for delivery, request in self._requests(some, searches)
                }
                for done in as_completed(running):
                    delivery = running[done]
                    self._note(searches[delivery.search], delivery, done.result())

    def _requests(
        self, due: Sequence[Delivery], searches: Mapping[str, SavedSearch]
    ) -> Iterator[tuple[Delivery, Request]]:
        for delivery in due:
            search, planned = searches[delivery.search], self._ledger.digest(delivery.digest)
            digest = self._digest(search, delivery, planned)
            if digest is None:
                continue
            try:
                request = self._post.request(search, delivery.message, payload(digest, planned.planned))
            except AlertsError as error:
                self._note(search, delivery, Outcome(Result.LATER, words_of(error)))
                continue
            yield delivery, request

    # What came of it

    def _digest(self, search: SavedSearch, delivery: Delivery, planned: PlannedDigest) -> Digest | None:
        """The digest of a delivery; None if there is nothing to send any more."""
        if not self._ledger.is_planned(delivery.message):
            return None
        digest = self._digests.make(search, planned)
        if digest is None:
            self._cancel(delivery, worded("all of its articles were withdrawn"))
        return digest

    def _cancel(self, delivery: Delivery, reason: str) -> None:
        self._ledger.note(delivery.message, State.CANCELLED, now=self._clock.now(), error=reason)
        self._sent.counts["cancelled"] += 1

    def _put_off_all(self, due: Sequence[Delivery], reason: str) -> None:
        """Nobody could be reached: all are tried again at the next run, so that none waits longer than needed."""
        reason = self._post.secrets.hide(reason)
        self._sent.counts["later"] += len(due)
        self._sent.problems.append(worded("{due:,} digests by e-mail wait: {reason}", due=len(due), reason=reason))
        now = self._clock.now()
        with self._ledger.together():
            for delivery in due:
                self._ledger.note(delivery.message, State.PLANNED, now=now, error=reason, due=now)

    def _note(self, search: SavedSearch, delivery: Delivery, outcome: Outcome) -> None:
        now, reason = self._clock.now(), self._post.secrets.hide(outcome.reason)
        if outcome.result is Result.SENT:
            self._ledger.note(delivery.message, State.SENT, now=now)
            self._sent.counts["sent"] += 1
            return
        address = self._post.secrets.hide(delivery.address)
        self._sent.problems.append(
            worded("{name}: {address}: {reason}", name=search.name, address=address, reason=reason)
        )
        is_late = self._ledger.digest(delivery.digest).planned < now - GIVEN_UP_AFTER
        if outcome.result is Result.LATER and not is_late:
            due = now + (outcome.retry_after or _wait_after(delivery.attempts + 1))
            self._ledger.note(delivery.message, State.PLANNED, now=now, error=reason, due=due)
            self._sent.counts["later"] += 1
            return
        self._ledger.note(delivery.message, State.FAILED, now=now, error=reason)
        self._sent.counts["failed"] += 1
        if outcome.result is Result.GONE:
            for recipient in self._ledger.recipients_with(delivery.address):
                self._ledger.stop(recipient.code, reason, now)


def _wait_after(failures: int) -> float:
    """Seconds to the next try after so many failures in a row.

    >>> _wait_after(1), _wait_after(3), _wait_after(50)
    (300.0, 1200.0, 43200.0)
    """
    return min(FIRST_WAIT * 2.0 ** min(failures - 1, 30), LONGEST_WAIT)
