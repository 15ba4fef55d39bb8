"""Files that no publisher would write on purpose, generated from seeds."""

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from tests.security.attacks.samples import item

_BOMB_SIZE = 80 << 20


@dataclass(frozen=True)
class HostileFile:
    """A file with its name. `unharmed` is the number of valid items in it, if known."""

    kind: str
    name: str
    content: bytes
    unharmed: int = 0


def hostile_file(seed: int) -> HostileFile:
    """The file of a seed."""
    choice = random.Random(seed)
    if choice.random() < 0.01:
        return HostileFile("bomb", f"bomb{choice.choice(['.xml', '.txt', '.jsonl', '.json'])}", _bomb(choice))
    name, make = choice.choice(_WELL_FORMED)
    items = [item(number) for number in choice.sample(range(1_000), choice.randint(1, 6))]
    if name == "items.jsonl" and choice.random() < 0.4:
        return _lines(choice, items)
    content = make(items)
    mutations = choice.choices(_MUTATIONS, k=choice.choice([1, 1, 2, 4]))
    for mutate in mutations:
        content = mutate(content, choice)
    if choice.random() < 0.15:
        content = gzip.compress(content, 1)
        content = choice.choice([content, content[: choice.randrange(len(content))], _flipped(content, choice)])
        name += ".gz"
    kinds = " ".join(sorted({mutate.__name__.strip("_") for mutate in mutations}))
    return HostileFile(kinds, name if choice.random() < 0.8 else "unknown", content)


def _bomb(choice: random.Random) -> bytes:
    start = choice.choice([b"<rss><channel>", b'{"title":"', b"", b"["])
    return gzip.compress(start + choice.choice([b" ", b"a", b"[", b"\n"]) * _BOMB_SIZE, 1)


def _lines(choice: random.Random, items: list[dict[str, Any]]) -> HostileFile:
    """Good lines among odd lines: each good line must be ingested."""
    lines = [json.dumps(each, ensure_ascii=False).encode() for each in items]
    for _ in range(choice.randint(1, 5)):
        lines.insert(choice.randint(0, len(lines)), _odd_line(choice))
    return HostileFile("odd lines", "items.jsonl", b"\n".join(lines) + b"\n", len(items))


def _odd_line(choice: random.Random) -> bytes:
    values: list[Any] = [
        None,
        True,
        -1,
        1e308,
        10**400,
        "",
        "\ud800",
        "\0",
        [],
        {},
        [[]],
        {"a": {"b": [1]}},
        "x" * 9_000,
        "ا" * 9,
    ]
    odd = item(choice.randrange(1_000, 2_000))
    for name in choice.sample(sorted(odd), choice.randint(1, 3)):
        odd[name] = choice.choice(values)
    texts = [
        json.dumps(odd),
        json.dumps(choice.choice(values)),
        "[" * choice.choice([10, 100_000]),
        '{"a":' * 5_000,
        json.dumps(odd)[: choice.randint(0, 60)],
        json.dumps(odd).replace("{", '{"type":"article","sha256":"00","id":"../../x","revision":-5,', 1),
        json.dumps({"type": "withdrawal", "id": "x", "revision": 1, "reason": "", "archived_at": "never"}),
        '{"title":NaN,"body":Infinity}',
        '{"body":"' + "\\u0000\\ud83d" * 20 + '"}',
    ]
    return choice.choice(
        [choice.choice(texts).encode(errors="surrogatepass"), choice.randbytes(200).replace(b"\n", b"")]
    )


def _rss(items: list[dict[str, Any]]) -> bytes:
    entries = "".join(
        f"<item><title>{escape(each['title'])}</title><link>{each['url']}</link><guid>{each['url']}</guid>"
        f"<pubDate>Mon, 21 Apr 2025 10:30:00 +0300</pubDate><category>{each['topics'][0]}</category>"
        f"<description>&lt;p&gt;{escape(each['body'])}&lt;/p&gt;</description></item>"
        for each in items
    )
    start = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>تاس</title>'
    return f"{start}{entries}</channel></rss>".encode()


