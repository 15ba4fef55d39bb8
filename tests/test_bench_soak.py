"""The soak plays an hour of misbehaving feeds, and finds what it is there to find."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from newsarchive.article import Article
from newsarchive.errors import IngestError
from newsarchive.ingest.pipeline import IngestReport
from tests.bench_scripts import script


@pytest.fixture(scope="module")
def soak() -> ModuleType:
    return script("soak")


@pytest.fixture
def played(soak: ModuleType, tmp_path: Path) -> Callable[..., list[str]]:
    """Plays twelve feeds for some hours, after a change of the world; returns what is wrong."""

    def play(change: Callable[[object], None] = lambda _: None, hours: float = 6.0) -> list[str]:
        one = soak.Soak(tmp_path / "archive", 12, hours / 24, seed=1)
        try:
            change(one)
            one.run()
            return list(one.check())
        finally:
            one.close()

    return play


def test_some_hours_of_misbehaving_feeds(played: Callable[..., list[str]]) -> None:
    assert played() == []


def test_a_lost_article_is_found(played: Callable[..., list[str]]) -> None:
    def lose(one: object) -> None:
        store = one.store  # type: ignore[attr-defined]

        def forgetful(items: Iterable[Article | IngestError]) -> IngestReport:
            kept = [item for item in items if not (isinstance(item, Article) and item.url.endswith("/0"))]
            return store(kept)  # type: ignore[no-any-return]

        one.store = forgetful  # type: ignore[attr-defined]

    assert any(problem.startswith("lost") for problem in played(lose))


def test_a_feed_that_is_fetched_too_often_is_found(played: Callable[..., list[str]]) -> None:
    def hurry(one: object) -> None:
        states = one.states  # type: ignore[attr-defined]
        save = states.save
        states.save = lambda state: save(replace(state, due=0.0))

    assert any("fetched again" in problem for problem in played(hurry, hours=2.0))


def test_a_host_that_is_asked_twice_at_once_is_found(played: Callable[..., list[str]]) -> None:
    def crowd(one: object) -> None:
        for server in one.servers.values():  # type: ignore[attr-defined]
            one._busy.add(server.url.split("/")[2])  # type: ignore[attr-defined]

    assert any("twice at once" in problem for problem in played(crowd, hours=1.0))
