"""The user-edited tables: spellings, names of sources, and topics of categories.

    tables/spellings.txt    one group of spellings per line, separated by commas
    tables/sources.txt      name of a source = its other names, separated by commas
    tables/access.txt       name of a source = what readers without a token see of it
    tables/topics.txt       category used by an outlet = its topics, or `section`
    tables/topic_model.tsv  the archive's own topic model, which `topics retrain` writes

A `#` starts a comment. The setting `tables` names the folder; the default is `tables` in the
archive. Every file is optional. The archive stores all names as given. The index has the sources as
given and the topics of the table; pages and searches use the names of both tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsarchive.access import FULL, AccessPolicies, Policy, RestrictedArticle, read_policy
from newsarchive.arabic.names import name_key
from newsarchive.article import Article
from newsarchive.errors import ConfigError
from newsarchive.sources import SEPARATOR, SourceTable, other_names
from newsarchive.topics import ArticleTopics, Topics, TopicTable
from newsarchive.topics.article_topics import table_digest
from newsarchive.wording import worded

__all__ = [
    "ACCESS",
    "FOLDER",
    "NO_TABLES",
    "SEPARATOR",
    "SOURCES",
    "SPELLINGS",
    "TOPICS",
    "TOPIC_MODEL",
    "SourceTable",
    "Tables",
    "load_tables",
    "read_table",
    "table_lines",
]

FOLDER = "tables"
"""The default folder of the tables in an archive."""
SPELLINGS = "spellings.txt"
SOURCES = "sources.txt"
ACCESS = "access.txt"
TOPICS = "topics.txt"
TOPIC_MODEL = "topic_model.tsv"

_SIZE_LIMIT = 16 * 2**20
"""The maximum size of a table in bytes. The built-in list of spellings has about 16,000 bytes."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one archive.

    `digest` is a hash of the topics, those of the archive and the built-in ones. `renames` is
    whether an archive's own table has any source. `model_file` is the archive's own topic model. `access` has what
    readers see of each source, and `access_file` is where its table is, if there is one.
    """

    spelling_files: tuple[Path, ...] = ()
    sources: SourceTable = field(default_factory=SourceTable)
    topics: TopicTable = field(default_factory=TopicTable)
    digest: str = ""
    renames: bool = False
    model_file: Path | None = None
    access: AccessPolicies = field(default_factory=AccessPolicies)
    access_file: Path | None = None

    @property
    def article_topics(self) -> Topics:
        """What says which topics an article has. It is picklable, for indexing processes."""
        return Topics(self.topics, self.model_file)

    def topics_of(self, article: Article) -> ArticleTopics:
        """The topics and sections of an article. Raises ConfigError if the topic model can't be read."""
        if not isinstance(article, RestrictedArticle):
            return self.article_topics.of(article)
        # The same topics as search has. The words that decided are words of the text.
        topics = self.article_topics.of(article.whole)
        return replace(topics, assigned=tuple(replace(one, words=()) for one in topics.assigned))

    def renamed(self, article: Article) -> Article:
        """The article with the canonical name of its source, as pages show it."""
        return replace(article, source=self.sources.canonical(article.source)) if article.source else article


NO_TABLES = Tables(digest=table_digest({}))
"""No user-edited tables: only the built-in names apply."""


def load_tables(
    archive: Path, folder: Path | None = None, spellings: Path | None = None, access: Policy = FULL
) -> Tables:
    """Load the tables of the archive in the folder `archive`.

    `folder` is the setting `tables`; `spellings` is the setting `spellings`, an additional file. `access` is the
    setting of that name, the policy of sources that the table of policies doesn't list.
    Raises ConfigError if `folder` doesn't exist or a table is invalid, naming the file and the
    line. The spelling files are only listed here; `load_spellings` reads them.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigError(worded("{folder}: no such folder; create it, or correct the setting 'tables'", folder=folder))
    folder = folder or archive / FOLDER
    spelling_files = [path for path in (folder / SPELLINGS, spellings) if path and (path == spellings or path.exists())]
    sources, topics = _read_sources(folder / SOURCES), _read_topics(folder / TOPICS)
    model_file = folder / TOPIC_MODEL
    source_table = SourceTable(sources)
    return Tables(
        tuple(spelling_files),
        source_table,
        TopicTable(topics),
        table_digest(topics),
        renames=bool(sources),
        model_file=model_file if model_file.exists() else None,
        access=_read_access(folder / ACCESS, source_table, access),
        access_file=folder / ACCESS,
    )


def read_access(tables: Tables, access: Policy) -> AccessPolicies:
    """Read the policies of an archive again, with the `access` of sources that they don't list. Raises ConfigError."""
    if tables.access_file is None:
        return replace(tables.access, default=access)
    return _read_access(tables.access_file, tables.sources, access)


