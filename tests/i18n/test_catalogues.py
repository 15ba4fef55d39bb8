"""The catalogues are complete: every text of the program, in every plural form, with the same fields."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from newsarchive.i18n import LANGUAGES
from newsarchive.i18n.catalogue import FOLDER, source_of
from newsarchive.topics.table import media_topics

PACKAGE = FOLDER.parent
MAKEFILE = (PACKAGE.parent.parent / "Makefile").read_text(encoding="utf-8")
SAME_IN_ARABIC = {"{name}: {count}", "IPTC Media Topics"}


@pytest.fixture(scope="module")
def declared() -> Catalog:
    """All texts of the program, as `make catalogues` finds them."""
    keywords = parse_keywords(re.findall(r"-k (\S+)", MAKEFILE))
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for name, line, text, comments, context in extract_from_dir(str(PACKAGE), methods, options, keywords):
        found.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return found


def catalogue_of(language: str) -> Catalog:
    return read_po(io.BytesIO(source_of(language).read_bytes()), abort_invalid=True)


def entries(catalog: Catalog) -> dict[tuple[str, str], Entry]:
    return {(entry.context or "", _ids(entry)[0]): entry for entry in catalog if entry.id}


def _ids(entry: Entry) -> list[str]:
    return [entry.id] if isinstance(entry.id, str) else list(entry.id)


def _strings(entry: Entry) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults(declared: Catalog, catalog: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, a line for each text."""
    wanted, given = entries(declared), entries(catalog)
    yield from (f"missing: {key}" for key in wanted.keys() - given.keys())
    yield from (f"not in the program: {key}" for key in given.keys() - wanted.keys())
    for key, entry in given.items():
        if entry.fuzzy:
            yield f"fuzzy: {key}"
        if not all(text.strip() for text in _strings(entry)):
            yield f"untranslated: {key}"
        if isinstance(entry.id, tuple) and len(_strings(entry)) != catalog.num_plurals:
            yield f"plural forms: {key}"
        if key[0] and any(fields(text) - fields(_ids(entry)[-1]) for text in _strings(entry)):
            yield f"unknown fields: {key}"
        if isinstance(entry.id, str) and key[0] and fields(str(entry.string)) != fields(entry.id):
            yield f"fields: {key}"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_catalogue_is_complete(declared: Catalog, language: str) -> None:
    assert sorted(faults(declared, catalogue_of(language))) == []


def test_faults_are_found(declared: Catalog) -> None:
    catalog = catalogue_of("ar")
    found = entries(catalog)
    found["page_next", "Next"].flags.add("fuzzy")
    found["page_number", "Page {page}"].string = "الصفحة {number}"
    found["search", "Search"].string = ""
    catalog.delete("Home", "home")
    catalog.add("Old text", "نص قديم", context="old")
    kinds = {fault.partition(":")[0] for fault in faults(declared, catalog)}
    assert kinds == {"fuzzy", "unknown fields", "fields", "untranslated", "missing", "not in the program"}


def test_arabic_texts_are_in_arabic() -> None:
    for entry in entries(catalogue_of("ar")).values():
        for text in _strings(entry):
            has_words = re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", _ids(entry)[0]))
            assert re.search("[\u0621-\u064a]", text) or not has_words or text in SAME_IN_ARABIC, entry.id


def test_arabic_has_six_plural_forms() -> None:
    assert catalogue_of("ar").num_plurals == 6


def test_names_of_topics_are_those_of_the_table() -> None:
    found = entries(catalogue_of("ar"))
    assert {topic.english: found["topic", topic.english].string for topic in media_topics().values()} == {
        topic.english: topic.arabic for topic in media_topics().values()
    }


def test_the_whole_program_is_searched(declared: Catalog) -> None:
    assert len(entries(declared)) > 900


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path) -> None:
    from newsarchive.i18n.catalogue import compiled  # noqa: PLC0415

    source = tmp_path / "newsarchive.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(head + 'msgid "Next"\nmsgstr "One"\n', encoding="utf-8")
    assert b"One" in compiled(source)
    kept = source.with_suffix(".mo")
    before = kept.stat().st_mtime_ns
    assert compiled(source) == kept.read_bytes()
    assert kept.stat().st_mtime_ns == before
    source.write_text(head + 'msgid "Next"\nmsgstr "Two"\n', encoding="utf-8")
    assert b"Two" in compiled(source)
    source.with_suffix(".mo").write_bytes(b"damaged")
    assert b"Two" in compiled(source)
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".po", ".mo")] == []


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from newsarchive.i18n import catalogue as module; from newsarchive.i18n.catalogue import "
        "compiled; source = pathlib.Path(sys.argv[1]); "
        "pathlib.Path.write_bytes = lambda *_: (_ for _ in ()).throw(PermissionError()); print(len(compiled(source)))"
    )
    source = tmp_path / "newsarchive.po"
    source.write_bytes(source_of("ar").read_bytes())
    done = subprocess.run([sys.executable, "-c", code, str(source)], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 10_000
    assert not source.with_suffix(".mo").exists()
