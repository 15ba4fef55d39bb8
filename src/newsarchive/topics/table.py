"""Topics: one canonical name for each subject, with labels in Arabic and English.

Outlets use different names for the same subject. The archive keeps the name as given; the index,
facets and filters use the canonical name. So a change to this table needs a new index, but no
change to the archive. An archive can add to the table with its file `topics.txt`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsarchive.arabic.names import name_key


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    arabic: str
    english: str
    aliases: tuple[str, ...] = ()


_SUBJECTS = (
    _Subject("politics", "سياسة", "Politics", ("politic", "السياسة", "أخبار سياسية")),
    _Subject(
        "economy", "اقتصاد", "Economy", ("business", "economics", "الاقتصاد", "مال وأعمال", "اقتصاد وأعمال", "أعمال")
    ),
    _Subject("sport", "رياضة", "Sport", ("sports", "الرياضة", "رياضات")),
    _Subject("technology", "تقنية", "Technology", ("tech", "تكنولوجيا", "التقنية", "التكنولوجيا", "علوم وتكنولوجيا")),
    _Subject("culture", "ثقافة", "Culture", ("الثقافة", "ثقافة وفن", "ثقافة وفنون", "culture and art", "arts")),
    _Subject("society", "مجتمع", "Society", ("المجتمع", "اجتماعيات")),
    _Subject("science", "علوم", "Science", ("العلوم", "علم")),
    _Subject("health", "صحة", "Health", ("الصحة", "طب وصحة", "صحة وطب")),
    _Subject("environment", "بيئة", "Environment", ("البيئة", "مناخ", "البيئة والمناخ", "climate")),
    _Subject("education", "تعليم", "Education", ("التعليم", "تربية وتعليم")),
    _Subject("history", "تاريخ", "History", ("التاريخ",)),
    _Subject("religion", "دين", "Religion", ("الدين", "أديان")),
    _Subject("opinion", "رأي", "Opinion", ("آراء", "الرأي", "مقالات")),
    _Subject(
        "world", "العالم", "World", ("internationalnews", "international", "دولي", "أخبار دولية", "عالم", "دوليات")
    ),
    _Subject("middle-east", "الشرق الأوسط", "Middle East", ("middleeast", "middle east", "شرق أوسط")),
    _Subject("local", "محليات", "Local", ("localnews", "local news", "أخبار محلية", "محلي", "المحليات")),
    _Subject("misc", "منوعات", "Miscellany", ("diverse", "miscellaneous", "متفرقات", "المنوعات")),
)


_BY_NAME = {subject.name: subject for subject in _SUBJECTS}
_CANONICAL = {
    name_key(spelling): subject.name
    for subject in _SUBJECTS
    for spelling in (subject.name, subject.arabic, subject.english, *subject.aliases)
}


class TopicTable:
    """The built-in names of topics, and an archive's assignments of outlets' categories to topics.

    `assigned` maps a category to a built-in or new topic. Names are compared by `name_key`. Assignments
    override the built-in table. If a category is a name of a built-in topic, the assignment applies
    to all names of that topic.
    """

    def __init__(self, assigned: Mapping[str, str] | None = None) -> None:
        self._assigned = {name_key(category): _built_in(topic) for category, topic in (assigned or {}).items()}
        self._targets = frozenset(map(name_key, self._assigned.values()))

    def is_chained(self, topic: str) -> bool:
        """Whether `topic`, the target of an assignment, is itself assigned to another topic."""
        return self.canonical(_built_in(topic)) != _built_in(topic)

    def canonical(self, name: str) -> str:
        """The canonical name of a topic. An unknown topic keeps its name, with spaces trimmed."""
        assigned = self._assigned.get(name_key(name))
        if assigned is not None:
            return assigned
        topic = _built_in(name)
        return self._assigned.get(name_key(topic), topic)

    def canonical_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The canonical names in the given order. Of spellings of one name, the first is kept."""
        canonical: dict[str, str] = {}
        for name in names:
            if topic := self.canonical(name):
                canonical.setdefault(name_key(topic), topic)
        return tuple(canonical.values())

    def lists(self, name: str) -> bool:
        """Whether the table has this name."""
        key = name_key(name)
        return key in _CANONICAL or key in self._assigned or key in self._targets


def _built_in(name: str) -> str:
    return _CANONICAL.get(name_key(name), " ".join(name.split()))


BUILT_IN = TopicTable()
"""The table without assignments."""


def canonical_topic(name: str) -> str:
    """The canonical name of a topic in the built-in table."""
    return BUILT_IN.canonical(name)


def canonical_topics(names: Iterable[str]) -> tuple[str, ...]:
    """The canonical names in the built-in table, in the given order, without duplicates."""
    return BUILT_IN.canonical_all(names)


def topic_label(name: str, language: str) -> str:
    """The label of a canonical topic name, in the language `ar` or `en`."""
    subject = _BY_NAME.get(name)
    if subject is None:
        return name
    return subject.arabic if language == "ar" else subject.english
