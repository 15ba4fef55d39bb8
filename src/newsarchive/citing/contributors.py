"""Who wrote an article: persons, with family and given names, and corporate bodies.

Bylines name a person («ليلى حسن»), an agency («رويترز»), or either behind a place or an outlet, as in
«دبي - أحمد المصعبي», «لندن - رويترز» or «العربية.نت - محمد جراح». A bibliography is sorted by family
names, and a body's name must not be split, so both have to be told apart.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from newsarchive.arabic.names import name_key
from newsarchive.arabic.proper_names import given_names, places
from newsarchive.citing.person_names import parts_of_name, without_titles
from newsarchive.sources import BUILT_IN

_DASH = re.compile(r"\s+[-–—ـ_/|]+\s*|\s*[-–—ـ_/|:]+\s+|\s*[–—|]\s*|(?<=[^\W\d_])/(?=[^\W\d_])")
"""A dash, slash or bar between the parts of a byline. A hyphen between two letters belongs to a name."""
_HYPHEN = re.compile(r"(?<=[^\W\d])[-ـ](?=[^\W\d])")
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_WORDS_OF_BODIES = """
وكالة وكالات الوكالة الوكالات صحيفة الصحيفة جريدة الجريدة مجلة قناة القناة فضائية تلفزيون موقع الموقع بوابة البوابة
شبكة إذاعة راديو هيئة مؤسسة مركز معهد جامعة وزارة لجنة منظمة جمعية اتحاد حزب شركة مجموعة دار مكتب فريق قسم وحدة
غرفة أسرة تحرير التحرير المحرر المحررون مراسلو مراسلون متابعات نيوز برس تايمز بوست الإخبارية للأنباء مندوبو كتاب
agency agencies agence news newsroom newspaper press presse wire wires staff desk editor editors editorial team tv
television radio channel network times post journal magazine university ministry institute center centre group
company inc ltd llc corp foundation council committee office organization organisation association union online
media reporters correspondents correspondent
"""
_BODY_WORDS = frozenset(map(name_key, _WORDS_OF_BODIES.split()))
"""Words of the names of outlets, institutions and teams."""
_IN_NO_NAME = re.compile(r"[0-9٠-٩۰-۹@_&+<>=/]|[^\W\d_]{2,}\.[^\W\d_]{2,}|^[A-Z][A-Z.&/-]+$")
"""A digit, a host name, an abbreviation in capitals, or a sign that no person's name has: «فرانس 24», «العربية.نت»."""
_WITH_AND = re.compile(r"^و(?=و|ال)")
"""«ووكالات»: the conjunction before a name that the table of words has."""
_AND = re.compile(r"\s+(?=(?P<word>و\s*\S+))")
_FROM = re.compile(r"(?P<name>.+?\s.+?)\s+(?:من|في)\s+(?P<place>.+)")
_GENERIC = frozenset(map(name_key, ("وكالات", "الوكالات", "وكالات الأنباء", "وكالات أنباء", "agencies")))
"""Credits that name no outlet."""
_LATIN_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:\s+[\w'’.-]+){1,4}")


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `given` is empty for a name of one part; `suffix` is «Jr.», «III» and the like."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def name(self) -> str:
        """The name in its natural order."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


@dataclass(frozen=True, slots=True)
class Body:
    """A corporate body: an agency, an outlet, a newsroom."""

    name: str


Contributor = Person | Body


def contributors_of(authors: Iterable[str], bodies: Iterable[str] = ()) -> tuple[Contributor, ...]:
    """The persons and bodies that the authors of an article name, each once, in the given order.

    `bodies` are names known to be no persons, such as the source of the article.

    >>> contributors_of(["دبي - أحمد المصعبي", "لندن - رويترز"])
    (Person(family='المصعبي', given='أحمد', suffix=''), Body(name='رويترز'))
    """
    known = frozenset(map(name_key, filter(None, bodies)))

    def is_body(name: str) -> bool:
        return name_key(name) in known or _is_body(name)

    named = (one for author in authors for one in _named(author, is_body))
    return tuple(dict.fromkeys(named))


def _named(author: str, is_body: Callable[[str], bool]) -> Iterator[Contributor]:
    for name in (one for part in _parts(author, is_body) for one in _joined(part)):
        if is_body(name):
            yield Body(name)
            continue
        plain = without_titles(_without_place(_BRACKETED.sub(" ", name).strip() or name))
        family, given, suffix = parts_of_name(plain)
        # A single word may be a person or not; a body's name is what every program keeps as it is.
        yield Person(family, given, suffix) if given else Body(name)


def _parts(author: str, is_body: Callable[[str], bool]) -> list[str]:
    """The names in a byline, without the place from which the author reports and without the outlet of a person."""
    if is_body(author) and not _DASH.search(author):
        return [author]
    parts = [part for part in _DASH.split(author) if part.strip()]
    if len(parts) == 1:
        parts = _behind_place(author)
    parts = [part for part in parts if not _is_place(_BRACKETED.sub(" ", part))]
    bodies = [part for part in parts if is_body(part)]
    others = [part for part in parts if not is_body(part)]
    # What else comes first is where the reporter is, even if no list knows the place.
    last = bodies if parts[-1:] == bodies[-1:] else others[-1:]
    return others if len(others) == len(parts) == 1 else [part for part in others if _is_person(part)] or last


def _joined(names: str) -> list[str]:
    """The names around «و», if it joins persons or known outlets: «أحمد علي ومنى سالم», «رويترز ووكالات».

    In «فؤاد وليد» and «صحيفة وموقع النهر» it doesn't.
    """
    for match in _AND.finditer(names):
        before, word, rest = (
            names[: match.start()],
            match["word"],
            names[match.start("word") :].removeprefix("و").strip(),
        )
        if _is_outlet(before) and _is_outlet(rest):
            return [before, *_joined(rest)]
        if name_key(word) not in _given_names() and " " in before and _is_person(rest) and not _is_body(before):
            return [before, *_joined(rest)]
    return [names]


def _without_place(name: str) -> str:
    """A name without the place behind it: «منى سالم من صيدا»."""
    match = _FROM.fullmatch(name)
    return match["name"] if match and _is_place(match["place"]) else name


def _behind_place(author: str) -> list[str]:
    """The parts around a hyphen without spaces, if a place comes before or behind: «اليمن-إسلام سيف»."""
    first, *others = _HYPHEN.split(author)
    return [first, *others] if others and (_is_place(first) or _is_place(others[-1])) else [author]


@cache
def _places() -> frozenset[str]:
    return frozenset(map(name_key, places()))


@cache
def _given_names() -> frozenset[str]:
    return frozenset(map(name_key, given_names()))


def _is_outlet(name: str) -> bool:
    return name in BUILT_IN or name_key(name) in _GENERIC


def _is_place(text: str) -> bool:
    return name_key(text) in _places()


def _is_person(text: str) -> bool:
    words = without_titles(text).split()
    if len(words) < 2:
        return False
    return name_key(words[0]) in _given_names() or _LATIN_NAME.fullmatch(text) is not None


def _is_body(name: str) -> bool:
    if name in BUILT_IN or _IN_NO_NAME.search(without_titles(name)):
        return True
    words = name.split()
    return any(
        name_key(_WITH_AND.sub("", word, count=1) if word.startswith("وو") else word) in _BODY_WORDS for word in words
    )
