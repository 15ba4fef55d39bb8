"""The commands of `newsarchive alerts`."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsarchive.alerts.run import only_sender
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Record
from newsarchive.cli.main import group
from tests.alerts.world import Mailbox, mail_server
from tests.articles import make_article

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with ArchiveWriter(Archive(tmp_path / "archive", create=True)):
        pass
    return tmp_path / "archive"


@pytest.fixture
def run(folder: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs `newsarchive alerts` on the archive, with a mail server."""
    with mail_server(mailbox) as server:
        for name, value in {
            "MAIL_FROM": "الأرشيف <alerts@example.org>",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(server.port),
            "SMTP_SECURITY": "none",
            "SITE_URL": "https://news.example.org/",
            "ARCHIVE": str(folder),
        }.items():
            monkeypatch.setenv(f"NEWSARCHIVE_{name}", value)
        yield lambda *arguments: CliRunner().invoke(group, ["alerts", *arguments], standalone_mode=False)


def write(folder: Path, *records: Record, ago: timedelta = timedelta()) -> None:
    with ArchiveWriter(Archive(folder), clock=lambda: datetime.now(UTC) - ago) as writer:
        writer.append(records)


def ok(result: Result) -> str:
    assert result.exception is None, result.output
    assert not result.return_value, result.output
    return result.stdout


def test_a_search_is_saved_listed_sent_and_removed(run: Run, folder: Path, mailbox: Mailbox) -> None:
    write(folder, make_article(1, title="القمح"), ago=timedelta(days=2))
    write(folder, make_article(2, title="القمح مرة أخرى"))
    assert ok(run("send")) == "0 digests planned\n"
    added = ok(run("add", "القمح", "القمح", "--id", "wheat", "--email", "reader@example.org", "--schedule", "run"))
    assert "added: wheat (القمح), run; 2 articles last week" in added
    assert "feed: https://news.example.org/feed.xml?q=" in added
    assert ok(run("send")) == "0 digests planned\n"
    write(folder, make_article(3, title="سعر القمح"), make_article(4))
    assert ok(run("send")) == "1 digest planned; 1 sent\n"
    assert mailbox.recipients == ["reader@example.org"]
    listed = ok(run("list"))
    assert "wheat  القمح  (run)" in listed
    assert "reader@example.org: last digest " in listed
    (form,) = json.loads(ok(run("list", "--json")))
    assert form["q"] == "القمح"
    assert form["recipients"][0]["waiting"] == 0
    assert ok(run("remove", "القمح")) == "removed: wheat\n"
    assert "there are no saved searches yet" in ok(run("list"))


def test_a_search_tells_of_what_arrives_from_the_moment_it_is_saved(run: Run, folder: Path, mailbox: Mailbox) -> None:
    write(folder, make_article(1))
    ok(run("add", "الكل", "--schedule", "run", "--email", "reader@example.org"))
    write(folder, make_article(2))
    assert ok(run("send")) == "1 digest planned; 1 sent\n"
    assert mailbox.messages[0]["Subject"] == "الكل: مقال جديد"


def test_a_preview_counts_what_arrived_and_shows_the_digest(run: Run, folder: Path, mailbox: Mailbox) -> None:
    write(folder, make_article(1), ago=timedelta(days=30))
    write(folder, make_article(2), ago=timedelta(days=6))
    write(folder, make_article(3), make_article(1, revision=2, body="نصّ مصحَّح."))
    ok(run("send"))
    ok(run("add", "الكل", "--id", "all"))
    assert ok(run("preview", "all")) == "2 articles last week\n  العنوان 3\n  العنوان 2\n"
    assert ok(run("preview", "all", "--days", "60")).startswith("3 articles in the last 60 days\n")
    assert "العنوان 3" in ok(run("preview", "all", "--format", "text"))
    assert '<html lang="ar" dir="rtl">' in ok(run("preview", "all", "--format", "html"))
    assert "List-Id: <all.alerts.example.org>" in ok(run("preview", "all", "--format", "eml"))
    assert json.loads(ok(run("preview", "all", "--format", "json")))["data"]["count"] == 2
    assert not mailbox.messages


