"""Applies the current readers to a stored article. Works on plain data, without I/O.

A line of the archive keeps the original input of a reader, such as `published_raw`. Rereading
applies the current date parsing, cleaning, title derivation, language detection and limits to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from newsarchive.arabic.dates import ReadDate, read_date
from newsarchive.article import Article, Published, Topic
from newsarchive.cleaning import clean_line
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers import jsonl
from newsarchive.ingest.readers.fields import epoch_moment
from newsarchive.limits import DATE_TEXT, bounded, cut_text


class Kind(StrEnum):
    """The kind of change that rereading made to a field."""

    DATE_READ = "dates_read"
    """The date could not be parsed before."""
    DATE_CHANGED = "dates_changed"
    """The date is parsed differently."""
    TEXT_CLEANED = "texts_cleaned"
    """The title, body, summary or date text was cleaned."""
    NAME_CLEANED = "names_cleaned"
    """A source, publisher, author, topic or image credit was cleaned."""
    ADDRESS_CLEANED = "addresses_cleaned"
    """The URL was cleaned, or removed because it isn't a web URL."""
    TITLE_DERIVED = "titles_derived"
    """The title was derived from the body again."""
    HEADINGS_CHANGED = "headings_changed"
    """The headings were matched with the paragraphs of the body again."""
    LANGUAGE_DETECTED = "languages_detected"
    """A different language was detected."""
    CUT = "fields_cut"
    """The field was longer than the limits allow."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is read differently, with its old and new text; several values are one per line.

    `read_from` is the string that a date was parsed from, and empty for other fields.
    """

    kind: Kind
    field: str
    old: str
    new: str
    read_from: str = ""


@dataclass(frozen=True, slots=True)
class Rereading:
    """The next revision of an article and its changes."""

    article: Article
    changes: tuple[Change, ...]


def reread(article: Article, zone: tzinfo) -> Rereading | None:
    """Apply the current readers to a stored article. Return None if nothing is read differently.

    `zone` is the time zone of dates without one. The id and the origin are kept. A stored date is
    kept if its string can't be parsed now. An article that the current readers would reject is not
    changed.
    """
    fitting = bounded(article)
    draft = jsonl.draft_of_article(fitting)
    if article.title_derived:
        draft = replace(draft, title="", title_derived=False)
    read_now = _published(fitting, zone)
    draft = replace(
        draft,
        published_hint=read_now.value if read_now else None,
        published_relative=read_now is not None and read_now.is_relative,
    )
    try:
        read = build_article(draft, Defaults(zone=zone))
    except ParseError:
        return None
    read = replace(read, id=article.id, origin=article.origin)
    changes = tuple(_changes(article, fitting, read))
    return Rereading(replace(read, revision=article.revision + 1, archived_at=None), changes) if changes else None


def _published(article: Article, zone: tzinfo) -> ReadDate | None:
    """The date read from `published_raw`, or the stored date if it is the same or more precise."""
    old = article.published
    stored = None if old is None else ReadDate(old, article.published_relative)
    raw = cut_text(clean_line(article.published_raw), DATE_TEXT)
    if not raw:
        return stored
    moment = epoch_moment(raw) if article.origin.kind == jsonl.KIND else None
    if moment is not None:
        new: ReadDate | None = ReadDate(moment)
    else:
        new = read_date(raw, default_zone=_zone_of(old, zone), fetched_at=article.origin.fetched_at)
    return stored if new is None or _says_as_much(stored, new) else new


def _zone_of(old: Published | None, zone: tzinfo) -> tzinfo:
    """The zone in which a time without one was parsed before, so that a changed setting doesn't change old dates."""
    if not isinstance(old, datetime) or old.tzinfo is None:
        return zone
    return zone if _offset_in(zone, old) == old.utcoffset() else old.tzinfo


def _offset_in(zone: tzinfo, moment: datetime) -> object:
    try:
        return moment.astimezone(zone).utcoffset()
    except (OverflowError, ValueError):
        # On the first or last day that `datetime` supports.
        return None


def _says_as_much(stored: ReadDate | None, new: ReadDate) -> bool:
    """Whether the stored date is the same moment or day as the new one, or a moment of that day.

    A relative date is less precise than any other. A stored fraction of a second is kept.
    """
    if stored is None:
        return False
    if stored.is_relative != new.is_relative:
        return new.is_relative
    old = stored.value
    if not isinstance(old, datetime):
        return not isinstance(new.value, datetime) and old == new.value
    if not isinstance(new.value, datetime):
        return old.date() == new.value
    return old.replace(microsecond=0) == new.value.replace(microsecond=0)


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
            if not _is_same_date(old, new) or article.published_relative != read.published_relative:
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
    """A field's value as text, with several values one per line."""
    if isinstance(value, tuple):
        return "\n".join(item.name if isinstance(item, Topic) else item for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return value or ""
