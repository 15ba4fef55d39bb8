"""Count what search finds now and missed before, for each kind of match, compared to another checkout.

    python bench/kinds.py ANT.jsonl.gz --against PATH [--sample N] [--seed S] [--only KIND] [--index DIR] [--json FILE]

`bench/kind_queries.py` derives the queries from the corpus. Each checkout builds its own index of all articles and
answers all queries, for all of the words, in a process of its own; both run at the same time. An answer counts only if
it is what was asked: where a search falls back to a looser reading, it counts as nothing found. The command prints,
for each kind, the queries and how many pairs of a query and an article are found by one checkout only, and how many
different articles these are. With `--sample`, it also prints such pairs for a person to read, with the text around up
to three highlights, as the checkout that finds the article sets them: those that differ from the query come first.

`--index DIR` keeps the indexes for the next run, by a digest of the sources that built them.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import corpus
from kind_queries import KINDS, MOST, Texts

SRC = Path(__file__).parents[1] / "src"
SPELLINGS = SRC / "newsarchive" / "search" / "language" / "spellings.txt"
BATCH = 1_000
PAGE = 100
MOST_READ = 2_000
"""The maximum number of hits that are read per query."""
AROUND = 40
"""Characters printed before and after a highlight."""
MOST_SHOWN = 3
"""The maximum number of highlights that are printed per article."""
_LOOSER = "INSTEAD_OF"
"""Notices with this in their name say that something else was searched than what was asked."""


@dataclass(frozen=True)
class Side:
    """A checkout: its name, the folder of its sources, and the folder of its archive and index."""

    name: str
    sources: Path
    archive: Path

    def start(self, ant: Path, job: Path) -> subprocess.Popen[bytes]:
        """Answer the queries in a file, in a process of its own."""
        settings = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
        arguments = [str(ant), "--answer", str(self.archive), str(job)]
        return subprocess.Popen(
            [sys.executable, __file__, *arguments],
            env=settings | {"PYTHONPATH": str(self.sources)},
            stdout=subprocess.PIPE,
        )


@dataclass(frozen=True)
class Answer:
    """The numbers of the articles found by a query, and how many there are; more than are read, perhaps."""

    articles: frozenset[int]
    total: int


@dataclass(frozen=True)
class Change:
    """A query and the articles that only one side finds."""

    query: str
    gained: frozenset[int]
    lost: frozenset[int]


Pair = tuple[str, int]
"""A query and the number of an article."""


def answer(ant: Path, archive: Path, job: Path) -> None:
    """Print the answers of the checkout on the path to the queries in a file; called in a separate process."""
    library = _library(ant, archive)
    asked = json.loads(job.read_text())
    _leave_out_snippets()
    answers = {query: _found(library, query) for query in asked["queries"]}
    shown = [_context(library, query, number) for query, number in asked["show"]]
    print(json.dumps({"answers": answers, "shown": shown}))


def _library(ant: Path, archive: Path) -> Any:
    """The library of a folder, which is filled and indexed first if it isn't yet."""
    from newsarchive.archive import ArchiveWriter  # noqa: PLC0415 - the checkout that is measured, see `Side.start`
    from newsarchive.config import Config  # noqa: PLC0415
    from newsarchive.library import open_library  # noqa: PLC0415

    is_ready = archive / "indexed"
    if not is_ready.exists():
        # An earlier run may have been interrupted.
        shutil.rmtree(archive)
    library = open_library(Config(archive=archive), create=not is_ready.exists())
    if not is_ready.exists():
        rows = corpus.load(ant)
        with ArchiveWriter(library.archive) as writer:
            for start in range(0, len(rows), BATCH):
                numbers = range(start, min(len(rows), start + BATCH))
                writer.append([corpus.article(rows, number) for number in numbers])
        library.update_index()
        is_ready.touch()
    return library


def _leave_out_snippets() -> None:
    """Make hits of their articles alone: most of the time of a search with many hits goes into their snippets."""
    from newsarchive.search import service  # noqa: PLC0415

    if hasattr(service, "hit_maker"):
        maker_of = service.hit_maker

        def hit_maker(*query: Any) -> Any:
            marker = maker_of(*query).highlighter
            return SimpleNamespace(hit=lambda article, *_: SimpleNamespace(article=article, marker=marker))

        service.hit_maker = hit_maker
    elif hasattr(service, "make_hit"):  # an earlier checkout
        service.make_hit = lambda article, _, highlighter, *__: SimpleNamespace(article=article, marker=highlighter)
    else:
        print("this checkout makes its hits elsewhere, so that all snippets are made, too", file=sys.stderr)


