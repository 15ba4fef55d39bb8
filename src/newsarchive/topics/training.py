"""Train the topic model from articles with topics, and with seed words where no outlet gives any.

One logistic regression per topic, against everything else. What makes it work on outlets that it has
not seen:

- stems that few outlets use, or one outlet far more than the others, are left out: names of outlets,
  bylines and fixed phrases would mark the outlet instead of the topic
- each outlet counts by the square root of the number of its articles
- confidences are fitted on each outlet's articles with a model that was trained on the others.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.topics.model import (
    MAX_STEMS,
    SMOOTHING,
    TITLE_WEIGHT,
    Floats,
    Ints,
    Topic,
    TopicModel,
    article_stems,
)
from newsarchive.topics.regression import Mask, Matrix, Prior, SparseRows, Targets, calibration, fit
from newsarchive.topics.seeds import READ, SeedWords, evidence
from newsarchive.wording import worded

LEAST_ARTICLES = 20
"""How many articles have a stem that gets a weight, at least."""
LEAST_OUTLETS = 3
"""How many outlets use it, at least."""
LARGEST_SHARE = 0.8
"""The largest share that one outlet has in it, if all outlets had equally many articles."""
COMMON = 0.4
"""A stem in more of the articles than this tells nothing about a topic."""
THRESHOLD = 0.7
"""The threshold of a topic that has none of its own."""
SEED_WEIGHT = 6.0
"""The weight that a seed word has as long as the articles don't say otherwise."""
_SHRINKAGE = 1e-6
_STEPS_OF_ALL = 60
_STEPS = 150
_BALANCE = 0.5


_AMBIGUOUS = ("إبل", "نجم", "نجمة", "نجوم", "كتب", "كتاب", "كاتب", "مؤلف", "مقال", "لوحة", "قرن", "تجربة")
"""Words whose stem has several meanings: camels and Apple, stars of skies, films and clubs, writing and books."""
_STOPS = STOP_WORDS | frozenset(stem(word) for listed in (*STOP_WORDS, *_AMBIGUOUS) for word in words(listed))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a person decided by reading: thresholds of topics, and topics that aren't assigned, with the reason."""

    thresholds: Mapping[str, float]
    not_assigned: Mapping[str, str]

    @classmethod
    def of(cls, model: TopicModel) -> "Policy":
        """What was decided for a model, to train it again on other articles."""
        return cls(
            thresholds={topic.name: topic.threshold for topic in model.topics if not topic.reason},
            not_assigned={topic.name: topic.reason for topic in model.topics if topic.reason},
        )


