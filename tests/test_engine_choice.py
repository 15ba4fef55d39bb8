"""Which engine the settings open, and what happens while the cluster of one doesn't answer."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from newsarchive import index_repair
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.cli.fetch import _Run, _Says
from newsarchive.cli.main import group, main
from newsarchive.cli.serve import _bring_up_to_date
from newsarchive.cli.signals import Interruptions
from newsarchive.config import Config
from newsarchive.engine_choice import may_rebuild
from newsarchive.errors import ConfigError, IndexUnreachable, PurgeUnfinished
from newsarchive.library import Library, open_library
from newsarchive.search import SearchRequest, opensearch
from newsarchive.search.opensearch import Connection, Layout
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.subscriptions.options import FetchOptions
from newsarchive.subscriptions.reports import RoundReport
from newsarchive.subscriptions.state import FetchStates
from newsarchive.topics import Topics
from newsarchive.web import create_app, warm_up
from tests.libraries import filled

WHY = "the search index on http://127.0.0.1:9200 can't be used now: nothing listens there"


class Unreachable:
    """The engine of a cluster that doesn't answer. It counts how often it was asked to build."""

    def __init__(self) -> None:
        self.asked = 0

    @contextmanager
    def snapshot(self) -> Iterator[NoReturn]:
        self._fail()
        yield

    def _fail(self, *_: object, **__: object) -> NoReturn:
        raise IndexUnreachable(WHY)

    def rebuild(self, *_: object, **__: object) -> NoReturn:
        self.asked += 1
        self._fail()

    update = check = status = _fail
    needs_rebuild = False

    def close(self) -> None:
        pass


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> Unreachable:
    """The engine that every archive gets whose index is on a cluster."""
    engine = Unreachable()
    monkeypatch.setattr(opensearch, "open_engine", lambda *_, **__: engine)
    return engine


@pytest.fixture
def archive(tmp_path: Path, article: Callable[..., Article]) -> Path:
    """An archive that was indexed with Whoosh."""
    with filled(tmp_path / "archive", [article(number) for number in range(3)]):
        return tmp_path / "archive"


def on_cluster(archive: Path, **settings: Any) -> Config:
    return Config(archive=archive, engine="opensearch", **settings)


@pytest.fixture
def cut_off(archive: Path, unreachable: Unreachable, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(index_repair, "GRACE", 0.0)
    with open_library(on_cluster(archive), repairs=True) as library:
        yield library


def test_settings_open_the_engine(
    archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unreachable: Unreachable
) -> None:
    opened: dict[str, Any] = {}

    def open_engine(connection: Connection, archive: Archive, **more: Any) -> Unreachable:
        opened.update(more, settings=connection.settings, folder=archive.folder)
        return unreachable

    monkeypatch.setattr(opensearch, "open_engine", open_engine)
    monkeypatch.setenv("OPENSEARCH_PASSWORD", "geheim")
    hosts = ("https://search1:9200", "https://search2:9200")
    config = on_cluster(
        archive,
        opensearch_hosts=hosts,
        opensearch_user="reader",
        opensearch_index="press",
        opensearch_shards=6,
        opensearch_replicas=2,
        opensearch_timeout=3,
    )
    open_library(config).close()
    assert isinstance(opened.pop("topics"), Topics)
    settings = opened.pop("settings")
    assert (settings.hosts, settings.user, settings.password, settings.timeout) == (hosts, "reader", "geheim", 3)
    assert opened == {"index": "press", "layout": Layout(6, 2), "folder": archive}
    with open_library(Config(archive=archive)) as library:
        assert isinstance(library.search_service.engine, WhooshEngine)
        assert library.search(SearchRequest(text="نص")).total == 3


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0o600, "OPENSEARCH_PASSWORD is neither in the environment nor in .*secrets.env"),
        ("OPENSEARCH_PASSWORD=geheim\n", 0o644, "other users may read this file of secrets; run: chmod 600"),
        ("password geheim\n", 0o600, "secrets.env:1: write OPENSEARCH_NAME=value"),
    ],
)
@pytest.mark.parametrize("in_archive", [True, False])
def test_a_password_must_be_a_secret(
    archive: Path, tmp_path: Path, unreachable: Unreachable, content: str | None, mode: int, said: str, in_archive: bool
) -> None:
    file = archive / "cluster" / "secrets.env" if in_archive else tmp_path / "secrets.env"
    if content is not None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
        file.chmod(mode)
    config = on_cluster(archive, opensearch_user="reader", opensearch_secrets=None if in_archive else file)
    with pytest.raises(ConfigError, match=said) as raised:
        open_library(config)
    assert "geheim" not in str(raised.value)
    file.parent.mkdir(exist_ok=True)
    file.write_text("OPENSEARCH_PASSWORD='geheim'\n")
    file.chmod(0o600)
    open_library(config).close()


