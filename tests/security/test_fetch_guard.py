"""No URL from outside makes the fetcher connect to this machine or a private network."""

import asyncio
import re
import socket
from base64 import b64encode
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import AddressRefused, FetchError
from newsarchive.ingest.fetching.fetch import fetch
from newsarchive.ingest.fetching.guarded_transport import GuardedBackend
from newsarchive.ingest.fetching.network_guard import NotAllowed, check, why_refused
from newsarchive.ingest.fetching.settings import FetchSettings
from tests.fetching import Running, raw_server, redirect, response, saying, settings

PUBLIC = "93.184.215.14"


def words(text: str) -> list[str]:
    return text.split()


LOOPBACK_HOSTS = words("""
    127.0.0.1 127.0.0.2 127.255.255.254 127.1 127.0.1 127.000.000.001 127.0.0.1. 2130706433 2130706433. 017700000001
    0x7f000001 0X7F000001 0x7F.0.0.1 0x7f.1 0x7f.0x0.0x0.0x1 0177.1 0177.0.0.1 00000177.0.0.1 0177.0x0.1 127.0x1
    127.0.0.01 127。0。0。1 127.0。0.1 127．0．0．1 127｡0｡0｡1 １２７.０.０.１ ２１３０７０６４３３ ①②⑦.0.0.1 ١٢٧.0.0.1
    %31%32%37.0.0.1 127%2e0%2e0%2e1 localhost LOCALHOST LocalHost localhost. localhost.. foo.localhost a.b.LOCALHOST.
    ⓛocalhost ｌｏｃａｌｈｏｓｔ l%6fcalhost loc\u00adalhost public@127.0.0.1 public.example:80@127.0.0.1
    public.example%40@127.0.0.1 public.example\\@127.0.0.1 public.example&@127.0.0.1 1.1.1.1@[::1] [::1]
    [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::FFFF:7F00:1] [0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1]
    [::7f00:1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::127.0.0.1] [2002:7f00:1::]
    [2002:7f00:0001::1] [2001:0:7f00:1::] [2001::80ff:fffe] [::1%25lo] [::1%251] [::ffff:127.0.0.1%251] [127.0.0.1]
    0 0.0.0.0 0x0 00000000 0.0 [::] [0::0] [::0.0.0.0] [::ffff:0.0.0.0] 127.0.0.1%00.example 127.0.0.1%20 4294967296
    127.0.0.1%0d%0a.example 256.0.0.1 127.0.0.256 0x17f000001
""")
"""This machine, in every notation that some resolver, browser or library accepts, and in some that
none accepts."""

OTHER_HOSTS = words("""
    10.0.0.1 10.255.255.255 0xa.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 169.254.169.254
    0xA9FEA9FE 2852039166 169.16689662 [::ffff:169.254.169.254] [64:ff9b::a9fe:a9fe] 168.63.129.16 100.64.0.1
    100.100.100.200 192.0.0.192 192.0.0.9 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255 [fc00::1] [fd00:ec2::254] [fd20:ce::254] [fe80::1] [fec0::1] [ff02::1]
    [100::1] [2001:db8::1] [2001:2::1] [2001:10::1] [3fff::1] [4000::1] [5f00::1] [::2] [::ffff:10.0.0.1]
    [2002:a00:1::] [64:ff9b::10.0.0.1] [64:ff9b::c0a8:1]
""")

UNDERSTOOD = words("127.0.0.1 127.1 2130706433 0x7f.1 127。0。0。1 public@127.0.0.1 [::ffff:127.0.0.1] 0")
"""Notations that reach this machine wherever there is IPv4: without the guard, a server receives a
request."""


@pytest.fixture(scope="module")
def trap() -> Iterator[Running]:
    """A server on all addresses of this machine, which no request should reach."""
    host = "::" if _has_ipv6() else "0.0.0.0"
    with raw_server(saying(response(b"secret")), host=host) as running:
        yield running


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def address(host: str, port: int) -> str:
    return f"http://{host}:{port}/"


def test_more_than_sixty_notations_are_tested() -> None:
    assert len(set(LOOPBACK_HOSTS)) == len(LOOPBACK_HOSTS) > 60
    assert set(UNDERSTOOD) <= set(LOOPBACK_HOSTS)


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_this_machine_is_refused_in_every_notation(trap: Running, host: str) -> None:
    with pytest.raises(FetchError, match=r"refused: |not a URL that can be fetched"):
        fetch(address(host, trap.port))
    assert trap.heard == []


