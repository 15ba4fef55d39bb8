"""The values of a parameter of a URL: its text, names, one of several choices, a number or a day."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from newsarchive.arabic.fold import fold
from newsarchive.errors import QuerySyntaxError
from newsarchive.limits import DATE_TEXT, NAME, cut_text
from newsarchive.search import parse_period
from newsarchive.syndication import readable_text
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from newsarchive.wording import worded

MAX_VALUES = 30
"""The maximum number of values of a repeated parameter."""
MAX_VALUES_LENGTH = 1_000
"""The maximum total length of the values of a repeated parameter, in characters: every link repeats them."""

_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0+)?")
"""A whole number, also as programs write it that know only one kind of numbers: 2.0."""
_Choice = TypeVar("_Choice", bound=StrEnum)


def clean(text: str) -> str:
    """The text on one line without characters invalid in XML, so that any search can be a feed."""
    return " ".join(readable_text(text).split())


def first_value(args: MultiDict[str, str], name: str) -> str:
    """The first value of a parameter or cookie as it was sent, empty without it.

    Most are missing, and Werkzeug's `get` raises and catches an exception for each that is.
    """
    values = args.getlist(name)
    return values[0] if values else ""


def text_of(args: MultiDict[str, str], name: str) -> str:
    """The text of a parameter; empty without it."""
    given = first_value(args, name)
    return clean(given) if given else ""


def values_of(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """The different values of a repeated parameter, each within the length of a name. Raises InvalidParameter."""
    cleaned = (cut_text(clean(given), NAME) for given in args.getlist(name))
    values = tuple(dict.fromkeys(value for value in cleaned if value))
    if len(values) > MAX_VALUES or sum(map(len, values)) > MAX_VALUES_LENGTH:
        raise InvalidParameter(name, values[-1], Problem.MANY)
    return values


def choice_of(args: MultiDict[str, str], name: str, choices: type[_Choice]) -> _Choice | None:
    """One of the choices, None if the parameter is absent. Raises InvalidParameter."""
    text = text_of(args, name)
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        raise InvalidParameter(name, text, Problem.CHOICE, [choice.value for choice in choices]) from None


def number_of(args: MultiDict[str, str], name: str, problem: Problem, highest: int | None = None) -> int | None:
    """A whole number from 1 to `highest`, None if the parameter is absent.

    Raises InvalidParameter with this problem for anything else.
    """
    text = text_of(args, name)
    if not text:
        return None
    match = _NUMBER.fullmatch(fold(text))
    number = int(match[1]) if match else 0
    if number < 1 or (highest and number > highest):
        raise InvalidParameter(name, text, problem, [str(highest)] if highest else ())
    return number


def day_of(args: MultiDict[str, str], name: str, *, is_last: bool) -> date | None:
    """The day of a date parameter, None if it is absent. Of a month or year, the last or the first day.

    Raises InvalidParameter.
    """
    text = text_of(args, name)
    if not text:
        return None
    try:
        if len(text) > DATE_TEXT:
            raise QuerySyntaxError(worded("too long for a date"))
        first, last = parse_period(text)
    except QuerySyntaxError:
        raise InvalidParameter(name, text, Problem.DATE) from None
    return last if is_last else first
