"""Requests to a cluster: what is tried again, what is refused, and what people are told."""

import json
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import ConfigError, IndexUnreachable, IndexUnusable, RequestRefused
from newsarchive.search.opensearch import ClusterSettings, Connection, connection, nodes
from newsarchive.search.opensearch.nodes import is_private, version_problem
from newsarchive.search.opensearch.troubles import cause_of, incomplete, trouble_of
from tests.search.opensearch.scripted import Answer, Running, connected, scripted, slow
from tests.search_server.cluster import free_ports

HIT = {"took": 1, "timed_out": False, "_shards": {"total": 3, "successful": 3, "failed": 0}, "hits": {}}


def error(kind: str, reason: str, **more: Any) -> dict[str, Any]:
    """An error as OpenSearch writes it."""
    return {"error": {"root_cause": [{"type": kind, "reason": reason}], "type": kind, "reason": reason, **more}}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PAUSES", (0.0, 0.0, 0.01))
    monkeypatch.setattr(connection, "_BULK_PAUSES", (0.0, 0.0, 0.01))


class AnswerToAll:
    """Answers all requests with a status."""

    def __init__(self, status: int) -> None:
        self.status = status

    def __call__(self, method: str, path: str, before: int) -> Answer:
        return self.status, HIT if self.status == 200 else error("x", "y")


def nobody_there() -> Running:
    return Running(free_ports(1)[0])


def test_an_answer_is_returned_as_it_is() -> None:
    with scripted(lambda *_: (200, HIT)) as server, connected(server) as opened:
        assert opened.request("POST", "/x/_search", body={"query": {}}, params={"preference": "me"}) == HIT
    assert [path for _, path, _ in server.heard] == ["/", "/x/_search?preference=me"]


def test_the_user_signs_in_with_each_request() -> None:
    with scripted(lambda *_: (200, HIT)) as server, connected(server, user="reader", password="geheim") as opened:
        opened.request("GET", "/x")
        assert "geheim" not in repr(opened.settings)
    assert {head["authorization"] for _, _, head in server.heard} == {"Basic cmVhZGVyOmdlaGVpbQ=="}


def test_a_cluster_that_is_down_costs_little_time() -> None:
    down = AnswerToAll(503)
    with scripted(down) as server, connected(server) as opened:
        for tries in (3, 1, 1):
            before = server.asked("/x/_search")
            with pytest.raises(IndexUnreachable):
                opened.request("POST", "/x/_search")
            assert server.asked("/x/_search") == before + tries
        down.status = 200
        assert opened.request("POST", "/x/_search") == HIT
        down.status = 503
        with pytest.raises(IndexUnreachable):
            opened.request("POST", "/x/_search")
        assert server.asked("/x/_search") == 3 + 1 + 1 + 1 + 3


def test_another_node_answers_for_one_that_is_gone() -> None:
    with scripted(lambda *_: (200, HIT)) as server, connected(nobody_there(), server, nobody_there()) as opened:
        for _ in range(10):
            assert opened.request("POST", "/x/_search") == HIT
        # A change was never sent to a node that doesn't exist, so it can be tried elsewhere too.
        assert opened.request("PUT", "/x/_doc/1", params={"if_seq_no": 1}, body={}) == HIT


def test_a_search_is_sent_again_when_the_connection_breaks_and_a_change_is_not() -> None:
    def script(method: str, path: str, before: int) -> Answer:
        return (200, HIT) if before else None

    with scripted(script) as server, connected(server) as opened:
        assert opened.request("POST", "/x/_search", body={}) == HIT
        with pytest.raises(IndexUnreachable, match="broke off; whether the change was made is unknown"):
            opened.request("PUT", "/x/_doc/1", body={})
        assert server.asked("/x/_doc/1") == 1
        assert opened.request("PUT", "/x/_doc/2", body={}, repeatable=True) == HIT


@pytest.mark.parametrize("path", ["/x/_search", "/x/_count", "/_msearch", "/x/_mget", "/x/_search/point_in_time"])
def test_a_request_that_only_reads_is_repeatable(path: str) -> None:
    with scripted(lambda _method, _path, before: (200, {}) if before else None) as server, connected(server) as opened:
        opened.request("POST", path)
    assert server.asked(path) == 2


