"""How fast is the index beside other engines? The same articles, the same words, the same work.

    python bench/speed.py --ant ../shared/data/ant-dev.jsonl.gz [--articles N] [--json FILE] [--engines a,b]

The articles are made by `bench/corpus.py` from those of the ANT corpus; what an engine is asked is said in
`bench/engines.py`. All engines are built in one go, from the same words, each timed by itself and with one thread; then
each is opened in a process of its own. Memory is what that process has beside the page cache. An engine that would need
more than ten minutes for its index is left out and named, and so is one that is not installed. Totals and counts of all
engines must be the same, or the run fails. `make bench-speed` installs what can be had and runs it.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from corpus import DAYS, FIRST_DAY, articles
from engines import ENGINES
from questions import Analysed, Answer, Question

from newsarchive.search.whoosh_index.analysis import sections, stemmed

MOST_SECONDS = 600
BATCH = 1_000
SAMPLE = 20_000
ROUNDS = 3
QUESTIONS = 20
SEED = 4


@dataclass
class Figures:
    """What `--json` writes for an engine."""

    build_s: float = 0.0
    bytes: int = 0
    rss_mb: float = 0.0
    first_search_ms: float = 0.0
    visible_ms: float = 0.0
    classes: dict[str, dict[str, float]] = field(default_factory=dict)


def analysed(ant: Path, count: int) -> Iterator[Analysed]:
    for article in articles(ant, count):
        exact = sections(article)
        assert article.published_day is not None
        yield Analysed(
            article.id,
            exact,
            stemmed(exact),
            has_title=bool(article.title),
            source=article.source,
            topic=article.topic_names[0],
            day=article.published_day.toordinal(),
        )


class Sample:
    """Words of the first articles, to ask questions with."""

    def __init__(self) -> None:
        self._stems: Counter[str] = Counter()
        self._exact: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._sources: Counter[str] = Counter()
        self._together: list[list[str]] = []

    def take(self, article: Analysed) -> None:
        stems = {stem for section in article.stems for stem in section if len(stem) > 2}
        self._stems.update(stems)
        self._exact.update({word for section in article.exact for word in section})
        self._pairs.update({pair for section in article.exact for pair in pairwise(section)})
        self._sources[article.source] += 1
        if len(self._together) < 200:
            self._together.append(sorted(stems))

    def questions(self) -> dict[str, list[Question]]:
        choice = random.Random(SEED)
        ranked = [stem for stem, _ in self._stems.most_common(3000)]
        single = [ranked[rank] for rank in sorted(choice.sample(range(20, 2000), QUESTIONS))]
        frequent = set(ranked[20:800])
        both = [
            tuple(choice.sample(shared, 2))
            for stems in self._together
            if len(shared := [stem for stem in stems if stem in frequent]) > 1
        ][:QUESTIONS]
        common = [tuple(choice.sample(ranked[10:100], 3)) for _ in range(QUESTIONS)]
        phrases = [pair for pair, _ in self._pairs.most_common(4000) if min(map(len, pair)) > 3][:QUESTIONS]
        starts = [word[:3] for word, _ in self._exact.most_common(3000) if len(word) > 5 and word.isalpha()]
        prefixes = choice.sample(sorted(set(starts)), QUESTIONS)
        sources = [source for source, _ in self._sources.most_common(3)]
        first = FIRST_DAY.toordinal() + DAYS // 2
        return {
            "one word": [Question("all", (word,)) for word in single],
            "two words, all": [Question("all", pair) for pair in both],
            "three common, any": [Question("any", words) for words in common],
            "phrase": [Question("phrase", pair) for pair in phrases],
            "prefix": [Question("prefix", (start,)) for start in prefixes],
            "source": [Question("all", (word,), source=choice.choice(sources)) for word in single],
            "dates": [Question("all", (word,), first=first, last=first + 365) for word in single],
            "newest": [Question("all", (word,), newest=True) for word in single],
            "no words": [Question("everything", newest=True)],
        }


def build(options: argparse.Namespace, work: Path, left_out: dict[str, str]) -> tuple[dict[str, Figures], Sample]:
    """Build all indexes in one go through the articles."""
    figures: dict[str, Figures] = {}
    engines: dict[str, Any] = {}
    for name in options.engines.split(","):
        (work / name).mkdir()
        try:
            engines[name] = ENGINES[name](work / name)
        except ImportError as error:
            left_out[name] = f"not installed: {error}"
        else:
            figures[name] = Figures()
    sample = Sample()
    source = analysed(options.ant, options.articles)
    done = 0
    while batch := list(islice(source, BATCH)):
        for article in batch if done < SAMPLE else ():
            sample.take(article)
        done += len(batch)
        for name, engine in list(engines.items()):
            started = time.perf_counter()
            engine.add(batch)
            figures[name].build_s += time.perf_counter() - started
            expected = figures[name].build_s / done * options.articles
            if expected > MOST_SECONDS and done >= 5 * BATCH:
                rate = done / figures[name].build_s
                left_out[name] = f"its index would take {expected:,.0f} s ({rate:,.0f} articles/s)"
                del engines[name], figures[name]
    for name, engine in engines.items():
        started = time.perf_counter()
        engine.finish()
        figures[name].build_s += time.perf_counter() - started
        figures[name].bytes = sum(path.stat().st_size for path in (work / name).rglob("*") if path.is_file())
    return figures, sample


def serve(name: str, folder: Path, questions: Path) -> None:
    """In a process of its own: open an index, answer everything, print figures and a digest of the answers."""
    asked = {
        kind: [Question(**{**row, "words": tuple(row["words"])}) for row in rows]
        for kind, rows in json.loads(questions.read_text()).items()
    }
    engine = ENGINES[name](folder)
    started = time.perf_counter()
    engine.open()
    engine.ask(asked["two words, all"][0])
    first_ms = (time.perf_counter() - started) * 1000
    classes = {}
    answers: dict[str, list[dict[str, Any]]] = {}
    for kind, rows in asked.items():
        answers[kind] = [asdict(_checked(engine.ask(question))) for question in rows]
        taken = []
        for question in rows * (ROUNDS if len(rows) > 1 else QUESTIONS):
            started = time.perf_counter()
            engine.ask(question)
            taken.append((time.perf_counter() - started) * 1000)
        classes[kind] = {"p50_ms": statistics.median(taken), "p95_ms": statistics.quantiles(taken, n=20)[-1]}
    print(json.dumps({"first_search_ms": first_ms, "rss_mb": _own_memory(), "classes": classes, "answers": answers}))


def _own_memory() -> float:
    """MB of this process that are no pages of files."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def _checked(answer: Answer) -> Answer:
    assert answer.hits == min(10, answer.total), answer
    return answer


