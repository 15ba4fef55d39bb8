"""The packaged table of the IPTC topics, and the script that makes it."""

import re
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from newsarchive.i18n import LANGUAGES
from newsarchive.topics import canonical_topics, media_topics, topic_label

ROOT = Path(__file__).parents[2]
SLUGS = {
    f"medtop:{number:02}000000": slug
    for number, slug in enumerate(
        (
            "culture",
            "crime",
            "disaster",
            "economy",
            "education",
            "environment",
            "health",
            "human-interest",
            "labour",
            "lifestyle",
            "politics",
            "religion",
            "science-technology",
            "society",
            "sport",
            "conflict",
            "weather",
        ),
        1,
    )
}
HEADS = ("NewsCode-URI", "Level1/NewsCode", "RetiredDate", "Name (ar)", "Name (en-GB)")


def sheet(path: Path, rows: list[tuple[str, ...]]) -> Path:
    """A workbook with these rows, in the form that IPTC publishes."""
    strings: list[str] = []
    lines = []
    for number, row in enumerate([("IPTC MediaTopic NewsCodes last updated 2024-01-02",), HEADS, *rows], 1):
        cells = []
        for letter, value in zip("ABCDE", row, strict=False):
            if value:
                cells.append(f'<c r="{letter}{number}" t="s"><v>{len(strings)}</v></c>')
                strings.append(value)
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as workbook:
        shared = "".join(f"<si><r><t>{value[:2]}</t></r><r><t>{value[2:]}</t></r></si>" for value in strings)
        workbook.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        workbook.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        )
    return path


def whole() -> list[tuple[str, ...]]:
    return [("http://x", code, "", f"اسم {slug}", slug) for code, slug in SLUGS.items()]


def made(folder: Path, rows: list[tuple[str, ...]]) -> list[str]:
    """The lines of the table that the script makes of these rows. Its failure is a CalledProcessError."""
    out = folder / "topics.tsv"
    command = [sys.executable, str(ROOT / "bench" / "iptc.py"), str(sheet(folder / "topics.xlsx", rows)), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return out.read_text(encoding="utf-8").splitlines()


def test_the_table_has_each_topic_of_the_first_level(tmp_path: Path) -> None:
    below = ("http://y", "", "", "كرة القدم", "soccer")
    retired = ("http://z", "medtop:99000000", "2020-01-01", "قديم", "old")
    lines = made(tmp_path, [*reversed(whole()), below, retired])
    assert "2024-01-02" in lines[0]
    topics = [line for line in lines if not line.startswith("#")]
    assert [line.split("\t")[1] for line in topics] == sorted(SLUGS)
    assert topics[0] == "culture\tmedtop:01000000\tاسم culture\tculture"


def test_only_missing_hamzas_are_put_back(tmp_path: Path) -> None:
    rows = whole()
    rows[3] = ("http://x", "medtop:04000000", "", "اقتصاد،  اعمال ومال", "economy")
    assert "economy\tmedtop:04000000\tاقتصاد، أعمال ومال\teconomy" in made(tmp_path, rows)


@pytest.mark.parametrize(
    "rows",
    [
        whole()[1:],
        [*whole(), ("http://x", "medtop:18000000", "", "جديد", "new")],
        [*whole()[1:], ("http://x", "medtop:01000000", "", "", "culture")],
    ],
)
def test_a_sheet_with_other_topics_needs_a_decision(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        made(tmp_path, rows)
    assert b"UnexpectedSheet" in error.value.stderr


def test_the_packaged_table_is_complete_and_names_its_license() -> None:
    text = files("newsarchive.topics").joinpath("media_topics.tsv").read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("#")]
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert "Creative Commons Attribution 4.0" in "".join(head)
    assert {code: slug for slug, code, _, _ in rows} == SLUGS
    assert all(re.fullmatch("[\u0621-\u064a، ]+", arabic) for _, _, arabic, _ in rows)
    assert all(re.fullmatch("[a-z, ]+", english) for _, _, _, english in rows)
    assert len({arabic for _, _, arabic, _ in rows}) == len({english for _, _, _, english in rows}) == len(SLUGS)


def test_a_feed_that_splits_a_label_at_its_commas_still_gives_the_topic() -> None:
    for topic in media_topics():
        for language in LANGUAGES:
            parts = re.split("[،,] ", topic_label(topic, language))
            assert canonical_topics(parts) == (topic,)
