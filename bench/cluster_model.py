"""Extend measured figures to a hundred million articles and a thousand searches a second.

Each term is a line through the figures of two measured sizes of one node, the largest one and the smallest that is at
least a tenth of it. Sizes whose searches had to share the cores with other processes don't count, if there are two
others. The exception is the number of words, which grows by a power of the number of articles (Heaps' law). The factor
by which a term is extended beyond the larger size is shown with it: the larger it is, the less the term is worth.
Nothing here was measured at such a size.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ARTICLES = 100_000_000
SEARCHES = 1_000
"""Searches a second."""
REAL_ARTICLES = 21_000
"""No more articles are the corpus's own. The others are made by laws, so only these tell how many words there are."""
COPIES = 2
"""Of each shard, so that one node may fail."""
MACHINE = {"cores": 16, "memory_gb": 64, "disk_tb": 4.0}
"""The machine that the needs are counted in."""
BUSY = 0.5
"""The share of its cores that a machine should use on average."""
FULL = 0.85
"""The share of its disk from which a node gets no more shards."""
SHARD_ARTICLES = 10_000_000
"""The most articles of a shard, even if searches were fast: it must be copied whole when a node fails."""
QUIET = 0.5
"""Fewer cores than this may be busy with other processes where figures are compared."""
SHARD_SECONDS = 0.3
"""A shard should take no longer for the mean search."""
SHARDS_OF_NODE = 1_000
"""The cluster's default limit. Each shard is in the state that every node keeps."""
MIX = {
    "one word": 15, "two words, all": 25, "four words, any": 5, "a headline": 10, "phrase": 5, "prefix": 2,
    "source": 5, "dates": 5, "newest": 5, "no words": 5, "deep page": 1, "did you mean": 5, "all facets": 2,
    "completion": 5, "related": 5,
}  # fmt: skip
"""How many of a hundred searches are of each class: an assumption."""
DAYS_TO_BUILD = 7
"""A rebuild should take no longer."""
WORD_SECONDS = 60
"""A web process should know the words of a commit no later."""

NOISE = 0.25
"""By how much figures of the same size may differ from run to run on a machine that does other work, too. A smaller
difference between sizes means nothing, and extended a thousand times it would mean much."""
_BASE = 10
"""How many times larger the larger of two sizes is at most, if there is another one."""

Run = Mapping[str, Any]
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Term:
    """What is extended: `values` are (articles, value) of two sizes, and `law` gives the value at any size."""

    name: str
    unit: str
    values: tuple[tuple[float, float], tuple[float, float]]
    law: Callable[[float], float]

    @property
    def factor(self) -> float:
        """How far beyond the larger size the term is extended."""
        return ARTICLES / self.values[1][0]


@dataclass(frozen=True)
class Limit:
    """The number of articles at which a term reaches a limit that more machines don't move."""

    what: str
    articles: float


def line(name: str, unit: str, values: Points) -> Term:
    """A line through the last two values. One that falls, or grows by no more than `NOISE`, is taken as constant."""
    (x, y), (x2, y2) = values[-2:]
    slope = (y2 - y) / (x2 - x) if y2 > (1 + NOISE) * y else 0.0
    start = y2 - slope * x2
    return Term(name, unit, ((x, y), (x2, y2)), lambda articles: max(0.0, start + slope * articles))


def power(name: str, unit: str, values: Points) -> Term:
    """A power law through the last two values."""
    (x, y), (x2, y2) = values[-2:]
    exponent = max(0.0, math.log(y2 / y) / math.log(x2 / x))
    return Term(name, unit, ((x, y), (x2, y2)), lambda articles: y2 * (articles / x2) ** exponent)


def size_at(term: Term, limit: float) -> float:
    """The number of articles at which a term reaches a limit; infinity if that is beyond a quadrillion."""
    least, most = 1.0, 1e15
    if term.law(most) < limit:
        return math.inf
    for _ in range(200):
        middle = math.sqrt(least * most)
        least, most = (middle, most) if term.law(middle) < limit else (least, middle)
    return most


def mixed(run: Run, figure: str) -> float:
    """A figure of the mix of searches."""
    return float(sum(run["searches"][kind][figure] * part for kind, part in MIX.items()) / sum(MIX.values()))


def disturbed(run: Run) -> float:
    """The number of cores that other processes used, in the class of searches where it was largest."""
    return max(float(figures.get("others", 0.0)) for figures in run["searches"].values())


def built(run: Run, runs: Sequence[Run], figure: str) -> float:
    """What indexing all articles of a run has cost: what its own session had, after those that it continues."""
    before = next((one for one in runs if one["size"] == run["continues"]), None)
    return float(run["indexing"][figure]) + (built(before, runs, figure) if before is not None else 0.0)


