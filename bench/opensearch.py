"""Compare the engine on an OpenSearch cluster with the index in files, and measure it.

    python bench/opensearch.py --agree [--articles 3000] [--queries 60] [--shards 1,3]
    python bench/opensearch.py --sizes 20000,200000 --nodes 1,2,3 --folder DIR [--workers N]
    python bench/opensearch.py --sizes 1000000 --folder DIR
    python bench/opensearch.py --sizes 20000 --nodes 1,2,3 --folder DIR --only searches --again
    python bench/opensearch.py --show DIR/figures.json
    python bench/opensearch.py --model DIR/figures.json

`--agree` indexes articles of the ANT corpus with both engines, some of them revised and some withdrawn, asks both the
same requests of every kind (`bench/cluster_requests.py`), and prints how many answers are identical. It fails if one
isn't.

Without it, clusters of so many nodes are started on this machine, one after the other (`tests/search_server`). Each
indexes the articles of `bench/corpus.py`, whose vocabulary is let grow (`bench/vocabulary.py`), and is measured at each
size (`bench/cluster_steps.py`). Archives, indexes and figures stay in the folder, so a run that was interrupted goes on
where it ended, a larger size continues from a smaller one, and `--again` measures an index that is there already. All
nodes share the cores of this machine: more nodes can't be faster here, and the figures say what they cost, not what
they gain.

`--show` prints the figures of a file as tables. `--model` extends those of two sizes to a hundred million articles and
a thousand searches a second (`bench/cluster_model.py`).
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import chain, islice, pairwise
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import cluster_agreement
import cluster_figures
import cluster_model
import cluster_requests
import cluster_steps
import corpus
from cluster_figures import Indexing
from cluster_processes import load
from cluster_report import show, show_part, tables
from cluster_steps import STEPS, Setup, Steps, machine

from newsarchive.access import Viewer
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.search.engine import Engine
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.stories.groups import Groups
from tests.search_server.download import NoServer

SHARED = Path(__file__).parents[2] / "shared" / "data"
_REVISED, _WITHDRAWN = 25, 40
"""Every so many articles, one is revised, and one is withdrawn."""


def chosen_articles(ant: Path, titles: set[str], count: int) -> list[Article]:
    """`count` articles of the corpus: first those with titles that are queries, then the first others."""
    corpus.check(ant)
    # As the pipeline stores them: an address that comes again is no second article.
    articles = list({one.id: one for one in read(str(ant), Defaults()) if isinstance(one, Article)}.values())
    wanted, others = ([one for one in articles if (one.title in titles) == is_wanted] for is_wanted in (True, False))
    return list(islice(chain(wanted, others), count))


def fill(archive: Archive, articles: Sequence[Article]) -> None:
    """Write articles to an archive in two goes, and revise and withdraw some in the second."""
    half = len(articles) // 2
    with ArchiveWriter(archive) as writer:
        writer.append(articles[:half])
        writer.append(articles[half:])
        writer.append([_revised(article, other) for article, other in pairwise(articles[::_REVISED])])
        for article in articles[7::_WITHDRAWN]:
            writer.withdraw(article.id, "bench")


def _revised(article: Article, other: Article) -> Article:
    return replace(article, title=f"{article.title} {other.title}", body=f"{article.body}\n{other.title}", revision=2)


def agree(options: argparse.Namespace) -> bool:
    """Compare the engines with each number of shards; whether all their answers are identical."""
    queries = cluster_requests.load_queries(options.pack, options.translations, options.queries)
    titles = {query.text for query in queries["known-item"]}
    articles = chosen_articles(options.ant, titles, options.articles)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        archive = Archive(Path(folder, "archive"), create=True)
        fill(archive, articles)
        Groups(archive).update()
        here = WhooshEngine(Path(folder, "index"), archive)
        here.rebuild(workers=options.workers)
        hosts = options.hosts
        if hosts is None:
            running = stack.enter_context(cluster_steps.cluster(Path(folder, "nodes"), options.nodes[0], options.heap))
            hosts = running.hosts
        requests = list(cluster_requests.requests(queries, articles, options.queries))
        viewer = cluster_agreement.restricted_viewer(sorted({article.source for article in articles}))
        agreed = [agree_with(hosts, shards, archive, here, requests, viewer) for shards in options.shards or (1, 3)]
        return all(agreed)


def agree_with(  # noqa: PLR0913 - all are independent
    hosts: Sequence[str],
    shards: int,
    archive: Archive,
    here: Engine,
    requests: Sequence[cluster_requests.Asked],
    viewer: Viewer,
) -> bool:
    """Compare an engine with one on a cluster with so many shards, and print how many answers are identical."""
    connection = Connection(ClusterSettings(hosts=tuple(hosts), timeout=60))
    there = cluster_steps.open_cluster_engine(connection, archive, len(hosts), shards)
    there.rebuild()
    one, other = cluster_agreement.services(archive, [here, there])
    found, different = cluster_agreement.compare(one, other, requests, viewer)
    there.close()
    connection.request("DELETE", f"/{cluster_figures.INDEX}-{archive.identity.archive}*")
    connection.close()
    print(f"{len(hosts)} nodes, {shards} shards, {archive.catalogue.counts().articles:,} articles, load {load()}")
    for kind, (identical, asked) in found.items():
        print(f"  {kind:24} {identical:6,} / {asked:,} identical")
    every, most = sum(one for one, _ in found.values()), sum(asked for _, asked in found.values())
    print(f"  {'all':24} {every:6,} / {most:,} identical", flush=True)
    return not different


def measure(options: argparse.Namespace) -> None:
    """Measure clusters of several sizes, one size after the other, and each on one node first."""
    corpus.check(options.ant)
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        written = options.json or folder / "figures.json"
        folder.mkdir(parents=True, exist_ok=True)
        steps = Steps(folder, options.ant, queries=options.queries, written=written, show=show)
        print(machine(), flush=True)
        for size in sorted(options.sizes):
            for nodes in options.nodes:
                for shards in options.shards or (nodes,):
                    setup = Setup(nodes, shards, size, options.heap, options.workers)
                    try:
                        steps.run(setup, options.only or STEPS, again=options.again)
                    except (Stopped, KeyboardInterrupt):
                        if not steps.has_indexed(setup):
                            show_part(setup, Indexing.read(folder / setup.name / "indexing.json"))
                        sys.exit("interrupted: the same command goes on here")
        print(tables(json.loads(written.read_text(encoding="utf8"))))


class Stopped(BaseException):
    """The signal that asks a process to end has come."""


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    corpus.add_option(parser)
    numbers = partial(_numbers, parser)
    parser.add_argument("--agree", action="store_true", help="compare the answers of both engines")
    parser.add_argument("--articles", type=int, default=3_000, help="how many articles --agree indexes")
    parser.add_argument("--queries", type=int, default=60, help="how many queries of each kind are asked")
    parser.add_argument("--pack", type=Path, default=SHARED / "relevance-dev", help="the folder with queries")
    parser.add_argument("--translations", type=Path, default=SHARED / "crosslang" / "xl-dev.tsv")
    parser.add_argument("--sizes", type=numbers, default=(2_000, 8_000), help="numbers of articles, ascending")
    parser.add_argument("--nodes", type=numbers, default=(1,), help="numbers of nodes")
    parser.add_argument("--shards", type=numbers, help="shards of the index; as many as nodes, or 1 and 3 to --agree")
    parser.add_argument("--heap", default="512m", help="memory of each node for Java objects")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare articles")
    parser.add_argument("--folder", type=Path, help="keeps the archives, the clusters and the figures")
    parser.add_argument("--only", type=partial(_steps, parser), help=f"only some of these: {', '.join(STEPS)}")
    parser.add_argument("--again", action="store_true", help="measure again what was measured, except indexing")
    parser.add_argument("--hosts", type=lambda text: tuple(text.split(",")), help="a cluster that runs already")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    parser.add_argument("--show", type=Path, help="print the figures of this file")
    parser.add_argument("--model", type=Path, help="extend the figures of this file")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    try:
        if options.show:
            print(tables(json.loads(options.show.read_text(encoding="utf8"))))
        elif options.model:
            print(cluster_model.report(json.loads(options.model.read_text(encoding="utf8"))))
        elif options.agree:
            sys.exit(not agree(options))
        else:
            measure(options)
    except NoServer as error:
        sys.exit(str(error))


def _numbers(parser: argparse.ArgumentParser, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError:
        parser.error(f"{text!r} isn't a list of numbers such as 20000,200000")


def _steps(parser: argparse.ArgumentParser, text: str) -> tuple[str, ...]:
    asked = text.split(",")
    if unknown := set(asked) - set(STEPS):
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(STEPS)}")
    return tuple(step for step in STEPS if step in asked)


if __name__ == "__main__":
    main()
