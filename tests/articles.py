"""Articles for tests: one with as little as an article can have, any that Hypothesis can draw, and a child process."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from newsarchive.article import Article, Origin, Topic, Withdrawal

NOW = datetime(2025, 4, 21, 9, 30, tzinfo=UTC)

texts = st.text(st.one_of(st.sampled_from("ابتثجحكلمنهوي \n\"\\/,{}:'"), st.characters(codec=None)), max_size=30)
"""Arabic, what JSON escapes, and all else that a str can hold, lone surrogates too."""
_moments = st.datetimes(timezones=st.one_of(st.just(UTC), st.timezones()), allow_imaginary=False).map(
    # A zone's rules are not kept, only its offset: two moments in an hour that comes twice would not compare.
    lambda moment: datetime.fromisoformat(moment.isoformat())
)
_tuples = st.lists(texts, max_size=3).map(tuple)


def make_article(number: int = 1, **fields: Any) -> Article:
    """An article; `number` makes it another one."""
    given: dict[str, Any] = {
        "id": f"id{number}",
        "title": f"العنوان {number}",
        "body": f"نصّ المقال رقم {number}.\nفقرة ثانية.",
        "source": "تاس",
        "origin": Origin("jsonl", f"news.jsonl:{number}"),
    }
    return Article(**given | fields)


articles = st.builds(
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
    image_credit=texts,
    origin=st.builds(Origin, texts, texts, st.none() | _moments),
    archived_at=st.none() | _moments,
)
withdrawals = st.builds(
    Withdrawal, id=texts.filter(bool), revision=st.integers(1, 99), reason=texts, archived_at=_moments
)


def start_python(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A child that runs `code` with what this process can import; its output is text from a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
