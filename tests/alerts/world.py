"""A world for alerts: an archive, a mail server on the loopback that keeps what it gets, and a webhook receiver."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from newsarchive.alerts.run import RunReport, run
from newsarchive.alerts.saved_search import SavedSearch, saved_search_from_json
from newsarchive.alerts.search_list import SearchList
from newsarchive.config import Config
from newsarchive.library import Library, open_library
from newsarchive.mail_address import MailAddress
from newsarchive.site_url import SiteUrl

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SITE = SiteUrl.parse("https://news.example.org/archive/")
LOOPBACK = (ip_network("127.0.0.0/8"),)
START = 1_800_000_000.0


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class Mailbox:
    """What a mail server got. `answers` has the answer for some recipients instead of accepting."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.data_answer = ""
        self.on_message: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        self.on_message()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of all messages, in order."""
        return [str(message["Message-ID"]) for message in self.messages]


class MailServerAt(NamedTuple):
    port: int
    mailbox: Mailbox


@contextmanager
def mail_server(mailbox: Mailbox | None = None, **options: Any) -> Iterator[MailServerAt]:
    """Run a mail server on the loopback."""
    box = mailbox or Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield MailServerAt(port, box)
    finally:
        controller.stop()


class Received(NamedTuple):
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """A webhook receiver, which answers with the next status of `statuses`, then with 204."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.statuses: list[tuple[int, dict[str, str]]] = []


@contextmanager
def webhook_receiver() -> Iterator[tuple[str, Receiver]]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):  # its sender was killed
                return
            receiver.got.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = receiver.statuses.pop(0) if receiver.statuses else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class World:
    """An archive with its saved searches, and runs of `alerts send` at the time of its clock."""

    def __init__(self, folder: Path, port: int = 9, **settings: Any) -> None:
        given: dict[str, Any] = {
            "mail_from": MailAddress("alerts@news.example.org", "أرشيف الأخبار"),
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
            "site_url": SITE,
            "allow_networks": LOOPBACK,
        }
        self.config = Config(archive=folder, **given | settings)
        self.clock = Clock()
        self.library: Library = open_library(self.config, create=True)
        self.list = SearchList(folder)

    def add(self, **form: Any) -> SavedSearch:
        search = saved_search_from_json({"name": form.get("id"), "schedule": "run", **form})
        self.list.add(search)
        return search

    def send(self, *, later: float = 60.0, **options: Any) -> RunReport:
        """One run, some seconds after the last one."""
        self.clock.time += later
        return run(self.library, self.list.load, self.config, clock=self.clock, **options)

    def close(self) -> None:
        self.library.close()
