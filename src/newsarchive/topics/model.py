"""The topic model: which topics an article is about, by the words in it.

The model is a text table that a person can read. Each topic has at most `MAX_STEMS` stems, each with a
weight; the model of the package is `model.tsv`. What a stem adds to the score of a topic is its weight
times the stem's *value* in the article:

    value = log(1 + times in the beginning of the body + TITLE_WEIGHT * times in the title)

divided by the length of the vector of all values, so that a long article isn't about everything. The
score becomes a confidence between 0 and 1 by a curve that was fitted on articles of outlets that the
weights were not trained on. The likeliest topic that reaches its threshold is assigned, unless it is
not sure and others are likely too. A further topic must reach `FURTHER` too.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Token, tokenize, words
from newsarchive.article import Article
from newsarchive.errors import ConfigError
from newsarchive.wording import worded

FILE_NAME = "model.tsv"
MAX_STEMS = 400
"""The most stems that one topic has."""
TITLE_WEIGHT = 3
"""How many times a word of the title counts."""
LEAD = 300
"""How many words of the body are read. What follows is background, often about something else."""
SMOOTHING = 3.0
"""Added to the squared length of an article's values, so that one or two words don't decide alone."""
FURTHER = 0.65
"""The least confidence of a further topic, next to the likeliest."""
SURE = 0.8
"""A topic this likely is assigned even if others are likely too."""
MOST_RIVALRY = 1.2
"""The most that the confidences of all other topics are together, in parts of that of a topic that isn't `SURE`."""
SHOWN_WORDS = 5
"""The most words that an assignment shows."""

_STEEPEST = 700.0
"""The exponential function of more than this overflows."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_TOPIC = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\]")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A topic of an article: how likely it is right, from 0 to 1, and the words of the article that decided.

    The words are as written in the article, the most important one first.
    """

    topic: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """How the score of one topic is read.

    The confidence is the logistic function of `slope * score + offset`. A topic with a `reason` is never
    assigned; the reason says why.
    """

    name: str
    bias: float
    slope: float
    offset: float
    threshold: float
    reason: str = ""


class Values(NamedTuple):
    """The stems of the model that an article has, by their rows, and their values there."""

    rows: Ints
    values: Floats


