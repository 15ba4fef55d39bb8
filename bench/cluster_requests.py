"""The requests with which `bench/opensearch.py --agree` compares the engines.

They are made of real queries (`../shared/data/relevance-dev` and `crosslang`) and of the titles of the archive, with a
fixed seed: the same requests every time, of every kind that readers can make.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from newsarchive.article import Article
from newsarchive.search import FURTHER_FACETS, Facet, Match, SearchRequest, Sort

SETS = ("known-item", "keywords", "variants", "questions")
SEED = 20


@dataclass(frozen=True)
class Query:
    """A query of a set, and the addresses of the articles that it is about."""

    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What both engines are asked: a method of the search service, and its arguments.

    `kind` is the class that it is counted under. With `restricted`, a reader asks who may not see all texts.
    """

    kind: str
    method: str
    arguments: tuple[object, ...]
    restricted: bool = False


def load_queries(pack: Path, translations: Path | None, count: int) -> dict[str, list[Query]]:
    """`count` queries of each set; those of the first three sets are about the same articles."""
    found: dict[str, list[Query]] = {}
    for name in SETS:
        rows = [json.loads(line) for line in (pack / f"{name}.jsonl").read_text(encoding="utf8").splitlines()]
        chosen = sorted(random.Random(SEED).sample(range(len(rows)), min(count, len(rows))))
        found[name] = [Query(rows[number]["query"], tuple(rows[number]["relevant"])) for number in chosen]
    if translations is not None:
        rows = [line.split("\t") for line in translations.read_text(encoding="utf8").splitlines()]
        texts = [text for row in rows for text in row[1:] if text]
        found["translations"] = [Query(text, ()) for text in random.Random(SEED).sample(texts, min(count, len(texts)))]
    return found


def requests(queries: dict[str, list[Query]], articles: Sequence[Article], count: int) -> Iterator[Asked]:
    """All requests; `count` is about how many of each kind, and `articles` are those of the archive."""
    chosen = random.Random(SEED)
    for name, of_set in queries.items():
        for number, query in enumerate(of_set):
            match = Match.ANY if number % 2 else Match.ALL
            request = SearchRequest(text=query.text, match=match, looser=True)
            yield Asked(f"{name}, {match}", "search", (request, FURTHER_FACETS if number % 3 == 0 else ()))
            if number % 4 == 0:
                yield Asked("restricted reader", "search", (request,), restricted=True)
    made = _Made(articles, chosen)
    for kind, request in made.requests(count):
        yield Asked(kind, "search", (request, FURTHER_FACETS))
        if chosen.random() < 0.1:
            yield Asked("restricted reader", "search", (request, FURTHER_FACETS), restricted=True)
    yield from made.others(count)


