"""Requests that no browser sends, generated from seeds."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes

HOST = "127.0.0.1"
_ROUTES = (
    "/",
    "/search",
    "/feed.xml",
    "/feed.atom",
    "/feed.json",
    "/api/v1/search",
    "/api/v1/suggest",
    "/api/v1/articles/{id}",
    "/api/v1/articles/{id}/related",
    "/article/{id}",
    "/static/style.css",
    "/healthz",
    "/no-such-page",
)
_PARAMETERS = (
    "q",
    "match",
    "source",
    "topic",
    "from",
    "to",
    "sort",
    "page",
    "limit",
    "lang",
    "highlight",
    "v",
    "other",
)
_USUAL = {
    "match": ("all", "any"),
    "sort": ("best", "newest", "oldest"),
    "lang": ("ar", "en"),
    "page": ("1", "2", "999999999", "٣"),
    "limit": ("1", "100"),
    "from": ("2020", "2024-02", "2024-02-29"),
    "to": ("2025", "0001-01-01", "9999-12-31"),
}
_METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW", "get")
_FRAGMENTS = (
    *("القمح", "مجلس الوزراء", "كتا*", "=كتب", '"', "«", "»", "(", ")", "((((", "OR", "AND", "NOT", "-", "*", "?", ":"),
    *("source:", "المصدر:", "date:", "التاريخ: قبل", "2025-04-01..2025-04-30", "title:(", "a" * 300, "ا" * 300),
    *(
        "\u202e",
        "\u200f",
        "\u0000",
        "\ufeff",
        "\U0001f600",
        "ـ" * 50,
        "ً" * 40,
        "\n",
        "\r\n",
        "\t",
        "\\",
        "'",
        "<b>",
        "&",
    ),
    *("%", "%00", "%zz", "..", "/", "{{7*7}}", "${x}", "لا إله", "ﷺ", "١٢٣", "-1", "1e9", "0x10", "NaN", "null", "--"),
)
_RAW = (b"\xed\xa0\x80", b"\xff\xfe", b"\xc3\x28", b"\xf4\x90\x80\x80", b"\x00", b"\xd8", b"\xe2\x80\xae")
_PATHS = (
    "/../" * 9,
    "/%2e%2e/%2e%2e/etc/passwd",
    "//",
    "/./",
    "/;/",
    "/%00",
    "/..%5c..%5c",
    "/article/",
    "/%ff%fe",
    "/\\",
)
_HOSTS = (
    HOST,
    "localhost",
    "evil.example",
    "[::1]",
    "[",
    "a b",
    "",
    "127.0.0.1:99999",
    "127.0.0.1:0",
    "x" * 300,
    "\xff",
)


@dataclass(frozen=True)
class Hostile:
    """Bytes to send. A complete request must be answered; otherwise the server may just close the connection."""

    kind: str
    content: bytes
    method: str = "GET"
    is_whole: bool = True


def hostile_request(seed: int, port: int, ids: tuple[str, ...]) -> Hostile:
    """The request of a seed, for a server on `port` whose archive has articles with these ids."""
    choice = random.Random(seed)
    (kind,) = choice.choices(tuple(_KINDS), weights=[weight for weight, _ in _KINDS.values()])
    return _KINDS[kind][1](choice, kind, port, ids)


def _target(choice: random.Random, ids: tuple[str, ...]) -> str:
    route = choice.choice(_ROUTES)
    name = choice.choice(ids) if choice.random() < 0.6 else _text(choice, 3)
    path = route.replace("{id}", quote(name, safe="") if choice.random() < 0.9 else quote(name))
    names = choice.choices(_PARAMETERS, k=choice.randint(0, 5))
    pairs = [f"{name}={_value(choice, name)}" for name in names]
    return path + "?" * bool(pairs) + choice.choice("&&&;").join(pairs)


def _value(choice: random.Random, name: str) -> str:
    if choice.random() < 0.4 and name in _USUAL:
        return quote(choice.choice(_USUAL[name]))
    if choice.random() < 0.1:
        return quote_from_bytes(b"".join(choice.choices(_RAW, k=3)))
    return quote(_text(choice, choice.choice([1, 2, 5, 5, 30])), safe=choice.choice(["", "%", "/:"]))


def _text(choice: random.Random, most: int) -> str:
    words = []
    for _ in range(choice.randint(0, most)):
        anything = chr(choice.choice([choice.randrange(0x20, 0x800), choice.randrange(0xE000, 0x110000)]))
        words.append(choice.choice(_FRAGMENTS) if choice.random() < 0.8 else anything)
    return choice.choice(["", " "]).join(words)


def _head(method: str, target: str, headers: list[str], port: int, host: str | None = None) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host if host is not None else f'{HOST}:{port}'}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")


def _query(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    return Hostile(kind, _head("GET", _target(choice, ids), ["Connection: close"], port))


def _method(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    method = choice.choice(_METHODS)
    headers = ["Connection: close", "Content-Length: 0"]
    return Hostile(kind, _head(method, _target(choice, ids), headers, port), method)


def _path(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    path = "".join(choice.choices((*_PATHS, *_ROUTES), k=choice.randint(1, 4)))
    target = path if choice.random() < 0.8 else f"http://{choice.choice(_HOSTS)}{path}"
    return Hostile(kind, _head("GET", target.replace(" ", "%20"), ["Connection: close"], port))


def _long(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    name, size = choice.choice(_PARAMETERS), choice.choice([2_000, 9_000, 60_000, 200_000])
    one = quote(choice.choice(_FRAGMENTS) + choice.choice(["", " "])) or "x"
    many = choice.random() < 0.4
    query = "&".join([f"{name}={one}"] * (size // (len(one) + 9) + 1)) if many else f"{name}={one * (size // len(one))}"
    return Hostile(kind, _head("GET", f"{choice.choice(_ROUTES[:7])}?{query}", ["Connection: close"], port))


def _header(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    junk = choice.choice(["x" * 5_000, "\x01", "a\xff", 'W/"x", *', ",,,,", "ar;q=9,en;q=-1,*;q=nan", "gzip;q=0,*"])
    dates = ["Wed, 21 Oct 2015 07:28:00 GMT", "tomorrow", "Thu, 99 Foo 0000 99:99:99", "Fri, 31 Dec 9999 23:59:59 GMT"]
    ranges = ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,1-1,2-2", "bytes=" + "0-," * 900, "x=1"]
    possible = [
        f"If-None-Match: {choice.choice(['*', junk, chr(34) * 3])}",
        f"If-Modified-Since: {choice.choice(dates)}",
        f"Range: {choice.choice(ranges)}",
        f"Accept-Language: {junk}",
        f"Accept: {junk}",
        f"Accept-Encoding: {junk}",
        f"Cookie: {junk}",
        f"X-Forwarded-For: {junk}",
        f"X-Forwarded-Host: {choice.choice(_HOSTS)}",
        f"X-Forwarded-Proto: {choice.choice(['https', 'javascript', junk])}",
        f"Forwarded: {junk}",
        f"{choice.choice(['X-A', 'x_y', 'Transfer-encoding', 'Upgrade'])}: {junk}",
        "Expect: 100-continue",
    ]
    headers = choice.choices(possible, k=choice.randint(1, 4))
    return Hostile(kind, _head("GET", _target(choice, ids), ["Connection: close", *headers], port), is_whole=False)


def _host(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    host = choice.choice(_HOSTS)
    extra = [f"Host: {choice.choice(_HOSTS)}"] * (choice.random() < 0.3)
    head = _head("GET", _target(choice, ids), ["Connection: close", *extra], port, host)
    return Hostile(kind, head, is_whole=False)


def _body(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    """Bodies with wrong lengths, with invalid chunks, or with two kinds of framing at once."""
    framing = choice.choice(
        [
            ["Content-Length: 5"],
            ["Content-Length: 5", "Content-Length: 6"],
            ["Content-Length: -1"],
            ["Content-Length: 99999999999999999999"],
            ["Content-Length: abc"],
            ["Transfer-Encoding: chunked"],
            ["Transfer-Encoding: chunked", "Content-Length: 3"],
            ["Transfer-Encoding: gzip, chunked"],
            ["Transfer-Encoding: xchunked"],
        ]
    )
    body = choice.choice(
        [b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"fffffffffffffffff\r\nx", b"0\r\n\r\n", b"", b"x" * 70_000]
    )
    method = choice.choice(["POST", "GET", "PUT"])
    head = _head(method, _target(choice, ids), ["Connection: close", *framing], port)
    return Hostile(kind, head + body, method, is_whole=False)


def _malformed(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    good = _query(choice, kind, port, ids).content
    broken = choice.choice(
        [
            good[: choice.randrange(len(good))],
            good.replace(b"\r\n", b"\n"),
            good.replace(b"\r\n", b"\r"),
            good.replace(
                b"HTTP/1.1", choice.choice([b"HTTP/9.9", b"HTTP/1.0", b"HTTP", b"HTTP/1.1 x", b"", b"HTCPCP/1.0"])
            ),
            good.replace(b" ", choice.choice([b"  ", b"\t", b"\0", b"\x0b"])),
            good.replace(b": ", choice.choice([b" : ", b":", b"\0: ", b"\r\n : "])),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + choice.randbytes(40),
            choice.randbytes(choice.randint(1, 3_000)),
            b"\r\n" * choice.randint(1, 50) + good,
            good[:-2] + b"".join(b"X-%d: y\r\n" % number for number in range(choice.choice([50, 2_000]))) + b"\r\n",
            b"GET " + b"/" * 400_000,
        ]
    )
    return Hostile(kind, broken, is_whole=False)


def _pipelined(choice: random.Random, kind: str, port: int, ids: tuple[str, ...]) -> Hostile:
    several = [_head("GET", _target(choice, ids), [], port) for _ in range(choice.randint(1, 6))]
    return Hostile(kind, b"".join(several) + _query(choice, kind, port, ids).content, is_whole=False)


_KINDS: dict[str, tuple[int, Callable[[random.Random, str, int, tuple[str, ...]], Hostile]]] = {
    "query": (40, _query),
    "method": (10, _method),
    "path": (10, _path),
    "long": (4, _long),
    "header": (12, _header),
    "host": (5, _host),
    "body": (7, _body),
    "malformed": (7, _malformed),
    "pipelined": (3, _pipelined),
    "half open": (1, _malformed),
    "aborted": (1, _query),
}
