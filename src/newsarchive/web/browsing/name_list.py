"""A list of names on several pages, as plain data for its template."""

from collections.abc import Callable, Mapping, Sequence

from newsarchive.arabic.alphabet import LATIN_LETTERS, LETTERS, OTHER, first_letter
from newsarchive.web.browsing.rows import Name, Row, Wanted, page_of, pages_of
from newsarchive.web.facet_view import Option
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.params import NAME_ORDERS

_ALL_LETTERS = (*LETTERS, *LATIN_LETTERS, OTHER)


class NameList:
    """The names that a request wants to see. `key` names the messages of the page, and `row` makes a row of a name.

    Without a wanted part and a letter, `is_all`.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        key: str,
        names: Sequence[Name],
        wanted: Wanted,
        row: Callable[[Name], Row],
        links: Links,
        interface: Interface,
        *,
        size: int,
        letter: str | None = None,
    ) -> None:
        self.key = key
        self.wanted = wanted
        self.total = len(names)
        self.letter = letter or ""
        self._names = names
        self._links = links
        self._interface = interface
        self._has_letters = letter is not None
        matching = wanted.matching(names)
        self._found = [one for one in matching if not letter or first_letter(one.label) == letter]
        self.pages = pages_of(len(self._found), size)
        self.rows = tuple(map(row, page_of(self._found, wanted.page, size)))

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows the list."""
        return not self.wanted.has and not self.letter

    @property
    def count(self) -> str:
        """How many names there are, in words."""
        return self._interface.count(self.key, len(self._found))

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self._interface.text(f"{self.key}_page")

    @property
    def orders(self) -> tuple[Option, ...]:
        """The choice between the orders."""
        return tuple(
            Option(self._interface.text(f"list_{order}"), self.address(order=order), order == self.wanted.order)
            for order in NAME_ORDERS
        )

    @property
    def letters(self) -> tuple[Option, ...]:
        """The letters that any name begins with, each with the number of names."""
        if not self._has_letters:
            return ()
        counts: dict[str, int] = {}
        for one in self.wanted.matching(self._names):
            first = first_letter(one.label)
            counts[first] = counts.get(first, 0) + 1
        return tuple(
            Option(letter, self.address(letter=letter), letter == self.letter, counts[letter])
            for letter in _ALL_LETTERS
            if letter in counts
        )

    @property
    def without_letter(self) -> str:
        """The URL of the list with all letters."""
        return self.address(letter="")

    @property
    def whole(self) -> str:
        """The URL of the list without anything that narrows it."""
        return self._links.place(f"browsing.{self.key}")

    @property
    def previous_page(self) -> str | None:
        """The URL of the page before this one."""
        return self.address(page=self.wanted.page - 1) if 1 < self.wanted.page <= self.pages else None

    @property
    def next_page(self) -> str | None:
        """The URL of the page after this one."""
        return self.address(page=self.wanted.page + 1) if self.wanted.page < self.pages else None

    def address(self, *, order: str | None = None, letter: str | None = None, page: int = 1) -> str:
        """The URL of this list in another order, with another letter, or of another page."""
        order = self.wanted.order if order is None else order
        letter = self.letter if letter is None else letter
        return self._links.place(f"browsing.{self.key}", own_args(self.wanted.has, order, letter, page))


def own_args(has: str, order: str, letter: str = "", page: int = 1) -> Mapping[str, list[str]]:
    """The parameters of a list of names, without those that have their default."""
    args = {
        "filter": [has] if has else [],
        "list": [order] if order != NAME_ORDERS[0] else [],
        "letter": [letter] if letter else [],
        "page": [str(page)] if page != 1 else [],
    }
    return {name: values for name, values in args.items() if values}
