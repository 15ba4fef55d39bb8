"""Common spellings of names: which words stand for the same name.

The groups are in `spellings.txt` in this package, which also explains where the variation comes
from. Users can add files of the same format: `spellings.txt` among the tables of the archive, and
the file that the setting `spellings` names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from newsarchive.arabic.fold import fold
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.errors import ConfigError
from newsarchive.tables import SEPARATOR, SPELLINGS, read_table, table_lines

LONGEST = 3
"""The maximum number of words in a form."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling: its displayed form and its folded words."""

    shown: str
    words: tuple[str, ...]


Group = tuple[Spelling, ...]


class Spellings:
    """Groups of spellings, looked up by any of their forms with any clitics and endings."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups: dict[tuple[str, ...], list[tuple[Spelling, Group]]] = {}
        for group in _joined(groups):
            for form in group:
                self._groups.setdefault(tuple(map(stem, form.words)), []).append((form, group))

    def others(self, typed: Sequence[str]) -> tuple[Spelling, ...]:
        """Return the other forms of the name that the folded word, or words, stand for; empty if there is no group.

        A word stands for a form if it contains the form and has the same stem. The other forms get
        the word's clitics and endings if their stem allows it: للأمريكية gives للأميركية.
        """
        for form, group in self._groups.get(tuple(map(stem, typed)), ()):
            if all(part in word for part, word in zip(form.words, typed, strict=True)):
                return tuple(_inflected_as(typed, form, other) for other in group if other != form)
        return ()


def _inflected_as(typed: Sequence[str], form: Spelling, other: Spelling) -> Spelling:
    """The other form with the clitics and endings of the typed word, if its stem stays the same."""
    if len(typed) > 1 or len(other.words) > 1:
        return other
    word = typed[0].replace(form.words[0], other.words[0], 1)
    return Spelling(other.shown, (word,)) if stem(word) == stem(other.words[0]) else other


def _joined(groups: Iterable[Sequence[str]]) -> Iterator[Group]:
    """The groups as spellings; groups that share a form are merged."""
    by_form: dict[tuple[str, ...], dict[tuple[str, ...], Spelling]] = {}
    for names in groups:
        group: dict[tuple[str, ...], Spelling] = {}
        for name in names:
            form = Spelling(name, tuple(words(name)))
            group.update(by_form.get(form.words, {}))
            group.setdefault(form.words, form)
        for key in group:
            by_form[key] = group
    yield from {id(group): tuple(group.values()) for group in by_form.values()}.values()


def parse_spellings(text: str, name: str) -> list[tuple[str, ...]]:
    """Parse the groups of a file: one group per line, forms separated by Arabic or Latin commas, comments after `#`.

    Raises ConfigError, with `name` and line number, for a group with one form, a form without
    words, or a form with too many words.
    """
    groups = []
    for number, content in table_lines(text):
        forms = tuple(form.strip() for form in SEPARATOR.split(content))
        if len({fold(form) for form in forms}) < 2:
            raise ConfigError(f"{name}:{number}: a group needs at least two spellings, separated by commas")
        for form in forms:
            if not 1 <= len(words(form)) <= LONGEST:
                raise ConfigError(f"{name}:{number}: {form!r} must have 1 to {LONGEST} words")
        groups.append(forms)
    return groups


@cache
def _own_groups() -> tuple[tuple[str, ...], ...]:
    return tuple(parse_spellings(files(__package__).joinpath(SPELLINGS).read_text(encoding="utf-8"), SPELLINGS))


def load_spellings(*paths: Path) -> Spellings:
    """Load the groups that come with the package and those of further files. Raises ConfigError."""
    groups = [*_own_groups()]
    for path in paths:
        groups += parse_spellings(read_table(path), str(path))
    return Spellings(groups)
