"""Count the names in Latin letters that are found by their sound alone, among the words of an archive.

    python bench/latin_names.py ARCHIVE [--list FILE]

ARCHIVE is an archive with an index, such as the one that `bench/crosslang.py --index FOLDER` keeps. A name is found if
one of the first four words is a spelling of it; no lexicon is asked. The names are those of `bench/latin_names.tsv`, in
draws, and cities of CLDR. The rules of sounds were corrected after the figures of draws 1 to 7, and after those of the
first hundred cities; draw 8 and the further cities are unseen. All spellings are added to the words of the archive,
each in one article, because an archive of one year lacks many names.
"""

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel import Locale

sys.path.append(str(Path(__file__).parents[1]))

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.config import Config
from newsarchive.library import open_library
from newsarchive.search.engine import WordList
from newsarchive.search.translating.transliteration import Transliterator
from tests.search.language.foreign.listed_words import ListedWords

NAMES = Path(__file__).with_name("latin_names.tsv")
SEED, DRAW = 21, 50
Names = Sequence[tuple[str, Sequence[str]]]
"""Names in Latin letters, each with its spellings in Arabic."""


def listed_names(file: Path) -> dict[str, Names]:
    """The draws of a file."""
    draws: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            draw, name, spellings = line.split("\t")
            draws.setdefault(f"draw {draw}", []).append((name, spellings.split("|")))
    return dict(draws)


def cities() -> dict[str, Names]:
    """Cities that CLDR names time zones after, those of one word in both languages."""
    arabic, english = Locale("ar").time_zones, Locale("en").time_zones
    found = {}
    for zone, names in arabic.items():
        if "city" in names:
            city = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
            latin, spelled = words(city), words(names["city"])
            if len(latin) == len(spelled) == 1 and latin[0].isascii() and latin[0].isalpha():
                found[latin[0]] = (spelled[0],)
    drawn = sorted(found.items())
    random.Random(SEED).shuffle(drawn)
    return {f"cities {1 + at // DRAW}": drawn[at : at + DRAW] for at in range(0, 4 * DRAW, DRAW)}


def missed(names: Names, lists: Sequence[WordList]) -> list[str]:
    """The names that aren't found."""
    added = ListedWords({word for _, spellings in names for spelling in spellings for word in words(spelling)})
    transliterator = Transliterator(lambda: [*lists, added])
    lacking = []
    for name, spellings in names:
        wanted = {stem(word) for spelling in spellings for word in words(spelling)}
        if wanted.isdisjoint(stem(form.word) for form in transliterator.forms(name)):
            lacking.append(name)
    return lacking


def show(draws: Mapping[str, Names], lists: Sequence[WordList]) -> None:
    for draw, names in draws.items():
        lacking = missed(names, lists)
        print(
            f"{draw:10} {len(names) - len(lacking)} of {len(names)} among the first four; missed: {', '.join(lacking)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--list", type=Path, default=NAMES, help="another list of names")
    options = parser.parse_args()
    with open_library(Config(archive=options.archive)) as library, library.search_service.engine.snapshot() as snapshot:
        show({**listed_names(options.list), **cities()}, snapshot.word_lists())


if __name__ == "__main__":
    main()