class Model:
    """The terms of the figures of one node with one shard, which has the cores for itself and the client."""

    def __init__(self, runs: Sequence[Run]) -> None:
        alone = sorted(
            (run for run in runs if (run["nodes"], run["shards"]) == (1, 1) and "sizes" in run),
            key=lambda run: run["size"],
        )
        self._searched = [run for run in alone if "searches" in run and "indexing" in run]
        if len(self._searched) < 2:
            raise SystemExit("the model needs figures of one node at two sizes")
        quiet = [run for run in self._searched if disturbed(run) < QUIET]
        compared = quiet if len(quiet) > 1 else self._searched
        self._last = compared[-1]
        # Figures far apart tell the slope; much smaller indexes cost most for what doesn't grow.
        far = next(run for run in compared if _BASE * run["size"] >= self._last["size"])
        self._measured = [far if far is not self._last else compared[-2], self._last]
        self.words = self._real(alone, power, "different words", "words", lambda run: run["sizes"]["words"])
        grouped = [run for run in alone if "groups" in run]
        self.groups = self._real(
            grouped, line, "groups, in each web node without a disk", "bytes", lambda run: run["groups"]["bytes"]
        )
        self.disk = self._line("index on disk, one copy", "bytes", lambda run: run["sizes"]["primary_bytes"])
        self.archive = self._line("archive on disk", "bytes", lambda run: run["sizes"]["archive_bytes"])
        self.heap = self._line("heap in use of a node", "bytes", lambda run: run["sizes"]["heap_after_gc_mb"] * 2**20)
        self.build_client = self._line(
            "CPU to prepare all articles", "s", lambda run: built(run, self._searched, "client_cpu")
        )
        self.build_server = self._line(
            "CPU of the nodes to index them", "s", lambda run: built(run, self._searched, "server_cpu")
        )
        self.client_cpu = self._line("CPU of the web process for a search", "ms", lambda run: mixed(run, "client_ms"))
        self.server_cpu = self._line("CPU of the nodes for a search", "ms", lambda run: mixed(run, "server_cpu_ms"))

    def _line(self, name: str, unit: str, value: Callable[[Run], float]) -> Term:
        return line(name, unit, [(run["size"], value(run)) for run in self._measured])

    @staticmethod
    def _real(
        runs: Sequence[Run],
        law: Callable[[str, str, Points], Term],
        name: str,
        unit: str,
        value: Callable[[Run], float],
    ) -> Term:
        """A term of articles that aren't generated."""
        real = [(run["size"], value(run)) for run in runs if run["size"] <= REAL_ARTICLES]
        if len(real) < 2:
            raise SystemExit(f"{name}: the model needs two sizes of at most {REAL_ARTICLES:,} articles")
        return law(name, unit, real)

    @property
    def terms(self) -> Sequence[Term]:
        """All terms."""
        return (
            *(self.disk, self.archive, self.words, self.groups, self.heap),
            *(self.build_client, self.build_server, self.client_cpu, self.server_cpu),
        )

    def of_words(self, figure: str) -> float:
        """A figure of the words at the largest size, for each word."""
        sizes = self._last["sizes"]
        return float(sizes[figure] / sizes["words"])

    @property
    def shards(self) -> int:
        """The shards of so many articles: the CPU of a search is the time of a shard, which has one thread."""
        of_time = size_at(self.server_cpu, SHARD_SECONDS * 1000)
        return math.ceil(ARTICLES / min(SHARD_ARTICLES, of_time))

    def costly(self) -> list[tuple[str, float]]:
        """The classes of searches with their share of the CPU of the nodes at so many articles, largest first."""
        shares = {}
        for kind, part in MIX.items():
            points = [(run["size"], run["searches"][kind]["server_cpu_ms"]) for run in self._measured]
            shares[kind] = part * line(kind, "ms", points).law(ARTICLES)
        total = sum(shares.values()) or 1.0
        return sorted(((kind, share / total) for kind, share in shares.items()), key=lambda pair: -pair[1])

    def searches_of(self, machines: int, articles: float) -> float:
        """How many searches a second so many machines answer."""
        return machines * MACHINE["cores"] * BUSY / (self.server_cpu.law(articles) / 1000)

    def articles_of(self, machines: int) -> float:
        """How many articles fit on the disks of so many machines, with room for a rebuild."""
        return size_at(self.disk, machines * MACHINE["disk_tb"] * 1e12 * FULL / (2 * COPIES))

    @property
    def limits(self) -> list[Limit]:
        """What breaks though there are enough machines, the first one first."""
        memory, seconds = self.of_words("word_memory_bytes"), self.of_words("word_seconds")
        budget = MACHINE["memory_gb"] * 1e9 / MACHINE["cores"]
        disk = MACHINE["disk_tb"] * 1e12
        found = [
            Limit(
                f"words: a web process knows those of a commit later than after {WORD_SECONDS} s, because it adds them"
                f" up ({seconds * 1e6:.1f} µs of CPU a word)",
                size_at(self.words, WORD_SECONDS / seconds),
            ),
            Limit(
                f"words: they fill the memory of a web process, {budget / 1e9:.0f} GB ({memory:.0f} bytes a word)",
                size_at(self.words, budget / memory),
            ),
            Limit(
                f"single writer: a rebuild takes longer than {DAYS_TO_BUILD} days on the {MACHINE['cores']} cores of"
                " the node that ingests",
                size_at(self.build_client, DAYS_TO_BUILD * 86_400 * MACHINE["cores"]),
            ),
            Limit(
                f"single writer: the archive fills the {MACHINE['disk_tb']:g} TB of the node that ingests",
                size_at(self.archive, disk),
            ),
            Limit(
                f"groups: they fill the {MACHINE['disk_tb']:g} TB of each such web node otherwise",
                size_at(self.groups, disk),
            ),
            Limit(
                f"groups: they fill the {MACHINE['memory_gb']} GB of memory of a web node without the archive's"
                " folder, if its temporary folder is in memory",
                size_at(self.groups, MACHINE["memory_gb"] * 1e9),
            ),
        ]
        return sorted(found, key=lambda limit: limit.articles)

    @property
    def needs(self) -> Sequence[tuple[str, float]]:
        """How many machines each thing needs that more machines can give."""
        cores = MACHINE["cores"] * BUSY
        build = COPIES * self.build_server.law(ARTICLES) / (DAYS_TO_BUILD * 86_400 * cores)
        heap = COPIES * self.heap.law(ARTICLES) / (min(31.0, MACHINE["memory_gb"] / 2) * 2**30)
        return (
            ("nodes for the CPU of the searches", SEARCHES * self.server_cpu.law(ARTICLES) / 1000 / cores),
            ("machines for the web processes", SEARCHES * self.client_cpu.law(ARTICLES) / 1000 / cores),
            (
                "nodes for the disk, with a rebuild",
                self.disk.law(ARTICLES) * 2 * COPIES / (MACHINE["disk_tb"] * 1e12 * FULL),
            ),
            ("nodes for the heap", heap),
            (f"nodes for a rebuild in {DAYS_TO_BUILD} days", build),
            ("nodes for the cluster state", self.shards * COPIES / SHARDS_OF_NODE),
        )


