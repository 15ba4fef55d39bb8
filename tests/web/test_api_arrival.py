"""Searches of the API in order of arrival: their pages go on from an article."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.search import SearchRequest, Sort
from tests.web.test_articles_api import Client, all_pages, get, write


def test_pages_in_order_of_arrival_have_each_article_once_while_others_arrive(
    changing: Client, article: Callable[..., Article]
) -> None:
    client, library = changing
    address = "/api/v1/search?sort=arrived&limit=1&fields=title"
    found: list[str] = []
    for number in range(10, 14):
        page = get(client, address)
        found += [hit["id"] for hit in page["hits"]]
        assert "page=" not in page["next"]
        address = page["next"]
        with write(library) as writer:
            writer.append([article(number), replace(article(3), revision=number, body=f"نص {number}")])
        library.update_index()
        if len(found) == 2:
            library.purge("id3", "حكم")
            library.update_index()
            break
    rest = [hit["id"] for hit in all_pages(client, address, "hits")]
    assert [*found, *rest] == ["id3", "id2", "id1", "id0"]
    second = get(client, address)
    assert (second["total"], second["page"], second["pages"]) == (2, 1, 2)
    assert get(client, rest_of(client, "/api/v1/search?limit=1&page=2"))["page"] == 3


def rest_of(client: FlaskClient, address: str) -> str:
    return str(get(client, address)["next"])


def test_a_place_goes_with_the_order_of_arrival_only(changing: Client) -> None:
    client, library = changing
    place = {"before": "0.1.id1"}
    for sort in ({}, {"sort": "newest"}, {"q": "نص"}):
        assert get(client, "/api/v1/search", 400, **sort, **place)["error"]["parameter"] == "before"
    get(client, "/api/v1/search", 400, sort="arrived", before="x")
    page = get(client, "/api/v1/search", sort="arrived", limit=2)
    library.purge("id2", "حكم")
    library.update_index()
    assert get(client, page["next"], 410)["error"]["code"] == "cursor_gone"


@pytest.mark.parametrize("place", ["{0}.{1:x}.none", "{0}.{2:x}.id2", "{0}.7fffffffffffffff.id2"])
def test_a_place_that_the_archive_never_gave_is_refused(changing: Client, place: str) -> None:
    client, library = changing
    last = library.search(SearchRequest(sort=Sort.ARRIVED, limit=2)).last_arrival
    assert last is not None
    before = place.format(last.generation, last.number, last.number + 1)
    assert get(client, "/api/v1/search", 410, sort="arrived", before=before)["error"]["code"] == "cursor_gone"