@pytest.mark.parametrize("host", UNDERSTOOD)
def test_without_the_guard_these_notations_reach_this_machine(host: str) -> None:
    with raw_server(saying(response(b"secret"))) as server:
        assert fetch(address(host, server.port), settings("0.0.0.0/0")).content == b"secret"
        assert len(server.heard) == 1


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_private_and_reserved_addresses_are_refused(host: str) -> None:
    with pytest.raises(AddressRefused, match="only public addresses are allowed"):
        fetch(address(host, 80))


@pytest.mark.parametrize("host", [*LOOPBACK_HOSTS, *OTHER_HOSTS])
def test_redirects_to_this_machine_are_refused(trap: Running, host: str) -> None:
    target = address(host, trap.port)
    with raw_server(saying(redirect(target)), host="127.0.0.3") as server:
        with pytest.raises(FetchError) as failure:
            fetch(address("127.0.0.3", server.port), settings("127.0.0.3/32"))
        assert len(server.heard) == 1
    assert re.search("refused: |not a URL that can be|Invalid URL in location", failure.value.reason)
    assert trap.heard == []


@pytest.mark.parametrize("hops", range(1, 8))
def test_every_redirect_is_guarded(trap: Running, hops: int) -> None:
    def answer(connection: socket.socket, head: bytes) -> None:
        number = int(head.split()[1].strip(b"/"))
        last = address("127.0.0.1", trap.port)
        connection.sendall(redirect(f"/{number + 1}" if number < hops else last))

    with raw_server(answer, host="127.0.0.3") as server:
        with pytest.raises(AddressRefused, match=f"after a redirect to http://127.0.0.1:{trap.port}/: refused"):
            fetch(address("127.0.0.3", server.port) + "1", settings("127.0.0.3/32"))
        assert len(server.heard) == hops
    assert trap.heard == []


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1:70/_x", "javascript://x"]
)
def test_redirects_to_other_schemes_are_refused(url: str) -> None:
    with raw_server(saying(redirect(url))) as server, pytest.raises(FetchError, match="only http and https"):
        fetch(server.url, settings())


def test_the_error_names_the_setting_that_allows_the_address() -> None:
    with pytest.raises(AddressRefused) as failure:
        fetch("http://10.1.2.3/feed", settings("192.168.0.0/16", "fd00::/8"))
    assert 'newsarchive.toml: allow_networks = ["192.168.0.0/16", "fd00::/8", "10.1.2.3/32"]' in failure.value.reason
    assert "NEWSARCHIVE_ALLOW_NETWORKS=192.168.0.0/16,fd00::/8,10.1.2.3/32" in failure.value.reason
    assert failure.value.origin == "http://10.1.2.3/feed"


