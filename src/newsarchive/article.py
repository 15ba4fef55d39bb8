"""`Article`: one text with its metadata, and its JSON form.

An article is an immutable value. A correction is a new `Article` with the same id and the next
revision, and a withdrawal is a `Withdrawal`. Both are lines of the archive.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal

from newsarchive.wording import worded

Published = date | datetime
"""A date if only the day is known, otherwise a datetime with a time zone."""
Precision = Literal["day", "moment", "relative"]
"""How precise a date of publication is: a day, a time of day, or counted from the time of fetching."""

MAX_ID_LENGTH = 200
"""The maximum length of an id in characters. `article_id` makes ids of 16."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the input named it, and what assigned it: `feed`, `field`, `page`, `option` or `text`."""

    name: str
    assigned_by: str

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the values; see `Article`."""
        return Topic, (self.name, self.assigned_by)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the text comes from: `kind` is the ingest format, `location` a path, `path:line` or URL.

    `record` is the WARC file in which the archive keeps the fetched page, and the id of its record,
    as `2025-04-21.001.warc.gz#urn:uuid:…`; it is empty if the page wasn't kept. The `location` of a
    text that was read from a WARC file has the same form, with the path of the file.
    """

    kind: str
    location: str
    fetched_at: datetime | None = None
    record: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the values; see `Article`."""
        return Origin, (self.kind, self.location, self.fetched_at, self.record)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a body. A heading is a paragraph above its section."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article.

    `source` is the outlet or agency that the text comes from; `publisher` is the outlet that
    published it, if different. A derived title was made from the text: it is shown but not indexed
    as a title. `body` has one paragraph per line; `headings` lists the paragraphs that are section
    headings. `guid` is what the feed calls the article, in the form of `guid.stored_guid`, if that is
    more than the address. `published_raw` is the string that `published` was parsed from, or that
    could not be parsed. `published_relative` is true if it counts from the time of fetching, as
    «منذ ساعتين» does. `archived_at` is the UTC time when the archive stored this revision.
    """

    id: str
    title: str
    body: str
    source: str = ""
    revision: int = 1
    title_derived: bool = False
    headings: tuple[str, ...] = ()
    summary: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    published: Published | None = None
    published_raw: str = ""
    published_relative: bool = False
    language: str = "ar"
    url: str = ""
    guid: str = ""
    image_credit: str = ""
    origin: Origin = field(default_factory=lambda: Origin("unknown", ""))
    archived_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for an unusable id, an empty body, or a publication time without a time zone."""
        if not self.id:
            raise ValueError(worded("an article needs an id"))
        if len(self.id) > MAX_ID_LENGTH:
            raise ValueError(
                worded(
                    "an id of {length:,} characters; the limit is {limit}",
                    length=len(self.id),
                    limit=MAX_ID_LENGTH,
                )
            )
        if not self.body.strip():
            raise ValueError(worded("an article needs a body"))
        if isinstance(self.published, datetime) and self.published.tzinfo is None:
            raise ValueError(worded("a publication time needs a time zone"))
        if self.published_relative and self.published is None:
            raise ValueError(worded("a relative publication date needs a date"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the values: the way of dataclasses takes several times as long, and `reading_ahead` sends articles."""
        return _unpickled, _values(self)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The body's paragraphs in order, without empty lines."""
        lines = (line.strip() for line in self.body.split("\n"))
        headings = frozenset(self.headings)
        return tuple(Paragraph(line, line in headings) for line in lines if line)

    @property
    def topic_names(self) -> tuple[str, ...]:
        """The topics' names as in the input, in order."""
        return tuple(topic.name for topic in self.topics)

    @property
    def published_day(self) -> date | None:
        """The day of publication in the publisher's time zone."""
        return self.published.date() if isinstance(self.published, datetime) else self.published

    @property
    def published_precision(self) -> Precision | None:
        """How precise the date of publication is. None without a date."""
        if self.published is None:
            return None
        if self.published_relative:
            return "relative"
        return "moment" if isinstance(self.published, datetime) else "day"


_NAMES = tuple(one.name for one in fields(Article))
_values: Callable[[Article], tuple[Any, ...]] = attrgetter(*_NAMES)


_setters: tuple[Callable[[Article, Any], None], ...] = tuple(getattr(Article, name).__set__ for name in _NAMES)


