"""What a query means depends on the archive that it is asked of, and on the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from newsarchive.search.language.query import Attribute

Knows = Callable[[Attribute, str], bool]
"""Whether the archive has a value of an attribute, such as a name of a source."""


def _knows_nothing(_attribute: Attribute, _value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """`today` is the day that «أمس» and "last week" count from; without it, such dates can't be read.

    `knows` decides how many words are the value of a field.
    """

    today: date | None = None
    knows: Knows = _knows_nothing


NO_CONTEXT = Context()
"""No archive and no day: a field's value is one word, or several in quotes."""