class TopicModel:
    """Topics, and the weight of each stem for each topic.

    `weights` maps each topic's name to its stems and their weights. The same article always gets the same
    assignments.
    """

    def __init__(self, topics: Sequence[Topic], weights: Mapping[str, Mapping[str, float]], head: str = "") -> None:
        self.topics = tuple(topics)
        self.head = head
        """The comment at the beginning of the file: how the model was made, and its license."""
        self.stems = tuple(sorted({stem for stems in weights.values() for stem in stems}))
        self._rows = {stem: row for row, stem in enumerate(self.stems)}
        self._weights = np.zeros((len(self.stems), len(self.topics)))
        for column, topic in enumerate(self.topics):
            for word, weight in weights.get(topic.name, {}).items():
                self._weights[self._rows[word], column] = weight
        self._bias = np.array([topic.bias for topic in self.topics])
        self._slope = np.array([topic.slope for topic in self.topics])
        self._offset = np.array([topic.offset for topic in self.topics])
        self._can_be_assigned = np.array([not topic.reason for topic in self.topics])
        self._least = np.array([2.0 if topic.reason else topic.threshold for topic in self.topics])

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything that decides which topics an article gets, in hexadecimal."""
        reading = f"{TITLE_WEIGHT} {LEAD} {SMOOTHING} {FURTHER} {SURE} {MOST_RIVALRY}\n"
        return hashlib.sha256((reading + self._table()).encode()).hexdigest()

    def rows(self, stems: Iterable[str]) -> list[int]:
        """The row of each stem in the model; a stem without weights has the row `len(model.stems)`."""
        unknown = len(self.stems)
        return [self._rows.get(stem, unknown) for stem in stems]

    def values(self, title: Sequence[int] | Ints, lead: Sequence[int] | Ints) -> Values:
        """The value of each stem of the model in an article, by the rows of its title and its `LEAD` words."""
        size = len(self.stems) + 1
        counts = np.bincount(np.asarray(lead, dtype=np.int64), minlength=size)
        if len(title):
            counts += TITLE_WEIGHT * np.bincount(np.asarray(title, dtype=np.int64), minlength=size)
        rows = np.flatnonzero(counts[:-1])
        values: Floats = np.log1p(counts[rows])
        return Values(rows, values / math.sqrt(SMOOTHING + values @ values))

    def confidences(self, found: Values) -> Floats:
        """The confidence of each topic of the model."""
        score = found.values @ self._weights[found.rows] + self._bias
        confidence: Floats = 1 / (1 + np.exp(np.minimum(-(self._slope * score + self._offset), _STEEPEST)))
        return confidence

    def assigned(self, found: Values) -> list[tuple[int, float]]:
        """The columns of the topics that are assigned, with their confidence, best first."""
        return assigned_columns(self.confidences(found), self._least, self._can_be_assigned)

    def assign(self, article: Article) -> tuple[Assignment, ...]:
        """The topics of an article, best first. Empty if no topic reaches its threshold."""
        title, lead = article_stems(article)
        found = self.values(self.rows(title), self.rows(lead))
        columns = self.assigned(found)
        if not columns:
            return ()
        decisive = [self._decisive(found, column) for column, _ in columns]
        written = _written(article, {one for stems in decisive for one in stems})
        return tuple(
            Assignment(self.topics[column].name, round(confidence, 4), tuple(written[one] for one in stems))
            for (column, confidence), stems in zip(columns, decisive, strict=True)
        )

    def _decisive(self, found: Values, column: int) -> tuple[str, ...]:
        """The stems that added most to the score of a topic."""
        added = found.values * self._weights[found.rows, column]
        best = np.argsort(-added, kind="stable")[:SHOWN_WORDS].tolist()
        return tuple(self.stems[found.rows[place]] for place in best if added[place] > 0)

    def save(self, path: Path) -> None:
        """Write the model to a file that `load_model` reads."""
        path.write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """The model as its file has it."""
        head = "".join(f"# {line}".rstrip() + "\n" for line in self.head.splitlines())
        return head + self._table()

    def _table(self) -> str:
        lines = []
        for column, topic in enumerate(self.topics):
            numbers = (f"{number:.4f}" for number in (topic.bias, topic.slope, topic.offset, topic.threshold))
            lines.append("\t".join((f"[{topic.name}]", *numbers, topic.reason)).rstrip())
            weighted = [(-self._weights[row, column], stem) for row, stem in enumerate(self.stems)]
            lines += [f"{stem}\t{topic.name}\t{-weight:.3f}" for weight, stem in sorted(weighted) if weight]
        return "\n".join(lines) + "\n"


def assigned_columns(confidences: Floats, least: Floats, rivals: NDArray[np.bool_]) -> list[tuple[int, float]]:
    """The columns that are assigned and their confidence, best first, by the `least` confidence of each.

    An article that is a little about everything is about nothing: if the likeliest topic isn't sure, and
    all `rivals` together are much likelier, none is assigned.
    """
    columns = np.flatnonzero(confidences >= least).tolist()
    reached = sorted(((column, float(confidences[column])) for column in columns), key=lambda pair: (-pair[1], pair[0]))
    if not reached:
        return []
    confidence = reached[0][1]
    others = float(confidences[rivals].sum()) - confidence
    if confidence < SURE and others > MOST_RIVALRY * confidence:
        return []
    return [reached[0], *(pair for pair in reached[1:] if pair[1] >= FURTHER)]


def article_stems(article: Article) -> tuple[list[str], list[str]]:
    """The stems of an article's title, none if the title was made from the text, and of the beginning of its body."""
    title = "" if article.title_derived else article.title
    return list(map(stem, words(title))), list(map(stem, words(article.body)[:LEAD]))