def test_a_node_that_does_not_answer_in_time_is_given_up() -> None:
    with scripted(lambda *_: slow(3)) as server, connected(server) as opened:
        with pytest.raises(IndexUnreachable, match=r"no answer within 0\.2 s"):
            opened.request("POST", "/x/_search", timeout=0.2)
        assert server.asked("/x/_search") == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_or_a_starting_node_is_asked_again(status: int) -> None:
    def script(method: str, path: str, before: int) -> Answer:
        return (200, HIT) if before else (status, error("x", "y"))

    with scripted(script) as server, connected(server) as opened:
        assert opened.request("POST", "/x/_search") == HIT


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (429, error("circuit_breaking_exception", "[parent] Data too large"), "short of memory.*more heap"),
        (429, error("opensearch_rejected_execution_exception", "queue is full"), "more requests than it can take"),
        (
            429,
            error("cluster_block_exception", "blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage …];"),
            "disk .* is nearly full.*goes on by itself",
        ),
        (403, error("cluster_block_exception", "blocked by: [FORBIDDEN/8/index write (api)];"), "read-only"),
        (403, error("cluster_block_exception", "blocked by: [FORBIDDEN/10/cluster create-index …];"), "no new index"),
        (503, error("cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered];"), "starting"),
        (503, error("cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];"), "cluster manager"),
        (403, error("security_exception", "no permissions for [indices:data/read/search]"), "doesn't allow.*reader"),
        (400, error("index_closed_exception", "closed"), "is closed; open it"),
        (
            503,
            error("search_phase_execution_exception", "all shards failed", failed_shards=[]),
            "can't answer this now: .*all shards failed",
        ),
        (
            500,
            error(
                "search_phase_execution_exception",
                "all shards failed",
                failed_shards=[{"shard": 0, "reason": {"type": "out_of_memory", "reason": "heap"}}],
            ),
            "out_of_memory: heap",
        ),
        (500, "<h1>Bad</h1>", "can't answer this now"),
        (200, "<h1>Welcome to nginx</h1>", "isn't JSON"),
        (200, {**HIT, "timed_out": True}, "ran out of time"),
        (200, {**HIT, "_shards": {"total": 3, "successful": 2, "failed": 1}}, "1 of 3 shards .* failed"),
        (
            200,
            {
                "_shards": {
                    "total": 3,
                    "failed": 1,
                    "failures": [{"reason": {"type": "node_disconnected", "reason": "gone"}}],
                }
            },
            "node_disconnected: gone.*incomplete",
        ),
        (200, {"acknowledged": False}, "not all nodes .* confirmed"),
        (200, {"responses": [HIT, {**HIT, "timed_out": True}]}, "ran out of time"),
        (200, {"responses": [HIT, {"status": 503, **error("x", "no node")}]}, "x: no node"),
        (200, {"failures": [{"cause": {"type": "x", "reason": "disk"}}]}, "only a part.*x: disk"),
    ],
)
def test_every_trouble_of_a_cluster_has_its_message(status: int, body: Mapping[str, Any] | str, said: str) -> None:
    with scripted(lambda *_: (status, body)) as server, connected(server, user="reader", password="x") as opened:
        with pytest.raises(IndexUnreachable, match=said) as raised:
            opened.request("POST", "/x/_search")
        assert server.url in str(raised.value)
    assert not isinstance(raised.value, IndexUnusable)


def test_a_search_that_lost_a_node_is_sent_again() -> None:
    """A node may die between finding articles and fetching them. The copy of its shard has them too."""
    failures = [{"shard": 0, "reason": {"type": "node_disconnected_exception", "reason": "[node-3] disconnected"}}]
    lost = {**HIT, "_shards": {"total": 3, "successful": 2, "failed": 1, "failures": failures}}
    with scripted(lambda _method, _path, before: (200, HIT if before else lost)) as server, connected(server) as opened:
        assert opened.request("POST", "/x/_search") == HIT
        with pytest.raises(IndexUnreachable, match=r"disconnected.*incomplete"):
            opened.request("POST", "/y/_update_by_query")


