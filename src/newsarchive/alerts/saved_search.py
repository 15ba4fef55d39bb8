"""`SavedSearch`: a search with a name, who gets its digests, and when; and its JSON form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from newsarchive.alerts.schedules import DAILY, Schedule
from newsarchive.cleaning import clean_line
from newsarchive.errors import AlertsError
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.identity import is_web_url
from newsarchive.mail_address import MailAddress
from newsarchive.search import SearchRequest
from newsarchive.tables import NO_TABLES, Tables
from newsarchive.web.invalid_parameter import InvalidParameter
from newsarchive.web.params import parse_search
from newsarchive.wording import listed, worded, words_of

PARAMETERS = ("q", "match", "translate", "source", "topic", "section", "author", "publisher", "topics", "from", "to")
"""The parameters of the search page that a saved search can have. Its `language` is that of the digests."""
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
"""The most articles that a digest lists."""
DEFAULT_SECRET = "${ALERT_WEBHOOK_SECRET}"  # noqa: S105 - the name of a secret

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_LONGEST_NAME = 200
_MOST_RECIPIENTS = 100

Parameters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A saved search.

    `parameters` are those of the search page, with their values as given. `emails` and `webhook` are
    who gets the digests; a search may have neither, and only a feed. `webhook` and `webhook_secret`
    may have placeholders, such as `${ALERT_KEY}`. `limit` is how many articles a digest lists. With
    `corrections`, revisions of articles are news too. `token` is the name of the reader's token that decides what the
    digests show, empty for what everybody sees. If `zone` is None, the schedule is in the
    archive's zone. Raises AlertsError for a value that can't be used.
    """

    id: str
    name: str
    parameters: Parameters = ()
    language: Language = "ar"
    emails: tuple[str, ...] = ()
    webhook: str = ""
    webhook_secret: str = DEFAULT_SECRET
    schedule: Schedule = DAILY
    zone: ZoneInfo | None = None
    limit: int = DEFAULT_LIMIT
    corrections: bool = False
    paused: bool = False
    token: str = ""

    def __post_init__(self) -> None:
        """Check what could end up in a header or an address, and the search itself."""
        if not _ID.fullmatch(self.id):
            raise AlertsError(
                worded("the id {id!r} must be of letters a-z, digits, - and _, up to 64", id=self.id[:70])
            )
        if not self.name or len(self.name) > _LONGEST_NAME:
            raise AlertsError(
                worded("a saved search needs a name of up to {longest_name} characters", longest_name=_LONGEST_NAME)
            )
        if len(self.emails) > _MOST_RECIPIENTS:
            raise AlertsError(
                worded(
                    "at most {most_recipients} addresses can get one search; use a mailing list",
                    most_recipients=_MOST_RECIPIENTS,
                )
            )
        if self.webhook and (not is_web_url(self.webhook) or _CONTROL.search(self.webhook)):
            raise AlertsError(worded("{webhook!r} is not an http or https address", webhook=self.webhook[:200]))
        if not 1 <= self.limit <= MAX_LIMIT:
            raise AlertsError(worded("limit: it must be from 1 to {max_limit}", max_limit=MAX_LIMIT))
        self.request(NO_TABLES)

    def request(self, tables: Tables) -> SearchRequest:
        """The search, with the canonical names of the tables. Raises AlertsError if a parameter can't be used."""
        args = MultiDict([(name, value) for name, values in self.parameters for value in values])
        try:
            return parse_search(args, tables=tables)
        except InvalidParameter as error:
            raise AlertsError(words_of(error)) from error

    @property
    def has_recipients(self) -> bool:
        """Whether anybody gets its digests."""
        return bool(self.emails or self.webhook)


