"""Names with their numbers of articles: the rows of a list, its order, its filter and its pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from newsarchive.arabic.alphabet import alphabetical
from newsarchive.arabic.names import name_key
from newsarchive.search import Spread
from newsarchive.web.browsing.bars import Months, bars
from newsarchive.web.interface import Interface
from newsarchive.web.params import NAME_ORDERS, parse_choice, parse_page, parse_text


@dataclass(frozen=True, slots=True)
class Row:
    """A name with its articles. `address` is its page, `articles` the search for its articles."""

    label: str
    address: str
    count: int
    articles: str
    feed: str
    span: str = ""
    bars: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and how it is shown."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request wants of a list of names. `has` is a part that they have. Raises InvalidParameter."""

    has: str
    order: str
    page: int

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> "Wanted":
        """Read the parameters `filter`, `list` and `page`. Raises InvalidParameter."""
        return cls(parse_text(args, "filter"), parse_choice(args, "list", NAME_ORDERS), parse_page(args))

    def matching(self, names: Iterable[Name]) -> list[Name]:
        """The names with the wanted part, in any spelling, in the wanted order; the given order is by count."""
        key = name_key(self.has)
        found = [one for one in names if key in name_key(one.label) or key in name_key(one.value)]
        return sorted(found, key=lambda one: alphabetical(one.label)) if self.order == "name" else found


def page_of(names: Sequence[Name], page: int, size: int) -> Sequence[Name]:
    """The names on a page, counted from 1."""
    return names[(page - 1) * size : page * size]


def pages_of(count: int, size: int) -> int:
    """The number of pages, at least 1."""
    return max(1, -(-count // size))


def span_of(spread: Spread, interface: Interface) -> str:
    """The first and the last day in words; empty if no article has a date."""
    if spread.first is None or spread.last is None:
        return ""
    if spread.first == spread.last:
        return interface.date(spread.first)
    return interface.text("span", **interface.days(spread.first, spread.last))


def bars_of(spread: Spread, months: Months | None, interface: Interface, *, most: int = 48) -> str:
    """The bars of a spread, with a label in words."""
    if not spread.months:
        return ""
    peak = max(spread.months, key=lambda month: spread.months[month])
    label = interface.text(
        "bars_label",
        span=span_of(spread, interface),
        peak=interface.month(peak),
        count=interface.count("articles", spread.months[peak]),
    )
    return bars(spread.months, months, label, most=most)
