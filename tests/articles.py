"""Test helpers: a small article, Hypothesis strategies for articles and withdrawals, and child processes."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from newsarchive.article import Article, Origin, Topic, Withdrawal

NOW = datetime(2025, 4, 21, 9, 30, tzinfo=UTC)

texts = st.text(st.one_of(st.sampled_from("ابتثجحكلمنهوي \n\"\\/,{}:'"), st.characters(codec=None)), max_size=30)
"""Arabic, characters that JSON escapes, and all other characters of a str, including lone surrogates."""
_moments = st.datetimes(timezones=st.one_of(st.just(UTC), st.timezones()), allow_imaginary=False).map(
    # Keep only the offset of the zone, as the JSON form does: in a repeated hour, times in a zone don't compare equal.
    lambda moment: datetime.fromisoformat(moment.isoformat())
)
_tuples = st.lists(texts, max_size=3).map(tuple)


def make_article(number: int = 1, **fields: Any) -> Article:
    """Return a small article. A different `number` gives a different article."""
    given: dict[str, Any] = {
        "id": f"id{number}",
        "title": f"العنوان {number}",
        "body": f"نصّ المقال رقم {number}.\nفقرة ثانية.",
        "source": "تاس",
        "origin": Origin("jsonl", f"news.jsonl:{number}"),
    }
    return Article(**given | fields)


_articles = st.builds(
    Article,
    id=texts.filter(bool),
    title=texts,
    body=texts.filter(str.strip),
    source=texts,
    revision=st.integers(1, 99),
    title_derived=st.booleans(),
    headings=_tuples,
    summary=texts,
    publisher=texts,
    authors=_tuples,
    topics=st.lists(st.builds(Topic, texts, st.sampled_from(["feed", "field", "option", "text"])), max_size=3).map(
        tuple
    ),
    published=st.none() | st.dates() | _moments,
    published_raw=texts,
    language=st.sampled_from(["", "ar", "en"]),
    url=texts,
    guid=texts,
    image_credit=texts,
    origin=st.builds(Origin, texts, texts, st.none() | _moments),
    archived_at=st.none() | _moments,
)
articles = st.builds(
    lambda article, relative: replace(article, published_relative=relative and article.published is not None),
    _articles,
    st.booleans(),
)
withdrawals = st.builds(
    Withdrawal, id=texts.filter(bool), revision=st.integers(1, 99), reason=texts, archived_at=_moments
)


def start_python(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start Python code in a child process with this process's import path. Its output is a text pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
