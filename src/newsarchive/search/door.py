"""The values of a search: a request goes in and results come out, whichever engine ranks the articles.

All of them are plain and frozen: a request can be read from a URL, results can be written as HTML,
RSS or JSON, and the engine can be replaced.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from newsarchive.article import MAX_ID_LENGTH, Article
from newsarchive.search.highlighted import Highlighted
from newsarchive.topics import TopicKind
from newsarchive.wording import worded

MAX_LIMIT = 100
"""The maximum number of hits on one page of results."""


class Match(StrEnum):
    """Whether a hit must have all words of the query or any of them."""

    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    """The order of the hits."""

    BEST = "best"
    NEWEST = "newest"
    """By date of publication. Articles without a date come last."""
    OLDEST = "oldest"
    """By date of publication. Articles without a date come last."""
    ARRIVED = "arrived"
    """By the time when the first revision was archived, the latest first. It doesn't depend on the date."""


class Fold(StrEnum):
    """Which articles a page lists as one: those with nearly the same text, or those about the same event."""

    COPIES = "copies"
    STORIES = "stories"


class Facet(StrEnum):
    """What articles can be counted and filtered by. `Facets` and `SearchRequest` have the values."""

    SOURCE = "source"
    TOPIC = "topic"
    SECTION = "section"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    LANGUAGE = "language"


FURTHER_FACETS = (Facet.AUTHOR, Facet.PUBLISHER, Facet.LANGUAGE)
"""The facets that are counted only if they are asked for."""


class Notice(StrEnum):
    """Something the user should know about how the request was interpreted."""

    ANY_INSTEAD_OF_ALL = "any_instead_of_all"
    """No article has all the words; these hits have some of them."""
    TRANSLATED_ANY = "translated_any"
    """The words of the query were translated, and any of them is enough."""
    TRANSLATED_WEAKLY = "translated_weakly"
    """The words are of a language whose translations are often wrong or missing."""
    PARTS_APART = "parts_apart"
    """No article has the parts of a chunk, such as كوفيد-19, together; these hits have them apart."""
    OR_WORD = "or_word"
    """أو was read as OR. `SearchResults.other_readings` has the query that searches it as a word."""
    LETTERS_JOINED = "letters_joined"
    """A letter that stands alone was read as part of the next word; see `SearchResults.other_readings`."""
    STAR_IGNORED = "star_ignored"
    """A star that doesn't end a word was ignored, and the rest of the word after it."""
    SIGNS_IGNORED = "signs_ignored"
    """~ or ^ after a word was ignored, with the number after it."""
    NO_WORDS = "no_words"
    """The query has no words to search for, so all articles are shown."""
    QUERY_CUT = "query_cut"
    """The query is too long; only its beginning was searched."""
    PLAIN_WORDS = "plain_words"
    """The query could not be parsed and was searched as plain words."""
    UNREADABLE_DATE = "unreadable_date"
    """The query has a date that can't be read; only the rest was searched for."""
    UNKNOWN_SOURCE = "unknown_source"
    """The archive has no such source."""
    UNKNOWN_TOPIC = "unknown_topic"
    """The archive has no such topic."""
    UNKNOWN_SECTION = "unknown_section"
    """The archive has no such section."""
    UNKNOWN_AUTHOR = "unknown_author"
    """The archive has no such author."""
    UNKNOWN_PUBLISHER = "unknown_publisher"
    """The archive has no such publisher."""
    UNKNOWN_LANGUAGE = "unknown_language"
    """The archive has no article in such a language."""
    UNKNOWN_ADDRESS = "unknown_address"
    """The archive has no article at this address."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The place of an article in the order of arrival, for going on from it later.

    `number` is its arrival number in this generation of the archive. In a later one, after a purge, the article is
    looked up by its id.
    """

    generation: int
    number: int
    article_id: str

    def __str__(self) -> str:
        """The place as opaque text, which `parse` reads."""
        return f"{self.generation:x}.{self.number:x}.{self.article_id}"

    @classmethod
    def parse(cls, text: str) -> "Arrival":
        """The place that a text stands for. Raises ValueError if no place is written like this."""
        match = _ARRIVAL.fullmatch(text)
        if match is None or int(match[2], 16) > _LAST_NUMBER:
            raise ValueError(worded("{text!r} is not a place in the order of arrival", text=text))
        return cls(int(match[1], 16), int(match[2], 16), match[3])


