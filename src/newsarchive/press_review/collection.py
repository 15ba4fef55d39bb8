"""`Collection` and `Entry`: articles that somebody put together, in order and with notes; and their JSON form.

A collection holds no text of an article: what it says of one is read from the archive each time. So a correction shows,
and what was withdrawn or purged is in no collection either.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, Self

from newsarchive.article import MAX_ID_LENGTH
from newsarchive.errors import CollectionNotFound, CollectionsError
from newsarchive.i18n import Language
from newsarchive.syndication import readable_text
from newsarchive.wording import worded

MAX_ENTRIES = 500
"""The most articles of a collection. It is shown on one page, and becomes one document."""
MAX_TITLE = 200
MAX_DESCRIPTION = 5_000
MAX_NOTE = 10_000

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"[0-9a-f]{32}")

Where = Literal["up", "down", "first", "last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a collection.

    `revision` and `digest` are those of the text when it was added, or when its corrections were last accepted; 0 and
    empty in a line that somebody wrote by hand. `address` is a digest of its canonical address, by which the article is
    found again if it gets another id. `others` has keys that this version doesn't know. Raises CollectionsError for a
    value that can't be used.
    """

    id: str
    note: str = ""
    added: datetime | None = None
    revision: int = 0
    digest: str = ""
    address: str = ""
    others: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the id and the length of the note."""
        if not self.id or len(self.id) > MAX_ID_LENGTH:
            raise CollectionsError(
                worded("the id of an article has from 1 to {max_id_length} characters", max_id_length=MAX_ID_LENGTH)
            )
        _check_length("a note", self.note, MAX_NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection of articles in an order.

    `id` names it in commands and addresses. `language` is that of its documents. A `private` one isn't shown to readers
    of the site. `others` has keys that this version doesn't know. Raises CollectionsError for a value that can't be
    used, or two entries with one article.
    """

    id: str
    title: str
    description: str = ""
    language: Language = "ar"
    private: bool = False
    created: datetime | None = None
    changed: datetime | None = None
    entries: tuple[Entry, ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what ends up in addresses and documents."""
        if not _ID.fullmatch(self.id):
            raise CollectionsError(
                worded("the id {id!r} must be of letters a-z, digits, - and _, up to 64", id=self.id[:70])
            )
        if not self.title:
            raise CollectionsError(worded("a collection needs a title"))
        _check_length("a title", self.title, MAX_TITLE)
        _check_length("a description", self.description, MAX_DESCRIPTION)
        if len(self.entries) > MAX_ENTRIES:
            raise CollectionsError(
                worded("a collection has at most {max_entries} articles; make another one", max_entries=MAX_ENTRIES),
                "full",
            )
        if len({entry.id for entry in self.entries}) < len(self.entries):
            raise CollectionsError(worded("a collection has each article only once"), "exists")

    def entry(self, article_id: str) -> Entry:
        """The entry of an article. Raises CollectionNotFound if the collection doesn't have it."""
        for entry in self.entries:
            if entry.id == article_id:
                return entry
        raise CollectionNotFound(
            worded(
                "the collection {id} doesn't have the article {article_id!r}",
                id=self.id,
                article_id=article_id[:MAX_ID_LENGTH],
            )
        )

    def has(self, article_id: str) -> bool:
        """Whether the article is in it."""
        return any(entry.id == article_id for entry in self.entries)

    def with_entries(self, entries: tuple[Entry, ...]) -> Self:
        """The collection with other entries. Raises CollectionsError."""
        return replace(self, entries=entries)


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise CollectionsError(
            worded("{what} has at most {most:,} characters, not {text:,}", what=what, most=most, text=len(text))
        )


def clean_title(text: str) -> str:
    """The text on one line, without characters that no document can have.

    >>> clean_title("  صحافة\\x00 اليوم\\n")
    'صحافة اليوم'
    """
    return " ".join(readable_text(text).split())


def clean_note(text: str) -> str:
    """The lines of a text without characters that no document can have, and without blank lines around them."""
    lines = (readable_text(line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def to_json(collection: Collection) -> dict[str, Any]:
    """The JSON form, without values that are empty."""
    form = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "language": collection.language if collection.language != "ar" else "",
        "private": collection.private,
        "created": _written(collection.created),
        "changed": _written(collection.changed),
    }
    entries = [_entry_to_json(entry) for entry in collection.entries]
    return {key: value for key, value in form.items() if value} | dict(collection.others) | {"entries": entries}


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    form = {
        "id": entry.id,
        "note": entry.note,
        "added": _written(entry.added),
        "revision": entry.revision,
        "digest": entry.digest,
        "address": entry.address,
    }
    return {key: value for key, value in form.items() if value} | dict(entry.others)


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def from_json(form: Any) -> Collection:
    """The collection of a JSON form, as people write it. Raises CollectionsError, naming the key."""
    if not isinstance(form, Mapping):
        raise CollectionsError(worded('a line must be an object such as {{"id": "week", "title": "…", "entries": []}}'))
    for key in ("id", "title"):
        if not form.get(key):
            raise CollectionsError(worded("the key {key!r} is missing", key=key))
    listed = form.get("entries", [])
    if not isinstance(listed, list):
        raise CollectionsError(worded("entries: it must be a list"))
    entries = tuple(_entry_from_json(one, number) for number, one in enumerate(listed, 1))
    return Collection(**_values(form, _KEYS, skipped="entries"), entries=entries)


def _entry_from_json(form: Any, number: int) -> Entry:
    if isinstance(form, str):
        return Entry(id=form)
    try:
        if not isinstance(form, Mapping) or not form.get("id"):
            raise CollectionsError(
                worded('it must be the id of an article, or an object such as {{"id": "…", "note": "…"}}')
            )
        return Entry(**_values(form, _ENTRY_KEYS))
    except CollectionsError as error:
        raise CollectionsError(worded("entry {number}: {error}", number=number, error=error)) from error


def _values(form: Mapping[str, Any], keys: Mapping[str, Callable[[Any], Any]], skipped: str = "") -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, read in keys.items():
        if key in form:
            try:
                values[key] = read(form[key])
            except (TypeError, ValueError) as error:
                raise CollectionsError(worded("{key}: {error}", key=key, error=error)) from error
    others = {key: value for key, value in form.items() if key not in keys and key != skipped}
    return {**values, "others": others}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(worded("it must be text"))
    return value


def _language(value: Any) -> str:
    if value not in ("ar", "en"):
        raise ValueError(worded("it must be ar or en"))
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(worded("it must be true or false"))
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _revision(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(worded("it must be the number of a revision"))
    return value


def _hex(form: re.Pattern[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not form.fullmatch(_text(value)):
            raise ValueError(worded("it must be a digest in hexadecimal digits, as this program wrote it"))
        return str(value)

    return read


_KEYS: dict[str, Callable[[Any], Any]] = {
    "id": _text,
    "title": lambda value: clean_title(_text(value)),
    "description": lambda value: clean_note(_text(value)),
    "language": _language,
    "private": _flag,
    "created": _moment,
    "changed": _moment,
}
_ENTRY_KEYS: dict[str, Callable[[Any], Any]] = {
    "id": _text,
    "note": lambda value: clean_note(_text(value)),
    "added": _moment,
    "revision": _revision,
    "digest": _hex(_DIGEST),
    "address": _hex(_ADDRESS),
}
