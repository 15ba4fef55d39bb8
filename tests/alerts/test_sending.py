"""What a run of `alerts send` tells, and whom."""

from dataclasses import replace
from datetime import date

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.records import State
from newsarchive.errors import IndexLocked
from tests.alerts.world import Mailbox, World
from tests.articles import make_article
from tests.libraries import append, withdraw

LONG = (
    "اجتمع مجلس المدينة أمس لمناقشة خطة الطرق الجديدة التي تربط الأحياء الشرقية بالميناء والمطار القديم.\n"
    "وقال رئيس المجلس إن العمل يبدأ في الخريف المقبل ويستمر سنتين، وإن كلفته تُدفع من موازنة البلدية وحدها.\n"
    "وطلب سكان الأحياء أن تُزرع الأشجار على جانبي كل طريق، وأن تبقى الأسواق الأسبوعية في أماكنها المعروفة."
)


def told(mailbox: Mailbox) -> list[list[str]]:
    """The titles in each message, from the plain text."""
    found = []
    for message in mailbox.messages:
        body = message.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        found.append([line.split("\u2068")[1].split("\u2069")[0] for line in text.splitlines() if line[1:2].isdigit()])
    return found


def test_a_search_tells_of_what_arrives_after_it_was_saved_once(world: World, mailbox: Mailbox) -> None:
    append(world.library, make_article(1))
    world.add(id="all", email=["reader@example.org"])
    world.send()
    assert not mailbox.messages
    append(world.library, make_article(2), make_article(3, title="المقال الثالث"))
    report = world.send()
    assert report.planned == 1
    assert report.sent.counts == {"sent": 1}
    assert told(mailbox) == [["المقال الثالث", "العنوان 2"]]
    assert mailbox.recipients == ["reader@example.org"]
    world.send()
    assert len(mailbox.messages) == 1


def test_only_what_the_search_finds_is_told(world: World, mailbox: Mailbox) -> None:
    world.add(id="wheat", q="القمح", email="reader@example.org")
    world.add(id="source", source=["تاس"], email="reader@example.org")
    world.send()
    append(
        world.library,
        make_article(1, title="شراء القمح", source="رويترز"),
        make_article(2, title="مباراة", source="تاس"),
        make_article(3, title="خبر", source="رويترز"),
    )
    world.send()
    assert sorted(told(mailbox)) == [["شراء القمح"], ["مباراة"]]