def _read_sources(path: Path) -> list[list[str]]:
    """The names of each source, the canonical name first. Lines for the same source are joined."""
    sources: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    for number, source, others in _assignments(path, worded("name of a source = its other names")):
        for name in (source, *other_names(others)):
            if known.setdefault(name_key(name), source) != source:
                raise ConfigError(
                    worded(
                        "{path}:{number}: {name!r} is already a name of {known!r}",
                        path=path,
                        number=number,
                        name=name,
                        known=known[name_key(name)],
                    )
                )
            sources.setdefault(source, []).append(name)
    return list(sources.values())


def _read_access(path: Path, sources: SourceTable, default: Policy) -> AccessPolicies:
    """The policy of each listed source by its key."""
    policies: dict[str, Policy] = {}
    lines: dict[str, int] = {}
    for number, source, written in _assignments(
        path, worded("name of a source = full, snippet, metadata or embargo 30 days")
    ):
        key = sources.key(source)
        if key in lines:
            raise ConfigError(
                worded(
                    "{path}:{number}: line {lines} already has a policy for {source!r}",
                    path=path,
                    number=number,
                    lines=lines[key],
                    source=source,
                )
            )
        lines[key] = number
        try:
            policies[key] = read_policy(written)
        except ValueError as error:
            raise ConfigError(worded("{path}:{number}: {error}", path=path, number=number, error=error)) from error
    return AccessPolicies(default, policies, sources.key)


def _read_topics(path: Path) -> dict[str, str]:
    topics: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, category, topic in _assignments(path, worded("category used by an outlet = its topics")):
        earlier = lines.setdefault(name_key(category), number)
        if earlier != number:
            raise ConfigError(
                worded(
                    "{path}:{number}: line {earlier} already has a topic for {category!r}",
                    path=path,
                    number=number,
                    earlier=earlier,
                    category=category,
                )
            )
        topics[category] = topic
    table = TopicTable(topics)
    for category, topic in topics.items():
        if chained := table.chained(topic):
            number = lines[name_key(category)]
            raise ConfigError(
                worded(
                    "{path}:{number}: the topic {chained!r} is itself assigned to {chained2!r}",
                    path=path,
                    number=number,
                    chained=chained[0],
                    chained2=chained[1],
                )
            )
    return topics


def _assignments(path: Path, form: str) -> Iterator[tuple[int, str, str]]:
    """Yield each line `left = right` of a table with its number, nothing if the file doesn't exist."""
    for number, content in table_lines(read_table(path)) if path.exists() else ():
        left, equals, right = (part.strip() for part in content.partition("="))
        if not (left and equals and right and name_key(left) and name_key(right)):
            raise ConfigError(
                worded(
                    "{path}:{number}: {content!r} does not have the form: {form}",
                    path=path,
                    number=number,
                    content=content,
                    form=form,
                )
            )
        yield number, left, right


def table_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a table with their numbers, without comments and blank lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if content := line.partition("#")[0].strip():
            yield number, content


def read_table(path: Path) -> str:
    """Return the text of a table. Raises ConfigError if the file is unreadable, too large or not UTF-8."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_SIZE_LIMIT + 1)
        if len(content) > _SIZE_LIMIT:
            raise ConfigError(
                worded(
                    "{path}: too large for a table; the limit is {size_limit} MiB",
                    path=path,
                    size_limit=_SIZE_LIMIT // 2**20,
                )
            )
        return content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(worded("{path}: {strerror}", path=path, strerror=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(worded("{path} is not UTF-8: {error}", path=path, error=error)) from error
