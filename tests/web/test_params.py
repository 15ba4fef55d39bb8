from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from newsarchive.i18n import LANGUAGES
from newsarchive.search import MAX_LIMIT, Match, SearchRequest, Sort
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.parameter_values import MAX_VALUES
from newsarchive.web.params import DEFAULT_LIMIT, parse_language, parse_search, search_args


def parse(*pairs: tuple[str, str]) -> SearchRequest:
    return parse_search(MultiDict(pairs))


def test_no_parameters_give_the_default_request() -> None:
    assert parse() == SearchRequest()


def test_every_parameter_is_parsed() -> None:
    request = parse(
        ("q", "غزة"),
        ("match", "any"),
        ("source", "الجزيرة"),
        ("source", "تاس"),
        ("topic", "economy"),
        ("from", "2025-01-31"),
        ("to", "2025-02-01"),
        ("sort", "oldest"),
        ("page", "3"),
        ("limit", "25"),
    )
    assert request == SearchRequest(
        text="غزة",
        match=Match.ANY,
        sources=("الجزيرة", "تاس"),
        topics=("economy",),
        date_from=date(2025, 1, 31),
        date_to=date(2025, 2, 1),
        sort=Sort.OLDEST,
        page=3,
        limit=25,
    )


def test_empty_form_fields_are_ignored() -> None:
    names = ("q", "match", "source", "topic", "from", "to", "sort", "page", "limit", "utm_source")
    assert parse(*((name, " ") for name in names)) == SearchRequest()


def test_topics_are_accepted_under_any_name() -> None:
    assert parse(("topic", "الاقتصاد"), ("topic", "business"), ("topic", "شيء آخر")).topics == ("economy", "شيء آخر")


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-2-9", date(2024, 2, 9), date(2024, 2, 9)),
        ("٢٠٢٤-٠٢-٠٩", date(2024, 2, 9), date(2024, 2, 9)),
    ],
)
def test_a_month_or_a_year_covers_all_its_days(written: str, first: date, last: date) -> None:
    request = parse(("from", written), ("to", written))
    assert (request.date_from, request.date_to) == (first, last)


def test_queries_become_one_line_of_valid_xml_characters() -> None:
    assert parse(("q", " غزة\n\x00 \x07 الآن\ufffe ")).text == "غزة الآن"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("match", "foo", Problem.CHOICE),
        ("sort", "random", Problem.CHOICE),
        ("page", "x", Problem.NUMBER),
        ("page", "0", Problem.NUMBER),
        ("page", "-1", Problem.NUMBER),
        ("page", "1_0", Problem.NUMBER),
        ("page", "9" * 5000, Problem.NUMBER),
        ("limit", "0", Problem.LIMIT),
        ("limit", "101", Problem.LIMIT),
        ("limit", "1.5", Problem.LIMIT),
        ("from", "yesterday", Problem.DATE),
        ("from", "2025-13", Problem.DATE),
        ("to", "2025-00", Problem.DATE),
        ("to", "2025-02-30", Problem.DATE),
        ("to", "0000", Problem.DATE),
        ("from", "25", Problem.DATE),
    ],
)
def test_invalid_parameters_are_rejected_by_name(name: str, value: str, problem: Problem) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse((name, value))
    assert (caught.value.parameter, caught.value.problem) == (name, problem)
    assert name in str(caught.value)
    assert len(str(caught.value)) < 200


def test_reversed_date_ranges_are_rejected() -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse(("from", "2025-05"), ("to", "2025-04"))
    assert caught.value.problem is Problem.ORDER


@pytest.mark.parametrize("name", ["source", "topic"])
def test_too_many_values_are_rejected(name: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse(*((name, str(number)) for number in range(MAX_VALUES + 1)))
    assert caught.value.problem is Problem.MANY


def test_the_language_is_parsed() -> None:
    assert parse_language(MultiDict()) is None
    assert parse_language(MultiDict({"lang": "en"})) == "en"
    with pytest.raises(InvalidParameter):
        parse_language(MultiDict({"lang": "fr"}))


words = st.text(max_size=30).map(lambda text: parse(("q", text)).text)
days = st.none() | st.dates(min_value=date(1501, 1, 1))  # numbers below are years of the Hijri calendar
requests = st.builds(
    lambda first, last, **values: SearchRequest(
        date_from=min(first, last) if first and last else first,
        date_to=max(first, last) if first and last else last,
        **values,
    ),
    first=days,
    last=days,
    text=words,
    match=st.sampled_from(Match),
    sources=st.lists(words.filter(bool), unique=True, max_size=4).map(tuple),
    topics=st.lists(words.filter(bool), max_size=4).map(
        lambda names: parse(*(("topic", name) for name in names)).topics
    ),
    sort=st.none() | st.sampled_from(Sort),
    page=st.integers(1, 10**9 - 1),
    limit=st.integers(1, MAX_LIMIT),
)


@given(requests, st.none() | st.sampled_from(LANGUAGES), st.sampled_from([DEFAULT_LIMIT, 50]))
def test_requests_round_trip_through_their_url(request: SearchRequest, language: str | None, limit: int) -> None:
    args: MultiDict[str, str] = MultiDict(search_args(request, language, limit=limit))
    assert parse_search(args, limit=limit) == request
    assert parse_language(args) == language


@given(
    st.dictionaries(
        st.sampled_from(["q", "match", "source", "topic", "from", "to", "sort", "page", "limit"]), st.text()
    )
)
def test_any_url_is_parsed_or_rejected(given_args: dict[str, str]) -> None:
    with suppress(InvalidParameter):
        request = parse_search(MultiDict(given_args))
        assert parse_search(MultiDict(search_args(request))) == request


def test_defaults_are_omitted_from_urls() -> None:
    assert search_args(SearchRequest()) == {}
