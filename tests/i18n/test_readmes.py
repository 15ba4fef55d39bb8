"""The README in Arabic says what the English one says: the same headings, commands, tables, links and code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH, ARABIC = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ar.md"))
ONLY_ARABIC = {"--lang ar"}


def headings(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def commands(text: str) -> list[str]:
    return [line.partition(" # ")[0].rstrip() for line in re.findall(r"^    (.+)$", text, re.MULTILINE)]


def code(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(\s*([^)\s]+)\)", text) if not link.startswith("README")]


def sections(text: str) -> list[str]:
    return re.split(r"^## .+$", text, flags=re.MULTILINE)


def test_headings_and_commands_are_the_same() -> None:
    assert headings(ARABIC) == headings(ENGLISH)
    assert commands(ARABIC) == commands(ENGLISH)


@pytest.mark.parametrize("number", range(len(sections(ENGLISH))))
def test_each_section_has_the_same_parts(number: int) -> None:
    arabic, english = sections(ARABIC)[number], sections(ENGLISH)[number]
    assert sorted(links(arabic)) == sorted(links(english))
    assert code(arabic) - ONLY_ARABIC == code(english)
    assert arabic.count("\n|") == english.count("\n|")
    assert arabic.count("\n- ") == english.count("\n- ")


def test_each_links_to_the_other() -> None:
    assert "(README.ar.md)" in ENGLISH
    assert "(README.md)" in ARABIC


def test_the_arabic_one_is_in_arabic() -> None:
    prose = re.sub(r"`[^`]*`|\([^)]*\)|^    .*$|<[^>]*>", "", ARABIC, flags=re.MULTILINE)
    assert ARABIC.startswith('<div dir="rtl" lang="ar">')
    assert len(re.findall("[\u0621-\u064a]+", prose)) > 700
    assert re.findall(r"[a-z]{3,} (?:[a-z]{2,} ){3}", prose) == []
