"""Common spellings of names: which words stand for the same name.

The groups are in `spellings.txt` in this package, which also explains where the variation comes
from. Users can add files of the same format: `spellings.txt` among the tables of the archive, and
the file that the setting `spellings` names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import words
from newsarchive.errors import ConfigError
from newsarchive.search.language.inflection import ARTICLE, ENDINGS, PREFIXES, Clitics, parts
from newsarchive.tables import SEPARATOR, SPELLINGS, read_table, table_lines
from newsarchive.wording import worded

LONGEST = 3
"""The maximum number of words in a form."""

_FEMININE_ENDINGS = frozenset(ending for ending in ENDINGS if ending == "ه" or ending.startswith(("ات", "ت")))
"""What the ة of a form may become. It stays before a pronoun: هيأتها has the noun, but هيأها a verb."""
_ADJECTIVE_ENDINGS = frozenset(ending for ending in ENDINGS if not ending or ending.startswith("ي"))
"""The endings of a name that has ال itself. It takes no pronoun and no ة: المجرة, the galaxy, is no form of المجر."""
_NO_ENDING = ("", "ه")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of several words: its displayed form and its folded words."""

    shown: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one word: its displayed form, its folded beginning without the article, and its endings."""

    shown: str
    beginning: str
    endings: frozenset[str] = ENDINGS
    needs_article: bool = False

    def after(self, clitics: Clitics, ending: str) -> str:
        """The name with clitics and an ending."""
        return f"{Clitics(clitics.before, clitics.article or self.needs_article)}{self.beginning}{ending}"


@dataclass(frozen=True, slots=True)
class Group:
    """The spellings of one name: those of one word, and those of several."""

    names: tuple[Name, ...]
    runs: tuple[Spelling, ...] = ()

    @property
    def articles(self) -> tuple[bool, ...]:
        """With which articles the names occur: المجر is هنغاريا without one."""
        return (False, True) if any(name.needs_article for name in self.names) else ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded word read as one of the names of a group, with clitics and an ending."""

    group: Group
    name: Name
    clitics: Clitics
    ending: str

    @property
    def runs(self) -> tuple[Spelling, ...]:
        """The spellings of several words; they take no endings."""
        return self.group.runs if self.ending in _NO_ENDING else ()

    def others(self) -> Iterator[tuple[str, Name]]:
        """Yield the word in each spelling of the group, with the same clitics and without them, and the same ending."""
        for before in dict.fromkeys((self.clitics.before, "")):
            for article in self.group.articles or (self.clitics.article,):
                for name in self.group.names:
                    if self.ending in name.endings:
                        yield name.after(Clitics(before, article), self.ending), name


class Spellings:
    """Groups of spellings, looked up by any of their forms with any clitics and endings."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._names: dict[str, list[tuple[Name, Group]]] = {}
        self._runs: dict[tuple[str, ...], list[tuple[str, Group]]] = {}
        for forms in _joined(groups):
            group = _group(forms)
            for name in group.names:
                self._names.setdefault(name.beginning, []).append((name, group))
            for run in group.runs:
                self._runs.setdefault(run.words[1:], []).append((run.words[0], group))

    def readings(self, word: str) -> Iterator[Reading]:
        """Yield the ways to read the folded word as a name of a group: in each group, the longest after each prefix."""
        read: set[tuple[Clitics, int]] = set()
        for clitics, beginning, ending in parts(word):
            for name, group in self._names.get(beginning, ()):
                is_form = ending in name.endings and (clitics.article or not name.needs_article)
                if is_form and (clitics, id(group)) not in read:
                    read.add((clitics, id(group)))
                    yield Reading(group, name, clitics, ending)

    def groups_of_run(self, typed: Sequence[str]) -> Iterator[Group]:
        """Yield the groups that have these adjacent folded words, the first of them with any clitics."""
        for first, group in self._runs.get(tuple(typed[1:]), ()) if len(typed) > 1 else ():
            if typed[0].endswith(first) and typed[0].removesuffix(first) in PREFIXES:
                yield group


def _group(forms: Sequence[Spelling]) -> Group:
    """The group of some spellings. If all of them end in ة, it may become ت or be lost."""
    runs = tuple(form for form in forms if len(form.words) > 1)
    single = [form for form in forms if len(form.words) == 1]
    bare = {form.words[0] for form in single if not _has_article(form)}
    are_all_alike = not bare or all(
        form.words[0].removeprefix(ARTICLE) in bare for form in single if _has_article(form)
    )
    names: dict[str, Name] = {}
    for form in single:
        has_article = _has_article(form)
        word = form.words[0].removeprefix(ARTICLE) if has_article else form.words[0]
        needs_article = has_article and not are_all_alike
        endings = _ADJECTIVE_ENDINGS if needs_article else ENDINGS
        names.setdefault(word, Name(form.shown, word, endings, needs_article))
    if names and all(form.shown.endswith("ة") for form in single):
        shorter = (replace(name, beginning=name.beginning[:-1], endings=_FEMININE_ENDINGS) for name in names.values())
        return Group(tuple(shorter), runs)
    return Group(tuple(names.values()), runs)


def _has_article(form: Spelling) -> bool:
    return form.shown.startswith(ARTICLE) and len(form.words[0]) >= len(ARTICLE) + 3


def _joined(groups: Iterable[Sequence[str]]) -> Iterator[tuple[Spelling, ...]]:
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
            raise ConfigError(
                worded(
                    "{name}:{number}: a group needs at least two spellings, separated by commas",
                    name=name,
                    number=number,
                )
            )
        for form in forms:
            if not 1 <= len(words(form)) <= LONGEST:
                raise ConfigError(
                    worded(
                        "{name}:{number}: {form!r} must have 1 to {longest} words",
                        name=name,
                        number=number,
                        form=form,
                        longest=LONGEST,
                    )
                )
        groups.append(forms)
    return groups


@cache
def _own_groups() -> tuple[tuple[str, ...], ...]:
    return tuple(parse_spellings(files(__package__).joinpath(SPELLINGS).read_text(encoding="utf-8"), SPELLINGS))


@cache
def _own_spellings() -> Spellings:
    return Spellings(_own_groups())


def load_spellings(*paths: Path) -> Spellings:
    """Load the groups that come with the package and those of further files. Raises ConfigError."""
    if not paths:
        return _own_spellings()
    groups = [*_own_groups()]
    for path in paths:
        groups += parse_spellings(read_table(path), str(path))
    return Spellings(groups)
