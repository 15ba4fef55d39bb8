"""The arithmetic of `bench/opensearch.py`: what is counted of processes, the words of generated articles, the model."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsarchive.arabic.tokens import words
from tests.articles import make_article
from tests.bench_scripts import BENCH

sys.path.append(str(BENCH))

import cluster_model
import cluster_processes
import cluster_report
import vocabulary
from cluster_model import ARTICLES, MIX, Model

TEXTS = [f"كلمة{letter} اجتماع وزراء خارجية {word}" for letter in "ابتثجحخدذر" for word in ("مدينة", "قرية")]


def run_of(size: int, *, continues: int = 0, **changes: Any) -> dict[str, Any]:
    """A run in which everything is a multiple of the number of articles, plus a constant for searches."""
    search = {
        "p50_ms": 4.0, "p95_ms": 9.0, "mean_ms": 5.0, "client_ms": 2.0, "server_ms": 1.0 + size * 1e-5,
        "network_ms": 1.0, "server_cpu_ms": 1.0 + size * 1e-5, "compiling_ms": 0.5,
        "requests": 2.0, "sent": 1_000.0, "received": 4_000.0,
        "load": 1.5, "others": 0.5,
    }  # fmt: skip
    added = size - continues
    return {
        "nodes": 1, "shards": 1, "size": size, "continues": continues, "heap": "512m", "workers": 2,
        "indexing": {
            "articles": added, "seconds": added / 500, "client_cpu": added * 1e-3, "server_cpu": added * 2e-3,
            "compiling": 3.0,
            "client_peak_mb": 200.0, "requests": 10, "sent": added * 9_000, "others": 0.5, "load": [1.5], "sessions": 1,
            "trace": [],
        },
        "sizes": {
            "articles": size, "archive_bytes": size * 3_000, "node_resident_mb": 800.0, "heap_after_gc_mb": 100.0,
            "load": 1.5, "primary_bytes": size * 8_000, "index_bytes": size * 8_000, "state_bytes": size * 10,
            "segments": 4, "words": 1_000 * size**0.5, "word_seconds": size**0.5 / 1_000,
            "word_memory_bytes": 1_000 * size**0.5 * 80,
        },
        "searches": dict.fromkeys(MIX, search),
        "groups": {"articles": size, "bytes": size * 2_500, "client_cpu": size * 3e-3, "load": 1.5},
        **changes,
    }  # fmt: skip


RUNS = [run_of(2_000), run_of(20_000), run_of(200_000, continues=20_000)]


def term(model: Model, name: str) -> cluster_model.Term:
    return next(one for one in model.terms if one.name.startswith(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index on disk", ARTICLES * 8_000),
        ("archive", ARTICLES * 3_000),
        ("different words", 1_000 * ARTICLES**0.5),
        ("groups", ARTICLES * 2_500),
        ("CPU to prepare", ARTICLES * 1e-3),
        ("CPU of the nodes to index", ARTICLES * 2e-3),
        ("CPU of the nodes for a search", 1 + ARTICLES * 1e-5),
        ("CPU of the web process", 2.0),
    ],
)
def test_terms_follow_their_laws(name: str, expected: float) -> None:
    assert term(Model(RUNS), name).law(ARTICLES) == pytest.approx(expected)


def test_each_term_says_which_sizes_it_is_from_and_how_far_it_is_extended() -> None:
    model = Model(RUNS)
    assert [at for at, _ in term(model, "index on disk").values] == [20_000, 200_000]
    assert term(model, "index on disk").factor == ARTICLES / 200_000
    assert [at for at, _ in term(model, "different words").values] == [2_000, 20_000]
    assert term(model, "different words").factor == ARTICLES / 20_000


def test_sizes_that_were_disturbed_count_only_if_there_are_no_others() -> None:
    def undisturbed(run: dict[str, Any]) -> dict[str, Any]:
        return run | {"searches": dict.fromkeys(MIX, run["searches"]["phrase"] | {"others": 0.1})}

    def compared(runs: list[dict[str, Any]]) -> list[float]:
        return [at for at, _ in term(Model(runs), "index on disk").values]

    disturbed = [*RUNS[:2], run_of(120_000, continues=20_000)]
    large = [run_of(200_000, continues=120_000), run_of(1_000_000, continues=200_000)]
    assert compared([*disturbed, *map(undisturbed, large)]) == [200_000, 1_000_000]
    assert compared([*disturbed, undisturbed(large[0]), large[1]]) == [120_000, 1_000_000]


@pytest.mark.parametrize("measured", [1.5, 2.4])
def test_what_falls_or_hardly_grows_is_taken_as_constant(measured: float) -> None:
    runs = [*RUNS[:2], run_of(200_000, continues=20_000)]
    runs[2]["searches"] = dict.fromkeys(MIX, runs[0]["searches"]["phrase"] | {"client_ms": measured})
    assert term(Model(runs), "CPU of the web process").law(ARTICLES) == pytest.approx(measured)


def test_the_words_of_generated_articles_dont_count() -> None:
    runs = [*RUNS[:2], run_of(200_000, continues=20_000)]
    runs[2]["sizes"] = runs[2]["sizes"] | {"words": 10**9}
    assert Model(runs).words.law(ARTICLES) == pytest.approx(1_000 * ARTICLES**0.5)


def test_building_counts_what_the_sizes_before_have_cost() -> None:
    runs = [*RUNS, run_of(1_000_000, continues=200_000)]
    assert cluster_model.built(runs[3], runs, "server_cpu") == pytest.approx(1_000_000 * 2e-3)
    assert cluster_model.built(run_of(2_000), runs, "server_cpu") == pytest.approx(4)


def test_needs_are_machines() -> None:
    model, machine = Model(RUNS), cluster_model.MACHINE
    needs = dict(model.needs)
    search = (1 + ARTICLES * 1e-5) / 1000
    busy = machine["cores"] * cluster_model.BUSY
    assert needs["nodes for the CPU of the searches"] == pytest.approx(cluster_model.SEARCHES * search / busy)
    disk = ARTICLES * 8_000 * 2 * cluster_model.COPIES / (machine["disk_tb"] * 1e12 * cluster_model.FULL)
    assert needs["nodes for the disk, with a rebuild"] == pytest.approx(disk)
    assert model.searches_of(3, ARTICLES) == pytest.approx(3 * busy / search)
    assert model.articles_of(3) * disk == pytest.approx(3 * ARTICLES)


def test_a_slow_search_is_divided_among_more_shards() -> None:
    quick = [run | {"searches": dict.fromkeys(MIX, run["searches"]["phrase"] | {"server_cpu_ms": 1})} for run in RUNS]
    assert Model(quick).shards == ARTICLES // cluster_model.SHARD_ARTICLES
    # 1 ms and 10 ns an article: 0.3 s are reached at 29.9 million; ten times as much at a tenth of them.
    slow = [
        run | {"searches": dict.fromkeys(MIX, run["searches"]["phrase"] | {"server_cpu_ms": 1 + run["size"] * 1e-4})}
        for run in RUNS
    ]
    assert Model(slow).shards == 34


def test_limits_are_sorted_and_named() -> None:
    limits = Model(RUNS).limits
    assert [one.articles for one in limits] == sorted(one.articles for one in limits)
    archive = next(one for one in limits if "the archive fills" in one.what)
    assert archive.articles == pytest.approx(cluster_model.MACHINE["disk_tb"] * 1e12 / 3_000)
    words_memory = next(one for one in limits if "memory of a web process" in one.what)
    # 80 bytes a word, 4 GB, and a thousand words for the square root of the articles.
    assert words_memory.articles == pytest.approx((4e9 / 80 / 1_000) ** 2)


def test_the_class_that_costs_most_is_named_first() -> None:
    runs = []
    for run in RUNS:
        dear = run["searches"]["phrase"] | {"server_cpu_ms": run["size"] * 1e-3}
        runs.append(run | {"searches": {**run["searches"], "related": dear}})
    assert Model(runs).costly()[0][0] == "related"
    assert sum(share for _, share in Model(runs).costly()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (RUNS[:1], "figures of one node at two sizes"),
        (RUNS[1:], "words: the model needs two sizes of at most"),
        ([{**run, "nodes": 2} for run in RUNS], "figures of one node at two sizes"),
    ],
)
def test_too_few_figures_are_explained(runs: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        Model(runs)


def test_a_report_is_printed_from_a_file_of_figures(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps({"machine": "2 cores", "runs": RUNS}), encoding="utf8")
    assert "| index on disk, one copy | 160.0 MB at 20,000 | 1,600.0 MB at 200,000 | 0.80 TB | 500 |" in said_by(
        "--model", str(figures)
    )
    shown = said_by("--show", str(figures))
    assert "| 200,000 | 1 | 1 | 180,000 | 500 | 1.00 | 2.00 | 200 | 8,000 | 8,000 |  | 447,214 | 1.5 | 0.5 |" in shown
    assert "| phrase | 4.0 (9.0) | 4.0 (9.0) | 4.0 (9.0) |" in shown


def said_by(*options: str) -> str:
    settings = os.environ | {"PYTHONPATH": str(BENCH.parent / "src")}
    command = [sys.executable, str(BENCH / "opensearch.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=settings).stdout


def test_an_unfinished_run_is_no_row_of_a_table() -> None:
    unfinished: Mapping[str, Any] = {"nodes": 1, "shards": 1, "size": 10**6, "continues": 0}
    assert "1,000,000" not in cluster_report.tables({"machine": "", "runs": [*RUNS, unfinished]})


def test_cpu_of_a_process_is_that_of_all_its_threads() -> None:
    spins = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", spins], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert 0.25 < cluster_processes.cpu_of(process.pid) < 1.0
        assert cluster_processes.memory_mb(process.pid, "VmRSS") > 1
        process.communicate(b"\n")
    assert cluster_processes.cpu_of(process.pid) == 0.0
    assert cluster_processes.memory_mb(process.pid, "VmRSS") == 0.0


def test_what_other_processes_use_is_what_is_left_of_the_machine() -> None:
    used = cluster_processes.Used(client=1.0, nodes=1.5, compiling=0.5, machine=7.0, wall=4.0)
    assert used.others == 1.0
    before = cluster_processes.Used.now((os.getpid(),))
    while time.process_time() - before.client < 0.1:
        pass
    now = cluster_processes.Used.now((os.getpid(),)).since(before)
    assert now.client >= 0.1
    assert now.wall >= 0.1
    assert now.nodes == pytest.approx(now.client, abs=0.05)


def test_the_vocabulary_grows_by_the_law_of_the_corpus() -> None:
    made = vocabulary.Vocabulary(TEXTS)
    known = {word for text in TEXTS for word in words(text)}
    few = {word for text in TEXTS[::10] for word in words(text)}
    assert made.size(5) == made.size(len(TEXTS)) == len(known)
    grown = len(known) * 100**made.exponent
    assert made.size(100 * len(TEXTS)) == pytest.approx(grown, abs=1)
    assert 10**made.exponent == pytest.approx(len(known) / len(few))


def test_articles_of_the_corpus_stay_and_generated_ones_get_new_words() -> None:
    made = vocabulary.Vocabulary(TEXTS)
    long = replace(make_article(1), body="اجتماع وزراء خارجية\n" * 40)
    assert made.renewed(long, len(TEXTS) - 1) == long
    first = made.renewed(long, 10 * len(TEXTS))
    assert first == made.renewed(long, 10 * len(TEXTS))
    assert first.id == long.id
    assert len(words(first.body)) == len(words(long.body))
    assert first.body.count("\n") == long.body.count("\n")
    grown = {word for number in range(len(TEXTS), 300) for word in words(made.renewed(long, number).body)}
    new = made.size(300) - made.size(0)
    known = {word for text in TEXTS for word in words(text)}
    # Few halves fit together in so small a corpus, so some new words are the same.
    assert 0 < len(grown - known) <= new
