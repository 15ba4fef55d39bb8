"""Extend measured figures to a hundred million articles and a thousand searches a second.

Each term is a line through two measured sizes of the same number of nodes, except the number of words, which grows by a
power of the number of articles. The factor by which a term is extended beyond the larger size is shown with it: the
larger it is, the less the term is worth. Nothing here was measured at such a size.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ARTICLES = 100_000_000
SEARCHES = 1_000
"""Searches a second."""
REAL_ARTICLES = 20_903
"""Articles of the corpus. Generated ones have no new words, so only sizes up to this tell how many words there are."""
COPIES = 2
"""Of each shard, so that one node may fail."""
MACHINE = {"cores": 16, "memory_gb": 64, "disk_tb": 4.0}
"""The machine that the needs are counted in."""
BUSY = 0.5
"""The share of its cores that a machine should use on average."""
SHARD_ARTICLES = 10_000_000
"""Articles of a shard; docs/opensearch.md says why."""
MIX = {
    "one word": 15, "two words, all": 25, "four words, any": 5, "a headline": 10, "phrase": 5, "prefix": 2,
    "source": 5, "dates": 5, "newest": 5, "no words": 5, "deep page": 1, "did you mean": 5, "all facets": 2,
    "completion": 5, "related": 5,
}  # fmt: skip
"""How many of a hundred searches are of each class: an assumption."""
DAYS_TO_BUILD = 7
"""A rebuild should take no longer."""
WORD_SECONDS = 60
"""A process should know the words of a commit no later."""


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
    """What adding machines to the cluster doesn't move: the number of articles at which a term reaches a limit."""

    what: str
    articles: float


def line(name: str, unit: str, values: Sequence[tuple[float, float]]) -> Term:
    """A line through the first and the last value. It never falls: a value that did is taken as constant."""
    (x, y), (x2, y2) = values[0], values[-1]
    slope = max(0.0, (y2 - y) / (x2 - x))
    start = y2 - slope * x2
    return Term(name, unit, ((x, y), (x2, y2)), lambda articles: start + slope * articles)


def power(name: str, unit: str, values: Sequence[tuple[float, float]]) -> Term:
    """A power law through the first and the last value."""
    (x, y), (x2, y2) = values[0], values[-1]
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


