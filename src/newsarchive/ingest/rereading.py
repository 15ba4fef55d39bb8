"""What today's readers make of a stored article: a decision on plain data, without a disk or a network.

A line of the archive keeps what its readers read, such as `published_raw`. Rereading applies today's date parsing,
cleaning, title derivation, language detection and limits to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Published, Topic
from newsarchive.cleaning import clean_line
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers import jsonl
from newsarchive.ingest.readers.fields import epoch_moment
from newsarchive.limits import DATE_TEXT, bounded, cut_text


class Kind(StrEnum):
    """What rereading changed about a field."""

    DATE_READ = "dates_read"
    """The date was not understood before."""
    DATE_CHANGED = "dates_changed"
    """The date is understood differently."""
    TEXT_CLEANED = "texts_cleaned"
    """The title, body, summary or date text has been cleaned."""
    NAME_CLEANED = "names_cleaned"
    """A source, publisher, author, topic or image credit has been cleaned."""
    ADDRESS_CLEANED = "addresses_cleaned"
    """The address has been cleaned, or removed because it isn't one of the web."""
    TITLE_DERIVED = "titles_derived"
    """The title was derived from the body again."""
    HEADINGS_CHANGED = "headings_changed"
    """The headings have been matched with the paragraphs of the body again."""
    LANGUAGE_DETECTED = "languages_detected"
    """The language is another one."""
    CUT = "fields_cut"
    """The field was longer than the limits allow."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is read differently, with its text before and after; several values stand one per line.

    `read_from` is the string that a date was read from, and empty for other fields.
    """

    kind: Kind
    field: str
    old: str
    new: str
    read_from: str = ""


@dataclass(frozen=True, slots=True)
class Rereading:
    """The next revision of an article, and how it differs."""

    article: Article
    changes: tuple[Change, ...]


def reread(article: Article, zone: tzinfo) -> Rereading | None:
    """Apply today's readers to a stored article; None if nothing is read differently.

    `zone` is for dates that name none. The id and the origin stay. A date that can't be read today stays, and so does
    an article that today's readers would refuse.
    """
    fitting = bounded(article)
    draft = jsonl.draft_of_article(fitting)
    if article.title_derived:
        draft = replace(draft, title="", title_derived=False)
    draft = replace(draft, published_hint=_published(fitting, zone))
    try:
        read = build_article(draft, Defaults(zone=zone))
    except ParseError:
        return None
    read = replace(read, id=article.id, origin=article.origin)
    changes = tuple(_changes(article, fitting, read))
    return Rereading(replace(read, revision=article.revision + 1, archived_at=None), changes) if changes else None


def _published(article: Article, zone: tzinfo) -> Published | None:
    """The date that today's readers read in `published_raw`, unless the stored one says the same or more."""
    old = article.published
    raw = cut_text(clean_line(article.published_raw), DATE_TEXT)
    if not raw:
        return old
    moment = epoch_moment(raw) if article.origin.kind == jsonl.KIND else None
    new = moment or parse_date(raw, default_zone=_zone_of(old, zone))
    return old if new is None or _says_as_much(old, new) else new


def _zone_of(old: Published | None, zone: tzinfo) -> tzinfo:
    """The zone that a time without one was read in, so that another setting changes no date that was read before."""
    if not isinstance(old, datetime) or old.tzinfo is None:
        return zone
    return zone if _offset_in(zone, old) == old.utcoffset() else old.tzinfo


def _offset_in(zone: tzinfo, moment: datetime) -> object:
    try:
        return moment.astimezone(zone).utcoffset()
    except (OverflowError, ValueError):
        # At the first or the last day that there is.
        return None


def _says_as_much(old: Published | None, new: Published) -> bool:
    """Whether the stored date is the same moment or day, or a moment of the day that is read."""
    if isinstance(old, datetime) and not isinstance(new, datetime):
        return old.date() == new
    return old == new


_KINDS = {
    **dict.fromkeys(("title", "body", "summary", "published_raw"), Kind.TEXT_CLEANED),
    **dict.fromkeys(("source", "publisher", "authors", "topics", "image_credit"), Kind.NAME_CLEANED),
    "url": Kind.ADDRESS_CLEANED,
    "headings": Kind.HEADINGS_CHANGED,
    "language": Kind.LANGUAGE_DETECTED,
}


def _changes(article: Article, fitting: Article, read: Article) -> Iterator[Change]:
    for name in (field.name for field in fields(Article)):
        old, new = getattr(article, name), getattr(read, name)
        if name == "published":
            if not _is_same_date(old, new):
                kind = Kind.DATE_CHANGED if old else Kind.DATE_READ
                yield Change(kind, name, _text(old), _text(new), read.published_raw)
        elif name in _KINDS and old != new:
            yield Change(_kind(name, article, fitting, read), name, _text(old), _text(new))


def _is_same_date(old: Published | None, new: Published | None) -> bool:
    return type(old) is type(new) and old == new


def _kind(name: str, article: Article, fitting: Article, read: Article) -> Kind:
    if getattr(fitting, name) is not getattr(article, name):
        return Kind.CUT
    if name == "title" and read.title_derived:
        return Kind.TITLE_DERIVED
    return _KINDS[name]


def _text(value: Any) -> str:
    """A field's value for a person; several values one per line."""
    if isinstance(value, tuple):
        return "\n".join(item.name if isinstance(item, Topic) else item for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return value or ""
