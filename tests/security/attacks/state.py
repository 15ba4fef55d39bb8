"""The state of an archive folder as users see it, to compare before and after an attack."""

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.archive.lines import Stored
from newsarchive.article import Article, Record
from newsarchive.identity import article_id
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest
from tests.libraries import open_archive
from tests.security.attacks.samples import SECRET

QUESTIONS = ("", "القمح", "مجلس الوزراء", '"أسعار النفط"', "العنوان", f"{SECRET} خبر1")
_LIMIT = 100

Said = tuple[str, int, str]
"""The parts of a record that are the same in every run: its id, its revision, and its text, if it has any."""


@dataclass(frozen=True)
class Found:
    """A search result: the total, the first hundred hits, and the facet counts."""

    total: int
    ids: frozenset[str]
    sources: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class State:
    """All records in archive order, and the results for `QUESTIONS`."""

    records: tuple[Said, ...]
    answers: tuple[Found, ...]

    def differences(self, other: "State") -> list[str]:
        """Descriptions of the differences in `other`."""
        found = []
        if sorted(self.records) != sorted(other.records):
            missing = sorted(set(self.records) - set(other.records))
            added = sorted(set(other.records) - set(self.records))
            found.append(f"records missing: {missing[:3]}, not expected: {added[:3]}, {len(other.records)} in all")
        for question, mine, theirs in zip(QUESTIONS, self.answers, other.answers, strict=True):
            if mine != theirs:
                found.append(f"search «{question}»: {mine.total} expected, {theirs.total} found, or other facets")
        return found


def state_of(folder: Path) -> State:
    """The state of a sound archive with an index that is up to date."""
    with open_archive(folder) as library:
        records = tuple(said(stored.record) for stored in library.archive.read())
        return State(records, tuple(search(library, question) for question in QUESTIONS))


def search(library: Library, text: str) -> Found:
    """The result of a search for articles that have any of the words."""
    results = library.search(SearchRequest(text=text, match=Match.ANY, limit=_LIMIT))
    return Found(
        results.total,
        frozenset(hit.article.id for hit in results.hits),
        tuple(sorted(results.facets.source.items())),
        tuple(sorted(results.facets.topic.items())),
    )


def said(record: Record) -> Said:
    """The comparable parts of a record."""
    return record.id, record.revision, record.body if isinstance(record, Article) else ""


def read_lenient(folder: Path) -> list[Stored]:
    """All readable records; damaged lines are skipped."""
    with closing(Archive(folder)) as archive:
        return list(archive.read(on_damage=lambda damage: None))


def id_of(number: int) -> str:
    """The id that the archive gives to item `number` of `samples`."""
    return article_id(url=f"https://news.example/{number}")


def kinds_of_names(folder: Path) -> set[str]:
    """The kinds of all files below a folder."""
    return {kind_of_name(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}


def kind_of_name(name: str) -> str:
    """The name of a file with `#` for numbers and random parts."""
    return re.sub(r"\d+", "#", re.sub(r"_[0-9a-z]{16}\b", "_#", name))


def files_with(folder: Path, content: bytes) -> list[str]:
    """The names of the files that contain `content`."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and content in path.read_bytes())
    return [path.relative_to(folder).as_posix() for path in found]
