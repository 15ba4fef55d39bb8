"""The names in a query: which values the archive has, and the spellings in the index that a name stands for."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from operator import itemgetter

from newsarchive.arabic.names import name_key
from newsarchive.search.door import Facet
from newsarchive.search.language.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Attribute,
    Named,
    Node,
    OneOf,
    Unreadable,
    with_children,
)
from newsarchive.tables import Tables
from newsarchive.topics import Meaning

Find = Callable[[Attribute, str], OneOf | None]
"""The values in the index that a typed value of an attribute stands for. None if there are none."""


_AROUND_NAMES = " \u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Spaces and invisible characters, such as direction marks, which are never part of a name."""


class NameGroups:
    """The sources, topics or sections of an archive, grouped by name.

    `counts` has the number of articles of each value in the index. `canonical` replaces a value by
    its name in the tables, and `key` is equal for the spellings of one name. Each group is shown
    under its commonest spelling.
    """

    def __init__(self, counts: Mapping[str, int], canonical: Callable[[str], str], key: Callable[[str], str]) -> None:
        self._named = canonical
        self._key = key
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        names: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for value, count in counts.items():
            name = self._canonical(value)
            spellings[key(name)].append(value)
            names[key(name)][name] += count
        self._values = {group: tuple(values) for group, values in spellings.items()}
        # Of equally common spellings, the first in order: every process shows the same.
        self._shown = {group: min(found, key=lambda name: (-found[name], name)) for group, found in names.items()}
        self._replaced = {
            value: self._shown[group]
            for group, values in self._values.items()
            for value in values
            if value != self._shown[group]
        }

    def _canonical(self, name: str) -> str:
        return self._named(name).strip(_AROUND_NAMES)

    def _group(self, name: str) -> str:
        return self._key(self._canonical(name))

    def __contains__(self, name: str) -> bool:
        """Whether the archive has this name, in any spelling."""
        return self._group(name) in self._values

    def values(self, name: str) -> tuple[str, ...]:
        """The spellings of a name in the index."""
        return self._values.get(self._group(name), ())

    def shown(self, name: str) -> str:
        """The spelling that stands for a name; the canonical name if the archive doesn't have it."""
        return self._shown.get(self._group(name)) or self._canonical(name)

    def shown_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The spellings that stand for some names, in the given order, without duplicates."""
        return tuple(dict.fromkeys(map(self.shown, names)))

    def all_values(self) -> Iterable[str]:
        """All spellings in the index."""
        return chain.from_iterable(self._values.values())

    def all_shown(self) -> Iterable[str]:
        """The spelling that stands for each name of the archive."""
        return self._shown.values()

    def merged(self, counts: Mapping[str, int], chosen: Iterable[str] = ()) -> Mapping[str, int]:
        """Counts by value as counts by shown spelling, most frequent first. Chosen names are always included."""
        if self._replaced.keys().isdisjoint(counts):
            return counts
        merged: Counter[str] = Counter(dict.fromkeys(chosen, 0))
        for value, count in counts.items():
            merged[self._replaced.get(value, value)] += count
        return dict(sorted(sorted(merged.items()), key=itemgetter(1), reverse=True))


class FoldedNames:
    """The authors, publishers or languages of an archive, which an engine counts by folded name.

    `groups` has them in all spellings, and `fold` is how the engine folds them.
    """

    def __init__(self, groups: NameGroups, fold: Callable[[str], str]) -> None:
        self._groups = groups
        self._fold = fold
        self._shown = {fold(value): groups.shown(value) for value in groups.all_values()}

    def __contains__(self, name: str) -> bool:
        """Whether the archive has this name, in any spelling."""
        return name in self._groups

    def folded(self, names: Iterable[str]) -> tuple[str, ...]:
        """The folded names that some names stand for."""
        found = (self._groups.values(name) or (name,) for name in names)
        return tuple(dict.fromkeys(map(self._fold, chain.from_iterable(found))))

    def shown_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The spellings that stand for some names, in the given order, without duplicates."""
        return self._groups.shown_all(names)

    def shown(self, folded: str) -> str:
        """The spelling that stands for a folded name."""
        return self._shown.get(folded, folded)

    def merged(self, counts: Mapping[str, int]) -> Mapping[str, int]:
        """Counts by folded name, most frequent first, as counts by the spelling that stands for it."""
        merged: dict[str, int] = {}
        for folded, count in counts.items():
            name = self._shown.get(folded, folded)
            merged[name] = merged.get(name, 0) + count
        return merged if len(merged) == len(counts) else dict(sorted(merged.items(), key=lambda one: (-one[1], one[0])))


