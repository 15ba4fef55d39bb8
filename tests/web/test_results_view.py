from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from newsarchive.search import Facet as Kind
from newsarchive.search import Facets, SearchRequest, SearchResults, Sort
from newsarchive.web.facet_view import FACET_VALUES_AT_FIRST, PARTS
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.results_view import ResultsView


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
