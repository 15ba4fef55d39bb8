"""Spellings of one name are one value: in facets, filters and fields."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.names import name_key
from newsarchive.article import Article, Topic
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.language.names import NameGroups
from newsarchive.sources import BUILT_IN, SourceTable
from newsarchive.sources.table import _built_in
from newsarchive.topics import canonical_topics
from tests.articles import make_article
from tests.libraries import append, filled, withdraw

SOURCES = {
    "صحيفة الآفاق": (
        "صحيفة الآفاق",
        "صحيفة الافاق",
        "صَحيفة الآفاق",
        "صحيفة_الآفاق",
        "\u200fصحيفة الآفاق\u200f",
        "صحيفه الآفاق",
    ),
    "Daily Post": ("Daily Post", "DAILY POST", "daily-post", "\u2066Daily Post\u2069"),
    "الآفاق": ("الآفاق",),
    "صحيفة آفاق": ("صحيفة آفاق",),
    "Daily Posts": ("Daily Posts",),
}
TOPICS = {
    "دورة الحياكة": (
        "دورة الحياكة",
        "دوره الحياكة",
        "دورة_الحياكة",
        "«دورة الحياكة»",
        "دورة الحياكة.",
        "\u200fدورة الحياكة",
    ),
    "الحياكة": ("الحياكة",),
    "economy": ("اقتصاد", "الاقتصاد", "Business", "«اقتصاد»"),
}
"""Shown name -> its spellings; the first is the commonest."""


def _articles() -> list[Article]:
    made: list[Article] = []
    for field, names in (("source", SOURCES), ("topics", TOPICS)):
        for spellings in names.values():
            for spelling in (spellings[0], *spellings):
                value = (Topic(spelling, "feed"),) if field == "topics" else spelling
                others = {"source": "x"} if field == "topics" else {}
                made.append(make_article(len(made), **{field: value}, **others))
    made.append(
        make_article(len(made), source="x", topics=(Topic("دورة الحياكة", "feed"), Topic("دوره الحياكة", "text")))
    )
    return made


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("archive"), _articles()) as library:
        yield library


def test_facets_have_one_value_for_all_spellings_and_show_the_commonest(library: Library) -> None:
    facets = library.search(SearchRequest()).facets
    assert {name: facets.source[name] for name in SOURCES} == {name: len(found) + 1 for name, found in SOURCES.items()}
    assert len(facets.source) == len(SOURCES) + 1  # and x
    topics = {name: len(found) + 1 for name, found in TOPICS.items()}
    assert dict(facets.topic) == {**topics, "دورة الحياكة": topics["دورة الحياكة"] + 1}
    assert list(facets.source.values()) == sorted(facets.source.values(), reverse=True)


@pytest.mark.parametrize(("shown", "spelling"), [(name, other) for name, found in SOURCES.items() for other in found])
def test_filters_and_fields_accept_every_spelling_of_a_source(library: Library, shown: str, spelling: str) -> None:
    results = library.search(SearchRequest(sources=(spelling,)))
    assert (results.total, results.request.sources) == (len(SOURCES[shown]) + 1, (shown,))
    assert results.facets.source[shown] == results.total
    assert library.search(SearchRequest(text=f"source:«{spelling}»")).total == results.total
    assert library.search(SearchRequest(text=f"-source:«{spelling}»")).total == len(_articles()) - results.total


@pytest.mark.parametrize(("shown", "spelling"), [(name, other) for name, found in TOPICS.items() for other in found])
def test_filters_and_fields_accept_every_spelling_of_a_topic(library: Library, shown: str, spelling: str) -> None:
    both = shown == "دورة الحياكة"
    results = library.search(SearchRequest(topics=(spelling,)))
    assert (results.total, results.request.topics) == (len(TOPICS[shown]) + 1 + both, (shown,))
    assert library.search(SearchRequest(text=f'topic:"{spelling.strip("«»")}"')).total == results.total


def test_two_spellings_of_a_chosen_source_are_chosen_once(library: Library) -> None:
    results = library.search(SearchRequest(sources=("DAILY POST", "daily-post", "الآفاق")))
    assert results.request.sources == ("Daily Post", "الآفاق")
    assert results.total == 5 + 2


def test_the_commonest_spelling_is_that_of_the_whole_archive(tmp_path: Path) -> None:
    """In several segments, without withdrawn articles, and for a search that finds only the other spelling."""
    with filled(tmp_path / "a", [make_article(n, source="صحيفة الأفق") for n in range(2)]) as library:
        append(library, *(make_article(n, source="صحيفة الافق", body="خبر عن النهر") for n in range(2, 5)))
        library.update_index()
        assert dict(library.search(SearchRequest()).facets.source) == {"صحيفة الافق": 5}
        for article_id in ("id2", "id3"):
            withdraw(library, article_id)
        library.update_index()
        assert dict(library.search(SearchRequest(text="النهر")).facets.source) == {"صحيفة الأفق": 1}


def test_names_that_look_alike_stay_apart() -> None:
    names = ("الآفاق", "آفاق", "صحيفة الآفاق", "الافق", "France 2", "France 24", "سياسي", "سياسة")
    assert len({name_key(name) for name in names}) == len(names)


@given(st.text(alphabet="اأإآبةهىي \u200f\u202b«».,_", max_size=8))
def test_a_name_has_the_key_of_its_folded_words(name: str) -> None:
    assert name_key(f"\u200f{name}\u200f") == name_key(name) == name_key(name_key(name))


def test_merged_counts_add_up_and_stay_in_order() -> None:
    groups = NameGroups({"b": 1, "B": 3, "a": 4}, lambda name: name, str.lower)
    assert list(groups.merged({"a": 2, "b": 2, "B": 1}).items()) == [("B", 3), ("a", 2)]
    assert groups.shown_all(["b", "B", "c"]) == ("B", "c")
    assert ("b" in groups, "c" in groups, groups.values("c")) == (True, False, ())


class TestSourceTable:
    @pytest.mark.parametrize(
        ("names", "arabic", "english"),
        [
            ("alarabia العربية Al-Arabiya", "العربية", "Al Arabiya"),
            ("skynews|سكاي نيوز|Sky News Arabia", "سكاي نيوز عربية", "Sky News Arabia"),
            ("Reuters|رويترز|REUTERS|وكالة رويترز", "رويترز", "Reuters"),
            ("AFP|فرانس برس|وكالة فرانس برس", "فرانس برس", "AFP"),
            ("AP|أسوشيتد برس|Associated Press", "أسوشيتد برس", "AP"),
            ("WAFA|وفا", "وفا", "WAFA"),
            ("سانا|SANA", "سانا", "SANA"),
            ("SPA|واس", "واس", "SPA"),
            ("تاس|وكالة تاس|TASS", "تاس", "TASS"),
            ("Anadolu|وكالة الأناضول", "الأناضول", "Anadolu"),
            ("RT|روسيا اليوم", "روسيا اليوم", "RT"),
            ("france24|فرانس 24|France 24", "فرانس 24", "France 24"),
            ("Jawhara FM|جوهرة إف إم", "جوهرة إف إم", "Jawhara FM"),
            ("BBC|بي بي سي", "بي بي سي", "BBC"),
            ("CNN|سي إن إن", "سي إن إن", "CNN"),
        ],
    )
    def test_common_outlets_are_known_by_their_names(self, names: str, arabic: str, english: str) -> None:
        for name in names.split("|") if "|" in names else names.split():
            assert (BUILT_IN.label(name, "ar"), BUILT_IN.label(name, "en")) == (arabic, english)
            assert BUILT_IN.key(name) == BUILT_IN.key(arabic)

    @pytest.mark.parametrize("name", ["الشرق", "العربي", "فرانس", "تاسي", "Sky", "AFPX", "سوى"])
    def test_parts_of_names_are_other_names(self, name: str) -> None:
        others = ("الشرق الأوسط", "القدس العربي", "فرانس برس", "تاس", "skynews", "AFP")
        assert BUILT_IN.key(name) not in {BUILT_IN.key(other) for other in others}

    def test_every_built_in_name_belongs_to_one_source(self) -> None:
        keys = [key for names in _built_in() for key in dict.fromkeys(map(name_key, names))]
        assert len(keys) == len(set(keys))

    def test_an_archive_extends_and_overrides_the_table(self) -> None:
        table = SourceTable([("الأناضول التركية", "Anadolu"), ("BBC Verify",), ("بي بي سي الرياضية", "BBC Sport")])
        assert (table.label("AA", "ar"), table.label("AA", "en")) == ("الأناضول التركية", "Anadolu")
        assert table.canonical("وكالة الأناضول") == "الأناضول التركية"
        assert len({table.key(name) for name in ("BBC", "BBC Verify", "BBC Sport")}) == 3
        assert table.canonical("TASS") == "TASS"
        assert table.canonical_all(["AA", "x", "الأناضول", "X"]) == ("الأناضول التركية", "x")


def test_spellings_of_a_topic_are_kept_once() -> None:
    assert canonical_topics(["دوره الحياكة", "business", "دورة_الحياكة", "اقتصاد"]) == ("دوره الحياكة", "economy")