def measure_visible(name: str, folder: Path, ant: Path, count: int) -> float:
    """Milliseconds from an article's words to a search that finds it, in an index that is open; median of five."""
    engine = ENGINES[name](folder)
    engine.open()
    taken = []
    for number, article in enumerate(islice(analysed(ant, count + 5), count, None)):
        word = f"visible{number}"
        started = time.perf_counter()
        engine.add_one(Analysed(article.id, [[word]], [[word]], False, article.source, article.topic, article.day))
        engine.open()
        assert engine.ask(Question("all", (word,))).total == 1
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def show(figures: dict[str, Figures], left_out: dict[str, str], count: int) -> None:
    names = list(figures)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{count:,} articles; {machine}")
    print(f"{'':24}" + "".join(f"{name:>14}" for name in names))
    rows: dict[str, list[float]] = {
        "build, articles/s": [count / figures[name].build_s for name in names],
        "index, MB": [figures[name].bytes / 1e6 for name in names],
        "memory, MB": [figures[name].rss_mb for name in names],
        "first search, ms": [figures[name].first_search_ms for name in names],
        "visible after, ms": [figures[name].visible_ms for name in names],
    }
    for kind in next(iter(figures.values())).classes:
        for figure in ("p50_ms", "p95_ms"):
            rows[f"{kind}, {figure[:3]}"] = [figures[name].classes[kind][figure] for name in names]
    for label, values in rows.items():
        print(f"{label:24}" + "".join(f"{value:14,.2f}" for value in values))
    for name in names[1:]:
        ratios = {
            kind: figures[name].classes[kind]["p50_ms"] / figures[names[0]].classes[kind]["p50_ms"]
            for kind in figures[name].classes
        }
        shown = ", ".join(f"{kind} {ratio:.1f}" for kind, ratio in ratios.items())
        building = figures[name].build_s / figures[names[0]].build_s
        print(f"{names[0]} against {name}, times as fast: build {building:.1f}, {shown}")
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--ant", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--serve", nargs=3, metavar=("ENGINE", "FOLDER", "QUESTIONS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], Path(options.serve[1]), Path(options.serve[2]))
        return
    left_out: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        figures, sample = build(options, work, left_out)
        asked = work / "questions.json"
        asked.write_text(json.dumps({kind: [asdict(one) for one in rows] for kind, rows in sample.questions().items()}))
        answers = {}
        for name in figures:
            arguments = ["--ant", str(options.ant), "--serve", name, str(work / name), str(asked)]
            printed = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE).stdout
            served = json.loads(printed)
            answers[name] = served.pop("answers")
            for key, value in served.items():
                setattr(figures[name], key, value)
        for name in figures:
            figures[name].visible_ms = measure_visible(name, work / name, options.ant, options.articles)
    show(figures, left_out, options.articles)
    if options.json:
        options.json.write_text(json.dumps({name: asdict(figure) for name, figure in figures.items()}, indent=1))
    compare(answers)


def compare(answers: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    """Fail where two engines disagree on what there is."""
    first, *others = answers
    for name in others:
        for kind, rows in answers[first].items():
            for number, (mine, theirs) in enumerate(zip(rows, answers[name][kind], strict=True)):
                if mine != theirs:
                    raise SystemExit(f"{first} and {name} disagree on question {number} of '{kind}': {mine} {theirs}")


if __name__ == "__main__":
    main()
