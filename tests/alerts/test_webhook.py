"""Webhooks: what they say, how they are signed, and what answers mean."""

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.records import State
from newsarchive.alerts.webhook import signature, signing_key
from newsarchive.errors import AlertsError
from tests.alerts.world import LOOPBACK, SECRET, Receiver, World, webhook_receiver
from tests.articles import make_article
from tests.libraries import append


class Hooked:
    """A world whose only search sends webhooks to `receiver`."""

    def __init__(self, folder: Path, url: str, receiver: Receiver) -> None:
        self.world = World(folder)
        self.url = url
        self.receiver = receiver
        self.world.add(id="wheat", name="القمح", webhook=url)
        self.world.send()


@pytest.fixture
def hooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooked]:
    monkeypatch.setenv("ALERT_WEBHOOK_SECRET", SECRET)
    with webhook_receiver() as (url, receiver):
        found = Hooked(tmp_path / "archive", url, receiver)
        yield found
        found.world.close()


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of https://github.com/standard-webhooks/standard-webhooks.
    body = b'{"test": 2432232314}'
    got = signature(signing_key(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert got == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_has_the_articles_and_is_signed(hooked: Hooked) -> None:
    append(hooked.world.library, make_article(1, url="https://paper.example/1"), make_article(2, url="javascript:x()"))
    assert hooked.world.send().sent.counts == {"sent": 1}
    (got,) = hooked.receiver.got
    said = json.loads(got.body)
    assert said["type"] == "search.articles"
    data = said["data"]
    assert data["search"]["name"] == "القمح"
    assert data["search"]["feed"] == "https://news.example.org/archive/feed.xml?lang=ar"
    assert (data["count"], data["more"]) == (2, 0)
    assert [article["id"] for article in data["articles"]] == ["id2", "id1"]
    assert [article["url"] for article in data["articles"]] == ["", "https://paper.example/1"]
    assert data["articles"][1]["page_url"] == "https://news.example.org/archive/article/id1"
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(got.headers["webhook-timestamp"]) - hooked.world.clock.time) < 1


def test_a_repeat_has_the_same_id_and_a_new_timestamp(hooked: Hooked) -> None:
    hooked.receiver.statuses = [(500, {}), (302, {"Location": hooked.url}), (200, {})]
    append(hooked.world.library, make_article(1))
    assert hooked.world.send().sent.counts == {"later": 1}
    assert hooked.world.send(later=400).sent.counts == {"later": 1}  # redirects aren't followed
    assert hooked.world.send(later=3_000).sent.counts == {"sent": 1}
    assert len({got.headers["webhook-id"] for got in hooked.receiver.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in hooked.receiver.got}) == 3


def test_retry_after_is_honoured(hooked: Hooked) -> None:
    hooked.receiver.statuses = [(429, {"Retry-After": "7200"})]
    append(hooked.world.library, make_article(1))
    hooked.world.send()
    hooked.world.send(later=7_000)
    assert len(hooked.receiver.got) == 1
    hooked.world.send(later=300)
    assert len(hooked.receiver.got) == 2


def test_410_stops_it_until_it_is_resumed(hooked: Hooked) -> None:
    hooked.receiver.statuses = [(410, {})]
    append(hooked.world.library, make_article(1))
    assert hooked.world.send().sent.counts == {"failed": 1}
    append(hooked.world.library, make_article(2))
    assert hooked.world.send(later=90_000).planned == 0
    assert len(hooked.receiver.got) == 1
    with Ledger(hooked.world.config.archive) as ledger:
        last = ledger.last_delivery("wheat", "webhook", hooked.url)
        assert last is not None
        assert last.state is State.FAILED
        assert ledger.resume("wheat") == 1
    append(hooked.world.library, make_article(3))
    assert hooked.world.send().planned == 1


def test_private_addresses_are_refused_unless_they_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK_SECRET", SECRET)
    with webhook_receiver() as (url, receiver):
        world = World(tmp_path / "archive", allow_networks=())
        world.add(id="inside", webhook=url)
        world.send()
        append(world.library, make_article(1))
        report = world.send()
        assert report.sent.counts == {"later": 1}
        assert "a loopback address" in report.sent.problems[0]
        assert not receiver.got
        world.close()
    assert LOOPBACK


def test_secrets_come_from_the_file_and_are_in_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALERT_WEBHOOK_SECRET", raising=False)
    with webhook_receiver() as (url, receiver):
        world = World(tmp_path / "archive")
        world.add(id="secret", webhook=f"{url}/${{ALERT_PATH}}?token=abcdef", webhook_secret="${ALERT_KEY}")
        world.send()
        append(world.library, make_article(1))
        report = world.send()
        assert "ALERT_PATH is neither in the environment nor in the file" in report.sent.problems[0]
        assert "abcdef" not in report.sent.problems[0]
        file = tmp_path / "archive" / "alerts" / "secrets.env"
        file.write_text(f"ALERT_PATH=hidden-path\nALERT_KEY={SECRET}\n")
        file.chmod(0o644)
        with pytest.raises(AlertsError, match="chmod 600"):
            world.send()
        file.chmod(0o600)
        receiver.statuses = [(500, {})]
        (problem,) = world.send(later=1_000).sent.problems
        assert "hidden-path" not in problem
        assert "abcdef" not in problem
        assert world.send(later=1_000).sent.counts == {"sent": 1}
        world.close()
    with (tmp_path / "archive" / "alerts" / "ledger.sqlite3").open("rb") as ledger:
        content = ledger.read()
    assert b"hidden-path" not in content
    assert SECRET.encode() not in content


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!", "c2hvcnQ=", "whsec_" + base64.b64encode(b"x" * 65).decode()]
)
def test_a_secret_that_cannot_sign_is_refused_without_naming_it(secret: str) -> None:
    with pytest.raises(AlertsError, match="24 to 64 bytes") as caught:
        signing_key(secret)
    assert not secret or secret == "whsec_" or secret not in str(caught.value)


def test_a_receiver_that_is_down_stops_no_other(hooked: Hooked) -> None:
    hooked.world.add(id="down", webhook="http://127.0.0.1:1/hook")
    hooked.world.send()
    append(hooked.world.library, make_article(1))
    assert hooked.world.send().sent.counts == {"sent": 1, "later": 1}
