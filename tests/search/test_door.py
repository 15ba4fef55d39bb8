"""`search.door`: requests are validated, and the values of results are consistent."""

import itertools
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.search import MAX_LIMIT, Facets, Highlighted, SearchRequest, SearchResults, Sort


@pytest.mark.parametrize("page", [0, -1])
def test_pages_below_one_are_rejected(page: int) -> None:
    with pytest.raises(ValueError, match="pages count from 1"):
        SearchRequest(page=page)


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_limits_out_of_range_are_rejected(limit: int) -> None:
    with pytest.raises(ValueError, match="it must be 1 to 100"):
        SearchRequest(limit=limit)


@pytest.mark.parametrize("limit", [1, MAX_LIMIT])
def test_the_smallest_and_largest_limits_are_accepted(limit: int) -> None:
    assert SearchRequest(limit=limit, page=10**9).limit == limit


@pytest.mark.parametrize(
    ("text", "sort", "order"),
    [
        ("", None, Sort.NEWEST),
        (" \n", None, Sort.NEWEST),
        ("مصر", None, Sort.BEST),
        ("مصر", Sort.OLDEST, Sort.OLDEST),
        ("", Sort.BEST, Sort.BEST),
    ],
)
def test_the_default_order_depends_on_the_text(text: str, sort: Sort | None, order: Sort) -> None:
    assert SearchRequest(text=text, sort=sort).order is order


def test_requests_are_immutable_values() -> None:
    request = SearchRequest(text="مصر", sources=("تاس",))
    assert request == SearchRequest(text="مصر", sources=("تاس",))
    assert len({request, SearchRequest(text="مصر", sources=("تاس",))}) == 1
    with pytest.raises(FrozenInstanceError):
        request.page = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("total", "limit", "pages"), [(0, 10, 1), (1, 10, 1), (10, 10, 1), (11, 10, 2), (20, 10, 2), (21, 10, 3), (3, 1, 3)]
)
def test_the_number_of_pages(total: int, limit: int, pages: int) -> None:
    request = SearchRequest(limit=limit)
    results = SearchResults(request=request, total=total, hits=(), facets=Facets(), took_ms=0.0)
    assert results.pages == pages


@st.composite
def highlighted(draw: st.DrawFn) -> Highlighted:
    """A text with non-empty marks in order, which may be adjacent."""
    text = draw(st.text(st.one_of(st.characters(), st.sampled_from("نه \n\t")), max_size=40))
    ends = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    ranges = list(itertools.pairwise(ends))
    return Highlighted(text, tuple(mark for mark in ranges if draw(st.booleans())))


@given(highlighted())
def test_runs_join_to_the_text(value: Highlighted) -> None:
    runs = list(value.runs())
    assert "".join(run for run, _ in runs) == value.text
    assert all(run for run, _ in runs)
    assert [run for run, marked in runs if marked] == [value.text[start:end] for start, end in value.marks]
    assert not any(not before and not after for (_, before), (_, after) in itertools.pairwise(runs))


def test_text_without_marks_is_one_run() -> None:
    assert list(Highlighted("مصر").runs()) == [("مصر", False)]
    assert list(Highlighted("").runs()) == []


@given(highlighted().map(lambda value: Highlighted(value.text, _within_lines(value))))
def test_paragraphs_are_the_lines_with_their_marks(value: Highlighted) -> None:
    paragraphs = list(value.paragraphs())
    assert [paragraph.text for paragraph in paragraphs] == [
        paragraph.text for paragraph in Article(id="a", title="", body=f"{value.text}\nنص").paragraphs[:-1]
    ]
    marked = [run for paragraph in paragraphs for run, is_marked in paragraph.runs() if is_marked]
    assert marked == [value.text[start:end] for start, end in value.marks]


def _within_lines(value: Highlighted) -> tuple[tuple[int, int], ...]:
    """Marks of words, without white space."""
    return tuple(mark for mark in value.marks if not any(letter.isspace() for letter in value.text[slice(*mark)]))


def test_marks_are_assigned_to_their_paragraph() -> None:
    value = Highlighted("نهر\n\n  على النهر نهر \n", ((0, 3), (11, 16), (17, 20)))
    assert list(value.paragraphs()) == [Highlighted("نهر", ((0, 3),)), Highlighted("على النهر نهر", ((4, 9), (10, 13)))]
