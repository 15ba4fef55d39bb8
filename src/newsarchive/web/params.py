"""The parameters of a search: from a URL to a `SearchRequest` and back, for page, feeds and API alike.

| parameter | value |
|---|---|
| `q` | the query; of a long one its beginning counts |
| `match` | `all` (default) or `any` |
| `source`, `topic` | repeated, up to 30 times and 1,000 characters; topics by any name that the table of topics knows |
| `from`, `to` | `YYYY-MM-DD`, or `YYYY-MM` and `YYYY` for the whole month or year; both included |
| `sort` | `best`, `newest` or `oldest` |
| `page` | from 1 |
| `limit` | hits a page, 1 to 100 |
| `lang` | language of the interface, `ar` or `en`; not part of the search |
| `highlight` | `off` on the page of an article: the words of the search are not marked in it |

A parameter without a value is as good as absent, because a form sends its empty fields. Of a parameter that takes
one value the first counts. Unknown parameters are ignored; a value that cannot be used is an `InvalidParameter`.
"""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from newsarchive.arabic.date_format import Language
from newsarchive.arabic.fold import fold
from newsarchive.errors import NewsArchiveError, QuerySyntaxError
from newsarchive.limits import DATE_TEXT, NAME, cut_text
from newsarchive.search import MAX_LIMIT, Match, SearchRequest, Sort, parse_period, within_limits
from newsarchive.syndication import readable_text
from newsarchive.topics import canonical_topics
from newsarchive.web.messages import LANGUAGES, Interface

DEFAULT_LIMIT = 10
HIGHLIGHT_OFF = "off"
DEFAULT_SUGGESTIONS = 6
"""Queries, and titles, that are suggested where the URL does not say how many."""
MAX_VALUES = 30
"""Values of one repeated parameter."""
MAX_VALUES_LENGTH = 1_000
"""Characters of the values of one repeated parameter: every link of the page repeats them."""

_SHOWN_LENGTH = 50
_DIGITS = re.compile(r"[0-9]{1,9}")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Problem(StrEnum):
    """What is wrong with a parameter's value."""

    CHOICE = "choice"
    NUMBER = "number"
    LIMIT = "limit"
    DATE = "date"
    ORDER = "order"
    MANY = "many"


class InvalidParameter(NewsArchiveError):
    """A parameter of the URL has a value that cannot be used."""

    def __init__(self, parameter: str, value: str, problem: Problem) -> None:
        self.parameter = parameter
        self.value = value
        self.problem = problem
        super().__init__(Interface("en").text(self.message, **self.values))

    @property
    def message(self) -> str:
        """The key of the message that says what is wrong; `values` are filled in."""
        return f"problem_{self.problem}"

    @property
    def values(self) -> dict[str, str]:
        """The parameter and its value, cut where it is long."""
        shown = self.value if len(self.value) <= _SHOWN_LENGTH else self.value[:_SHOWN_LENGTH] + "…"
        return {"parameter": self.parameter, "value": shown}


def parse_search(args: MultiDict[str, str], *, limit: int = DEFAULT_LIMIT) -> SearchRequest:
    """The request that a URL asks for, within the limits; `limit` is for a URL that names none.

    Raises InvalidParameter.
    """
    date_from, date_to = _day(args, "from"), _day(args, "to")
    if date_from and date_to and date_from > date_to:
        raise InvalidParameter("from", date_from.isoformat(), Problem.ORDER)
    request = SearchRequest(
        text=_one(args, "q"),
        match=_choice(args, "match", Match) or Match.ALL,
        sources=_values(args, "source"),
        topics=canonical_topics(_values(args, "topic")),
        date_from=date_from,
        date_to=date_to,
        sort=_choice(args, "sort", Sort),
        page=_number(args, "page", Problem.NUMBER) or 1,
        limit=_number(args, "limit", Problem.LIMIT, MAX_LIMIT) or limit,
    )
    return within_limits(request)


def parse_suggest(args: MultiDict[str, str]) -> tuple[str, int]:
    """What was typed so far, a space at its end kept, and how many to suggest. Raises InvalidParameter."""
    text = _one(args, "q")
    typed = args.get("q", "")
    is_finished = bool(text) and typed[-1:].isspace()
    limit = _number(args, "limit", Problem.LIMIT, MAX_LIMIT) or DEFAULT_SUGGESTIONS
    return text + " " * is_finished, limit


def parse_language(args: MultiDict[str, str]) -> Language | None:
    """The language that a URL asks for, None where it asks for none. Raises InvalidParameter."""
    text = _one(args, "lang")
    for language in LANGUAGES:
        if text == language:
            return language
    if text:
        raise InvalidParameter("lang", text, Problem.CHOICE)
    return None


def wants_highlights(args: MultiDict[str, str]) -> bool:
    """Whether the words of the search are to be marked in an article."""
    return args.get("highlight") != HIGHLIGHT_OFF


def search_args(
    request: SearchRequest, language: Language | None = None, *, limit: int = DEFAULT_LIMIT
) -> dict[str, list[str]]:
    """The parameters that `parse_search`, with the same `limit`, reads as this request; no defaults among them."""
    args: dict[str, list[str]] = {
        "q": [request.text] if request.text else [],
        "match": [request.match.value] if request.match is not Match.ALL else [],
        "source": [source for source in request.sources if source],
        "topic": [topic for topic in request.topics if topic],
        "from": [request.date_from.isoformat()] if request.date_from else [],
        "to": [request.date_to.isoformat()] if request.date_to else [],
        "sort": [request.sort.value] if request.sort else [],
        "page": [str(request.page)] if request.page != 1 else [],
        "limit": [str(request.limit)] if request.limit != limit else [],
        "lang": [language] if language else [],
    }
    return {name: values for name, values in args.items() if values}


def is_filtered(request: SearchRequest) -> bool:
    """Whether a source, a topic or a day is asked for."""
    return bool(request.sources or request.topics or request.date_from or request.date_to)


def _clean(text: str) -> str:
    """One line, and nothing in it that XML cannot hold, so that every search can be a feed."""
    return " ".join(readable_text(text).split())


def _one(args: MultiDict[str, str], name: str) -> str:
    return _clean(args.get(name, ""))


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    cleaned = (cut_text(_clean(given), NAME) for given in args.getlist(name))
    values = tuple(dict.fromkeys(value for value in cleaned if value))
    if len(values) > MAX_VALUES or sum(map(len, values)) > MAX_VALUES_LENGTH:
        raise InvalidParameter(name, values[-1], Problem.MANY)
    return values


def _choice(args: MultiDict[str, str], name: str, choices: type[_Choice]) -> _Choice | None:
    text = _one(args, name)
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        raise InvalidParameter(name, text, Problem.CHOICE) from None


def _number(args: MultiDict[str, str], name: str, problem: Problem, highest: int | None = None) -> int | None:
    text = _one(args, name)
    if not text:
        return None
    folded = fold(text)
    number = int(folded) if _DIGITS.fullmatch(folded) else 0
    if number < 1 or (highest and number > highest):
        raise InvalidParameter(name, text, problem)
    return number


def _day(args: MultiDict[str, str], name: str) -> date | None:
    """The day that a date stands for: of a month or a year `from` is the first day, `to` the last."""
    text = _one(args, name)
    if not text:
        return None
    try:
        if len(text) > DATE_TEXT:
            raise QuerySyntaxError("too long for a date")
        first, last = parse_period(text)
    except QuerySyntaxError:
        raise InvalidParameter(name, text, Problem.DATE) from None
    return last if name == "to" else first
