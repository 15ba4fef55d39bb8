"""Turn an article into a document of the cluster."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from newsarchive.arabic.names import name_key
from newsarchive.article import Article
from newsarchive.search.indexing.article_values import moment_of, sites_of
from newsarchive.search.indexing.document_topics import DocumentTopics
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.opensearch.mapping import (
    ARRIVAL,
    CONDENSED,
    DAY,
    IMPACT_SEPARATOR,
    MOMENT,
    MONTH,
    PLACE,
    PUBLISHER_KEY,
    places_of,
)
from newsarchive.search.opensearch.terms import SAFE_LENGTH, id_term, indexable
from newsarchive.search.scoring.analysis import has_title, searched_texts
from newsarchive.search.scoring.arrays import IntArray
from newsarchive.search.scoring.impact import impacts
from newsarchive.search.scoring.ranking import UNDATED
from newsarchive.search.scoring.reranking import ENCODING, HEADER, LEAD_WORDS
from newsarchive.search.scoring.tree import Field
from newsarchive.topics import Topics

Section = Sequence[Sequence[int]]
"""The words of each paragraph of a title, a body or a summary, by number."""


class DocumentBuilder:
    """Makes documents of articles. Words that were seen before cost one lookup; not thread-safe."""

    def __init__(self, topics: Topics, wordbook: Wordbook) -> None:
        self._wordbook = wordbook
        self._topics = DocumentTopics(topics, wordbook)

    def document(self, article: Article, *, place: int, arrival: int) -> Mapping[str, Any]:
        """The document of an article, whose last revision is at `place` and whose first one was at `arrival`."""
        self._wordbook.make_room()
        exact = [self._wordbook.read_lines(part) for part in searched_texts(article)]
        meaning = self._topics.meaning_of(article)
        assigned = () if meaning.topics else self._topics.assigned(article, exact)
        moment = moment_of(article)
        values: dict[str, Any] = {
            **self._words(Field.EXACT, Field.TEXT, exact),
            **(self._words(Field.TITLE_EXACT, Field.TITLE, exact[:1]) if has_title(article) else {}),
            **self._words(Field.SOURCE_WORDS, None, [self._wordbook.read_lines(article.source)]),
            **self._words(Field.AUTHOR_WORDS, None, list(map(self._wordbook.read_lines, article.authors))),
            Field.ID: id_term(article.id),
            Field.SOURCE: _keywords([article.source]),
            Field.TOPIC: _keywords(meaning.topics),
            Field.ASSIGNED_TOPIC: _keywords(assigned),
            Field.SECTION: _keywords(meaning.sections),
            Field.SITE: _keywords(sites_of(article.url)),
            Field.AUTHORS: _keywords(article.authors),
            Field.AUTHOR_KEY: _keywords(map(name_key, article.authors)),
            Field.PUBLISHER: _keywords([article.publisher]),
            PUBLISHER_KEY: _keywords([name_key(article.publisher)]),
            Field.LANGUAGE: _keywords([article.language]),
            MOMENT: None if moment == UNDATED else moment,
            ARRIVAL: arrival,
            PLACE: place,
            CONDENSED: base64.b64encode(self._condensed(exact)).decode(),
        }
        if article.published_day is not None:
            values |= {DAY: article.published_day.toordinal(), MONTH: article.published_day.isoformat()[:7]}
        return {name: value for name, value in values.items() if value not in (None, [], "")}

    def distinct_words(self, article: Article) -> set[str]:
        """The distinct folded words of an article, for counting the articles that have a word."""
        exact = [self._wordbook.read_lines(part) for part in searched_texts(article)]
        return {self._wordbook.exact[number] for number in _flat(exact)}

    def _words(self, exact: Field, stems: Field | None, sections: Sequence[Section]) -> dict[str, Any]:
        """The fields with the impacts and positions of words and, if `stems` is given, of their stems."""
        depths = np.fromiter(_depths(sections), dtype=np.intp)
        numbers = np.fromiter(_flat(sections), dtype=np.intp, count=len(depths))
        found = _fields(exact, self._wordbook.exact, numbers, depths, sections)
        if stems is not None:
            of_stems = iter(self._wordbook.to_stems(numbers).tolist())
            stemmed = [[[next(of_stems) for _ in paragraph] for paragraph in section] for section in sections]
            found |= _fields(
                stems, self._wordbook.stems, np.fromiter(_flat(stemmed), np.intp, len(depths)), depths, stemmed
            )
        return found

    def _condensed(self, sections: Sequence[Section]) -> bytes:
        """The condensed words of an article (see `scoring.reranking`), as the Whoosh engine's `condensing` has them."""
        texts = self._wordbook.exact
        words = [[texts[number] for number in chain.from_iterable(section)] for section in sections]
        lead = _run(chain.from_iterable(part[:LEAD_WORDS] for part in words))
        rest = _run(chain.from_iterable(part[LEAD_WORDS:] for part in words))
        return HEADER.pack(sum(map(len, words)), len(lead)) + lead + rest


def _fields(
    field: Field, texts: Sequence[str], numbers: IntArray, depths: IntArray, sections: Sequence[Section]
) -> dict[str, Any]:
    if not len(numbers):
        return {}
    words, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    least = np.full(len(words), len(numbers), dtype=np.intp)
    np.minimum.at(least, inverse, depths)
    steps = impacts(counts, least, np.full(len(words), len(numbers)))
    terms = dict(zip(words.tolist(), _terms([texts[number] for number in words.tolist()]), strict=True))
    paragraphs = (" ".join([terms[number] for number in part]) for part in chain.from_iterable(sections))
    return {
        field.value: " ".join(map(f"%s{IMPACT_SEPARATOR}%d".__mod__, zip(terms.values(), steps.tolist(), strict=True))),
        places_of(field): list(filter(None, paragraphs)),
    }


def _terms(words: list[str]) -> list[str]:
    """The terms of words, which are nearly always the words."""
    return words if max(map(len, words)) <= SAFE_LENGTH else list(map(indexable, words))


def _flat(sections: Iterable[Section]) -> Iterable[int]:
    return chain.from_iterable(chain.from_iterable(sections))


def _depths(sections: Iterable[Section]) -> Iterable[int]:
    """The number of words before each word in its section."""
    return chain.from_iterable(range(sum(map(len, section))) for section in sections)


def _run(words: Iterable[str]) -> bytes:
    """Words with a space before, between and after them; two spaces if there are none."""
    return (" " + ("".join(f"{word} " for word in words) or " ")).encode(ENCODING, "replace")


def _keywords(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(indexable, filter(None, values))))
