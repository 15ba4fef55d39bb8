"""The tables that people edit: other spellings, names of sources, and topics of categories.

    tables/spellings.txt    one group of spellings a line, separated by commas
    tables/sources.txt      the name of a source = its other names, separated by commas
    tables/topics.txt       the category of an outlet = the topic it belongs to

A `#` begins a comment. The folder is the setting `tables`, by default `tables` in the archive, and every file is
optional. The archive itself keeps all names as they were given: the index and the pages use the names of the tables.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsarchive.arabic.fold import folded_name
from newsarchive.article import Article, Topic
from newsarchive.errors import ConfigError
from newsarchive.topics import TopicTable

FOLDER = "tables"
"""The folder in an archive, where no setting names another."""
SPELLINGS = "spellings.txt"
SOURCES = "sources.txt"
TOPICS = "topics.txt"
SEPARATOR = re.compile("[,،]")

_SIZE_LIMIT = 16 * 2**20
"""Bytes of a table. The built-in list of spellings has some tens of thousands."""


class SourceTable:
    """Other names of sources, as pairs of another name and the source's canonical name; names are compared folded."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self._canonical = {folded_name(name): source for name, source in (names or {}).items()}

    def canonical(self, name: str) -> str:
        """The canonical name of a source. A name that is not in the table stays as it is."""
        return self._canonical.get(folded_name(name), name)

    def canonical_all(self, names: Iterable[str]) -> tuple[str, ...]:
        """The canonical names in the given order, without duplicates."""
        return tuple(dict.fromkeys(map(self.canonical, names)))


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one archive. `digest` is empty if no table changes the index, else it names their content."""

    spelling_files: tuple[Path, ...] = ()
    sources: SourceTable = field(default_factory=SourceTable)
    topics: TopicTable = field(default_factory=TopicTable)
    digest: str = ""

    def renamed(self, article: Article) -> Article:
        """The article with the canonical names of its source and topics. Of topics that become one the first stays."""
        topics: dict[str, Topic] = {}
        for topic in article.topics:
            if name := self.topics.canonical(topic.name):
                topics.setdefault(name, replace(topic, name=name))
        source = self.sources.canonical(article.source) if article.source else ""
        return replace(article, source=source, topics=tuple(topics.values()))


NO_TABLES = Tables()
"""The built-in names alone."""


def load_tables(archive: Path, folder: Path | None = None, spellings: Path | None = None) -> Tables:
    """The tables of the archive in the folder `archive`.

    `folder` is the setting `tables`, `spellings` the setting of that name: a further file of spellings. Raises
    ConfigError, naming the file and the line, for a table that cannot be used, and for a folder that was set and does
    not exist. The files of spellings are read by `load_spellings`.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder; create it, or correct the setting 'tables'")
    folder = folder or archive / FOLDER
    spelling_files = [path for path in (folder / SPELLINGS, spellings) if path and (path == spellings or path.exists())]
    sources, topics = _read_sources(folder / SOURCES), _read_topics(folder / TOPICS)
    return Tables(tuple(spelling_files), SourceTable(sources), TopicTable(topics), _digest(sources, topics))


def _read_sources(path: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    lines: dict[str, str] = {}
    for number, source, others in _assignments(path, "the name of a source = its other names"):
        for name in (source, *filter(None, map(str.strip, SEPARATOR.split(others)))):
            if lines.setdefault(folded_name(name), source) != source:
                raise ConfigError(f"{path}:{number}: {name!r} is already a name of {lines[folded_name(name)]!r}")
            names[name] = source
    return names


def _read_topics(path: Path) -> dict[str, str]:
    topics: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, category, topic in _assignments(path, "the category of an outlet = its topic"):
        earlier = lines.setdefault(folded_name(category), number)
        if earlier != number:
            raise ConfigError(f"{path}:{number}: line {earlier} already has a topic for {category!r}")
        topics[category] = topic
    table = TopicTable(topics)
    for category, topic in topics.items():
        if table.is_chained(topic):
            number = lines[folded_name(category)]
            raise ConfigError(f"{path}:{number}: the topic {topic!r} is itself assigned to {table.canonical(topic)!r}")
    return topics


def _assignments(path: Path, form: str) -> Iterator[tuple[int, str, str]]:
    """The lines `left = right` of a table, with their numbers; none for a file that does not exist."""
    for number, content in table_lines(read_table(path)) if path.exists() else ():
        left, equals, right = (part.strip() for part in content.partition("="))
        if not (left and equals and right and folded_name(left) and folded_name(right)):
            raise ConfigError(f"{path}:{number}: {content!r} does not have the form: {form}")
        yield number, left, right


def table_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a table with their numbers, without comments and blank lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if content := line.partition("#")[0].strip():
            yield number, content


def read_table(path: Path) -> str:
    """The text of a table. Raises ConfigError for a file that cannot be read, is too large or is not UTF-8."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_SIZE_LIMIT + 1)
        if len(content) > _SIZE_LIMIT:
            raise ConfigError(f"{path}: more than {_SIZE_LIMIT // 2**20} MiB, too large for a table")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8: {error}") from error


def _digest(sources: Mapping[str, str], topics: Mapping[str, str]) -> str:
    if not (sources or topics):
        return ""
    content = json.dumps([sorted(sources.items()), sorted(topics.items())])
    return hashlib.sha256(content.encode()).hexdigest()
