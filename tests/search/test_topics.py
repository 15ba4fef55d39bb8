"""Given topics, assigned topics and sections, from the index to the pages, the API, the feeds and the command line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article, Topic
from newsarchive.cli import main
from newsarchive.library import Library
from newsarchive.search import Notice, SearchRequest
from newsarchive.topics import TopicKind
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import append, open_archive
from tests.web.page import get

MATCH = (
    "فاز الفريق في مباراة كرة القدم بهدفين، وسجل اللاعب الهدف الأول في الدوري على ملعب النادي. وقال المدرب إن لاعبي"
    " المنتخب قدموا مباراة قوية أمام المنافس، وإن البطولة لم تحسم بعد، وهتف الجمهور للحارس في المدرجات."
)
ARTICLES = (
    make_article(1, title="فوز في الدوري", body=MATCH),
    make_article(2, title="فوز آخر", body=MATCH, topics=(Topic("العالم", "feed"), Topic("Egypt News", "feed"))),
    make_article(3, title="سباق", body="خبر عن سباق.", topics=(Topic("رياضة عربية", "feed"),)),
    make_article(4, title="سوق", body=MATCH, topics=(Topic("business", "feed"), Topic("internationalNews", "feed"))),
    make_article(5, title="رأي", body=MATCH, topics=(Topic("مقالات", "feed"),)),
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_archive(tmp_path / "news", create=True) as library:
        append(library, *ARTICLES)
        library.update_index()
        yield library


@pytest.fixture
def client(library: Library) -> FlaskClient:
    return create_app(library).test_client()


def found(library: Library, text: str = "", **request: object) -> set[str]:
    results = library.search(SearchRequest(text=text, **request))  # type: ignore[arg-type]
    return {hit.article.id for hit in results.hits}


@pytest.mark.parametrize(
    ("request_of", "ids"),
    [
        ({"topics": ("sport",)}, "123"),
        ({"topics": ("medtop:15000000",)}, "123"),
        ({"topics": ("sport",), "topic_kind": TopicKind.GIVEN}, "3"),
        ({"topics": ("رياضة",), "topic_kind": TopicKind.ASSIGNED}, "12"),
        ({"topic_kind": TopicKind.GIVEN}, "345"),
        ({"topic_kind": TopicKind.ASSIGNED}, "12"),
        ({"topics": ("economy", "opinion")}, "45"),
        ({"topics": ("world",)}, "24"),
        ({"sections": ("دولي",)}, "24"),
        ({"sections": ("egypt", "arab-world")}, "23"),
        ({"sections": ("world",), "topics": ("sport",)}, "2"),
        ({"text": "topic:رياضة"}, "123"),
        ({"text": "assigned:sport"}, "12"),
        ({"text": "الموضوع_المعين:رياضة"}, "12"),
        ({"text": "-assigned:sport"}, "345"),
        ({"text": "section:world"}, "24"),
        ({"text": "القسم:العالم"}, "24"),
        ({"text": "القسم:business"}, "4"),
        ({"text": "topic:world"}, "24"),
        ({"text": "section:العالم العربي سباق"}, "3"),
        ({"text": "assigned:economy"}, ""),
    ],
)
def test_filters_and_fields(library: Library, request_of: dict[str, object], ids: str) -> None:
    assert found(library, **request_of) == {f"id{number}" for number in ids}  # type: ignore[arg-type]


def test_facets_count_topics_and_sections_without_their_own_filter(library: Library) -> None:
    facets = library.search(SearchRequest()).facets
    assert facets.topic == {"sport": 3, "economy": 1, "opinion": 1}
    assert facets.assigned == {"sport": 2}
    assert facets.section == {"world": 2, "arab-world": 1, "egypt": 1}
    facets = library.search(SearchRequest(topics=("economy",), sections=("world",))).facets
    assert facets.topic == {"sport": 1, "economy": 1}
    assert facets.section == {"world": 1}
    facets = library.search(SearchRequest(sections=("egypt",), topic_kind=TopicKind.GIVEN)).facets
    assert (facets.topic, facets.assigned, facets.section) == ({}, {}, {"world": 1, "arab-world": 1, "egypt": 0})


def test_facets_are_the_same_in_several_segments_without_deleted_articles(library: Library) -> None:
    append(
        library, make_article(6, body=MATCH), replace(ARTICLES[0], revision=2, title="نهر", body="خبر آخر عن النهر.")
    )
    library.update_index()
    facets = library.search(SearchRequest()).facets
    assert facets.assigned == {"sport": 2}
    library.rebuild_index()
    rebuilt = library.search(SearchRequest()).facets
    assert (rebuilt.topic, rebuilt.assigned, rebuilt.section) == (facets.topic, facets.assigned, facets.section)


def test_unknown_sections_are_named(library: Library) -> None:
    results = library.search(SearchRequest(sections=("زحل", "world")))
    assert results.subjects == {Notice.UNKNOWN_SECTION: ("زحل",)}
    assert library.search(SearchRequest(text="section:زحل")).subjects == {Notice.UNKNOWN_SECTION: ("زحل",)}


def test_the_archive_keeps_only_what_was_given(library: Library) -> None:
    for article in ARTICLES:
        assert library.article(article.id).topics == article.topics
    lines = b"".join(path.read_bytes() for path in (library.archive.folder / "articles").iterdir())
    assert b'"sport"' not in lines


def test_the_api_separates_given_from_assigned(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=assigned:sport&section=world&lang=en").get_json()
    (hit,) = answer["hits"]
    assert (hit["topics"], hit["sections"]) == ([], ["world", "egypt"])
    (assigned,) = hit["assigned_topics"]
    assert assigned["topic"] == "sport"
    assert 0.5 < assigned["confidence"] <= 1
    assert assigned["words"]
    assert all(word in f"{ARTICLES[1].title} {MATCH}" for word in assigned["words"])
    assert {"value": "world", "label": "World", "count": 1} in answer["facets"]["section"]
    article = client.get("/api/v1/articles/id2").get_json()
    assert article["topics"][0] == {"name": "العالم", "assigned_by": "feed"}
    assert (article["given_topics"], article["assigned_topics"]) == ([], hit["assigned_topics"])
    assert client.get("/api/v1/search?topics=given").get_json()["total"] == 3
    assert client.get("/api/v1/search?topics=sport").status_code == 400


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_mark_assigned_topics(client: FlaskClient, language: str) -> None:
    page = get(client, f"/article/id2?lang={language}")
    facts = page.one("dl", class_="facts").text
    label, heading = ("رياضة", "مواضيع معيَّنة آليًّا") if language == "ar" else ("Sport", "Assigned topics")
    assert heading in facts
    assert {"ar": "(بثقة 99٪", "en": "(99% sure"}[language] in facts
    assert page.link(label) == f"/search?topic=sport&lang={language}"
    assert heading not in get(client, f"/article/id3?lang={language}").one("dl", class_="facts").text
    results = get(client, f"/?lang={language}")
    assert ("منها 2 بالتعيين الآلي" if language == "ar" else "2 of them assigned") in results.one("aside").text
    assert f"/search?topics=assigned&lang={language}" in [link["href"] for link in results.find("a")]


def test_feeds_mark_assigned_topics(client: FlaskClient) -> None:
    expected = [("رياضة", "urn:newsarchive:assigned-topic"), ("العالم", "urn:newsarchive:section")]
    for address in ("/feed.xml", "/feed.atom"):
        (entry,) = feedparser.parse(client.get(f"{address}?section=world&topics=assigned").data).entries
        assert [(tag.term, tag.scheme) for tag in entry.tags][:2] == expected
    (item,) = client.get("/feed.json?section=egypt").get_json(force=True)["items"]
    assert item["_newsarchive"]["assigned_topics"] == ["رياضة"]
    assert item["_newsarchive"]["sections"] == ["العالم", "مصر"]
    assert item["tags"] == ["رياضة", "العالم", "مصر"]


Run = Callable[..., str]


@pytest.fixture
def run(library: Library, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            main([*arguments, "--archive", str(library.archive.folder)])
        assert end.value.code == code
        return "".join(capsys.readouterr())

    return run


class TestCommands:
    def test_search_and_show(self, run: Run) -> None:
        answer = json.loads(run("search", "--topics", "assigned", "--section", "مصر", "--json"))
        assert [hit["id"] for hit in answer["hits"]] == ["id2"]
        shown = run("show", "id2")
        assert "موضوع معيَّن آليًّا: رياضة (" in shown
        assert "القسم: العالم، مصر" in shown

    def test_list(self, run: Run) -> None:
        lines = run("topics", "list").splitlines()
        assert next(line.split()[:3] for line in lines if " sport" in line) == ["1", "2", "sport"]
        assert sum("medtop:" in line for line in lines) == 17

    def test_explain(self, run: Run, tmp_path: Path) -> None:
        text = run("topics", "explain", "id2")
        assert "given: Egypt News means the section egypt (Egypt)" in text
        assert "assigned: sport: رياضة (" in text
        assert "none is assigned" in run("topics", "explain", "id3")
        (tmp_path / "text.txt").write_text(f"فوز كبير\n{MATCH}", encoding="utf-8")
        assert "assigned: sport" in run("topics", "explain", str(tmp_path / "text.txt"))
        assert "id77" in run("topics", "explain", "id77", code=1)
        (tmp_path / "empty.txt").write_text("\n")
        assert "there is no text" in run("topics", "explain", str(tmp_path / "empty.txt"), code=3)

    def test_reassign_rebuilds_the_index_only_after_a_change(self, run: Run, library: Library) -> None:
        assert "the index has the topics of today's" in run("topics", "reassign")
        tables = library.archive.folder / "tables"
        tables.mkdir()
        (tables / "topics.txt").write_text("العالم = economy\n", encoding="utf-8")
        assert "the table of topics changed: the index is rebuilt" in run("topics", "reassign")
        with open_archive(library.archive.folder) as again:
            assert found(again, topics=("economy",)) == {"id2", "id4"}
            assert again.changed_tables == ()

    def test_an_own_model_overrides_the_built_in_one(self, run: Run, library: Library) -> None:
        tables = library.archive.folder / "tables"
        tables.mkdir()
        model = "[weather]\t0.0\t10.0\t5.0\t0.5\nمبارا\tweather\t9.0\nمباراة\tweather\t9.0\n"
        (tables / "topic_model.tsv").write_text(model, encoding="utf-8")
        assert "the topic model changed since the index was built" in run("stats")
        assert "of them with assigned topics" in run("topics", "reassign")
        with open_archive(library.archive.folder) as again:
            assert found(again, topics=("weather",)) == {"id1", "id2"}
        (tables / "topic_model.tsv").write_text("no model", encoding="utf-8")
        assert "topic_model.tsv:1" in run("topics", "reassign", code=3)

    def test_retrain_needs_two_outlets(self, run: Run, library: Library) -> None:
        assert "can't be trained" in run("topics", "retrain", code=3)
        assert not (library.archive.folder / "tables").exists()

    def test_retrain_makes_a_model_from_the_given_topics(self, run: Run, library: Library) -> None:
        sky = "تلبدت السماء بغيوم رمادية فوق التلال وهطل مطر غزير على الوادي وهبت رياح باردة"
        sea = "أبحرت السفينة من الميناء محملة بالحبوب والأقمشة وباع التجار بضائعهم بأسعار عالية"
        append(
            library,
            *(
                make_article(
                    100 + number,
                    title="خبر",
                    body=f"{(sky, sea)[number % 2]} يوم {number}",
                    source=("النهر", "الجبل", "البحر")[number % 3],
                    topics=(Topic(("weather", "economy")[number % 2], "feed"),),
                )
                for number in range(120)
            ),
        )
        assert "topic_model.tsv is written; 'newsarchive topics reassign'" in run("topics", "retrain")
        text = (library.archive.folder / "tables" / "topic_model.tsv").read_text(encoding="utf-8")
        assert text.startswith("# The topic model of one archive")
        with open_archive(library.archive.folder) as again:
            assert again.tables.topics_of(make_article(1, title="خبر", body=sky)).assigned_names == ("weather",)
            assert again.changed_tables == ("the topic model",)


def test_an_article_has_the_same_topics_in_the_index_and_on_its_page(library: Library) -> None:
    """The index takes the words by number, a page from the text."""
    market = "رفع البنك المركزي سعر الفائدة وارتفع الدولار والأسهم."
    texts = [MATCH, MATCH * 20, f"{MATCH}\n\n{market}", market]
    append(
        library,
        *(
            make_article(10 + number, title="مباراة ومباراة", title_derived=bool(number % 2), body=text, summary="ملخص")
            for number, text in enumerate(texts)
        ),
    )
    library.update_index()
    articles: list[Article] = [hit.article for hit in library.search(SearchRequest(limit=100)).hits]
    assert len(articles) == 9
    for article in articles:
        topics = library.tables.topics_of(article)
        for topic in ("sport", "economy", "politics"):
            is_found = article.id in found(library, f"assigned:{topic}", limit=100)
            assert is_found is (topic in topics.assigned_names), (article.id, topic)
