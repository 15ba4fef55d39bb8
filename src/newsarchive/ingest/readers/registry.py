"""The registry of input formats. A new format needs a reader and an entry in `FORMATS`."""

from functools import partial
from pathlib import Path

from newsarchive.ingest.readers import feed, jsonl, page, plaintext, table, warc
from newsarchive.ingest.readers.format import BOM, Format
from newsarchive.ingest.text.charset import marked_encoding, wide_encoding
from newsarchive.wording import listed, worded

FORMATS: tuple[Format, ...] = (
    Format(
        name="text",
        labels=(worded("plain text"),),
        endings=(".txt", ".text"),
        looks_like=None,
        read=plaintext.read,
        is_one_article=True,
        is_from_web=False,
    ),
    Format(
        name=jsonl.KIND,
        labels=("JSON", "JSON Lines"),
        endings=(".jsonl", ".ndjson", ".json"),
        looks_like=jsonl.looks_like_json,
        read=jsonl.read,
    ),
    Format(
        name=page.KIND,
        labels=(worded("web pages"),),
        endings=(".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht"),
        looks_like=page.looks_like_web_page,
        read=page.read,
        is_one_article=True,
        explains_pages=True,
        is_kept=True,
        asks_permission=True,
    ),
    Format(
        name="feed",
        labels=("RSS", "Atom"),
        endings=(".xml", ".rss", ".atom", ".rdf"),
        looks_like=feed.looks_like_markup,
        read=feed.read,
        explains_pages=True,
    ),
    Format(
        name=table.KIND,
        labels=("CSV", "TSV"),
        endings=(".csv", ".tsv", ".tab"),
        looks_like=table.looks_like_table,
        read=table.read,
    ),
    Format(
        name=warc.KIND,
        labels=("WARC",),
        endings=(".warc",),
        looks_like=warc.looks_like_warc,
        read=partial(warc.read, pages=page.read, feeds=feed.read),
        unpacks=True,
    ),
)


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(form.name for form in FORMATS)


def endings() -> tuple[str, ...]:
    """The file extensions of all formats."""
    return tuple(ending for form in FORMATS for ending in form.endings)


def named(name: str) -> Format:
    """The format with this name. Raises ValueError if there is none."""
    for form in FORMATS:
        if form.name == name:
            return form
    raise ValueError(worded("no such format: {name!r}; the formats are {names}", name=name, names=listed(names())))


def ending_of(path: Path) -> str:
    """The file extension in lower case. If it is .gz, the extension before it."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def recognized(ending: str, head: bytes) -> Format:
    """The format with this file extension, otherwise the format that the first bytes look like."""
    return next((form for form in FORMATS if ending in form.endings), None) or sniffed(head)


def sniffed(head: bytes) -> Format:
    """The format that the first bytes look like. The default is plain text."""
    start = _in_utf_8(head).removeprefix(BOM).lstrip()
    looks = (form for form in FORMATS if form.looks_like is not None and form.looks_like(start))
    return next(looks, None) or next(form for form in FORMATS if form.looks_like is None)


def _in_utf_8(head: bytes) -> bytes:
    """The first bytes; those of text in UTF-16 as UTF-8."""
    encoding = marked_encoding(head) or wide_encoding(head)
    if not encoding.startswith(("utf-16", "utf-32")):
        return head
    return head.decode(encoding, "ignore").lstrip("\ufeff").encode()


def labels_from_web() -> tuple[str, ...]:
    """The labels of the formats that are accepted from a URL even if the user doesn't request one."""
    return tuple(label for form in reversed(FORMATS) if form.is_from_web for label in form.labels)
