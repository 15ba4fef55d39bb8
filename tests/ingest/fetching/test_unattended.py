"""What fetching without a person needs: own headers, permanent redirects, facts of errors, and records."""

import asyncio

import pytest

from newsarchive.errors import FetchError
from newsarchive.ingest.fetching.fetch import fetch, user_agent_of
from newsarchive.ingest.fetching.record import FetchedRecord
from tests.fetching import raw_server, response, saying, settings


def moved(url: str, status: str = "301 Moved Permanently") -> bytes:
    return response(b"", status, f"Location: {url}")


def test_own_headers_go_to_their_origin_only() -> None:
    with raw_server(saying(response(b"x"))) as other, raw_server(saying(moved(f"{other.url}/"))) as first:
        fetch(f"{first.url}/", settings(), headers={"X-Key": "abc", "Host": "evil.example"})
        assert b"X-Key: abc" in first.heard[0]
        assert b"evil.example" not in first.heard[0]
        assert b"abc" not in other.heard[0]


@pytest.mark.parametrize(
    ("first_status", "second_status", "expected"),
    [
        ("301 Moved Permanently", "308 Permanent Redirect", "end"),
        ("301 Moved Permanently", "302 Found", "middle"),
        ("302 Found", "301 Moved Permanently", ""),
        ("307 Temporary Redirect", "302 Found", ""),
    ],
)
def test_only_permanent_redirects_from_the_start_move_an_address(
    first_status: str, second_status: str, expected: str
) -> None:
    with (
        raw_server(saying(response(b"x"))) as end,
        raw_server(saying(moved(f"{end.url}/end", second_status))) as middle,
        raw_server(saying(moved(f"{middle.url}/middle", first_status))) as start,
    ):
        targets = {"end": f"{end.url}/end", "middle": f"{middle.url}/middle", "": ""}
        assert fetch(start.url, settings()).moved_to == targets[expected]


def test_an_error_has_its_status_and_when_to_try_again() -> None:
    with raw_server(saying(response(b"", "429 Slow Down", "Retry-After: 120"))) as server:
        with pytest.raises(FetchError) as raised:
            fetch(server.url, settings())
        assert (raised.value.status, raised.value.retry_after) == (429, "120")


def test_each_exchange_is_recorded_without_credentials() -> None:
    records: list[FetchedRecord] = []
    answer = response(b"hello", "200 OK", "X-Own: 1")
    with raw_server(saying(answer)) as end, raw_server(saying(moved(f"{end.url}/?token=abc"))) as start:
        fetch(f"{start.url}/", settings(), headers={"Authorization": "Bearer abc"}, on_response=records.append)
    first, second = records
    assert (first.status, first.is_complete, first.has_credentials) == (301, False, True)
    assert (second.status, second.content, second.is_complete) == (200, b"hello", True)
    assert ("x-own", "1") in second.headers
    assert "abc" not in repr([(record.url, record.request_headers) for record in records])


def test_a_record_without_credentials_says_so() -> None:
    records: list[FetchedRecord] = []
    with raw_server(saying(response(b"hello"))) as server:
        fetch(server.url, settings(), on_response=records.append)
    assert [record.has_credentials for record in records] == [False]


def test_an_incomplete_response_is_recorded_as_such() -> None:
    records: list[FetchedRecord] = []
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
    with raw_server(saying(answer)) as server, pytest.raises(FetchError):
        fetch(server.url, settings(), on_response=records.append)
    assert [(record.content, record.is_complete) for record in records] == [(b"short", False)]


def test_waiting_at_a_redirect_does_not_count_against_the_limit() -> None:
    async def wait(_before: str, _after: str) -> float:
        await asyncio.sleep(1.2)
        return 1.2

    with raw_server(saying(response(b"x"))) as end, raw_server(saying(moved(end.url))) as start:
        assert fetch(start.url, settings(seconds=1.0), on_redirect=wait).content == b"x"


def test_secrets_of_an_address_are_in_no_message() -> None:
    with raw_server(saying(response(b"", "404 Not Found"))) as server:
        with pytest.raises(FetchError) as raised:
            fetch(f"{server.url}/?api_key=abc123", settings())
        assert "abc123" not in str(raised.value)
        assert b"abc123" in server.heard[0]


def test_the_contact_is_added_to_the_user_agent() -> None:
    assert user_agent_of("me@example.org").endswith(" (+me@example.org)")
    assert "+" not in user_agent_of(None)
