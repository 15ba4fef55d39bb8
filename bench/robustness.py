"""Compare what the same articles become when they come as JSON Lines, feeds, saved pages and WARC files.

    python bench/robustness.py ../shared/data/ant-dev.jsonl.gz

Writes the articles as one RSS file, as 2,000 RSS files, as saved pages, and as WARC files of these feeds and pages.
Ingests each into an archive of its own, and compares articles, texts and dates with those of the JSON Lines. Prints
every kind of difference with examples, and exits with 1 if there is any.
"""

import argparse
import gzip
import html
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import IngestReport, Pipeline

FILES = 2_000
SHOWN = 5
"""Examples of each kind of difference."""

Item = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What is compared of an article."""

    title: str
    body: str
    published: str


def lines_of(path: Path) -> Iterator[Item]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def paragraphs(item: Item) -> str:
    text = str(item.get("body") or item.get("summary") or item.get("title") or "")
    return "".join(f"<p>{html.escape(line)}</p>\n" for line in text.splitlines() if line.strip())


def rss_item(item: Item) -> str:
    published = str(item.get("published") or "")
    fields = {
        "title": escape(str(item.get("title") or "")),
        "link": escape(str(item["url"])),
        "guid": escape(str(item["url"])),
        "pubDate": escape(published),
        "dc:creator": escape(str(item.get("author") or "")),
        "category": escape(str(item.get("category") or "")),
        "dc:source": escape(str(item.get("source") or "")),
        "description": escape(html.escape(str(item.get("summary") or ""))),
        "content:encoded": escape(paragraphs(item)),
    }
    return "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in fields.items() if text) + "</item>\n"


def rss(items: Iterable[Item]) -> bytes:
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {names}><channel><title>أخبار</title>\n'
    return (head + "".join(map(rss_item, items)) + "</channel></rss>\n").encode()


def page(item: Item, published: str) -> bytes:
    title, url = html.escape(str(item.get("title") or "")), html.escape(str(item["url"]))
    when = f'<meta property="article:published_time" content="{html.escape(published)}">' if published else ""
    return (
        f'<!doctype html>\n<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="canonical" href="{url}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="{html.escape(str(item.get("source") or ""))}">{when}</head>'
        f'<body><nav><a href="/">الرئيسية</a> <a href="/sport">رياضة</a></nav><main><article><h1>{title}</h1>'
        f'<div class="article-body">{paragraphs(item)}</div></article></main>'
        f"<footer>جميع الحقوق محفوظة</footer></body></html>\n"
    ).encode()


def warc(contents: Iterable[tuple[str, bytes, str]]) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    for url, content, kind in contents:
        packed = gzip.compress(content, 1)
        headers = [("Content-Type", kind), ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(packed), length=len(packed), http_headers=http
        )
        writer.write_record(record)
    return out.getvalue()


def chunks(items: list[Item], count: int) -> Iterator[list[Item]]:
    size = -(-len(items) // count)
    waiting = iter(items)
    while chunk := list(islice(waiting, size)):
        yield chunk


def write_all(items: list[Item], sample: list[Item], dates: dict[str, str], folder: Path) -> dict[str, Path]:
    """Write all forms; return the path of each by its name."""
    paths = {name: folder / name for name in ("lines", "lines-sample", "one-rss", "many-rss", "pages", "warc-feeds")}
    paths["warc-pages"] = folder / "warc-pages"
    for path in paths.values():
        path.mkdir()
    for name, listed in (("lines", items), ("lines-sample", sample)):
        text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in listed)
        (paths[name] / "all.jsonl").write_text(text, encoding="utf-8")
    (paths["one-rss"] / "all.xml").write_bytes(rss(items))
    feeds = [(f"https://feeds.example/{number:05}", rss(listed)) for number, listed in enumerate(chunks(items, FILES))]
    for number, (_, content) in enumerate(feeds):
        (paths["many-rss"] / f"{number:05}.xml").write_bytes(content)
    pages = [(str(item["url"]), page(item, dates.get(str(item["url"]), ""))) for item in sample]
    for number, (_, content) in enumerate(pages):
        (paths["pages"] / f"{number:05}.html").write_bytes(content)
    (paths["warc-feeds"] / "all.warc.gz").write_bytes(
        warc((url, content, "application/rss+xml") for url, content in feeds)
    )
    (paths["warc-pages"] / "all.warc.gz").write_bytes(warc((url, content, "text/html") for url, content in pages))
    return paths


def ingested(path: Path, work: Path) -> tuple[dict[str, Kept], IngestReport]:
    """The articles of a folder, by id, after an ingest into a new archive."""
    with closing(Archive(work / f"archive-{path.name}", create=True)) as archive:
        report = Pipeline(ArchiveWriter(archive)).run(read(str(path), Defaults()))
        articles: dict[str, Kept] = {}
        for stored in archive.read():
            if isinstance(stored.record, Article):
                one = stored.record
                articles[one.id] = Kept(one.title, one.body, one.published.isoformat() if one.published else "")
    return articles, report


def differences(expected: dict[str, Kept], found: dict[str, Kept]) -> dict[str, list[str]]:
    """The differences by kind, each with its articles."""
    kinds: dict[str, list[str]] = {}

    def note(kind: str, what: str) -> None:
        kinds.setdefault(kind, []).append(what)

    for article_id, one in expected.items():
        other = found.get(article_id)
        if other is None:
            note("missing", f"{article_id} {one.title}")
            continue
        for field in ("title", "body", "published"):
            before, after = getattr(one, field), getattr(other, field)
            if before != after:
                note(f"another {field}", f"{article_id}: {_apart(before, after)}")
    for article_id in found.keys() - expected.keys():
        note("not in the JSON Lines", f"{article_id} {found[article_id].title}")
    return kinds


def _apart(before: str, after: str) -> str:
    """Where two texts begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, at - 20)
    return f"{before[start : at + 60]!r} is {after[start : at + 60]!r}"


