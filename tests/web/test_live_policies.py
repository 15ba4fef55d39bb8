"""A running server follows its policies: what is restricted holds soon, what can't be read changes nothing."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.access import Policy, read_policy
from newsarchive.config import load_config
from newsarchive.library import Library
from newsarchive.tables import load_tables
from newsarchive.web import create_app, live_policies
from newsarchive.web.live_policies import INTERVAL, LivePolicies, Rules, SettingsFile
from tests.articles import make_article
from tests.libraries import filled, open_archive

SECRET = "غرافيتون"


class World:
    """Two files, and a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.table = folder / "tables" / "access.txt"
        self.table.parent.mkdir()
        self.settings = folder / "newsarchive.toml"
        self.time = 0.0
        self._changes = 0

    def live(self) -> LivePolicies:
        tables = load_tables(self.table.parent.parent)
        settings = SettingsFile(self.settings, lambda: load_config(self.settings, {}))
        return LivePolicies(tables, settings=settings, clock=lambda: self.time)

    def write(self, text: str, file: Path | None = None) -> None:
        """Write a file, in place and each time with another time of change, as disks with coarse times do later."""
        self._changes += 1
        (file or self.table).write_text(text, encoding="utf-8")
        os.utime(file or self.table, (self._changes, self._changes))

    def after(self, live: LivePolicies, seconds: float) -> Rules:
        self.time += seconds
        live.refresh()
        return live.rules


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.write("", made.settings)
    return made


def of(rules: Rules, source: str) -> Policy:
    return rules.access.by_source.get(rules.access.key(source), rules.access.default)


def test_what_is_restricted_holds_a_second_later(world: World) -> None:
    live = world.live()
    world.write("تاس = snippet\n")
    assert str(of(world.after(live, INTERVAL / 2), "تاس")) == "full"
    assert str(of(world.after(live, INTERVAL), "تاس")) == "snippet"
    world.write("تاس = metadata\nوفا = embargo 30 days\n")
    rules = world.after(live, INTERVAL)
    assert (str(of(rules, "تاس")), str(of(rules, "وفا"))) == ("metadata", "embargo 30 days")


def test_what_is_opened_holds_once_the_file_stays_as_it_is(world: World) -> None:
    world.write("تاس = metadata\n")
    live = world.live()
    world.write("")  # as an editor does before it writes
    assert str(of(world.after(live, INTERVAL), "تاس")) == "metadata"
    world.write("تاس = snippet\nوفا = snippet\n")
    rules = world.after(live, INTERVAL)
    assert (str(of(rules, "تاس")), str(of(rules, "وفا"))) == ("metadata", "snippet")
    assert str(of(world.after(live, INTERVAL), "تاس")) == "snippet"
    world.table.unlink()
    assert str(of(world.after(live, INTERVAL), "تاس")) == "snippet"
    assert str(of(world.after(live, INTERVAL), "تاس")) == "full"


@pytest.mark.parametrize(
    ("old", "new", "between"),
    [
        ("metadata", "embargo 30 days", "metadata"),
        ("embargo 30 days", "embargo 10 days", "embargo 30 days"),
        ("embargo 30 days snippet", "embargo 90 days", "embargo 90 days"),
        ("full", "embargo 10 days snippet", "embargo 10 days snippet"),
    ],
)
def test_meanwhile_the_stricter_one_holds(world: World, old: str, new: str, between: str) -> None:
    world.write(f"تاس = {old}\n")
    live = world.live()
    world.write(f"تاس = {new}\n")
    assert of(world.after(live, INTERVAL), "تاس") == read_policy(between)
    assert of(world.after(live, INTERVAL), "تاس") == read_policy(new)


@pytest.mark.parametrize("broken", ["تاس = nothing\n", "تاس\n"])
def test_a_broken_file_changes_nothing_and_is_logged_once(
    world: World, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.write("تاس = metadata\n")
    live = world.live()
    world.after(live, INTERVAL)
    world.write(broken)
    for _ in range(3):
        assert str(of(world.after(live, INTERVAL), "تاس")) == "metadata"
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "access.txt:1" in record.getMessage()
    world.write("تاس = snippet\n")
    world.after(live, INTERVAL)
    assert str(of(world.after(live, INTERVAL), "تاس")) == "snippet"


def test_the_settings_are_read_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    live = world.live()
    world.write('access = "snippet"\npublic_full_text = false\n', world.settings)
    rules = world.after(live, INTERVAL)
    assert (str(of(rules, "تاس")), rules.public_full_text, rules.restrict) == ("snippet", False, True)
    world.write("access = 1\n", world.settings)
    assert str(of(world.after(live, INTERVAL), "تاس")) == "snippet"
    assert "newsarchive.toml" in caplog.text
    world.write("", world.settings)
    assert world.after(live, INTERVAL).restrict
    assert not world.after(live, INTERVAL).restrict


def test_without_files_what_was_loaded_holds(tmp_path: Path) -> None:
    live = LivePolicies(load_tables(tmp_path, access=read_policy("metadata")), public_full_text=False)
    live.refresh()
    assert str(live.rules.access.default) == "metadata"
    assert not live.rules.public_full_text


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    article = make_article(
        1, title="خبر عن القمح", source="تاس", body=f"مقدمة الخبر.\n\n{'كلام ' * 200}{SECRET} القمح."
    )
    with filled(tmp_path, [article]):
        pass
    with open_archive(tmp_path) as opened:
        yield opened


def test_pages_show_no_more_what_was_just_restricted(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_policies, "INTERVAL", 0.0)
    client = create_app(library).test_client()
    before, everywhere = client.get("/article/id1"), shown(client)
    assert len(everywhere) > 1
    table = library.archive.folder / "tables" / "access.txt"
    table.parent.mkdir(exist_ok=True)
    table.write_text("تاس = metadata\n", encoding="utf-8")
    assert shown(client) == set()
    # A copy that a browser has isn't good any more either.
    known = {"If-None-Match": before.headers["ETag"], "If-Modified-Since": before.headers.get("Last-Modified", "")}
    assert client.get("/article/id1", headers={key: value for key, value in known.items() if value}).status_code == 200
    table.unlink()
    shown(client)
    assert shown(client) == everywhere


def shown(client: FlaskClient) -> set[str]:
    """The addresses that show the text of the article."""
    addresses = ("/article/id1", "/feed.json", "/api/v1/articles/id1")
    return {
        one for one in addresses if SECRET in json.dumps(client.get(one).get_data(as_text=True), ensure_ascii=False)
    }
