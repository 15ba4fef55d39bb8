"""The table of saved searches that people edit: `searches.jsonl`, one JSON object per line."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from newsarchive.alerts.saved_search import SavedSearch, saved_search_from_json, saved_search_to_json
from newsarchive.durable import replace_file
from newsarchive.errors import AlertsError
from newsarchive.json_lines_table import RowFormat, changing
from newsarchive.tables import FOLDER as TABLES
from newsarchive.wording import worded

SEARCHES = "searches.jsonl"
_ROWS = RowFormat(saved_search_from_json, saved_search_to_json, AlertsError)

_Line = str | SavedSearch


class SearchList:
    """The saved searches of an archive, in the order of the table.

    `tables` is the folder of the tables; None means that in the archive. Every change reads the file
    again, so edits by hand aren't lost. Lines that begin with `#` stay.
    """

    def __init__(self, archive: Path, tables: Path | None = None) -> None:
        self.path = (tables or archive / TABLES) / SEARCHES

    def load(self) -> tuple[SavedSearch, ...]:
        """The saved searches; none without a file. Raises AlertsError, naming the line that can't be used."""
        return _searches(_read(self.path))

    def add(self, search: SavedSearch) -> None:
        """Add a saved search. Raises AlertsError if its id or name is taken."""

        def change(lines: list[_Line]) -> list[_Line]:
            for one in _searches(lines):
                if search.id == one.id or search.name == one.name:
                    raise AlertsError(
                        worded("there is already a saved search {id} with the name {name!r}", id=one.id, name=one.name)
                    )
            return [*lines, search]

        self._change(change)

    def remove(self, named: str) -> SavedSearch:
        """Remove the saved search with this id or name. Returns it. Raises AlertsError if there is none."""
        find(self.load(), named)
        removed: list[SavedSearch] = []

        def change(lines: list[_Line]) -> list[_Line]:
            removed.append(find(_searches(lines), named))
            return [line for line in lines if line != removed[0]]

        self._change(change)
        return removed[0]

    def update(self, named: str, change_one: Callable[[SavedSearch], SavedSearch]) -> SavedSearch:
        """Change the saved search with this id or name. Returns it as changed. Raises AlertsError."""
        find(self.load(), named)
        changed: list[SavedSearch] = []

        def change(lines: list[_Line]) -> list[_Line]:
            found = find(_searches(lines), named)
            changed.append(change_one(found))
            return [changed[0] if line == found else line for line in lines]

        self._change(change)
        return changed[0]

    def _change(self, change: Callable[[list[_Line]], list[_Line]]) -> None:
        self.path.parent.mkdir(exist_ok=True)
        with changing(self.path.with_name(".searches.lock"), self._busy):
            replace_file(self.path, _ROWS.written(change(_read(self.path))))

    def _busy(self, holder: str) -> AlertsError:
        return AlertsError(
            worded("{path}: process {holder} is changing the saved searches", path=self.path, holder=holder)
        )


def find(searches: Sequence[SavedSearch], named: str) -> SavedSearch:
    """The saved search with this id, or else with this name. Raises AlertsError if there is none."""
    for one in (*(one for one in searches if one.id == named), *(one for one in searches if one.name == named)):
        return one
    raise AlertsError(
        worded("no saved search has the id or the name {named!r}; see 'newsarchive alerts list'", named=named[:200])
    )


def _searches(lines: Iterable[_Line]) -> tuple[SavedSearch, ...]:
    return tuple(line for line in lines if isinstance(line, SavedSearch))


def _read(path: Path) -> list[_Line]:
    lines: list[_Line] = []
    taken: dict[str, int] = {}
    for number, line in _ROWS.numbered(path):
        if isinstance(line, SavedSearch) and taken.setdefault(line.id, number) != number:
            raise AlertsError(
                worded(
                    "{where}:{number}: line {taken} already has the id {id!r}",
                    where=path,
                    number=number,
                    taken=taken[line.id],
                    id=line.id,
                )
            )
        lines.append(line)
    return lines