_LAST_NUMBER = (1 << 63) - 1
_ARRIVAL = re.compile(rf"([0-9a-f]{{1,12}})\.([0-9a-f]{{1,16}})\.(.{{1,{MAX_ID_LENGTH}}})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to search for. Several sources, topics, sections, authors, publishers or languages are alternatives.

    Topics and sections are names that the table of topics has; a section among the topics filters
    by section. If `topic_kind` isn't `ANY`, only articles with topics of that kind are found.

    `date_from` and `date_to` are days of publication, both inclusive. If `sort` is None, a query
    with text is sorted best first, any other newest first. `is_cut` means that `text` is only the
    beginning of what the user typed. Raises ValueError if page or limit is out of range.

    `looser` allows looser readings. If nothing has all of the words, articles with the parts of a
    chunk apart are found, else those with any of the words; and if less than a page has all of
    them, `SearchResults.more` continues it. Without it, the results are exactly what was asked for.

    With `translate`, words of other languages are searched in Arabic too, if the archive's settings allow it. Any of
    the words of a query that has only such words is then enough, unless `match` is `ANY` anyway or `requires_all`
    says that `ALL` was asked for.

    With `fold`, pages list only the best-ranked article of each group. The total counts all articles.

    `arrived_before` and `arrived_after` are places in the order of arrival, both exclusive: only the articles between
    them are found, whatever has arrived, was revised or withdrawn meanwhile.
    """

    text: str = ""
    match: Match = Match.ALL
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topic_kind: TopicKind = TopicKind.ANY
    date_from: date | None = None
    date_to: date | None = None
    sort: Sort | None = None
    page: int = 1
    limit: int = 10
    looser: bool = False
    translate: bool = True
    requires_all: bool = False
    fold: Fold | None = None
    arrived_before: Arrival | None = None
    arrived_after: Arrival | None = None
    is_cut: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Check the page, which counts from 1, and the limit."""
        if self.page < 1:
            raise ValueError(worded("page is {page}; pages count from 1", page=self.page))
        if not 1 <= self.limit <= MAX_LIMIT:
            raise ValueError(
                worded("limit is {limit}; it must be 1 to {max_limit}", limit=self.limit, max_limit=MAX_LIMIT)
            )

    @property
    def order(self) -> Sort:
        """The order to sort by, with the default filled in."""
        return self.sort or (Sort.BEST if self.text.strip() else Sort.NEWEST)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article matched a word of the query, if that isn't obvious.

    `word` is the word as the user typed it. `forms` are the first few forms of it that occur in the
    article, spelled as in the article. If it is empty, the article lacks the word.
    """

    word: str
    forms: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether the article lacks the word."""
        return not self.forms


@dataclass(frozen=True, slots=True)
class Folded:
    """The group of an article: its id, the number of other articles in it, and the number of their sources.

    Articles of no known source don't count among the sources. `is_one_source` says whether all articles that
    name a source, the listed one too, name the same.
    """

    group: str
    others: int
    sources: int
    is_one_source: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. `article` is the full article; `title` and `snippet` are for display.

    `reasons` are in the order of the query, and empty if the match is obvious. `folded` is the group
    that the hit stands for, if the request folds groups.
    """

    article: Article
    score: float
    title: Highlighted
    snippet: Highlighted
    reasons: tuple[Reason, ...] = ()
    folded: Folded | None = None


FacetCounts = Mapping[str, int]
"""Number of articles for each value that a request can filter by, most frequent value first."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts for the facets. Each facet ignores its own filter, so that several values can be selected.

    Months are `YYYY-MM` and days `YYYY-MM-DD`, in chronological order; both ignore the date filter. `assigned` says how
    many of the articles that `topic` counts have the topic by assignment. Those in `FURTHER_FACETS` are empty unless
    they were asked for.
    """

    source: FacetCounts = field(default_factory=dict)
    topic: FacetCounts = field(default_factory=dict)
    month: FacetCounts = field(default_factory=dict)
    section: FacetCounts = field(default_factory=dict)
    assigned: FacetCounts = field(default_factory=dict)
    day: FacetCounts = field(default_factory=dict)
    author: FacetCounts = field(default_factory=dict)
    publisher: FacetCounts = field(default_factory=dict)
    language: FacetCounts = field(default_factory=dict)

    def of(self, facet: Facet) -> FacetCounts:
        """The counts of one facet."""
        counts: FacetCounts = getattr(self, facet.value)
        return counts


@dataclass(frozen=True, slots=True)
class Spread:
    """How the articles of one value spread over time: their number, the first and last day, the number by month.

    Months are `YYYY-MM`, in order. Articles without a date only count in `total`.
    """

    total: int
    first: date | None = None
    last: date | None = None
    months: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def sum(cls, spreads: Sequence["Spread"]) -> "Spread":
        """The spread of the articles of all of these, which have no article in common."""
        if len(spreads) == 1:
            return spreads[0]
        months: Counter[str] = Counter()
        for spread in spreads:
            months.update(spread.months)
        return cls(
            sum(spread.total for spread in spreads),
            min((spread.first for spread in spreads if spread.first is not None), default=None),
            max((spread.last for spread in spreads if spread.last is not None), default=None),
            dict(sorted(months.items())),
        )


@dataclass(frozen=True, slots=True)
class Expansion:
    """An expanded word: `word` as typed, the other forms searched for, and the query that excludes them."""

    word: str
    forms: tuple[str, ...]
    exact_query: str


@dataclass(frozen=True, slots=True)
class TranslatedForm:
    """Arabic words that were searched for, as articles write them, and the query that searches only them."""

    text: str
    query: str


@dataclass(frozen=True, slots=True)
class TranslatedWord:
    """A word or phrase of another language, as typed, and what was searched for in Arabic, the likeliest first.

    `is_searched` says whether the typed word was searched too, because the archive has it; `query` searches only it.
    """

    word: str
    forms: tuple[TranslatedForm, ...]
    is_searched: bool
    query: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion: a whole query, or an article's title together with the article's id."""

    text: str
    article_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """One page of hits, in order, and the exact total number of hits.

    `translations` are the words of other languages that were searched in Arabic, in the order of the query.
    `suggestion` is the whole query with its misspelled words corrected, or None.
    `subjects` has the values that a notice is about, as typed. `dates` are the first and last day that
    the query means if it is nothing but a date, else None.
    `other_readings` has, for a notice about how the query was read, the query for the other reading.
    `more` are the best articles with most of the words, if a looser request has less than a page of
    hits; they are in neither the total nor the facets. `continues` is whether there is a next page.
    `last_arrival` is the place of the page's last article, if the order is that of arrival and nothing is folded.
    """

    request: SearchRequest
    total: int
    hits: tuple[Hit, ...]
    facets: Facets
    took_ms: float
    notices: tuple[Notice, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    translations: tuple[TranslatedWord, ...] = ()
    suggestion: str | None = None
    subjects: Mapping[Notice, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[date, date] | None = None
    other_readings: Mapping[Notice, str] = field(default_factory=dict)
    more: tuple[Hit, ...] = ()
    continues: bool = False
    last_arrival: Arrival | None = None

    @property
    def pages(self) -> int:
        """The number of pages, at least 1. If groups are folded, the number of pages that are known to exist."""
        if self.request.fold is None:
            return max(1, -(-self.total // self.request.limit))
        return max(1, self.request.page + (1 if self.continues else 0 if self.hits else -1))
