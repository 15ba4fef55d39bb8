"""Search parameters: parse a URL into a `SearchRequest` and back, for pages, feeds and the API.

| parameter | value |
|---|---|
| `q` | the query; of a long one its beginning counts |
| `match` | `all` (default) or `any` |
| `source`, `topic`, `section` | can be repeated (at most 30 values, 1,000 characters), by any name in the tables |
| `author`, `publisher`, `language` | can be repeated as well; names in any spelling, languages as codes such as `ar` |
| `topics` | `any` (default), or only articles with `given` or with `assigned` topics |
| `from`, `to` | `YYYY-MM-DD`, or `YYYY-MM` or `YYYY` for a whole month or year; both inclusive |
| `sort` | `best`, `newest`, `oldest` or `arrived` |
| `order` | in feeds: `arrived` (default) or `published`, for `sort=newest` |
| `before` | in feeds and the API, in order of arrival: where the page before this one ended |
| `text` | in feeds: `full` (default), or only a `summary` |
| `fold` | `copies` or `stories`: list only the best-ranked article of each group |
| `page` | from 1 |
| `limit` | hits per page, 1 to 100 |
| `lang` | interface language, `ar` or `en`; not part of the search |
| `translate` | `no` searches words of other languages only as typed |
| `looser` | `no` turns off looser readings on a page of results |
| `period`, `date` | of stories: `day` (default) or `week`, and the last day, by default the last with stories |
| `by` | of a concordance: `before`, `word` or `after`; of trends: `source` |
| `per` | of trends: `auto` (default), `day`, `week`, `month` or `year` |
| `measure` | of trends: `count` (default), `share` or `stories` |
| `view` | of a page of results: `full` (default), or `compact` without snippets |
| `filter`, `list` | of a page of names: letters that they have, and their order: `count` (default) or `name` |
| `letter` | of the page of authors: the first letter |
| `highlight` | `off` turns off highlighting on an article's page |

An empty parameter counts as absent, because forms also send empty fields. If a single-value
parameter is repeated, the first value is used. An invalid value raises `InvalidParameter`. Pages and
feeds ignore unknown parameters, which other sites add to links; the API rejects them (`check_names`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from newsarchive.arabic.names import name_key
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.search import (
    MAX_LIMIT,
    Arrival,
    Fold,
    Match,
    Neighbour,
    SearchRequest,
    Sort,
    within_limits,
)
from newsarchive.tables import NO_TABLES, Tables
from newsarchive.topics import TopicKind
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.parameter_values import choice_of, clean, day_of, first_value, number_of, text_of, values_of

DEFAULT_LIMIT = 10
HIGHLIGHT_OFF = "off"
VIEWS = ("full", "compact")
"""The values of `view`, the default first."""
NAME_ORDERS = ("count", "name")
"""The values of `list`, the default first."""
LOOSER_OFF = "no"
DEFAULT_STORIES = 20
DEFAULT_SUGGESTIONS = 6
"""The default number of suggested queries, and of suggested titles."""
FEED_ORDERS = {"arrived": Sort.ARRIVED, "published": Sort.NEWEST}
"""The values of `order` in the address of a feed, and how a feed with it is sorted unless `sort` says otherwise."""
DEFAULT_FEED_ORDER = "arrived"
FEED_TEXTS = ("full", "summary")
"""The values of `text` in the address of a feed, the default first."""
PERIODS = ("day", "week")
"""The values of `period` for pages and feeds of stories, the default first."""
_FILTERS = ("source", "topic", "section", "author", "publisher", "language", "topics", "from", "to")
SEARCH_PARAMETERS = ("q", "match", "translate", *_FILTERS, "sort", "fold", "page", "limit")
"""The parameters that `parse_search` reads."""

YES, NO = "yes", "no"


def check_names(args: MultiDict[str, str], allowed: Collection[str]) -> None:
    """Raise InvalidParameter for a parameter that isn't allowed."""
    for name in args:
        if name not in allowed:
            raise InvalidParameter(name, args[name], Problem.UNKNOWN if allowed else Problem.NO_PARAMETERS, allowed)


def check_counts(args: MultiDict[str, str], most: Mapping[str, int]) -> None:
    """Raise InvalidParameter for a parameter with more values than it can have."""
    for name, limit in most.items():
        if len(args.getlist(name)) > limit:
            raise InvalidParameter(name, str(len(args.getlist(name))), Problem.VALUES, [str(limit)])


def check_visible(args: MultiDict[str, str], names: Collection[str]) -> None:
    """Raise InvalidParameter for a value with characters that can't be seen, or with blanks around it."""
    for name in names:
        for value in args.getlist(name):
            if value != clean(value):
                raise InvalidParameter(name, value, Problem.INVISIBLE)