class Names:
    """All sources, topics and sections of one generation of an index, with the names in the tables.

    `sources`, `topics` and `sections` have the number of articles of each value in the index.
    """

    def __init__(
        self, tables: Tables, sources: Mapping[str, int], topics: Mapping[str, int], sections: Mapping[str, int]
    ) -> None:
        self._tables = tables
        self._further: dict[Facet, FoldedNames] = {}
        self.sources = NameGroups(sources, tables.sources.canonical, tables.sources.key)
        self.topics = NameGroups(topics, tables.topics.canonical, name_key)
        self.sections = NameGroups(sections, tables.topics.canonical, name_key)
        self._with_word: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for shown in self.sources.all_shown():
            for name in (*tables.sources.names(shown), *self.sources.values(shown)):
                key = name_key(name)
                for word in key.split():
                    self._with_word[word].setdefault(shown, []).append(f" {key} ")

    def further(self, facet: Facet, read: Callable[[], Mapping[str, int]]) -> FoldedNames:
        """The authors, publishers or languages. When they are first needed, `read` gets those in the index."""
        if facet not in self._further:
            sources = self._tables.sources
            match facet:
                case Facet.LANGUAGE:
                    found = FoldedNames(NameGroups(read(), str, str.casefold), str)
                case Facet.PUBLISHER:
                    found = FoldedNames(NameGroups(read(), sources.canonical, sources.key), name_key)
                case _:
                    found = FoldedNames(NameGroups(read(), str, name_key), name_key)
            self._further[facet] = found
        return self._further[facet]

    def source_values(self, name: str) -> tuple[str, ...]:
        """The sources with this name; if there is none, those with these words next to each other in a name."""
        if values := self.sources.values(name):
            return values
        key = name_key(name)
        rarest = min((self._with_word.get(word, {}) for word in key.split()), key=len, default={})
        partly = (shown for shown, keys in rarest.items() if any(f" {key} " in other for other in keys))
        return tuple(value for shown in partly for value in self.sources.values(shown))

    def knows_source(self, name: str) -> bool:
        """Whether the archive or the table has a source with this name or these words in its name."""
        return tables_know(self._tables, Attribute.SOURCE, name) or bool(self.source_values(name))

    def filters(self, topics: Iterable[str], sections: Iterable[str] = ()) -> Meaning:
        """What to filter by if someone names these topics and sections; see `TopicTable.filters`."""
        return self._tables.topics.filters(topics, sections)

    def topic_values(self, category: str) -> OneOf | None:
        """The topics in the index that a category stands for, or the sections if it is only a section."""
        meaning = self.filters((category,))
        if meaning.topics:
            return _one_of(Attribute.TOPIC, self.topics, meaning.topics)
        return _one_of(Attribute.SECTION, self.sections, meaning.sections)

    def section_values(self, category: str) -> OneOf | None:
        """The sections in the index that a category stands for; if there is none, its topics."""
        sections = self.filters((), (category,)).sections
        return _one_of(Attribute.SECTION, self.sections, sections) or self.topic_values(category)

    def knows_category(self, name: str) -> bool:
        """Whether the archive or the table has a topic or a section with this name."""
        return tables_know(self._tables, Attribute.TOPIC, name) or name in self.topics or name in self.sections


def _one_of(attribute: Attribute, groups: NameGroups, names: Iterable[str]) -> OneOf | None:
    values = tuple(value for name in names for value in groups.values(name))
    return OneOf(attribute, values) if values else None


CATEGORIES = (Attribute.TOPIC, Attribute.ASSIGNED, Attribute.SECTION)
"""The attributes whose values the table of topics has."""


def tables_know(tables: Tables, attribute: Attribute, name: str) -> bool:
    """Whether the tables have a source, a topic or a section with this name."""
    if attribute is Attribute.SOURCE:
        return name in tables.sources
    return attribute in CATEGORIES and tables.topics.lists(name)


def with_values(node: Node, find: Find) -> Node:
    """The tree with the values in the index instead of names as typed, and without dates that can't be read.

    A name that isn't found stays as it is, and matches nothing.
    """
    match node:
        case Named(Attribute.AUTHOR):
            return node
        case Named(attribute, value):
            return find(attribute, value) or node
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            readable = [child for child in nodes if not isinstance(child, Unreadable)] or nodes[:1]
            replaced = tuple(with_values(child, find) for child in readable)
            return replaced[0] if len(replaced) == 1 else type(node)(replaced)
        case _:
            return with_children(node, lambda child: with_values(child, find))
