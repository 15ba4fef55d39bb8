"""The lexicons: what words and phrases of other languages are in Arabic.

Each file `lexicons/LANGUAGE.tsv.gz` is one language. `bench/build_translations.py` makes them, and
`lexicons/SOURCES.md` says from what. A file starts with lines about the language:

    @function the of and …          words that are left out of a query
    @endings  s: ies:y …            endings of inflected words, each with what replaces it
    @irregular taught:teach …       forms that no ending explains
    @forms    ing: ing:e …          endings of the forms of a verb, which are looked up with it
    @cognates ique:ic …             endings of words that other languages have too, each with theirs
    @weaker                         if it is so small that users should be told

Each other line is a phrase, and for each source that has it, a letter and the translations, the most
usual first. A phrase with a capital letter is meant only in these capitals: WHO.
"""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LONGEST = 4
"""The maximum number of words of a phrase."""
_SUFFIX = ".tsv.gz"
_SHORTEST_LEMMA, _SHORTEST_STEM = 3, 2


class Source(StrEnum):
    """Where a translation is from."""

    HAND = "h"
    NAMES = "n"
    TERRITORIES = "t"
    WIKI = "w"
    DICTIONARY = "d"
    PIVOT = "p"
    """A dictionary into English, and from there another into Arabic."""
    SYNONYM = "s"
    """The dictionary's translations of words of the same meaning, which may be another than the one that is meant."""


WEIGHTS: Mapping[Source, float] = {
    Source.HAND: 1.0,
    Source.NAMES: 1.0,
    Source.TERRITORIES: 1.0,
    Source.WIKI: 0.9,
    Source.DICTIONARY: 0.9,
    Source.PIVOT: 0.8,
    Source.SYNONYM: 0.4,
}
"""How far a source is trusted."""
NAMING = frozenset((Source.HAND, Source.NAMES, Source.TERRITORIES, Source.WIKI))
"""The sources that have names."""
LEMMA = 0.8
"""The weight of a translation of a word without its ending."""
FORM = 0.6
"""The weight of a translation of another form of a verb: its noun, say, or its participle."""
COGNATE = 0.8
"""The weight of a translation of the word that another language has for it."""
_ARTICLE = "ال"
_VOWELS = "aeiouy"


class Translation(NamedTuple):
    """Arabic words, as written, where they are from, and how far they are trusted."""

    arabic: str
    source: Source
    weight: float


