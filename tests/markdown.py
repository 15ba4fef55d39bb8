"""The documentation as tests read it: sections, tables, code, links and prose of Markdown files."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_HEADING = re.compile(r"(#+) (.+)")
_FENCE = re.compile(r"```")
_SPAN = re.compile(r"(`+)(.+?)\1(?!`)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CELL = re.compile(r"(?<!\\)\|")


class Page:
    """One Markdown file. `name` is its path from the root of the repository."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(ROOT).as_posix()
        self._lines = path.read_text("utf-8").splitlines()

    @cached_property
    def _parts(self) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """The lines of text and the lines of code, each with its number."""
        text: list[tuple[int, str]] = []
        code: list[tuple[int, str]] = []
        is_fenced = False
        was_blank = True
        for number, line in enumerate(self._lines, 1):
            if _FENCE.match(line):
                is_fenced = not is_fenced
            elif is_fenced or (line.startswith("    ") and (was_blank or (code and code[-1][0] == number - 1))):
                code.append((number, line))
            else:
                text.append((number, line))
            was_blank = not line.strip()
        return text, code

    @property
    def code(self) -> list[str]:
        """The lines of code blocks."""
        return [line.strip() for _, line in self._parts[1]]

    @property
    def text(self) -> str:
        """Everything but code blocks."""
        return "\n".join(line for _, line in self._parts[0])

    @property
    def prose(self) -> Iterator[tuple[int, str]]:
        """The lines, with their numbers, that can be wrapped: neither code, nor rows of tables, nor headings."""
        return ((number, line) for number, line in self._parts[0] if not line.startswith(("|", "#")))

    @property
    def spans(self) -> list[str]:
        """All inline code, in tables too."""
        return [match[2].strip().replace("\\|", "|") for match in _SPAN.finditer(self.text)]

    @property
    def links(self) -> list[str]:
        """The targets of all links and images."""
        return [match[1] for match in _LINK.finditer(_SPAN.sub("", self.text))]

    @cached_property
    def headings(self) -> list[str]:
        """The headings, without their signs."""
        return [match[2] for line in self.text.splitlines() if (match := _HEADING.fullmatch(line))]

    @property
    def anchors(self) -> set[str]:
        """The anchors that GitHub makes of the headings."""
        return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in self.headings}

    def section(self, heading: str) -> str:
        """The text below a heading, up to the next one of the same level or above."""
        found: list[str] = []
        level = 0
        for line in self.text.splitlines():
            match = _HEADING.fullmatch(line)
            if match and level and len(match[1]) <= level:
                break
            if match and match[2] == heading:
                level = len(match[1])
            elif level:
                found.append(line)
        assert level, f"{self.name} has no heading {heading!r}"
        return "\n".join(found)

    def rows(self, heading: str, header: str = "") -> list[list[str]]:
        """The rows of the tables below a heading, each as its cells; only of tables whose first header is `header`."""
        return list(_rows(self.section(heading).splitlines(), header))


def _rows(lines: Sequence[str], header: str) -> Iterator[list[str]]:
    first = ""
    for line in lines:
        if not line.startswith("|"):
            first = ""
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]
        if not first:
            first = cells[0]
        elif (not set(cells[0]) <= set("-:") and header in ("", first)) or (not cells[0] and header in ("", first)):
            yield cells


def spans(text: str) -> list[str]:
    """The inline code of a piece of Markdown."""
    return [match[2].strip() for match in _SPAN.finditer(text)]


def pages() -> list[Page]:
    """All Markdown files of the repository that people write."""
    return [
        Page(path) for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.md")])
    ]
