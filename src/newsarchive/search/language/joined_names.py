"""Names that are written as one word or as two: نصرالله, نصر الله; and the cases of أبو and ابن in names.

The rules only say which forms are possible. A form counts if the archive has it: the joined word,
or the parts next to each other.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.search.language.inflection import ARTICLE, PREFIXES

FATHER = ("ابو", "ابي", "ابا")
"""أبو in its three cases."""
_MY_FATHER = "ابي"
"""Also "my father", and the name Abe: before a word like على it is mostly one of these, not the name أبي علي."""
SON = ("بن", "ابن")
_HEADS = {"عبد": 3, **dict.fromkeys(FATHER, 3), "بو": 4, **dict.fromkeys(SON, 3), "ام": 4, "بيت": 3}
"""The first words of names -> how many letters must follow them in a joined name."""
_SERVANT = "عبد"
_AFTER_SERVANT = (ARTICLE, "رب")
"""How nearly all words after عبد in names begin: عبد الله, عبد ربه."""
_ONLY_IN_NAMES = frozenset((_SERVANT, "ابو", "ابا", "بو", *SON))
"""The first words that mean something else without the next one. ابي may be "my father"."""
_SHORT = frozenset(("عز", "ذو", "ذي", "ام"))
"""Words of two letters that come before a word with an article in names."""
_TAILS = ("الله", "الدين")
"""The second words of most names of two words; the first may have two letters: عز الدين."""
_OTHER_TAILS = ("الاسلام", "العابدين", "الرحمن", "الحق", "النبي", "الرب", "الفقار", "المقدس", "الزمان")
_ORDINARY = ("الي", "اليه", "اليها", "اليهم", "الهم", "الها")
"""Endings of ordinary words, or prepositions, that only look like a word with an article."""
CLITICS = ("", "و", "ف", "ل", "ب", "ك", "ول", "وب")
"""The clitics that a name may have."""
_MOST = 16
"""The maximum number of forms of a name."""

_SHOWN = {"ابو": "أبو", "ابي": "أبي", "ابا": "أبا", "ابن": "ابن", "ام": "أم"}
"""The first words of names as they are displayed."""

Run = tuple[str, ...]
"""The folded words of a name."""


def forms(typed: Sequence[str]) -> list[Run]:
    """Return the other forms that adjacent folded words may have as a name, without clitics; empty for other words.

    >>> forms(("لنصرالله",))
    [('لنصر', 'الله'), ('نصرالله',), ('نصر', 'الله')]
    >>> forms(("محمد", "علي"))
    []
    """
    run = tuple(typed)
    if not _may_be_name(run):
        return []
    found: dict[Run, None] = {run: None}
    waiting = [run]
    while waiting and len(found) < _MOST:
        for other in _rewritten(waiting.pop(0)):
            if other not in found:
                found[other] = None
                waiting.append(other)
    del found[run]
    # Without its clitics alone, a word is no other form.
    return list(found) if any(len(form) != len(run) or _bare(form) != _bare(run) for form in found) else []


def belong_together(typed: Sequence[str]) -> bool:
    """Whether adjacent folded words are one name, so that one of them alone is not what was meant: عبد الله.

    >>> belong_together(("عبد", "الله")), belong_together(("نصر", "الله"))
    (True, False)
    """
    run = tuple(typed)
    first = without_clitics(run[0])
    if first == _SERVANT and not run[1].startswith(_AFTER_SERVANT):
        return False
    return first in _ONLY_IN_NAMES and run[1] not in STOP_WORDS and bool(forms(run))


def shown(form: Run, spelled: Callable[[str], str]) -> str:
    """The words of a name as they are displayed; `spelled` says how the articles spell a folded word."""
    # A final ي is most often that of another word: علي is spelled على.
    return " ".join(_SHOWN.get(word) or (word if word.endswith("ي") else spelled(word)) for word in form)


def _bare(run: Run) -> Run:
    return (without_clitics(run[0]), *run[1:])


def _may_be_name(run: Run) -> bool:
    """Whether the words are one joined name, or the parts of one; a part may itself be joined or apart."""
    first = without_clitics(run[0])
    match len(run):
        case 1:
            return any(True for _ in splits(first)) or any(True for _ in splits(run[0]))
        case 2:
            has_name_next = run[1] in _HEADS
            return not has_name_next and (first in FATHER or first in SON or _joins(first, run[1]))
        case 3:
            return (first in FATHER or first in SON) and _joins(run[1], run[2])
    return False


@lru_cache(maxsize=10_000)
def without_clitics(word: str) -> str:
    """The word without a conjunction and a preposition, if it then begins as names do.

    >>> [without_clitics(word) for word in ("لعبد", "ونصرالله", "فخرالدين")]
    ['عبد', 'نصرالله', 'فخرالدين']
    """
    for clitic in CLITICS:
        rest = word[len(clitic) :]
        if clitic and word.startswith(clitic):
            firsts = [rest] if rest in _HEADS else [first for first, _ in splits(rest)]
            if any(first in _HEADS or not stem(clitic + first).startswith(clitic) for first in firsts):
                return rest
    rest = stem(word)
    return rest if word.endswith(rest) and word[: len(word) - len(rest)] in CLITICS else word


def splits(word: str) -> Iterator[Run]:
    """Yield the two words that a folded word may be joined from.

    >>> list(splits("عبدالوهاب")), list(splits("بنسبه")), list(splits("والدين"))
    ([('عبد', 'الوهاب')], [], [])
    """
    found: dict[Run, None] = {}
    for head, least in _HEADS.items():
        # بنسبه is ب and نسبه.
        if word.startswith(head) and len(word) >= len(head) + least and stem(word).startswith(head):
            found[head, word[len(head) :]] = None
    at = word.find(ARTICLE, 2)
    while at != -1:
        if _is_joined_at(word[:at], word[at:]):
            found[word[:at], word[at:]] = None
        at = word.find(ARTICLE, at + 1)
    yield from found


def _is_joined_at(first: str, second: str) -> bool:
    if first in PREFIXES or second in _ORDINARY:
        return False
    if second in _TAILS:
        return True
    return len(second) >= 5 and (len(first) >= 3 or first in _SHORT)


def _joins(first: str, second: str) -> bool:
    """Whether two words are a name that may be joined. A joined word may be split more freely: مجلسالأمن."""
    is_name = first in _HEADS or first in _SHORT or second in _TAILS or second in _OTHER_TAILS
    return is_name and (first, second) in splits(first + second)


def _rewritten(run: Run) -> Iterator[Run]:
    """Yield the forms that differ from the name in one place."""
    for place, word in enumerate(run):
        before, after = run[:place], run[place + 1 :]
        for parts in splits(word):
            yield (*before, *parts, *after)
        if not place and (rest := without_clitics(word)) != word:
            yield (rest, *after)
        if after:
            if _joins(word, after[0]):
                yield (*before, word + after[0], *after[1:])
            for same in (FATHER, SON):
                if word in same:
                    others = [other for other in same if other != word and not _is_ordinary(other, after[0])]
                    yield from ((*before, other, *after) for other in others)


def _is_ordinary(first: str, second: str) -> bool:
    return first == _MY_FATHER and second in STOP_WORDS
