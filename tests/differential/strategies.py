"""Small archives and nested scored trees, with few words, so that queries often match."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.article import Article, Origin, Record, Topic, Withdrawal
from newsarchive.search.door import Facet, SearchRequest, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.scoring.tree import (
    Adjacent,
    All,
    Any,
    Best,
    Boosted,
    Constant,
    Days,
    Everything,
    Field,
    Most,
    Prefix,
    Scored,
    Term,
    Without,
)
from newsarchive.topics import TopicKind
from tests.differential.oracle import Commit

SPELLINGS = ("سلام", "والسلامُ", "كتاب", "كِتَابٌ", "الكتاب", "كتب", "قدس", "نهر", "ﷺ", "a", "AB")
"""Spellings of one word, words of one stem, and a ligature that expands to several words."""
FOLDED = tuple(dict.fromkeys(word for spelling in SPELLINGS for word in words(spelling)))
STEMS = tuple(dict.fromkeys(map(stem, FOLDED)))
IDS = tuple(f"id{number:02d}" for number in range(12))
SOURCES = ("وكالة", "BBC", "صحيفة كتاب")
AUTHORS = ("سلام", "قدس نهر")
TOPICS = ("sport", "politics", "economy")
SECTIONS = ("world", "local")
NAMES_OF_TOPICS = (*TOPICS, "رياضة", "business", *SECTIONS, "دولي", "رياضة محلية")
FIRST_DAY = date(2019, 12, 20)
NOW = datetime(2020, 2, 1, tzinfo=UTC)
TEXT_FIELDS = (Field.TEXT, Field.EXACT, Field.TITLE, Field.TITLE_EXACT)

texts = st.lists(st.sampled_from(SPELLINGS), max_size=8).map(" ".join)
bodies = st.lists(st.sampled_from((*SPELLINGS, "\n")), min_size=4, max_size=12).map(" ".join)
days = st.integers(0, 40).map(lambda number: FIRST_DAY + timedelta(days=number))
moments = st.builds(
    lambda day, hour, zone: datetime(day.year, day.month, day.day, hour, tzinfo=timezone(timedelta(hours=zone))),
    days,
    st.sampled_from((0, 1, 23)),
    st.sampled_from((-5, 0, 3)),
)
ids = st.sampled_from(IDS)
articles = st.builds(
    Article,
    id=ids,
    title=texts,
    title_derived=st.sampled_from((False, False, True)),
    body=st.one_of(bodies, bodies, bodies, st.just(".")),
    summary=st.one_of(st.just(""), texts),
    source=st.sampled_from(("", *SOURCES)),
    authors=st.sampled_from(((), (), *((author,) for author in AUTHORS), AUTHORS)),
    topics=st.lists(st.sampled_from([Topic(name, "field") for name in NAMES_OF_TOPICS]), max_size=3).map(tuple),
    published=st.one_of(st.none(), days, days, moments),
    origin=st.just(Origin("jsonl", "test")),
)
withdrawals = st.builds(Withdrawal, id=ids, revision=st.just(1), reason=st.just("test"), archived_at=st.just(NOW))
records: st.SearchStrategy[Record] = st.one_of(articles, articles, articles, withdrawals)
merged = st.sampled_from((0, 0, 1, 2, 3))
first = st.builds(Commit, st.lists(articles, min_size=6, max_size=10, unique_by=lambda article: article.id), merged)
commits = st.builds(
    lambda one, others: [one, *others],
    st.one_of(first, first, first, st.builds(Commit, st.lists(records, max_size=2), merged)),
    st.lists(st.builds(Commit, st.lists(records, max_size=8), merged), max_size=3),
)

weights = st.sampled_from((1.0, 1.0, 0.5, 2.0, 0.0))
terms = st.one_of(
    st.builds(Term, st.sampled_from((Field.EXACT, Field.TITLE_EXACT)), st.sampled_from((*FOLDED, "غائب")), weights),
    st.builds(Term, st.sampled_from((Field.TEXT, Field.TEXT, Field.TITLE)), st.sampled_from(STEMS), weights),
)
named = st.one_of(
    st.builds(Term, st.just(Field.TOPIC), st.sampled_from((*TOPICS, "غائب"))).map(lambda term: Constant(term, 0.0)),
    st.builds(Term, st.just(Field.SOURCE_WORDS), st.sampled_from(("وكاله", "bbc", "كتاب"))),
    st.builds(Term, st.just(Field.AUTHOR_WORDS), st.sampled_from(("سلام", "نهر"))),
)
frequent = (("كتاب", "الكتاب"), ("كتاب", "كتاب"), ("صلي", "الله"), ("الله", "عليه", "وسلم"), ("a", "قدس"))
phrases = st.builds(
    Adjacent,
    st.sampled_from((Field.EXACT, Field.EXACT, Field.TITLE_EXACT)),
    st.one_of(st.sampled_from(frequent), st.lists(st.sampled_from(FOLDED), min_size=2, max_size=3).map(tuple)),
    st.one_of(st.just(()), st.lists(st.sampled_from(FOLDED), max_size=2, unique=True).map(tuple)),
)
prefixes = st.builds(Prefix, st.sampled_from(TEXT_FIELDS), st.sampled_from(("س", "سلا", "كت", "ال", "a", "ز")))
ordinals = st.integers(FIRST_DAY.toordinal() - 2, FIRST_DAY.toordinal() + 42)
ranges = st.one_of(
    st.tuples(ordinals, ordinals).map(lambda days: Days(min(days), max(days))), st.builds(Days, ordinals, ordinals)
)
all_or_none = st.sampled_from((Everything(), Everything(), All(())))
several_terms = st.lists(terms, min_size=2, max_size=3).map(tuple)
of_terms = st.one_of(
    st.builds(All, several_terms),
    st.builds(Any, several_terms),
    st.builds(Best, several_terms),
    st.builds(Most, several_terms, st.integers(1, 3)),
    st.builds(Boosted, terms, several_terms),
    st.builds(All, st.tuples(terms, ranges)),
    st.builds(All, st.tuples(ranges, phrases)),
)
leaves: st.SearchStrategy[Scored] = st.one_of(
    terms, terms, terms, of_terms, of_terms, named, phrases, phrases, prefixes, ranges, all_or_none
)


def _nested(children: st.SearchStrategy[Scored]) -> st.SearchStrategy[Scored]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(All, several),
        st.builds(All, st.tuples(children, children)),
        st.builds(Any, several),
        st.builds(Best, several),
        st.builds(Most, several, st.integers(1, 2)),
        st.builds(Without, children, children),
        st.builds(Boosted, children, several),
        st.builds(Constant, children, st.sampled_from((0.0, 1.0, 2.5))),
    )


trees = st.recursive(leaves, _nested, max_leaves=6)

requests = st.builds(
    SearchRequest,
    sources=st.lists(st.sampled_from((*SOURCES, "غائب")), unique=True, max_size=2).map(tuple),
    topics=st.lists(st.sampled_from(TOPICS), unique=True, max_size=2).map(tuple),
    sections=st.lists(st.sampled_from(SECTIONS), unique=True, max_size=2).map(tuple),
    topic_kind=st.sampled_from(TopicKind),
    date_from=st.one_of(st.none(), days),
    date_to=st.one_of(st.none(), days),
    # Not in order of arrival: stock Whoosh gets the articles without their places in the archive.
    sort=st.sampled_from([Sort.BEST, Sort.NEWEST, Sort.OLDEST]),
    page=st.integers(1, 3),
    limit=st.sampled_from((1, 2, 5, 100)),
)


def selection_of(request: SearchRequest, facets: tuple[Facet, ...] = ()) -> Selection:
    """The selection of a request of generated values."""
    return Selection(
        sources=request.sources,
        topics=request.topics,
        sections=request.sections,
        topic_kind=request.topic_kind,
        date_from=request.date_from,
        date_to=request.date_to,
        order=request.order,
        depth=request.page * request.limit,
        facets=facets,
    )
