"""What readers get: headers, both texts, directions, and how they unsubscribe."""

from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html

from newsarchive.alerts.digest import Digests
from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.mail import Envelope, make_message
from newsarchive.alerts.records import PlannedDigest
from newsarchive.alerts.rendering import DigestView
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.alerts.unsubscribing import code_in, load_key, token_of
from newsarchive.config import Config, load_config
from newsarchive.errors import AlertsError, ConfigError
from newsarchive.mail_address import MailAddress
from newsarchive.site_url import SiteUrl
from newsarchive.web.interface import Interface
from tests.alerts.world import Mailbox, World, mail_server
from tests.articles import make_article, texts
from tests.libraries import append


def sent(world: World, mailbox: Mailbox, *articles: Any, **form: Any) -> EmailMessage:
    """The message about articles that arrive after a search was saved."""
    world.add(**{"id": "wheat", "name": "القمح والشعير", "email": "reader@example.org", **form})
    world.send()
    append(world.library, *(articles or [make_article(1)]))
    report = world.send()
    assert report.sent.problems == []
    return mailbox.messages[-1]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_headers_are_those_of_a_mailing_list(world: World, mailbox: Mailbox) -> None:
    message = sent(world, mailbox)
    assert message["Subject"] == "القمح والشعير: مقال جديد"
    assert message["From"] == "أرشيف الأخبار <alerts@news.example.org>"
    assert message["To"] == "reader@example.org"
    assert message["Message-ID"].endswith(".wheat@news.example.org>")
    assert message["List-Id"] == "<wheat.alerts.news.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ar"
    assert message["Date"].datetime.timestamp() == world.clock.time
    address, by_mail = message["List-Unsubscribe"].split(", ")
    assert address.startswith("<https://news.example.org/archive/unsubscribe/")
    assert by_mail.startswith("<mailto:alerts@news.example.org?subject=unsubscribe%20")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in mailbox.raw[-1].split(b"\r\n"))


def test_programs_read_addresses_in_headers_as_they_are(world: World, mailbox: Mailbox) -> None:
    sent(world, mailbox, id="x" * 64, q="العنوان")
    head = mailbox.raw[0].partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n"))
    assert headers["Message-ID"] == mailbox.ids[0]
    assert headers["List-Id"] == f"<{'x' * 64}.alerts.news.example.org>"
    assert headers["List-Unsubscribe"].startswith("<https://news.example.org/archive/unsubscribe/")
    assert headers["List-Unsubscribe"].endswith(">")
    assert headers["List-Archive"].startswith("<https://news.example.org/archive/search?q=%D8%A7")


def test_no_header_is_longer_than_mail_servers_take(world: World, mailbox: Mailbox) -> None:
    sent(world, mailbox, q=" OR ".join(["العنوان"] * 60))
    assert mailbox.messages[0]["List-Archive"] is None
    assert all(len(line) <= 998 for line in mailbox.raw[0].split(b"\r\n"))


def test_the_arabic_page_is_right_to_left_without_a_style_sheet(world: World, mailbox: Mailbox) -> None:
    english = make_article(2, title="Wheat & barley <b>", body="Prices rose.", language="en", source="Daily Example")
    page = html.document_fromstring(part(sent(world, mailbox, make_article(1), english), "html"))
    assert page.get("dir") == "rtl"
    assert {table.get("dir") for table in page.iter("table")} == {"rtl"}
    assert not list(page.iter("style", "script", "img", "link"))
    headings = [(one.text_content(), one.get("dir"), one.get("lang")) for one in page.iter("h2")]
    assert headings == [("Wheat & barley <b>", "ltr", "en"), ("العنوان 1", "rtl", "ar")]
    links = [link.get("href") for link in page.iter("a")]
    assert "https://news.example.org/archive/article/id1" in links
    assert any("/feed.xml?lang=ar" in link for link in links)
    assert links[-1].startswith("https://news.example.org/archive/unsubscribe/")


