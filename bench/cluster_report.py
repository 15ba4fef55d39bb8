"""Print what `bench/opensearch.py` has measured: a line for each step, and tables in Markdown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cluster_figures import Indexing
from cluster_steps import Setup

Run = Mapping[str, Any]


def show(run: Run, step: str) -> None:
    """Print a step that has ended."""
    print(f"{_name(run)}, {step}:")
    print("\n".join(f"  {line}" for line in _LINES[step](run[step])), flush=True)


def show_part(setup: Setup, done: Indexing) -> None:
    """Print what indexing has cost so far, if there is any."""
    if done.articles:
        print(f"{_name(vars(setup))}, indexing, interrupted:")
        print("\n".join(f"  {line}" for line in _indexing(vars(done))), flush=True)


def _name(run: Run) -> str:
    return f"{run['nodes']} nodes, {run['shards']} shards, {run['size']:,} articles"


def _indexing(done: Mapping[str, Any]) -> Iterator[str]:
    articles, seconds = done["articles"], done["seconds"]
    yield (
        f"{articles:,} articles in {seconds:,.0f} s: {articles / seconds:,.0f} articles/s;"
        f" CPU {done['client_cpu'] / articles * 1000:.2f} ms an article here,"
        f" {done['server_cpu'] / articles * 1000:.2f} ms on the nodes,"
        f" which compiled their code for {done['compiling']:.0f} s besides"
    )
    yield (
        f"{done['sent'] / articles:,.0f} bytes sent an article; at most {done['client_peak_mb']:,.0f} MB in a process;"
        f" {done['sessions']} goes; load {done['load'][-1]}; {done['others']:.2f} cores busy with others"
    )
    for articles, seconds, client, server in done["trace"]:
        yield f"  at {articles:,}: {seconds:,.0f} s, CPU {client:,.0f} s here and {server:,.0f} s on the nodes"


def _sizes(sizes: Mapping[str, float]) -> Iterator[str]:
    articles = sizes["articles"]
    yield (
        f"{sizes['primary_bytes'] / articles:,.0f} bytes an article,"
        f" {sizes['index_bytes'] / articles:,.0f} with copies,"
        f" {sizes['segments']:,.0f} segments"
    )
    yield f"archive: {sizes['archive_bytes'] / articles:,.0f} bytes an article; load {sizes['load']}"
    yield (
        f"{sizes['words']:,.0f} words: {sizes['state_bytes'] / 1e6:,.1f} MB in the cluster,"
        f" {sizes['word_seconds']:.1f} s and {sizes['word_memory_bytes'] / 1e6:,.0f} MB in a web process"
    )
    yield f"node: {sizes['node_resident_mb']:,.0f} MB resident, {sizes['heap_after_gc_mb']:,.0f} MB of heap in use"


def _searches(classes: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{'ms':16}" + "".join(f"{name:>10}" for name in _COLUMNS)
    for kind, figures in classes.items():
        yield f"{kind:16}" + "".join(f"{one:>10}" for one in _row(figures))


def _merged(merged: Mapping[str, float]) -> Iterator[str]:
    yield (
        f"{merged['primary_bytes'] / 1e6:,.0f} MB in {merged['segments']:,.0f} segments,"
        f" after {merged['seconds']:,.0f} s ({merged['server_cpu']:,.0f} s of CPU); load {merged['load']}"
    )


def _groups(groups: Mapping[str, float]) -> Iterator[str]:
    articles = groups["articles"]
    yield (
        f"{groups['bytes'] / articles:,.0f} bytes an article, {groups['client_cpu'] / articles * 1000:.2f} ms of CPU;"
        f" load {groups['load']}"
    )


_LINES: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "indexing": _indexing,
    "sizes": _sizes,
    "searches": _searches,
    "merged": _merged,
    "groups": _groups,
}
_COLUMNS = ("p50", "p95", "client", "network", "server", "node CPU", "compiling", "requests", "KB", "load", "others")


def _row(figures: Mapping[str, float]) -> Sequence[str]:
    times = ("p50_ms", "p95_ms", "client_ms", "network_ms", "server_ms", "server_cpu_ms", "compiling_ms")
    nbytes = (figures["sent"] + figures["received"]) / 1000
    row = [f"{figures[name]:.1f}" for name in times]
    return [*row, *(f"{one:.1f}" for one in (figures["requests"], nbytes, figures["load"], figures["others"]))]


def tables(figures: Mapping[str, Any]) -> str:
    """All figures as tables: indexing, what it takes, and searches by class, p50 and p95 and the shares of each."""
    runs = figures["runs"]
    return "\n".join([figures["machine"], "", *_index_table(runs), *_search_tables(runs)])


def _index_table(runs: Sequence[Run]) -> Iterator[str]:
    yield (
        "| articles | nodes | shards | indexed | articles/s | CPU ms, client | CPU ms, nodes | client, MB | bytes |"
        " with copies | merged | words | load | others |"
    )
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for run in runs:
        if "indexing" not in run or "sizes" not in run:
            continue
        done, sizes = run["indexing"], run["sizes"]
        articles, held = done["articles"], sizes["articles"]
        merged = f"{run['merged']['primary_bytes'] / held:,.0f}" if "merged" in run else ""
        yield (
            f"| {run['size']:,} | {run['nodes']} | {run['shards']} | {articles:,} | {articles / done['seconds']:,.0f}"
            f" | {done['client_cpu'] / articles * 1000:.2f} | {done['server_cpu'] / articles * 1000:.2f}"
            f" | {done['client_peak_mb']:,.0f} | {sizes['primary_bytes'] / held:,.0f}"
            f" | {sizes['index_bytes'] / held:,.0f} | {merged} | {sizes['words']:,.0f} | {done['load'][-1]}"
            f" | {done['others']:.1f} |"
        )


def _search_tables(runs: Sequence[Run]) -> Iterator[str]:
    searched = [run for run in runs if "searches" in run]
    if not searched:
        return
    yield ""
    yield "p50 (p95), ms:"
    yield ""
    yield "| class |" + "".join(f" {_short(run)} |" for run in searched)
    yield "|---|" + "--:|" * len(searched)
    for kind in searched[0]["searches"]:
        cells = (run["searches"][kind] for run in searched)
        yield f"| {kind} |" + "".join(f" {one['p50_ms']:.1f} ({one['p95_ms']:.1f}) |" for one in cells)
    yield "| load |" + "".join(f" {_span(run, 'load')} |" for run in searched)
    yield "| cores busy with others |" + "".join(f" {_span(run, 'others')} |" for run in searched)
    yield ""
    yield "client + network + server, ms; CPU of all nodes, ms:"
    yield ""
    yield "| class |" + "".join(f" {_short(run)} |" for run in searched)
    yield "|---|" + "--:|" * len(searched)
    for kind in searched[0]["searches"]:
        cells = (run["searches"][kind] for run in searched)
        yield f"| {kind} |" + "".join(
            f" {one['client_ms']:.1f} + {one['network_ms']:.1f} + {one['server_ms']:.1f}; {one['server_cpu_ms']:.1f} |"
            for one in cells
        )


def _short(run: Run) -> str:
    size = f"{run['size'] / 1e6:g} M" if run["size"] >= 1e6 else f"{run['size']:,}"
    nodes = f"{run['nodes']} node{'s' * (run['nodes'] > 1)}"
    return f"{size}, {nodes}" + (f", {run['shards']} shards" if run["shards"] != run["nodes"] else "")


def _span(run: Run, figure: str) -> str:
    values = [one[figure] for one in run["searches"].values()]
    return f"{min(values):.1f}–{max(values):.1f}"
