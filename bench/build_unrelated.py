"""Build the table of unrelated words of `newsarchive.arabic` from the ANT corpus.

    python bench/build_unrelated.py ant-dev.jsonl.gz src/newsarchive/arabic

A word may be another word and an ending by its letters only: رئيسي (main) is no form of رئيس (president), nor جمعه
(Friday) of جمع. Forms of one word occur in the same articles much more often than chance would have it, because they
are about the same thing. So the script counts the articles with any form of the longer word, with any form of the
shorter one, and with both. Pairs that share too few articles are unrelated. Rare words, which might share none by
chance, are left out. What a reader has judged (`judged_words.txt`) comes first. The output is sorted and reproducible
byte for byte.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from build_lexicon import LEAST_ARTICLES, articles

from newsarchive.arabic import unrelated
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.tokens import words

JUDGED = Path(__file__).with_name("judged_words.txt")
LEAST_EXPECTED = 2
"""How many articles two words must be expected to share by chance, or sharing none is no evidence."""
_BEFORE = ("", "ال", "و", "وال", "ب", "بال", "ل", "لل")
_OWN = ("", "ا", "ين", "ان", "ها", "هم", "نا")
"""Endings of a noun. Its ه, a pronoun, could be ة."""
_FEMININE = ("ه", "ات", "تين", "تي", "ته", "تها", "تهم", "اته", "اتها")
_RELATIVE = ("ي", "يه", "يا", "يين", "يون", "يات")
_PERSONS = tuple(future + person for future in ("", "س") for person in "يتن")
_OBJECTS = ("", "ون", "وا", "ها", "ه", "هم")


@dataclass(frozen=True)
class Kind:
    """What a longer word has in addition, and how often a related pair shares articles, compared with chance."""

    before: str
    after: str
    least: float
    longer: tuple[tuple[str, ...], tuple[str, ...]]
    shorter: tuple[tuple[str, ...], tuple[str, ...]]


KINDS = (
    Kind("", "ه", 1.1, (_BEFORE, _FEMININE), (_BEFORE, _OWN)),
    Kind("", "ي", 1.1, (_BEFORE, _RELATIVE), (_BEFORE, _OWN + _FEMININE)),
    Kind("ي", "", 2.0, (tuple(c + p for c in ("", "و", "ل", "ف") for p in _PERSONS), _OBJECTS), (_BEFORE[1::2], ("",))),
)
"""Nouns in ة, adjectives in ي, and verbs with ي of which a noun with ال remains."""


class Occurrences:
    """The numbers of the articles that have each form."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.articles = 0
        self.of: defaultdict[str, set[int]] = defaultdict(set)
        for text in texts:
            for word in set(words(text)):
                self.of[word].add(self.articles)
            self.articles += 1

    def with_any(self, word: str, forms: tuple[tuple[str, ...], tuple[str, ...]]) -> set[int]:
        """The articles with any of the forms that the prefixes and the endings make of a word."""
        starts, ends = forms
        found = [self.of[form] for start in starts for end in ends if (form := start + word + end) in self.of]
        return set().union(*found)

    def are_unrelated(self, word: str, kind: Kind) -> bool:
        """Whether the longer word shares too few articles with the shorter one, `word`."""
        longer, shorter = self.with_any(word, kind.longer), self.with_any(word, kind.shorter)
        expected = len(longer) * len(shorter) / max(1, self.articles)
        return expected >= LEAST_EXPECTED and len(longer & shorter) < kind.least * expected


def pairs(occurrences: Occurrences) -> Iterator[tuple[str, str]]:
    """All unrelated pairs, the longer word first."""
    known = {word for word, found in occurrences.of.items() if len(found) >= LEAST_ARTICLES and is_arabic_word(word)}
    for kind in KINDS:
        for longer in known:
            word = longer.removeprefix(kind.before).removesuffix(kind.after)
            is_longer = longer == kind.before + word + kind.after and not longer.startswith("ال")
            # Without ال, the ه could be a pronoun.
            is_longer &= kind.after != "ه" or "ال" + longer in occurrences.of
            is_known = len(word) >= unrelated.LEAST_LETTERS and word in known and word not in STOP_WORDS
            if is_longer and is_known and occurrences.are_unrelated(word, kind):
                yield longer, word


def judged(text: str) -> Iterator[tuple[bool, tuple[str, str]]]:
    """What a reader has judged: whether a longer and a shorter word are unrelated."""
    verdict, affix = "", ""
    for line in text.splitlines():
        if line.startswith(("unrelated", "related")):
            verdict, affix = line.split()
        elif not line.startswith("#"):
            for written in line.split():
                longer, _, other = written.partition("/")
                shorter = other or (longer[1:] if affix == "prefix" else longer.removesuffix(affix))
                if shorter == longer:
                    raise SystemExit(f"{longer} does not end in {affix}")
                yield verdict == "unrelated", (longer, shorter)


def table(found: Iterable[tuple[str, str]], related: Iterable[tuple[str, str]]) -> str:
    """The text of the file: its source, then lines of `longer TAB shorter`, with `TAB related` for those that are."""
    rows = sorted([f"{longer}\t{shorter}" for longer, shorter in found] + [f"{a}\t{b}\trelated" for a, b in related])
    lines = "".join(f"{row}\n" for row in rows)
    return (
        "# Words of the ANT corpus (antcorpus.github.io, Apache License 2.0), and unrelated words that they contain.\n"
        f"# Made by bench/build_unrelated.py.\n{lines}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("articles", type=Path, help="JSON Lines, gzip")
    parser.add_argument("folder", type=Path, help="where to write the file")
    arguments = parser.parse_args()
    found = set(pairs(Occurrences(articles(arguments.articles))))
    judgments = list(judged(JUDGED.read_text(encoding="utf-8")))
    related = {pair for are_unrelated, pair in judgments if not are_unrelated}
    found |= {pair for are_unrelated, pair in judgments if are_unrelated}
    (arguments.folder / unrelated.FILE_NAME).write_text(table(found - related, related), encoding="utf-8")


if __name__ == "__main__":
    main()