NOT_READY = [
    "illegal_index_shard_state_exception",
    "index_shard_closed_exception",
    "no_shard_available_action_exception",
    "node_disconnected_exception",
    "shard_not_found_exception",
]


@pytest.mark.parametrize("kind", NOT_READY)
@pytest.mark.parametrize("status", [404, 503])
def test_a_shard_that_is_not_ready_is_asked_again_and_never_missing(kind: str, status: int) -> None:
    """Some of these have the status of what isn't there."""
    trouble = error(kind, "CurrentState[RECOVERING]")
    whole, doc, item = (status, trouble), {"_id": "1", **trouble}, {"index": {"_id": "1", "status": status, **trouble}}
    answers: dict[str, tuple[Answer, Answer]] = {
        "/x/_search": (whole, (200, HIT)),
        "/_mget": ((200, {"docs": [doc]}), (200, {"docs": [{"_id": "1", "found": True}]})),
        "/_bulk": ((200, {"items": [item]}), (200, {"items": [{"index": {"_id": "1", "status": 200}}]})),
    }
    with (
        scripted(lambda _method, path, before: answers[path][before % 2]) as server,
        connected(server) as opened,
    ):
        assert opened.request("POST", "/x/_search") == HIT
        assert opened.request("POST", "/_mget")["docs"][0]["found"]
        assert opened.bulk([{"index": {"_id": "1"}}, {}])[0]["status"] == 200
    with scripted(lambda _method, path, _before: answers[path][0]) as server, connected(server) as opened:
        for path in ("/x/_search", "/_mget"):
            with pytest.raises(IndexUnreachable, match=kind):
                opened.request("POST", path)


@pytest.mark.parametrize(("user", "said"), [(None, "set opensearch_user"), ("reader", "password of 'reader'")])
def test_a_missing_or_wrong_password_is_named(user: str | None, said: str) -> None:
    with (
        scripted(lambda *_: (200, {}), info=(401, "Unauthorized")) as server,
        connected(server, user=user, password="falsch") as opened,
        pytest.raises(IndexUnreachable, match=said) as e,
    ):
        opened.check()
    assert "falsch" not in str(e.value)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, error("index_not_found_exception", "no such index [x]"), "index_not_found_exception"),
        (409, error("version_conflict_engine_exception", "[1]: version conflict"), "version_conflict_engine_exception"),
        (400, error("mapper_parsing_exception", "failed to parse"), "mapper_parsing_exception"),
        (404, {"_id": "1", "found": False}, ""),
        (200, {"responses": [{"status": 404, **error("index_not_found_exception", "x")}]}, "index_not_found_exception"),
    ],
)
def test_what_the_cluster_refuses_for_good_is_no_trouble(status: int, body: dict[str, Any], kind: str) -> None:
    with (
        scripted(lambda *_: (status, body)) as server,
        connected(server) as opened,
        pytest.raises(RequestRefused) as raised,
    ):
        opened.request("POST", "/x/_search")
    assert (raised.value.status, raised.value.kind) == (404 if status == 200 else status, kind)


def test_a_document_without_its_index_is_missing_and_one_without_its_shard_is_unreachable() -> None:
    missing = {"docs": [{"_id": "1", **error("index_not_found_exception", "no such index [x]")}]}
    lost = {"docs": [{"_id": "1", **error("no_shard_available_action_exception", "No shard available")}]}
    answers = {"/x/_mget": missing, "/y/_mget": lost}
    with scripted(lambda _method, path, _before: (200, answers[path])) as server, connected(server) as opened:
        assert opened.request("POST", "/x/_mget") == missing
        with pytest.raises(IndexUnreachable, match="No shard available"):
            opened.request("POST", "/y/_mget")