def test_the_english_digest_is_in_english(world: World, mailbox: Mailbox) -> None:
    article = make_article(1, title="خبر", source="رويترز", published=date(2025, 4, 21))
    message = sent(world, mailbox, article, make_article(2), language="en", name="Wheat")
    text = part(message, "plain")
    assert message["Subject"] == "Wheat: 2 new articles"
    assert "\u2068Reuters\u2069 · 21 April 2025" in text
    assert "Unsubscribe:\nhttps://" in text.replace("\u200e", "")
    assert html.document_fromstring(part(message, "html")).get("dir") == "ltr"


def test_names_in_plain_text_are_isolated_and_lines_begin_in_its_direction(world: World, mailbox: Mailbox) -> None:
    article = make_article(1, title="CNN: خبر", source="CNN يوميًّا", url="https://cnn.example/خبر?a=1")
    lines = part(sent(world, mailbox, article), "plain").splitlines()
    # Isolates go by the first letter, so a title that begins with a Latin one has a mark, as in feeds.
    assert "\u200f1. \u2068\u200fCNN: خبر\u2069" in lines
    assert "   \u200f\u2068CNN يوميًّا\u2069" in lines
    # Addresses are on lines of their own, so nothing next to them changes their order.
    assert "   https://cnn.example/%D8%AE%D8%A8%D8%B1?a=1" in lines
    assert "   https://news.example.org/archive/article/id1" in lines


@pytest.mark.parametrize("name", ["قمح\r\nBcc: x@example.org", "a\u2028b\x85c", "=?utf-8?q?x?=", "x" * 190])
def test_no_name_adds_a_header(world: World, mailbox: Mailbox, name: str) -> None:
    message = sent(world, mailbox, name=name)
    assert message["Bcc"] is None
    assert mailbox.recipients == ["reader@example.org"]
    assert message["Subject"].endswith("مقال جديد")


@settings(max_examples=25)
@given(title=texts, body=texts.filter(str.strip), source=texts)
def test_any_article_can_be_sent(tmp_path_factory: pytest.TempPathFactory, title: str, body: str, source: str) -> None:
    world = World(tmp_path_factory.mktemp("archive") / "a")
    append(world.library, make_article(1, title=title, body=body, source=source))
    search = SavedSearch(id="x", name="اسم")
    digests = Digests(world.library, SiteLinks(None), world.config.timezone)
    digest = digests.make(search, PlannedDigest("x", 0, 1, 0.0, 1, (("id1",),)))
    assert digest is not None
    view = DigestView(digest, Interface("ar"))
    made = make_message(view, Envelope(MailAddress("a@example.org"), "b@example.org", "m.x"), 0.0)
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert read["Subject"] == "اسم: مقال جديد"
    html.document_fromstring(part(read, "html"))
    world.close()


def test_without_an_address_of_the_site_readers_write_to_the_sender(tmp_path: Path, mailbox: Mailbox) -> None:
    with mail_server(mailbox) as server:
        world = World(tmp_path / "archive", server.port, site_url=None)
        message = sent(world, mailbox)
        world.close()
    assert message["List-Unsubscribe"].startswith("<mailto:alerts@news.example.org?subject=")
    assert message["List-Unsubscribe-Post"] is None
    text = part(message, "plain")
    assert "https://" not in text
    assert "لإلغاء الاشتراك اكتب إلى \u2068alerts@news.example.org\u2069" in text


def test_one_click_is_offered_for_https_only(tmp_path: Path, mailbox: Mailbox) -> None:
    with mail_server(mailbox) as server:
        world = World(tmp_path / "archive", server.port, site_url=SiteUrl.parse("http://news.example.org"))
        message = sent(world, mailbox)
        world.close()
    assert "<http://news.example.org/unsubscribe/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] is None


def test_each_reader_has_a_token_of_their_own(world: World, mailbox: Mailbox) -> None:
    sent(world, mailbox, email=["a@example.org", "b@example.org"])
    tokens = {message["List-Unsubscribe"].split("/")[5].split(">")[0] for message in mailbox.messages}
    assert len(tokens) == 2
    key = load_key(world.config.archive)
    assert all(code_in(token, key) for token in tokens)
    assert all("example" not in token and "wheat" not in token for token in tokens)


