"""Feeds in pages (RFC 5005): whoever follows them gets every article once, whatever happens meanwhile."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app
from tests.articles import make_article
from tests.libraries import append, filled, open_archive, withdraw
from tests.serving import serving

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/feed.xml", "/feed.atom", "/feed.json")
COUNT = 23

Get = Callable[[str], bytes]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled(tmp_path, [make_article(number) for number in range(COUNT)]) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> FlaskClient:
    return create_app(library).test_client()


def links(document: bytes) -> dict[str, str]:
    """The relations of a page with their addresses; in JSON Feed, `feed_url` is that of the first page."""
    if document.startswith(b"{"):
        form = json.loads(document)
        return {"first": form["feed_url"], **({"next": form["next_url"]} if "next_url" in form else {})}
    root = ET.fromstring(document)
    parent = root.find("channel") if root.tag == "rss" else root
    assert parent is not None
    return {link.attrib["rel"]: link.attrib["href"] for link in parent.findall(f"{ATOM}link")}


def ids(document: bytes) -> list[str]:
    if document.startswith(b"{"):
        found: list[str] = [item["id"] for item in json.loads(document)["items"]]
    else:
        root = ET.fromstring(document)
        found = [element.text or "" for element in (*root.iter("guid"), *root.findall(f"{ATOM}entry/{ATOM}id"))]
    return [one.removeprefix("urn:newsarchive:") for one in found]


def pages(get: Get, url: str, after_each: Callable[[int], object] = lambda _number: None) -> list[bytes]:
    """All pages from an address on; `after_each` is called between them."""
    found = [get(url)]
    while following := links(found[-1]).get("next"):
        after_each(len(found))
        found.append(get(following))
    return found


def getter(client: FlaskClient) -> Get:
    def get(url: str) -> bytes:
        response = client.get(url)
        assert response.status_code == 200
        return response.get_data()

    return get


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["limit=5", "limit=5&order=published", "limit=23", "limit=5&q=النص&text=summary"])
def test_the_pages_of_a_feed_have_every_article_once(client: FlaskClient, path: str, query: str) -> None:
    found = pages(getter(client), f"/{path[1:]}?{query}")
    listed = [one for page in found for one in ids(page)]
    assert sorted(listed) == sorted(f"id{number}" for number in range(COUNT))
    if "order" not in query:
        assert listed == [f"id{number}" for number in reversed(range(COUNT))]
    if len(found) > 1:
        firsts = {links(page)["first"] for page in found}
        assert len(firsts) == 1
        assert ids(getter(client)(firsts.pop())) == ids(found[0])
    if not path.endswith(".json"):
        selves = [links(page)["self"] for page in found]
        assert selves[1:] == [links(page)["next"] for page in found[:-1]]


def test_all_pages_of_an_atom_feed_have_its_id(client: FlaskClient) -> None:
    found = pages(getter(client), "/feed.atom?limit=5&text=summary&lang=en")
    assert {ET.fromstring(page).findtext(f"{ATOM}id") for page in found} == {links(found[0])["self"]}


def test_numbered_pages_name_the_one_before(client: FlaskClient) -> None:
    first, second, *_ = pages(getter(client), "/feed.xml?limit=5&order=published")
    assert links(second)["previous"] == links(first)["self"]


@pytest.mark.parametrize("path", PATHS)
def test_a_feed_of_one_page_has_no_others(client: FlaskClient, path: str) -> None:
    assert set(links(getter(client)(f"{path}?limit=50"))) <= {"self", "alternate", "first"} - (
        set() if path.endswith("json") else {"first"}
    )


@pytest.mark.parametrize("before", ["x", "0.1", "1.1.id0&order=published", "1.1.id0&sort=newest"])
def test_a_page_that_no_feed_names_is_refused(client: FlaskClient, before: str) -> None:
    assert client.get(f"/feed.xml?before={before}").status_code == 400


def test_a_harvest_goes_on_after_a_purge_or_is_told_to_begin_again(library: Library, client: FlaskClient) -> None:
    found = getter(client)("/feed.xml?limit=5")
    following = links(found)["next"]
    library.purge("id3", "حكم قضائي")
    assert ids(getter(client)(following)) == [f"id{number}" for number in (17, 16, 15, 14, 13)]
    library.purge("id18", "حكم قضائي")
    assert client.get(following).status_code == 410


@contextmanager
def served_by_another_process(folder: Path) -> Iterator[Get]:
    with serving(folder) as server:

        def get(url: str) -> bytes:
            parts = urlsplit(url)
            connection = HTTPConnection("127.0.0.1", server.port)
            connection.request("GET", f"{parts.path}?{parts.query}")
            with closing(connection), connection.getresponse() as response:
                assert response.status == 200
                return response.read()

        yield get


@contextmanager
def served_by_another_library(folder: Path) -> Iterator[Get]:
    """It learns of changes from the files only, as another process does."""
    with open_archive(folder) as library:
        yield getter(create_app(library).test_client())


@pytest.mark.parametrize(
    ("path", "served"),
    [(path, served_by_another_library) for path in PATHS] + [(PATHS[0], served_by_another_process)],
)
def test_a_harvest_during_arrivals_corrections_and_withdrawals(
    tmp_path: Path, path: str, served: Callable[[Path], AbstractContextManager[Get]]
) -> None:
    """Each article that was there all the time is delivered exactly once."""
    articles = [make_article(number) for number in range(60)]
    withdrawn = [f"id{number}" for number in (55, 48, 41, 20, 19, 3)]
    with filled(tmp_path / "archive", articles) as library, served(tmp_path / "archive") as get:

        def change(number: int) -> None:
            if number > len(withdrawn):
                return
            append(library, make_article(100 + number), replace(articles[number], revision=2, body="نص مصحح"))
            withdraw(library, withdrawn[number - 1])
            library.update_index()

        found = pages(get, f"{path}?limit=7", change)
    listed = [one for page in found for one in ids(page)]
    assert len(listed) == len(set(listed))
    assert set(listed) >= {article.id for article in articles} - set(withdrawn)
    assert set(listed) <= {article.id for article in articles}


def test_last_modified_never_goes_back(library: Library, client: FlaskClient) -> None:
    moments = [client.get("/feed.xml").last_modified]
    changes: list[Callable[[], Any]] = [
        lambda: append(library, make_article(70)),
        lambda: withdraw(library, "id70"),
        lambda: library.purge("id22", "حكم قضائي"),
        library.rebuild_index,
    ]
    for change in changes:
        change()
        library.update_index()
        moments.append(client.get("/feed.xml").last_modified)
    known = [moment for moment in moments if moment]
    assert len(known) == len(moments)
    assert known == sorted(known)


def test_a_subscriber_who_sends_a_date_learns_of_a_withdrawal(library: Library, client: FlaskClient) -> None:
    since = {"If-Modified-Since": client.get("/feed.xml").headers["Last-Modified"]}
    withdraw(library, "id22")
    library.update_index()
    answer = client.get("/feed.xml", headers=since)
    assert answer.status_code == 200
    assert "id22" not in ids(answer.data)


def test_a_correction_keeps_the_id_and_its_place_and_gets_a_new_time(library: Library, client: FlaskClient) -> None:
    def entry() -> ET.Element:
        return ET.fromstring(client.get("/feed.atom").data).findall(f"{ATOM}entry")[3]

    before = entry()
    with ArchiveWriter(library.archive) as writer:
        writer.append([replace(make_article(19), revision=2, body="نص مصحح")])
    library.update_index()
    after = entry()
    for tag in ("id", "published"):
        assert before.findtext(f"{ATOM}{tag}") == after.findtext(f"{ATOM}{tag}")
    assert str(before.findtext(f"{ATOM}updated")) < str(after.findtext(f"{ATOM}updated"))


@pytest.mark.parametrize("path", PATHS)
def test_a_setting_keeps_full_texts_out_of_feeds(library: Library, path: str) -> None:
    app = create_app(library)
    whole = app.test_client().get(f"{path}?text=full").data
    summary = app.test_client().get(f"{path}?text=summary").data
    app = create_app(library, SiteSettings(public_full_text=False))
    assert app.test_client().get(f"{path}?text=full").data not in (whole, summary)
    assert len(app.test_client().get(path).data) <= len(summary) < len(whole)
    assert app.test_client().get(f"{path}?text=all").status_code == 400


def test_sources_link_to_their_feed_in_the_same_format(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, Article(id="one", title="خبر", body="نص", source="تاس"))
        library.update_index()
        client = create_app(library).test_client()
        rss = ET.fromstring(client.get("/feed.xml").data).find("channel/item/source")
        atom = ET.fromstring(client.get("/feed.atom").data).find(f"{ATOM}entry/{ATOM}source/{ATOM}link")
        form = json.loads(client.get("/feed.json").data)["items"][0]["_newsarchive"]
    assert rss is not None
    assert atom is not None
    found = rss.attrib["url"], atom.attrib["href"], form["source_feed_url"]
    assert [urlsplit(url).path for url in found] == list(PATHS)
