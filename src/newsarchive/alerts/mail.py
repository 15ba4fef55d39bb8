"""The e-mail of a digest, with the headers of mailing lists and for unsubscribing (RFC 2369, 2919 and 8058)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from newsarchive.alerts.rendering import DigestView, as_html, as_text
from newsarchive.mail_address import MailAddress
from newsarchive.syndication.text import one_line

_WHOLE = frozenset({"message-id", "list-id", "list-archive", "list-unsubscribe"})
"""Headers with addresses, which programs read as they are: no word of them may be encoded or broken."""
_LONGEST_LINE = 900
"""Characters of a header that is added only if it fits; mail servers need not take lines above 998."""


class _HeaderPolicy(EmailPolicy):
    """Breaks the headers with addresses between these only."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() not in _WHOLE:
            return str(super().fold(name, value))
        return f"{name}: {value}".replace(", <", f",{self.linesep} <") + self.linesep

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() not in _WHOLE:
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode("ascii")


_POLICY = _HeaderPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends a message to whom, and its Message-ID. `token` identifies the recipient when unsubscribing."""

    sender: MailAddress
    recipient: str
    message: str
    token: str = ""


def message_id(message: str, domain: str) -> str:
    """The Message-ID of a delivery."""
    return f"<{message}@{domain}>"


def make_message(view: DigestView, envelope: Envelope, now: float, *, subject: str = "") -> EmailMessage:
    """The message with a digest, as plain text and HTML. `subject` replaces the usual one.

    No value can add a header: they are single lines, and the policy of headers refuses others.
    """
    sender = envelope.sender
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = message_id(envelope.message, sender.domain)
    mail["Date"] = format_datetime(datetime.fromtimestamp(int(now), UTC))
    mail["From"] = Address(one_line(sender.name) or view.site, addr_spec=sender.address)
    mail["To"] = envelope.recipient
    mail["Subject"] = one_line(subject or view.subject)
    mail["List-Id"] = f"<{view.digest.search.id.lower().replace('_', '-')}.alerts.{sender.domain}>"
    if view.digest.results and len(view.digest.results) <= _LONGEST_LINE:
        mail["List-Archive"] = f"<{view.digest.results}>"
    if envelope.token:
        _add_unsubscribing(mail, view, envelope)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "list"
    mail.set_content(as_text(view), cte="base64")
    mail.add_alternative(as_html(view), subtype="html", cte="base64")
    # Last, because setting the content removes headers about it.
    mail["Content-Language"] = view.language
    return mail


def _add_unsubscribing(mail: EmailMessage, view: DigestView, envelope: Envelope) -> None:
    by_mail = f"<mailto:{envelope.sender.address}?subject={quote(f'unsubscribe {envelope.token}')}>"
    if not view.unsubscribe:
        mail["List-Unsubscribe"] = by_mail
        return
    mail["List-Unsubscribe"] = f"<{view.unsubscribe}>, {by_mail}"
    # RFC 8058 requires HTTPS.
    if view.unsubscribe.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