def test_a_cluster_that_does_not_answer_is_no_reason_to_rebuild(
    cut_off: Library, unreachable: Unreachable, caplog: pytest.LogCaptureFixture
) -> None:
    for ask in (cut_off.status, lambda: cut_off.search(SearchRequest(text="نص")), cut_off.update_index):
        with pytest.raises(IndexUnreachable):
            ask()
    assert cut_off.repairer is not None
    caplog.set_level(logging.INFO)
    cut_off.repairer.wake()
    cut_off.repairer.wait()
    assert unreachable.asked == 0
    assert [record.getMessage() for record in caplog.records] == [f"the index was not looked at: {WHY}"]


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("/search?q=نص", "ar", "لا يستجيب خادم البحث الآن"),
        ("/search?q=نص", "en", "The search server does not answer at the moment"),
        ("/feed.xml?q=نص", "en", "The search server does not answer"),
        ("/topics", "ar", "لا يستجيب خادم البحث الآن"),
    ],
)
def test_pages_and_feeds_say_that_search_is_unavailable(cut_off: Library, path: str, language: str, said: str) -> None:
    response = create_app(cut_off).test_client().get(path, headers={"Accept-Language": language})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert said in response.text
    assert "127.0.0.1" not in response.text


def test_the_api_and_the_health_check_name_the_reason(cut_off: Library) -> None:
    app = create_app(cut_off)
    warm_up(app, cut_off)
    client = app.test_client()
    response = client.get("/api/v1/search?q=نص")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.get_json()["error"]["code"] == "index_unreachable"
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()) == (503, {"status": "unavailable", "reason": "index_unreachable"})


def test_articles_can_be_read_while_the_cluster_is_down(cut_off: Library, article: Callable[..., Article]) -> None:
    page = create_app(cut_off).test_client().get(f"/article/{article(1).id}")
    assert page.status_code == 200
    assert article(1).title in page.text


def test_a_purge_removes_the_text_from_the_index_that_is_no_longer_used(
    cut_off: Library, archive: Path, article: Callable[..., Article]
) -> None:
    assert (archive / "index").exists()
    with pytest.raises(PurgeUnfinished, match="nothing listens there"):
        cut_off.purge(article(1).id, "حكم")
    assert not (archive / "index").exists()
    # Going back is one setting: the index of the archive is built again.
    with open_library(Config(archive=archive)) as library:
        library.update_index()
        assert library.search(SearchRequest(text="نص")).total == 2


def test_each_engine_has_its_own_note_of_the_tables(
    archive: Path, unreachable: Unreachable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(Config(archive=archive)) as library:
        assert not library.changed_tables
    with open_library(on_cluster(archive)) as library:
        before = library.changed_tables
        library._note_tables()
        assert len(before) == 2
        assert not library.changed_tables


def test_only_a_node_that_can_write_builds_an_index_on_a_cluster(
    archive: Path, unreachable: Unreachable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert may_rebuild(on_cluster(archive), archive)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert not may_rebuild(on_cluster(archive), archive)
    assert may_rebuild(Config(archive=archive), archive)
    with open_library(on_cluster(archive), repairs=True) as library:
        assert library.repairer is None


def test_a_command_says_what_is_wrong_and_loses_nothing(
    archive: Path,
    unreachable: Unreachable,
    article: Callable[..., Article],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_ENGINE", "opensearch")
    (tmp_path / "new.txt").write_text("العنوان: خبر جديد\n\nوصلت اليوم شحنة من القمح إلى الميناء.", "utf-8")
    for arguments in (["search", "نص"], ["ingest", str(tmp_path / "new.txt")]):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--archive", str(archive)])
        said = capsys.readouterr()
        assert (ended.value.code, said.err.strip().splitlines()[-1]) == (3, f"newsarchive: {WHY}")
    assert "1 stored" in said.out + said.err
    with open_library(Config(archive=archive)) as library:
        assert library.update_index().indexed == 1


def test_a_missing_engine_is_named(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(group, ["search", "x"], env={"NEWSARCHIVE_ENGINE": "lucene"})
    assert isinstance(result.exception, ConfigError)


def test_a_server_starts_without_its_cluster(
    archive: Path, unreachable: Unreachable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _bring_up_to_date(archive, on_cluster(archive), 1) is None
    assert capsys.readouterr().err.splitlines()[0] == f"warning: {WHY}"
    assert unreachable.asked == 0


@pytest.mark.parametrize("is_service", [True, False])
def test_a_service_goes_on_fetching_while_the_cluster_is_down(
    cut_off: Library, capsys: pytest.CaptureFixture[str], is_service: bool
) -> None:
    with Interruptions() as interruptions, FetchStates(cut_off.archive.folder) as states:
        run = _Run(
            Config(),
            cut_off,
            states,
            FetchOptions(),
            interruptions,
            says=_Says.NOTHING,
            indexes=True,
            wait=1,
            is_service=is_service,
        )
        fetched = RoundReport(started=0.0, pages=Counter(stored=1))
        if is_service:
            run._update_index(fetched)
            assert capsys.readouterr().err == f"newsarchive: {WHY}; a later round indexes what was stored\n"
        else:
            with pytest.raises(IndexUnreachable):
                run._update_index(fetched)
