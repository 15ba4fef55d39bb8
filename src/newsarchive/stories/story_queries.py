"""Read stories from the database of groups."""

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from newsarchive.stories.clusters import unpacked
from newsarchive.stories.numbers import id_of, key_of, rows_of


class Report(NamedTuple):
    """An article of a story. `source` is the key of its source's name (`arabic.names.name_key`), and `published`
    its moment of publication in seconds since 1970."""

    id: str
    source: str
    published: int


class StoryInfo(NamedTuple):
    """A story: articles about one event. `id` is that of the article that the archive had first.

    `reports` are in order of publication. `central` is the id of the report whose title to show: the one that
    is most similar to the others. `sources` are the keys of the names, each once, in order of their first report.
    """

    id: str
    reports: tuple[Report, ...]
    central: str

    @property
    def first(self) -> Report:
        """The report published first."""
        return self.reports[0]

    @property
    def last(self) -> Report:
        """The report published last."""
        return self.reports[-1]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the reports that name one."""
        return tuple(dict.fromkeys(report.source for report in self.reports if report.source))


_OF_ARTICLE = "SELECT story FROM articles JOIN stories_members USING (number) WHERE id = ?"
_LARGEST = """
    SELECT story FROM stories_members AS one WHERE day BETWEEN ? AND ?
    GROUP BY story HAVING (SELECT count(*) FROM stories_members AS other WHERE other.story = one.story) > 1
    ORDER BY count(*) DESC, max(day) DESC, story LIMIT ?
"""
_LAST_DAY = """
    SELECT day FROM stories_members AS one WHERE day <= ? AND EXISTS (
        SELECT * FROM stories_members AS other WHERE other.story = one.story AND other.number != one.number
    ) ORDER BY day DESC LIMIT 1
"""
_REPORTS = """
    SELECT story, number, id, source, published, vector FROM stories_members JOIN articles USING (number)
    WHERE story
"""


def number_of_story(database: sqlite3.Connection, article_id: str) -> int | None:
    """The number of the story that an article is in; None for an unknown or undated one. Raises sqlite3.Error."""
    row = database.execute(_OF_ARTICLE, (key_of(article_id),)).fetchone()
    return None if row is None else int(row[0])


def largest(database: sqlite3.Connection, first: int, last: int, limit: int) -> list[int]:
    """The numbers of the stories with most reports in some days, given as ordinals. Raises sqlite3.Error."""
    return [number for (number,) in database.execute(_LARGEST, (first, last, limit))]


def last_day(database: sqlite3.Connection, until: int) -> int | None:
    """The last day, up to `until`, of an article that isn't alone in its story, as ordinals. Raises sqlite3.Error."""
    row = database.execute(_LAST_DAY, (until,)).fetchone()
    return None if row is None else int(row[0])


def read_stories(
    database: sqlite3.Connection, numbers: Collection[int], hidden: Collection[str]
) -> dict[int, StoryInfo]:
    """Stories by number, without hidden articles. Raises sqlite3.Error."""
    members: dict[int, list[tuple[int, Report, bytes]]] = {}
    for story, number, key, source, published, vector in rows_of(database, _REPORTS, numbers):
        report = Report(id_of(key), source, published)
        if report.id not in hidden:
            members.setdefault(story, []).append((number, report, vector))
    return {story: _info(found) for story, found in members.items()}


def _info(members: list[tuple[int, Report, bytes]]) -> StoryInfo:
    _, first, _ = min(members, key=lambda member: member[0])
    ordered = sorted(members, key=lambda member: (member[1].published, member[0]))
    total: dict[int, int] = {}
    vectors = [dict(zip(*unpacked(vector), strict=True)) for _, _, vector in ordered]
    for vector in vectors:
        for stem, weight in vector.items():
            total[stem] = total.get(stem, 0) + weight
    # The first of equally central reports, because max keeps it.
    links = [sum(weight * (total[stem] - weight) for stem, weight in vector.items()) for vector in vectors]
    _, central, _ = ordered[max(range(len(ordered)), key=links.__getitem__)]
    return StoryInfo(first.id, tuple(report for _, report, _ in ordered), central.id)
