"""Measure clusters of several sizes, step by step, for `bench/opensearch.py`.

Everything is kept in a folder: an archive for each size, an index for each size and number of nodes, and the figures in
one JSON file, which is written after each step. A run that was interrupted goes on with the step that it was in, and
its indexing with the commit that it had reached. A larger size begins with a copy of the largest smaller one.
"""

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import cluster_figures
import cluster_searches
from cluster_figures import MeasuredConnection

from newsarchive.archive import Archive
from newsarchive.search import SearchService
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.stories.groups import GROUPS_FOLDER
from tests.search_server.cluster import Cluster, free_ports
from tests.search_server.download import VERSION, get_server

STEPS = ("indexing", "sizes", "searches", "merged", "groups")
"""In this order. Searches are timed before the segments are merged, as they are after an update."""
_PORTION = 100_000
"""Articles that are written to the archive before they are indexed."""
_TIMEOUT = 300.0
"""Seconds for an answer: the machine may be busy."""

Show = Callable[[Mapping[str, Any], str], None]


@dataclass(frozen=True)
class Setup:
    """One index to measure: of `size` articles on `nodes` nodes with `shards` shards."""

    nodes: int
    shards: int
    size: int
    heap: str
    workers: int

    @property
    def name(self) -> str:
        """The name of the folder of the nodes."""
        return f"nodes-{self.nodes}-shards-{self.shards}-articles-{self.size}"

    def is_that_of(self, run: Mapping[str, Any]) -> bool:
        """Whether a run is one of this index."""
        return all(run[name] == getattr(self, name) for name in ("nodes", "shards", "size"))


