"""Names in their common spellings: which words stand for the same name.

`spellings.txt` in this package has the groups, and says where the variation comes from. A person can add a file of
the same form, by the setting `spellings`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from newsarchive.arabic.fold import fold
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.errors import ConfigError

FILE_NAME = "spellings.txt"
LONGEST = 3
"""The most words that one form may have."""

_SIZE_LIMIT = 16 * 2**20
"""Bytes of a file of spellings; that of the package has some tens of thousand."""
_SEPARATOR = re.compile("[,،]")
_BORROWED_LETTERS = str.maketrans("ڤپچ", "فبج")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling: how it is shown, and its folded words."""

    shown: str
    words: tuple[str, ...]


Group = tuple[Spelling, ...]


class Spellings:
    """Groups of forms, found by any word that is one of them, with whatever clitics and endings."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups: dict[tuple[str, ...], list[tuple[Spelling, Group]]] = {}
        for group in _joined(groups):
            for form in group:
                self._groups.setdefault(tuple(map(stem, form.words)), []).append((form, group))

    def others(self, typed: Sequence[str]) -> tuple[Spelling, ...]:
        """The other forms of what one folded word, or several in a row, stand for; none for what is in no group.

        A word stands for a form that it contains and whose stem it has. The others come with its clitics and endings
        where their stem allows: للأمريكية gives للأميركية.
        """
        for form, group in self._groups.get(tuple(map(stem, typed)), ()):
            if all(part in word for part, word in zip(form.words, typed, strict=True)):
                return tuple(_inflected_as(typed, form, other) for other in group if other != form)
        plain = tuple(word.translate(_BORROWED_LETTERS) for word in typed)
        return (Spelling(" ".join(plain), plain),) if plain != tuple(typed) else ()


def _inflected_as(typed: Sequence[str], form: Spelling, other: Spelling) -> Spelling:
    """The other form with what the typed word has before and behind its own, if the stem survives that."""
    if len(typed) > 1 or len(other.words) > 1:
        return other
    word = typed[0].replace(form.words[0], other.words[0], 1)
    return Spelling(other.shown, (word,)) if stem(word) == stem(other.words[0]) else other


def _joined(groups: Iterable[Sequence[str]]) -> Iterator[Group]:
    """The groups as forms; those that share a form are one group."""
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
    """The groups of a file: one a line, forms parted by Arabic or Latin commas, comments behind `#`.

    Raises ConfigError, with `name` and line, for a group of one form, a form without a word, or a form of too many.
    """
    groups = []
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        forms = tuple(form.strip() for form in _SEPARATOR.split(content))
        if len({fold(form) for form in forms}) < 2:
            raise ConfigError(f"{name}:{number}: a group needs two spellings or more, parted by commas")
        for form in forms:
            if not 1 <= len(words(form)) <= LONGEST:
                raise ConfigError(f"{name}:{number}: {form!r} is not of 1 to {LONGEST} words")
        groups.append(forms)
    return groups


@cache
def _own_groups() -> tuple[tuple[str, ...], ...]:
    return tuple(parse_spellings(files(__package__).joinpath(FILE_NAME).read_text(encoding="utf-8"), FILE_NAME))


def load_spellings(file: Path | None = None) -> Spellings:
    """The groups that come with the package, and those of a person's own file. Raises ConfigError."""
    groups = [*_own_groups()]
    if file is not None:
        try:
            groups += parse_spellings(_read(file), str(file))
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{file} is not UTF-8: {error}") from error
    return Spellings(groups)


def _read(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(_SIZE_LIMIT + 1)
    if len(content) > _SIZE_LIMIT:
        raise ConfigError(f"{file}: more than {_SIZE_LIMIT // 2**20} MiB, too large for a list of spellings")
    return content.decode("utf-8-sig")
