"""Sends messages through a mail server, over one connection for many."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from newsarchive.alerts.outcomes import SENT, Outcome, Result
from newsarchive.config import SMTP_PORTS, Config
from newsarchive.errors import AlertsError
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.wording import worded, words_of

PASSWORD = "ALERT_SMTP_PASSWORD"  # noqa: S105 - the name of a secret
"""The secret with the password of `smtp_user`."""

_PERMANENT = range(500, 600)
_SERVICE_ENDS = 421
_ATTEMPTS = 2
"""How often a message is tried on a new connection: servers close idle ones, and those with many messages."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and how to sign in."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0

    @classmethod
    def of(cls, config: Config, secrets: FeedSecrets) -> "MailServer":
        """The server of the settings. Raises AlertsError if a setting is missing."""
        if not config.smtp_host or config.mail_from is None:
            missing = "smtp_host" if not config.smtp_host else "mail_from"
            raise AlertsError(
                worded("e-mail can't be sent: the setting {missing!r} is missing; see docs/alerts.md", missing=missing)
            )
        password = secrets.get(PASSWORD)
        if config.smtp_user and not password:
            raise AlertsError(
                worded(
                    "e-mail can't be sent: the password of {smtp_user!r} is missing; put {password} into "
                    "the environment or the file of secrets",
                    smtp_user=config.smtp_user,
                    password=PASSWORD,
                )
            )
        if config.smtp_user and config.smtp_security == "none":
            raise AlertsError(
                worded("e-mail can't be sent: with smtp_security = none, the password would be readable by all")
            )
        port = config.smtp_port or SMTP_PORTS[config.smtp_security]
        return cls(
            config.smtp_host, port, config.smtp_security, config.smtp_user or "", password, float(config.smtp_timeout)
        )


class Mailer:
    """Sends messages. Used by one thread; the connection is made for the first message and kept."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> "Mailer":
        """Return the mailer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye to the server."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._drop()

    def send(self, message: EmailMessage, sender: str, recipient: str) -> Outcome:
        """Send a message to one recipient."""
        outcome = Outcome(Result.DOWN)
        for _ in range(_ATTEMPTS):
            was_connected = self._connection is not None
            outcome = self._try(message, sender, recipient)
            # An old connection may just have been closed. The server didn't take the message then.
            if outcome.result is not Result.DOWN or not was_connected:
                break
        return outcome

    def _try(self, message: EmailMessage, sender: str, recipient: str) -> Outcome:
        try:
            self._connected().send_message(message, from_addr=sender, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            (answer,) = error.recipients.values()
            return self._answered(*answer)
        except smtplib.SMTPDataError as error:
            return self._answered(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return self._down(_reason(error))
        return SENT

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            server = self._server
            context = None if server.security == "none" else ssl.create_default_context()
            with _closing_on_error() as opened:
                if server.security == "tls":
                    opened.append(smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context))
                else:
                    opened.append(smtplib.SMTP(server.host, server.port, timeout=server.timeout))
                if server.security == "starttls":
                    opened[0].starttls(context=context)
                if server.user:
                    opened[0].login(server.user, server.password)
            self._connection = opened[0]
        return self._connection

    def _answered(self, code: int, answer: bytes | str) -> Outcome:
        """The outcome of an answer about one message or recipient."""
        reason = f"{code} {_text(answer)}"
        if code == _SERVICE_ENDS:
            return self._down(reason)
        return Outcome(
            Result.REFUSED if code in _PERMANENT else Result.LATER,
            worded("the mail server answered {reason}", reason=reason),
        )

    def _down(self, reason: str) -> Outcome:
        self._drop()
        return Outcome(
            Result.DOWN,
            worded(
                "the mail server {host}:{port}: {reason}", host=self._server.host, port=self._server.port, reason=reason
            ),
        )

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _closing_on_error() -> Iterator[list[smtplib.SMTP]]:
    opened: list[smtplib.SMTP] = []
    try:
        yield opened
    except BaseException:
        for one in opened:
            one.close()
        raise


def _reason(error: Exception) -> str:
    """Why nothing can be sent at all. A refused sender is among it: nothing is lost if that is set right."""
    match error:
        case smtplib.SMTPSenderRefused():
            return worded(
                "it refuses the sender {sender}: {code} {answer}",
                sender=error.sender,
                code=error.smtp_code,
                answer=_text(error.smtp_error),
            )
        case smtplib.SMTPAuthenticationError():
            return worded("it refuses the user or the password ({code})", code=error.smtp_code)
        case smtplib.SMTPResponseException():
            return worded("it answered {code} {answer}", code=error.smtp_code, answer=_text(error.smtp_error))
        case smtplib.SMTPNotSupportedError():
            return worded("it doesn't offer STARTTLS, or signing in; see the setting smtp_security")
        case ssl.SSLCertVerificationError():
            return worded("its certificate is not valid: {verify_message}", verify_message=error.verify_message)
    return words_of(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
