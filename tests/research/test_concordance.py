"""Concordances: every occurrence once, with its context, sorted by its neighbours."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.research.concordance_table import COLUMNS, rows
from newsarchive.search import ConcordanceLine, Neighbour, SearchRequest, Sort
from newsarchive.tables import NO_TABLES
from tests.libraries import filled

TEXT = """قال الوزير إن القمح وصل أمس إلى الميناء.
وأكد وزير آخر أن قمح الموسم جيد، وأن مجلس الوزراء يجتمع؛ "القمح" أولًا ثم مجلس الأمن.
القمح"""


def made(folder: Path, *articles: Article) -> Library:
    return filled(folder, articles)


def lines(library: Library, text: str, width: int = 60) -> list[ConcordanceLine]:
    return list(library.concordance(SearchRequest(text=text, sort=Sort.OLDEST)).lines(width))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return made(tmp_path, Article(id="a", title="سعر القمح", body=TEXT))


def test_every_occurrence_is_a_line_with_its_context(library: Library) -> None:
    found = lines(library, "القمح", 12)
    assert [(line.is_title, line.before, line.match, line.after) for line in found] == [
        (True, "سعر", "القمح", ""),
        (False, "الوزير إن", "القمح", "وصل أمس إلى"),
        (False, "وزير آخر أن", "قمح", "الموسم جيد،"),
        (False, 'يجتمع؛ "', "القمح", '" أولًا ثم'),
        (False, "مجلس الأمن.", "القمح", ""),
    ]
    assert all(TEXT[line.start : line.end] == line.match for line in found if not line.is_title)


def test_a_phrase_is_one_occurrence_and_its_words_do_not_count_again(library: Library) -> None:
    assert [line.match for line in lines(library, '"مجلس الأمن" OR مجلس')] == ["مجلس", "مجلس الأمن"]
    assert [line.match for line in lines(library, "=القمح")] == ["القمح"] * 4


def test_excluded_words_and_filters_have_no_occurrences(library: Library) -> None:
    assert not library.concordance(SearchRequest(text="-غائب")).has_words
    assert not library.concordance(SearchRequest()).has_words
    assert library.concordance(SearchRequest(text="-غائب قمح")).has_words


def test_a_title_made_from_the_text_is_not_read_twice(tmp_path: Path) -> None:
    with made(tmp_path, Article(id="a", title="القمح وصل", title_derived=True, body="القمح وصل")) as library:
        assert [line.is_title for line in lines(library, "القمح")] == [False]


def test_sorting_by_a_neighbour(library: Library) -> None:
    found = library.concordance(SearchRequest(text="قمح"))
    at = COLUMNS.index("after")
    after = [row[at] for row in rows(found.lines(), library.tables, Neighbour.AFTER)]
    assert [words(cell)[:1] for cell in after] == sorted(words(cell)[:1] for cell in after)
    before = [words(row[0])[-1:] for row in rows(found.lines(), library.tables, Neighbour.BEFORE)]
    assert before == sorted(before)
    own = [row[1] for row in rows(found.lines(), library.tables, Neighbour.WORD)]
    assert own == sorted(own, key=words)


def test_equal_neighbours_keep_the_order_of_the_articles(tmp_path: Path) -> None:
    articles = [Article(id=f"{number:016}", title="", body="وصل القمح أمس") for number in range(30)]
    with made(tmp_path, *articles) as library:
        found = library.concordance(SearchRequest(text="القمح"))
        assert [row[COLUMNS.index("id")] for row in rows(found.lines(), NO_TABLES, Neighbour.AFTER)] == list(
            found.listing.ids
        )


_pieces = st.lists(st.sampled_from(["قمح", "القمح", "بيع", "و", "\n", ".", "طويلةجدًا" * 4, "a-b"]), max_size=40)


@settings(max_examples=8, deadline=None)
@given(st.lists(_pieces, min_size=8, max_size=8), st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_context_has_whole_words_of_the_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], widths: list[int]
) -> None:
    bodies = {f"a{number}": " ".join(["بداية", *pieces]) for number, pieces in enumerate(texts)}
    articles = [Article(id=name, title="عنوان", body=body) for name, body in bodies.items()]
    with made(tmp_path_factory.mktemp("a"), *articles) as library:
        for width in widths:
            found = lines(library, "قمح", width)
            counts = Counter(line.article.id for line in found)
            for name, pieces in zip(bodies, texts, strict=True):
                assert counts[name] == sum(piece in ("قمح", "القمح") for piece in pieces)
            for line in found:
                known = set(re.split(r"\s+", bodies[line.article.id]))
                for side in (line.before, line.after):
                    assert len(side) <= width
                    assert set(side.split()) <= known
