"""The inflected forms of a listed word: which folded words contain it between clitics and an ending.

A stem says that two words may be forms of one word. These rules say it of one known word: وبالمسئولية
is مسئول with clitics and an ending, whatever its stem is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsarchive.arabic.attestation import is_noun
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem

ARTICLE = "ال"
_SHARED_RATE = 0.1
"""A stem is shared if other words with it are in at least this many articles for each one that has the word itself."""


@dataclass(frozen=True, slots=True)
class Clitics:
    """What is written before a word: conjunction and preposition, and whether the article follows them."""

    before: str = ""
    article: bool = False

    def __str__(self) -> str:
        """The clitics as they are written: ل and the article are لل."""
        if not self.article:
            return self.before
        return self.before + "ل" if self.before.endswith("ل") else self.before + ARTICLE


PREFIXES: dict[str, Clitics] = {
    str(clitics): clitics
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ل", "ك")
    for article in (False, True)
    for clitics in (Clitics(conjunction + preposition, article),)
}
"""The clitics by how they are written."""

_PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "نا", "ك", "كم", "ي")
_PLAIN = ("", "ه", "ا", "ات", "ون", "ين", "ان", "تان", "تين")
_BEFORE_PRONOUNS = ("", "ت", "ات", "و", "ي", "ا")

ENDINGS = frozenset(
    relation + ending
    for relation in ("", "ي")
    for ending in (*_PLAIN, *(before + pronoun for before in _BEFORE_PRONOUNS for pronoun in _PRONOUNS))
)
"""The endings of nouns and names, with those of adjectives made from them: ي, ية, يون."""

_NOUN_PRONOUNS = ("ها", "هم", "هن", "هما", "نا", "كم")
_NOUN_ENDINGS = frozenset(("", "ا", "ان", "ين", *_NOUN_PRONOUNS))
"""The endings that keep a noun the same noun. ه and ي may also make another one: مكتبة, مكتبي."""
_FEMININE_ENDINGS = frozenset(("ه", "تان", "تين", *("ت" + pronoun for pronoun in ("ه", *_NOUN_PRONOUNS))))
"""What the ة of a noun may become."""
_HAMZA_ENDINGS = frozenset(carrier + pronoun for carrier in "ءئؤ" for pronoun in ("ه", "ي", *_NOUN_PRONOUNS)) | {"ء"}
"""What the final ء of a noun may become."""

_VERB_PREFIXES = ("", ARTICLE, "ي", "ت", "ن")
_SOUGHT_ENDINGS = ("", "ه", "ها", "هم", "ا", "ات", "ون", "ين", "ان", "ي", "يه", "ت", "وا")


@dataclass(frozen=True, slots=True)
class Noun:
    """A folded noun, in one number."""

    text: str

    def has_form(self, word: str) -> bool:
        """Whether a folded word is the noun with clitics or an ending that leaves it the same noun.

        >>> [Noun("مدرسه").has_form(word) for word in ("بالمدرسه", "مدرستهم", "مدرس")]
        [True, True, False]
        """
        return any(word.startswith(prefix) and self._has_ending(word[len(prefix) :]) for prefix in PREFIXES)

    def _has_ending(self, rest: str) -> bool:
        beginning, endings = self.beginning_and_endings
        return rest.startswith(beginning) and rest[len(beginning) :] in endings

    @property
    def beginning_and_endings(self) -> tuple[str, frozenset[str]]:
        """The part that all forms share, and what may follow it."""
        if self.text.endswith("ه"):
            return self.text[:-1], _FEMININE_ENDINGS
        if self.text.endswith("ء"):
            return self.text[:-1], _HAMZA_ENDINGS
        return self.text, _NOUN_ENDINGS


def nouns_of(word: str) -> Iterator[str]:
    """Yield every folded noun that a word may be a form of, longest prefix first."""
    for prefix, clitics in PREFIXES.items():
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or len(rest) < 2:
            continue
        # What has ال has no pronoun: المائة is no form of ماء.
        is_definite = clitics.article or is_noun(rest)
        for end in range(len(rest), 1, -1):
            beginning, ending = rest[:end], rest[end:]
            if ending in _NOUN_ENDINGS:
                yield beginning
            if ending in _FEMININE_ENDINGS:
                yield beginning + "ه"
            if ending in _HAMZA_ENDINGS and (len(ending) == 1 or not is_definite):
                yield beginning + "ء"


def parts(word: str) -> Iterator[tuple[Clitics, str, str]]:
    """Yield all ways to read a folded word as clitics, a name of two or more letters, and an ending."""
    for prefix, clitics in PREFIXES.items():
        if word.startswith(prefix):
            rest = word[len(prefix) :]
            for end in range(len(rest), 1, -1):
                if rest[end:] in ENDINGS:
                    yield clitics, rest[:end], rest[end:]


@cache
def is_shared(own: str, beginning: str, endings: frozenset[str]) -> bool:
    """Whether the stem `own` is also that of other words that are common, by the lexicon.

    The word's own forms are `beginning` with one of the `endings`, and any clitics.
    """
    count = lexicon().get
    counts = {True: 0, False: 0}
    for prefix in _VERB_PREFIXES:
        for ending in _SOUGHT_ENDINGS:
            form = prefix + own + ending
            if (articles := count(form, 0)) and stem(form) == own:
                counts[_is_form(form, beginning, endings)] += articles
    if not counts[True] and beginning not in own:
        # Nothing says that the stem, which lost letters of the word, is its own.
        return True
    return counts[False] > _SHARED_RATE * counts[True]


def _is_form(form: str, beginning: str, endings: frozenset[str]) -> bool:
    rest = form.removeprefix(ARTICLE)
    return rest.startswith(beginning) and rest[len(beginning) :] in endings
