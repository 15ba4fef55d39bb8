"""Rounds in a simulated world: what is fetched when, and what is stored and noted."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newsarchive.errors import FetchError, SubscriptionsError
from newsarchive.subscriptions.feed_list import FOLDER
from newsarchive.subscriptions.reports import Outcome
from newsarchive.subscriptions.schedule import DAY
from newsarchive.subscriptions.state import STATE_FILE, FetchStates
from tests.subscriptions.world import Answer, World, error, response, rss, world

FEED = "https://one.example/feed"
OTHER = "https://one.example/other"
ELSEWHERE = "https://two.example/feed"
FIRST = ("https://one.example/1", "نص الخبر الأول عن القمح والشعير")
SECOND = ("https://one.example/2", "نص الخبر الثاني عن التعليم والجامعات")


def test_a_feed_is_fetched_when_it_is_due_and_its_articles_are_stored_once(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED, topics=("اقتصاد",), source="صحيفة الغد")
        here.servers.serve(FEED, rss(FIRST))
        assert here.round().counts["stored"] == 1
        assert here.articles()[FIRST[0]].source == "صحيفة الغد"
        assert here.articles()[FIRST[0]].topic_names == ("اقتصاد",)
        assert here.round().outcomes.total() == 0
        here.until_due(FEED)
        here.servers.serve(FEED, rss(FIRST, SECOND))
        assert here.round().counts == {"stored": 1, "duplicate": 1}
        assert here.servers.count(FEED) == 2


def test_validators_of_every_200_are_sent_and_only_304_or_the_digest_mean_unchanged(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, rss(FIRST), etag='"1"', last_modified="Mon")
        here.round()
        here.until_due(FEED)
        assert here.round().outcomes == {Outcome.UNCHANGED: 1}
        assert (here.servers.asked[-1].etag, here.servers.asked[-1].last_modified) == ('"1"', "Mon")
        here.until_due(FEED)
        here.servers.serve(FEED, rss(FIRST), etag='"2"')
        assert here.round().outcomes == {Outcome.UNCHANGED: 1}
        assert (here.state(FEED).etag, here.state(FEED).last_modified) == ('"2"', "")
        here.until_due(FEED)
        # The server forgot its validators, and the text differs.
        here.servers.serve(FEED, rss(FIRST, SECOND))
        assert here.round().counts["stored"] == 1
        assert here.state(FEED).etag == ""


def test_a_304_that_nobody_asked_for_is_a_failure(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.answers[FEED] = lambda asked: response(FEED, not_modified=True)
        assert here.round().outcomes == {Outcome.FAILED: 1}


def test_an_error_page_with_status_200_changes_nothing(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, rss(FIRST), etag='"1"')
        here.round()
        here.until_due(FEED)
        here.servers.serve(FEED, b"<!doctype html><title>503</title><h1>Service unavailable</h1>", etag='"oops"')
        report = here.round()
        assert report.outcomes == {Outcome.FAILED: 1}
        assert "error message of the server" in report.results[0].error
        assert here.state(FEED).etag == '"1"'
        here.until_due(FEED)
        here.servers.serve(FEED, rss(FIRST, SECOND), etag='"3"')
        assert here.round().counts["stored"] == 1
        assert here.state(FEED).failures == 0
        assert "error message" in here.state(FEED).error


def test_an_address_is_fetched_once_for_all_its_subscriptions(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        (tmp_path / FOLDER / "feeds.jsonl").write_text(
            f'{{"url": "{FEED}", "topics": ["اقتصاد"]}}\n'
            '{"url": "HTTPS://ONE.example:443/feed#x", "topics": "مصر"}\n',
            encoding="utf-8",
        )
        here.servers.serve(FEED, rss(FIRST))
        assert here.round().feeds == 1
        assert here.servers.count(FEED) == 1
        assert here.articles()[FIRST[0]].topic_names == ("اقتصاد", "مصر")


def test_failures_back_off_up_to_a_day_and_never_stop(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.fail(FEED, 500)
        waits = []
        for _ in range(15):
            here.round()
            waits.append(here.state(FEED).due - here.clock.now())
            here.until_due(FEED)
        assert waits[0] < 3_000
        assert max(waits) <= DAY
        assert waits[-1] > DAY / 2
        here.servers.serve(FEED, rss(FIRST))
        here.round()
        assert here.state(FEED).failures == 0


def test_too_many_requests_spare_the_whole_host_and_no_other(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED, OTHER, ELSEWHERE)
        here.servers.fail(FEED, 429, "7200")
        here.servers.serve(OTHER, rss(FIRST))
        here.servers.serve(ELSEWHERE, rss(SECOND))
        report = here.round()
        assert report.outcomes == {Outcome.FAILED: 1, Outcome.POSTPONED: 1, Outcome.FETCHED: 1}
        assert here.servers.count(OTHER) == 0
        asked = here.servers.asked[0].at
        here.clock.sleep(3_600)
        here.round()
        assert here.servers.count(OTHER) == 0
        here.clock.sleep(7_200 - 3_600)
        here.round()
        times = [request.at for request in here.servers.asked if request.url == OTHER]
        assert times
        assert times[0] >= asked + 7_200


def test_a_block_survives_a_new_process(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.fail(FEED, 429, "3600")
        here.round()
        here.add(OTHER)
    with world(tmp_path) as here:
        assert here.round().outcomes == {Outcome.POSTPONED: 1}
        assert not here.servers.asked


def test_410_stops_a_feed_and_says_so(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.fail(FEED, 410)
        report = here.round()
        assert report.outcomes == {Outcome.GONE: 1}
        assert "--resume" in report.results[0].line()
        here.clock.sleep(30 * DAY)
        assert here.round().outcomes.total() == 0
        assert here.servers.count(FEED) == 1


def test_a_permanent_redirect_is_adopted_when_it_repeats(tmp_path: Path) -> None:
    moved = "https://new.example/feed"
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.answers[FEED] = lambda asked: response(moved, rss(FIRST), moved_to=moved)
        here.round()
        assert here.feeds.load()[0].address == FEED
        here.until_due(FEED)
        assert "moved permanently" in here.round().results[0].note
        assert here.feeds.load()[0].address == moved
        assert here.state(moved).succeeded is not None
        here.servers.serve(moved, rss(FIRST))
        here.until_due(moved)
        assert here.round().outcomes == {Outcome.UNCHANGED: 1}


def test_a_permanent_redirect_to_what_is_no_feed_is_never_adopted(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        page = response("https://new.example/", b"<!doctype html><p>x", moved_to="https://new.example/")
        here.servers.answers[FEED] = lambda asked: page
        for _ in range(6):
            here.round()
            here.until_due(FEED)
        assert here.feeds.load()[0].address == FEED


def test_a_redirect_that_comes_and_goes_is_not_adopted(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        for number in range(6):
            moved = "https://new.example/feed" if number % 2 else ""
            here.servers.answers[FEED] = lambda asked, moved=moved: response(FEED, rss(FIRST), moved_to=moved)  # type: ignore[misc]
            here.round()
            here.until_due(FEED)
        assert here.feeds.load()[0].address == FEED


def test_an_address_with_secrets_is_never_replaced_and_never_shown(tmp_path: Path) -> None:
    address = "https://one.example/feed?key=${FEED_KEY}"
    filled = "https://one.example/feed?key=geheim123"
    with world(tmp_path) as here:
        here.add(address, headers=(("X-Token", "${FEED_KEY}"),))
        moved = "https://one.example/new?key=geheim123"
        here.servers.answers[filled] = lambda asked: response(filled, rss(FIRST), moved_to=moved)
        for _ in range(3):
            report = here.round()
            here.until_due(address)
        assert here.servers.asked[0].headers == {"X-Token": "geheim123"}
        assert here.feeds.load()[0].address == address
        assert "geheim123" not in str(report.as_json())
        assert "geheim123" not in here.articles()[FIRST[0]].origin.location
        here.servers.answers[filled] = lambda asked: FetchError(filled, f"no answer from {filled}")
        report = here.round()
        assert report.outcomes == {Outcome.FAILED: 1}
        assert "geheim123" not in str(report.as_json()) + here.state(address).error


def test_a_missing_secret_costs_only_its_feed(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add("https://three.example/?key=${FEED_NONE}", ELSEWHERE)
        here.servers.serve(ELSEWHERE, rss(FIRST))
        report = here.round()
        assert report.outcomes == {Outcome.FAILED: 1, Outcome.FETCHED: 1}
        assert any("FEED_NONE" in result.error for result in report.results)


def test_variables_of_others_are_never_sent(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add("https://three.example/?key=${PATH}")
        assert here.round().outcomes == {Outcome.FAILED: 1}
        assert not here.servers.asked


def test_a_crash_between_storing_and_noting_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, rss(FIRST), etag='"1"')
        here.crash_after_store = True
        with pytest.raises(KeyboardInterrupt):
            here.round()
        assert here.state(FEED).etag == ""
    with world(tmp_path) as here:
        here.servers.serve(FEED, rss(FIRST, SECOND), etag='"2"')
        assert here.round().counts == {"stored": 1, "duplicate": 1}
        assert here.revisions() == 2


def test_without_its_state_each_feed_is_fetched_once_more_and_stored_never(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, rss(FIRST), etag='"1"')
        here.round()
    (tmp_path / FOLDER / STATE_FILE).unlink()
    with world(tmp_path) as here:
        here.servers.serve(FEED, rss(FIRST), etag='"1"')
        assert here.round().counts == {"duplicate": 1}
        assert here.servers.asked[0].etag == ""


def test_a_damaged_state_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / STATE_FILE).write_bytes(b"no database" * 1000)
    with FetchStates(tmp_path / FOLDER) as states:
        assert states.feed("x").due == 0
    assert (tmp_path / FOLDER / f"{STATE_FILE}.damaged").exists()


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    with FetchStates(tmp_path) as states:
        with suppress(ZeroDivisionError), states.together():
            states.save(replace(states.feed("x"), etag="a"))
            raise ZeroDivisionError
        assert states.feed("x").etag == ""
        with states.together():
            states.save(replace(states.feed("x"), etag="b"))
        assert states.feed("x").etag == "b"


def test_a_truncated_feed_is_asked_for_as_a_whole_again(tmp_path: Path) -> None:
    whole = rss(FIRST, SECOND)
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, whole[: whole.index("الثاني".encode()) + 60], etag='"1"')
        assert here.round().counts["stored"] == 1
        here.until_due(FEED)
        here.servers.serve(FEED, whole, etag='"1"')
        here.round()
        assert here.servers.asked[-1].etag == ""
        assert SECOND[0] in here.articles()


def test_a_host_that_does_not_answer_costs_two_waits_per_round(tmp_path: Path) -> None:
    feeds = [f"https://dead.example/{number}" for number in range(20)]
    with world(tmp_path) as here:
        here.add(*feeds, ELSEWHERE)
        for feed in feeds:
            here.servers.answers[feed] = lambda asked: FetchError("https://dead.example/", "too slow")
        here.servers.serve(ELSEWHERE, rss(FIRST))
        assert here.round().outcomes == {Outcome.FAILED: 2, Outcome.POSTPONED: 18, Outcome.FETCHED: 1}


def test_a_fault_in_a_fetch_costs_only_that_feed(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED, ELSEWHERE)
        here.servers.answers[FEED] = lambda asked: ZeroDivisionError("oops")
        here.servers.serve(ELSEWHERE, rss(FIRST))
        assert here.round().outcomes == {Outcome.FAILED: 1, Outcome.FETCHED: 1}


def test_feeds_that_are_named_are_fetched_at_once(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED, ELSEWHERE, title="عنوان")
        here.servers.serve(FEED, rss(FIRST))
        here.servers.serve(ELSEWHERE, rss(SECOND))
        here.round()
        assert here.round(FEED).outcomes.total() == 1
        assert here.round("عنوان").outcomes.total() == 2
        with pytest.raises(SubscriptionsError, match="no feed has"):
            here.round("https://none.example/")


def test_a_clock_that_was_set_back_does_not_stop_fetching(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.add(FEED)
        here.servers.serve(FEED, rss(FIRST))
        here.round()
        here.states.save(replace(here.state(FEED), due=here.clock.now() + 400 * DAY))
        assert here.round().outcomes.total() == 1


ANSWERS = st.sampled_from(["ok", "new", "500", "429", "429+", "503", "410", "page", "moved", "slow", "304"])


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), workers=st.sampled_from([1, 4]))
def test_hosts_are_never_asked_twice_at_once_and_nothing_is_due_in_the_past(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, workers: int
) -> None:
    hosts = [f"https://h{number}.example" for number in range(4)]
    feeds = [f"{host}/{number}" for host in hosts for number in range(3)]
    with world(tmp_path_factory.mktemp("world"), workers=workers, interval=900.0, pause=2.0) as here:
        here.add(*feeds)
        for _ in range(4):
            for feed in feeds:
                _answer_with(here, feed, data.draw(ANSWERS))
            before = here.clock.now()
            report = here.round()
            now = here.clock.now()
            tried = [here.state(feed) for feed in feeds]
            assert all(state.gone or state.due > now for state in tried if (state.tried or 0) >= before)
            assert all(state.due <= now + DAY for state in tried)
            assert report.outcomes.total() <= len(feeds)
            here.clock.sleep(data.draw(st.floats(60, 2 * DAY)))
        assert not here.servers.overlaps
        for host in hosts:
            times = [asked.at for asked in here.servers.asked if asked.url.startswith(host)]
            assert all(later - earlier >= 2.0 for earlier, later in pairwise(times))


def _answer_with(here: World, feed: str, kind: str) -> None:
    moved = feed.replace("://h", "://m")
    content = rss((f"{feed}/1", f"نص عن {feed}"))
    answers: dict[str, Answer] = {
        "ok": lambda asked: response(feed, content, etag='"x"'),
        "new": lambda asked: response(feed, rss((f"{feed}/{asked.at}", f"نص {asked.at}"))),
        "500": lambda asked: error(500),
        "429": lambda asked: error(429),
        "429+": lambda asked: error(429, "9999999"),
        "503": lambda asked: error(503, "100"),
        "410": lambda asked: error(410),
        "page": lambda asked: response(feed, b"<!doctype html><title>x</title>"),
        "moved": lambda asked: response(feed, content, moved_to=moved),
        "slow": lambda asked: FetchError(feed, "too slow"),
        "304": lambda asked: response(feed, not_modified=True),
    }
    here.servers.answers[feed] = answers[kind]
