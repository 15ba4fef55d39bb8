"""How words of other scripts sound in Arabic letters: their consonants, and the cost of a difference.

The *skeleton* of a word is the sequence of its consonants by class: p and b are one class, as are g, j,
k, q and kh, which Arabic writes in several ways. Vowels and h aren't in it, nor is a consonant of the
same class as the one before. It is a number with four bits for each class, so that skeletons of many
words are computed and looked up at once. Which of the words with the same skeleton is meant is decided
by the edit distance of their letters, in which vowels cost little.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint64]
Costs = npt.NDArray[np.float32]

LONGEST = 20
"""The maximum length of compared Arabic words, in letters."""
MOST_SKELETONS = 16
"""The maximum number of skeletons that a word is looked up by."""

_CLASSES = ("ب", "ف", "تطث", "دضذظ", "سصز", "ش", "جغكقخ", "ر", "ل", "م", "ن")
_VOWELS = "اويءئؤعهحىةأإآ"
_TSH = "چ"
"""Stands for تش, which is one sound."""
_ALPHABET = "".join(_CLASSES) + _VOWELS + _TSH
_T, _SH = "ت", "ش"
_CLASS = {letter: number for number, letters in enumerate(_CLASSES, 1) for letter in letters}
_SH_CLASS, _T_CLASS = _CLASS[_SH], _CLASS[_T]
_UNKNOWN = 255
_BITS = np.uint64(4)
_ARTICLE = "ال"
_LEAST_AFTER_ARTICLE = 3

_SOUNDS: dict[str, str] = {
    "tzsch": "چ ش.2",
    "tsch": "چ ش.2",
    "tsh": "چ ش.2",
    "sch": "ش",
    "tch": "چ ش.2",
    "eau": "و ا.3",
    "sh": "ش س.4",
    "ch": "چ ش.05 خ.25 ك.2",
    "cz": "چ ش.2 ز.4",
    "sz": "ش ز.2 س.2 چ.3",
    "kh": "خ ك.3 ق.4 ح.4",
    "gh": "غ ق.2 ج.25",
    "th": "ث ت.15 ذ.2 ط.25 د.5",
    "dh": "ذ ض.1 ظ.1 د.15",
    "zh": "ج ز.2 ش.4",
    "ph": "ف ب.5",
    "dj": "ج د.3 ي.35",
    "ck": "ك ق.2",
    "ou": "و ا.3",
    "oo": "و",
    "ee": "ي",
    "aa": "ا ع.05 ه.3",
    "ea": "ي.05 ا.15",
    "ie": "ي ا.4",
    "ai": "ي ا.2",
    "ay": "ي ا.25",
    "ei": "ي ا.25",
    "ey": "ي ا.3",
    "au": "و ا.1",
    "aw": "و ا.1",
    "b": "ب",
    "p": "ب ف.6",
    "d": "د ض.15 ذ.4 ط.6",
    "t": "ت ط.1 د.6 ث.5",
    "s": "س ص.1 ز.25 ش.4 ث.4",
    "z": "ز س.3 ظ.25 ذ.3 ض.4 ج.6",
    "j": "ج ي.15 خ.25 غ.3 ش.5",
    "g": "غ ج.05 ق.1 ك.15 خ.35",
    "G": "غ ج.05 ق.1 ك.15",
    "k": "ك ق.1 خ.4 غ.5 ج.5",
    "q": "ق ك.1 غ.3",
    "c": "ك ق.2 س.15 چ.3 ش.4 ج.5",
    "f": "ف",
    "v": "ف و.3 ب.4",
    "w": "و ف.25",
    "m": "م",
    "n": "ن",
    "l": "ل",
    "r": "ر غ.6",
    "h": "ه ح",
    "y": "ي ا.3 و.5",
    "a": "ا ع.15 ه.3 ي.3 و.4 ء.15",
    "e": "ي.05 ئ.05 ا.15 ه.3 ع.25 و.4",
    "i": "ي ئ.05 ا.25 ع.25 ه.4",
    "o": "و ؤ.05 ا.2 ع.25 ه.4",
    "u": "و ؤ.05 ا.15 ي.35 ع.25 ه.4",
    "A": "ا ع.1",
}
"""Latin letters -> the Arabic letters that are written for them, each with its cost."""
_AT_START = dict.fromkeys(("e", "i", "o", "u", "ou", "ei"), "ا.05 ع.1")
_AT_END = {"a": "ه.05 ي.15", "e": "ه.1"}
"""What else is written for a sound at the start and at the end of a word."""
_SILENT = {"A": 0.1, "h": 0.2, "gh": 0.2, "w": 0.25, "y": 0.15, "e": 0.1, "j": 0.7, "G": 0.1}
_VOWEL_SOUNDS = frozenset("aeiouyA") | {sound for sound in _SOUNDS if set(sound) <= set("aeiouyw") and len(sound) > 1}
_SILENT_VOWEL, _SILENT_CONSONANT, _SILENT_AT_END = 0.15, 0.9, 0.45
_EXTRA = {**dict.fromkeys("اوي", 0.2), **dict.fromkeys("ءئؤ", 0.15), "ع": 0.3, "ه": 0.25, "ح": 0.5}
_EXTRA_CONSONANT = 0.9
_WRONG_VOWEL, _WRONG = 0.5, 1.0
_ALEF = "A"
"""The alef before a vowel with which a word begins: o is او in Obama, and e is اي in Ebola."""
_BEGINNING_VOWEL = re.compile("[eiou]")
_GLIDES = ("aw", "ay", "ey")
"""Two sounds before a vowel, as in Peshawar."""
_SOUND = re.compile(
    "|".join(f"{sound}(?![aeiou])" if sound in _GLIDES else sound for sound in sorted(_SOUNDS, key=len, reverse=True))
)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1")
_SECOND = "G"
"""The second of two g, as in Khashoggi, which has a letter of its own or none."""
_OTHER_CLASSES: dict[str, tuple[str, ...]] = {
    "ch": ("ش", "ك"),
    "th": ("ث", "د"),
    "gh": ("غ", ""),
    "dj": ("ج", "د"),
    "j": ("ج", ""),
    "w": ("", "ف"),
    "s": ("س", "ث"),
    "z": ("ز", "ذ"),
    "v": ("ف", ""),
    "cz": ("ش", "ز"),
    "sz": ("ش", "ز"),
}
"""Latin letters -> what they may be in a skeleton, if that isn't just the first of their Arabic letters."""
_TSH_SOUNDS = frozenset(("ch", "cz", "sz", "tch", "tsh", "tsch", "sh"))
"""Of two of these, the skeleton of an Arabic word has both if the second is تش: فوتشيتش."""
_SOFTENING = "eiy"
_READINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(spelled), read)
    for spelled, read in (
        ("sch", "sk"),
        ("gn", "n"),
        # French: Monet, Barnier, Foucault, Bordeaux, Cotillard, Courtois
        ("(?<=...)et$", "e"),
        ("ier$", "iye"),
        ("(?:au(?:l?[dt]|lt|x)|eaux|o[t])$", "o"),
        ("ill", "iy"),
        ("oi", "oua"),
        # German: Strache, Einstein, Scholz
        ("^s(?=[tp])", "sh"),
        ("stei", "shtei"),
        ("(?<=[lnr])z$", "ts"),
        # Chinese: Xinjiang, Chongqing
        ("^x", "sh"),
        ("q(?=i)", "ch"),
        ("ck(?=[iy]$)", "tsk"),
        # Slavic names without the marks of their letters: Vucic, Swiatek
        ("c(?![hkz])(?=.*(?:ova|ek|ic|ak)$|(?<=ic)$)", "ch"),
        ("s(?![hckz])(?=.*(?:ova|ek|i[ck]|ak)$)", "sh"),
        # The Arabic article
        ("^[ae]l(?=...)", ""),
    )
)
"""How letters may be read that sound otherwise than they are written, by the rules of some languages."""