def test_a_revision_is_news_only_with_corrections(world: World, mailbox: Mailbox) -> None:
    world.add(id="usual", email="usual@example.org")
    world.add(id="corrections", corrections=True, email="corrections@example.org")
    append(world.library, make_article(1))
    world.send()
    append(world.library, make_article(1, revision=2, body="نصّ مصحَّح."))
    world.send()
    assert mailbox.recipients == ["corrections@example.org"]
    assert "مصحَّح" in mailbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_restored_article_is_news_unless_it_was_told_before(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    append(world.library, make_article(1))
    world.send()
    withdraw(world.library, "id1")
    world.send()
    append(world.library, make_article(1, revision=3), make_article(2))
    world.send()
    assert told(mailbox) == [["العنوان 2", "العنوان 1"]]
    withdraw(world.library, "id2")
    append(world.library, make_article(2, revision=3))
    world.send()
    assert len(mailbox.messages) == 1


def test_a_withdrawn_article_is_in_no_message_sent_later(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    world.send()
    append(world.library, make_article(1), make_article(2))
    mailbox.answers["reader@example.org"] = "451 try later"
    assert world.send().sent.counts == {"later": 1}
    withdraw(world.library, "id1")
    mailbox.answers.clear()
    world.send(later=600)
    assert told(mailbox) == [["العنوان 2"]]


def test_a_digest_of_withdrawn_articles_only_is_not_sent(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    world.send()
    append(world.library, make_article(1))
    mailbox.answers["reader@example.org"] = "451 try later"
    world.send()
    withdraw(world.library, "id1")
    mailbox.answers.clear()
    assert world.send(later=600).sent.counts == {"cancelled": 1}
    assert not mailbox.messages


def test_copies_are_one_item_with_their_sources(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    world.send()
    day = date(2025, 4, 21)
    append(
        world.library,
        make_article(1, title="اجتماع", body=LONG, source="تاس", published=day),
        make_article(2, title="اجتماع", body=f"{LONG}\n(وكالات)", source="رويترز", published=day),
        make_article(3),
    )
    world.send()
    assert told(mailbox) == [["العنوان 3", "اجتماع"]]
    body = mailbox.messages[0].get_body(("plain",))
    assert body is not None
    assert "ونسخة في: \u2068رويترز\u2069" in body.get_content()
    assert "3 مقالات جديدة" in mailbox.messages[0]["Subject"]


def test_a_digest_says_how_many_articles_it_leaves_out(world: World, mailbox: Mailbox) -> None:
    world.add(id="few", limit=2, email="reader@example.org")
    world.send()
    append(world.library, *map(make_article, range(1, 14)))
    world.send()
    body = mailbox.messages[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert told(mailbox) == [["العنوان 13", "العنوان 12"]]
    assert "و11 مقالًا آخر لا تتسع لها هذه الرسالة" in text
    assert "https://news.example.org/archive/search?lang=ar&sort=arrived" in text


def test_a_daily_search_waits_for_its_time(world: World, mailbox: Mailbox) -> None:
    # The clock begins at 08:00 UTC, which is 11:00 in Riyadh.
    world.add(id="daily", schedule="daily 12:00", zone="Asia/Riyadh", email="reader@example.org")
    world.send()
    append(world.library, make_article(1))
    assert world.send().planned == 0
    assert world.send(later=3_600).planned == 1
    append(world.library, make_article(2))
    assert world.send(later=3_600).planned == 0
    assert world.send(later=86_400).planned == 1
    assert told(mailbox) == [["العنوان 1"], ["العنوان 2"]]


def test_a_paused_search_loses_nothing(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="reader@example.org")
    world.send()
    world.list.update("all", lambda one: replace(one, paused=True))
    append(world.library, make_article(1))
    world.send()
    append(world.library, make_article(2))
    world.send()
    assert not mailbox.messages
    world.list.update("all", lambda one: replace(one, paused=False))
    world.send()
    assert told(mailbox) == [["العنوان 2", "العنوان 1"]]


def test_one_refused_recipient_stops_no_other(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email=["a@example.org", "gone@example.org", "slow@example.org", "z@example.org"])
    world.send()
    append(world.library, make_article(1))
    mailbox.answers |= {"gone@example.org": "550 no such user", "slow@example.org": "450 busy"}
    report = world.send()
    assert report.sent.counts == {"sent": 2, "failed": 1, "later": 1}
    assert sorted(mailbox.recipients) == ["a@example.org", "z@example.org"]
    assert any("gone@example.org" in problem and "550 no such user" in problem for problem in report.sent.problems)
    mailbox.answers.clear()
    assert world.send(later=100).sent.counts == {}  # it waits
    assert world.send(later=300).sent.counts == {"sent": 1}
    assert mailbox.recipients[-1] == "slow@example.org"


def test_nothing_is_lost_while_the_mail_server_is_down_for_days(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email=["a@example.org", "b@example.org"])
    world.send()
    port = world.config.smtp_port
    world.config = replace(world.config, smtp_port=1)
    for number in range(1, 5):
        append(world.library, make_article(number))
        report = world.send(later=86_400)
        assert report.sent.counts == {"later": 2 * number}
        assert len(report.sent.problems) == 1
    world.config = replace(world.config, smtp_port=port)
    assert world.send().sent.counts == {"sent": 8}
    assert sorted(told(mailbox)) == sorted([[f"العنوان {number}"] for number in range(1, 5)] * 2)
    assert len(set(mailbox.ids)) == 8


def test_what_always_fails_is_given_up_after_a_month(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email="full@example.org")
    world.send()
    append(world.library, make_article(1))
    mailbox.answers["full@example.org"] = "452 mailbox full"
    assert world.send().sent.counts == {"later": 1}
    assert world.send(later=29 * 86_400).sent.counts == {"later": 1}
    assert world.send(later=2 * 86_400).sent.counts == {"failed": 1}
    with Ledger(world.config.archive) as ledger:
        last = ledger.last_delivery("all", "email", "full@example.org")
    assert last is not None
    assert (last.state, last.attempts) == (State.FAILED, 3)
    assert "452" in last.error


def test_a_removed_recipient_gets_nothing_that_was_planned(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email=["a@example.org", "b@example.org"])
    world.send()
    append(world.library, make_article(1))
    mailbox.answers |= {"a@example.org": "450 busy", "b@example.org": "450 busy"}
    world.send()
    mailbox.answers.clear()
    world.list.update("all", lambda one: replace(one, emails=("a@example.org",)))
    assert world.send(later=600).sent.counts == {"sent": 1, "cancelled": 1}
    world.list.remove("all")
    assert world.send().planned == 0
    with Ledger(world.config.archive) as ledger:
        assert ledger.progress() == {}
        assert ledger.arrivals(0) == []


def test_a_search_with_a_feed_only_sends_nothing(world: World, mailbox: Mailbox) -> None:
    world.add(id="feed", q="القمح")
    world.send()
    append(world.library, make_article(1, title="القمح"))
    assert world.send().planned == 0
    assert not mailbox.messages


def test_an_index_that_is_ahead_hides_nothing_and_tells_nothing_early(world: World, mailbox: Mailbox) -> None:
    def more_arrive() -> None:
        append(world.library, *map(make_article, range(10, 260)))
        append(world.library, make_article(1, revision=2, body="نصّ آخر."))
        world.library.update_index()

    append(world.library, make_article(1))
    world.add(id="all", limit=500, email="reader@example.org")
    world.send()
    append(world.library, make_article(2), make_article(3))
    world.send(update_index=more_arrive)
    assert told(mailbox) == [["العنوان 3", "العنوان 2"]]
    world.send()
    assert told(mailbox)[1] == [f"العنوان {number}" for number in reversed(range(10, 260))]


def test_an_index_that_cannot_be_used_keeps_nothing_that_was_planned(world: World, mailbox: Mailbox) -> None:
    def locked() -> None:
        raise IndexLocked("another process is updating the index")

    world.add(id="all", email="reader@example.org")
    world.send()
    append(world.library, make_article(1))
    mailbox.answers["reader@example.org"] = "450 busy"
    world.send()
    append(world.library, make_article(2))
    mailbox.answers.clear()
    report = world.send(later=600, update_index=locked)
    assert report.is_behind
    assert "another process" in report.warnings[0]
    assert (report.planned, report.sent.counts) == (0, {"sent": 1})
    assert world.send().planned == 1
    assert told(mailbox) == [["العنوان 1"], ["العنوان 2"]]


def test_who_unsubscribes_during_a_run_gets_nothing_more(world: World, mailbox: Mailbox) -> None:
    world.add(id="all", email=["a@example.org", "b@example.org"])
    world.send()
    append(world.library, make_article(1))
    mailbox.on_message = lambda: stop_all(world)
    assert world.send().sent.counts == {"sent": 1}
    assert len(mailbox.messages) == 1


def stop_all(world: World) -> None:
    with Ledger(world.config.archive) as ledger:
        for address in ("a@example.org", "b@example.org"):
            for recipient in ledger.recipients_with(address):
                ledger.stop(recipient.code, "unsubscribed", world.clock.time)
