"""The list of feeds that people edit: one JSON object per line, or OPML."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from newsarchive.durable import replace_file
from newsarchive.errors import SubscriptionsError
from newsarchive.json_lines_table import RowFormat, changing
from newsarchive.subscriptions.opml import read_opml, write_opml
from newsarchive.subscriptions.subscription import (
    Subscription,
    address_key,
    subscription_from_json,
    subscription_to_json,
)
from newsarchive.wording import worded

FOLDER = "feeds"
"""The folder in the archive that has the list of feeds and the state of their fetches."""
JSON_LIST = "feeds.jsonl"
OPML_LIST = "feeds.opml"

_ROWS = RowFormat(subscription_from_json, subscription_to_json, SubscriptionsError)


class FeedList:
    """The subscriptions of an archive, in the order of its file.

    The file is `feeds.jsonl`, or `feeds.opml` if that exists. Every change reads the file again, so
    edits by hand aren't lost. Lines that begin with `#` stay in `feeds.jsonl`.
    """

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER

    @property
    def path(self) -> Path:
        """The file. Raises SubscriptionsError if there are two."""
        opml, lines = self.folder / OPML_LIST, self.folder / JSON_LIST
        if opml.exists() and lines.exists():
            raise SubscriptionsError(
                worded(
                    "{folder} has {json_list} and {opml_list}; keep one of them",
                    folder=self.folder,
                    json_list=JSON_LIST,
                    opml_list=OPML_LIST,
                )
            )
        return opml if opml.exists() else lines

    def load(self) -> tuple[Subscription, ...]:
        """The subscriptions; none without a file. Raises SubscriptionsError, naming the line that can't be read."""
        path = self.path
        if path.name == OPML_LIST:
            return _read_opml_list(path)
        return _subscriptions(_ROWS.read(path))

    def add(self, subscriptions: Iterable[Subscription]) -> tuple[tuple[Subscription, ...], tuple[Subscription, ...]]:
        """Add those whose address isn't in the list. Returns these, and the others. Raises SubscriptionsError."""
        added: list[Subscription] = []
        known: list[Subscription] = []

        def change(listed: list[str | Subscription]) -> list[str | Subscription]:
            keys = {line.key for line in listed if isinstance(line, Subscription)}
            for subscription in subscriptions:
                (known if subscription.key in keys else added).append(subscription)
                keys.add(subscription.key)
            return [*listed, *added]

        self._change(change)
        return tuple(added), tuple(known)

    def remove(self, named: str) -> tuple[Subscription, ...]:
        """Remove the subscriptions with this address or title. Returns them. Raises SubscriptionsError if none is."""
        removed: list[Subscription] = []

        def change(listed: list[str | Subscription]) -> list[str | Subscription]:
            removed.extend(find(_subscriptions(listed), named))
            return [line for line in listed if line not in removed]

        self._change(change)
        return tuple(removed)

    def update(self, named: str, change_one: Callable[[Subscription], Subscription]) -> tuple[Subscription, ...]:
        """Change the subscriptions with this address or title. Returns them as changed. Raises SubscriptionsError."""
        changed: list[Subscription] = []

        def change(listed: list[str | Subscription]) -> list[str | Subscription]:
            found = find(_subscriptions(listed), named)
            after = {old: change_one(old) for old in found}
            changed.extend(after.values())
            return [after.get(line, line) if isinstance(line, Subscription) else line for line in listed]

        self._change(change)
        return tuple(changed)

    def move(self, old: str, new: str) -> None:
        """Change the address of subscriptions, whose feed has moved. Raises SubscriptionsError."""
        self.update(old, lambda one: replace(one, address=new))

    def _change(self, change: Callable[[list[str | Subscription]], list[str | Subscription]]) -> None:
        self.folder.mkdir(exist_ok=True)
        with changing(self.folder / "list.lock", self._busy):
            path = self.path
            if path.name == OPML_LIST:
                changed = change(list(_read_opml_list(path)))
                content = write_opml(_subscriptions(changed))
            else:
                content = _ROWS.written(change(_ROWS.read(path)))
            replace_file(path, content)

    def _busy(self, holder: str) -> SubscriptionsError:
        return SubscriptionsError(
            worded("{folder}: process {holder} is changing the list of feeds", folder=self.folder, holder=holder)
        )


def find(subscriptions: Sequence[Subscription], named: str) -> tuple[Subscription, ...]:
    """The subscriptions with this address, or else with this title. Raises SubscriptionsError if there is none."""
    key = address_key(named)
    found = tuple(one for one in subscriptions if one.key == key or one.address == named)
    found = found or tuple(one for one in subscriptions if named and named in {one.title, one.source})
    if not found:
        raise SubscriptionsError(
            worded("no feed has the address or the title {named!r}; see 'newsarchive feeds list'", named=named[:200])
        )
    return found


def read_json_lines(text: str, where: str) -> tuple[Subscription, ...]:
    """The subscriptions of JSON Lines. Raises SubscriptionsError, naming the line."""
    return _subscriptions(line for _, line in _ROWS.parsed(text, where))


def write_json_lines(subscriptions: Iterable[Subscription]) -> bytes:
    """The subscriptions as JSON Lines."""
    return _ROWS.written(subscriptions)


def _subscriptions(lines: Iterable[str | Subscription]) -> tuple[Subscription, ...]:
    return tuple(line for line in lines if isinstance(line, Subscription))


def _read_opml_list(path: Path) -> tuple[Subscription, ...]:
    """All feeds of the file. An outline that can't be used is an error here, because a change would lose it."""
    found = read_opml(path.read_bytes(), str(path))
    if found.skipped:
        raise SubscriptionsError(worded("{path}: {skipped}", path=path, skipped=found.skipped[0]))
    return found.subscriptions