class Names:
    """A name server that returns the next of its answers at each query, and then repeats the last one."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_names_are_resolved_once_and_the_checked_address_is_used() -> None:
    names = Names(["127.0.0.3"], ["127.0.0.1"])
    with raw_server(saying(response(b"page")), host="127.0.0.3") as server:
        url = f"http://news.example:{server.port}/"
        assert fetch(url, settings("127.0.0.3/32"), resolve=names).content == b"page"
        assert f"Host: news.example:{server.port}".encode() in server.heard[0]
    assert names.asked == ["news.example"]


def test_names_are_checked_again_at_every_redirect(trap: Running) -> None:
    names = Names(["127.0.0.3"], ["127.0.0.1"])
    with (
        raw_server(saying(redirect(f"http://news.example:{trap.port}/")), host="127.0.0.3") as server,
        pytest.raises(AddressRefused, match=r"news.example is at 127.0.0.1"),
    ):
        fetch(f"http://news.example:{server.port}/", settings("127.0.0.3/32"), resolve=names)
    assert names.asked == ["news.example", "news.example"]
    assert trap.heard == []


@pytest.mark.parametrize("answer", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], ["2606:2800:21f::1", "::1"]])
def test_one_private_address_refuses_the_whole_name(trap: Running, answer: list[str]) -> None:
    with pytest.raises(AddressRefused, match=r"news.example is at "):
        fetch(f"http://news.example:{trap.port}/", resolve=Names(answer))
    assert trap.heard == []


class Recorder(httpcore.AsyncNetworkBackend):
    """Records the targets of connections; the addresses in `dead` don't answer."""

    def __init__(self, *dead: str) -> None:
        self.dead = dead
        self.tried: list[tuple[str, float | None]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.tried.append((host, timeout))
        if host in self.dead:
            raise httpcore.ConnectTimeout
        return httpcore.AsyncMockStream([])


def connect(backend: GuardedBackend) -> None:
    asyncio.run(backend.connect_tcp("news.example", 80, timeout=10.0))


def test_dns_rebinding_has_no_effect() -> None:
    recorder, names = Recorder(), Names([PUBLIC], ["127.0.0.1"])
    backend = GuardedBackend(recorder, (), names)
    connect(backend)
    assert recorder.tried == [(PUBLIC, 10.0)]
    with pytest.raises(NotAllowed):
        connect(backend)
    assert (recorder.tried, len(names.asked)) == ([(PUBLIC, 10.0)], 2)


def test_all_addresses_are_tried_and_share_the_timeout() -> None:
    recorder = Recorder("2606:2800:21f::1")
    connect(GuardedBackend(recorder, (), Names(["2606:2800:21f::1", PUBLIC])))
    assert recorder.tried == [("2606:2800:21f::1", 5.0), (PUBLIC, 5.0)]
    with pytest.raises(httpcore.ConnectTimeout):
        connect(GuardedBackend(Recorder(PUBLIC), (), Names([PUBLIC])))
    with pytest.raises(httpcore.ConnectError, match="no address"):
        connect(GuardedBackend(Recorder(), (), Names([])))


def test_unix_sockets_are_refused() -> None:
    with pytest.raises(httpcore.UnsupportedProtocol):
        asyncio.run(GuardedBackend(Recorder(), (), Names([])).connect_unix_socket("/run/docker.sock"))


def test_tls_connections_use_the_host_name() -> None:
    """The handshake contains the name in the clear, and the certificate must match the name."""
    with raw_server(saying(b"")) as server, pytest.raises(FetchError):
        fetch(f"https://news.example:{server.port}/", settings(), resolve=Names(["127.0.0.1"]))
    assert b"news.example" in server.heard[0]


def test_zone_ids_from_a_name_server_do_not_bypass_the_guard() -> None:
    with pytest.raises(NotAllowed, match=r'allow_networks = ."fe80::1/128".'):
        check("news.example", ["fe80::1%1"], ())
    assert check("news.example", ["fe80::1%1"], (ip_network("fe80::/10"),))


@given(st.ip_addresses())
def test_addresses_that_python_calls_not_global_are_refused(address: IPv4Address | IPv6Address) -> None:
    carries_ipv4 = any(address in ip_network(network) for network in ("::ffff:0:0/96", "64:ff9b::/96"))
    if not carries_ipv4 and (not address.is_global or address.is_multicast or address.is_reserved):
        assert why_refused(address)


@given(st.ip_addresses(v=4))
def test_embedded_ipv4_addresses_are_checked(address: IPv4Address | IPv6Address) -> None:
    mapped, translated = (ip_address(f"{start}{address}") for start in ("::ffff:", "64:ff9b::"))
    assert why_refused(mapped) == why_refused(translated) == why_refused(address)


@given(st.ip_addresses(v=4), st.sampled_from(["::", "::ffff:0:", "64:ff9b:1::", "2002:{:x}:{:x}::", "2001::"]))
def test_tunnel_addresses_are_refused(address: IPv4Address | IPv6Address, start: str) -> None:
    halves = divmod(int(address), 2**16)
    written = start.format(*halves) if "{" in start else f"{start}{address}"
    assert why_refused(ip_address(written))


@pytest.mark.parametrize("host", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_allowed(host: str) -> None:
    assert check("news.example", [host], ()) == (ip_address(host),)


class TestProxy:
    """The proxy comes from the settings and does the guarding."""

    def test_requests_go_through_the_proxy_with_the_host_name(self) -> None:
        with raw_server(saying(response(b"through the proxy"))) as proxy:
            url = "http://news.example/feed"
            through = FetchSettings(proxy=f"http://us%40er:se%3Acret@127.0.0.1:{proxy.port}")
            assert fetch(url, through, resolve=_never).content == b"through the proxy"
            assert proxy.heard[0].startswith(b"GET http://news.example/feed HTTP/1.1\r\n")
            credentials = b64encode(b"us@er:se:cret")
            assert b"Proxy-Authorization: Basic " + credentials in proxy.heard[0]

    def test_https_requests_are_tunneled(self) -> None:
        with raw_server(saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")) as proxy:
            with pytest.raises(FetchError, match=r"through the proxy of the setting 'proxy'.*502"):
                fetch("https://news.example/", FetchSettings(proxy=proxy.url), resolve=_never)
            assert proxy.heard[0].startswith(b"CONNECT news.example:443 HTTP/1.1\r\n")

    def test_certificates_are_checked_by_name_inside_the_tunnel(self) -> None:
        hello: list[bytes] = []

        def answer(connection: socket.socket, head: bytes) -> None:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            hello.append(connection.recv(65_536))

        with raw_server(answer) as proxy, pytest.raises(FetchError, match="through the proxy"):
            fetch("https://news.example/", FetchSettings(proxy=proxy.url), resolve=_never)
        assert b"news.example" in hello[0]

    @pytest.mark.parametrize("host", [*LOOPBACK_HOSTS, *OTHER_HOSTS])
    def test_unresolved_checks_run_before_the_proxy(self, host: str) -> None:
        with raw_server(saying(response())) as proxy:
            with pytest.raises(FetchError, match=r"refused: |not a URL that can be fetched"):
                fetch(address(host, 80), FetchSettings(proxy=proxy.url), resolve=_never)
            assert proxy.heard == []

    def test_redirects_through_the_proxy_are_checked(self) -> None:
        with raw_server(saying(redirect("http://169.254.169.254/"))) as proxy:
            with pytest.raises(AddressRefused):
                fetch("http://news.example/", FetchSettings(proxy=proxy.url), resolve=_never)
            assert len(proxy.heard) == 1

    @pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", b"junk\r\n\r\n"])
    @pytest.mark.parametrize("url", ["http://news.example/", "https://news.example/"])
    def test_messages_never_show_the_proxy_password(self, url: str, answer: bytes) -> None:
        with raw_server(saying(answer)) as proxy:
            through = FetchSettings(proxy=f"http://user:secret@127.0.0.1:{proxy.port}")
            with pytest.raises(FetchError) as failure:
                fetch(url, through, resolve=_never)
        assert "secret" not in str(failure.value) + repr(through)

    @pytest.mark.parametrize("proxy", ["http://user:secret@127.0.0.1:1", "http://user:secret@0177.0.0.1:1"])
    def test_connection_errors_name_the_proxy(self, proxy: str) -> None:
        with pytest.raises(FetchError, match="through the proxy of the setting 'proxy': ") as failure:
            fetch("http://news.example/", FetchSettings(proxy=proxy), resolve=_never)
        assert "secret" not in str(failure.value)


def _never(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was resolved here and not by the proxy")


def test_environment_variables_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text(
        "machine 127.0.0.1 login user password secret\ndefault login user password secret\n"
    )
    (tmp_path / ".netrc").chmod(0o600)
    with raw_server(saying(response(b"stolen"))) as thief, raw_server(saying(response(b"page"))) as server:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, thief.url)
        assert fetch(server.url, settings()).content == b"page"
        assert b"authorization" not in server.heard[0].lower()
        assert thief.heard == []


def test_url_passwords_are_sent_only_to_their_host() -> None:
    with raw_server(saying(response(b"page"))) as other:
        onward = other.url.replace("127.0.0.1", "someone:else@127.0.0.3")
        with raw_server(saying(response(b"page")), host="127.0.0.3", port=other.port) as elsewhere:
            with raw_server(saying(redirect(onward))) as server:
                fetched = fetch(server.url.replace("//", "//user:secret@"), settings())
            assert b"Authorization: Basic " + b64encode(b"user:secret") in server.heard[0]
            assert b"authorization" not in elsewhere.heard[0].lower()
        assert fetched.url == f"http://127.0.0.3:{other.port}"


def test_messages_never_show_url_passwords() -> None:
    with pytest.raises(AddressRefused) as failure:
        fetch("http://user:secret@10.0.0.1/")
    assert str(failure.value).startswith("http://10.0.0.1/: refused")
    with (
        raw_server(saying(redirect("http://user:secret@10.0.0.1/"))) as server,
        pytest.raises(AddressRefused) as failure,
    ):
        fetch(server.url, settings())
    assert "secret" not in str(failure.value)
