"""What is wrong with a parameter of a URL, and what was probably meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from enum import StrEnum

from newsarchive.errors import NewsArchiveError
from newsarchive.web.interface import Interface

_MEANT = {
    name: parameter
    for parameter, names in {
        "q": "query search text words term terms keyword keywords",
        "match": "mode operator op",
        "source": "outlet site publisher",
        "topic": "category subject tag",
        "section": "desk rubric channel",
        "topics": "topic_kind kind assignment",
        "from": "since after start begin from_date start_date date_from date_start published_from",
        "to": "until till before end to_date end_date date_to date_end published_to",
        "sort": "order order_by orderby ordering sort_by sortby",
        "page": "p pg page_number offset start_page",
        "limit": "size per_page perpage page_size pagesize count rows max num results",
        "lang": "language locale hl",
        "all": "and every both",
        "any": "or some either",
        "best": "relevance relevant score rank match",
        "newest": "date published new recent latest desc newest_first -date -published",
        "oldest": "old earliest asc oldest_first",
        "arrived": "archived added arrival indexed updated",
        "fold": "group group_by collapse dedupe unique distinct",
        "copies": "copy duplicates near_copies",
        "stories": "story events event clusters",
        "ids": "id",
        "since": "cursor updated_since modified_since",
        "per": "interval period granularity",
        "fields": "field select keys",
        "body": "content fulltext full_text",
        "published": "published_at pubdate publish_date",
        "authors": "author byline writer",
        "url": "link href address",
        "ar": "arabic ara عربي العربية",
        "en": "english eng الإنجليزية",
    }.items()
    for name in names.split()
}
"""Name or value that other sites use -> what it is called here. Used only in error messages."""
_LEAST_LIKENESS = 0.75
"""How much alike a misspelled name and the right one are, as `difflib` counts: `format` isn't meant as `sort`."""
_OTHER_LENGTH = 2
"""By how many letters their lengths differ at most: `utm_source` isn't meant as `source`."""
_SHOWN_LENGTH = 50


class Problem(StrEnum):
    """The kinds of invalid parameter values."""

    CHOICE = "choice"
    ZONE = "zone"
    NUMBER = "number"
    LIMIT = "limit"
    DATE = "date"
    ORDER = "order"
    MANY = "many"
    UNKNOWN = "unknown"
    NO_PARAMETERS = "no_parameters"
    WORDS = "words"
    NO_TEXT = "no_text"
    PLACE = "place"
    SINCE = "since"
    IDS = "ids"
    VALUES = "values"
    TOGETHER = "together"
    INVISIBLE = "invisible"


class InvalidParameter(NewsArchiveError):
    """A URL parameter has an invalid value."""

    def __init__(self, parameter: str, value: str, problem: Problem, allowed: Collection[str] = ()) -> None:
        self.parameter = parameter
        self.value = value
        self.problem = problem
        self.allowed = tuple(allowed)
        super().__init__(Interface("en").text(self.message, **self.values))

    @property
    def message(self) -> str:
        """The key of the error message. `values` are the values of its fields."""
        return f"problem_{self.problem}" + ("_meant" if self.meant else "")

    @property
    def values(self) -> dict[str, str]:
        """The values of the message's fields; what the client sent is truncated if it is long."""
        return {
            "parameter": _shown(self.parameter),
            "value": _shown(self.value),
            "allowed": ", ".join(self.allowed),
            "meant": self.meant or "",
        }

    @property
    def meant(self) -> str | None:
        """The parameter or value that was probably meant, or None."""
        if self.problem not in (Problem.UNKNOWN, Problem.CHOICE):
            return None
        sent = (self.parameter if self.problem is Problem.UNKNOWN else self.value).strip().lower()
        if (known := _MEANT.get(sent)) in self.allowed:
            return known
        main = re.split("[-_]", sent)[0]  # en-US
        alike = [name for name in self.allowed if abs(len(name) - len(sent)) <= _OTHER_LENGTH]
        likely = [main] if main in self.allowed else get_close_matches(sent, alike, 1, _LEAST_LIKENESS)
        return likely[0] if likely else None


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
