"""Measure searching in English and French: known articles, found by translations of their headlines.

    python bench/crosslang.py ../shared/data/crosslang/xl-dev.tsv ../shared/data/relevance-dev [--index FOLDER]

Each line of the first file is the number of a query in `known-item.jsonl` of the second folder, and its
English and perhaps its French translation. The documents are those of `bench/relevance.py`; with
`--index`, the archive is kept in a folder and used again. The figures are MRR@10 with its standard error,
R@10, and the time that a search takes in addition to one without translation. They are also printed
for lower-case typing, and without the list made by hand.

`--questions FILE` measures other queries: JSON Lines with `query` and the addresses of the articles to be found in
`relevant`, in any language; `--documents` then names a file of articles as JSON Lines, instead of those of the folder.

`--passages FILE` asks the questions of `bench/crosslang_questions.tsv` about the passages of `questions-dev.jsonl.gz`.

`--literal` counts, for Latin words of the archive, how many of the first ten literal hits stay among the first twelve.
"""

import argparse
import gzip
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from newsarchive.config import Config
from newsarchive.library import Library, open_library
from newsarchive.search import SearchRequest
from newsarchive.search.language.foreign.lexicon import Source, load_lexicons
from newsarchive.search.language.understanding import understand

sys.path.insert(0, str(Path(__file__).parent))
from relevance import build_library

LITERAL_WORDS = 50
HITS, PLACES = 10, 12
_PASSAGE = "https://arcd.example/{}"
Query = tuple[str, Sequence[str]]
"""A query and the addresses of the articles to be found."""


def headlines(translations: Path, pack: Path, column: int) -> list[Query]:
    known = [json.loads(line) for line in (pack / "known-item.jsonl").read_text(encoding="utf8").splitlines()]
    rows = [line.split("\t") for line in translations.read_text(encoding="utf8").splitlines()]
    return [(row[column], known[int(row[0])]["relevant"]) for row in rows if len(row) > column and row[column]]


def questions(file: Path) -> list[Query]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf8").splitlines()]
    return [(row["query"], row["relevant"]) for row in rows]


def questions_about_passages() -> list[Query]:
    lines = (Path(__file__).parent / "crosslang_questions.tsv").read_text(encoding="utf8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(text, [_PASSAGE.format(number) for number in numbers.split(",")]) for numbers, text in rows]


def as_articles(passages: Path, work: Path) -> Path:
    """The passages, each as an article."""
    target = work / "passages.jsonl"
    with gzip.open(passages, "rt", encoding="utf8") as lines, target.open("w", encoding="utf8") as written:
        for number, row in enumerate(map(json.loads, lines)):
            article = {"url": _PASSAGE.format(number), "source": "ARCD", "title": row["title"], "body": row["passage"]}
            written.write(json.dumps(article, ensure_ascii=False) + "\n")
    return target


def rank(library: Library, query: Query) -> int | None:
    """The rank of the article among the first ten, counted from 1."""
    hits = library.search(SearchRequest(text=query[0], looser=True)).hits
    return next((place for place, hit in enumerate(hits, 1) if hit.article.url in query[1]), None)


def show(name: str, library: Library, queries: Sequence[Query]) -> None:
    ranks = [rank(library, query) for query in queries]
    scores = [1 / place if place else 0.0 for place in ranks]
    error = statistics.stdev(scores) / math.sqrt(len(scores)) if len(scores) > 1 else 0.0
    found = sum(place is not None for place in ranks) / len(ranks)
    cost = added(library, queries)
    print(
        f"{name:36} {len(queries):4} queries  MRR@10 {statistics.mean(scores):.3f} ± {error:.3f}"
        f"  R@10 {found:.2f}  +{cost:.1f} ms a query (CPU, median)",
        flush=True,
    )


def added(library: Library, queries: Sequence[Query]) -> float:
    """The median of the milliseconds of CPU that translating a query takes, all names being new."""
    service = library.search_service
    assert service is not None
    taken = []
    service.forget()
    service.prepare()
    for text, _ in queries:
        node, _ = understand(text)
        started = time.process_time()
        service.translated(node, text)
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken)


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    with open_library(Config(archive=folder)) as library:
        library.search_service.prepare()
        yield library


def show_all(name: str, library: Library, queries: Sequence[Query]) -> None:
    show(name, library, queries)
    show(f"{name}, lower case", library, [(text.lower(), relevant) for text, relevant in queries])


@contextmanager
def without(library: Library, *sources: Source) -> Iterator[None]:
    """The library without some sources of the lexicons."""
    service = library.search_service
    before, service.lexicons = service.lexicons, lambda: load_lexicons(frozenset(sources))
    service.forget()
    yield
    service.lexicons = before
    service.forget()


def latin_words(library: Library, count: int) -> list[str]:
    """Latin words that many articles have."""
    with library.search_service.engine.snapshot() as snapshot:
        found = {
            word: articles
            for letter in "abcdefghijklmnopqrstuvwxyz"
            for word, articles in snapshot.frequent_words(letter, 200)
            if len(word) > 2 and word.isalpha() and word.isascii()
        }
    return sorted(found, key=lambda word: (-found[word], word))[:count]


def show_literal(library: Library) -> None:
    words = latin_words(library, LITERAL_WORDS)
    kept = []
    for word in words:
        literal = [hit.article.id for hit in library.search(SearchRequest(text=word, translate=False)).hits]
        first = [hit.article.id for hit in library.search(SearchRequest(text=word, limit=PLACES)).hits]
        kept.append(set(literal[:HITS]) <= set(first))
    lost = [word for word, is_kept in zip(words, kept, strict=True) if not is_kept]
    print(f"literal hits stay first: {sum(kept)} of {len(words)} words; lost: {' '.join(lost) or 'none'}")


def measure(options: argparse.Namespace, library: Library) -> None:
    if options.passages:
        show("passages", library, questions_about_passages())
        with without(library, Source.HAND):
            show("passages, without the list by hand", library, questions_about_passages())
        return
    if options.questions:
        show_all(options.questions.name, library, questions(options.questions))
        return
    for name, column in (("English", 1), ("French", 2)):
        queries = headlines(options.translations, options.pack, column)
        show_all(name, library, queries)
        with without(library, Source.HAND):
            show(f"{name}, without the list by hand", library, queries)
    show_literal(library)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("translations", type=Path)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="keep the archive here, and use it again")
    parser.add_argument("--questions", type=Path, metavar="FILE")
    parser.add_argument("--documents", type=Path, metavar="FILE")
    parser.add_argument("--passages", type=Path, metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = options.index or Path(work) / "archive"
        if not (folder / "archive.json").exists():
            if options.passages:
                documents = as_articles(options.passages, Path(work))
            else:
                documents = options.documents or made(options.pack, Path(work))
            build_library(documents, folder).close()
        with opened(folder) as library:
            measure(options, library)


def made(pack: Path, work: Path) -> Path:
    """The documents of `bench/relevance.py`."""
    subprocess.run([sys.executable, str(pack / "make_articles.py"), str(work)], check=True)
    return work / "articles.jsonl.gz"


if __name__ == "__main__":
    main()
