"""The parameters of the API: their descriptions, and reading those that pages don't have."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from flask import request
from werkzeug.datastructures import MultiDict

from newsarchive.archive.cursors import Cursor
from newsarchive.article import MAX_ID_LENGTH
from newsarchive.errors import QuerySyntaxError
from newsarchive.export.formats import FORMATS
from newsarchive.i18n import LANGUAGES, message
from newsarchive.search import MAX_LIMIT, Fold, Match, Sort, parse_period
from newsarchive.topics import TopicKind
from newsarchive.web.api.description import TEXT, Json, Parameter, Shape, parameter
from newsarchive.web.export_params import REVISIONS as REVISION_CHOICES
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.params import (
    DEFAULT_LIMIT,
    DEFAULT_STORIES,
    DEFAULT_SUGGESTIONS,
    NO,
    YES,
    parse_choice,
    parse_limit,
)

MAX_PAGE = 1_000
"""The most records, sources or ids in one response."""
DEFAULT_PAGE = 100
MAX_IDS = 100
MAX_QUERIES = 10
START = "start"

_DATE: Json = {
    "type": "string",
    "pattern": r"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
}
"""What a date looks like; no pattern knows how many days a month has."""


def _number(default: int, most: int | None = None) -> Json:
    schema: Json = {"type": "integer", "minimum": 1, "default": default}
    return schema if most is None else {**schema, "maximum": most}


def _choice(*values: str, default: str | None = None) -> Json:
    schema: Json = {"type": "string", "enum": list(values)}
    return schema if default is None else {**schema, "default": default}


Q = parameter("q", TEXT, message("api", "a query in the query language"), example="القمح")
MATCH = parameter(
    "match",
    _choice(*(one.value for one in Match), default=Match.ALL.value),
    message("api", "all words or any of them"),
)
SOURCE = parameter("source", TEXT, message("api", "a source under any of its names"), repeated=True)
TOPIC = parameter("topic", TEXT, message("api", "a topic under any of its names"), repeated=True)
SECTION = parameter("section", TEXT, message("api", "a section under any of its names"), repeated=True)
AUTHOR = parameter("author", TEXT, message("api", "an author by the full name"), repeated=True)
PUBLISHER = parameter("publisher", TEXT, message("api", "a publisher under any of its names"), repeated=True)
LANGUAGE = parameter("language", TEXT, message("api", "the language of an article, as an ISO 639 code"), repeated=True)
TOPICS = parameter(
    "topics",
    _choice(*(one.value for one in TopicKind), default=TopicKind.ANY.value),
    message("api", "only articles with given or with assigned topics"),
)
FROM = parameter("from", _DATE, message("api", "the first day of publication, or a month or year"))
TO = parameter("to", _DATE, message("api", "the last day of publication, or a month or year"))
FILTERS = (SOURCE, TOPIC, SECTION, AUTHOR, PUBLISHER, LANGUAGE, TOPICS, FROM, TO)
SORT = parameter(
    "sort",
    _choice(*(one.value for one in Sort)),
    message("api", "the order; by default the best first if the query has words, else the newest"),
)
FOLD = parameter(
    "fold",
    _choice(*(one.value for one in Fold)),
    message("api", "list only the best-ranked article of each group"),
)
BEFORE = parameter(
    "before",
    TEXT,
    message("api", "where the page before this one ended in the order of arrival, as in `next`"),
)
PAGE = parameter("page", _number(1, 999_999_999), message("api", "the number of the page"))
LIMIT = parameter("limit", _number(DEFAULT_LIMIT, MAX_LIMIT), message("api", "results per page"))
LANG = parameter("lang", _choice(*LANGUAGES), message("api", "the language of labels in the response"))
TRANSLATE = parameter(
    "translate",
    _choice(YES, NO, default=YES),
    message("api", "whether words of other languages are searched in Arabic too"),
)
SEARCH = (Q, MATCH, TRANSLATE, *FILTERS, SORT, FOLD, PAGE, LIMIT)
SUGGESTED = parameter(
    "limit",
    _number(DEFAULT_SUGGESTIONS, MAX_LIMIT),
    message("api", "the most queries, and the most titles"),
)
FOUND = parameter("limit", _number(MAX_LIMIT, MAX_LIMIT), message("api", "the most articles"))
STORIES = parameter("limit", _number(DEFAULT_STORIES, MAX_LIMIT), message("api", "stories per page"))
MANY = parameter("limit", _number(DEFAULT_PAGE, MAX_PAGE), message("api", "the most per page"))
ARTICLE_ID = parameter(
    "article_id",
    {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH},
    message("api", "the id of an article"),
    in_path=True,
)
STORY_ID = parameter(
    "story_id",
    {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH},
    message("api", "the id of a story, or of any of its articles"),
    in_path=True,
)
REVISION = parameter(
    "revision",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    message("api", "the number of a revision"),
    in_path=True,
)
URL = parameter(
    "url",
    TEXT,
    message("api", "the original address of an article, in any form that means the same page"),
)
IDS = replace(
    parameter(
        "ids",
        TEXT,
        message("api", "the ids of up to 100 articles, separated by commas"),
        repeated=True,
        joined=True,
    ),
    most=MAX_IDS,
)
SINCE = parameter(
    "since",
    TEXT,
    message("api", "where changes begin: `start`, a day or time of archiving, or the `cursor` of an earlier response"),
    example=START,
)
FORMAT = parameter(
    "format",
    _choice(*(form.name for form in FORMATS if form.is_served), default="jsonl"),
    message("api", "the format of the file"),
)
ROWS = parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    message("api", "the most articles; by default all"),
)
REVISIONS = parameter(
    "revisions",
    _choice(*REVISION_CHOICES, default=REVISION_CHOICES[0]),
    message("api", "the latest revision of each article, or all"),
)
WITH_TEXT = parameter("text", _choice(YES, NO, default=YES), message("api", "with or without the texts"))
BOM = parameter(
    "bom",
    _choice(YES, NO, default=YES),
    message("api", "whether CSV begins with a byte order mark"),
)
LOOSER = parameter(
    "looser",
    _choice(YES, NO, default=NO),
    message("api", "the looser reading of a query that finds nothing, as on pages"),
)
PERIODS = ("day", "week", "month", "year")
PER = parameter("per", _choice(*PERIODS, default="month"), message("api", "the period to count by"))
QUERIES = replace(Q, repeated=True, most=MAX_QUERIES)


def fields_parameter(shape: Shape) -> Parameter:
    """The parameter that selects the keys of articles."""
    selected = parameter(
        "fields",
        {"type": "string", "enum": list(shape.keys)},
        message("api", "the keys of an article to return, separated by commas; the id is always there"),
        repeated=True,
        example="title,published",
        joined=True,
    )
    return replace(selected, most=None)


def parse_fields(shape: Shape) -> frozenset[str] | None:
    """The keys that the request selects, with the id; None for the default. Raises InvalidParameter."""
    names = [name for name in _listed(request.args, "fields") if name]
    for name in names:
        if name not in shape.keys:
            raise InvalidParameter("fields", name, Problem.CHOICE, shape.keys)
    return frozenset({"id", *names}) if names else None


def parse_ids() -> tuple[str, ...]:
    """The ids that the request lists. Raises InvalidParameter if they are too many."""
    ids = _listed(request.args, "ids")
    if len(ids) > MAX_IDS:
        raise InvalidParameter("ids", str(len(ids)), Problem.IDS, [str(MAX_IDS)])
    return tuple(dict.fromkeys(name for name in ids if name))


def parse_many() -> int:
    """The number of records that the request asks for, up to `MAX_PAGE`. Raises InvalidParameter."""
    return parse_limit(request.args, DEFAULT_PAGE, MAX_PAGE)


def parse_since(text: str) -> Cursor | datetime | None:
    """Where changes begin; None for the start. Raises InvalidParameter."""
    if text in ("", START):
        return None
    try:
        return Cursor.parse(text)
    except ValueError:
        pass
    try:
        return _moment(text)
    except (ValueError, QuerySyntaxError, OverflowError):
        raise InvalidParameter("since", text, Problem.SINCE) from None


def parse_queries() -> tuple[str, ...]:
    """The different queries that the request has; one empty query if it has none."""
    queries = dict.fromkeys(" ".join(text.split()) for text in request.args.getlist("q"))
    return tuple(query for query in queries if query) or ("",)


def parse_per() -> str:
    """The period to count by. Raises InvalidParameter."""
    return parse_choice(request.args, "per", PERIODS, default="month")


def only_one(given: Mapping[str, Collection[object]]) -> None:
    """Raise InvalidParameter if several parameters are given of which a request can have one."""
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise InvalidParameter(names[1], names[0], Problem.TOGETHER)


def _moment(text: str) -> datetime:
    if len(text) <= len("YYYY-MM-DD"):
        first, _ = parse_period(text)
        return datetime.combine(first, time.min, UTC)
    # A plus sign in a query string is a space.
    moment = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _listed(args: MultiDict[str, str], name: str) -> list[str]:
    return [one.strip() for value in args.getlist(name) for one in value.split(",")]