def _atom(items: list[dict[str, Any]]) -> bytes:
    entries = "".join(
        f"<entry><title>{escape(each['title'])}</title><link href='{each['url']}'/><id>{each['url']}</id>"
        f"<updated>2025-04-21T10:30:00Z</updated><content type='html'>{escape(each['body'])}</content></entry>"
        for each in items
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>تاس</title>{entries}</feed>".encode()


def _rdf(items: list[dict[str, Any]]) -> bytes:
    entries = "".join(
        f"<item rdf:about='{each['url']}'><title>{escape(each['title'])}</title><link>{each['url']}</link>"
        f"<dc:date>2025-04-21</dc:date><description>{escape(each['body'])}</description></item>"
        for each in items
    )
    return (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
        f" xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>تاس</title></channel>{entries}</rdf:RDF>"
    ).encode()


def _json_lines(items: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in items)


def _json_document(items: list[dict[str, Any]]) -> bytes:
    return json.dumps({"articles": items}, ensure_ascii=False).encode()


def _text(items: list[dict[str, Any]]) -> bytes:
    first = items[0]
    return f"{first['title']}\nالمصدر: {first['source']}\nالتاريخ: 21 أبريل 2025\n\n{first['body']}\n".encode()


_WELL_FORMED: tuple[tuple[str, Callable[[list[dict[str, Any]]], bytes]], ...] = (
    ("feed.xml", _rss),
    ("feed.atom", _atom),
    ("feed.rdf", _rdf),
    ("items.jsonl", _json_lines),
    ("items.json", _json_document),
    ("article.txt", _text),
)


def _flipped(content: bytes, choice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(min(len(changed), choice.choice([1, 5, 50]))):
        changed[choice.randrange(len(changed))] ^= 1 << choice.randrange(8)
    return bytes(changed)


def _cut(content: bytes, choice: random.Random) -> bytes:
    return content[: choice.randrange(len(content) + 1)]


def _with_range_repeated(content: bytes, choice: random.Random) -> bytes:
    start, end = sorted(choice.choices(range(len(content) + 1), k=2))
    return content[:end] + content[start:end] * choice.choice([1, 3, 50]) + content[end:]


def _with_range_removed(content: bytes, choice: random.Random) -> bytes:
    start, end = sorted(choice.choices(range(len(content) + 1), k=2))
    return content[:start] + content[end:]


def _with_junk(content: bytes, choice: random.Random) -> bytes:
    at = choice.randrange(len(content) + 1)
    junk = choice.choice(
        [
            choice.randbytes(50),
            b"\0" * 100,
            b"<x>" * choice.choice([100, 20_000]),
            b"<" * 1_000,
            b"&#0;&#xD800;&#99999999;&unknown;&amp;amp;",
            b"<a " + b'b="c" ' * 3_000 + b">",
            b'<a b="' + b"x" * 500_000 + b'">',
            b"<![CDATA[ ]]> ]]> <!-- -- -->",
            b"<item>" * 50,
            "\u202e\u2028\ufeff\uffff".encode(),
            b"x" * 300_000,
            b"\n" * 50_000,
            b"<html><script>alert(1)</script><body onload=x>",
            b"[" * 20_000,
            b'"' * 3,
        ]
    )
    return content[:at] + junk + content[at:]


def _with_entities(content: bytes, choice: random.Random) -> bytes:
    """Entities that expand exponentially, or that refer to a local file."""
    doctype = choice.choice(
        [
            b'<!DOCTYPE r [<!ENTITY a0 "ha">'
            + b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (n, n - 1, n - 1) for n in range(1, 40))
            + b"]>",
            b'<!DOCTYPE r [<!ENTITY a39 SYSTEM "file:///etc/passwd">]>',
            b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
            b'<!DOCTYPE r [<!ENTITY a39 "' + b"x" * 50_000 + b'">]>',
        ]
    )
    end = content.find(b"?>")
    at = end + 2 if end >= 0 else 0
    return content[:at] + doctype + content[at:].replace(b"</title>", b"&a39;</title>")


def _with_another_charset(content: bytes, choice: random.Random) -> bytes:
    names = ["windows-1256", "utf-16", "iso-8859-6", "utf-7", "no-such-charset", "utf-32", "base64", "idna", "cp037"]
    name = choice.choice(names)
    declared = content.replace(b"utf-8", name.encode())
    if choice.random() < 0.5:
        return declared
    text = declared.decode(errors="replace")
    return text.encode(choice.choice(["windows-1256", "utf-16", "utf-16-be", "utf-32", "utf-8-sig"]), "replace")


def _with_words_exchanged(content: bytes, choice: random.Random) -> bytes:
    words = [
        b"item",
        b"entry",
        b"title",
        b"link",
        b"2025",
        b"published",
        b"url",
        b"http",
        b"body",
        b"rss",
        b"description",
    ]
    return content.replace(choice.choice(words), choice.choice([*words, b"", b"\xff", b"9" * 30, b"-1", b"\0"]))


_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped,
    _cut,
    _with_range_repeated,
    _with_range_removed,
    _with_junk,
    _with_junk,
    _with_entities,
    _with_another_charset,
    _with_words_exchanged,
)
