"""Compare the engine on an OpenSearch cluster with the index in files, and measure it.

    python bench/opensearch.py --agree [--articles 3000] [--queries 60]
    python bench/opensearch.py --sizes 20000,200000 --nodes 1,2,3 --folder DIR [--workers N] [--json FILE]
    python bench/opensearch.py --sizes 1000000 --nodes 1 --folder DIR --json FILE
    python bench/opensearch.py --model FILE.json

`--agree` indexes articles of the ANT corpus with both engines, some of them revised and some withdrawn, asks both the
same requests of every kind (`bench/cluster_requests.py`), and prints how many answers are identical. It fails if one
isn't.

Without it, clusters of so many nodes are started on this machine, one after the other (`tests/search_server`). Each
indexes the articles of `bench/corpus.py`, and is measured at each size (`bench/cluster_figures.py`). The archive, the
clusters and the figures stay in the folder, so a run that was interrupted goes on where it ended, and a larger size
continues from a smaller one. All nodes share the cores of this machine: more nodes can't be faster here, and the
figures say what they cost, not what they gain.

`--model` reads figures of at least two sizes and extends them to a hundred million articles and a thousand searches a
second (`bench/cluster_model.py`).
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

import cluster_agreement
import cluster_figures
import cluster_model
import cluster_requests
import corpus

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from newsarchive.search import SearchService
from newsarchive.search.engine import Engine
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.stories.groups import Groups
from tests.search_server.cluster import Cluster, free_ports
from tests.search_server.download import NoServer, get_server

SHARED = Path(__file__).parents[2] / "shared" / "data"
_REVISED, _WITHDRAWN = 25, 40
"""Every so many articles, one is revised, and one is withdrawn."""


@contextmanager
def cluster(folder: Path, nodes: int, heap: str) -> Iterator[tuple[str, ...]]:
    """A cluster on this machine, with its data in a folder. Its nodes don't run as root, so they must get there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.resolve().parents):
        with suppress(PermissionError):
            path.chmod(path.stat().st_mode | 0o011)
    with Cluster(get_server(), folder.resolve(), free_ports(2 * nodes), heap=heap) as running:
        yield running.hosts


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
    """Compare the engines; whether all their answers are identical."""
    queries = cluster_requests.load_queries(options.pack, options.translations, options.queries)
    titles = {query.text for query in queries["known-item"]}
    articles = chosen_articles(options.ant, titles, options.articles)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        archive = Archive(Path(folder, "archive"), create=True)
        fill(archive, articles)
        Groups(archive).update()
        hosts = options.hosts or stack.enter_context(cluster(Path(folder, "nodes"), options.nodes[0], options.heap))
        connection = Connection(ClusterSettings(hosts=hosts, timeout=60))
        there = open_cluster_engine(connection, archive, options, len(hosts))
        engines: list[Engine] = [WhooshEngine(Path(folder, "index"), archive), there]
        for engine in engines:
            engine.rebuild(workers=options.workers)
        here, there_too = cluster_agreement.services(archive, engines)
        viewer = cluster_agreement.restricted_viewer(sorted({article.source for article in articles}))
        requests = cluster_requests.requests(queries, articles, options.queries)
        found, different = cluster_agreement.compare(here, there_too, requests, viewer)
        for service in (here, there_too):
            service.close()
        connection.request("DELETE", f"/{cluster_figures.INDEX}-{archive.identity.archive}*")
        connection.close()
    for kind, (identical, asked) in found.items():
        print(f"{kind:24} {identical:6} / {asked} identical")
    print(
        f"{'all':24} {sum(one for one, _ in found.values()):6} / {sum(asked for _, asked in found.values())} identical"
    )
    return not different


def open_cluster_engine(
    connection: Connection, archive: Archive, options: argparse.Namespace, nodes: int
) -> OpenSearchEngine:
    """The engine on a cluster of so many nodes, with a shard for each and a copy of it, unless the options say else."""
    layout = Layout(options.shards or nodes, min(1, nodes - 1))
    return OpenSearchEngine(connection, cluster_figures.INDEX, archive, layout=layout)


