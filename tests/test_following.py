"""The groups take in what the index reads, and have the same rows as if they had read it themselves."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Copy, Record, Topic
from newsarchive.errors import IndexOutdated
from newsarchive.library import Library
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.stories import following, reading
from newsarchive.stories.features import FeatureReader
from newsarchive.stories.reading import Reading
from tests.libraries import open_archive
from tests.sample import article

WORDS = (
    "قال",
    "الوزير",
    "أمس",
    "و2010",
    "1,500",
    "U.S.",
    "ـــ",
    "ﷺ",
    "المدينة",
    "للمدارس",
    "Café",
    "مدارس",
    "نهر",
    "x_y",
)


def _news(number: int, chance: random.Random, revision: int = 1) -> Article:
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(0, 9))) for _ in range(chance.randint(1, 5))]
    topics = (Topic("سياسة", "field"),) if number % 3 else ()
    title, is_derived = f"خبر {chance.choice(WORDS)}\n{number}", number % 4 == 0
    body = "\n".join((f"نص {number}", *lines, *(("ـــ", "") if number % 5 else ())))
    fields: dict[str, Any] = {"topics": topics, "title_derived": is_derived, "revision": revision}
    return article(f"id{number}", title, body, "تاس" if number % 2 else "", **fields)


def _rows(library: Library) -> dict[str, list[Any]]:
    path = library.groups._builds.current()
    assert path is not None
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr)
            for (name,) in names
            if name != "passage_segments"
        }


def _append(library: Library, *records: Record) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.append(records)


@pytest.fixture
def only_following(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the features of what the groups read themselves fail."""

    def fails(*_arguments: object) -> None:
        raise AssertionError("this was read again")

    monkeypatch.setattr(reading, "BATCH", 7)
    monkeypatch.setattr(following, "BATCH", 7)
    monkeypatch.setattr(FeatureReader, "read", lambda _self, articles: fails() if articles else [])


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_those_of_a_rebuild(tmp_path: Path, seed: int, request: pytest.FixtureRequest) -> None:
    """New articles, revisions, withdrawals and addresses of copies, in several updates."""
    chance = random.Random(seed)
    with open_archive(tmp_path / "news", create=True) as library:
        # Every article is a text of its own, so nothing that was read before is compared again.
        request.getfixturevalue("only_following")
        for step in range(3):
            _append(library, *(_news(20 * step + number, chance) for number in range(20)))
            _append(library, _news(20 * step, chance, 2), Copy(id="id1", url=f"https://example.com/{step}"))
            with ArchiveWriter(library.archive) as writer:
                writer.withdraw(f"id{20 * step + 3}", "طلب")
            library.update_index()
        followed = _rows(library)
        request.getfixturevalue("monkeypatch").undo()
        library.groups.rebuild()
        assert _rows(library) == followed
        assert len(followed["articles"]) == 60


def test_a_rebuild_follows_the_index_too(tmp_path: Path, only_following: None) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        _append(library, *(_news(number, random.Random(number)) for number in range(30)))
        library.update_index()
        before, state = _rows(library), library.groups.state()
        library.rebuild_index()
        assert library.groups.state() != state
        assert _rows(library) == before
        # The files of passages that the new database names are there, and no others.
        assert library.groups._is_current()


def test_numbers_of_another_vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_following: None) -> None:
    """The wordbook starts over when it is full, and its numbers mean other words from then on."""
    monkeypatch.setattr("newsarchive.search.whoosh_index.updating.update._wordbook_for", lambda _bytes: Wordbook(5))
    with open_archive(tmp_path / "news", create=True) as library:
        _append(library, *(_news(number, random.Random(number)) for number in range(30)))
        vars(library.search_service.engine)["_buffer_bytes"] = 2_000
        library.update_index()
        followed = _rows(library)
        monkeypatch.undo()
        library.groups.rebuild()
        assert _rows(library) == followed


def test_groups_that_are_behind_the_index_read_the_rest_themselves(tmp_path: Path) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        _append(library, *(_news(number, random.Random(number)) for number in range(9)))
        library.search_service.rebuild()
        _append(library, *(_news(number, random.Random(number)) for number in range(9, 12)))
        library.update_index()
        assert len(_rows(library)["articles"]) == 12


def test_groups_that_are_ahead_of_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        _append(library, *(_news(number, random.Random(number)) for number in range(9)))
        library.update_index()
        _append(library, *(_news(number, random.Random(number)) for number in range(9, 12)))
        library.groups.update()
        _append(library, *(_news(number, random.Random(number)) for number in range(12, 15)))
        monkeypatch.setattr(Reading, "run", lambda _self, _progress=None: 0)
        library.update_index()
        assert len(_rows(library)["articles"]) == 15


def test_a_purge_meanwhile_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before a purge is never committed after it."""
    monkeypatch.setattr(following, "BATCH", 3)
    with open_archive(tmp_path / "news", create=True) as library:
        _append(library, *(_news(number, random.Random(number)) for number in range(9)))
        library.update_index()
        _append(library, *(_news(number, random.Random(number)) for number in range(9, 18)))
        with library.groups.following() as follower:
            assert follower is not None
            with pytest.raises(IndexOutdated):
                library.search_service.update(follower=_PurgingBefore(follower.batches, library))
        assert not follower.is_complete
        library.update_index()
        rows = {row[1]: row[6] for row in _rows(library)["articles"]}
        assert rows.pop("id9", 1) == 1
        assert len(rows) == 17


class _PurgingBefore:
    """Purges an article that was already passed on, before the next one is."""

    def __init__(self, follower: following.Batches, library: Library) -> None:
        self._follower = follower
        self._library = library
        self._is_purged = False

    def begin(self, *arguments: Any) -> None:
        self._follower.begin(*arguments)

    def add(self, *arguments: Any) -> None:
        self._follower.add(*arguments)
        if not self._is_purged:
            self._is_purged = True
            with ArchiveWriter(self._library.archive) as writer:
                writer.purge("id9", "طلب")