def _found(library: Any, query: str) -> tuple[list[int], int]:
    """The numbers of the articles that have what was asked for, and their total."""
    from newsarchive.search import SearchRequest  # noqa: PLC0415

    numbers: list[int] = []
    page = total = 0
    while page * PAGE < min(total, MOST_READ) or not page:
        page += 1
        results = library.search(SearchRequest(text=query, page=page, limit=PAGE))
        if any(_LOOSER in notice.name for notice in results.notices):
            return [], 0
        total = results.total
        numbers += [_number(hit.article.url) for hit in results.hits]
    return numbers, total


def _context(library: Any, query: str, number: int) -> str:
    """The text around highlights of an article, with «» around each; the first of each spelling, unlike ones first."""
    from newsarchive.identity import article_id  # noqa: PLC0415
    from newsarchive.search import SearchRequest  # noqa: PLC0415

    marker = library.search(SearchRequest(text=query, limit=1)).hits[0].marker
    article = library.article(article_id(url=f"https://ant.example/{number}"))
    shown: dict[str, str] = {}
    for highlighted in (marker.title(article.title), marker.whole(article.body)):
        text = highlighted.text
        for start, end in highlighted.marks:
            around = f"{text[max(0, start - AROUND) : start]}«{text[start:end]}»{text[end : end + AROUND]}"
            shown.setdefault(text[start:end], " ".join(around.split()))
    typed = frozenset(query.split())
    chosen = sorted(shown, key=typed.__contains__)[:MOST_SHOWN]
    if not chosen:
        return f"(no highlight) {article.source} | {', '.join(article.topic_names)} | {article.title}"
    return " ⋯ ".join(shown[spelling] for spelling in chosen)


def _number(url: str) -> int:
    return int(url.rpartition("/")[2])


def ask(ant: Path, sides: Sequence[Side], jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each side prints for its job, all at the same time. Exits if one fails."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{at}.json" for at in range(len(jobs))]
        for file, job in zip(files, jobs, strict=True):
            file.write_text(json.dumps(job))
        running = [side.start(ant, file) for side, file in zip(sides, files, strict=True)]
        printed = [process.communicate()[0] for process in running]
        for side, process in zip(sides, running, strict=True):
            if process.returncode:
                raise SystemExit(f"{side.name} ({side.sources}) failed, see above")
    return [json.loads(output) for output in printed]


def queries(ant: Path, kinds: Sequence[str], seed: int) -> dict[str, list[str]]:
    """Up to `MOST` queries for each kind, in random order."""
    texts = Texts.of(corpus.load(ant), SPELLINGS)
    chosen = {}
    for kind in kinds:
        found = list(dict.fromkeys(KINDS[kind](texts)))
        chosen[kind] = random.Random(f"{seed} {kind}").sample(found, min(MOST, len(found)))
    return chosen


def compare(asked: Sequence[str], before: Mapping[str, Answer], now: Mapping[str, Answer]) -> list[Change]:
    """The changes of a kind. A query is left out if either side finds more articles than are read."""
    return [
        Change(query, now[query].articles - before[query].articles, before[query].articles - now[query].articles)
        for query in asked
        if max(now[query].total, before[query].total) <= MOST_READ
    ]


def sample(changes: Sequence[Change], count: int, chance: random.Random, *, gained: bool) -> list[Pair]:
    """Up to `count` pairs of a query and an article that one side finds, of as many queries as possible."""
    shuffled = []
    for change in changes:
        numbers = sorted(change.gained if gained else change.lost)
        chance.shuffle(numbers)
        shuffled.append([(change.query, number) for number in numbers])
    chance.shuffle(shuffled)
    return [pair for row in zip_longest(*shuffled) for pair in row if pair is not None][:count]


def report(kind: str, asked: Sequence[str], changes: Sequence[Change]) -> dict[str, int]:
    """Print the row of a kind; returns its figures."""
    figures = {"queries": len(asked), "too many hits": len(asked) - len(changes)}
    for name, found in (("gained", [c.gained for c in changes]), ("lost", [c.lost for c in changes])):
        figures[f"queries that {name}"] = sum(map(bool, found))
        figures[name] = sum(map(len, found))
        figures[f"articles {name}"] = len(frozenset[int]().union(*found))
    print(f"{kind:26}" + "".join(f"{figure:11,}" for figure in figures.values()), flush=True)
    return figures