def compare(name: str, expected: dict[str, Kept], path: Path, work: Path) -> int:
    started = time.perf_counter()
    found, report = ingested(path, work)
    seconds = time.perf_counter() - started
    kinds = differences(expected, found)
    total = sum(map(len, kinds.values())) + report.refused
    print(f"{name}: {len(found):,} articles in {seconds:.1f} s, {report.refused:,} refused, {total:,} differences")
    for refusal in report.refusals[:SHOWN]:
        print(f"  refused: {refusal}")
    for kind, articles in sorted(kinds.items()):
        print(f"  {kind}: {len(articles):,}")
        for article in articles[:SHOWN]:
            print(f"    {article}")
    return total


def main(arguments: list[str] | None = None, say: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=0, help="how many articles; default: all")
    parser.add_argument("--pages", type=int, default=2_000, help="how many of them as pages, which are slower")
    options = parser.parse_args(arguments)
    items = list(islice(lines_of(options.file), options.articles or None))
    step = max(1, len(items) // max(1, options.pages))
    sample = items[::step][: options.pages]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        lines = work / "source"
        lines.mkdir()
        (lines / "a.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
        # Pages give a date as publishing systems write it; feeds and JSON Lines as the outlet did.
        dates = {
            one.url: one.published.isoformat()
            for one in read(str(lines / "a.jsonl"), Defaults())
            if isinstance(one, Article) and one.published
        }
        paths = write_all(items, sample, dates, work)
        say(f"{len(items):,} articles, {len(sample):,} of them as pages")
        expected, _ = ingested(paths["lines"], work)
        of_sample, _ = ingested(paths["lines-sample"], work)
        total = 0
        for form in ("one-rss", "many-rss", "warc-feeds", "pages", "warc-pages"):
            total += compare(form, of_sample if "pages" in form else expected, paths[form], work)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
