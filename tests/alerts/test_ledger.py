"""The ledger as a file: who may read it, and what happens when it can't be used."""

from pathlib import Path

import pytest

from newsarchive.alerts.ledger import FOLDER, LEDGER_FILE, Ledger
from newsarchive.alerts.records import Recipient
from newsarchive.alerts.unsubscribing import Unsubscriber, load_key, token_of
from newsarchive.errors import AlertsError
from newsarchive.web import SiteSettings, create_app
from tests.alerts.world import Mailbox, World
from tests.articles import make_article
from tests.libraries import append

READER = Recipient("code", "wheat", "email", "reader@example.org", "القمح", "ar")


def test_only_its_owner_reads_the_addresses_in_it(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        assert ledger.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"not a database at all " * 50, b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_ledger_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FOLDER / LEDGER_FILE
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(AlertsError, match="Restore it from a backup") as caught:
        Ledger(tmp_path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_ledger_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger._database.execute("PRAGMA user_version = 99")
    with pytest.raises(AlertsError, match="another version"):
        Ledger(tmp_path)


def test_a_damaged_ledger_is_unavailable_to_readers(world: World) -> None:
    token = token_of("code", load_key(world.config.archive, create=True))
    path = world.config.archive / FOLDER / LEDGER_FILE
    path.write_bytes(b"not a database")
    client = create_app(world.library, SiteSettings(unsubscribing=Unsubscriber(world.config.archive))).test_client()
    for method in (client.get, client.post):
        answer = method(f"/unsubscribe/{token}")
        assert answer.status_code == 503
        assert str(path) not in answer.text


def test_a_recipient_keeps_the_code_and_the_state(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        assert ledger.recipient(READER) == READER
        ledger.stop("code", "unsubscribed", 5.0)
        again = ledger.recipient(Recipient("other", "wheat", "email", "reader@example.org", "جديد", "en"))
        assert (again.code, again.stopped, again.name, again.language) == ("code", 5.0, "جديد", "en")
        assert ledger.recipient_of_code("other") is None


def test_what_was_done_long_ago_is_forgotten(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    world.send()
    append(world.library, make_article(1))
    world.send()
    with Ledger(world.config.archive) as ledger:
        assert ledger.told("all") == {"id1"}
    world.send(later=366 * 86_400)
    with Ledger(world.config.archive) as ledger:
        assert ledger.told("all") == set()
        assert ledger.last_delivery("all", "email", "reader@example.org") is None