def measure(options: argparse.Namespace) -> None:
    """Measure clusters of several sizes, and write the figures after each."""
    corpus.check(options.ant)
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = Archive(folder / "archive", create=True)
        written = options.json or folder / "figures.json"
        figures = json.loads(written.read_text(encoding="utf8")) if written.exists() else {"runs": []}
        figures["machine"] = _machine()
        for nodes in options.nodes:
            done = {run["size"] for run in figures["runs"] if run["nodes"] == nodes}
            if done.issuperset(options.sizes):
                continue
            for run in _runs(options, archive, folder, nodes, done):
                figures["runs"].append(run)
                written.write_text(json.dumps(figures, indent=1), encoding="utf8")
                _show(run)
        print(figures["machine"])


def _runs(
    options: argparse.Namespace, archive: Archive, folder: Path, nodes: int, done: set[int]
) -> Iterator[dict[str, Any]]:
    """The figures of one cluster at each size that isn't done yet."""
    # Its own copy of the archive: the index of a cluster must not be ahead of the others'.
    with cluster(folder / f"nodes-{nodes}", nodes, options.heap) as hosts:
        connection = cluster_figures.MeasuredConnection(ClusterSettings(hosts=hosts, timeout=120))
        engine = open_cluster_engine(connection, archive, options, nodes)
        service = SearchService(archive, engine)
        for size in sorted(options.sizes):
            if size in done:
                continue
            cluster_figures.grow(archive, options.ant, size)
            indexing = cluster_figures.index(engine, connection, options.workers, folder / f"{nodes}-{size}.part.json")
            asked = cluster_figures.questions(service, archive)
            yield {
                "nodes": nodes,
                "shards": options.shards or nodes,
                "size": size,
                "workers": options.workers,
                "load": os.getloadavg(),
                "indexing": vars(indexing),
                "sizes": cluster_figures.sizes(engine, connection, archive),
                "searches": cluster_figures.searches(connection, asked, options.rounds),
            }
        service.close()
        connection.close()


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, Python {platform.python_version()}"


def _show(run: dict[str, Any]) -> None:
    indexing, sizes = run["indexing"], run["sizes"]
    print(
        f"{run['nodes']} nodes, {run['size']:,} articles, {run['workers']} workers, load {run['load'][0]:.1f}\n"
        f"  indexed {indexing['articles']:,} in {indexing['seconds']:.1f} s:"
        f" {indexing['articles'] / indexing['seconds']:,.0f} articles/s,"
        f" CPU {indexing['client_cpu']:.1f} s client and {indexing['server_cpu']:.1f} s nodes,"
        f" at most {indexing['client_peak_mb']:.0f} MB in a process\n"
        f"  {sizes['index_bytes'] / sizes['articles']:,.0f} bytes an article, {sizes['words']:,} words"
    )
    head = ("p50", "p95", "client", "network", "server", "CPU client", "CPU nodes", "requests")
    print(f"  {'ms':18}" + "".join(f"{name:>11}" for name in head))
    names = ("p50_ms", "p95_ms", "client_ms", "network_ms", "server_ms", "client_cpu_ms", "server_cpu_ms", "requests")
    for kind, figures in run["searches"].items():
        print(f"  {kind:18}" + "".join(f"{figures[name]:11.1f}" for name in names), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    corpus.add_option(parser)
    numbers = partial(_numbers, parser)
    parser.add_argument("--agree", action="store_true", help="compare the answers of both engines")
    parser.add_argument("--articles", type=int, default=3_000, help="how many articles --agree indexes")
    parser.add_argument("--queries", type=int, default=60, help="how many queries of each kind --agree asks")
    parser.add_argument("--pack", type=Path, default=SHARED / "relevance-dev", help="the folder with queries")
    parser.add_argument("--translations", type=Path, default=SHARED / "crosslang" / "xl-dev.tsv")
    parser.add_argument("--sizes", type=numbers, default=(2_000, 8_000), help="numbers of articles, ascending")
    parser.add_argument("--nodes", type=numbers, default=(1,), help="numbers of nodes")
    parser.add_argument("--shards", type=int, help="shards of the index; by default one for each node")
    parser.add_argument("--heap", default="512m", help="memory of each node for Java objects")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare articles")
    parser.add_argument("--rounds", type=int, default=3, help="how often each query is timed")
    parser.add_argument("--folder", type=Path, help="keeps the archive, the clusters and the figures")
    parser.add_argument("--hosts", type=lambda text: tuple(text.split(",")), help="a cluster that runs already")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    parser.add_argument("--model", type=Path, help="extend the figures of this file")
    options = parser.parse_args()
    try:
        if options.model:
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


if __name__ == "__main__":
    main()