@contextmanager
def cluster(folder: Path, nodes: int, heap: str) -> Iterator[Cluster]:
    """A cluster on this machine, with its data in a folder. Its nodes don't run as root, so they must get there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.resolve().parents):
        with suppress(PermissionError):
            path.chmod(path.stat().st_mode | 0o011)
    with Cluster(get_server(), folder.resolve(), free_ports(2 * nodes), heap=heap) as running:
        running.wait("green")
        yield running


def open_cluster_engine(connection: Connection, archive: Archive, nodes: int, shards: int) -> OpenSearchEngine:
    """The engine on a cluster of so many nodes, with a copy of each shard if there are several."""
    return OpenSearchEngine(connection, cluster_figures.INDEX, archive, layout=Layout(shards, min(1, nodes - 1)))


class Steps:
    """The steps of all sizes in a folder, and the figures that there are already.

    `show` is called with a run and the name of a step that has ended. `queries` is how many of each class are timed.
    """

    def __init__(self, folder: Path, ant: Path, *, queries: int, written: Path, show: Show) -> None:
        self._folder = folder
        self._ant = ant
        self._queries = queries
        self._written = written
        self._show = show
        self._figures: dict[str, Any] = {"runs": []}
        if written.exists():
            self._figures = json.loads(written.read_text(encoding="utf8"))
        self._figures["machine"] = machine()

    def run(self, setup: Setup, steps: Sequence[str], *, again: bool = False) -> None:
        """Do those steps of one size that aren't done, or all of them `again` but for indexing."""
        run = self._run(setup)
        left = [step for step in steps if step not in run or (again and step != "indexing")]
        if setup.size > cluster_figures.REAL_ARTICLES and "groups" in left:
            left.remove("groups")
        if not left:
            return
        if left[0] != "indexing" and "indexing" not in run:
            raise SystemExit(f"{self._folder / setup.name}: nothing is indexed there, so do the step indexing first")
        archive = self._archive(setup)
        if left != ["groups"]:
            self._begin_nodes(setup, run)
        self._do(setup, run, archive, left)

    def has_indexed(self, setup: Setup) -> bool:
        """Whether all articles of a size are indexed."""
        return "indexing" in self._run(setup)

    def _do(self, setup: Setup, run: dict[str, Any], archive: Archive, steps: Sequence[str]) -> None:
        of_nodes = [step for step in steps if step != "groups"]
        if of_nodes:
            with cluster(self._folder / setup.name, setup.nodes, setup.heap) as running:
                self._do_on(running, setup, run, archive, of_nodes)
        if "groups" in steps:
            # When no node runs any more.
            self._keep(run, "groups", cluster_figures.groups(archive))

    def _do_on(
        self, running: Cluster, setup: Setup, run: dict[str, Any], archive: Archive, steps: Sequence[str]
    ) -> None:
        processes = [node.process_number for node in running.nodes]
        connection = MeasuredConnection(ClusterSettings(hosts=running.hosts, timeout=_TIMEOUT), processes)
        engine = open_cluster_engine(connection, archive, setup.nodes, setup.shards)
        service = SearchService(archive, engine)
        measured: dict[str, Callable[[], object]] = {
            "indexing": lambda: self._index(setup, archive, engine, connection),
            "sizes": lambda: cluster_figures.sizes(engine, connection, archive),
            "searches": lambda: cluster_searches.searches(service, connection, archive, self._queries),
            "merged": lambda: cluster_figures.merge(engine, connection, archive),
        }
        for step in steps:
            self._keep(run, step, measured[step]())
        service.close()
        connection.close()

    def _index(
        self, setup: Setup, archive: Archive, engine: OpenSearchEngine, connection: MeasuredConnection
    ) -> dict[str, Any]:
        """Write articles to the archive and index them, some at a time, so that an interrupted run has indexed some."""
        notes = self._folder / setup.name / "indexing.json"
        count = archive.catalogue.counts().articles
        for size in chain(range(count + _PORTION, setup.size, _PORTION), (setup.size,)):
            cluster_figures.grow(archive, self._ant, size)
            done = cluster_figures.index(engine, connection, setup.workers, notes)
        return vars(done)

    def _run(self, setup: Setup) -> dict[str, Any]:
        """The run of an index, which is begun if there is none."""
        for run in self._figures["runs"]:
            if setup.is_that_of(run):
                run |= {"heap": setup.heap, "workers": setup.workers}
                return run  # type: ignore[no-any-return]
        run = {**vars(setup), "continues": 0}
        self._figures["runs"].append(run)
        self._figures["runs"].sort(key=lambda one: (one["nodes"], one["shards"], one["size"]))
        return run

    def _keep(self, run: dict[str, Any], step: str, figures: object) -> None:
        run[step] = figures
        run["day"] = f"{datetime.now(UTC):%Y-%m-%d}"
        cluster_figures.write_json(self._written, self._figures)
        self._show(run, step)

    def _archive(self, setup: Setup) -> Archive:
        """The archive of this size: a copy of the largest smaller one that grows, or a new one."""
        folder = self._folder / f"archive-{setup.size}"
        if not folder.exists():
            smaller = [
                size
                for path in self._folder.glob("archive-*")
                if (size := int(path.name.rpartition("-")[2] or 0)) < setup.size and path.is_dir()
            ]
            if smaller:
                copy(self._folder / f"archive-{max(smaller)}", folder, ignored=GROUPS_FOLDER)
        return Archive(folder, create=not Archive.is_in(folder))

    def _begin_nodes(self, setup: Setup, run: dict[str, Any]) -> None:
        """Let the nodes begin with those of the largest smaller size that has the same nodes and shards."""
        if (self._folder / setup.name).exists():
            return
        smaller = [
            Setup(**{name: one[name] for name in vars(setup)})
            for one in self._figures["runs"]
            if "indexing" in one
            and (one["nodes"], one["shards"]) == (setup.nodes, setup.shards)
            and one["size"] < setup.size
        ]
        there = [
            one
            for one in smaller
            if (self._folder / one.name).exists() and self._id_of(one.size) == self._id_of(setup.size)
        ]
        if there:
            largest = max(there, key=lambda one: one.size)
            copy(self._folder / largest.name, self._folder / setup.name, ignored="indexing.json")
            run["continues"] = largest.size
            cluster_figures.write_json(self._written, self._figures)

    def _id_of(self, size: int) -> str:
        """The id of the archive of a size. Those that weren't copied from each other have indexes of other names."""
        folder = self._folder / f"archive-{size}"
        return Archive(folder).identity.archive if Archive.is_in(folder) else ""


def copy(source: Path, target: Path, *, ignored: str = "") -> None:
    """Copy a folder; the copy has its name when it is complete."""
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new, ignore=shutil.ignore_patterns(ignored) if ignored else None)
    new.rename(target)


def machine() -> str:
    """The machine and the versions of what is measured."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({model or platform.machine()}), {memory:.0f} GB,"
        f" Python {platform.python_version()}, OpenSearch {VERSION}"
    )
