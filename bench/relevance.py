"""Measure relevance with known answers, and compare it with Lucene.

    python bench/relevance.py ../shared/data/relevance-dev [--json FILE]

The documents are written to a temporary folder, ingested as JSON Lines by the regular reader and
pipeline, and searched with `Library.search`: for any of the words, for all of them, and as a page
does it, with looser readings and the articles that have most of the words. The figures are MRR@10,
nDCG@10 and R@100 for each set. p comes from a paired randomization test (10,000 sign flips) against
Lucene's better setting. The command fails if a figure is below the committed floor
(bench/relevance_floor.json).
"""

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from newsarchive.archive import ArchiveWriter
from newsarchive.config import Config
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.ingest.pipeline import Pipeline
from newsarchive.library import Library, open_library
from newsarchive.search import Match, SearchRequest, finding

SETS = {
    "known-item": "articles",
    "keywords": "articles",
    "variants": "articles",
    "questions": "passages",
}
MEASURES = ("MRR@10", "nDCG@10", "R@100")
FLOOR = Path(__file__).with_name("relevance_floor.json")
SIGN_FLIPS = 10_000

Scores = tuple[float, float, float]
"""MRR@10, nDCG@10 and R@100 of one query."""


def build_library(documents: Path, folder: Path) -> Library:
    library = open_library(Config(archive=folder), create=True)
    report = Pipeline(ArchiveWriter(library.archive)).run(read(str(documents), Defaults()))
    if report.refused:
        raise SystemExit(f"{documents.name}: {report.refused} documents failed, the first: {report.refusals[0]}")
    library.update_index()
    return library


def rank_of(library: Library, query: dict[str, Any], match: Match, *, looser: bool = False) -> int | None:
    """The rank of the relevant document among the first hundred hits, counted from 1."""
    results = library.search(SearchRequest(text=query["query"], match=match, limit=100, looser=looser))
    for rank, hit in enumerate((*results.hits, *results.more), 1):
        if hit.article.url in query["relevant"]:
            return rank
    return None


def scores_of(rank: int | None) -> Scores:
    if rank is None:
        return 0.0, 0.0, 0.0
    return (1 / rank, 1 / math.log2(1 + rank), 1.0) if rank <= 10 else (0.0, 0.0, 1.0)


def p_value(ours: Sequence[float], theirs: Sequence[float], seed: int = 1) -> float:
    """Two-sided paired randomization test on the mean difference."""
    differences = [a - b for a, b in zip(ours, theirs, strict=True) if a != b]
    observed = abs(sum(differences))
    generator = random.Random(seed)
    extreme = 0
    for _ in range(SIGN_FLIPS):
        bits = generator.getrandbits(len(differences) or 1)
        total = sum(value if bits >> i & 1 else -value for i, value in enumerate(differences))
        extreme += abs(total) >= observed - 1e-12
    return (extreme + 1) / (SIGN_FLIPS + 1)


def load_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def lucene_scores(pack: Path) -> dict[str, dict[str, Scores]]:
    lucene = json.loads((pack / "lucene.json").read_text())
    return {name: {qid: tuple(scores) for qid, scores in lucene["sets"][name]["per_query"].items()} for name in SETS}


def evaluate(
    library: Library, queries: list[dict[str, Any]], match: Match, *, looser: bool = False
) -> tuple[list[Scores], float]:
    """The scores of each query, and the average milliseconds per query."""
    started = time.perf_counter()
    scores = [scores_of(rank_of(library, query, match, looser=looser)) for query in queries]
    return scores, (time.perf_counter() - started) * 1000 / len(queries)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def means(scores: Sequence[Scores]) -> dict[str, float]:
    return {measure: mean([score[i] for score in scores]) for i, measure in enumerate(MEASURES)}


def show(name: str, system: str, scores: Sequence[Scores], against: Sequence[Scores] | None, ms: float | None) -> None:
    figures = "  ".join(f"{mean([score[i] for score in scores]):.4f}" for i in range(3))
    tail = ""
    if against is not None:
        ps = [p_value([s[i] for s in scores], [s[i] for s in against]) for i in range(3)]
        tail = "  p " + " ".join(f"{p:.4f}" for p in ps)
    timing = f"  {ms:6.1f} ms/query" if ms is not None else ""
    print(f"{name:11} {system:28} {figures}{tail}{timing}", flush=True)


def show_cost(name: str, library: Library, queries: list[dict[str, Any]]) -> None:
    """Print the time for a page of ten hits with and without the second pass, run alternately."""
    with_it: list[float] = []
    without_it: list[float] = []
    words_to_rerank_by = vars(finding)["_whole_words"]
    # What a search found is kept, so that no query would be ranked twice.
    answers = vars(library.search_service)["_answers"]
    for query in queries:
        request = SearchRequest(text=query["query"], match=Match.ANY)
        library.search(request)
        for words, taken in ((words_to_rerank_by, with_it), (lambda _leaf: (), without_it)):
            vars(finding)["_whole_words"] = words
            answers.clear()
            started = time.perf_counter()
            library.search(request)
            taken.append((time.perf_counter() - started) * 1000)
    vars(finding)["_whole_words"] = words_to_rerank_by
    difference = statistics.median(a - b for a, b in zip(with_it, without_it, strict=True))
    print(
        f"# a page of ten, any of the words, {len(queries)} {name} queries, median:"
        f" {statistics.median(with_it):.1f} ms, of which the second pass takes {difference:.2f} ms",
        flush=True,
    )


def check_floor(figures: dict[str, dict[str, float]]) -> list[str]:
    floor = json.loads(FLOOR.read_text())
    return [
        f"{name} {measure}: {figures[name][measure]:.4f} is below the floor of {least:.4f}"
        for name, measures in floor.items()
        for measure, least in measures.items()
        if figures[name][measure] < least
    ]


def run(pack: Path, work: Path) -> dict[str, dict[str, float]]:
    subprocess.run([sys.executable, str(pack / "make_articles.py"), str(work)], check=True)
    lucene = lucene_scores(pack)
    figures: dict[str, dict[str, float]] = {}
    print(f"{'set':11} {'system':28} {'MRR@10':6}  {'nDCG@10':6} {'R@100':6}")
    for documents in ("articles", "passages"):
        started = time.perf_counter()
        with build_library(work / f"{documents}.jsonl.gz", work / documents) as library:
            seconds = time.perf_counter() - started
            print(f"# {documents}: {library.status().articles} ingested and indexed in {seconds:.0f} s")
            for name in (name for name, of in SETS.items() if of == documents):
                queries = load_lines(pack / f"{name}.jsonl")
                theirs = [lucene[name][query["qid"]] for query in queries]
                show(name, "Lucene, better setting", theirs, None, None)
                ours, ms = evaluate(library, queries, Match.ANY)
                show(name, "newsarchive, any", ours, theirs, ms)
                for system, looser in (("all words", False), ("all words, page", True)):
                    scores, milliseconds = evaluate(library, queries, Match.ALL, looser=looser)
                    show(name, f"newsarchive, {system}", scores, theirs, milliseconds)
                figures[f"{name}, page"] = means(scores)
                if name in ("known-item", "keywords"):
                    show_cost(name, library, queries[:300])
                figures[f"{name}, any"] = means(ours)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("pack", type=Path)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = run(options.pack, Path(work))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if failures := check_floor(figures):
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