def report(figures: Mapping[str, Any]) -> str:
    """The model of some figures, as Markdown."""
    return "\n".join(_lines(Model(figures["runs"]), str(figures["machine"])))


def _lines(model: Model, machine: str) -> Iterator[str]:
    yield f"Extended to {ARTICLES:,} articles and {SEARCHES:,} searches a second, from: {machine}."
    yield ""
    yield "| term | measured | and | extended to | factor |"
    yield "|---|--:|--:|--:|--:|"
    for term in model.terms:
        (x, y), (x2, y2) = term.values
        extended = term.law(ARTICLES)
        yield (
            f"| {term.name} | {_amount(y, term.unit)} at {x:,.0f} | {_amount(y2, term.unit)} at {x2:,.0f}"
            f" | {_amount(extended, term.unit)}{', constant' * (extended == y2)} | {term.factor:,.0f} |"
        )
    yield ""
    yield (
        f"Machines of {MACHINE['cores']} cores, {MACHINE['memory_gb']} GB and {MACHINE['disk_tb']:g} TB, whose cores"
        f" are {BUSY:.0%} busy; {model.shards} shards with {COPIES} copies:"
    )
    yield ""
    needs = model.needs
    for what, count in needs:
        yield f"- {what}: {math.ceil(count):,}"
    costly = ", ".join(f"{kind} {share:.0%}" for kind, share in model.costly()[:3])
    yield f"- most of the CPU of the searches: {costly}"
    most, _ = max(needs, key=lambda need: need[1])
    yield f"- what breaks first, because it needs most machines: {most}"
    yield ""
    yield f"Three such machines hold {_rounded(model.articles_of(3))} articles, and answer this many searches a second:"
    yield ""
    for articles in (1_000_000, 10_000_000, ARTICLES):
        yield f"- at {articles:,} articles: {_rounded(model.searches_of(3, articles))}"
    yield ""
    yield "What breaks though there are enough machines, and at how many articles:"
    yield ""
    yield "| articles | what breaks |"
    yield "|--:|---|"
    for limit in model.limits:
        yield f"| {'never' if math.isinf(limit.articles) else _rounded(limit.articles)} | {limit.what} |"


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e12:,.2f} TB" if value >= 1e11 else f"{value / 1e6:,.1f} MB"
    if unit == "s":
        return f"{value / 3600:,.0f} h" if value >= 36_000 else f"{value:,.1f} s"
    if unit == "words":
        return f"{value / 1e6:,.1f} million" if value >= 1e7 else f"{value:,.0f}"
    return f"{value / 1000:,.1f} s" if value >= 10_000 else f"{value:,.1f} ms"


def _rounded(value: float) -> str:
    """A number with two digits that count."""
    if math.isinf(value):
        return "infinitely many"
    if value < 10:
        return f"{value:.1f}"
    digits = max(0, int(math.log10(value)) - 1)
    return f"{round(value / 10**digits) * 10**digits:,}"
