"""Topics and sections: what the categories of outlets mean.

The canonical topics are the 17 of the first level of the IPTC Media Topics (`media_topics.tsv`), and
the subjects that IPTC doesn't have, as given. A place or a catch-all, such as العالم or أخبار, says
nothing about a subject: it is a section (`sections.txt`). The archive keeps every category as given;
the index, facets and filters use the names of the table. So a change to it needs a new index, but no
change to the archive. An archive can add to the table with its file `topics.txt`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from newsarchive.arabic.names import name_key
from newsarchive.i18n import Message, catalogue, message

SEPARATOR = re.compile("[,،]")
"""Separates several topics of one category."""
SECTION_ONLY = frozenset(map(name_key, ("section", "قسم", "القسم")))
"""What a table writes instead of a topic for a category that is only a section."""

_REMEMBERED = 1 << 14
"""The most categories whose meaning a table remembers: tags of feeds can be of any number."""
_LEVELS = re.compile(r"\s*[/>|»\\&+]\s*|\s+(?:and|et)\s+", re.IGNORECASE)
"""What is between two categories that are written as one: News/World, سياسة | اقتصاد, arts & sport."""


@dataclass(frozen=True, slots=True)
class MediaTopic:
    """A topic or a section with its labels. `id` is that of an IPTC topic, such as `medtop:15000000`, or empty."""

    name: str
    arabic: str
    english: str
    id: str = ""
    is_section: bool = False

    def label(self, language: str) -> str:
        """The label in a language. IPTC's English names begin with a small letter."""
        if language == "ar":
            return self.arabic
        text = catalogue(language).text(Message("section" if self.is_section else "topic", self.english))
        return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What categories mean: canonical names of topics, and names of sections."""

    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


_OTHER_SUBJECTS = (
    MediaTopic("history", "تاريخ", message("topic", "history").english),
    MediaTopic("opinion", "رأي", message("topic", "opinion").english),
)
"""Subjects that outlets have a category for, and IPTC has no topic."""


def bare_key(name: str) -> str:
    """The key by which categories are compared: the folded words of a name, without their article.

    >>> bare_key("العلوم والتكنولوجيا") == bare_key("علوم وتكنولوجيا")
    True
    """
    return " ".join(map(_without_article, name_key(name).split()))


def _without_article(word: str) -> str:
    """A folded word without ال, also behind و, if at least two letters are left."""
    for article, kept in (("ال", ""), ("وال", "و")):
        if word.startswith(article) and len(word) >= len(article) + 2:
            return kept + word.removeprefix(article)
    return word


_BEFORE = frozenset(
    bare_key(word)
    for word in (
        "أخبار",
        "آخر",
        "أهم",
        "أبرز",
        "أحدث",
        "شؤون",
        "شئون",
        "شأن",
        "قسم",
        "صفحة",
        "ركن",
        "باب",
        "ملحق",
        "عالم",
    )
)
_BEHIND = frozenset(("news", "section", "page", "headlines"))
"""Words around the name of a subject or a place that don't change which it is: أخبار الفن, sports news."""