def sounds(word: str) -> list[str]:
    """Split a folded Latin word into sounds. Doubled consonants are one, and x is two.

    >>> sounds("khashoggi"), sounds("alex")
    (['kh', 'a', 'sh', 'o', 'g', 'G', 'i'], ['a', 'l', 'e', 'k', 's'])
    """
    word = word.replace("x", "ks").replace("gg", "g" + _SECOND)
    found = _SOUND.findall(_DOUBLED.sub(r"\1", word))
    return [_ALEF, *found] if _BEGINNING_VOWEL.match(word) else found


def skeletons(word: str) -> list[int]:
    """Return the skeletons that a folded Latin word may have, the likeliest first."""
    found = sounds(word)
    options = [_classes(found, at) for at in range(len(found))]
    if len(found) > _LEAST_AFTER_ARTICLE and found[-1] in ("s", "t", "d", "p"):
        options[-1] = (*options[-1], "")
    keys = (_key(parts) for parts in islice(product(*options), 4 * MOST_SKELETONS))
    return list(islice(dict.fromkeys(keys), MOST_SKELETONS))


def nearby_skeletons(key: int) -> list[int]:
    """Return the skeletons that lack one of the consonants of this one."""
    classes = _classes_of(key)
    return list(dict.fromkeys(_packed(classes[:at] + classes[at + 1 :]) for at in range(len(classes))))


