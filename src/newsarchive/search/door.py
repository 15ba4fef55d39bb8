"""The values of a search: a request goes in, results come out, whichever engine ranks the articles.

All of them are plain and frozen, so a request can be read from a URL, results can be written as HTML, RSS or JSON, and
an engine can be exchanged.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from newsarchive.article import Article

MAX_LIMIT = 100
"""The most hits that one page of results may ask for."""
PATIENCE = 10.0
"""Seconds to wait for another process that updates or builds the index, where nothing is said."""
MAX_DAMAGED = 1_000
"""The most damaged lines that a report of an update names."""


class Match(StrEnum):
    """How many of the words a hit must have."""

    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    """The order of the hits."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


class Notice(StrEnum):
    """Something that a person should be told about how the request was understood."""

    ANY_INSTEAD_OF_ALL = "any_instead_of_all"
    """Nothing has all of the words; these have some of them."""
    NO_WORDS = "no_words"
    """The query has no word to search for, so everything is shown."""
    QUERY_CUT = "query_cut"
    """The query is too long; its beginning was searched."""
    PLAIN_WORDS = "plain_words"
    """The query could not be parsed and was searched as plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to search for. Several sources, or topics, are alternatives; topics are canonical names.

    `date_from` and `date_to` are days of publication and both included. `sort` None means best first where there
    are words and newest first where there are none. `is_cut` says that `text` is only the beginning of what was
    typed. Raises ValueError when page or limit is out of range.
    """

    text: str = ""
    match: Match = Match.ALL
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    sort: Sort | None = None
    page: int = 1
    limit: int = 10
    is_cut: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Pages count from 1."""
        if self.page < 1:
            raise ValueError(f"page is {self.page}; pages count from 1")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise ValueError(f"limit is {self.limit}; it may be 1 to {MAX_LIMIT}")

    @property
    def order(self) -> Sort:
        """The order that is meant."""
        return self.sort or (Sort.BEST if self.text.strip() else Sort.NEWEST)


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Original text with the character ranges `[start, end)` of the whole words that matched, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def runs(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked."""
        at = 0
        for start, end in self.marks:
            if at < start:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def paragraphs(self) -> Iterator["Highlighted"]:
        """The lines without the white space around them, empty ones left out. A mark is always within a line."""
        at = 0
        for line in self.text.split("\n"):
            if text := line.strip():
                start = at + line.index(text)
                inside = self.marks[bisect_left(self.marks, (start,)) : bisect_left(self.marks, (start + len(text),))]
                yield Highlighted(text, tuple((first - start, last - start) for first, last in inside))
            at += len(line) + 1


@dataclass(frozen=True, slots=True)
class Reason:
    """What a word of the query, as it was typed, met in an article, where that is not obvious.

    `forms` are the words that met it, as they are written in the article, the first ones only. Without any the
    article lacks the word.
    """

    word: str
    forms: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether the article lacks the word."""
        return not self.forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. `article` is the whole of it; `title` and `snippet` are for showing.

    `reasons` are in the order of the query, and empty where all is obvious.
    """

    article: Article
    score: float
    title: Highlighted
    snippet: Highlighted
    reasons: tuple[Reason, ...] = ()


FacetCounts = Mapping[str, int]
"""How many articles have a value that a request can filter by, the most frequent value first."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Each facet ignores its own filter, so several values can be chosen.

    Months are `YYYY-MM`, in order; they ignore the filter by date.
    """

    source: FacetCounts = field(default_factory=dict)
    topic: FacetCounts = field(default_factory=dict)
    month: FacetCounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    """What was also searched for: `word` as it was typed, its other forms, and the query that leaves them out."""

    word: str
    forms: tuple[str, ...]
    exact_query: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a person may be about to ask: a whole query, or the title of an article, which then has its id."""

    text: str
    article_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """One page of hits, in order, with the exact number of all of them.

    `suggestion` is the whole query with those words corrected that the archive does not have, where there are such.
    """

    request: SearchRequest
    total: int
    hits: tuple[Hit, ...]
    facets: Facets
    took_ms: float
    notices: tuple[Notice, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    suggestion: str | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.request.limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What one update of an index did: articles added or replaced, articles removed, damaged lines left out.

    Of the damaged lines `damaged` names the first, `MAX_DAMAGED` or fewer, and `more_damaged` counts the others.
    `undeleted` names the files of older indexes that could not be deleted, each with the reason.
    """

    indexed: int
    removed: int
    damaged: tuple[str, ...] = field(default=())
    more_damaged: int = 0
    undeleted: tuple[str, ...] = field(default=())

    def __add__(self, later: "UpdateReport") -> "UpdateReport":
        """This update and a later one as one."""
        damaged = (*self.damaged, *later.damaged)
        return UpdateReport(
            indexed=self.indexed + later.indexed,
            removed=self.removed + later.removed,
            damaged=damaged[:MAX_DAMAGED],
            more_damaged=self.more_damaged + later.more_damaged + max(0, len(damaged) - MAX_DAMAGED),
            undeleted=(*self.undeleted, *later.undeleted),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """How many articles the index has, how many bytes of records of the archive it has not read, its own bytes.

    An index that answers while it has to be rebuilt will read the whole archive again: it has read nothing.
    """

    articles: int
    behind_bytes: int
    size_bytes: int


Progress = Callable[[int], None]
"""Called with how many articles were read so far."""
