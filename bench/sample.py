"""The queries for the engines: words of the first articles, picked with a fixed seed."""

import random
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from corpus import DAYS, FIRST_DAY
from questions import Analysed, Question

SAMPLE = 20_000
QUESTIONS = 20
SEED = 4


def questions(articles: Iterable[Analysed]) -> dict[str, list[Question]]:
    """The queries of each class. Words come from the 3,000 with the highest document frequency."""
    stems: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    sources: Counter[str] = Counter()
    together: list[list[str]] = []
    for article in articles:
        own = {stem for section in article.stems for stem in section if len(stem) > 2}
        stems.update(own)
        exact.update({word for section in article.exact for word in section})
        pairs.update({pair for section in article.exact for pair in pairwise(section)})
        sources[article.source] += 1
        if len(together) < 200:
            together.append(sorted(own))
    return _picked(stems, exact, pairs, _most_common(sources, 3), together)


def _picked(
    stems: Counter[str],
    exact: Counter[str],
    pairs: Counter[tuple[str, str]],
    sources: list[str],
    together: list[list[str]],
) -> dict[str, list[Question]]:
    choice = random.Random(SEED)
    ranked = _most_common(stems, 3000)
    single = [ranked[rank] for rank in sorted(choice.sample(range(20, 2000), QUESTIONS))]
    frequent = set(ranked[20:800])
    both = [
        tuple(choice.sample(shared, 2))
        for words in together
        if len(shared := [stem for stem in words if stem in frequent]) > 1
    ][:QUESTIONS]
    common = [tuple(choice.sample(ranked[10:100], 3)) for _ in range(QUESTIONS)]
    phrases = [pair for pair in _most_common(pairs, 4000) if min(map(len, pair)) > 3][:QUESTIONS]
    starts = [word[:3] for word in _most_common(exact, 3000) if len(word) > 5 and word.isalpha()]
    prefixes = choice.sample(sorted(set(starts)), QUESTIONS)
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


def _most_common(counted: Counter[Any], most: int) -> list[Any]:
    """The `most` most frequent values. Ties go by sort order, so every run gets the same values."""
    return sorted(counted, key=lambda one: (-counted[one], one))[:most]