class Model:
    """The terms of the figures of clusters of one node, which have the cores for themselves and the client."""

    def __init__(self, runs: Sequence[Mapping[str, Any]]) -> None:
        alone = sorted((run for run in runs if run["nodes"] == 1), key=lambda run: run["size"])
        if len({run["size"] for run in alone}) < 2:
            raise SystemExit("the model needs figures of one node at two sizes")
        self._runs = alone
        self.words = self._words()
        self.disk = self._line("index on disk, one copy", "bytes", lambda run: run["sizes"]["index_bytes"])
        self.archive = self._line("archive on disk", "bytes", lambda run: run["sizes"]["archive_bytes"])
        self.server_cpu = self._mixed("CPU of the nodes for a search", "server_cpu_ms")
        self.client_cpu = self._mixed("CPU of the web process for a search", "client_cpu_ms")
        self.time = self._mixed("time of a search, mean", "mean_ms")
        self.build_client = self._built("CPU to prepare all articles", "client_cpu")
        self.build_server = self._built("CPU of the nodes to index them", "server_cpu")

    def _line(self, name: str, unit: str, value: Callable[[Mapping[str, Any]], float]) -> Term:
        return line(name, unit, [(run["size"], value(run)) for run in self._runs])

    def _mixed(self, name: str, figure: str) -> Term:
        """A figure of the mix of searches."""
        total = sum(MIX.values())
        return self._line(
            name, "ms", lambda run: sum(run["searches"][kind][figure] * part for kind, part in MIX.items()) / total
        )

    def _built(self, name: str, figure: str) -> Term:
        """The cost of indexing everything: what each size added, to what the sizes before had cost."""
        spent, articles, values = 0.0, 0, []
        for run in self._runs:
            spent += run["indexing"][figure]
            articles += run["indexing"]["articles"]
            values.append((float(articles), spent))
        return line(name, "s", values)

    def _words(self) -> Term:
        """The words of an archive of articles that aren't generated."""
        real = [run for run in self._runs if run["size"] <= REAL_ARTICLES]
        if len(real) < 2:
            raise SystemExit(f"the number of words needs two sizes of at most {REAL_ARTICLES:,} articles")
        return power("different words", "words", [(run["size"], run["sizes"]["words"]) for run in real])

    @property
    def terms(self) -> Iterator[Term]:
        """All terms."""
        yield from (self.disk, self.archive, self.build_client, self.build_server)
        yield from (self.server_cpu, self.client_cpu, self.time, self.words)

    def _of_words(self, figure: str) -> float:
        """A figure of the words at the largest size, for each word."""
        last = self._runs[-1]["sizes"]
        return float(last[figure] / last["words"])

    @property
    def limits(self) -> list[Limit]:
        """What breaks, the first one first."""
        memory, seconds = self._of_words("word_memory_bytes"), self._of_words("word_seconds")
        budget = MACHINE["memory_gb"] * 1e9 / MACHINE["cores"]
        build = DAYS_TO_BUILD * 86_400 * MACHINE["cores"]
        per_search = BUSY * MACHINE["cores"] * 1000
        found = [
            Limit(
                f"the words are known later than {WORD_SECONDS} s after a commit, for each web process adds them up"
                f" ({seconds * 1e6:.1f} µs a word)",
                size_at(self.words, WORD_SECONDS / seconds),
            ),
            Limit(
                f"the words fill the memory of a web process, {budget / 1e9:.0f} GB ({memory:.0f} bytes a word)",
                size_at(self.words, budget / memory),
            ),
            Limit(
                f"a rebuild takes longer than {DAYS_TO_BUILD} days on the {MACHINE['cores']} cores of the one node"
                " that ingests",
                size_at(self.build_client, build),
            ),
            Limit(
                f"the archive fills the {MACHINE['disk_tb']:.0f} TB of the one node that ingests",
                size_at(self.archive, MACHINE["disk_tb"] * 1e12),
            ),
            Limit(
                f"a search takes more than {per_search / 1000:.0f} s of CPU, so that one machine answers one a second",
                size_at(self.server_cpu, per_search),
            ),
        ]
        return sorted(found, key=lambda limit: limit.articles)

    @property
    def needs(self) -> Iterator[tuple[str, float]]:
        """How many machines each thing needs that more machines can give."""
        cores = MACHINE["cores"] * BUSY
        yield "nodes for the disk, with rebuilds", 2 * COPIES * self.disk.law(ARTICLES) / (MACHINE["disk_tb"] * 0.85e12)
        yield "nodes for the searches", SEARCHES * self.server_cpu.law(ARTICLES) / 1000 / cores
        yield "machines for the web processes", SEARCHES * self.client_cpu.law(ARTICLES) / 1000 / cores
        build = COPIES * self.build_server.law(ARTICLES) / (DAYS_TO_BUILD * 86_400 * cores)
        yield f"nodes for a rebuild in {DAYS_TO_BUILD} days", build


def report(figures: Mapping[str, Any]) -> str:
    """The model of some figures, as Markdown."""
    model = Model(figures["runs"])
    return "\n".join(_lines(model, figures))


def _lines(model: Model, figures: Mapping[str, Any]) -> Iterator[str]:
    yield f"Extended to {ARTICLES:,} articles and {SEARCHES:,} searches a second, from: {figures['machine']}."
    yield ""
    yield "| term | measured | and | extended to | factor |"
    yield "|---|---|---|---|---|"
    for term in model.terms:
        (x, y), (x2, y2) = term.values
        yield (
            f"| {term.name} | {_amount(y, term.unit)} at {x:,.0f} | {_amount(y2, term.unit)} at {x2:,.0f}"
            f" | {_amount(term.law(ARTICLES), term.unit)} | {term.factor:,.0f} |"
        )
    yield ""
    yield (
        f"Machines of {MACHINE['cores']} cores, {MACHINE['memory_gb']} GB and {MACHINE['disk_tb']:g} TB,"
        f" {BUSY:.0%} busy, {COPIES} copies of each of {math.ceil(ARTICLES / SHARD_ARTICLES)} shards:"
    )
    yield ""
    needs = list(model.needs)
    for what, machines in needs:
        yield f"- {what}: {math.ceil(machines):,}"
    most = max(needs, key=lambda need: need[1])
    yield f"- most is needed by: {most[0]}"
    yield ""
    yield "What more machines don't help, and the number of articles at which it breaks:"
    yield ""
    for number, limit in enumerate(model.limits, 1):
        size = "never" if math.isinf(limit.articles) else f"{_rounded(limit.articles)} articles"
        yield f"{number}. {size}: {limit.what}"
    yield ""
    first = model.limits[0]
    yield f"What breaks first: {first.what}, at about {_rounded(first.articles)} articles."


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
    digits = max(0, int(math.log10(value)) - 1)
    return f"{round(value / 10**digits) * 10**digits:,}"
