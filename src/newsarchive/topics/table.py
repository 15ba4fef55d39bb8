"""Topics: one canonical name for each subject, with labels in Arabic and English.

Outlets use different names for the same subject. The archive keeps the name as given; the index,
facets and filters use the canonical name. So a change to this table needs a new index, but no
change to the archive.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.arabic.fold import fold


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


def _key(name: str) -> str:
    return " ".join(fold(name).split())


_BY_NAME = {subject.name: subject for subject in _SUBJECTS}
_CANONICAL = {
    _key(spelling): subject.name
    for subject in _SUBJECTS
    for spelling in (subject.name, subject.arabic, subject.english, *subject.aliases)
}


def canonical_topic(name: str) -> str:
    """The canonical name of a topic. An unknown topic keeps its name, with spaces trimmed."""
    return _CANONICAL.get(_key(name), " ".join(name.split()))


def canonical_topics(names: Iterable[str]) -> tuple[str, ...]:
    """The canonical names in the given order, without duplicates."""
    return tuple(dict.fromkeys(canonical for name in names if (canonical := canonical_topic(name))))


def topic_label(name: str, language: str) -> str:
    """The label of a canonical topic name, in the language `ar` or `en`."""
    subject = _BY_NAME.get(name)
    if subject is None:
        return name
    return subject.arabic if language == "ar" else subject.english
