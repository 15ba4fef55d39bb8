"""The lexicons: what words and phrases of other languages are in Arabic.

Each file `lexicons/LANGUAGE.tsv.gz` is one language. `bench/build_translations.py` makes them, and
`lexicons/SOURCES.md` says from what. A file starts with lines about the language:

    @function the of and …          words that are left out of a query
    @endings  s: ies:y …            endings of inflected words, each with what replaces it
    @weaker                         if it is so small that users should be told

Each other line is a phrase, and for each source that has it, a letter and the translations, the most
usual first. A phrase with a capital letter is meant only in these capitals: WHO.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LONGEST = 4
"""The maximum number of words of a phrase."""
_SUFFIX = ".tsv.gz"
_SHORTEST_LEMMA = 3


class Source(StrEnum):
    """Where a translation is from."""

    HAND = "h"
    NAMES = "n"
    TERRITORIES = "t"
    WIKI = "w"
    DICTIONARY = "d"
    PIVOT = "p"
    """A dictionary into English, and from there another into Arabic."""


WEIGHTS: Mapping[Source, float] = {
    Source.HAND: 1.0,
    Source.NAMES: 1.0,
    Source.TERRITORIES: 1.0,
    Source.WIKI: 0.9,
    Source.DICTIONARY: 0.9,
    Source.PIVOT: 0.8,
}
"""How far a source is trusted."""
NAMING = frozenset((Source.HAND, Source.NAMES, Source.TERRITORIES, Source.WIKI))
"""The sources that have names."""
LEMMA = 0.8
"""The weight of a translation of a word without its ending."""


class Translation(NamedTuple):
    """Arabic words, as written, where they are from, and how far they are trusted."""

    arabic: str
    source: Source
    weight: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language. Phrases are folded words with a space between them."""

    language: str
    lines: Mapping[str, str]
    """Phrase -> its line without the phrase."""
    function_words: frozenset[str]
    endings: tuple[tuple[str, str], ...]
    left_out: frozenset[Source] = frozenset()
    """Sources that don't count, for measuring what they bring."""
    is_weaker: bool = False
    """Whether its translations are wrong or missing so often that users should be told."""

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
        """Return the translations of a word; if it has none, those of the word without its ending.

        >>> lexicon = parse("xx", "@endings s:\\nplan\\tdخطة\\n")
        >>> lexicon.of_word("plans")
        [Translation(arabic='خطة', source=<Source.DICTIONARY: 'd'>, weight=0.72)]
        """
        if found := self.translations(word):
            return found
        for lemma in self.lemmas(word):
            if found := self.translations(lemma):
                return [Translation(arabic, source, round(weight * LEMMA, 3)) for arabic, source, weight in found]
        return []

    def lemmas(self, word: str) -> Iterator[str]:
        """Yield what a word may be without its ending, the longest ending first."""
        for ending, other in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_LEMMA - len(other):
                stem = word[: len(word) - len(ending)]
                yield stem + other
                if not other and len(stem) > _SHORTEST_LEMMA and stem[-1] == stem[-2]:
                    yield stem[:-1]


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
    endings = [(ending, other) for ending, _, other in (value.partition(":") for value in about.get("endings", ()))]
    return Lexicon(
        language,
        lines,
        frozenset(about.get("function", ())),
        tuple(sorted(endings, key=lambda pair: -len(pair[0]))),
        left_out,
        "weaker" in about,
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