class TopicTable:
    """The built-in meanings of categories, and those of an archive.

    `assigned` maps a category to its topics, as text: one or several names of topics or sections,
    separated by commas, or the word `section`. A name that is neither is a new topic. Assignments
    override the built-in table. If a category is the canonical name of a built-in topic or section,
    the assignment applies to all its names.
    """

    def __init__(self, assigned: Mapping[str, str] | None = None) -> None:
        self._assigned = {
            bare_key(category): _right_side(category, targets) for category, targets in (assigned or {}).items()
        }
        targets = [target for meaning in self._assigned.values() for target in (*meaning.topics, *meaning.sections)]
        self._targets = frozenset(map(bare_key, targets))
        self._remembered: dict[str, Meaning] = {}

    def chained(self, targets: str) -> tuple[str, str] | None:
        """A topic in the right side of an assignment that is itself assigned to another one, and that other one."""
        for target in _parts(targets):
            # The word `section` means the category itself.
            simple = Meaning() if name_key(target) in SECTION_ONLY else _simple(target)
            for name in (*simple.topics, *simple.sections):
                if (to := self.canonical(name)) != name:
                    return target, to
        return None

    def meaning_of(self, category: str) -> Meaning:
        """What a category means. An unknown one is a topic under its own name; an empty one means nothing."""
        found = self._remembered.get(category)
        if found is None:
            found = self._meaning_of(category)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[category] = found
        return found

    def _meaning_of(self, category: str) -> Meaning:
        found = self._listed(category)
        if found is not None:
            return found
        parts = _joined(category)
        meanings = [meaning for part in parts if (meaning := self._listed(part)) is not None]
        if len(parts) > 1 and len(meanings) == len(parts):
            if any(meaning.topics for meaning in meanings):
                return _merged(meanings)
            return Meaning(sections=(" ".join(category.split()),))
        return _simple(category)

    def _listed(self, category: str) -> Meaning | None:
        """What a table says about a category, also with a word such as أخبار around it. None if it isn't listed."""
        key = bare_key(category)
        for candidate in (key, *_inside(key)):
            if (assigned := self._assigned.get(candidate)) is not None:
                return assigned
            if (built_in := _meanings().get(candidate)) is not None:
                return _merged([self._renamed(name, built_in) for name in (*built_in.topics, *built_in.sections)])
        return None

    def _renamed(self, name: str, built_in: Meaning) -> Meaning:
        """A built-in topic or section, or what the archive assigns it to."""
        one = Meaning(topics=(name,)) if name in built_in.topics else Meaning(sections=(name,))
        return self._assigned.get(bare_key(name), one)

    def meaning(self, categories: Iterable[str]) -> Meaning:
        """What several categories mean together, in the given order. Of spellings of one name, the first is kept."""
        return _merged(map(self.meaning_of, categories))

    def filters(self, topics: Iterable[str], sections: Iterable[str] = ()) -> Meaning:
        """What to filter by if someone names these topics and sections, by canonical names.

        A topic that is only a section filters by section: `topic=world`.
        """
        by_topic = (self.meaning_of(name) for name in topics)
        by_section = (self.meaning_of(name).sections or (name,) for name in sections)
        return _merged(
            [
                *(Meaning(meaning.topics) if meaning.topics else meaning for meaning in by_topic),
                *(Meaning(sections=names) for names in by_section),
            ]
        )

    def canonical(self, name: str) -> str:
        """The name of the first topic of a category, else of its first section. An unknown name is only trimmed."""
        meaning = self.meaning_of(name)
        return next(iter((*meaning.topics, *meaning.sections)), "")

    def lists(self, name: str) -> bool:
        """Whether the table has this name, of a topic or a section."""
        key = bare_key(name)
        return key in _meanings() or key in self._assigned or key in self._targets


def _right_side(category: str, targets: str) -> Meaning:
    """The meaning that a table gives a category."""
    meanings = []
    for target in _parts(targets):
        if name_key(target) in SECTION_ONLY:
            own = _meanings().get(bare_key(category))
            sections = own.sections if own else ()
            meanings.append(Meaning(sections=sections or (" ".join(category.split()),)))
        else:
            meanings.append(_simple(target))
    return _merged(meanings)


def _parts(targets: str) -> list[str]:
    """The topics in the right side of an assignment. A label of a topic may contain a comma itself."""
    if bare_key(targets) in _meanings():
        return [targets]
    return [part for text in SEPARATOR.split(targets) if (part := text.strip())]


def _simple(name: str) -> Meaning:
    """The built-in meaning of exactly this name, else a topic of this name."""
    built_in = _meanings().get(bare_key(name))
    if built_in is not None:
        return built_in
    trimmed = " ".join(name.split())
    return Meaning(topics=(trimmed,)) if trimmed else Meaning()


def _merged(meanings: Iterable[Meaning]) -> Meaning:
    topics: dict[str, str] = {}
    sections: dict[str, str] = {}
    for meaning in meanings:
        for topic in meaning.topics:
            topics.setdefault(name_key(topic), topic)
        for section in meaning.sections:
            sections.setdefault(name_key(section), section)
    return Meaning(tuple(topics.values()), tuple(sections.values()))


