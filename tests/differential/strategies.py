"""Small archives and nested queries: few words, so that they meet often."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from whoosh import query as q

from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR, UNDATED
from tests.differential.oracle import Commit, Document

WORDS = ("سلام", "سلامه", "كتاب", "كتب", "قدس", "نهر", "a", "ab")
IDS = tuple(f"id{number:02d}" for number in range(12))
SOURCES = ("وكالة", "BBC", "صحيفة")
TOPICS = ("sport", "world", "economy")
FIRST_DAY = date(2019, 12, 20).toordinal()
TEXT_FIELDS = ("text", "exact", "title")

words = st.sampled_from(WORDS)
sections = st.lists(st.lists(words, max_size=12), max_size=3)
days = st.one_of(st.none(), st.integers(FIRST_DAY, FIRST_DAY + 40))


@st.composite
def documents(draw: st.DrawFn, article_id: str) -> Document:
    exact = draw(sections)
    topics = draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=3))
    source = draw(st.one_of(st.none(), st.sampled_from(SOURCES)))
    day = draw(days)
    values: dict[str, Any] = {
        "id": article_id,
        "text": [[word[:2] for word in section] for section in exact],
        "exact": exact,
        "title": exact[:1] or None,
        "source": source,
        "source_words": [[source]] if source else None,
        "topic": topics,
        "topics": TOPIC_SEPARATOR.join(topics).encode() or None,
        "moment": UNDATED if day is None else (day - FIRST_DAY) * 86_400,
    }
    if day is not None:
        values["day"] = values["days"] = day
    return {name: value for name, value in values.items() if value is not None}


@st.composite
def commits(draw: st.DrawFn) -> list[Commit]:
    result = []
    for _ in range(draw(st.integers(1, 4))):
        ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=6))
        added = [draw(documents(article_id)) for article_id in ids]
        deleted = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=3))
        result.append(Commit(added, deleted, draw(st.sampled_from((0, 0, 1, 2, 3)))))
    return result


boosts = st.sampled_from((1.0, 1.0, 0.5, 2.0))
fields = st.sampled_from(TEXT_FIELDS)

terms = st.builds(q.Term, fields, st.one_of(words, words.map(lambda word: word[:2]), st.just("غائب")), boosts)
named = st.one_of(
    st.builds(q.Term, st.just("topic"), st.sampled_from(TOPICS)),
    st.builds(q.Term, st.just("source"), st.sampled_from(SOURCES)),
    st.builds(q.Term, st.just("id"), st.sampled_from(IDS)),
    st.builds(q.Term, st.just("no_such_field"), words),
)
phrases = st.builds(q.Phrase, fields, st.lists(words, min_size=1, max_size=3), st.sampled_from((1, 1, 1, 2)), boosts)
prefixes = st.builds(q.Prefix, fields, st.sampled_from(("س", "سلا", "كت", "a", "ز")))
ranges = st.builds(
    q.NumericRange,
    st.just("day"),
    st.integers(FIRST_DAY - 2, FIRST_DAY + 42),
    st.integers(FIRST_DAY - 2, FIRST_DAY + 42),
    st.booleans(),
    st.booleans(),
    boosts,
).filter(lambda query: query.start + query.startexcl <= query.end - query.endexcl)
others = st.sampled_from((q.Every(), q.Every("title"), q.Every(boost=0.5), q.NullQuery))
slow = st.one_of(
    st.builds(q.Wildcard, fields, st.sampled_from(("*ب", "س?ام"))),
    st.builds(q.FuzzyTerm, st.just("exact"), words),
)
leaves = st.one_of(terms, terms, terms, named, phrases, prefixes, ranges, others, slow)


def _nested(children: st.SearchStrategy[q.Query]) -> st.SearchStrategy[q.Query]:
    several = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.builds(q.And, several, boosts),
        st.builds(q.Or, several, boosts),
        st.builds(q.DisjunctionMax, several),
        st.builds(q.AndNot, children, children),
        st.builds(q.AndMaybe, children, children),
        st.builds(q.Require, children, children),
        st.builds(q.Not, children),
        st.builds(q.ConstantScoreQuery, children, st.sampled_from((0.0, 1.0, 2.5))),
    )


queries = st.recursive(leaves, _nested, max_leaves=6)

requests = st.builds(
    SearchRequest,
    sources=st.lists(st.sampled_from((*SOURCES, "غائب")), unique=True, max_size=2).map(tuple),
    topics=st.lists(st.sampled_from(TOPICS), unique=True, max_size=2).map(tuple),
    date_from=st.one_of(st.none(), st.integers(FIRST_DAY, FIRST_DAY + 40).map(date.fromordinal)),
    date_to=st.one_of(st.none(), st.integers(FIRST_DAY, FIRST_DAY + 40).map(date.fromordinal)),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 3),
    limit=st.sampled_from((1, 2, 5, 100)),
)
