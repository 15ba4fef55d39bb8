"""Texts as they are declared: in English, with a context that tells equal English texts apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

Language: TypeAlias = str
"""The code of a language of the interface, such as `ar`: the name of a folder in `locales/`."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text for people: its context (gettext's msgctxt) and the text in English (msgid)."""

    context: str
    english: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its noun, in the two forms of English. `{n}` stands for the number.

    English says `none` of nothing. Languages with a plural form of their own for zero use that.
    """

    context: str
    one: str
    many: str
    none: Message | None = None


class _HasContext(Protocol):
    @property
    def context(self) -> str: ...


_Any = TypeVar("_Any", bound=_HasContext)


# `pybabel extract` finds texts by the names of these two functions.
def message(context: str, english: str) -> Message:
    """Declare a text."""
    return Message(context, english)


def counted(context: str, one: str, many: str, none: Message | None = None) -> Counted:
    """Declare a count with its noun."""
    return Counted(context, one, many, none)


def table(*texts: _Any) -> dict[str, _Any]:
    """Texts by their contexts. Raises ValueError if two have the same."""
    by_context: dict[str, _Any] = {text.context: text for text in texts}
    if len(by_context) < len(texts):
        contexts = [text.context for text in texts]
        raise ValueError(f"declared twice: {', '.join(repeated(contexts))}")
    return by_context


def repeated(values: Iterable[str]) -> list[str]:
    """The values that occur more than once.

    >>> repeated(["a", "b", "a"])
    ['a']
    """
    seen: set[str] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value]