def _classes(found: Sequence[str], at: int) -> tuple[str, ...]:
    sound = found[at]
    after = found[at + 1] if at + 1 < len(found) else ""
    if sound == "c":
        is_slavic = not after and at > 0 and found[at - 1] == "i"
        return ("س", "ش") if after[:1] and after[0] in _SOFTENING else ("ك", "ش") if is_slavic else ("ك",)
    if sound in _VOWEL_SOUNDS or sound == "h":
        return ("",)
    if sound in _TSH_SOUNDS and not _TSH_SOUNDS.isdisjoint(found[:at]):
        return (*_OTHER_CLASSES.get(sound, (_SH,)), _T + _SH)
    return _OTHER_CLASSES.get(sound, (_SH if _SOUNDS[sound][0] == _TSH else _SOUNDS[sound][0],))


def _key(letters: Iterable[str]) -> int:
    classes = [_CLASS[letter] for part in letters for letter in part]
    return _packed(classes)


def _packed(classes: Iterable[int]) -> int:
    key = last = 0
    for number in classes:
        if number == _SH_CLASS and last == _T_CLASS:
            key = key >> 4 << 4 | number
        elif number != last:
            key = (key << 4 | number) & 0xFFFFFFFFFFFFFFFF
        last = number
    return key


def _classes_of(key: int) -> list[int]:
    digits = []
    while key:
        digits.append(key & 15)
        key >>= 4
    return digits[::-1]


@cache
def _tables() -> tuple[Codes, Codes]:
    """The code of each Arabic letter by code point, and the class of each code; 0 is the end of a word."""
    codes = np.full(0x700, _UNKNOWN, dtype=np.uint8)
    codes[0] = 0
    for number, letter in enumerate(_ALPHABET, 1):
        codes[ord(letter)] = number
    classes = np.zeros(256, dtype=np.uint8)
    for letter, number in _CLASS.items():
        classes[codes[ord(letter)]] = number
    classes[codes[ord(_TSH)]] = _SH_CLASS
    return codes, classes