def show(title: str, pairs: Sequence[Pair], contexts: Sequence[str]) -> None:
    print(f"\n{title}")
    for (query, number), context in zip(pairs, contexts, strict=True):
        print(f"  {query}  [{number}]  {context}")


def digest(sources: Path) -> str:
    """A digest of all files of a package, by which its index is kept."""
    found = hashlib.sha256()
    for path in sorted(path for path in sources.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        found.update(path.relative_to(sources).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def sides_of(against: Path, folder: Path) -> tuple[Side, Side]:
    """The other checkout and this one, with their archives in a folder."""
    sources = (against.absolute() / "src", SRC)
    if not (sources[0] / "newsarchive").is_dir():
        raise SystemExit(f"{against} is not a checkout of newsarchive: it has no src/newsarchive")
    # Two checkouts with the same sources must not write to the same archive.
    folders = [folder / f"{name}-{digest(path)}" for name, path in zip(("before", "now"), sources, strict=True)]
    for path in folders:
        path.mkdir(parents=True, exist_ok=True)
    return Side("the other checkout", sources[0], folders[0]), Side("this checkout", sources[1], folders[1])


def run(options: argparse.Namespace, folder: Path) -> dict[str, dict[str, int]]:
    """Ask both checkouts, print the table and the samples; returns the figures of each kind."""
    sides = sides_of(options.against, folder)
    kinds = options.only or list(KINDS)
    asked = queries(options.ant, kinds, options.seed)
    job = {"queries": list(dict.fromkeys(query for found in asked.values() for query in found)), "show": []}
    before, now = (
        {query: Answer(frozenset(numbers), total) for query, (numbers, total) in printed["answers"].items()}
        for printed in ask(options.ant, sides, [job, job])
    )
    print(f"pairs of a query and an article found by one checkout only; queries with over {MOST_READ:,} hits left out")
    headings = ("queries", "left out", "q. gaining", "found now", "articles", "q. losing", "not found", "articles")
    print(f"{'':26}" + "".join(f"{heading:>11}" for heading in headings))
    changes = {kind: compare(asked[kind], before, now) for kind in kinds}
    figures = {kind: report(kind, asked[kind], changes[kind]) for kind in kinds}
    if options.sample:
        show_samples(options, sides, changes)
    return figures


def show_samples(options: argparse.Namespace, sides: Sequence[Side], changes: Mapping[str, Sequence[Change]]) -> None:
    """Print a sample of what only one checkout finds, for each kind."""
    chosen = []
    for gained in (False, True):
        chance = random.Random(options.seed)
        chosen.append({kind: sample(found, options.sample, chance, gained=gained) for kind, found in changes.items()})
    jobs = [{"queries": [], "show": [pair for pairs in by_kind.values() for pair in pairs]} for by_kind in chosen]
    lost, gained_ = (iter(printed["shown"]) for printed in ask(options.ant, sides, jobs))
    for kind in changes:
        for title, by_kind, contexts in (("found now", chosen[1], gained_), ("no longer found", chosen[0], lost)):
            show(f"{kind}: {title}", by_kind[kind], _take(contexts, len(by_kind[kind])))


def _take(contexts: Iterator[str], count: int) -> list[str]:
    return [next(contexts) for _ in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("ant", type=Path, metavar="FILE", help="the ANT corpus as JSON Lines, .gz")
    parser.add_argument("--against", type=Path, metavar="PATH", help="the other checkout")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N found and N lost articles per kind")
    parser.add_argument("--seed", type=int, default=1, help="chooses the queries and the samples (default: 1)")
    parser.add_argument("--only", action="append", choices=KINDS, metavar="KIND", help="only this kind; repeatable")
    parser.add_argument("--index", type=Path, metavar="DIR", help="keep the indexes in this folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to a file")
    parser.add_argument("--answer", nargs=2, type=Path, metavar=("ARCHIVE", "JOB"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus.check(options.ant)
    if options.answer:
        answer(options.ant, *options.answer)
        return
    if options.against is None:
        parser.error("--against PATH names the checkout to compare with")
    with nullcontext(options.index) if options.index else tempfile.TemporaryDirectory() as folder:
        figures = run(options, Path(folder))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