def _unpickled(*values: Any) -> Article:
    """The article with these values, which were checked when it was made the first time."""
    article = object.__new__(Article)
    for set_value, value in zip(_setters, values, strict=True):
        set_value(article, value)
    return article


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Records that the article is hidden from this revision on, and why."""

    id: str
    revision: int
    reason: str
    archived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Records another address, at which a copy of the article with this id was found. It isn't a revision."""

    id: str
    url: str
    archived_at: datetime | None = None

    @property
    def revision(self) -> int:
        """0, which is no revision of an article."""
        return 0


Record = Article | Withdrawal | Copy
"""The content of a line of the archive."""


def to_json(record: Record) -> dict[str, Any]:
    """Return the JSON form: dicts, lists and strings, without empty fields, dates in ISO 8601."""
    if isinstance(record, Withdrawal):
        return {
            "type": "withdrawal",
            "id": record.id,
            "revision": record.revision,
            "reason": record.reason,
            "archived_at": record.archived_at.isoformat(),
        }
    archived_at = record.archived_at.isoformat() if record.archived_at else ""
    if isinstance(record, Copy):
        return {"type": "copy", "id": record.id, "url": record.url, "archived_at": archived_at}
    form: dict[str, Any] = {
        "type": "article",
        "id": record.id,
        "revision": record.revision,
        "title": record.title,
        "title_derived": record.title_derived,
        "summary": record.summary,
        "body": record.body,
        "headings": list(record.headings),
        "source": record.source,
        "publisher": record.publisher,
        "authors": list(record.authors),
        "topics": [{"name": topic.name, "assigned_by": topic.assigned_by} for topic in record.topics],
        "published": record.published.isoformat() if record.published else "",
        "published_precision": record.published_precision or "",
        "published_raw": record.published_raw,
        "language": record.language,
        "url": record.url,
        "guid": record.guid,
        "image_credit": record.image_credit,
        "origin": _origin_form(record.origin),
        "archived_at": archived_at,
    }
    return {key: value for key, value in form.items() if value or key == "title"}


def _origin_form(origin: Origin) -> dict[str, str]:
    form = {"kind": origin.kind, "location": origin.location}
    if origin.fetched_at:
        form["fetched_at"] = origin.fetched_at.isoformat()
    return form | {"record": origin.record} if origin.record else form


def from_json(form: Mapping[str, Any]) -> Record:
    """Return the record of a JSON form. Raises ValueError, KeyError or TypeError if `to_json` can't have written it."""
    if form["type"] == "withdrawal":
        return Withdrawal(
            id=form["id"],
            revision=form["revision"],
            reason=form["reason"],
            archived_at=datetime.fromisoformat(form["archived_at"]),
        )
    archived_at = form.get("archived_at")
    if form["type"] == "copy":
        return Copy(id=form["id"], url=form["url"], archived_at=datetime.fromisoformat(form["archived_at"]))
    if form["type"] != "article":
        raise ValueError(worded("unknown type of line: {kind!r}", kind=form["type"]))
    return Article(
        id=form["id"],
        revision=form["revision"],
        title=form["title"],
        title_derived=form.get("title_derived", False),
        summary=form.get("summary", ""),
        body=form["body"],
        headings=tuple(form.get("headings", ())),
        source=form.get("source", ""),
        publisher=form.get("publisher", ""),
        authors=tuple(form.get("authors", ())),
        topics=tuple(Topic(topic["name"], topic["assigned_by"]) for topic in form.get("topics", ())),
        published=_read_published(form.get("published", "")),
        published_raw=form.get("published_raw", ""),
        # Lines without the key are older. The form of the date says which of the other two it is.
        published_relative=form.get("published_precision") == "relative",
        language=form.get("language", ""),
        url=form.get("url", ""),
        guid=form.get("guid", ""),
        image_credit=form.get("image_credit", ""),
        origin=_read_origin(form["origin"]),
        archived_at=datetime.fromisoformat(archived_at) if archived_at else None,
    )


def _read_published(text: str) -> Published | None:
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _read_origin(form: Mapping[str, Any]) -> Origin:
    fetched_at = form.get("fetched_at")
    return Origin(
        form["kind"],
        form.get("location", ""),
        datetime.fromisoformat(fetched_at) if fetched_at else None,
        form.get("record", ""),
    )
