"""How a reader wants pages: the language, names of months, calendar, digits and time zone.

Each can be in the address of a page. What is chosen on the page `/preferences` is kept in a cookie, which is set
only then; answers to requests with it are private. Feeds and other files never depend on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flask import Response, current_app, request

from newsarchive.i18n import DIGITS, LANGUAGES, MONTH_NAMES, Formats, Language
from newsarchive.i18n.formats import CALENDARS
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.web.parameter_values import first_value

COOKIE = "preferences"
FORMATS = "FORMATS"
"""The key in `app.config` of how dates and numbers are written unless a reader chose otherwise."""
CHOICES: Mapping[str, tuple[str, ...]] = {"months": MONTH_NAMES, "calendar": CALENDARS, "digits": DIGITS}
"""What can be chosen of `Formats`, with its values."""
PARAMETERS = (*CHOICES, "zone")
"""The parameters of addresses; the language has its own."""
_LONGEST = 60
"""Characters of the name of a time zone. The longest has 32."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose; the formats are those of the site where nothing was chosen. None means not chosen."""

    formats: Formats
    zone: ZoneInfo | None = None
    language: Language | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def is_valid(name: str, value: str) -> bool:
    """Whether a value of a parameter, or a language as `lang`, can be chosen."""
    if name == "zone":
        return len(value) <= _LONGEST and value.isascii() and "/" in value and _zone(value) is not None
    return value in (LANGUAGES if name == "lang" else CHOICES[name])


def _kept() -> dict[str, str]:
    """What the cookie says. Anybody can send one, so what isn't valid in it is passed over."""
    pairs = dict(parse_qsl(first_value(request.cookies, COOKIE)[:1000]))
    return {name: value for name, value in pairs.items() if name in (*PARAMETERS, "lang") and is_valid(name, value)}


def current_preferences() -> Preferences:
    """What the address of the page says, else the cookie, else the settings of the site."""
    given = request.args
    in_address = {name: given[name] for name in PARAMETERS if name in given}
    chosen = {**_kept(), **{name: value for name, value in in_address.items() if is_valid(name, value)}}
    formats = cast(Formats, current_app.config[FORMATS])
    if not chosen:
        return Preferences(formats)
    wanted: dict[str, Any] = {name: chosen[name] for name in CHOICES if name in chosen}
    zone = _zone(chosen["zone"]) if "zone" in chosen else None
    return Preferences(replace(formats, **wanted), zone, chosen.get("lang"), chosen)


def check_address() -> None:
    """Raise InvalidParameter if the address of a page chooses something that can't be chosen."""
    given = request.args
    for name in PARAMETERS:
        value = first_value(given, name)
        if value and not is_valid(name, value):
            if name == "zone":
                raise InvalidParameter(name, value, Problem.ZONE)
            raise InvalidParameter(name, value, Problem.CHOICE, CHOICES[name])


def keep_private(response: Response) -> Response:
    """Let no shared cache keep an answer that depends on the cookie of a reader."""
    if COOKIE in request.cookies and request.blueprint is not None:
        response.vary.add("Cookie")
        response.cache_control.public = False
        response.cache_control.private = True
    return response