def encoded(words: Sequence[str]) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Return one row of codes per word, padded with 0, and which of the words are Arabic and not too long."""
    if not words:
        return np.zeros((0, LONGEST), dtype=np.uint8), np.zeros(0, dtype=np.bool_)
    points = np.array(words, dtype=f"U{LONGEST + 1}").view(np.uint32).reshape(len(words), LONGEST + 1)
    codes = _tables()[0][np.minimum(points, 0x6FF)]
    # Of a number of letters, the last column is empty unless the word is too long.
    return codes[:, :LONGEST], (codes != _UNKNOWN).all(axis=1) & (codes[:, LONGEST] == 0) & (codes[:, 0] != 0)


def keys_of(codes: Codes) -> Keys:
    """Return the skeletons of encoded words."""
    classes = _tables()[1][codes]
    keys = np.zeros(len(codes), dtype=np.uint64)
    last = np.zeros(len(codes), dtype=np.uint8)
    for column in classes.T:
        is_sound = (column != 0) & (column != last)
        is_tsh = (column == _SH_CLASS) & (last == _T_CLASS)
        shifted = np.where(is_tsh, keys >> _BITS << _BITS, keys << _BITS) | column
        keys = np.where(is_sound, shifted, keys)
        last = np.where(column != 0, column, last)
    return keys


class Skeletons(NamedTuple):
    """The skeletons of the Arabic words of a list, also without the article, each with the word's number and length.

    A word of another script has none. `in_order` sorts them.
    """

    keys: Keys
    numbers: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, terms: Sequence[bytes], first: int = 0) -> "Skeletons":
        """Return the skeletons of words in UTF-8 that are numbered from `first`, in no order."""
        codes, known = encoded(list(map(bytes.decode, terms)))
        numbers = np.flatnonzero(known).astype(np.uint32) + np.uint32(first)
        codes = codes[known]
        with_article = has_article(codes)
        lengths = np.count_nonzero(codes, axis=1).astype(np.uint8)
        return cls(
            np.concatenate((keys_of(codes), keys_of(codes[with_article, len(_ARTICLE) :]))),
            np.concatenate((numbers, numbers[with_article])),
            np.concatenate((lengths, lengths[with_article] - np.uint8(len(_ARTICLE)))),
        )

    @classmethod
    def in_order(cls, parts: Sequence["Skeletons"]) -> "Skeletons":
        """Return the skeletons of several parts, the smallest first."""
        keys, numbers, lengths = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], numbers[order], lengths[order])


def has_article(codes: Codes) -> npt.NDArray[np.bool_]:
    """Return which encoded words start with ال and are longer than that."""
    table = _tables()[0]
    first, second = (table[ord(letter)] for letter in _ARTICLE)
    is_long: npt.NDArray[np.bool_] = codes[:, 1 + _LEAST_AFTER_ARTICLE] != 0
    starts_so: npt.NDArray[np.bool_] = is_long & (codes[:, 0] == first) & (codes[:, 1] == second)
    return starts_so


@cache
def _costs(sound: str, *, is_first: bool, is_last: bool) -> Costs:
    """The cost of each Arabic letter, by code, where a sound is typed."""
    table = _tables()[0]
    vowels = [table[ord(letter)] for letter in _VOWELS]
    costs = np.full(256, _WRONG, dtype=np.float32)
    if sound in _VOWEL_SOUNDS:
        costs[vowels] = _WRONG_VOWEL
    starts, ends = _AT_START.get(sound, "") if is_first else "", _AT_END.get(sound, "") if is_last else ""
    for written in f"{_SOUNDS[sound]} {starts} {ends}".split():
        if len(written) == 1 or written[1] == ".":
            costs[table[ord(written[0])]] = float(written[1:] or 0)
    return costs


@cache
def _extra() -> Costs:
    """The cost of each Arabic letter, by code, that isn't typed."""
    table = _tables()[0]
    costs = np.full(256, _EXTRA_CONSONANT, dtype=np.float32)
    costs[0] = 0
    for letter, cost in _EXTRA.items():
        costs[table[ord(letter)]] = cost
    return costs


def distances(word: str, forms: Sequence[str]) -> Costs:
    """Return the costs of a folded Latin word and each of some Arabic words.

    >>> [f"{cost:.1f}" for cost in distances("putin", ["بوتين", "بستان"])]
    ['0.0', '1.2']
    """
    codes, _ = encoded([form.replace(_T + _SH, _TSH) for form in forms])
    lengths = (codes != 0).sum(axis=1)
    codes = codes[:, : int(lengths.max(initial=0))]
    extra = _extra()[codes].T
    row = np.zeros((codes.shape[1] + 1, len(forms)), dtype=np.float32)
    row[1:] = np.cumsum(extra, axis=0)
    found = sounds(word)
    for at, sound in enumerate(found):
        is_last = at == len(found) - 1
        silent = _silent(sound, is_last=is_last and at > 1)
        wrong = _costs(sound, is_first=at == 0, is_last=is_last)
        following = np.empty_like(row)
        following[0] = row[0] + silent
        following[1:] = np.minimum(row[:-1] + wrong[codes].T, row[1:] + silent)
        for column in range(len(extra)):
            np.minimum(following[column + 1], following[column] + extra[column], out=following[column + 1])
        row = following
    costs: Costs = row[lengths, np.arange(len(forms))]
    return costs


def _silent(sound: str, *, is_last: bool) -> float:
    """The cost of a sound that isn't written."""
    if sound in _SILENT:
        return _SILENT[sound]
    if sound in _VOWEL_SOUNDS:
        return _SILENT_VOWEL
    return _SILENT_AT_END if is_last and sound in ("s", "t", "d", "p") else _SILENT_CONSONANT


def variants(word: str) -> Iterator[str]:
    """Yield a folded Latin word, and how else it may be read: without the Arabic article, or by rules of Europe.

    >>> list(variants("foucault")), list(variants("alvucic"))
    (['foucault', 'fouco'], ['alvucic', 'alvuchich', 'vucic'])
    """
    yield word
    for spelled, read in _READINGS:
        if spelled.search(word):
            yield spelled.sub(read, word)