def parse_page_search(args: MultiDict[str, str], tables: Tables) -> SearchRequest:
    """Parse the request of an HTML page, which allows looser readings unless the reader declined them.

    Raises InvalidParameter.
    """
    return replace(parse_search(args, tables=tables), looser=first_value(args, "looser") != LOOSER_OFF)


def parse_search(args: MultiDict[str, str], *, limit: int = DEFAULT_LIMIT, tables: Tables = NO_TABLES) -> SearchRequest:
    """Parse a search request from URL parameters, within the limits. `limit` is the default limit.

    Sources, publishers, topics and sections get their canonical names in `tables`. Of spellings of one name, the
    first is kept.

    Raises InvalidParameter.
    """
    date_from, date_to = parse_dates(args)
    filters = tables.topics.filters(values_of(args, "topic"), values_of(args, "section"))
    request = SearchRequest(
        text=text_of(args, "q"),
        match=parse_match(args),
        requires_all=choice_of(args, "match", Match) is Match.ALL,
        translate=parse_choice(args, "translate", (YES, NO)) != NO,
        sources=tables.sources.canonical_all(values_of(args, "source")),
        topics=filters.topics,
        sections=filters.sections,
        authors=_distinct(values_of(args, "author"), name_key),
        publishers=tables.sources.canonical_all(values_of(args, "publisher")),
        languages=_distinct(values_of(args, "language"), str.casefold),
        topic_kind=choice_of(args, "topics", TopicKind) or TopicKind.ANY,
        date_from=date_from,
        date_to=date_to,
        sort=parse_sort(args),
        fold=choice_of(args, "fold", Fold),
        page=number_of(args, "page", Problem.NUMBER) or 1,
        limit=number_of(args, "limit", Problem.LIMIT, MAX_LIMIT) or limit,
    )
    return within_limits(request)


