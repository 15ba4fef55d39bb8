"""Pages, feeds and API responses stay small and fast, whatever is stored or requested."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter, verify
from newsarchive.article import Article, Topic
from newsarchive.library import Library
from newsarchive.search import MAX_QUERY_LENGTH, Notice, SearchRequest
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import open_archive
from tests.web.page import Page

MEGABYTE = 1_000_000
TITLE = "قمح مصر " * 714_286
"""Ten million bytes of text."""
LONG = TITLE[:100_000]
OLD = make_article(
    title=TITLE,
    source=LONG,
    publisher=LONG,
    image_credit=LONG,
    authors=(LONG, *(f"كاتب {number}" for number in range(10_000))),
    topics=(Topic(LONG, "feed"), *(Topic(f"موضوع {number}", "feed") for number in range(10_000))),
    published_raw=LONG,
    url=f"https://a.example/{LONG}",
    summary=LONG,
    body="وقّعت مصر اتفاقًا لشراء القمح.",
)
SENT = 40_000
"""The maximum number of Arabic characters in a request: a server reads at most 256 KiB."""
QUERY = "قمح " * (SENT // 4)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_archive(tmp_path_factory.mktemp("old"), create=True) as library:
        with ArchiveWriter(library.archive) as writer:
            writer.append(
                [OLD, *(make_article(number, topics=(Topic(f"نادر {number}", "feed"),)) for number in range(2, 82))]
            )
        library.update_index()
        yield library


@pytest.fixture(scope="module")
def client(library: Library) -> FlaskClient:
    return create_app(library).test_client()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        f"/search?q={quote('القمح')}",
        f"/search?q={quote('title:مصر')}",
        "/article/id1",
        f"/article/id1?q={quote('قمح')}",
        "/feed.xml",
        "/feed.atom",
        "/feed.json",
        "/api/v1/search?limit=100",
        "/api/v1/articles/id1",
        "/api/v1/articles/id2/related",
        f"/api/v1/suggest?q={quote('قمح')}",
    ],
)
def test_old_oversized_articles_are_shown_within_the_limits(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.data) < MEGABYTE


def test_old_oversized_articles_are_found_by_their_shown_text_and_source(client: FlaskClient, library: Library) -> None:
    assert library.search(SearchRequest(text="اتفاقا لشراء")).total == 1
    page = Page(client.get(f"/search?q={quote('لشراء القمح')}").text)
    (source,) = [link for link in page.find("a") if "source=" in link.attributes.get("href", "") and "قمح" in link.text]
    assert Page(client.get(source["href"]).text).one("p", class_="count").words.startswith("نتيجة واحدة")
    assert library.search(SearchRequest(sources=(LONG,))).total == 1


def test_oversized_lines_are_not_changed(library: Library) -> None:
    stored = next(stored.record for stored in library.archive.read())
    assert isinstance(stored, Article)
    assert replace(stored, archived_at=None) == OLD
    assert verify(library.archive).is_sound


ASKED = [
    ("/search", {"q": QUERY}),
    ("/search", {"q": "ق" * SENT}),
    ("/search", {"q": "قمح", "source": TITLE[:SENT]}),
    ("/search", {"q": "قمح", "topic": "ق" * SENT}),
    ("/search", {"q": QUERY, "source": [f"{number} " + "م" * 150 for number in range(20)]}),
    ("/search", {"q": QUERY, "source": [f"{number}" for number in range(30)], "topic": ["ق" * 50] * 100}),
    ("/search", {"q": QUERY, "page": "9" * SENT}),
    ("/search", {"q": QUERY, "from": "1" * SENT}),
    ("/search", {"q": QUERY, "sort": "ق" * SENT}),
    ("/search", {"q": QUERY, "lang": "ق" * SENT}),
    ("/feed.xml", {"q": QUERY}),
    ("/feed.json", {"q": QUERY, "source": LONG[:SENT]}),
    ("/api/v1/search", {"q": QUERY}),
    ("/api/v1/search", {"topic": LONG[:SENT], "limit": "ق" * SENT}),
    ("/api/v1/suggest", {"q": QUERY}),
    ("/article/id2", {"q": QUERY}),
    ("/article/" + "a" * SENT, {"q": QUERY}),
    ("/" + "a" * SENT, {"q": QUERY}),
    ("/api/v1/articles/" + "a" * SENT, {}),
    ("/static/" + "a" * SENT, {"q": QUERY}),
]


@pytest.mark.parametrize(("path", "args"), ASKED, ids=range(len(ASKED)))
def test_no_request_produces_a_large_response(client: FlaskClient, path: str, args: dict[str, str]) -> None:
    answer = client.get(path, query_string=args)
    assert answer.status_code < 500
    assert len(answer.data) < MEGABYTE
    assert all(len(value) < 20_000 for _, value in answer.headers)


def test_long_queries_are_shown_as_searched(client: FlaskClient) -> None:
    page = Page(client.get("/search", query_string={"q": QUERY}).text)
    shown = page.one("input", id="q")["value"]
    assert len(shown) <= MAX_QUERY_LENGTH
    assert QUERY.startswith(shown)
    assert any("البحث أطول" in notice.text for notice in page.find("p", class_="notice"))
    assert Notice.QUERY_CUT in json.loads(client.get("/api/v1/search", query_string={"q": QUERY}).data)["notices"]


def test_spaces_do_not_count_toward_the_query_length(library: Library) -> None:
    results = library.search(SearchRequest(text=f"{' ' * 5_000}كلمة"))
    assert (results.request.text, Notice.QUERY_CUT in results.notices) == ("كلمة", False)


@pytest.mark.parametrize("text", [QUERY, "ق" * 5_000, " " + "ق" * 5_000])
def test_results_contain_the_cut_request(library: Library, text: str) -> None:
    results = library.search(SearchRequest(text=text))
    assert len(results.request.text) <= MAX_QUERY_LENGTH
    assert Notice.QUERY_CUT in results.notices
    assert library.search(results.request).request == results.request


def test_hidden_facet_values_are_counted(client: FlaskClient) -> None:
    page = Page(client.get("/search?lang=en").text)
    (told,) = [link.words for link in page.find("a") if link["href"].startswith("/facets/topic")]
    total = len(json.loads(client.get("/api/v1/search").data)["facets"]["topic"])
    assert f"({total})" in told


def test_show_prints_bounded_output(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    from newsarchive.cli import main  # noqa: PLC0415

    for options in ([], ["--json"]):
        with pytest.raises(SystemExit):
            main(["show", "id1", "--archive", str(library.archive.folder), *options])
        assert len(capsys.readouterr().out) < MEGABYTE // 10
