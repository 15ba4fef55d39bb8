"""Words by number, and the content of a segment built from them."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.scoring.analysis import Section, stemmed, word_places
from newsarchive.search.scoring.impact import impact
from newsarchive.search.scoring.reranking import ENCODING, HEADER, LEAD_WORDS
from newsarchive.search.whoosh_index.building import condensing, inversion
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.search.whoosh_index.storage.segment import SegmentData

# A ligature that expands to several words, tatweel that isn't a word, spellings of one word and of several,
# and words of one stem.
SPELLINGS = [
    "كتاب",
    "كِتَابٌ",
    "الكتاب",
    "وبالكتاب",
    "ﷺ",
    "ـــ",
    "G20",
    "الـ20",
    "1,500",
    "وMBC1",
    "انتخابات",
    "الانتخابات",
    "صلي",
    "2020",
    "٢٠٢٠",
    "日本",
]
texts = st.lists(st.sampled_from(SPELLINGS), max_size=30).map(" ".join)


@given(st.lists(texts, max_size=5))
def test_read_returns_the_folded_words_and_stems(read: list[str]) -> None:
    book = Wordbook()
    numbers = [book.read(text) for text in read]
    for text, found in zip(read, numbers, strict=True):
        assert [book.exact[number] for number in found] == words(text)
        assert [book.stems[number] for number in book.to_stems(np.array(found, dtype=np.intp))] == [
            stem(word) for word in words(text)
        ]


SIGNS = st.sampled_from(
    [" ", "\n", "،", ".", "1", ",", "٬", "U", "_", "-", "\u200b", "\u00a0", "\u2028", "ﷺ", "و", "\u064b", "\U000e0020"]
)


@given(st.lists(SIGNS | st.characters(), max_size=40).map("".join))
def test_any_text_has_the_words_of_its_lines(text: str) -> None:
    book = Wordbook()
    lines = [[book.exact[number] for number in line] for line in book.read_lines(text)]
    assert lines == [words(line) for line in text.split("\n")]
    assert [word for line in lines for word in line] == words(text)


def _condensed(sections: Sequence[Sequence[str]]) -> bytes:
    """The condensed words of one article."""
    lead = " ".join(chain.from_iterable(section[:LEAD_WORDS] for section in sections))
    rest = " ".join(chain.from_iterable(section[LEAD_WORDS:] for section in sections))
    lead_bytes, rest_bytes = (f" {words} ".encode(ENCODING, "replace") for words in (lead, rest))
    return HEADER.pack(sum(map(len, sections)), len(lead_bytes)) + lead_bytes + rest_bytes


Posting = tuple[int, int, float, list[int]]
"""A posting: document number, term frequency, impact, and positions."""


def _inverted(documents: Sequence[Sequence[Section]]) -> dict[str, list[Posting]]:
    """The posting lists of a field, given the words of each section of each document."""
    found = defaultdict(list)
    for docnum, sections in enumerate(documents):
        length = sum(len(paragraph) for section in sections for paragraph in section)
        for word, places in word_places(sections).items():
            frequency = len(places.positions)
            worth = round(impact(frequency, places.depth, length), 12)
            found[word].append((docnum, frequency, worth, places.positions))
    return dict(sorted(found.items(), key=lambda item: item[0].encode()))


def _written(data: SegmentData, name: str) -> dict[str, list[Posting]]:
    """The posting lists of a field of a segment."""
    field = data.field(name)
    found: dict[str, list[Posting]] = {}
    for number in range(len(field) if field is not None else 0):
        assert field is not None
        ids, weights, unit = field.postings(number)
        frequencies = field.frequencies(number, number + 1)
        assert weights is not None
        assert frequencies is not None
        positions = np.split(field.positions(number, np.zeros_like(ids)), np.cumsum(frequencies)[:-1])
        worth = (weights * unit).round(12)
        columns = ids.tolist(), frequencies.tolist(), worth.tolist(), [part.tolist() for part in positions]
        found[field.term(number).decode()] = list(zip(*columns, strict=True))
    return found


@given(st.lists(st.lists(st.lists(texts, max_size=3), max_size=3), max_size=6))
def test_a_segment_has_the_words_of_its_documents(documents: list[list[list[str]]]) -> None:
    book = Wordbook()
    book.read("كلمة ليست في أيّ من الوثائق")
    builder = SegmentBuilder(make_schema(), book)
    for place, document in enumerate(documents):
        numbers = [[book.read(text) for text in section] for section in document]
        builder.add({"id": str(place), "exact": numbers, "title_exact": numbers[:1]})
    exact = [[[words(text) for text in section] for section in document] for document in documents]
    stems = [stemmed(document) for document in exact]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(condensing, "_RUN", 2)
        patch.setattr(inversion, "_RUN", 2)
        path = Path(folder) / "segment"
        builder.write(path)
        data = SegmentData(path)
        assert _written(data, "exact") == _inverted(exact)
        assert _written(data, "text") == _inverted(stems)
        assert _written(data, "title_exact") == _inverted([sections[:1] for sections in exact])
        assert _written(data, "title") == _inverted([sections[:1] for sections in stems])
        numbers_of_all = range(len(documents))
        assert data.stored("id", numbers_of_all) == [str(number) for number in numbers_of_all]
        assert data.stored_bytes("condensed", numbers_of_all) == [
            _condensed([list(chain.from_iterable(section)) for section in sections]) for sections in exact
        ]


def test_a_full_wordbook_starts_over() -> None:
    book = Wordbook(limit=2)
    book.read("كتاب مصر")
    book.make_room()
    assert book.exact == ["كتاب", "مصر"]
    book.read("تونس")
    book.make_room()
    assert book.exact == []
    assert book.read("مصر مصر") == [0, 0]
    assert book.exact == ["مصر"]
