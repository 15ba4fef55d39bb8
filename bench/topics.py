"""How good the topic model is, on outlets and times that it was not trained on.

    python bench/topics.py ant-dev.jsonl.gz

The data is the ANT corpus as in bench/train_topics.py. Printed are, and docs/topics.md explains them:

- F1 for the four topics that outlets label, with one outlet held out at a time, and with the latest
  fifth of each outlet held out; and the same for the two baselines, the commonest topic and seed words
- `--read N`: N articles from sections that name no subject, with what the packaged model assigns, to read
- `--each N`: for each other topic, N articles that it is assigned to, to read
- `--cost`: the time to assign topics to an article whose stems are known
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from train_topics import LABELS, POLICY, WRONG, article, labelled, rows

from newsarchive.article import Article
from newsarchive.topics.model import Floats, Ints, TopicModel, article_stems, assigned_columns, load_model
from newsarchive.topics.numbered import NumberedStems
from newsarchive.topics.regression import Matrix, calibration
from newsarchive.topics.seeds import SeedWords, load_seed_words
from newsarchive.topics.training import THRESHOLD, Examples, fitted, held_out

FOUR = tuple(LABELS.values())
UNNAMED = frozenset({"internationalNews", "middleEast", "localNews"})
"""The sections that name no subject: world, Middle East, local."""
NONE = ""
LATEST = 0.2
LEAD_SHOWN = 220


def f1(given: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """The F1 of each topic that is given to any article."""
    scores = {}
    for topic in FOUR:
        both = sum(topic == first == second for first, second in zip(given, predicted, strict=True))
        size = sum(topic == value for value in given) + sum(topic == value for value in predicted)
        if topic in given:
            scores[topic] = 2 * both / size
    return scores


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


class Trial:
    """Predictions for the articles that an outlet labels with one of the four topics, held out from training."""

    def __init__(self, examples: Examples, confidences: Floats) -> None:
        self._examples = examples
        self._confidences = confidences
        self._columns = [examples.topics.index(topic) for topic in FOUR]
        self._least = np.array([POLICY.thresholds.get(topic, THRESHOLD) for topic in examples.topics])

    def predict(self, row: int, *, always: bool) -> str:
        """The likeliest of the four that is assigned, or none; `always` is the likeliest, whatever its confidence."""
        confidences = self._confidences[row]
        if always:
            return FOUR[int(confidences[self._columns].argmax())]
        found = assigned_columns(confidences, self._least, np.ones(len(confidences), dtype=bool))
        return next((self._examples.topics[column] for column, _ in found if column in self._columns), NONE)

    def report(self, name: str, held: Sequence[int], seeds: SeedWords) -> dict[str, float]:
        """Print the F1 of the model and the baselines, and return the macro-F1 of each."""
        given = [next(iter(self._examples.given[row])) for row in held]
        common = Counter(topic for topics in self._examples.given for topic in topics).most_common(1)[0][0]
        answers = {
            "model": [self.predict(row, always=False) for row in held],
            "model, always one": [self.predict(row, always=True) for row in held],
            "seed words": [by_seed_words(self._examples, row, seeds) for row in held],
            "commonest": [common] * len(held),
        }
        means = {}
        for method, predicted in answers.items():
            scores = f1(given, predicted)
            means[method] = mean(list(scores.values()))
            each = "  ".join(f"{topic} {score:.3f}" for topic, score in scores.items())
            print(f"  {name:<12} {method:<18} {means[method]:.3f}   {each}")
        return means


def by_seed_words(examples: Examples, row: int, seeds: SeedWords) -> str:
    """The topic of the four with most seed words in the article, if any."""
    columns = examples.rows.columns[examples.rows.starts[row] : examples.rows.starts[row + 1]]
    own = {examples.stems[column] for column in columns.tolist()}
    counts = {topic: len(own & seeds[topic]) for topic in FOUR}
    best = max(FOUR, key=counts.__getitem__)
    return best if counts[best] else NONE


def measured(examples: Examples, parts: dict[str, Ints], scores: Matrix, by_outlet: Matrix, seeds: SeedWords) -> None:
    """Report on each part, which was held out. `by_outlet` has scores to fit confidences on, for all other rows."""
    results = defaultdict(list)
    for name, held in parts.items():
        others = np.setdiff1d(np.arange(len(examples.sources)), held)
        confidences = np.zeros(examples.truth.shape)
        importance = examples.importance(others)
        for column in range(len(examples.topics)):
            known = ~np.isnan(examples.truth[others, column])
            slope, offset = calibration(
                by_outlet[others[known], column].astype(np.float64),
                examples.truth[others[known], column] == 1,
                importance[known, column].astype(np.float64),
            )
            confidences[:, column] = 1 / (1 + np.exp(-(slope * scores[:, column] + offset)))
        labelled_rows = [row for row in held.tolist() if examples.given[row]]
        for method, value in Trial(examples, confidences).report(name, labelled_rows, seeds).items():
            results[method].append(value)
    for method, values in results.items():
        print(f"  {'mean':<12} {method:<18} {mean(values):.3f}   lowest {min(values):.3f}")


def shown(row: dict[str, str], model: TopicModel) -> str:
    found = "; ".join(
        f"{given.topic} {given.confidence:.2f} ({'، '.join(given.words)})" for given in model.assign(article(row))
    )
    lead = " ".join(row["body"].split())[:LEAD_SHOWN]
    return f"  {row['source']}, {row['category']}: {row['title']}\n    {lead}\n    -> {found or 'none'}"


def read(data: list[dict[str, str]], model: TopicModel, count: int, seed: int) -> None:
    """Articles of the sections that name no subject."""
    unnamed = [row for row in data if row["category"] in UNNAMED]
    print(f"{count} of {len(unnamed)} articles of world, Middle East and local, drawn with the seed {seed}:")
    chosen = random.Random(seed).sample(unnamed, count)
    for number, row in enumerate(chosen, 1):
        print(f"{number:3}{shown(row, model)}")
    print(f"  with a topic: {sum(bool(model.assign(article(row))) for row in chosen)}")


def read_each(data: list[dict[str, str]], model: TopicModel, count: int, seed: int) -> None:
    """Articles that are assigned each of the other topics."""
    by_topic = defaultdict(list)
    shuffled = random.Random(seed).sample(data, len(data))
    for row in shuffled:
        for given in model.assign(article(row)):
            by_topic[given.topic].append(row)
    for topic in (topic.name for topic in model.topics if not topic.reason):
        print(f"{topic}: assigned to {len(by_topic[topic])} of {len(data)} articles")
        if topic not in FOUR:
            for number, row in enumerate(by_topic[topic][:count], 1):
                print(f"{number:3}{shown(row, model)}")


def cost(articles: list[Article], model: TopicModel) -> None:
    """The time per article, the least of five rounds."""
    numbers: dict[str, int] = {}
    numbered = [
        [np.array([numbers.setdefault(stem, len(numbers)) for stem in part]) for part in article_stems(article)]
        for article in articles
    ]
    stems = NumberedStems(model)
    stems.extend(list(numbers))
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for title, body in numbered:
            stems.assign(title, body)
        rounds.append((time.perf_counter() - began) / len(articles))
    print(f"{min(rounds) * 1000:.3f} ms per article whose stems are known")


def main() -> None:
    """Print the figures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the ANT corpus as JSON Lines, .gz")
    parser.add_argument("--model", type=Path, help="the model for reading and cost; default: the one of the package")
    parser.add_argument("--seed", type=int, default=1, help="what decides which articles are drawn")
    parser.add_argument("--read", type=int, default=0, metavar="N", help="print N articles of sections without subject")
    parser.add_argument("--each", type=int, default=0, metavar="N", help="print N articles of each other topic")
    parser.add_argument("--cost", action="store_true", help="print the time per article")
    options = parser.parse_args()
    model = load_model(options.model)
    if options.read or options.each or options.cost:
        data = list(rows(options.data))
        if options.read:
            read(data, model, options.read, options.seed)
        if options.each:
            read_each(data, model, options.each, options.seed)
        if options.cost:
            cost([article(row) for row in data[:: max(1, len(data) // 2000)]], model)
        return
    seeds = load_seed_words()
    examples = Examples(
        labelled(options.data), {topic: seeds[topic] for topic in seeds if topic not in POLICY.not_assigned}
    )
    sources = np.array(examples.sources)
    outlets = {name: np.flatnonzero(sources == name) for name in sorted(set(examples.sources))}
    print("held-out outlets (" + ", ".join(sorted(WRONG)) + " is left out: its sections are wrong)")
    by_outlet = held_out(examples)
    measured(examples, outlets, by_outlet, by_outlet, seeds)
    print(f"latest {LATEST:.0%} of each section of each outlet")
    late = latest(examples, options.data)
    early = np.setdiff1d(np.arange(len(sources)), late)
    scores = np.zeros(examples.truth.shape, dtype=np.float32)
    scores[late] = fitted(examples, early).scores(examples.rows.only(late))
    measured(examples, {"latest": late}, scores, by_outlet, seeds)


def latest(examples: Examples, data: Path) -> Ints:
    """The rows of the latest articles of each outlet and topic. The ids of the corpus end with the day."""
    days = [given.id[-8:] for given, _ in labelled(data)]
    cells = defaultdict(list)
    for row, (source, topics) in enumerate(zip(examples.sources, examples.given, strict=True)):
        cells[source, tuple(topics)].append(row)
    chosen = []
    for found in cells.values():
        ordered = sorted(found, key=lambda row: (days[row], row))
        chosen += ordered[len(ordered) - round(LATEST * len(ordered)) :]
    return np.array(sorted(chosen))


if __name__ == "__main__":
    main()