Endings = tuple[tuple[str, str], ...]
"""Endings, each with what replaces it, the longest first."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language. Phrases are folded words with a space between them."""

    language: str
    lines: Mapping[str, str]
    """Phrase -> its line without the phrase."""
    function_words: frozenset[str]
    endings: Endings
    left_out: frozenset[Source] = frozenset()
    """Sources that don't count, for measuring what they bring."""
    is_weaker: bool = False
    """Whether its translations are wrong or missing so often that users should be told."""
    forms: Endings = ()
    cognates: Endings = ()
    irregular: Mapping[str, str] = field(default_factory=dict)
    """An irregular form -> its word."""
    beginnings: frozenset[str] = frozenset()
    """The first words of phrases."""

    def knows(self, phrase: str) -> bool:
        """Whether it has a translation of a phrase, or of a word without its ending."""
        return phrase in self.lines or (" " not in phrase and any(lemma in self.lines for lemma in self.lemmas(phrase)))

    def is_common(self, word: str) -> bool:
        """Whether it has a word, with or without its ending, from a dictionary."""
        found = self.of_word(word)
        return any(translation.source not in NAMING or translation.source is Source.HAND for translation in found)

    def translations(self, phrase: str) -> list[Translation]:
        """Return the translations of a phrase. What is listed by hand decides alone."""
        line = self.lines.get(phrase)
        if line is None:
            return []
        columns = {Source(column[0]): column[1:].split("|") for column in line.split("\t")}
        if Source.HAND in columns and Source.HAND not in self.left_out:
            columns = {Source.HAND: columns[Source.HAND]}
        return [
            Translation(arabic, source, WEIGHTS[source])
            for source, listed in columns.items()
            if source not in self.left_out
            for arabic in listed
        ]

    def of_word(self, word: str) -> list[Translation]:
        """Return the translations of a word, then those of the word without its ending and of other forms of a verb.

        A dictionary has one or two translations of each form of a verb, often its participle, and texts have others:
        discovered is مكتشف, and discovering الاكتشاف.

        >>> lexicon = parse("xx", "@endings s:\\nplan\\tdخطة\\n")
        >>> lexicon.of_word("plans")
        [Translation(arabic='خطة', source=<Source.DICTIONARY: 'd'>, weight=0.72)]
        """
        found = self.translations(word)
        if any(translation.source in NAMING for translation in found):
            return found
        lemma = next((one for one in self.lemmas(word) if self.translations(one)), None)
        if lemma is not None:
            found += _weighted(self.translations(lemma), LEMMA)
        base = self.translations(lemma or word) if self.forms else []
        if any(one.source is Source.DICTIONARY and not one.arabic.startswith(_ARTICLE) for one in base):
            for form in self._forms_of(lemma or word):
                found += _weighted((one for one in self.translations(form) if one.source not in NAMING), FORM)
        unique: dict[str, Translation] = {}
        for translation in found:
            unique.setdefault(translation.arabic, translation)
        return list(unique.values())

    def of_phrase(self, words: Sequence[str]) -> list[Translation]:
        """Return the translations of several words, also if the first or the last of them have endings.

        >>> lexicon = parse("xx", "@endings s:\\ntrade war\\tdحرب تجارية\\n")
        >>> [translation.arabic for translation in lexicon.of_phrase(["trade", "wars"])]
        ['حرب تجارية']
        """
        first, *others, last = words
        if found := self.translations(" ".join(words)):
            return found
        firsts = [one for one in (first, *self.lemmas(first)) if one in self.beginnings]
        lasts = [last, *self.lemmas(last)] if firsts else []
        for one in firsts:
            for other in lasts:
                if found := self.translations(" ".join((one, *others, other))):
                    return _weighted(found, LEMMA)
        return []

    def lemmas(self, word: str) -> Iterator[str]:
        """Yield what a word may be without its ending, the longest ending first.

        >>> list(parse("xx", "@endings ing: ing:e\\n").lemmas("rating"))
        ['rate', 'rat', 'rate']
        """
        if word in self.irregular:
            yield self.irregular[word]
        for ending, other in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_LEMMA - len(other):
                stem = word[: len(word) - len(ending)]
                if not other and _is_short(stem) and (ending, "e") in self.endings:
                    yield stem + "e"
                yield stem + other
                if stem + other in self.irregular:
                    yield self.irregular[stem + other]
                if not other and len(stem) > _SHORTEST_LEMMA and stem[-1] == stem[-2]:
                    yield stem[:-1]

    def words_elsewhere(self, word: str) -> Iterator[str]:
        """Yield what other languages may have for a word of this one: économiques is economic.

        >>> list(parse("xx", "@endings s:\\n@cognates ique:ic\\n").words_elsewhere("economiques"))
        ['economique', 'economic']
        """
        if not self.cognates:
            return
        for form in dict.fromkeys((word, *self.lemmas(word))):
            if form != word:
                yield form
            for ending, other in self.cognates:
                if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST_STEM:
                    yield form[: len(form) - len(ending)] + other

    def _forms_of(self, verb: str) -> Iterator[str]:
        for ending, other in self.forms:
            if verb.endswith(other):
                stem = verb[: len(verb) - len(other)]
                yield stem + ending
                if not other and _is_short(stem):
                    yield stem + stem[-1] + ending


def _weighted(translations: Iterable[Translation], factor: float) -> list[Translation]:
    return [Translation(arabic, source, round(weight * factor, 3)) for arabic, source, weight in translations]


def _is_short(stem: str) -> bool:
    """Whether a stem ends with one vowel and one consonant: that of rating lacks an e, or it doubles in stopping."""
    return len(stem) > 1 and stem[-1] not in _VOWELS and stem[-2] in _VOWELS and stem[-3:-2] not in tuple(_VOWELS)


def parse(language: str, text: str, left_out: frozenset[Source] = frozenset()) -> Lexicon:
    """Return the lexicon of a file's text."""
    lines: dict[str, str] = {}
    about: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("@"):
            kind, *values = line[1:].split()
            about.setdefault(kind, []).extend(values)
        elif line and not line.startswith("#"):
            phrase, _, rest = line.partition("\t")
            lines[phrase] = rest

    def pairs(kind: str) -> list[tuple[str, str]]:
        return [(first, second) for first, _, second in (value.partition(":") for value in about.get(kind, ()))]

    def endings(kind: str) -> Endings:
        return tuple(sorted(pairs(kind), key=lambda pair: -len(pair[0])))

    return Lexicon(
        language,
        lines,
        frozenset(about.get("function", ())),
        endings("endings"),
        left_out,
        "weaker" in about,
        endings("forms"),
        endings("cognates"),
        dict(pairs("irregular")),
        frozenset(phrase.partition(" ")[0] for phrase in lines if " " in phrase),
    )


@cache
def load_lexicons(left_out: frozenset[Source] = frozenset()) -> tuple[Lexicon, ...]:
    """Return the lexicons that come with the package, by language. They are read once, in about 0.2 s."""
    found = sorted(
        (path for path in files(__package__).joinpath("lexicons").iterdir() if path.name.endswith(_SUFFIX)),
        key=lambda path: path.name,
    )
    return tuple(
        parse(path.name.removesuffix(_SUFFIX), gzip.decompress(path.read_bytes()).decode(), left_out) for path in found
    )