def _inside(key: str) -> Iterator[str]:
    """A key without words such as أخبار or news before or behind it."""
    words = key.split()
    while len(words) > 1 and (words[0] in _BEFORE or words[-1] in _BEHIND):
        words = words[1:] if words[0] in _BEFORE else words[:-1]
        yield " ".join(words)


def _joined(category: str) -> list[str]:
    """The categories that are written as one: with a sign between them, or with و before each but the first."""
    parts = [part for part in _LEVELS.split(category) if part.strip()]
    if len(parts) > 1:
        return parts
    # A lone و belongs to the next word.
    words = f" {name_key(category)}".replace(" و ", " و").split()
    starts = [0, *(at for at, word in enumerate(words) if at and word.startswith("و") and len(word) > 2), len(words)]
    parts = [" ".join(words[start:end]) for start, end in pairwise(starts)]
    return [parts[0], *(part[1:] for part in parts[1:])] if parts else []


# The built-in table


@cache
def media_topics() -> Mapping[str, MediaTopic]:
    """The IPTC topics by name, in the order of their ids."""
    lines = _read("media_topics.tsv").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: MediaTopic(name, arabic, english, qcode) for name, qcode, arabic, english in rows}


@cache
def _sections() -> Mapping[str, tuple[str, ...]]:
    """The names of each built-in section: in Arabic, in English, and others."""
    return {
        name: tuple(other for text in SEPARATOR.split(names) if (other := text.strip()))
        for name, names in _assignments("sections.txt")
    }


@cache
def _labelled() -> Mapping[str, MediaTopic]:
    """The topics and sections that have labels, by name."""
    sections = {name: MediaTopic(name, names[0], names[1], is_section=True) for name, names in _sections().items()}
    return {**sections, **media_topics(), **{topic.name: topic for topic in _OTHER_SUBJECTS}}


def built_in_names() -> Iterator[tuple[str, Meaning]]:
    """Every built-in category with its meaning. A name can occur more than once."""
    for topic in (*media_topics().values(), *_OTHER_SUBJECTS):
        numbers = (topic.id, topic.id.removeprefix("medtop:")) if topic.id else ()
        for name in (topic.name, topic.arabic, topic.english, *numbers):
            yield name, Meaning(topics=(topic.name,))
    for section, names in _sections().items():
        for name in (section, *names):
            yield name, Meaning(sections=(section,))
    for category, targets in _assignments("categories.txt"):
        targeted = [part.strip() for part in SEPARATOR.split(targets)]
        sections = tuple(name for name in targeted if name in _sections())
        yield category, Meaning(tuple(name for name in targeted if name not in sections), sections)


@cache
def _meanings() -> Mapping[str, Meaning]:
    """The meaning of each built-in category, by `bare_key`."""
    return {bare_key(name): meaning for name, meaning in built_in_names()}


def _assignments(file: str) -> Iterator[tuple[str, str]]:
    for line in _read(file).splitlines():
        left, equals, right = line.partition("#")[0].partition("=")
        if equals:
            yield left.strip(), right.strip()


def _read(file: str) -> str:
    return files("newsarchive.topics").joinpath(file).read_text(encoding="utf-8")


@cache
def built_in_text() -> str:
    """All built-in files, to tell whether an index was built with the same."""
    return "".join(map(_read, ("media_topics.tsv", "sections.txt", "categories.txt")))


BUILT_IN = TopicTable()
"""The table without assignments."""


def canonical_topic(name: str) -> str:
    """The canonical name of a topic, or of a section, in the built-in table."""
    return BUILT_IN.canonical(name)


def canonical_topics(names: Iterable[str]) -> tuple[str, ...]:
    """The topics of categories in the built-in table, in the given order, without duplicates and sections."""
    return BUILT_IN.meaning(names).topics


def topic_label(name: str, language: str) -> str:
    """The label of a topic or a section by its canonical name, in a language."""
    found = _labelled().get(name)
    return name if found is None else found.label(language)


def topic_id(name: str) -> str:
    """The id of an IPTC topic, such as `medtop:15000000`; empty for other topics."""
    found = media_topics().get(name)
    return "" if found is None else found.id
