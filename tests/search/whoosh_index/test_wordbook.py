"""Words by number: a segment that is built of them is the one that is built of the words themselves."""

import tempfile
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.search.scoring.reranking import ENCODING, HEADER, LEAD_WORDS
from newsarchive.search.whoosh_index.building import condensing
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder
from newsarchive.search.whoosh_index.building.wordbook import Wordbook
from newsarchive.search.whoosh_index.storage.array_file import ArrayFile
from newsarchive.search.whoosh_index.storage.schema import make_schema

# A ligature that is several words, a run of tatweel that is none, spellings of one word, and words of one stem.
SPELLINGS = [
    "كتاب",
    "كِتَابٌ",
    "الكتاب",
    "وبالكتاب",
    "ﷺ",
    "ـــ",
    "G20",
    "انتخابات",
    "الانتخابات",
    "صلي",
    "2020",
    "٢٠٢٠",
    "日本",
]
texts = st.lists(st.sampled_from(SPELLINGS), max_size=30).map(" ".join)


@given(st.lists(texts, max_size=5))
def test_reading(read: list[str]) -> None:
    book = Wordbook()
    numbers = [book.read(text) for text in read]
    for text, found in zip(read, numbers, strict=True):
        assert [book.exact[number] for number in found] == words(text)
        assert [book.stems[number] for number in book.to_stems(np.array(found, dtype=np.intp))] == [
            stem(word) for word in words(text)
        ]


def _condensed(sections: list[list[str]]) -> bytes:
    """The condensed words of one article."""
    lead = " ".join(chain.from_iterable(section[:LEAD_WORDS] for section in sections))
    rest = " ".join(chain.from_iterable(section[LEAD_WORDS:] for section in sections))
    lead_bytes, rest_bytes = (f" {words} ".encode(ENCODING, "replace") for words in (lead, rest))
    return HEADER.pack(sum(map(len, sections)), len(lead_bytes)) + lead_bytes + rest_bytes


@given(st.lists(st.lists(texts, max_size=3), max_size=6))
def test_one_segment_either_way(documents: list[list[str]]) -> None:
    book = Wordbook()
    book.read("كلمة ليست في أيّ من الوثائق")
    by_number, by_word = SegmentBuilder(make_schema(), book), SegmentBuilder(make_schema())
    for place, document in enumerate(documents):
        exact = [words(text) for text in document]
        stems = [[stem(word) for word in section] for section in exact]
        fields = {"exact": exact, "text": stems, "title_exact": exact[:1], "title": stems[:1]}
        by_word.add({"id": str(place), **fields, "condensed": _condensed(exact)})
        numbers = [book.read(text) for text in document]
        by_number.add({"id": str(place), "exact": numbers, "title_exact": numbers[:1]})
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(condensing, "_RUN", 2)
        paths = [Path(folder) / name for name in ("by_number", "by_word")]
        assert by_number.write(paths[0]) == by_word.write(paths[1])
        first, second = map(ArrayFile, paths)
        assert {name: first[name].tolist() for name in first.names()} == {
            name: second[name].tolist() for name in second.names()
        }


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