def parse_dates(args: MultiDict[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day, None for an open end. Raises InvalidParameter."""
    first, last = day_of(args, "from", is_last=False), day_of(args, "to", is_last=True)
    if first and last and first > last:
        raise InvalidParameter("from", first.isoformat(), Problem.ORDER)
    return first, last


def parse_match(args: MultiDict[str, str]) -> Match:
    """Whether hits have all words or any of them. Raises InvalidParameter."""
    return choice_of(args, "match", Match) or Match.ALL


def parse_sort(args: MultiDict[str, str]) -> Sort | None:
    """The order of hits; None for the usual one. Raises InvalidParameter."""
    return choice_of(args, "sort", Sort)


def parse_suggest(args: MultiDict[str, str]) -> tuple[str, int]:
    """The text typed so far, including a trailing space, and the number of suggestions.

    Raises InvalidParameter.
    """
    text = text_of(args, "q")
    typed = args.get("q", "")
    is_finished = bool(text) and typed[-1:].isspace()
    limit = number_of(args, "limit", Problem.LIMIT, MAX_LIMIT) or DEFAULT_SUGGESTIONS
    return text + " " * is_finished, limit


def parse_period_of_stories(args: MultiDict[str, str]) -> str:
    """The days of a page of stories, one of `PERIODS`. Raises InvalidParameter."""
    period = text_of(args, "period") or PERIODS[0]
    if period not in PERIODS:
        raise InvalidParameter("period", period, Problem.CHOICE, PERIODS)
    return period


def parse_days_of_stories(args: MultiDict[str, str], last: date) -> tuple[date, date, int]:
    """The first and last day of stories and how many to list; by default the last day. Raises InvalidParameter."""
    first, until = day_of(args, "from", is_last=False), day_of(args, "to", is_last=True)
    until = until or (last if first is None else max(first, last))
    first = first or until
    if first > until:
        raise InvalidParameter("from", first.isoformat(), Problem.ORDER)
    return first, until, number_of(args, "limit", Problem.LIMIT, MAX_LIMIT) or DEFAULT_STORIES


def parse_day(args: MultiDict[str, str], name: str) -> date | None:
    """The day of a parameter; the last day of a month or year. Raises InvalidParameter."""
    return day_of(args, name, is_last=True)


def parse_limit(args: MultiDict[str, str], default: int, most: int = MAX_LIMIT) -> int:
    """The number of articles that are asked for. Raises InvalidParameter."""
    return number_of(args, "limit", Problem.LIMIT, most) or default


def parse_page(args: MultiDict[str, str]) -> int:
    """The number of the page, from 1. Raises InvalidParameter."""
    return number_of(args, "page", Problem.NUMBER) or 1


def parse_text(args: MultiDict[str, str], name: str) -> str:
    """The text of a parameter on one line; empty without it."""
    return text_of(args, name)


def parse_texts(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """The texts of a repeated parameter, each within the length of a query, without empty ones."""
    texts = (within_limits(SearchRequest(text=clean(text))).text for text in args.getlist(name))
    return tuple(text for text in texts if text)


def parse_neighbour(args: MultiDict[str, str]) -> Neighbour | None:
    """What the lines of a concordance are sorted by; None for the order of the articles. Raises InvalidParameter."""
    return choice_of(args, "by", Neighbour)


def parse_count(args: MultiDict[str, str], name: str) -> int | None:
    """A positive number, None if the parameter is absent. Raises InvalidParameter."""
    return number_of(args, name, Problem.NUMBER)


def parse_choice(args: MultiDict[str, str], name: str, choices: tuple[str, ...], *, default: str = "") -> str:
    """One of `choices`, by default the first unless there is another default. Raises InvalidParameter."""
    text = text_of(args, name) or default or choices[0]
    if text not in choices:
        raise InvalidParameter(name, text, Problem.CHOICE, choices)
    return text


def parse_feed_order(args: MultiDict[str, str]) -> str:
    """The order of a feed, one of `FEED_ORDERS`. Raises InvalidParameter."""
    order = text_of(args, "order") or DEFAULT_FEED_ORDER
    if order not in FEED_ORDERS:
        raise InvalidParameter("order", order, Problem.CHOICE, FEED_ORDERS)
    return order


def parse_feed_text(args: MultiDict[str, str]) -> str:
    """How much of a text a feed has, one of `FEED_TEXTS`. Raises InvalidParameter."""
    text = text_of(args, "text") or FEED_TEXTS[0]
    if text not in FEED_TEXTS:
        raise InvalidParameter("text", text, Problem.CHOICE, FEED_TEXTS)
    return text


def with_place(asked: SearchRequest, args: MultiDict[str, str]) -> SearchRequest:
    """The search from the end of the page before the wanted one; `before` names it in the order of arrival.

    Raises InvalidParameter.
    """
    text = args.get("before", "")
    if not text:
        return asked
    try:
        place = Arrival.parse(text)
    except ValueError:
        raise InvalidParameter("before", text, Problem.PLACE) from None
    if asked.order is not Sort.ARRIVED:
        raise InvalidParameter("before", text, Problem.PLACE)
    return replace(asked, arrived_before=place)


def parse_language(args: MultiDict[str, str]) -> Language | None:
    """The language set by the URL, or None. Raises InvalidParameter."""
    text = text_of(args, "lang")
    for language in LANGUAGES:
        if text == language:
            return language
    if text:
        raise InvalidParameter("lang", text, Problem.CHOICE, LANGUAGES)
    return None


def wants_highlights(args: MultiDict[str, str]) -> bool:
    """Whether the search words should be highlighted in an article."""
    return first_value(args, "highlight") != HIGHLIGHT_OFF


def is_compact(args: MultiDict[str, str]) -> bool:
    """Whether a page of results should leave out the snippets."""
    return first_value(args, "view") == VIEWS[1]


def search_args(
    request: SearchRequest, language: Language | None = None, *, limit: int = DEFAULT_LIMIT
) -> dict[str, list[str]]:
    """The parameters that `parse_search` with the same `limit` parses to this request.

    Parameters with default values are omitted.
    """
    args: dict[str, list[str]] = {
        "q": [request.text] if request.text else [],
        "match": [request.match.value] if request.match is not Match.ALL or request.requires_all else [],
        "translate": [] if request.translate else [NO],
        "source": [source for source in request.sources if source],
        "topic": [topic for topic in request.topics if topic],
        "section": [section for section in request.sections if section],
        "author": [author for author in request.authors if author],
        "publisher": [publisher for publisher in request.publishers if publisher],
        "language": [one for one in request.languages if one],
        "topics": [request.topic_kind.value] if request.topic_kind is not TopicKind.ANY else [],
        "from": [request.date_from.isoformat()] if request.date_from else [],
        "to": [request.date_to.isoformat()] if request.date_to else [],
        "sort": [request.sort.value] if request.sort else [],
        "fold": [request.fold.value] if request.fold else [],
        "page": [str(request.page)] if request.page != 1 else [],
        "limit": [str(request.limit)] if request.limit != limit else [],
        "lang": [language] if language else [],
    }
    return {name: values for name, values in args.items() if values}


def page_args(request: SearchRequest, language: Language | None = None) -> dict[str, list[str]]:
    """The parameters that `parse_page_search` parses to this request."""
    args = search_args(request, language)
    return args if request.looser or not request.text else {**args, "looser": [LOOSER_OFF]}


def is_filtered(request: SearchRequest) -> bool:
    """Whether the request has a filter by source, topic, section, author, publisher, language or date."""
    by_topic = request.topics or request.sections or request.topic_kind is not TopicKind.ANY
    by_name = request.sources or request.authors or request.publishers or request.languages
    return bool(by_name or by_topic or request.date_from or request.date_to)


def _distinct(names: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    """The names in the given order, without other spellings of one that came before."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(key(name), name)
    return tuple(kept.values())
