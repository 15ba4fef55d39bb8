"""Reranking of the best hits by the character n-grams they share with the query.

Stems miss some forms of a word. N-grams find them, but indexing n-grams would double the postings.
So only the first `RERANKED` hits are reranked, using a condensed copy of their words that the index
stores (see `condensing`):

    score += NGRAM_WEIGHT * sum of idf(g) * f / (f + NORM_BASE + NORM_PER_WORD * L)

over the n-grams g of the query's words, where f is the number of occurrences of g and L the number
of words in the article. An occurrence in the first `LEAD_WORDS` words of title, body or summary
counts `LEAD_FACTOR` times. The document frequencies come from a frozen table
(`newsarchive.arabic.ngrams`).
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from newsarchive.arabic.ngrams import LENGTH, ngram_table, ngrams
from newsarchive.search.scoring.arrays import ScoreArray
from newsarchive.search.scoring.impact import NORM_BASE, NORM_PER_WORD
from newsarchive.search.scoring.ranking import SCORE_STEPS, Ranking
from newsarchive.search.scoring.statistics import inverse_document_frequency

RERANKED = 50
"""The number of best hits that are reranked."""
NGRAM_WEIGHT = 0.2
LEAD_WORDS = 20
LEAD_FACTOR = 4

HEADER = struct.Struct("<II")
"""The number of words and the length of the lead in bytes."""
ENCODING = "cp1256"
"""One byte per letter of Arabic, Farsi and English, so that an n-gram is a 32-bit number; other
letters become `?`."""
_CODE = np.dtype("<u4")
_HASH = np.uint32(0x9E3779B1)
_HASH_BITS = 14


class Reranker:
    """The n-grams of a query; a word that occurs twice counts twice."""

    def __init__(self, words: Iterable[str]) -> None:
        articles, table = ngram_table()
        weights: defaultdict[int, float] = defaultdict(float)
        for ngram, times in Counter(chain.from_iterable(map(ngrams, words))).items():
            weights[_code(ngram)] += times * inverse_document_frequency(articles, table.get(ngram, 0))
        self._codes = np.array(sorted(weights), dtype=_CODE)
        self._weights = np.array([weights[int(code)] for code in self._codes])
        self._is_listed = np.zeros(1 << _HASH_BITS, dtype=np.bool_)
        self._is_listed[_hashes(self._codes)] = True

    def worth(self, texts: Sequence[bytes]) -> ScoreArray:
        """Return what reranking adds to the score of each article, given the articles' condensed words."""
        if not len(self._codes) or not texts:
            return np.zeros(len(texts))
        headers = [HEADER.unpack_from(text) for text in texts]
        bodies = [text[HEADER.size :] for text in texts]
        starts = np.cumsum([0, *map(len, bodies)])[:-1]
        places, found = self._find(b"".join(bodies))
        text_of = np.searchsorted(starts, places, side="right") - 1
        lead_ends = starts + [lead for _, lead in headers]
        counted = np.where(places + LENGTH <= lead_ends[text_of], LEAD_FACTOR, 1)
        size = len(self._codes)
        frequencies = np.bincount(text_of * size + found, weights=counted, minlength=len(texts) * size)
        frequencies = frequencies.reshape(len(texts), size)
        norms = NORM_BASE + NORM_PER_WORD * np.array([words for words, _ in headers])
        added: ScoreArray = NGRAM_WEIGHT * (frequencies / (frequencies + norms[:, None])) @ self._weights
        return added

    def _find(self, text: bytes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """The offsets in a text where an n-gram of the query begins, and the index of each n-gram."""
        count = max(0, len(text) - LENGTH + 1)
        # Each run of four bytes is read as one number. A small hash table rejects most of them
        # before the lookup.
        codes = np.ndarray(shape=(count,), dtype=_CODE, buffer=text, strides=(1,)).copy()
        # All hashes are in the table, so none needs to be checked.
        places = np.flatnonzero(self._is_listed.take(_hashes(codes), mode="clip"))
        found = np.minimum(np.searchsorted(self._codes, codes[places]), len(self._codes) - 1)
        is_one = self._codes[found] == codes[places]
        return places[is_one], found[is_one]


@lru_cache(maxsize=256)
def reranker_for(words: tuple[str, ...]) -> Reranker:
    """Return the n-grams of the words of a query, which is mostly ranked more than once."""
    return Reranker(words)


def rerank(ranking: Ranking, reranker: Reranker, texts: Sequence[bytes]) -> Ranking:
    """Return the ranking with its first rows reordered, given the condensed words of each of them."""
    count = len(texts)
    scores = ranking.scores[:count] + reranker.worth(texts)
    documents, moments = ranking.documents[:count], ranking.moments[:count]
    rows = np.lexsort((documents, -moments, np.rint(scores * -SCORE_STEPS)))
    return replace(
        ranking,
        documents=np.concatenate((documents[rows], ranking.documents[count:])),
        scores=np.concatenate((scores[rows], ranking.scores[count:])),
        moments=np.concatenate((moments[rows], ranking.moments[count:])),
    )


def _code(ngram: str) -> int:
    return int.from_bytes(ngram.encode(ENCODING, "replace"), "little")


def _hashes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    return (codes * _HASH) >> np.uint32(32 - _HASH_BITS)
