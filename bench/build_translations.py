"""Build the lexicons that translate queries into Arabic, one compressed file per language.

    apt-get download dict-freedict-eng-ara dict-freedict-fra-eng wordnet-base
    pip download --no-deps arwikicats arabnamer
    python bench/build_translations.py FOLDER src/newsarchive/search/language/foreign/lexicons

FOLDER has what these commands downloaded; Babel must be installed. The sources and their licences are
in `SOURCES.md` next to the lexicons. Each line of a lexicon is a phrase, and for each source that has
it a letter and its translations. A French word without a translation of its own gets those of its
English ones. The lists made by hand are `bench/translations.LANGUAGE.txt`. The output is sorted and
reproducible byte for byte.
"""

import argparse
import gzip
import io
import json
import re
import subprocess
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.tokens import words
from newsarchive.search.language.foreign.lexicon import Source

MOST_WORDS = 4
MOST_ALTERNATIVES = 8
_ARABIC = re.compile("[\u0621-\u064a]+(?:[ -][\u0621-\u064a]+)*")
_BRACKETS = re.compile(r"\s*[(\[{<«].*?[)\]}>»]\s*")
_HEADWORD = re.compile(r"^([^/\n]+) /[^\n]*/[^\n]*$")
_SENSE = re.compile(r"^(?:\d+\.|-)\s*")
_UNMARKED = str.maketrans(dict.fromkeys(IGNORABLE, ""))
_NOT_NAMES = ("us_counties", "Taxons", "_non", "_empty", "/keys/", "media/", "SPORT_JOB", "SINGERS", "keys_of", "yy2")
"""Parts of the paths of ArWikiCats' tables of categories that no query names."""
_PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
_MOST_MEANINGS, _MOST_KINDS, _MOST_OF_SYNONYMS = 2, 2, 4
"""How many meanings of a word as one part of speech, how many of these, and how many translations are taken."""

Table = dict[str, dict[Source, list[str]]]
"""Phrase -> source -> translations, the most usual first."""


class Lexicon:
    """The table of one language while it is collected."""

    def __init__(self) -> None:
        self.table: defaultdict[str, defaultdict[Source, list[str]]] = defaultdict(lambda: defaultdict(list))

    def add(self, phrase: str, source: Source, translation: str, *, keeps_case: bool = False) -> None:
        """Add a translation unless it is a definition, or no Arabic."""
        key = phrase if keeps_case else " ".join(words(phrase))
        arabic = " ".join(_BRACKETS.sub(" ", translation.translate(_UNMARKED)).split())
        if not key or len(key.split()) > MOST_WORDS or len(arabic.split()) > MOST_WORDS:
            return
        listed = self.table[key][source]
        if _ARABIC.fullmatch(arabic) and arabic not in listed and len(listed) < MOST_ALTERNATIVES:
            listed.append(arabic)


def freedict(folder: Path, name: str) -> Iterator[tuple[str, list[str]]]:
    """The headwords of a dictionary in a Debian package, with their senses."""
    package = next(iter(sorted(folder.glob(f"dict-freedict-{name}_*.deb"))))
    with tempfile.TemporaryDirectory() as unpacked:
        subprocess.run(["dpkg-deb", "-x", str(package), unpacked], check=True)
        packed = next(Path(unpacked).rglob("*.dict.dz"))
        lines = gzip.decompress(packed.read_bytes()).decode().splitlines()
    headword = ""
    senses: list[str] = []
    for line in lines:
        if found := _HEADWORD.match(line):
            if headword:
                yield headword, senses
            headword, senses = found[1].strip(), []
        elif headword:
            senses.extend(part.strip() for part in re.split("[,;،؛]", _SENSE.sub("", line.strip())) if part.strip())
    if headword:
        yield headword, senses


def wordnet(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The words of WordNet, each with its synonyms in its most usual meanings."""
    with tempfile.TemporaryDirectory() as unpacked:
        package = next(iter(sorted(folder.glob("wordnet-base_*.deb"))))
        subprocess.run(["dpkg-deb", "-x", str(package), unpacked], check=True)
        data = Path(unpacked, "usr/share/wordnet")
        members = {(kind, row[0]): _members(row) for kind in _PARTS_OF_SPEECH for row in _rows(data / f"data.{kind}")}
        meanings: defaultdict[str, list[tuple[int, list[str]]]] = defaultdict(list)
        for kind in _PARTS_OF_SPEECH:
            for row in _rows(data / f"index.{kind}"):
                _, seen, *offsets = row[4 + int(row[3]) :]
                found = [word for offset in offsets[:_MOST_MEANINGS] for word in members[kind, offset]]
                if int(seen):
                    meanings[row[0]].append((int(seen), [word for word in found if word != row[0]]))
    for word, kinds in sorted(meanings.items()):
        usual = sorted(kinds, key=lambda kind: -kind[0])[:_MOST_KINDS]
        yield word, [synonym for _, synonyms in usual for synonym in synonyms]


def _rows(file: Path) -> Iterator[list[str]]:
    """The lines of a file of WordNet as lists of parts, without the license at its top."""
    return (line.split() for line in file.read_text(encoding="utf8").splitlines() if not line.startswith(" "))


def _members(row: list[str]) -> list[str]:
    """The words of a meaning."""
    return [row[4 + 2 * at].partition("(")[0].lower() for at in range(int(row[3], 16))]


def json_tables(folder: Path, package: str, inside: str) -> Iterator[tuple[str, Any]]:
    """The JSON files of a wheel, by their path."""
    wheel = next(iter(sorted(folder.glob(f"{package}-*.whl"))))
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json") and inside in name:
                yield name, json.loads(archive.read(name))


def arwikicats(table: Any) -> Iterator[tuple[str, str]]:
    """The pairs of one of ArWikiCats' tables; adjectives of nations have both genders, and their country."""
    for phrase, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, str):
            yield phrase, value
        elif isinstance(value, dict):
            for form in ("male", "female", "males"):
                if isinstance(value.get(form), str) and value[form]:
                    yield phrase, value[form]
            if isinstance(value.get("en"), str) and isinstance(value.get("ar"), str):
                yield value["en"], value["ar"]