def test_a_test_is_sent_at_once_and_counts_for_nothing(run: Run, folder: Path, mailbox: Mailbox) -> None:
    write(folder, make_article(1))
    ok(run("send"))
    ok(run("add", "الكل", "--id", "all", "--email", "reader@example.org"))
    assert ok(run("test", "all", "--email", "me@example.org")) == "me@example.org: sent\n"
    assert mailbox.recipients == ["me@example.org"]
    assert mailbox.messages[0]["Subject"] == "[تجربة] الكل: مقال جديد"
    assert "no digest yet" in ok(run("list"))
    mailbox.answers["reader@example.org"] = "550 no such user"
    failed = run("test", "all")
    assert failed.return_value == 1
    assert "550 no such user" in failed.stderr


def test_failures_are_reported_and_listed(run: Run, folder: Path, mailbox: Mailbox) -> None:
    ok(run("add", "الكل", "--id", "all", "--schedule", "run", "--email", "gone@example.org"))
    ok(run("send"))
    write(folder, make_article(1))
    mailbox.answers["gone@example.org"] = "550 no such user"
    sent = run("send")
    assert sent.return_value == 1
    assert "الكل: gone@example.org: the mail server answered 550 no such user" in sent.stderr
    checked = run("list", "--check")
    assert checked.return_value == 1
    assert "last error: the mail server answered 550" in checked.stdout
    assert "no such user" in run("list", "--json").stdout


def test_searches_are_paused_and_resumed(run: Run, folder: Path, mailbox: Mailbox) -> None:
    ok(run("add", "الكل", "--id", "all", "--schedule", "run", "--email", "reader@example.org"))
    ok(run("send"))
    assert ok(run("pause", "all")) == "paused: all\n"
    write(folder, make_article(1))
    assert ok(run("send")) == "0 digests planned\n"
    assert ", paused)" in ok(run("list"))
    assert ok(run("pause", "--resume", "all")) == "resumed: all\n"
    assert ok(run("send")) == "1 digest planned; 1 sent\n"


def test_readers_who_write_are_unsubscribed_and_can_come_back(run: Run, folder: Path, mailbox: Mailbox) -> None:
    assert "nobody to unsubscribe" in str(run("unsubscribe", "reader@example.org").exception)
    ok(run("add", "الكل", "--id", "all", "--schedule", "run", "--email", "reader@example.org"))
    ok(run("send"))
    write(folder, make_article(1))
    ok(run("send"))
    token = str(mailbox.messages[0]["List-Unsubscribe"]).partition("unsubscribe%20")[2].rstrip(">")
    assert run("unsubscribe", "other@example.org").return_value == 1
    assert ok(run("unsubscribe", token)) == "unsubscribed: reader@example.org from all\n"
    assert "stopped: unsubscribed" in ok(run("list"))
    write(folder, make_article(2))
    assert ok(run("send")) == "0 digests planned\n"
    assert ok(run("pause", "--resume", "all", "--recipient", "reader@example.org")) == "resumed: 1 recipient\n"
    assert ok(run("unsubscribe", "reader@example.org")) == "unsubscribed: reader@example.org from all\n"


def test_a_second_sender_ends_with_a_message(run: Run, folder: Path) -> None:
    with only_sender(folder):
        assert "is sending alerts" in str(run("send").exception)
        quiet = run("send", "--quiet")
        assert (quiet.return_value, quiet.output) == (3, "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("add", "x", "--email", "nobody"), "can't get mail"),
        (("add", "x", "--schedule", "often"), "is not a schedule"),
        (("add", "x", "--zone", "Nowhere"), "unknown time zone"),
        (("add", "x", "--id", "a b"), "letters a-z"),
        (("add", "x", "--webhook", "nowhere"), "http or https"),
        (("send", "nobody"), "no saved search"),
        (("preview", "nobody"), "no saved search"),
        (("pause", "x", "--recipient", "a@example.org"), "--resume"),
    ],
)
def test_what_cannot_be_used_is_said(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    failed = run(*arguments)
    assert failed.exception is not None
    assert problem in str(getattr(failed.exception, "message", failed.exception))


def test_missing_settings_are_said_when_a_search_is_saved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSARCHIVE_SITE_URL")
    monkeypatch.delenv("NEWSARCHIVE_SMTP_HOST")
    added = run("add", "x", "--id", "x", "--email", "a@example.org")
    assert "smtp_host" in added.stderr
    assert "without the setting site_url" in added.stderr
    assert "feed: /feed.xml" in added.stdout