def test_only_tokens_made_with_the_key_are_valid() -> None:
    token = token_of("abc", b"k" * 32)
    assert code_in(token, b"k" * 32) == "abc"
    for other in ("", "abc", "abc.", token[:-1], token + "x", "abz" + token[3:], "ä.b", "x" * 500):
        assert code_in(other, b"k" * 32) is None
    assert code_in(token, b"l" * 32) is None
    assert code_in(token_of("abc", b""), b"") is None


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_key(tmp_path) == b""
    key = load_key(tmp_path, create=True)
    assert load_key(tmp_path, create=True) == key
    path = tmp_path / "alerts" / "unsubscribe.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(AlertsError, match="chmod 600"):
        load_key(tmp_path)
    monkeypatch.setenv("ALERT_UNSUBSCRIBE_KEY", "short")
    with pytest.raises(AlertsError, match="too short"):
        load_key(tmp_path)
    monkeypatch.setenv("ALERT_UNSUBSCRIBE_KEY", "x" * 40)
    assert load_key(tmp_path) == b"x" * 40


def test_a_reader_who_unsubscribed_gets_nothing_that_was_planned(world: World, mailbox: Mailbox) -> None:
    sent(world, mailbox)
    append(world.library, make_article(2))
    mailbox.answers["reader@example.org"] = "450 busy"
    world.send()
    mailbox.answers.clear()
    with Ledger(world.config.archive) as ledger:
        (recipient,) = ledger.recipients_with("reader@example.org")
        ledger.stop(recipient.code, "unsubscribed", world.clock.time)
    assert world.send(later=1_000).sent.counts == {}
    append(world.library, make_article(3))
    assert world.send().planned == 0
    with Ledger(world.config.archive) as ledger:
        assert ledger.resume("wheat", "reader@example.org") == 1
    append(world.library, make_article(4))
    assert world.send().planned == 1
    assert len(mailbox.messages) == 2


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"smtp_host": None}, "'smtp_host' is missing"),
        ({"mail_from": None}, "'mail_from' is missing"),
        ({"smtp_user": "me"}, "ALERT_SMTP_PASSWORD"),
        ({"smtp_security": "starttls"}, "STARTTLS"),
        ({"smtp_security": "tls"}, "the mail server 127.0.0.1"),
        ({"smtp_port": 1}, "Connection refused"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_puts_digests_off(
    world: World, mailbox: Mailbox, changed: dict[str, Any], problem: str
) -> None:
    right, config = world.config, replace(world.config, **changed)
    world.add(id="all", email=["a@example.org", "b@example.org"])
    world.send()
    append(world.library, make_article(1))
    world.config = config
    report = world.send()
    assert report.sent.counts == {"later": 2}
    assert problem in report.sent.problems[0]
    world.config = right
    assert world.send().sent.counts == {"sent": 2}


def test_a_password_is_never_sent_in_the_clear(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_SMTP_PASSWORD", "s3cret-password")
    world.config = replace(world.config, smtp_user="me")
    world.add(id="all", email="a@example.org")
    world.send()
    append(world.library, make_article(1))
    (problem,) = world.send().sent.problems
    assert "readable by all" in problem
    assert "s3cret" not in problem


def test_the_settings_of_mail_are_checked() -> None:
    environment = {
        "NEWSARCHIVE_MAIL_FROM": "الأرشيف <alerts@example.org>",
        "NEWSARCHIVE_SMTP_SECURITY": "tls",
        "NEWSARCHIVE_SMTP_PORT": "465",
    }
    config = load_config(environment=environment)
    assert config.mail_from == MailAddress("alerts@example.org", "الأرشيف")
    assert (config.smtp_security, config.smtp_port) == ("tls", 465)
    for name, value in (("MAIL_FROM", "nobody"), ("SMTP_SECURITY", "ssl"), ("SMTP_PORT", "0"), ("SMTP_TIMEOUT", "x")):
        with pytest.raises(ConfigError, match=name.lower()):
            load_config(environment={f"NEWSARCHIVE_{name}": value})
    assert Config().smtp_security == "starttls"