class _Made:
    """Requests of words that articles have, and of values that they have."""

    def __init__(self, articles: Sequence[Article], chosen: random.Random) -> None:
        self._articles = articles
        self._chosen = chosen
        self._titles = [article.title.split() for article in articles if len(article.title.split()) > 3]

    def requests(self, count: int) -> Iterator[tuple[str, SearchRequest]]:
        """Searches of each kind."""
        choice = self._chosen.choice
        for number in range(count):
            match = choice(list(Match))
            any_order = SearchRequest(text=self._words(1), sort=list(Sort)[number % len(Sort)], match=match)
            yield "sorts", any_order
            yield "filters", self._filtered(replace(any_order, text=choice((self._words(1), self._words(2), ""))))
            limit = choice((1, 7, 20, 100))
            sort = choice((None, *Sort))
            yield "pages", SearchRequest(text=self._words(1), limit=limit, page=choice((2, 3, 10, 40)), sort=sort)
            yield "phrases", SearchRequest(text=f'"{self._run(self._chosen.randint(2, 4))}"', looser=True)
            yield "proximity", SearchRequest(text=f'"{self._words(2)}"~{choice((1, 3, 8, 20))}')
            yield "prefix", SearchRequest(text=f"{self._long()[: choice((2, 3, 4))]}*", sort=sort)
            yield "query language", SearchRequest(text=self._expression())
            yield "did you mean", SearchRequest(text=self._misspelled(), match=match, looser=True)
            yield "nothing typed", self._filtered(SearchRequest(sort=sort, limit=limit))

    def others(self, count: int) -> Iterator[Asked]:
        """What isn't a search: completions, related articles, exports and counts."""
        for number in range(count):
            restricted = number % 5 == 0
            typed = self._run(self._chosen.randint(1, 2))
            typed = typed[: max(1, len(typed) - self._chosen.randint(0, 4))]
            yield Asked("completion", "complete", (typed, 10), restricted)
            yield Asked("related", "related", (self._chosen.choice(self._articles).id, 10), restricted)
            request = self._filtered(SearchRequest(text=self._words(1), sort=self._chosen.choice(list(Sort))))
            yield Asked("exports", "listing", (request,))
            yield Asked("counts", "count", (request, FURTHER_FACETS))
            yield Asked("counts", "count_days", (request,))
            yield Asked("counts", "spreads", (request, list(Facet)[number % len(Facet)]))

    def _filtered(self, request: SearchRequest) -> SearchRequest:
        """The request with filters by some values of an article."""
        article = self._chosen.choice(self._articles)
        other = self._chosen.choice(self._articles)
        day = article.published_day or date(2018, 3, 1)
        filters: list[dict[str, object]] = [
            {"sources": tuple({article.source, other.source} - {""})},
            {"topics": tuple(topic.name for topic in article.topics[:1])},
            {"authors": article.authors[:1]},
            {"languages": (article.language,) if article.language else ()},
            {"date_from": day - timedelta(days=self._chosen.randint(0, 60)), "date_to": day},
            {"date_from": day},
        ]
        chosen: dict[str, object] = {}
        for one in self._chosen.sample(filters, self._chosen.randint(1, 3)):
            chosen |= one
        return replace(request, **chosen)  # type: ignore[arg-type]

    def _words(self, count: int) -> str:
        title = self._chosen.choice(self._titles)
        return " ".join(self._chosen.sample([_bare(word) for word in title], count))

    def _long(self) -> str:
        return max((_bare(word) for word in self._chosen.choice(self._titles)), key=len)

    def _run(self, count: int) -> str:
        """Words that follow each other in a title or a body."""
        words = self._chosen.choice((self._chosen.choice(self._articles).body.split()[:200], []))
        words = words if len(words) > count else self._chosen.choice(self._titles)
        start = self._chosen.randrange(max(1, len(words) - count))
        return " ".join(_bare(word) for word in words[start : start + count])

    def _misspelled(self) -> str:
        """Words of a title, one of them with a letter that is missing, doubled, wrong or out of place."""
        word = self._long()
        at = self._chosen.randrange(max(1, len(word) - 1))
        letter = self._chosen.choice("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
        wrong = self._chosen.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] * 2 + word[at:] if word else word,
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            )
        )
        return self._chosen.choice((wrong, f"{self._words(1)} {wrong}"))

    def _expression(self) -> str:
        word, other, third = self._words(1), self._words(1), self._words(1)
        source = self._chosen.choice(self._articles).source or "bbc"
        return self._chosen.choice(
            (
                f"{word} OR {other}",
                f"{word} -{other}",
                f"({word} OR {other}) {third}",
                f"عنوان:{word}",
                f"title:{word} {other}",
                f"source:{source} {word}",
                f'"{self._run(2)}" -{word}',
                f"{word}^3 OR {other}",
                f"{self._long()[:4]}* {word}",
                f"date:2018-0{self._chosen.randint(1, 6)} {word}",
                f"author:{word} OR {other}",
                f'{word} OR "{self._run(3)}"~6',
            )
        )


def _bare(word: str) -> str:
    """A word without what the query language means by signs."""
    return word.strip("\"'():*^~-.,،؛؟!«»[]{}") or "خبر"
