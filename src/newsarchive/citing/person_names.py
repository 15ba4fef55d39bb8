"""The family name, the given names and the suffix of a person's name, in Arabic and in Latin letters.

A family name is the last word, with the words that belong to it: «بن», «آل», «أبو», «عبد», the first
half of «عز الدين», and particles such as "van" and "al".
"""

import re

from newsarchive.arabic.names import name_key

_ARABIC_LINKS = "بن ابن بنت آل ال أبو أبي أبا أم عبد بو بني ولد ذو آيت نايت سي"
_LINKS = frozenset(map(name_key, _ARABIC_LINKS.split()))
"""Words that begin the name of which the next word is the rest."""
_SECOND_HALVES = frozenset(map(name_key, ("الدين", "الله", "الإسلام", "الحق", "النبي", "الرب", "الإله")))
"""Words that end a name of two words: «صلاح الدين», «نصر الله», «سيف الإسلام»."""
_LATIN_PARTICLES = """
al el bin ibn ben bint abu abou abd abdel abdul aal ould ait aït van von der den de del della di da do dos das du des
la le ter ten zu zur af st. st mac san y e
"""
_PARTICLES = frozenset(_LATIN_PARTICLES.split())
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|Esq|Ph\.?\s?D|M\.?D)\.?", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,،]\s*")
_TITLES = re.compile(
    r"(?:(?:[دأم]\s?\.|(?:ال)?دكتورة?|(?:ال)?أستاذة?|(?:ال)?مهندسة?|الشيخة?|السيدة?|الصحفية?|الكاتبة?|المحررة?|المراسلة?)\s*(?=\S)"
    r"|(?:Dr|Prof|Mr|Mrs|Ms|Sir|Dame|Hon)\b\.?\s*(?=\S))+",
)
"""Titles before a name."""
_PLACE_OF_TITLE = re.compile(r"\s")


def without_titles(name: str) -> str:
    """The name without «د.», «الدكتور», "Dr." and the like, unless only one word would be left.

    >>> without_titles("د. ليلى حسن")
    'ليلى حسن'
    """
    match = _TITLES.match(name)
    rest = name[match.end() :] if match else name
    return rest if _PLACE_OF_TITLE.search(rest) else name


def parts_of_name(name: str) -> tuple[str, str, str]:
    """The family name, the given names and the suffix. Both last ones may be empty.

    >>> parts_of_name("مها بن عبد العظيم")
    ('بن عبد العظيم', 'مها', '')
    >>> parts_of_name("Ludwig van Beethoven, Jr.")
    ('van Beethoven', 'Ludwig', 'Jr.')
    """
    first, *others = _COMMA.split(name.strip())
    suffix = ""
    if others and _SUFFIX.fullmatch(others[-1]):
        suffix = others.pop()
    if len(others) == 1 and first and others[0]:
        return first, others[0], suffix  # already "family, given"
    words = " ".join(filter(None, (first, *others))).split()
    if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    start = _start_of_family(words)
    if start <= 0:
        return " ".join(words), "", suffix
    return " ".join(words[start:]), " ".join(words[:start]), suffix


def _start_of_family(words: list[str]) -> int:
    start = len(words) - 1
    if start > 0 and name_key(words[start]) in _SECOND_HALVES:
        start -= 1
    while start > 0 and (name_key(words[start - 1]) in _LINKS or words[start - 1].lower() in _PARTICLES):
        start -= 1
    return start
