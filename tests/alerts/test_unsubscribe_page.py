"""The page on which readers unsubscribe, in a browser or with one click of their mail program."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.unsubscribing import Unsubscriber
from newsarchive.web import SiteSettings, create_app
from tests.alerts.world import Mailbox, World
from tests.articles import make_article
from tests.libraries import append


@pytest.fixture
def token(world: World, mailbox: Mailbox) -> str:
    """The token of a reader who got a digest."""
    world.add(id="wheat", name="القمح <b>", email=["reader@example.org", "other@example.org"])
    world.send()
    append(world.library, make_article(1))
    world.send()
    message = next(one for one in mailbox.messages if one["To"] == "reader@example.org")
    return str(message["List-Unsubscribe"]).partition("/unsubscribe/")[2].partition(">")[0]


@pytest.fixture
def client(world: World) -> FlaskClient:
    readers = Unsubscriber(world.config.archive)
    return create_app(world.library, SiteSettings(url=world.config.site_url, unsubscribing=readers)).test_client()


def stopped(folder: Path) -> list[str]:
    with Ledger(folder) as ledger:
        return [one.address for one in ledger.stopped()]


def test_a_link_only_asks_and_its_button_unsubscribes(world: World, client: FlaskClient, token: str) -> None:
    asked = client.get(f"/unsubscribe/{token}")
    assert asked.status_code == 200
    assert '<form method="post">' in asked.text
    assert "القمح &lt;b&gt;" in asked.text
    assert "reader@example.org" not in asked.text
    assert stopped(world.config.archive) == []
    done = client.post(f"/unsubscribe/{token}")
    assert done.status_code == 200
    assert "أُلغي اشتراكك" in done.text
    assert stopped(world.config.archive) == ["reader@example.org"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_unsubscribes_without_a_cookie_or_a_redirect(
    world: World, client: FlaskClient, token: str, content_type: str
) -> None:
    for _ in range(2):
        answer = client.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}, content_type=content_type)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert stopped(world.config.archive) == ["reader@example.org"]


def test_the_page_is_in_no_cache_and_in_no_search_engine(client: FlaskClient, token: str) -> None:
    page = client.get(f"/unsubscribe/{token}")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_the_page_is_in_the_language_of_the_digest_or_the_address(client: FlaskClient, token: str) -> None:
    assert 'lang="ar"' in client.get(f"/unsubscribe/{token}", headers={"Accept-Language": "en"}).text
    assert "Yes, unsubscribe me" in client.get(f"/unsubscribe/{token}?lang=en").text


def test_no_token_can_be_guessed(world: World, client: FlaskClient, token: str) -> None:
    code, _, mac = token.partition(".")
    for wrong in ("wheat", "1", code, f"{code}.", f"{code}.{mac[:-1]}", f"{'0' * 24}.{mac}", f"{token}x", "%00", "ق"):
        for method in (client.get, client.post):
            assert method(f"/unsubscribe/{wrong}").status_code == 404
    assert stopped(world.config.archive) == []


def test_an_archive_without_alerts_has_nobody_to_unsubscribe(world: World, client: FlaskClient) -> None:
    assert client.get("/unsubscribe/a.b").status_code == 404
    assert not (world.config.archive / "alerts").exists()
