"""Make the table of the IPTC top-level topics, `newsarchive.topics/media_topics.tsv`.

    python bench/iptc.py mediatopics-2023-10-24.xlsx src/newsarchive/topics/media_topics.tsv

The input is the sheet of the IPTC Media Topics that iptc.org/standards/media-topics offers
(CC BY 4.0). Of its rows, the script takes those of the first level that aren't retired, with their
Arabic and British English names. Hamzas that the sheet leaves out are put back (`CORRECTIONS`);
nothing else is changed. A topic or a spelling that the script doesn't expect stops it: a newer
sheet needs a decision. The output is sorted and reproducible byte for byte.
"""

import argparse
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

SLUGS = {
    "medtop:01000000": "culture",
    "medtop:02000000": "crime",
    "medtop:03000000": "disaster",
    "medtop:04000000": "economy",
    "medtop:05000000": "education",
    "medtop:06000000": "environment",
    "medtop:07000000": "health",
    "medtop:08000000": "human-interest",
    "medtop:09000000": "labour",
    "medtop:10000000": "lifestyle",
    "medtop:11000000": "politics",
    "medtop:12000000": "religion",
    "medtop:13000000": "science-technology",
    "medtop:14000000": "society",
    "medtop:15000000": "sport",
    "medtop:16000000": "conflict",
    "medtop:17000000": "weather",
}
"""The id of each topic of the first level -> its name in newsarchive."""

CORRECTIONS = {
    "اقتصاد، اعمال ومال": "اقتصاد، أعمال ومال",
    "قضية انسانية": "قضية إنسانية",
}
"""Arabic names whose hamza the sheet leaves out -> with it."""

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class UnexpectedSheet(Exception):
    """The sheet isn't what this script was written for."""


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of the first sheet of a workbook, as column letters -> text."""
    with zipfile.ZipFile(path) as workbook:
        strings = [
            "".join(part.text or "" for part in entry.iter(_SHEET + "t"))
            for entry in ET.fromstring(workbook.read("xl/sharedStrings.xml")).iter(_SHEET + "si")
        ]
        for row in ET.fromstring(workbook.read("xl/worksheets/sheet1.xml")).iter(_SHEET + "row"):
            yield {re.sub(r"\d", "", cell.get("r", "")): _text(cell, strings) for cell in row.iter(_SHEET + "c")}


def _text(cell: ET.Element, strings: list[str]) -> str:
    value = cell.findtext(_SHEET + "v") or ""
    return strings[int(value)] if cell.get("t") == "s" else value


def top_level(path: Path) -> tuple[str, list[tuple[str, str, str, str]]]:
    """The day of the sheet, and slug, id, Arabic and English name of each topic of the first level.

    Raises `UnexpectedSheet` if a column, a topic or a name is missing, or a topic is new.
    """
    title, heads, *body = rows(path)
    updated = re.search(r"\d{4}-\d\d-\d\d", title.get("A", ""))
    columns = {name: letters for letters, name in heads.items()}
    if updated is None or not columns.keys() >= {"Level1/NewsCode", "RetiredDate", "Name (ar)", "Name (en-GB)"}:
        raise UnexpectedSheet("the sheet has no date, or other columns than expected")
    found = []
    for row in body:
        code, retired, arabic, english = (
            " ".join(row.get(columns[name], "").split())
            for name in ("Level1/NewsCode", "RetiredDate", "Name (ar)", "Name (en-GB)")
        )
        if not code or retired:
            continue
        if code not in SLUGS or not (arabic and english):
            raise UnexpectedSheet(f"{code} is new, or has no Arabic or English name")
        found.append((SLUGS[code], code, CORRECTIONS.get(arabic, arabic), english))
    if {code for _, code, _, _ in found} != SLUGS.keys():
        raise UnexpectedSheet("a topic of the first level is missing")
    return updated.group(), sorted(found, key=lambda topic: topic[1])


def table(path: Path) -> str:
    """The table, with a header that says where it comes from."""
    updated, topics = top_level(path)
    head = (
        f"# The {len(topics)} topics of the first level of the IPTC Media Topics, as of {updated}.",
        "# Source: https://iptc.org/standards/media-topics/, (c) IPTC, Creative Commons Attribution 4.0",
        "# International (https://creativecommons.org/licenses/by/4.0/). Made by bench/iptc.py, which puts",
        "# back hamzas that the Arabic names leave out. The names in the first column are newsarchive's.",
        "# topic, id, Arabic name, English name",
    )
    return "\n".join((*head, *("\t".join(topic) for topic in topics))) + "\n"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.write_text(table(arguments.sheet), encoding="utf-8")


if __name__ == "__main__":
    main()