def saved_search_to_json(search: SavedSearch) -> dict[str, Any]:
    """The JSON form, without fields that have their default."""
    form: dict[str, Any] = {"id": search.id, "name": search.name}
    for name, values in search.parameters:
        form[name] = list(values) if name in _REPEATED else values[0]
    default = SavedSearch(id="x", name="x")
    others = {
        "language": search.language,
        "email": list(search.emails),
        "webhook": search.webhook,
        "webhook_secret": search.webhook_secret,
        "schedule": str(search.schedule),
        "zone": str(search.zone) if search.zone else "",
        "limit": search.limit,
        "corrections": search.corrections,
        "paused": search.paused,
        "token": search.token,
    }
    usual = {"language": default.language, "webhook_secret": DEFAULT_SECRET, "limit": DEFAULT_LIMIT}
    always = {"schedule"}
    return form | {key: value for key, value in others.items() if key in always or (value and value != usual.get(key))}


def saved_search_from_json(form: Any) -> SavedSearch:
    """The saved search of a JSON form, as people write it. Raises AlertsError, naming the key."""
    if not isinstance(form, Mapping):
        raise AlertsError(worded('a line must be an object such as {{"id": "wheat", "name": "القمح", "q": "القمح"}}'))
    unknown = sorted(set(form) - KEYS.keys() - set(PARAMETERS))
    if unknown:
        raise AlertsError(
            worded(
                "unknown key {unknown!r}; the keys are {names}", unknown=unknown[0], names=listed((*KEYS, *PARAMETERS))
            )
        )
    for key in ("id", "name"):
        if not form.get(key):
            raise AlertsError(worded("the key {key!r} is missing", key=key))
    values: dict[str, Any] = {}
    parameters: list[tuple[str, tuple[str, ...]]] = []
    for key, value in form.items():
        try:
            if key in PARAMETERS:
                parameters.extend([(key, given)] if (given := _texts(value, many=key in _REPEATED)) else [])
            else:
                values["emails" if key == "email" else key] = KEYS[key](value)
        except (TypeError, ValueError, AlertsError) as error:
            raise AlertsError(worded("{key}: {error}", key=key, error=error)) from error
    return SavedSearch(parameters=tuple(parameters), **values)


_REPEATED = frozenset({"source", "topic", "section", "author", "publisher"})


def _texts(value: Any, *, many: bool) -> tuple[str, ...]:
    listed = value if many and isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in listed):
        raise TypeError(worded('it must be text, or a list such as ["تاس"]') if many else worded("it must be text"))
    return tuple(filter(None, map(clean_line, listed)))


def _line(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(worded("it must be text"))
    return clean_line(value)


def _address(value: Any) -> str:
    return _line(value).strip()


def _emails(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise TypeError(worded('it must be a list such as ["reader@example.org"]'))
    return tuple(dict.fromkeys(read_email(_line(one)) for one in listed))


def read_email(text: str) -> str:
    """An address without a name, as mail servers get it. Raises AlertsError."""
    try:
        return MailAddress.parse(text).address
    except ValueError as error:
        raise AlertsError(worded("{text!r} can't get mail: {error}", text=text[:100], error=error)) from error


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(worded("it must be true or false"))
    return value


def _limit(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(worded("it must be a number"))
    return value


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise ValueError(worded("it must be one of {allowed}", allowed=listed(LANGUAGES)))
    return str(value)


def read_zone(value: Any) -> ZoneInfo | None:
    """The zone with an IANA name; None for an empty one. Raises AlertsError."""
    try:
        return ZoneInfo(_line(value)) if value else None
    except (LookupError, ValueError, OSError) as error:
        raise AlertsError(worded("unknown time zone {value!r}; write it as Asia/Riyadh", value=value)) from error


KEYS: dict[str, Callable[[Any], Any]] = {
    "id": _line,
    "name": _line,
    "language": _language,
    "email": _emails,
    "webhook": _address,
    "webhook_secret": _address,
    "schedule": lambda value: Schedule.parse(_line(value)),
    "zone": read_zone,
    "limit": _limit,
    "corrections": _flag,
    "paused": _flag,
    "token": _line,
}
"""The reader of each key that isn't a parameter of the search page."""