def _written(article: Article, wanted: set[str]) -> dict[str, str]:
    """Each of the stems with the first word of the article that has it, as written. Those of the body come first."""
    written: dict[str, str] = {}
    for text in (article.body, "" if article.title_derived else article.title):
        token: Token
        for token in tokenize(text):
            if len(written) == len(wanted):
                return written
            if (found := stem(token.text)) in wanted:
                written.setdefault(found, text[token.start : token.end])
    return written


def load_model(path: Path | None = None) -> TopicModel:
    """The model in a file, or the one of this package.

    Raises ConfigError, which names the file and the line, if the file is unreadable or isn't a model.
    """
    if path is None:
        return _packaged_model()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(worded("cannot read the topic model {path}: {error}", path=path, error=error)) from error
    return parse_model(text, str(path))


@cache
def _packaged_model() -> TopicModel:
    source = files("newsarchive.topics").joinpath(FILE_NAME)
    return parse_model(source.read_text(encoding="utf-8"), str(source))


def parse_model(text: str, origin: str) -> TopicModel:
    """The model in a text. Raises ConfigError, which names `origin` and the line, if it isn't one."""
    head: list[str] = []
    topics: list[Topic] = []
    weights: dict[str, dict[str, float]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            if line.startswith("#"):
                head += [line[1:].removeprefix(" ")] if not topics else []
            elif line.startswith("["):
                topic = _topic(line.split("\t"), weights)
                topics.append(topic)
                weights[topic.name] = {}
            else:
                _add_weight(line.split("\t"), topics, weights)
        except ValueError as error:
            raise ConfigError(
                worded("{origin}:{number}: {error}", origin=origin, number=number, error=error)
            ) from error
    if not topics:
        raise ConfigError(worded("{origin}:1: no topic model: there is no line such as [sport]", origin=origin))
    return TopicModel(topics, weights, "\n".join(head))


def _topic(columns: list[str], known: Mapping[str, object]) -> Topic:
    if len(columns) not in {5, 6}:
        raise ValueError(worded("a topic has 5 or 6 columns, separated by tabs, not {columns}", columns=len(columns)))
    match = _TOPIC.fullmatch(columns[0])
    if not match:
        raise ValueError(worded("{name} is no topic: write [sport]", name=columns[0]))
    if match[1] in known:
        raise ValueError(worded("the topic {name} is there twice", name=match[1]))
    bias, slope, offset, threshold = map(_number, columns[1:5])
    if not 0 < threshold <= 1:
        raise ValueError(worded("the threshold is {value}, but must be above 0 and at most 1", value=columns[4]))
    if slope <= 0:
        raise ValueError(worded("the slope is {value}, but must be above 0", value=columns[2]))
    return Topic(match[1], bias, slope, offset, threshold, columns[5] if len(columns) == 6 else "")


def _add_weight(columns: list[str], topics: Sequence[Topic], weights: Mapping[str, dict[str, float]]) -> None:
    if len(columns) != 3:
        raise ValueError(
            worded(
                "a stem has 3 columns, stem, topic and weight, separated by tabs, not {columns}", columns=len(columns)
            )
        )
    word, topic, weight = columns
    if topic in weights and topics[-1].name != topic:
        raise ValueError(
            worded(
                "«{word}» of {topic} is among the stems of {name}; move it below [{topic}]",
                word=word,
                topic=topic,
                name=topics[-1].name,
            )
        )
    if topic not in weights:
        raise ValueError(worded("the topic {topic} doesn't have its line [{topic}] above its stems", topic=topic))
    stems = weights[topic]
    if not word or word in stems:
        raise ValueError(worded("the stem «{word}» is empty, or there twice", word=word))
    if len(stems) == MAX_STEMS:
        raise ValueError(worded("{topic} has more than {limit} stems", topic=topic, limit=MAX_STEMS))
    stems[word] = _number(weight)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(worded("«{text}» is no number", text=text)) from None
    if not abs(number) < 1_000:
        raise ValueError(worded("{text} is out of range", text=text))
    return number