def test_a_bulk_that_must_not_be_repeated_is_not() -> None:
    answer = {"items": [{"index": {"status": 200}}]}
    with scripted(lambda _m, _p, before: (200, answer) if before else None) as server, connected(server) as opened:
        with pytest.raises(IndexUnreachable, match="is unknown"):
            opened.bulk([{"index": {}}, {}], repeatable=False)
        assert server.asked("/_bulk") == 1


def test_a_written_document_is_safe_though_a_copy_of_it_failed() -> None:
    answer = {"result": "created", "_shards": {"total": 2, "successful": 1, "failed": 1}}
    with scripted(lambda *_: (201, answer)) as server, connected(server) as opened:
        assert opened.request("PUT", "/x/_doc/1", body={}) == answer


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({"version": {"distribution": "opensearch", "number": "3.8.0"}}, "3.8.0.*needs Java 21.*use OpenSearch 2.19"),
        ({"version": {"distribution": "opensearch", "number": "2.11.1"}}, "2.11.1, which is too old"),
        ({"version": {"distribution": "opensearch", "number": "1.3.20"}}, "too old"),
        ({"version": {"number": "8.17.0"}}, "this is Elasticsearch 8.17.0"),
        ({"hello": "world"}, "no OpenSearch server"),
        ({"version": {"distribution": "opensearch", "number": "next"}}, "its version is 'next'"),
    ],
)
def test_an_untested_server_is_refused_before_anything_is_asked_of_it(info: Mapping[str, Any], said: str) -> None:
    with (
        scripted(lambda *_: (200, {}), info=(200, info)) as server,
        connected(server) as opened,
        pytest.raises(IndexUnreachable, match=said),
    ):
        opened.request("PUT", "/x")
    assert [path for _, path, _ in server.heard] == ["/"]


@given(st.integers(0, 9), st.integers(0, 40), st.integers(0, 40))
def test_only_tested_versions_are_accepted(major: int, minor: int, patch: int) -> None:
    version = {"version": {"distribution": "opensearch", "number": f"{major}.{minor}.{patch}"}}
    assert (version_problem(version) == "") == (major == 2 and minor >= 19)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 600) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["error", "type", "reason", "root_cause", "failed_shards", "_shards", "failed", "failures",
                         "responses", "docs", "timed_out", "cause", "result"]), inner, max_size=4,
    ),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["error", "_shards", "failures", "responses", "docs"]), json_values))
def test_no_answer_is_too_strange_to_be_understood(answer: dict[str, Any]) -> None:
    assert all(isinstance(part, str) for part in (*cause_of(answer), incomplete(answer)))


def test_bulk_results_are_in_the_order_of_the_actions_though_some_were_sent_again() -> None:
    sent: list[list[str]] = []

    def script(method: str, path: str, before: int) -> Answer:
        busy = error("opensearch_rejected_execution_exception", "queue is full")
        numbers = ["1", "2", "3"] if not before else ["2"]
        sent.append(numbers)
        status = {"2": 200 if before else 429, "3": 409}
        items = [
            {"index": {"_id": one, "status": status.get(one, 201), **(busy if status.get(one) == 429 else {})}}
            for one in numbers
        ]
        return 200, {"errors": True, "items": items}

    with scripted(script) as server, connected(server) as opened:
        actions = [{"index": {"_id": str(n)}} if not half else {"n": n} for n in (1, 2, 3) for half in (0, 1)]
        results = opened.bulk(actions)
    assert [(one["_id"], one["status"]) for one in results] == [("1", 201), ("2", 200), ("3", 409)]
    assert sent == [["1", "2", "3"], ["2"]]


@pytest.mark.parametrize(
    ("item", "said", "times"),
    [
        ({"status": 429, **error("circuit_breaking_exception", "x")}, "short of memory", 3),
        ({"status": 403, **error("cluster_block_exception", "blocked by: [FORBIDDEN/8/x];")}, "read-only", 1),
        ({"status": 429, **error("cluster_block_exception", "blocked by: [TOO/12/disk];")}, "nearly full", 1),
    ],
)
def test_a_busy_or_full_cluster_takes_no_bulk(item: dict[str, Any], said: str, times: int) -> None:
    with scripted(lambda *_: (200, {"items": [{"delete": item}]})) as server, connected(server) as opened:
        with pytest.raises(IndexUnreachable, match=said):
            opened.bulk([{"delete": {"_id": "1"}}])
        assert server.asked("/_bulk") == times


