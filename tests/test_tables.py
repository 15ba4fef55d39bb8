"""The user-edited tables: parsing, and their effects on search."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Topic
from newsarchive.cli import main
from newsarchive.errors import ConfigError
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.tables import NO_TABLES, load_tables
from newsarchive.topics import TopicTable, canonical_topic
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.web.page import get

Make = Callable[..., Article]


@pytest.fixture
def archive(tmp_path: Path, article: Make) -> Path:
    """An archive with two names of one source, and two categories of one subject."""
    with open_archive(tmp_path / "news", create=True) as library, ArchiveWriter(library.archive) as writer:
        writer.append(
            [
                article(1, source="تاس", topics=(Topic("أسواق المال", "feed"),)),
                article(2, source="وكالة تاس", topics=(Topic("بورصة", "feed"), Topic("economy", "option"))),
                article(3, source="سبوتنيك", topics=(Topic("رياضة", "feed"),)),
            ]
        )
    return tmp_path / "news"


def write(archive: Path, name: str, text: str) -> Path:
    path = archive / "tables" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


TOPICS = "# categories\nأسواق المال = business\nبورصة = الاقتصاد  # stock exchange\n"
SOURCES = "وكالة تاس = تاس، TASS\n"


def total(library: Library, **request: object) -> int:
    return library.search(SearchRequest(**request)).total  # type: ignore[arg-type]


@pytest.mark.parametrize("set_folder", [False, True])
def test_search_uses_the_names_in_the_tables(archive: Path, set_folder: bool) -> None:
    write(archive, "topics.txt", TOPICS)
    write(archive, "sources.txt", SOURCES)
    settings: dict[str, Any] = {}
    if set_folder:
        (archive / "tables").rename(archive.parent / "mine")
        settings = {"tables": archive.parent / "mine"}
    with open_archive(archive, **settings) as library:
        library.update_index()
        facets = library.search(SearchRequest()).facets
        assert dict(facets.topic) == {"economy": 2, "sport": 1}
        assert dict(facets.source) == {"وكالة تاس": 2, "سبوتنيك": 1}
        for name in ("بورصة", "Business", "economy"):
            assert total(library, topics=(name,)) == total(library, text=f'topic:"{name}"') == 2
        for name in ("tass", "تاس", "وكالة تاس"):
            assert total(library, sources=(name,)) == total(library, text=f'source:"{name}"') == 2
        for hit in library.search(SearchRequest(topics=("بورصة",))).hits:
            assert library.tables.topics_of(hit.article).given == ("economy",)
        # The archive keeps the original names.
        assert library.article("id1").source == "تاس"
        assert library.article("id2").topic_names == ("بورصة", "economy")


def test_pages_feeds_and_the_api_use_the_names_in_the_tables(archive: Path) -> None:
    write(archive, "topics.txt", "أسواق المال = نقود\n")
    write(archive, "sources.txt", SOURCES)
    with open_archive(archive) as library:
        library.update_index()
        client = create_app(library).test_client()
        assert client.get("/api/v1/search?source=TASS&topic=أسواق المال").json["total"] == 1  # type: ignore[index]
        # Only where the fields come from, the article has the names as given.
        page = get(client, "/article/id1")
        assert "وكالة تاس" in page.one("article").text
        assert "أسواق المال" not in page.one("dl", class_="facts").text
        assert "<category>نقود</category>" in client.get("/feed.xml?topic=أسواق المال").text
        raw = client.get("/api/v1/articles/id1").json
        assert raw is not None
        assert (raw["source"], raw["topics"][0]["name"]) == ("تاس", "أسواق المال")


@pytest.mark.parametrize(
    ("line", "arabic", "english"),
    [
        ("alarabia = العربية", "العربية", "alarabia"),
        ("صوت النهر = River Voice، rv", "صوت النهر", "River Voice"),
        ("صوت النهر = نهر", "صوت النهر", "صوت النهر"),
        ("رويترز بالعربية = Reuters", "رويترز بالعربية", "Reuters"),
    ],
)
def test_a_line_of_sources_has_a_display_name_in_each_language(
    tmp_path: Path, line: str, arabic: str, english: str
) -> None:
    (tmp_path / "sources.txt").write_text(line, encoding="utf-8")
    tables = load_tables(tmp_path, tmp_path)
    for name in line.replace("،", "=").split("="):
        assert (tables.sources.label(name, "ar"), tables.sources.label(name, "en")) == (arabic, english)
    assert tables.digest == NO_TABLES.digest  # no new index


def test_indexing_processes_use_the_tables(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.search.whoosh_index.updating.update.SHARED_FROM", 1)
    write(archive, "sources.txt", SOURCES)
    with open_archive(archive) as library:
        library.rebuild_index(workers=2)
        assert total(library, sources=("TASS",)) == 2


def test_a_changed_table_is_reported_until_the_index_is_rebuilt(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stats() -> str:
        with pytest.raises(SystemExit):
            main(["stats", "--archive", str(archive)])
        return capsys.readouterr().err

    assert stats() == ""
    write(archive, "topics.txt", TOPICS)
    assert "the table of topics changed since the index was built; 'newsarchive topics reassign'" in stats()
    with open_archive(archive) as library:
        library.rebuild_index()
    assert stats() == ""
    (archive / "tables" / "topics.txt").unlink()
    assert "changed" in stats()


def test_spellings_come_from_the_archive_and_the_setting(tmp_path: Path, article: Make) -> None:
    (tmp_path / "mine.txt").write_text("هاتف، تلفون", encoding="utf-8")
    with open_archive(tmp_path / "news", create=True) as library, ArchiveWriter(library.archive) as writer:
        writer.append([article(1, body="رن الهاتف في البيت."), article(2, body="انطفأ التلفاز في البيت.")])
    write(tmp_path / "news", "spellings.txt", "تلفاز، تلفزيون\n")
    with open_archive(tmp_path / "news", spellings=tmp_path / "mine.txt") as library:
        library.update_index()
        assert (total(library, text="التلفون"), total(library, text="التلفزيون")) == (1, 1)
        assert not library.changed_tables


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("topics.txt", "رياضة\n", r"topics\.txt:1: 'رياضة' does not have the form"),
        ("topics.txt", "\n\n = sport\n", r"topics\.txt:3"),
        ("topics.txt", "a = sport\n# note\nA = economy\n", r"topics\.txt:3: line 1 already has"),
        ("topics.txt", "a = b\nb = c\n", r"topics\.txt:1: the topic 'b' is itself assigned to 'c'"),
        ("topics.txt", "a = x، رياضة\nsport = ملاعب الحي\n", r"topics\.txt:1: the topic"),
        ("sources.txt", "تاس = TASS\nرويترز = tass\n", r"sources\.txt:2: 'tass' is already a name of 'تاس'"),
        ("sources.txt", "تاس\n", r"sources\.txt:1"),
        ("spellings.txt", "وحيد\n", r"spellings\.txt:1"),
    ],
)
def test_an_invalid_line_is_reported_with_its_number(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with open_archive(tmp_path / "news", create=True):
        pass
    write(tmp_path / "news", name, text)
    with pytest.raises(ConfigError, match=problem):
        open_archive(tmp_path / "news")


def test_a_missing_tables_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none: no such folder"):
        load_tables(tmp_path, tmp_path / "none")


def test_tables_that_are_not_utf_8_or_too_large_are_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "topics.txt").write_bytes("رياضة = sport".encode("windows-1256"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_tables(tmp_path, tmp_path)
    monkeypatch.setattr("newsarchive.tables._SIZE_LIMIT", 4)
    with pytest.raises(ConfigError, match="too large"):
        load_tables(tmp_path, tmp_path)


names = st.sampled_from(["sport", "رياضة", "Sports", "economy", "اقتصاد", "x", "أخبار", " X ", "x، sport", "section"])


@given(st.dictionaries(names, names, max_size=4), names)
def test_canonical_topic_is_idempotent(assigned: dict[str, str], name: str) -> None:
    table = TopicTable(assigned)
    if any(map(table.chained, assigned.values())):
        return
    assert table.canonical(table.canonical(name)) == table.canonical(name)
    assert canonical_topic(table.canonical(name)) == table.canonical(name)


def test_topics_with_the_same_canonical_name_are_merged(article: Make, tmp_path: Path) -> None:
    (tmp_path / "topics.txt").write_text("دوري الحي = sport", encoding="utf-8")
    tables = load_tables(tmp_path, tmp_path)
    given = article(1, topics=(Topic("دوري الحي", "feed"), Topic("سيرك", "feed"), Topic("رياضة", "option")))
    assert tables.topics_of(given).given == ("sport", "سيرك")
    assert tables.renamed(given).topics == given.topics
