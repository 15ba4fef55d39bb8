"""The page `/advanced`: a form that writes a query in the query language, shows it, and leads to its results.

A search in the address fills the form, as far as a form can show it.
"""

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from newsarchive.search import (
    MAX_QUERY_LENGTH,
    Match,
    QueryForm,
    SearchRequest,
    Sort,
    can_be_parsed,
    read_back,
    written,
)
from newsarchive.web.context import chosen_language, current_interface, current_library
from newsarchive.web.interface import Interface
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.links import Links
from newsarchive.web.params import parse_dates, parse_match, parse_page_search, parse_sort, parse_text

blueprint = Blueprint("advanced", __name__)

_SUBMIT = "do"
_SHOW, _SEARCH = "show", "search"
_FIELDS = {
    "all": "all_of",
    "phrase": "phrase",
    "any": "any_of",
    "none": "none_of",
    "title": "title",
    "source": "source",
    "topic": "topic",
    "section": "section",
    "author": "author",
    "site": "site",
    "rest": "rest",
}
"""Parameter -> field of the form. A submitted form has the button that was pressed as `do`; without it, the address
has the parameters of a search."""


@dataclass(frozen=True, slots=True)
class AdvancedView:
    """The form as it was filled, and the query that it makes."""

    values: dict[str, str]
    request: SearchRequest
    """The search that the form makes, without its problems."""
    is_submitted: bool = False
    problem: InvalidParameter | None = None

    @property
    def query(self) -> str:
        """The query in the query language."""
        return self.request.text

    @property
    def is_too_long(self) -> bool:
        """Whether only the beginning of the query would be searched."""
        return len(self.query) > MAX_QUERY_LENGTH

    @property
    def is_unreadable(self) -> bool:
        """Whether the query isn't valid in the query language, because of the part that was typed in it."""
        return not can_be_parsed(self.query)

    @property
    def is_reversed(self) -> bool:
        """Whether the first day is after the last one."""
        return self.problem is not None and self.problem.problem is Problem.ORDER

    @property
    def can_be_searched(self) -> bool:
        """Whether the form leads to results."""
        return bool(self.query) and not self.is_too_long and self.problem is None


@blueprint.get("/advanced")
def page() -> str | Response | tuple[str, int]:
    """The form. Submitted, it leads to the results, or shows the query that it wrote."""
    interface = current_interface()
    view = _submitted(interface) if _SUBMIT in request.args else _of_search(interface)
    links = Links(view.request if view.can_be_searched else SearchRequest(), chosen_language())
    if view.can_be_searched and request.args.get(_SUBMIT) == _SEARCH:
        return redirect(links.results(view.request))
    html = render_template("advanced.html", view=view, links=links, most=MAX_QUERY_LENGTH)
    return (html, 400) if view.problem else html


def _of_search(interface: Interface) -> AdvancedView:
    """The form that a search fills, with its filters in the fields, or in the rest if a field is taken."""
    asked = parse_page_search(request.args, current_library().tables)
    form, filters = read_back(asked.text), _filters(asked)
    taken = [name for name in ("source", "topic", "section") if getattr(form, name) and getattr(filters, name)]
    has_dates = bool((form.first or form.last) and (filters.first or filters.last))
    moved = QueryForm(**{name: getattr(filters, name) for name in taken})
    if has_dates:
        moved = replace(moved, first=filters.first, last=filters.last)
    form = replace(
        form,
        **{name: getattr(form, name) or getattr(filters, name) for name in ("source", "topic", "section")},
        first=form.first or (None if has_dates else filters.first),
        last=form.last or (None if has_dates else filters.last),
        rest=" ".join(filter(None, (form.rest, written(moved, interface.language)))),
    )
    values = {name: getattr(form, field) for name, field in _FIELDS.items()}
    values |= {"from": _iso(form.first), "to": _iso(form.last)}
    values |= {"match": asked.match.value, "sort": asked.sort.value if asked.sort else ""}
    return AdvancedView(values, _search(form, asked.match, asked.sort, interface))


def _filters(asked: SearchRequest) -> QueryForm:
    def names(values: tuple[str, ...]) -> str:
        return " | ".join(value.replace("|", " ") for value in values)

    return QueryForm(
        source=names(asked.sources),
        topic=names(asked.topics),
        section=names(asked.sections),
        first=asked.date_from,
        last=asked.date_to,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _submitted(interface: Interface) -> AdvancedView:
    values = {name: parse_text(request.args, name) for name in (*_FIELDS, "from", "to", "match", "sort")}
    problem, first, last, match, sort = None, None, None, Match.ALL, None
    try:
        match, sort = parse_match(request.args), parse_sort(request.args)
        first, last = parse_dates(request.args)
    except InvalidParameter as found:  # the reader can correct it: the page keeps the form
        problem = found
    form = QueryForm(**{field: values[name] for name, field in _FIELDS.items()}, first=first, last=last)
    return AdvancedView(values, _search(form, match, sort, interface), is_submitted=True, problem=problem)


def _search(form: QueryForm, match: Match, sort: Sort | None, interface: Interface) -> SearchRequest:
    return SearchRequest(text=written(form, interface.language), match=match, sort=sort, looser=True)
