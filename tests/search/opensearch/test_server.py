"""Requests to a real server, in the states that an operator or a full disk can bring it into."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from newsarchive.errors import IndexUnreachable, RequestRefused
from newsarchive.search.opensearch import Connection

NO_COPIES = {"settings": {"number_of_shards": 2, "number_of_replicas": 0}}


def versioned(index: str, name: int, version: int, **document: Any) -> list[dict[str, Any]]:
    action = {"_index": index, "_id": str(name), "version": version, "version_type": "external_gte"}
    return [{"index": action}, document]


@pytest.fixture
def index(cluster_connection: Connection, index_name: str) -> str:
    """An index of two shards with twenty documents."""
    name = f"{index_name}-1"
    cluster_connection.request("PUT", f"/{name}", body=NO_COPIES)
    lines = [line for number in range(20) for line in versioned(name, number, 5, n=number)]
    assert {one["status"] for one in cluster_connection.bulk(lines, params={"refresh": "true"})} == {201}
    return name


def test_documents_are_written_once_and_found(cluster_connection: Connection, index: str) -> None:
    again = cluster_connection.bulk([*versioned(index, 3, 4, n=99), *versioned(index, 4, 5, n=4)])
    assert [one["status"] for one in again] == [409, 200]
    deleted = {"_index": index, "_id": "5", "version": 6, "version_type": "external_gte"}
    assert cluster_connection.bulk([{"delete": deleted}])[0]["result"] == "deleted"
    cluster_connection.request("POST", f"/{index}/_refresh")
    assert cluster_connection.request("GET", f"/{index}/_count")["count"] == 19
    cluster_connection.request("HEAD", f"/{index}")


def test_a_second_writer_of_a_document_is_refused(cluster_connection: Connection, index: str) -> None:
    path = f"/{index}/_doc/state"
    first = cluster_connection.request("PUT", path, body={"at": 1})
    seen = {"if_seq_no": first["_seq_no"], "if_primary_term": first["_primary_term"]}
    cluster_connection.request("PUT", path, params=seen, body={"at": 2})
    with pytest.raises(RequestRefused) as raised:
        cluster_connection.request("PUT", path, params=seen, body={"at": 3})
    assert (raised.value.status, raised.value.kind) == (409, "version_conflict_engine_exception")


def test_results_of_some_shards_only_are_never_shown(cluster_connection: Connection, index: str) -> None:
    fails = {"script": {"script": "if (doc['n'].value == 3) { throw new Exception('x') } return true"}}
    with pytest.raises(IndexUnreachable, match=r"1 of 2 shards .* failed"):
        cluster_connection.request("POST", f"/{index}/_search", body={"query": fails})


@contextmanager
def _set(connection: Connection, index: str, name: str) -> Iterator[None]:
    path = f"/{index}/_settings"
    connection.request("PUT", path, body={name: True})
    try:
        yield
    finally:
        connection.request("PUT", path, body={name: None})


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("index.blocks.read_only_allow_delete", "nearly full"),
        ("index.blocks.write", "read-only"),
        ("index.blocks.read_only", "read-only"),
    ],
)
def test_a_blocked_index_is_still_searched_and_goes_on_afterwards(
    cluster_connection: Connection, index: str, block: str, said: str
) -> None:
    writes: list[Callable[[], object]] = [
        lambda: cluster_connection.bulk(versioned(index, 1, 7, n=1)),
        lambda: cluster_connection.request("PUT", f"/{index}/_doc/21", body={"n": 21}),
    ]
    with _set(cluster_connection, index, block):
        for write in writes:
            with pytest.raises(IndexUnreachable, match=said):
                write()
        assert cluster_connection.request("POST", f"/{index}/_search", body={})["hits"]["total"]["value"] == 20
    for write in writes:
        write()


def test_an_index_without_a_node_for_it_is_unreachable(cluster_connection: Connection, index_name: str) -> None:
    settings = {"settings": {"number_of_shards": 1, "index.routing.allocation.require.rack": "none"}}
    cluster_connection.request("PUT", f"/{index_name}-red", params={"timeout": "1s"}, body=settings)
    with pytest.raises(IndexUnreachable, match="all shards failed"):
        cluster_connection.request("POST", f"/{index_name}-red/_search", body={})


def test_a_closed_index_is_unreachable(cluster_connection: Connection, index: str) -> None:
    cluster_connection.request("POST", f"/{index}/_close")
    with pytest.raises(IndexUnreachable, match="is closed"):
        cluster_connection.request("POST", f"/{index}/_search", body={})


def test_what_does_not_exist_is_refused(cluster_connection: Connection, index_name: str) -> None:
    for method, path in [("GET", f"/{index_name}"), ("HEAD", f"/{index_name}"), ("POST", f"/{index_name}/_search")]:
        with pytest.raises(RequestRefused) as raised:
            cluster_connection.request(method, path)
        assert raised.value.status == 404