def test_large_bulks_are_sent_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BULK_BYTES", 100)
    lines: list[Mapping[str, Any]] = []
    for number in range(10):
        lines += [{"index": {"_id": number}}, {"text": "خبر" * 5}]
    lines.append({"delete": {"_id": 99}})
    chunks = list(connection._chunks(connection._actions(lines)))
    assert len(chunks) > 5
    assert all(len("".join(chunk).encode()) <= 100 for chunk in chunks)
    sent = [json.loads(line) for chunk in chunks for action in chunk for line in action.splitlines()]
    assert sent == lines
    assert (
        list(
            connection._chunks(
                connection._actions([json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines])
            )
        )
        == chunks
    )


@contextmanager
def _https(folder: Path, name: str) -> Iterator[Running]:
    """A server with a certificate for a name, whose authority is in the file `ca.pem`."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes certificates, is not installed")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    files = ["-keyout", "key.pem", "-out", "ca.pem", "-addext", f"subjectAltName={name}"]
    subprocess.run([*command, *files], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    with scripted(lambda *_: (200, HIT), context=context) as server:
        yield server


def test_certificates_are_checked(tmp_path: Path) -> None:
    with _https(tmp_path, "IP:127.0.0.1") as server:
        with connected(server, ca=tmp_path / "ca.pem") as opened:
            assert opened.request("GET", "/x/_search") == HIT
        with connected(server) as opened, pytest.raises(IndexUnreachable, match=r"isn.t accepted .*set opensearch_ca"):
            opened.check()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with (
        _https(tmp_path, "DNS:other.example") as server,
        connected(server, ca=tmp_path / "ca.pem") as opened,
        pytest.raises(IndexUnreachable, match=r"isn.t accepted .*127\.0\.0\.1"),
    ):
        opened.check()


def test_https_to_a_server_without_it_is_explained() -> None:
    with (
        scripted(lambda *_: (200, {})) as server,
        connected(Running(server.port, "https")) as opened,
        pytest.raises(IndexUnreachable, match="speaks no TLS"),
    ):
        opened.check()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unusable_file_of_authorities_is_named(tmp_path: Path, content: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if content:
        ca.write_text(content)
    with pytest.raises(ConfigError, match=r"opensearch_ca: .*ca\.pem"):
        Connection(ClusterSettings(hosts=("https://localhost:9200",), ca=ca))


def test_nothing_is_sent_in_clear_to_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "is_private", lambda address: False)
    with (
        scripted(lambda *_: (200, {})) as server,
        connected(server, user="a", password="b") as opened,
        pytest.raises(IndexUnreachable, match=r"127\.0\.0\.1 is a public address; write https://"),
    ):
        opened.check()
    assert server.heard == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [("::1", True), ("fe80::1%eth0", True), ("192.168.1.9", True), ("::ffff:10.0.0.1", True)]
    + [(one, False) for one in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")],
)
def test_private_addresses(address: str, expected: bool) -> None:
    assert is_private(address) == expected


def test_a_missing_client_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ConfigError, match=r"pip install 'newsarchive\[opensearch\]'"):
        Connection(ClusterSettings())


def test_threads_share_a_connection() -> None:
    with scripted(lambda *_: (200, HIT)) as server, connected(server, nobody_there()) as opened:
        failed: list[BaseException] = []

        def ask() -> None:
            try:
                for _ in range(20):
                    assert opened.request("POST", "/x/_search") == HIT
            except BaseException as problem:
                failed.append(problem)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert server.asked("/") == 1


@given(st.integers(400, 599), st.text(max_size=20), st.text(max_size=20))
def test_a_server_error_is_never_taken_for_a_refusal(status: int, kind: str, reason: str) -> None:
    if status >= 500 or status in {401, 403, 429}:
        assert trouble_of(status, kind, reason, None)