def territories(language: str) -> Iterator[tuple[str, str]]:
    """The names of territories and languages in CLDR."""
    own, arabic = Locale(language), Locale("ar")
    for names in ("territories", "languages"):
        for code, name in getattr(own, names).items():
            if code in getattr(arabic, names) and not code.isdecimal():
                yield name, getattr(arabic, names)[code]


def by_hand(language: str) -> Iterator[tuple[str, list[str], bool]]:
    """The pairs of the list made by hand; a phrase after `=` is meant only in these capitals."""
    for line in (Path(__file__).parent / f"translations.{language}.txt").read_text(encoding="utf8").splitlines():
        if line.strip() and not line.startswith(("#", "@")):
            phrases, _, arabic = line.partition(":")
            for phrase in phrases.split("|"):
                bare = phrase.strip()
                yield bare.removeprefix("="), [part.strip() for part in arabic.split("|")], bare.startswith("=")


def directives(language: str) -> list[str]:
    """The lines that say what the words of the language are like, which are copied into its lexicon."""
    text = (Path(__file__).parent / f"translations.{language}.txt").read_text(encoding="utf8")
    return [line.strip() for line in text.splitlines() if line.startswith("@")]


def english(folder: Path) -> Lexicon:
    lexicon = Lexicon()
    for headword, senses in freedict(folder, "eng-ara"):
        for sense in senses:
            lexicon.add(headword, Source.DICTIONARY, sense)
    for path, table in json_tables(folder, "arwikicats", "/jsons/"):
        if not any(part in path for part in _NOT_NAMES):
            for phrase, arabic in arwikicats(table):
                lexicon.add(_BRACKETS.sub("", phrase), Source.WIKI, arabic)
    for _, table in json_tables(folder, "arabnamer", "dict_FINAL"):
        for phrase, arabic in table.items():
            lexicon.add(phrase, Source.NAMES, arabic)
    add_synonyms(lexicon, folder)
    return lexicon


def add_synonyms(lexicon: Lexicon, folder: Path) -> None:
    """Add to the words of the dictionary, which has one or two translations of each, those of their synonyms."""
    dictionary = {
        word: found for word, by_source in lexicon.table.items() if (found := by_source.get(Source.DICTIONARY))
    }
    for word, synonyms in wordnet(folder):
        if own := dictionary.get(word):
            arabic = dict.fromkeys(dictionary[synonym][0] for synonym in synonyms if synonym in dictionary)
            for one in [one for one in arabic if one not in own][:_MOST_OF_SYNONYMS]:
                lexicon.add(word, Source.SYNONYM, one)


def french(folder: Path, pivot: Lexicon) -> Lexicon:
    lexicon = Lexicon()
    for headword, senses in freedict(folder, "fra-eng"):
        for sense in senses:
            meant: Mapping[Source, list[str]] = pivot.table.get(
                " ".join(words(_BRACKETS.sub(" ", sense).removeprefix("to "))), {}
            )
            for source in (Source.HAND, Source.DICTIONARY, Source.WIKI, Source.TERRITORIES):
                for arabic in meant.get(source, ())[:3]:
                    lexicon.add(headword, Source.PIVOT, arabic)
    return lexicon


def completed(lexicon: Lexicon, language: str) -> Lexicon:
    for name, arabic in territories(language):
        lexicon.add(name, Source.TERRITORIES, arabic)
    for phrase, alternatives, keeps_case in by_hand(language):
        for arabic in alternatives:
            lexicon.add(phrase, Source.HAND, arabic, keeps_case=keeps_case)
    return lexicon


def text_of(lexicon: Lexicon, language: str) -> str:
    head = [f"# Translations of queries into Arabic: {language}. Made by bench/build_translations.py; see SOURCES.md."]
    return "\n".join((*head, *directives(language), *_lines(lexicon), ""))


def _lines(lexicon: Lexicon) -> Iterable[str]:
    for phrase, by_source in sorted(lexicon.table.items()):
        columns = [f"{source.value}{'|'.join(found)}" for source, found in sorted(by_source.items()) if found]
        if columns:
            yield "\t".join((phrase, *columns))


def gzipped(text: str) -> bytes:
    """The compressed text, reproducible because it includes no timestamp and file name."""
    compressed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=compressed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(text.encode())
    return compressed.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("downloads", type=Path)
    parser.add_argument("lexicons", type=Path)
    arguments = parser.parse_args()
    of_english = completed(english(arguments.downloads), "en")
    of_french = completed(french(arguments.downloads, of_english), "fr")
    for language, lexicon in (("en", of_english), ("fr", of_french)):
        data = gzipped(text_of(lexicon, language))
        (arguments.lexicons / f"{language}.tsv.gz").write_bytes(data)
        print(f"{language}: {len(lexicon.table):,} phrases, {len(data):,} bytes")


if __name__ == "__main__":
    main()
