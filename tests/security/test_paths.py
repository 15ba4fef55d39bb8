"""No request reads a file that is not meant to be served, whatever its method and the notation of its path."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from newsarchive.web import create_app
from tests.sample import sample_library
from tests.serving import Server

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW")
READING = ("GET", "HEAD")
SECRET = Path(__file__)
"""A file that the server's user can read."""

_UP = ("..", "%2e%2e", "%2E.", "..%2f..", "%252e%252e", "..%5c..", "..;", "....//")
_TARGETS = (str(SECRET), "/etc/passwd", "/dev/zero", "/etc/there-is-no-such-file")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_library(tmp_path_factory.mktemp("sample")) as library:
        yield create_app(library)


def climbing_paths(prefix: str) -> Iterator[str]:
    """Traversal paths from a prefix to outside files, plain and encoded, relative and absolute."""
    for up in _UP:
        for target in _TARGETS:
            yield f"{prefix}{'/'.join([up] * 12)}{target}"
            yield f"{prefix}style.css/{'/'.join([up] * 12)}{target}"
    for target in _TARGETS:
        yield prefix + target
        yield prefix + "/" + target
        yield prefix + quote(target, safe="")
        yield prefix + "file://" + target
        yield prefix + target + "%00.css"


def routes(app: Flask) -> list[str]:
    """The part of each route before its variable part, or the whole route if nothing varies."""
    return sorted({rule.rule.partition("<")[0] for rule in app.url_map.iter_rules()})


WITH_A_TEXT = ("pages.reuse_found", "api.reuse")
"""What is sent to these is a text to look up, too long for an address. They change nothing either."""
FORMS = (
    *("preferences.save", "signing_in.page", "signing_in.out"),
    *("collection_writing.create", "collection_writing.add_article", "collection_writing.change"),
)
"""The first set or delete a cookie of who sends the form. The others change collections, which needs a token."""


def test_routes_accept_only_get_and_head_or_a_text(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        if rule.endpoint in (*WITH_A_TEXT, *FORMS):
            assert "POST" in rule.methods, rule
            assert rule.methods <= {"POST", *READING}, rule
        else:
            assert rule.methods == set(READING), rule


@pytest.mark.long
def test_path_traversal_fails_for_every_route_and_method(app: Flask) -> None:
    """Every route and path is read. Of the other methods, each is tried with every route, and with every path."""
    client = app.test_client()
    secret = SECRET.read_bytes()
    others = METHODS[1:]
    tried: set[tuple[str, int]] = set()
    for at, prefix in enumerate(routes(app)):
        used = set()
        for number, path in enumerate(climbing_paths(prefix)):
            other = others[(at + number) % len(others)]
            for method in ("GET", other):
                expected = {404, 308} if method in READING else {404, 405, 308}
                with client.open(path, method=method) as response:
                    assert response.status_code in expected, (method, path)
                    content = response.get_data()
                assert secret not in content
                assert b"root:" not in content
            used.add(other)
            tried.add((other, number))
        assert used == set(others)
    paths = range(len(list(climbing_paths("/"))))
    assert tried == {(method, number) for method in others for number in paths}


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd", "/etc/there-is-no-such-file"])
def test_a_real_server_answers_path_traversal_at_once(server: Server, method: str, target: str) -> None:
    for up in _UP:
        answer = server.ask(method, f"/static/{'/'.join([up] * 12)}{target}")
        assert answer.status in {400, 404, 405}
        assert b"root:" not in answer.content


def test_hashes_do_not_confirm_the_content_of_outside_files(server: Server) -> None:
    digest = hashlib.sha256(SECRET.read_bytes()).hexdigest()[:12]
    for version in (digest, "0" * 12):
        answers = {server.ask(method, f"/static/{'../' * 12}{SECRET}?v={version}").status for method in METHODS}
        assert answers <= {404, 405, 400, 501}


@pytest.mark.parametrize("name", ["../static/style.css", "./style.css", "", "style.css/", "//style.css"])
def test_files_have_only_one_url(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/static/{name}").status_code in {404, 308}
