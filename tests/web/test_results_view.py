from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search import Facet as Kind
from newsarchive.search import Facets, SearchRequest, SearchResults, Sort
from newsarchive.web.facet_view import FACET_VALUES_AT_FIRST, PARTS
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.results_view import ResultsView
from tests.web.page import Page

_ENGLISH = Interface("en")


def _found(request: SearchRequest, facets: Facets) -> SearchResults:
    return SearchResults(request=request, total=5, hits=(), facets=facets, took_ms=1)


def view_of(app: Flask, request: SearchRequest, *, total: int = 0, facets: Facets | None = None) -> ResultsView:
    results = SearchResults(request=request, total=total, hits=(), facets=facets or Facets(), took_ms=1)
    return ResultsView(results, Links(request, None), Interface("en"))


@pytest.mark.parametrize(
    ("page", "total", "shown"),
    [
        (1, 5, "1"),
        (1, 30, "1 2 3"),
        (1, 200, "1 2 3 … 20"),
        (4, 200, "1 2 3 4 5 6 … 20"),
        (10, 200, "1 … 8 9 10 11 12 … 20"),
        (1, 50, "1 2 3 4 5"),
        (5, 90, "1 2 3 4 5 6 7 8 9"),
        (5, 100, "1 2 3 4 5 6 7 … 10"),
        (20, 200, "1 … 18 19 20"),
    ],
)
def test_page_links_include_the_first_the_last_and_the_nearest(app: Flask, page: int, total: int, shown: str) -> None:
    with app.test_request_context():
        links = view_of(app, SearchRequest(page=page), total=total).page_links
    assert " ".join(link.label if link else "…" for link in links) == shown


def test_long_facets_show_the_first_and_all_selected_values(app: Flask) -> None:
    counts = {f"source {number}": 100 - number for number in range(20)}
    request = SearchRequest(sources=("source 15", "unknown"))
    with app.test_request_context():
        (facet,) = view_of(app, request, facets=Facets(source=counts)).facets
    shown = [option.label for option in facet.options]
    assert shown == [*(f"source {number}" for number in range(FACET_VALUES_AT_FIRST)), "source 15", "unknown"]
    assert [option.label for option in facet.options if option.chosen] == ["source 15", "unknown"]
    assert facet.options[-1].count == 0
    assert facet.values == 21
    assert facet.all == "/facets/source?source=source+15&source=unknown"


_NAMES = st.sampled_from(["تاس", "a&b", "<i>", "ليلى حسن", "x=y", '"'])


@given(
    st.dictionaries(_NAMES, st.integers(1, 2_000)), st.dictionaries(_NAMES, st.integers(1, 9)), st.sets(_NAMES), _NAMES
)
def test_the_html_of_a_facet_has_its_options(
    app: Flask, counts: dict[str, int], assigned: dict[str, int], chosen: set[str], text: str
) -> None:
    request = SearchRequest(text=text, topics=tuple(chosen), sort=Sort.OLDEST)
    with app.test_request_context():
        facets = view_of(app, request, facets=Facets(topic=counts, assigned=assigned)).facets
    for facet in facets:
        page = Page(facet.items)
        items = page.find("li")
        assert len(items) == len(facet.options)
        for item, option in zip(items, facet.options, strict=True):
            (link,) = page.inside(item, "a")
            (label,) = page.inside(item, "bdi")
            classes = [span.attributes["class"] for span in page.inside(item, "span")]
            assert link["href"] == option.address
            assert ("aria-current" in link.attributes) == ("quiet" in classes) == option.chosen
            assert label.text == option.label
            assert f"{option.count:,}" in item.text
            assert ("assigned" in classes) == bool(option.assigned)


def test_a_facet_is_made_once_for_the_pages_of_a_search_and_never_for_another(app: Flask) -> None:
    facets = Facets(source={"تاس": 3, "CNN": 2})
    asked = SearchRequest(text="القمح")
    with app.test_request_context():
        (facet,) = ResultsView(_found(asked, facets), Links(asked, None), _ENGLISH).facets
        (same,) = ResultsView(_found(replace(asked, page=2), facets), Links(asked, None), _ENGLISH).facets
        assert same.items == facet.items
        for request, counts, interface in (
            (replace(asked, text="الشعير"), facets, _ENGLISH),
            (replace(asked, sources=("تاس",)), facets, _ENGLISH),
            (asked, Facets(source={"تاس": 3, "CNN": 1}), _ENGLISH),
            (asked, facets, Interface("ar")),
        ):
            (other,) = ResultsView(_found(request, counts), Links(request, None), interface).facets
            assert other.items != facet.items


def test_facets_without_values_are_left_out(app: Flask) -> None:
    with app.test_request_context():
        assert view_of(app, SearchRequest()).facets == ()


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(),
        SearchRequest(text="قمح", page=3, limit=25),
        SearchRequest(text="a&b", sources=("تاس", "x=y"), languages=("ar",), looser=True, sort=Sort.OLDEST),
    ],
)
@pytest.mark.parametrize("values", [(), ("تاس",), ("a&b", "ليلى حسن")])
@pytest.mark.parametrize("facet", PARTS)
@pytest.mark.parametrize("compact", [False, True])
def test_links_of_facets_are_those_of_searches(
    app: Flask, request_: SearchRequest, values: tuple[str, ...], facet: Kind, compact: bool
) -> None:
    with app.test_request_context():
        links = Links(request_, "en", compact=compact)
        change: dict[str, Any] = {PARTS[facet]: values, "page": 1}
        assert links.results_varied(request_)(facet.value, values) == links.results(replace(request_, **change))
