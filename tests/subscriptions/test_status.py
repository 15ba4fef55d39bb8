"""How subscriptions are doing: in the list, on the page, in health checks and in metrics."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.schedule import DAY
from newsarchive.subscriptions.state import FetchStates
from newsarchive.subscriptions.status import Health, fetching_health, load_statuses
from newsarchive.subscriptions.subscription import Subscription
from newsarchive.web import SiteSettings, create_app

NOW = 1_700_000_000.0
FEED = "https://a.example/"


def prepare(folder: Path, now: float = NOW, **state: Any) -> None:
    FeedList(folder).add([Subscription(address=FEED, title="صحيفة <الغد>")])
    with FetchStates(folder / FOLDER) as states:
        states.save(replace(states.feed(FEED), since=now - 30 * DAY, **state))
        for day in range(30):
            states.count(FEED, now - (29 - day) * DAY - 10 * DAY, 10)
        states.set_total("last_round", now)


@pytest.mark.parametrize(
    ("state", "health"),
    [
        ({}, Health.NEW),
        ({"succeeded": NOW, "newest": NOW}, Health.OK),
        ({"succeeded": NOW, "failures": 1}, Health.RETRYING),
        ({"succeeded": NOW, "failures": 3}, Health.FAILING),
        ({"succeeded": NOW, "gone": True, "failures": 1}, Health.GONE),
        ({"succeeded": NOW, "newest": NOW - 10 * DAY}, Health.SILENT),
        ({"succeeded": NOW, "newest": NOW - 1.5 * DAY}, Health.OK),
    ],
)
def test_the_state_of_a_feed(tmp_path: Path, state: dict[str, Any], health: Health) -> None:
    prepare(tmp_path, **state)
    (status,) = load_statuses(tmp_path, FeedSecrets(environment={}), NOW)
    assert status.health is health
    assert status.per_week is not None
    assert 30 < status.per_week < 71


def test_stalled_fetching_is_named_only_if_nobody_fetches(tmp_path: Path) -> None:
    assert fetching_health(tmp_path, NOW) == "none"
    prepare(tmp_path, due=NOW + 60, succeeded=NOW)
    assert fetching_health(tmp_path, NOW) == "ok"
    assert fetching_health(tmp_path, NOW + 1_800) == "ok"
    assert fetching_health(tmp_path, NOW + DAY).startswith("stalled: no round of fetching since 2023-11-14")
    FeedList(tmp_path).update(FEED, lambda one: replace(one, paused=True))
    assert fetching_health(tmp_path, NOW + DAY) == "ok"


def test_a_list_that_cannot_be_read_is_no_reason_for_503(tmp_path: Path) -> None:
    with open_library(Config(), folder=tmp_path, create=True) as library:
        library.update_index()
        (tmp_path / FOLDER).mkdir()
        (tmp_path / FOLDER / "feeds.jsonl").write_text("{")
        response = create_app(library).test_client().get("/healthz")
        assert response.status_code == 200
        assert response.get_json()["fetching"].startswith("unknown: ")


def test_health_checks_stay_200_when_fetching_stalls(tmp_path: Path) -> None:
    with open_library(Config(), folder=tmp_path, create=True) as library:
        library.update_index()
        prepare(tmp_path, due=NOW, succeeded=NOW)
        response = create_app(library).test_client().get("/healthz")
        assert response.status_code == 200
        assert response.get_json()["status"] == "ok"
        assert response.get_json()["fetching"].startswith("stalled: ")


def test_the_page_and_the_metrics_need_their_settings(tmp_path: Path) -> None:
    with open_library(Config(), folder=tmp_path, create=True) as library:
        library.update_index()
        prepare(tmp_path, time.time(), succeeded=NOW, error="status 500 from <there>", failures=4)
        closed = create_app(library).test_client()
        assert closed.get("/subscriptions").status_code == 404
        assert closed.get("/metrics").status_code == 404
        client = create_app(library, SiteSettings(show_subscriptions=True, metrics=True)).test_client()
        for language, words in (("ar", "يتكرر الفشل"), ("en", "failing repeatedly")):
            page = client.get(f"/subscriptions?lang={language}")
            assert page.status_code == 200
            assert words in page.text
            assert "صحيفة &lt;الغد&gt;" in page.text
            assert "status 500 from &lt;there&gt;" in page.text
        metrics = client.get("/metrics")
        assert metrics.mimetype == "text/plain"
        assert 'newsarchive_feeds{health="failing"} 1\n' in metrics.text
        assert "newsarchive_index_up 1\n" in metrics.text
        assert all(line.startswith(("# HELP ", "# TYPE ", "newsarchive_")) for line in metrics.text.splitlines())


def test_the_page_of_an_archive_without_feeds(tmp_path: Path) -> None:
    with open_library(Config(), folder=tmp_path, create=True) as library:
        library.update_index()
        client = create_app(library, SiteSettings(show_subscriptions=True, metrics=True)).test_client()
        assert "doesn&#39;t follow any feed" in client.get("/subscriptions?lang=en").text
        assert client.get("/metrics").status_code == 200
        assert not (tmp_path / FOLDER).exists()