class Examples:
    """Articles as stems by number, with what is known about their topics.

    `labelled` has pairs of an article and its topics, which are complete with regard to the topics that
    the article's outlet gives to any article. An article without topics is an example of topics by its
    seed words only.
    """

    def __init__(self, labelled: Iterable[tuple[Article, Collection[str]]], seeds: SeedWords) -> None:
        self.topics = tuple(sorted(seeds))
        self.sources: list[str] = []
        numbers: dict[str, int] = defaultdict(lambda: len(numbers))
        counts: list[dict[int, int]] = []
        known: list[list[float]] = []
        given_at: list[frozenset[str]] = []
        for article, given in labelled:
            title, lead = article_stems(article)
            found = Counter(map(numbers.__getitem__, lead))
            for number in map(numbers.__getitem__, title):
                found[number] += TITLE_WEIGHT
            counts.append(found)
            self.sources.append(article.source)
            given_at.append(frozenset(given))
            known.append([_as_number(evidence(title, lead[:READ], seeds[topic])) for topic in self.topics])
        self.stems = list(numbers)
        self.expected = np.zeros((len(numbers), len(self.topics)), dtype=np.float32)
        """The weight that each stem is expected to have: `SEED_WEIGHT` for a seed word of the topic, else 0."""
        for column, topic in enumerate(self.topics):
            self.expected[[numbers[seed] for seed in sorted(seeds[topic]) if seed in numbers], column] = SEED_WEIGHT
        is_seed = self.expected > 0
        self.foreign: Mask = is_seed.any(axis=1, keepdims=True) & ~is_seed
        """Whether a stem is a seed word of other topics only. It never counts for the topic."""
        self.rows = _sparse(counts, len(numbers))
        self.given = given_at
        self.truth = self._with_given(np.array(known, dtype=np.float32).reshape(len(counts), len(self.topics)))

    def _with_given(self, by_seeds: Matrix) -> Matrix:
        """1, 0, or NaN for unknown: what the outlet says, else what the seed words say.

        An article of an outlet's section isn't about the topics of the other sections, unless seed words say so.
        """
        labels = frozenset().union(*self.given)
        truth = by_seeds.copy()
        for row, given in enumerate(self.given):
            for column, topic in enumerate(self.topics):
                if topic in given:
                    truth[row, column] = 1
                elif given and topic in labels:
                    truth[row, column] = np.nan if by_seeds[row, column] == 1 else 0
        return truth

    def importance(self, rows: Ints) -> Matrix:
        """How much each of these rows counts for each topic."""
        outlets = np.unique(np.array(self.sources)[rows], return_inverse=True)[1]
        truth = self.truth[rows]
        importance = np.zeros(truth.shape, dtype=np.float32)
        for value in (0, 1):
            for outlet in range(outlets.max(initial=-1) + 1):
                cell = (truth == value) & (outlets == outlet)[:, None]
                size = np.maximum(1, cell.sum(axis=0)).astype(np.float32)
                importance += cell * size ** (-_BALANCE)
        return importance

    def usable(self, rows: Ints) -> Ints:
        """The stems that get weights, judged by these rows."""
        outlets, outlet_of = np.unique(np.array(self.sources)[rows], return_inverse=True)
        part = self.rows.only(rows)
        sizes = np.bincount(outlet_of)
        row_of = np.repeat(np.arange(part.height), np.diff(part.starts))
        used = np.zeros((part.width, len(outlets)))
        np.add.at(used, (part.columns, outlet_of[row_of]), 1)
        rates = used / np.maximum(1, sizes)
        total = used.sum(axis=1)
        largest = rates.max(axis=1) / np.maximum(1e-12, rates.sum(axis=1))
        is_word = np.array([_is_word(stem) for stem in self.stems])
        least = min(LEAST_OUTLETS, len(outlets))
        fits = is_word & (total >= LEAST_ARTICLES) & (total <= COMMON * len(rows)) & ((used > 0).sum(axis=1) >= least)
        if len(outlets) > 1:
            fits &= largest <= LARGEST_SHARE
        return np.flatnonzero(fits)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights and biases: `weights` has a row per stem of `columns`, and a column per topic."""

    columns: Ints
    weights: Matrix
    bias: Matrix

    def scores(self, rows: SparseRows) -> Matrix:
        """The score of each topic for each row."""
        return rows.restricted(self.columns).normalized(SMOOTHING).times(self.weights) + self.bias


def fitted(examples: Examples, rows: Ints) -> Fitted:
    """Fit on these rows: all stems first, then the best `MAX_STEMS` of each topic alone."""
    # Topics that only seed words know have few examples, and must not slow the learning of the others.
    given = frozenset().union(*examples.given)
    groups = np.array([topic in given for topic in examples.topics], dtype=np.int64)
    targets = Targets(np.nan_to_num(examples.truth[rows]), examples.importance(rows), groups)
    part = examples.rows.only(rows)
    columns = examples.usable(rows)
    every = np.ones((len(columns), len(examples.topics)), dtype=bool)
    prior = Prior(examples.expected[columns], _SHRINKAGE, every, examples.foreign[columns])
    weights, _, spread = _fit(part.restricted(columns), targets, prior, _STEPS_OF_ALL)
    best = np.argsort(-np.abs(weights) * spread[:, None], axis=0, kind="stable")[:MAX_STEMS]
    allowed: Mask = np.zeros(weights.shape, dtype=bool)
    np.put_along_axis(allowed, best, values=True, axis=0)
    kept = np.flatnonzero(allowed.any(axis=1))
    prior = Prior(
        examples.expected[columns[kept]] * allowed[kept], _SHRINKAGE, allowed[kept], examples.foreign[columns[kept]]
    )
    weights, bias, _ = _fit(part.restricted(columns[kept]), targets, prior, _STEPS)
    return Fitted(columns[kept], weights, bias)


def _fit(part: SparseRows, targets: Targets, prior: Prior, steps: int) -> tuple[Matrix, Matrix, Floats]:
    """Weights, biases, and how much each stem varies. Rare stems are scaled up, as they tell more about a topic."""
    part = part.normalized(SMOOTHING)
    articles = np.bincount(part.columns, minlength=part.width)
    rarity = np.log((part.height + 1) / (articles + 1)).astype(np.float32)[:, None]
    scaled = prior._replace(expected=prior.expected / rarity)
    weights, bias = fit(part.scaled(rarity[:, 0]), targets, scaled, steps)
    spread = np.sqrt(np.bincount(part.columns, np.square(part.values, dtype=np.float64), minlength=part.width))
    return np.asarray(weights * rarity, dtype=np.float32), bias, spread


def held_out(examples: Examples) -> Matrix:
    """The score of each topic for each article, by a model that was trained on the other outlets."""
    sources = np.array(examples.sources)
    scores = np.zeros(examples.truth.shape, dtype=np.float32)
    for outlet in sorted(set(examples.sources)):
        rest, own = np.flatnonzero(sources != outlet), np.flatnonzero(sources == outlet)
        if len(rest):
            scores[own] = fitted(examples, rest).scores(examples.rows.only(own))
    return scores


def train(
    labelled: Iterable[tuple[Article, Collection[str]]], seeds: SeedWords, policy: Policy, head: str = ""
) -> TopicModel:
    """The model of these articles, which are read once. The same input gives the same model.

    `labelled` has each article with its topics, or with none if its outlet gives none that counts; see
    `Examples`. The topics are those with seed words. Raises ValueError without articles of two outlets.
    """
    examples = Examples(labelled, {topic: seeds[topic] for topic in seeds if topic not in policy.not_assigned})
    if len(set(examples.sources)) < 2:
        raise ValueError(worded("training needs articles of two outlets, because it checks each on the others"))
    final = fitted(examples, np.arange(len(examples.sources)))
    return as_model(examples, final, held_out(examples), policy, head)


def as_model(examples: Examples, final: Fitted, scores: Matrix, policy: Policy, head: str) -> TopicModel:
    """The model with its confidences, fitted on the scores of held-out outlets."""
    importance = examples.importance(np.arange(len(examples.sources)))
    topics, weights = [], {}
    for column, name in enumerate(examples.topics):
        known = np.flatnonzero(~np.isnan(examples.truth[:, column]))
        slope, offset = calibration(
            scores[known, column].astype(np.float64),
            examples.truth[known, column] == 1,
            importance[known, column].astype(np.float64),
        )
        bias, slope, offset = (round(float(number), 4) for number in (final.bias[column], slope, offset))
        topics.append(Topic(name, bias, slope, offset, policy.thresholds.get(name, THRESHOLD)))
        weights[name] = {
            examples.stems[stem]: weight
            for stem, number in zip(final.columns.tolist(), final.weights[:, column].tolist(), strict=True)
            if (weight := round(number, 3))
        }
    topics += [Topic(name, 0, 1, 0, 1, reason) for name, reason in policy.not_assigned.items()]
    return TopicModel(sorted(topics, key=lambda topic: topic.name), weights, head)


def _is_word(form: str) -> bool:
    """Whether a stem may say something about a topic: numbers, lone letters and stop words don't."""
    return len(form) > 1 and form not in _STOPS and not any(sign.isdigit() for sign in form)


def _as_number(known: bool | None) -> float:
    return float("nan") if known is None else float(known)


def _sparse(counts: Sequence[Mapping[int, int]], width: int) -> SparseRows:
    starts = np.concatenate(([0], np.cumsum([len(found) for found in counts]))).astype(np.int64)
    columns = np.fromiter((column for found in counts for column in sorted(found)), dtype=np.int64)
    values = np.fromiter((found[column] for found in counts for column in sorted(found)), dtype=np.float32)
    return SparseRows(starts, columns, np.log1p(values), width)
